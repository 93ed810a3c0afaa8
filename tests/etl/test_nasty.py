"""Files that others collected to break readers with: no crash, no silent loss (F24, G02)."""

import json
from pathlib import Path

from clinicdesk.etl.readers import csv as reader
from tests.etl.factories import tables_of
from tests.etl.nasty import Outcome, collected, polluted, told

SHARE = 29  # every so manieth of the 2,290; docs/reading.md has them all
KNOWN = {  # what the clean version cuts in another way, each with its reason
    "file_escape_char_0x5C.csv",  # \\' is an escaped ' here; there the backslash stays
    "file_header_multirow_2.csv",  # a second line of names is a row here; there one header
    "file_header_multirow_3.csv",
    "file_multitable_same.csv",  # the second table's rows are the first one's, as they stand
    "file_quotation_char_0x27.csv",  # "" within '...' is two quotes here; there one
}


def test_csv_spectrum_is_read_exactly(shared_data: Path) -> None:
    folder = shared_data / "nasty_csv" / "csv-spectrum"
    paths = sorted((folder / "csvs").glob("[!l]*.csv"))  # location_*'s JSON is of another file
    assert len(paths) == 11
    for path in paths:
        held = json.loads((folder / "json" / f"{path.stem}.json").read_text("utf-8"))
        expected = held if isinstance(held, list) else [held]
        [file] = tables_of(path)
        rows = [
            dict(zip(file.dialect.header, cells, strict=True))
            for chunk in reader.chunks(file.source, file.dialect)
            for cells in zip(
                *(chunk.column(at) for at in range(len(file.dialect.header))), strict=True
            )
        ]
        plain = [{k: v.replace("\r\n", "\n").strip() for k, v in row.items()} for row in expected]
        assert rows == plain, path.name


def test_every_collected_file_is_read_told_or_refused(shared_data: Path) -> None:
    """frictionless and csv-spectrum: nothing raises anything but a plain refusal."""
    found = [told(*file) for file in collected(shared_data)]
    assert len(found) > 130
    assert [one.name for one in found if one.outcome is Outcome.LOST] == []
    assert all(one.why for one in found if one.outcome is Outcome.REFUSED)


def test_a_polluted_file_loses_nothing_and_moves_no_cell(shared_data: Path) -> None:
    """Pollock: every row equals the clean one or is told; a damaged header is the first row."""
    files = list(polluted(shared_data))
    assert len(files) == 2290
    share = [f for at, f in enumerate(files) if not at % SHARE or f[0].startswith("file_")]
    found = [told(*file) for file in share]
    assert [one.name for one in found if one.outcome is Outcome.LOST] == []
    otherwise = {one.name for one in found if one.outcome is Outcome.OTHERWISE}
    assert {
        name for name in otherwise - KNOWN if "row0_" not in name and "quote0_" not in name
    } == (set())


def test_a_table_of_all_outcomes_is_in_the_documents() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reading.md").read_text(encoding="utf-8")
    assert "| lost | 0 |" in text
