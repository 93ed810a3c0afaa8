"""Which passwords are accepted (A14)."""

import random
from collections.abc import Callable

import pytest

from clinicdesk.errors import BadInput
from clinicdesk.vault import check_new_password, propose_passphrase
from clinicdesk.vault.guessing import bits_to_guess, read_words
from clinicdesk.vault.passwords import clean_login


@pytest.mark.parametrize(
    "password",
    [
        "plum kettle orbit walnut",
        "xkqvzjwpbtmgnrl",  # exactly 15 characters, nothing but lower case
        "7Hf!9xQ2#mL5@vR",
        "my grandmother sold nineteen hats",
        "Пятнадцать букв хватит",
        "四つの言葉を無作為に選んで覚えておく",
        "🐙🦑🦐🦞🦀🐡🐠🐟🐬🐳🐋🦈🐊🐅🐆",
        "   spaces   are   characters   too   ",
        "q7#Kz" + "x3!Pw9" * 41 + "vTgmB",  # 256 characters
    ],
)
def test_accepted(password: str) -> None:
    check_new_password(password, login="anna.miller", words=("Northside Clinic",))


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "P@ssw0rd12345678",
        "password20261120",
        "correct horse battery staple",
        "the-quick-brown-fox",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababababab",
        "qwertyuiopasdfgh",
        "1q2w3e4r5t6y7u8i",
        "123456789012345678",
        "19701020 19801020",
        "iloveyouforever1",
        "letmeinletmeinletmein",
        "trustno1trustno1x",
        "clinicdesk2026!!",
        "ClinicDesk ClinicDesk",
        "anna.miller2026!",
        "Miller Anna 123456",
        "Northside Clinic 2026",
        "northsideclinic1",
    ],
)
def test_tried_first(password: str) -> None:
    with pytest.raises(BadInput, match="first to be tried"):
        check_new_password(password, login="anna.miller", words=("Northside Clinic",))


@pytest.mark.parametrize("password", ["", "short", "14 characters.", "ﬃ" * 4])
def test_too_short(password: str) -> None:
    with pytest.raises(BadInput, match="at least 15"):
        check_new_password(password, login="anna")


def test_too_long() -> None:
    with pytest.raises(BadInput, match="longer than 256"):
        check_new_password("q7#Kzx3!P" * 40, login="anna")


def test_a_megabyte_is_refused_at_once() -> None:
    with pytest.raises(BadInput):
        check_new_password("\u1e9b\u0323" * 500_000, login="anna")


def test_the_login_counts_however_it_is_written() -> None:
    for login in ("Featherstone", "m.FEATHERSTONE@clinic"):
        with pytest.raises(BadInput):
            check_new_password("featherstone 2026", login=login)
    check_new_password("featherstone xkcd vq", login="anna")


@pytest.mark.parametrize("seed", range(200))
def test_every_proposal_is_accepted(seed: int) -> None:
    choose: Callable[..., str] = random.Random(seed).choice
    proposed = propose_passphrase(choose=choose)
    assert len(proposed.text.split()) == 4
    check_new_password(proposed.text, login="anna", words=("Northside Clinic",))


def test_the_stated_randomness_is_that_of_the_list() -> None:
    words = read_words("words.txt")
    assert len(words) == len(set(words)) >= 1500
    assert all(word.isascii() and word.islower() and 3 <= len(word) <= 7 for word in words)
    assert propose_passphrase().bits == pytest.approx(44.9, abs=0.1)
    assert propose_passphrase().text != propose_passphrase().text
    assert propose_passphrase().text not in repr(propose_passphrase())


def test_the_estimate_takes_the_cheapest_way() -> None:
    assert bits_to_guess("tigerangel") == 2 * 11
    assert bits_to_guess("tiger-angel") == 2 * 11  # run together
    assert bits_to_guess("t1g3rangel") == 2 * 11  # digits as letters
    assert bits_to_guess("tigerangeltigerangel") == 2 * 11 + 2  # and once more
    assert bits_to_guess("vkvxqz") == 6 * 4


@pytest.mark.parametrize("login", ["", "   ", "x" * 65, "a\nb", "a\u202eb"])
def test_logins_that_cannot_be(login: str) -> None:
    with pytest.raises(BadInput, match="login name"):
        clean_login(login)


def test_a_login_is_kept_in_one_form() -> None:
    assert clean_login("  Ａnna ") == "Anna"
