"""A value in the unit that this program keeps it in, by the catalogue of observations."""

from clinicdesk.domain.catalog import catalog
from clinicdesk.models.scores.protocol import (
    CannotScore,
    Quantity,
    Score,
    Value,
    Values,
    Word,
    number,
)


def _converted(values: dict[str, Value]) -> Values:
    name = str(values["analyte"])
    concept = catalog().by_name(name) or catalog().by_name(f"{name}s")
    if concept is None:
        raise CannotScore("invalid_value", "The catalogue has no test of this name.")
    conversion = concept.conversion(str(values["unit"]))
    if conversion is None:
        message = f"{concept.name} has no known way from this unit to {concept.unit}."
        raise CannotScore("invalid_value", message)
    return {"unit": concept.unit, "value": conversion(number(values, "value"))}


SCORE = Score(
    id="unit_conversions",
    title="Unit conversion",
    version="2026.1",
    inputs=(
        Word("analyte", "Test"),
        Word("unit", "Unit, UCUM"),
        Quantity("value", "Value", "", -1e12, 1e12),
    ),
    outputs=("unit", "value"),
    citation="Molar masses; HbA1c by the NGSP/IFCC master equation. Factors: the catalogue.",
    licence="Facts.",
    scope="Tests of the catalogue.",
    formula=_converted,
    headline=lambda values: f"{values['value']:g} {values['unit']}",
)
