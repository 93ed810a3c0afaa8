"""Presets are data: what they say must be what the importer reads."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from clinicdesk.domain.catalog import catalog, check_digit_holds, plain
from clinicdesk.domain.identity import Number
from clinicdesk.etl.arrays import Texts, texts
from clinicdesk.etl.batches import Context, Known, Rows
from clinicdesk.etl.mapping import map_columns
from clinicdesk.etl.planned import SEVERAL
from clinicdesk.etl.presets import ORDER, TablePreset, presets
from clinicdesk.etl.readers.rows import Chunk
from clinicdesk.etl.records.tables import TRANSFORMS
from clinicdesk.etl.values import Clock

TABLES = [table for preset in presets() for table in preset.tables]
TARGETED = [table for table in TABLES if table.target]
FOR_RECOGNITION = {"ssn", "payer", "dispenses", "status"}  # told apart by, not stored
CLOCK = Clock(ZoneInfo("UTC"), datetime(2026, 11, 20, tzinfo=UTC))


class Nobody:
    """A store without patients."""

    def patients(self, numbers: Sequence[Number]) -> Mapping[Number, Known]:
        return {}

    def encounters(self, numbers: Sequence[str], source: str) -> Mapping[str, tuple[int, int]]:
        return {}

    def prescriptions(self, numbers: Sequence[str], source: str) -> Mapping[str, int]:
        return {}


def name(table: TablePreset) -> str:
    return f"{table.preset}: {table.name}"


def test_the_presets_are_those_of_the_handbook() -> None:
    handbook = (Path(__file__).parents[2] / "docs" / "handbook.md").read_text(encoding="utf-8")
    assert all(f"`{preset.name}`" in handbook for preset in presets())
    assert {table.target for table in TARGETED} | {SEVERAL} == set(ORDER) == set(TRANSFORMS)


@pytest.mark.parametrize("table", TABLES, ids=name)
def test_what_is_required_has_headers(table: TablePreset) -> None:
    assert set(table.required) | set(table.one_of) <= set(table.fields)
    assert all(table.fields.values())


@pytest.mark.parametrize("table", TARGETED, ids=name)
def test_every_field_of_a_preset_is_read(
    table: TablePreset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that nobody reads would be a column that is lost in silence."""
    header = [headers[0] for headers in table.fields.values()]
    header += {measure.code: measure.headers[0] for measure in reversed(table.measures)}.values()
    header += [entry.headers[0] for entry in table.lists]
    header += ["heart_rate"] if table.target == "wide" else []
    signs = [sign for sign in table.signature if plain(sign) not in set(map(plain, header))]
    header += signs
    mapped = map_columns(table, header, catalog(), {})
    assert mapped is not None
    assert mapped.unused == signs
    chunk = Chunk([texts(["x"])] * len(header), np.array([1]), ["x"], records=1)
    asked, text = set[str](), Rows.text

    def noting(rows: Rows, field: str) -> Texts:
        asked.add(field)
        return text(rows, field)

    monkeypatch.setattr(Rows, "text", noting)
    list(
        TRANSFORMS[table.target](
            Rows(chunk, mapped, Context(CLOCK, catalog(), Nobody(), undated_on="2026-01-01"))
        )
    )
    assert set(table.fields) - asked <= FOR_RECOGNITION
    assert set(table.values) | set(table.constants) <= asked


@pytest.mark.parametrize("table", TARGETED, ids=name)
def test_measures_have_codes_that_check_and_units_that_are_known(table: TablePreset) -> None:
    for measure in table.measures:
        concept = catalog().by_code(measure.code)
        local = "-" in measure.code and not measure.code.partition("-")[0].isdigit()
        assert local or check_digit_holds(measure.code)
        assert not (local and catalog().by_name(measure.code))
        assert local or measure.words or concept is not None
        assert local or not measure.unit or (concept and concept.conversion(measure.unit))
        assert measure.display or concept
    for code, unit in table.conventions.items():
        assert catalog()[code].conversion(unit) is not None
