"""What the words of a file mean: listed with counts, known in eight languages, or asked (F29)."""

import pytest

from clinicdesk.etl.vocabulary import known_words, readings
from tests.etl.factories import Desk, rules_of


@pytest.mark.parametrize(
    ("words", "meanings"),
    [
        (["M", "F"], {"m": "male", "f": "female"}),
        (["M", "W", "D"], {"m": "male", "w": "female", "d": "other"}),
        (["H", "M"], {"h": "male", "m": "female"}),  # hombre, mujer
        (["H", "F"], {"h": "male", "f": "female"}),
        (["E", "K"], {"e": "male", "k": "female"}),
        (["M", "V", "X"], {"m": "male", "v": "female", "x": "other"}),
        (["1", "2"], {"1": "male", "2": "female"}),
        (["Homme", "F"], {"f": "female"}),
        (["M", "V"], {}),  # man and vrouw, or mujer and varón
        (["M"], {}),
        (["0", "1"], {}),
        (["M", "Q"], {}),
        (["M", "F", "N"], {"m": "male", "f": "female"}),  # a slip of the hand takes nothing away
        (["M", "F", "H"], {}),  # two languages in one column
    ],
)
def test_letters_mean_something_as_a_set_alone(words: list[str], meanings: dict[str, str]) -> None:
    known = known_words("gender", words)
    assert {word: known[word] for word in known if len(word) == 1} == meanings


def test_the_ways_to_read_letters_are_offered() -> None:
    assert readings("gender", ["M", "V"]) == [
        {"m": "male", "v": "female"},
        {"m": "female", "v": "male"},
    ]


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Männlich", "male"), ("Mujer", "female"), ("KADIN", "female"), ("sconosciuto", "unknown")],
)
def test_whole_words_are_known_in_every_file(desk: Desk, word: str, meaning: str) -> None:
    desk.run({"p.csv": f"patient_id,gender\nP1,{word}\n"})
    assert desk.rows("patient", "gender, original_gender") == [(meaning, word)]


@pytest.mark.parametrize(
    ("letters", "genders"),
    [
        ("HM", ["male", "female"]),  # hombre, mujer: M is no man here
        ("MW", ["male", "female"]),
        ("MV", ["unknown", "unknown"]),  # nobody can tell
        ("MF", ["male", "female"]),
    ],
)
def test_letters_of_a_known_file_are_read_together_too(
    desk: Desk, letters: str, genders: list[str]
) -> None:
    rows = "".join(f"P{at},{letter}\n" for at, letter in enumerate(letters))
    desk.run({"p.csv": f"patient_id,gender\n{rows}"})
    assert [gender for (gender,) in desk.rows("patient", "gender")] == genders


def test_what_a_person_says_comes_first(desk: Desk) -> None:
    said = {"patient.gender": {"M": "female", "Herr": "male"}}
    desk.run({"p.csv": "patient_id,gender\nP1,m\nP2,herr\n"}, words=said)
    assert desk.rows("patient", "gender") == [("female",), ("male",)]


def test_rows_with_a_refused_word_come_back_as_rejects(desk: Desk) -> None:
    said = {"patient.gender": {"test": "reject"}}
    report = desk.run({"p.csv": "patient_id,gender\nP1,F\nP2,TEST\n"}, words=said)
    assert rules_of(report) == [("patient", 2, "gender", "refused-word")]
    assert desk.rows("patient", "mrn") == [("P1",)]


def test_texts_that_models_read_are_translated_and_kept(desk: Desk) -> None:
    text = (
        "patient_id,registration_date,smoker_status\nP1,2026-01-01,Nichtraucher\nP2,2026-01-01,x\n"
    )
    said = {"observation:72166-2": {"x": "Former smoker"}}
    desk.run({"p.csv": text}, words=said)
    assert desk.rows("observation", "text, original_value") == [
        ("Non-smoker", "Nichtraucher"),
        ("Former smoker", "x"),
    ]


def test_a_refused_text_is_a_reject_of_its_result_alone(desk: Desk) -> None:
    text = "patient_id,registration_date,smoker_status\nP1,2026-01-01,test\n"
    said = {"observation:72166-2": {"TEST": "reject"}}
    report = desk.run({"p.csv": text}, words=said)
    assert rules_of(report) == [("observation", 1, "smoker_status", "refused-word")]
    assert desk.rows("patient", "mrn") == [("P1",)]
