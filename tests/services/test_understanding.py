"""Files are looked at before they are imported: profile, words, units (F27, F29, F30, F42)."""

from pathlib import Path

import pytest

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import NotAllowed
from clinicdesk.etl.plan import Plan
from clinicdesk.services.access import Access
from clinicdesk.services.understanding import Understanding


@pytest.fixture
def understanding() -> Understanding:
    return Understanding(Access(Principal(1, "desk", Role.CLINICIAN)))


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_profile_counts_every_row_of_a_file_that_nobody_knows(
    understanding: Understanding, tmp_path: Path
) -> None:
    rows = "".join(f"{n:05},{n % 7},2026-01-{1 + n % 28:02},x\n" for n in range(3_000))
    rows += "1.23E+12,999,1900-01-01,\n5-Mar,999,1900-01-01,\n"
    path = written(tmp_path, "a.csv", f"key,size,on,word\n{rows}")
    [profile] = understanding.profile([path], Plan())
    key, size, on, word = profile.columns
    assert (key.rows, key.filled, key.distinct, key.leading_zeros) == (3002, 3002, 3002, 3000)
    assert key.warnings == {"damaged-id": 1, "mangled-id": 1}
    assert (size.low, size.high, size.numbers, size.distinct) == (0, 999, 3002, 8)
    assert size.warnings == {"sentinel-value": 2}
    assert (on.dates, on.warnings) == (3002, {"sentinel-date": 2})
    assert (word.missing, list(word.top)) == (2, [("x", 3000)])


def test_what_leaves_the_clinic_names_no_rare_word(
    understanding: Understanding, tmp_path: Path
) -> None:
    path = written(tmp_path, "a.csv", "word\n" + "common\n" * 9 + "Schmidt\n" * 4)
    [profile] = understanding.profile([path], Plan())
    [column] = profile.columns
    assert column.masked() == [("common", 9)]
    assert "Schmidt" not in repr(profile)


def test_every_word_is_listed_with_its_count_and_meaning(
    understanding: Understanding, tmp_path: Path
) -> None:
    text = "patient_id,gender\n" + "".join(f"P{n},{w}\n" for n, w in enumerate("MMFFFXQ"))
    path = written(tmp_path, "p.csv", text)
    [file] = understanding.words([path], Plan(words={"patient.gender": {"x": "other"}}))
    [column] = file.columns
    assert [(w.text, w.count, w.meaning) for w in column.words] == [
        ("F", 3, "female"),
        ("M", 2, "male"),
        ("X", 1, "other"),
        ("Q", 1, ""),
    ]
    assert [word.text for word in column.unknown] == ["Q"]
    assert column.choices["female"] == "Female"


def test_letters_that_two_languages_read_otherwise_are_asked(
    understanding: Understanding, tmp_path: Path
) -> None:
    path = written(tmp_path, "p.csv", "Nr,Wer\nP1,M\nP2,V\n")
    plan = Plan(columns={"p.csv": {"Nr": "patient.mrn", "Wer": "patient.gender"}})
    [column] = understanding.words([path], plan)[0].columns
    assert {word.text for word in column.unknown} == {"M", "V"}
    assert column.ways == [{"m": "male", "v": "female"}, {"m": "female", "v": "male"}]


def test_a_mixed_column_is_proposed_to_be_split_whatever_its_header_says(
    understanding: Understanding, tmp_path: Path
) -> None:
    lines = [f"P{n % 40},2026-01-01T10:{n % 60:02},{90 + n % 50}\n" for n in range(120)]
    lines += [f"P{n % 40},2026-01-02T10:{n % 60:02},{5 + n % 4}.2\n" for n in range(60)]
    path = written(tmp_path, "v.csv", "patient_id,timestamp,glucose_mg_dl\n" + "".join(lines))
    [file] = understanding.units([path], Plan())
    [column] = file.columns
    assert column.asks
    assert (column.unit, column.origin) == ("mg/dl", "header")
    split = column.found.split
    assert split is not None
    assert (split.lower, split.upper) == ("mmol/L", "mg/dL")
    assert len(column.found.proof) == 5
    agreed = Plan(units={"glucose_mg_dl": str(split)})
    assert not understanding.units([path], agreed)[0].columns[0].asks


def test_one_unit_is_proposed_and_still_asked(understanding: Understanding, tmp_path: Path) -> None:
    lines = "".join(f"P{n},2026-01-01,{60 + n}\n" for n in range(50))
    path = written(tmp_path, "v.csv", f"patient_id,timestamp,creatinine\n{lines}")
    [column] = understanding.units([path], Plan())[0].columns
    assert (column.asks, column.found.likely, column.choices[0]) == (True, "umol/L", "mg/dL")
    assert column.rows[0] == (1, "60")


def test_a_nurse_may_not_look_into_files(tmp_path: Path) -> None:
    path = written(tmp_path, "p.csv", "patient_id,gender\nP1,F\n")
    nurse = Understanding(Access(Principal(1, "n", Role.NURSE)))
    with pytest.raises(NotAllowed):
        nurse.profile([path], Plan())
