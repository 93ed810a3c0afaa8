"""Whatever a file is: loaded, refused with the line and what to do, and never half of it."""

import io
import zipfile
from pathlib import Path

import pytest

from clinicdesk.errors import BadInput, Cancelled
from clinicdesk.etl import archives
from clinicdesk.services import import_tally as tally_module
from tests.etl.factories import PATIENTS, TABLES, Desk, rules_of

VITALS = "patient_id,timestamp,heart_rate\n"
ZIP64 = 1 << 20


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"patient_id,gender\n", "no row below the header"),
        (b"%PDF-1.7 x", "is a PDF, not a CSV"),
        (b"\x89PNG\r\n\x1a\n", "is a picture"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel workbook"),
        (bytes(range(256)) * 40, "not a text file"),
        (b"patient_id,gender\nP1,F\nP\xe92,F\n", "line 3: this is not UTF-8 text.*--encoding"),
        (b"gender,birth_date\nF,1950-01-01\n", "lacks the column patient_id"),
        (b"name,colour\nx,red\n", "No preset knows this header"),
        (b"patient_id,gender,Gender\nP1,F,M\n", "the column gender twice"),
        (b'patient_id,gender\nP1,"F\nP2,M\n', "line 2: a quote is opened and not closed"),
        (b"x" * 100_000, "first line is longer"),
        (zipped(readme=b"hello"), "None of the files has a table"),
        (zipped(patients=PATIENTS.encode())[:-30], "not a CSV|damaged archive"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_plainly(
    desk: Desk, content: bytes, words: str
) -> None:
    before = desk.everything()
    with pytest.raises(BadInput, match=words):
        desk.run({"export.csv": content})
    assert desk.everything() == before


def test_a_missing_file_is_said(desk: Desk) -> None:
    with pytest.raises(BadInput, match=r"patients\.csv is not there"):
        desk.imports.run([desk.folder / "patients.csv"])
    with pytest.raises(BadInput, match="No file"):
        desk.imports.run([])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be-sig"]
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_unicode_in_every_dress(desk: Desk, encoding: str, ending: str) -> None:
    """F23."""
    text = "patient_id;family_name;gender\nP1;Łukasz Müller;F\nP2;Ωmega;M\n".replace("\n", ending)
    raw = b"\xfe\xff" + text.encode("utf-16-be") if "be-sig" in encoding else text.encode(encoding)
    desk.run({"patients.csv": raw})
    assert desk.rows("patient", "mrn, family_name") == [("P1", "Łukasz Müller"), ("P2", "Ωmega")]


def test_an_encoding_that_only_one_reads_well_is_told_by_its_letters(desk: Desk) -> None:
    """F23: M\xfcller is Müller in one of them alone."""
    raw = "patient_id,family_name\nP1,Müller\n".encode("cp1252")
    [file] = desk.preview({"patients.csv": raw}).files
    assert (file.encoding, list(file.proofs), file.questions) == ("cp1252", ["Müller"], [])
    desk.run({"patients.csv": raw})
    assert desk.rows("patient", "family_name") == [("Müller",)]


def test_a_late_letter_tells_the_encoding_too(desk: Desk) -> None:
    rows = "".join(f"P{n},Smith\n" for n in range(9_000))
    desk.run({"patients.csv": f"patient_id,family_name\n{rows}X,Müller\n".encode("cp1252")})
    assert desk.rows("patient", "family_name", "id DESC LIMIT 1") == [("Müller",)]


def test_an_encoding_that_two_read_well_is_asked_and_must_be_named(desk: Desk) -> None:
    raw = "patient_id,family_name\nP1,François\n".encode("cp1252")
    [file] = desk.preview({"patients.csv": raw}).files
    [question] = file.questions
    assert (question.kind, question.option, question.rows[0][0]) == ("encoding", "--encoding", 2)
    readings = {choice.answer: choice.readings[0] for choice in question.choices}
    assert readings["cp1252"] == "P1,François"
    assert readings["cp852"] == "P1,Franšois"
    with pytest.raises(BadInput, match=r"line 2.*cp1252.*--encoding"):
        desk.run({"patients.csv": raw})
    desk.run({"patients.csv": raw}, encoding="cp1252")
    assert desk.rows("patient", "family_name") == [("François",)]
    with pytest.raises(BadInput, match="klingon is not an encoding"):
        desk.run({"patients.csv": raw}, encoding="klingon")


def test_damaged_utf8_is_not_taken_for_another_encoding(desk: Desk) -> None:
    raw = "patient_id,family_name\nP1,Müller\nP2,Jürgen\nP3,".encode() + b"M\xfcll\n"
    with pytest.raises(BadInput, match="line 4: this is not UTF-8 text"):
        desk.run({"patients.csv": raw})


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter(desk: Desk, delimiter: str) -> None:
    """F24."""
    desk.run({"patients.csv": PATIENTS.replace(",", delimiter)})
    assert desk.rows("patient", "mrn") == [("P1",), ("P2",)]


def test_leading_zeros_and_long_identifiers_stay(desk: Desk) -> None:
    """F42."""
    desk.run({"patients.csv": "patient_id,gender\n007,F\n12345678901234567890,F\n1e5,F\n"})
    assert [mrn for (mrn,) in desk.rows("patient", "mrn")] == ["007", "12345678901234567890", "1e5"]


def test_ragged_and_damaged_rows_are_refused_and_the_others_load(desk: Desk) -> None:
    report = desk.run({"p.csv": b"patient_id,gender\nP1,F,x\nP2\n\nP\x003,F\nP4,M\n,,\n"})
    assert rules_of(report) == [
        ("patient", 1, "", "ragged-row"),
        ("patient", 2, "", "ragged-row"),
        ("patient", 4, "", "nul-character"),
    ]
    assert [reject.text for reject in report.rejects] == ["P1,F,x", "P2", "P\x003,F"]
    assert desk.rows("patient", "mrn, row") == [("P4", 5)]


def test_a_damaged_last_file_leaves_nothing_of_the_first(desk: Desk) -> None:
    before = desk.everything()
    with pytest.raises(BadInput, match=r"v\.csv, line 40002"):
        desk.run(
            {
                "patients.csv": PATIENTS,
                "v.csv": VITALS + "P1,2026-01-01,70\n" * 40_000 + 'P1,"2026\n' + "P1,x,70\n" * 9,
            }
        )
    assert desk.everything() == before


def test_a_file_that_came_too_early_is_refused_at_once(desk: Desk) -> None:
    before = desk.everything()
    files = {"patients.csv": PATIENTS, "v.csv": VITALS + "P9,2026-01-01,70\n" * 300_000}
    with pytest.raises(BadInput, match=r"v\.csv: none of its first .* patient_id: No patient has"):
        desk.run(files)
    assert desk.everything() == before


def test_there_may_be_too_many_rejects_to_show(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally_module, "MOST_REJECTS", 5)
    rows = "P1,2026-01-01,70\n" + "P1,2026-01-01,700\n" * 6
    with pytest.raises(BadInput, match=r"More than 5 rows .* heart_rate: The value is outside"):
        desk.run({"patients.csv": PATIENTS, "v.csv": VITALS + rows})
    assert desk.rows("patient") == []


def test_cancelling_leaves_nothing(desk: Desk) -> None:
    """F43."""

    class Impatient:
        calls = 0

        def report(self, fraction: float, message: str = "") -> None:
            assert 0 <= fraction <= 1

        def raise_if_cancelled(self) -> None:
            self.calls += 1
            if self.calls > 3:
                raise Cancelled

    before = desk.everything()
    files = {"patients.csv": PATIENTS, "v.csv": VITALS + "P1,2026-01-01,70\n" * 300_000}
    with pytest.raises(Cancelled):
        desk.run(files, progress=Impatient())
    assert desk.everything() == before
    desk.run({"patients.csv": PATIENTS})  # the writer is free again


class Watching:
    def __init__(self) -> None:
        self.fractions: list[float] = []

    def report(self, fraction: float, message: str = "") -> None:
        self.fractions.append(fraction)

    def raise_if_cancelled(self) -> None: ...


def test_progress_runs_from_nothing_to_all(desk: Desk) -> None:
    watching = Watching()
    rows = "".join(f"P1,2026-01-01T00:00:{n % 60:02},70\n" for n in range(200_000))
    desk.run({"patients.csv": PATIENTS, "v.csv": VITALS + rows}, progress=watching)
    assert watching.fractions == sorted(watching.fractions)
    assert (watching.fractions[0], watching.fractions[-1]) == (0.0, 1.0)


def test_zips_are_read_within_limits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """G03."""
    good = zipped(patients=PATIENTS.encode())
    desk.run({"export.zip": good})
    assert len(desk.rows("patient")) == 2
    with pytest.raises(BadInput, match="no honest table"):
        desk.run({"bomb.zip": zipped(patients=b"patient_id,gender\n" + b"P1,F\n" * 2_000_000)})
    monkeypatch.setattr(archives, "UNPACKED", 10)
    with pytest.raises(BadInput, match="GiB unpacked"):
        desk.run({"export.zip": good})
    monkeypatch.setattr(archives, "MEMBERS", 0)
    with pytest.raises(BadInput, match="more than 0 files"):
        desk.run({"export.zip": good})


def test_a_zip_whose_bytes_rotted_is_refused(desk: Desk) -> None:
    raw = bytearray(zipped(patients=PATIENTS.encode() * 50))
    raw[60] ^= 0xFF
    before = desk.everything()
    with pytest.raises(BadInput, match="damaged"):
        desk.run({"export.zip": bytes(raw)})
    assert desk.everything() == before


def test_a_reject_file_is_harmless_in_a_spreadsheet(desk: Desk, tmp_path: Path) -> None:
    """G01: what a cell would calculate is text; the file is its owner's alone."""
    report = desk.run({"p.csv": "patient_id,gender\nP1,F\n=1+1,F,x\n"})
    out = tmp_path / "rejects.csv"
    report.write_rejects(out)
    header, names, row = out.read_text(encoding="utf-8").splitlines()
    assert header == "file,row,table,column,rule,message,text"
    assert names == 'p.csv,0,patient,,header,,"patient_id,gender"'
    assert row.endswith(',"\'=1+1,F,x"')
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(BadInput, match="cannot be written"):
        report.write_rejects(tmp_path / "nowhere" / "rejects.csv")


def test_no_plaintext_reaches_the_store(desk: Desk) -> None:
    desk.run({"patients.csv": "patient_id,family_name\nP1,Quillfeather\nP2,Quillfeather,x\n"})
    folder = desk.database.path.parent
    for path in folder.glob("clinic.db*"):
        assert b"Quillfeather" not in path.read_bytes(), path.name


def test_every_table_can_be_imported_into(desk: Desk) -> None:
    assert set(desk.everything()) >= set(TABLES)
