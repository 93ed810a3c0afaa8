"""Which columns of the store a file speaks of, and which of its headers does."""

from collections.abc import Mapping

from clinicdesk.etl.mapping import Mapped
from clinicdesk.etl.planned import columns_of

_SPELLED: Mapping[str, tuple[str, ...]] = {  # target of a plan -> columns, where they differ
    "patient.name": ("family_name", "given_name"),
    "patient.middle_name": ("given_name",),
    "patient.age": ("age_years", "age_true_on"),
    "patient.gender": ("gender", "original_gender"),
    "patient.city": ("address",),
    "patient.state": ("address",),
    "patient.postal_code": ("address",),
    "encounter.readmitted": ("readmitted", "original_readmitted"),
    "medication.quantity": ("quantity", "original_quantity"),
}
_KEYS = frozenset(
    {
        "patient.mrn",
        "encounter.number",
        "encounter.started_at",
        "medication.number",
        "medication.display",
        "medication.code",
        "medication.authored_on",
        "condition.display",
        "condition.code",
        "condition.onset",
        "allergy.display",
        "allergy.code",
        "allergy.recorded_on",
    }
)


def spoken_of(mapped: Mapped) -> dict[str, dict[str, tuple[int, ...]]]:
    """Table -> column of the store -> the columns of the file that fill it.

    Without what a record is known by, and without results: a blank one of them is no record.
    """
    found: dict[str, dict[str, tuple[int, ...]]] = {}
    for at, target in columns_of(mapped).items():
        table, sign, name = target.partition(".")
        if not sign or table == "observation" or target in _KEYS:
            continue
        for column in _SPELLED.get(target, (name,)):
            fields = found.setdefault(table, {})
            fields[column] = (*fields.get(column, ()), at)
    return found
