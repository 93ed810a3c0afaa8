"""Systemic inflammatory response syndrome: four criteria, two are positive."""

from collections.abc import Callable

from clinicdesk.models.scores.answers import above, additive, outside
from clinicdesk.models.scores.inputs import HEART_RATE, RESPIRATORY_RATE, TEMPERATURE
from clinicdesk.models.scores.protocol import Quantity
from clinicdesk.models.scores.tables import From, Part, Read, by_number

_Criterion = tuple[str, Callable[[float], int]]
_FAST: _Criterion = ("rr", above(20))
_BLOWN_OFF: _Criterion = ("paco2_mmhg", outside(low=32))
_CELLS: _Criterion = ("wbc_10e3_ul", outside(4, 12))
_BANDS: _Criterion = ("bands_pct", above(10))


def _either(name: str, *criteria: _Criterion) -> Part:
    """One point for one that holds, even where the other is not known; none for neither."""

    def points(read: Read) -> int | None:
        known = [holds(float(read[source])) for source, holds in criteria if source in read]
        if any(known):
            return 1
        return 0 if len(known) == len(criteria) else None

    return Part(name, tuple(source for source, _ in criteria), points, 1)


SCORE = additive(
    id="sirs",
    title="SIRS",
    version="1992.1",
    inputs=(
        TEMPERATURE,
        HEART_RATE,
        RESPIRATORY_RATE,
        Quantity("paco2_mmhg", "PaCO2", "mm[Hg]", 5, 250, code="2019-8"),
        Quantity("wbc_10e3_ul", "Leukocytes", "10*3/uL", 0, 1000, code="6690-2"),
        Quantity("bands_pct", "Band forms", "%", 0, 100, code="26508-2"),
    ),
    parts=(
        by_number("temp_c", outside(36, 38), 1),
        by_number("hr", above(90), 1),
        _either("breathing", _FAST, _BLOWN_OFF),
        _either("white_cells", _CELLS, _BANDS),
    ),
    bands={"positive": From(0, {2: 1})},
    citation=(
        "Bone RC, et al. Definitions for sepsis and organ failure. Chest 1992;101:1644-55. "
        "doi:10.1378/chest.101.6.1644"
    ),
    scope="Adults. Not specific to infection; Sepsis-3 no longer defines sepsis by it.",
)
