"""Which measurements have a newest value in gold: all that the catalogue knows the unit of."""

from clinicdesk.domain.catalog import Catalog
from clinicdesk.domain.habits import ALCOHOL, SMOKING

EXERCISE = "73985-4"  # LOINC
BMI, WEIGHT, HEIGHT, HEART_RATE = "39156-5", "29463-7", "8302-2", "8867-4"


def numbers(catalog: Catalog) -> list[str]:
    """Codes whose results are numbers in the catalogue's unit."""
    return [concept.code for concept in catalog.concepts if not concept.coded]


def words(catalog: Catalog) -> list[str]:
    """Codes whose results are words or letters."""
    coded = [concept.code for concept in catalog.concepts if concept.coded]
    return [*coded, SMOKING, ALCOHOL, EXERCISE]
