"""How one measurement reads on paper: its name, flag, reference, and the source's own value."""

from clinicdesk.domain.assessment import ADULT, Level, assess, range_text, reference_text
from clinicdesk.domain.catalog import Concept, catalog
from clinicdesk.domain.display import age_years
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, PatientSummary
from clinicdesk.domain.units import normal_unit, printed_unit

_FLAGS = {  # as laboratories and HL7 v2 write them; text, so that greyscale prints it too
    Level.LOW: "L",
    Level.HIGH: "H",
    Level.CRITICAL_LOW: "LL",
    Level.CRITICAL_HIGH: "HH",
    Level.IMPLAUSIBLE: "!",
}
HOW_TO_READ = (
    "H above, L below the conventional adult reference range; HH, LL a vital sign that alone "
    "scores 3 on NEWS2; ! cannot be right. A range given by the measuring laboratory counts more."
)
_LONGEST_NAME = 30  # letters; LOINC's own name of a vital sign where it is no longer


def name_of(reading: Observation) -> str:
    """What a clinician calls it: `Respiratory rate`, `SpO2`, `HbA1c`."""
    concept = catalog().by_code(reading.code)
    if concept is None:
        return reading.display or reading.code
    full = concept.display.split(" [")[0]
    return full if concept.category == "vital" and len(full) <= _LONGEST_NAME else concept.name


def flag_of(reading: Observation, person: PatientSummary) -> str:
    """H, L, HH, LL, ! or nothing; nothing is not the same as normal where no range is known."""
    concept = catalog().by_code(reading.code)
    age = age_years(person, reading.effective_at.date())
    return _FLAGS.get(assess(concept, reading.value, person.gender, age), "")


def range_of(reading: Observation, person: PatientSummary) -> str:
    """The range the value is held against, or why it is held against none."""
    concept = catalog().by_code(reading.code)
    if concept is None or reading.value is None or not _has_range(concept):
        return ""
    age = age_years(person, reading.effective_at.date())
    if age is None:
        return "age not known"
    if age < ADULT:
        return "adults only"
    return reference_text(concept, person.gender, age) or _by_gender(concept)


def original_of(reading: Observation) -> str:
    """What the source said, where it is not what is shown: another unit, or none."""
    concept = catalog().by_code(reading.code)
    if reading.value is None or concept is None or concept.unitless:
        return ""
    if not reading.original_unit:
        return f"no unit in the source, read as {printed_unit(reading.unit)}"
    if normal_unit(reading.original_unit) == normal_unit(reading.unit):
        return ""
    return f"from {reading.original_value} {printed_unit(reading.original_unit)}"


def _has_range(concept: Concept) -> bool:
    return concept.reference.known or bool(concept.reference_by_gender)


def _by_gender(concept: Concept) -> str:
    """Both ranges, for a person whose recorded gender chooses neither."""
    names = {AdministrativeGender.FEMALE: "F", AdministrativeGender.MALE: "M"}
    ranges = concept.reference_by_gender
    return "; ".join(f"{names[g]} {range_text(ranges[g])}" for g in names if g in ranges)
