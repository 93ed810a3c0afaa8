"""The reader is exact about rows: what pandas would mend in silence is seen (F24, F35, G02)."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.errors import BadInput
from clinicdesk.etl.readers import csv as reader
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.sniff import Dialect
from clinicdesk.etl.sources import Source
from tests.etl.factories import chunks_of

LINE = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\0"), max_size=8)
CELL = LINE.map(lambda text: text.strip())


def read(text: str, width: int, delimiter: str = ",") -> tuple[list[list[str]], list[int]]:
    """The rows of a text without header, and the numbers of those that are none."""
    found, bad = [], []
    for chunk in chunks_of_text(text, width, delimiter):
        columns = [chunk.column(at).tolist() for at in range(width)]
        found += [list(row) for row in zip(*columns, strict=True)]
        bad += [row.row for row in chunk.bad]
    return found, bad


def chunks_of_text(text: str, width: int, delimiter: str = ",") -> Iterator[Chunk]:
    raw = text.encode()
    source = Source("test.csv", len(raw), lambda: io.BytesIO(raw))
    header = tuple(f"c{at}" for at in range(width))
    return reader.chunks(source, Dialect("utf-8", delimiter, header, 0))


@given(rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=12), block=st.integers(1, 60))
@settings(max_examples=150, deadline=None)
def test_what_csv_writes_comes_back_whatever_the_blocks(
    rows: list[tuple[str, str, str]], block: int
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK", block)
        found, bad = read(out.getvalue(), 3)
    assert found == [list(row) for row in rows if any(row)]
    assert bad == []


@given(text=st.text(st.sampled_from('ab,"\n;'), max_size=60), block=st.integers(1, 30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_rows_and_bad_rows_or_refused(text: str, block: int) -> None:
    """Nothing disappears: every letter is in a row's cell or in a bad row's text, in its order."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK", block)
        try:
            chunks = list(chunks_of_text(text, 2))
        except BadInput:
            return
    pieces = [
        (row, "".join(chunk.column(at)[i] for at in range(2)))
        for chunk in chunks
        for i, row in enumerate(chunk.rows.tolist())
    ]
    pieces += [(bad.row, bad.text) for chunk in chunks for bad in chunk.bad]
    told = "".join(piece for _, piece in sorted(pieces))
    assert [letter for letter in told if letter in "ab"] == [one for one in text if one in "ab"]


@given(text=st.text(st.sampled_from("ab,\n;"), max_size=60), block=st.integers(1, 30))
@settings(max_examples=150, deadline=None)
def test_without_quotes_the_rows_are_those_of_the_csv_module(text: str, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK", block)
        found, bad = read(text, 2)
    records = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    filled = [row for row in records if any(row)]
    assert found == [row for row in filled if len(row) == 2]
    assert len(bad) == len(filled) - len(found)


@pytest.mark.parametrize(
    "line",
    [
        '1,"a" b,c',
        '"1,"2,3',
        'x,"$45,"Silk, Crew",',
        'x$64"Linen, Crew",y',
        '1,"never closed,2',
        '""1",2,3',
    ],
)
def test_a_quote_out_of_place_shifts_no_column(line: str) -> None:
    """One row is refused, not the rows below it, and no cell moves to another column."""
    found, bad = read(f'a,b,c\n{line}\nd,e,f\ng,"h",i\n', 3)
    assert found == [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]]
    assert bad == [2]


def test_a_header_that_comes_again_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("patient_id,sex\nP1,F\npatient_id,sex\nP2,M\n")
    [chunk] = chunks_of(path)
    assert [(bad.row, bad.rule.id) for bad in chunk.bad] == [(2, "repeated-header")]
    assert chunk.column(0).tolist() == ["P1", "P2"]


def test_ragged_rows_are_told_with_their_number_and_text(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("patient_id,sex\nP1,F\nP2\nP3,M,x\n\n P4 ,F\n")
    [chunk] = chunks_of(path)
    assert [(bad.row, bad.rule.id, bad.text) for bad in chunk.bad] == [
        (2, "ragged-row", "P2"),
        (3, "ragged-row", "P3,M,x"),
    ]
    assert chunk.column(0).tolist() == ["P1", "P4"]
    assert chunk.rows.tolist() == [1, 5]
    assert chunk.line(1) == " P4 ,F"


def test_a_row_keeps_its_text_over_line_breaks_in_quotes(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text('patient_id,name\nP1,"a\nb"\nP2,c\n')
    [chunk] = chunks_of(path)
    assert chunk.column(1).tolist() == ["a\nb", "c"]
    assert chunk.line(0) == 'P1,"a\nb"'
    assert chunk.rows.tolist() == [1, 2]


def test_a_nul_character_is_a_bad_row_not_a_cut_field(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_bytes(b"patient_id,sex\nP1,F\nP\x002,M\n")
    [chunk] = chunks_of(path)
    assert [bad.rule.id for bad in chunk.bad] == ["nul-character"]
    assert chunk.column(0).tolist() == ["P1"]


def test_an_inch_mark_opens_nothing() -> None:
    text = "".join(f'{n},5" tube\n' for n in range(7))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "BLOCK", 20)
        found, bad = read(text, 2)
    assert found == [[str(n), '5" tube'] for n in range(7)]
    assert not bad


@pytest.mark.parametrize("rows", [1, 60_000])
def test_a_quote_that_is_never_closed_is_refused_with_its_line(rows: int) -> None:
    text = "a,b\n" * rows + '1,"open\n' + "c,d\n" * rows
    with pytest.raises(BadInput, match=f"line {rows + 1}: a quote is opened and not closed"):
        read(text, 2)


def test_a_field_of_more_than_a_mebibyte_is_refused() -> None:
    with pytest.raises(BadInput, match=r"line 2: .* longer than 1,048,576 characters"):
        read("a,b\n1," + "x" * (3 << 20) + "\n", 2)


def test_the_limit_is_that_of_the_checklist() -> None:
    assert csv.field_size_limit() == 1 << 20  # G02
