"""Which passwords are accepted (NIST SP 800-63B-4): long, and not what everybody tries first.

No composition rules, no expiry, no hints.
"""

import unicodedata
from collections.abc import Collection

from clinicdesk.errors import BadInput
from clinicdesk.vault.guessing import bits_to_guess
from clinicdesk.vault.kdf import LONGEST_PASSWORD, normal

SHORTEST_PASSWORD = 15  # characters; the password is the only factor
LEAST_BITS = 32.0  # a common word and a date have 25, three random words 34
LONGEST_LOGIN = 64


def check_new_password(password: str, *, login: str, words: Collection[str] = ()) -> None:
    """Refuse a password that is too short, too long or easily guessed; say which.

    words: what an attacker would try at this clinic, its name first.
    """
    typed = normal(password)
    if len(typed) < SHORTEST_PASSWORD:
        raise BadInput(
            f"The password has {len(typed)} characters and needs at least {SHORTEST_PASSWORD}."
            " Four random words are easy to remember."
        )
    if len(typed) > LONGEST_PASSWORD:
        raise BadInput(f"The password is longer than {LONGEST_PASSWORD} characters. Shorten it.")
    if bits_to_guess(typed, (login, *words)) < LEAST_BITS:
        raise BadInput(
            "This password would be among the first to be tried: it is made of common words,"
            " dates, keyboard rows, repetitions or names of this clinic. Take four random words."
        )


def clean_login(login: str) -> str:
    """One form of a login name, without the spaces around it."""
    clean = unicodedata.normalize("NFKC", login).strip()
    if not clean or len(clean) > LONGEST_LOGIN or not clean.isprintable():
        raise BadInput(
            f"A login name has 1 to {LONGEST_LOGIN} letters, digits or signs. Choose another."
        )
    return clean
