"""HL7 v2 messages: ORU^R01 and ADT become patients, visits, results, diagnoses and allergies."""

from contextlib import suppress
from pathlib import Path

import pytest
from hl7apy.exceptions import HL7apyException
from hl7apy.parser import parse_message
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.errors import BadInput
from clinicdesk.etl.readers.hl7 import messages
from clinicdesk.etl.readers.hl7_rows import rows_of_messages, time_of
from tests.etl.factories import Desk

HEAD = "MSH|^~\\&|LAB|H|CD|C|20260301120000+0100||ORU^R01^ORU_R01|1|P|2.5.1"
PID = "PID|1||SSN9^^^US^SS~007^^^H^MR||Müller^Ana^Lea^^Dr.||19500201|F|||1 Road^^Bonn^^53111||555"
PV1 = "PV1|1|I|W^1^2||||||||||||||||V1|||||||||||||||||||||||||20260228090000+0100"
OBR = "OBR|1||F1|24317-0^Panel^LN|||20260301110000+0100"


def obx(value: str, code: str = "2160-0^Creatinine^LN", kind: str = "NM", status: str = "F") -> str:
    return f"OBX|1|{kind}|{code}||{value}|mg/dL|||||{status}"


def message(*segments: str, end: str = "\r") -> bytes:
    return end.join([HEAD, PID, PV1, OBR, *segments, ""]).encode()


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize(
    "frame", [(b"", b""), (b"\x0b", b"\x1c\r"), (b"FHS|^~\\&\rBHS|^~\\&\r", b"BTS|1\rFTS|1\r")]
)
def test_a_result_arrives_with_its_patient_and_visit(
    desk: Desk, end: str, frame: tuple[bytes, bytes]
) -> None:
    report = desk.run({"oru.hl7": frame[0] + message(obx("0.9"), end=end) + frame[1]})
    assert not report.rejects
    assert desk.rows(
        "patient", "mrn, family_name, given_name, prefix, birth_date, gender, phone"
    ) == [("007", "Müller", "Ana Lea", "Dr.", "1950-02-01", "female", "555")]
    assert desk.rows("encounter", "number, class, started_at") == [("V1", "IMP", 1772265600000)]
    found = desk.rows("observation", "code, value, unit, effective_at, encounter_id")
    assert found == [("2160-0", 0.9, "mg/dL", 1772359200000, 1)]
    again = desk.run({"oru.hl7": message(obx("0.9"))})
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}


@pytest.mark.parametrize(
    ("segment", "kept"),
    [
        (obx(">^600", kind="SN"), ">600"),
        (obx("^1^:^64", "x^Titre^L", "SN"), "1:64"),
        (obx("260385009^Negative^SCT", "x^Culture^L", "CWE"), "Negative"),
        (obx("a\\F\\b \\T\\ c", "x^Note^L", "TX"), "a|b & c"),
        (obx("one~two", "x^Note^L", "ST"), "one; two"),
        (obx("20260301", "x^Day^L", "DT"), "2026-03-01"),
    ],
)
def test_what_is_no_number_is_kept_as_it_is_said(desk: Desk, segment: str, kept: str) -> None:
    desk.run({"oru.hl7": message(segment)})
    assert desk.rows("observation", "text") == [(kept,)]


@pytest.mark.parametrize(("status", "words"), [("D", "deleted"), ("W", "wrong"), ("X", "obtained")])
def test_what_a_laboratory_takes_back_is_told_not_stored(
    desk: Desk, status: str, words: str
) -> None:
    report = desk.run({"oru.hl7": message(obx("0.9", status=status))})
    assert [reject.rule for reject in report.rejects] == ["entered-in-error"]
    assert words in report.rejects[0].message
    assert desk.rows("observation") == []


def test_a_correction_takes_the_place_of_what_it_corrects(desk: Desk) -> None:
    raw = message(obx("9.0")) + message(obx("0.9", status="C"))
    report = desk.run({"oru.hl7": raw})
    assert [(r.row, r.rule) for r in report.rejects] == [(1, "entered-in-error")]
    assert desk.rows("observation", "value") == [(0.9,)]


def test_an_admission_brings_diagnoses_and_allergies_and_its_end_comes_later(desk: Desk) -> None:
    admit = HEAD.replace("ORU^R01^ORU_R01", "ADT^A01")
    leave = HEAD.replace("ORU^R01^ORU_R01", "ADT^A03")
    beside = ["DG1|1||E11.9^Diabetes^I10||20260228|A", "AL1|1|DA^Drug^x|^Penicillin|SV|Rash"]
    lines = [admit, PID, PV1, *beside, leave, PID, f"{PV1}|20260305100000+0100", "NTE|1||x"]
    report = desk.run({"adt.hl7": "\r".join(lines).encode()})
    assert not report.rejects
    assert desk.rows("encounter", "ended_at IS NULL") == [(0,)]
    assert desk.rows("condition", "code, display, code_system") == [
        ("E11.9", "Diabetes", "http://hl7.org/fhir/sid/icd-10")
    ]
    assert desk.rows("allergy", "display, reaction, category") == [("Penicillin", "Rash", "drug")]
    assert [file.name for file in report.files if not file.table] == ["adt.hl7!other"]


def test_a_cancelled_admission_is_no_visit(desk: Desk) -> None:
    lines = [HEAD.replace("ORU^R01^ORU_R01", "ADT^A11"), PID, PV1]
    report = desk.run({"adt.hl7": "\r".join(lines).encode()})
    assert [reject.rule for reject in report.rejects] == ["entered-in-error"]
    assert desk.rows("encounter") == []


def test_a_message_for_training_says_so(desk: Desk) -> None:
    report = desk.run({"oru.hl7": message(obx("1")).replace(b"|1|P|", b"|1|T|")})
    assert "test-message" in {warned.rule for warned in report.warnings}


def test_a_patient_without_a_record_number_is_never_attached(desk: Desk) -> None:
    raw = message(obx("1")).replace(b"SSN9^^^US^SS~007^^^H^MR", b"SSN9^^^US^SS")
    report = desk.run({"oru.hl7": raw})
    assert {reject.rule for reject in report.rejects} == {"missing-id"}
    assert desk.rows("patient") == []


def test_letters_are_read_as_the_message_says(desk: Desk) -> None:
    said = f"{HEAD}||||||8859/1"
    raw = message(obx("1")).decode().replace(HEAD, said).encode("latin-1")
    desk.run({"oru.hl7": raw})
    assert desk.rows("patient", "family_name") == [("Müller",)]


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("20260301", "2026-03-01"),
        ("202603011200", "2026-03-01T12:00:00"),
        ("20260301120059.1234-0500", "2026-03-01T12:00:59-05:00"),
        ("2026", "2026"),
        ("soon", "soon"),
    ],
)
def test_times(text: str, iso: str) -> None:
    assert time_of(text) == iso


def test_a_second_parser_sees_the_same_values(shared_data: Path) -> None:
    """hl7apy, where it takes the message at all."""
    compared = 0
    for path in sorted((shared_data / "hl7v2").rglob("*OR[UM]*.hl7")):
        raw = path.read_bytes()
        ours = [s for m in messages(path.name, raw) for s in m.segments if s.name == "OBX"]
        text = raw.decode("utf-8-sig").replace("\r\n", "\r").replace("\n", "\r")
        try:
            theirs = parse_message(text, find_groups=False, force_validation=False)
            values = [(s.obx_3.obx_3_1.value, s.obx_5.value) for s in theirs.obx]
        except (HL7apyException, AttributeError, IndexError):
            continue
        assert [(s.component(3), s.field(5).split("~")[0]) for s in ours] == [
            (a, b or "") for a, b in values
        ]
        compared += len(values)
    assert compared >= 20


def test_every_sample_is_read_or_refused(desk: Desk, shared_data: Path) -> None:
    paths = sorted((shared_data / "hl7v2").rglob("*.hl7"))
    assert len(paths) > 100
    results = 0
    for path in paths:
        found = messages(path.name, path.read_bytes())
        lines = path.read_bytes().replace(b"\r", b"\n").split(b"\n")
        assert len(found) == sum(
            line.lstrip(b"\xef\xbb\xbf\x0b").startswith(b"MSH") for line in lines
        )
        tables = rows_of_messages(found)
        assert len(tables.get("OBX", ())) == sum(line.startswith(b"OBX") for line in lines)
        results += len(tables.get("OBX", ()))
    assert results > 100
    own = shared_data / "hl7v2" / "microsoft_fhir_converter" / "LAB-ORU-2.hl7"
    report = desk.run({own.name: own.read_bytes()})
    assert report.counts["observation"].inserted == 10


@given(st.text(st.sampled_from("MSHPIDOBX|^~\\&\r\n1a\x0b"), max_size=120))
@settings(max_examples=300, deadline=None)
def test_any_text_is_messages_or_refused(text: str) -> None:
    with suppress(BadInput):
        rows_of_messages(messages("x.hl7", f"MSH|^~\\&|{text}".encode()))


ANN = "PID|1||42^^^ALPHA^MR||Ash^Ann||19500201|F"
BO = "PID|1||42^^^{}^MR||Oak^Bo||19811231|M"


def told(*people: str) -> bytes:
    """A message of each person, with a result."""
    parts = [[HEAD, pid, OBR, obx(f"0.{n}", status="F"), ""] for n, pid in enumerate(people, 5)]
    return "\r".join(line for part in parts for line in part).encode()


def test_one_number_of_two_authorities_is_two_people(desk: Desk) -> None:
    """F41: PID-3.4 says who gave the number; each result goes to its own person."""
    report = desk.run({"oru.hl7": told(ANN, BO.format("BETA&1.2.3&ISO"))})
    assert not report.rejects
    assert desk.rows("patient", "mrn, mrn_system, given_name") == [
        ("42", "ALPHA", "Ann"),
        ("42", "BETA", "Bo"),
    ]
    assert desk.rows("observation", "patient_id, value") == [(1, 0.5), (2, 0.6)]


def test_another_person_under_the_same_number_is_refused_with_all_that_is_said(
    desk: Desk,
) -> None:
    """F41: the second person's result is not the first one's."""
    report = desk.run({"oru.hl7": told(ANN, BO.format("ALPHA"))})
    assert [(r.table, r.rule) for r in report.rejects] == [
        ("patient", "other-person"),
        ("observation", "other-person"),
    ]
    assert desk.rows("observation", "patient_id, value") == [(1, 0.5)]


def test_a_death_without_a_day_is_told_and_kept(desk: Desk) -> None:
    """PID-30."""
    fields = ANN.split("|") + [""] * 23
    fields[30] = "Y"
    report = desk.run({"adt.hl7": told("|".join(fields))})
    assert [warned.rule for warned in report.warnings] == ["death-without-date"]
    assert desk.rows("patient", "deceased, deceased_on") == [(1, None)]
    desk.run({"later.hl7": told(ANN)})  # says nothing of it, and takes nothing back
    assert desk.rows("patient", "deceased, deceased_on") == [(1, None)]
