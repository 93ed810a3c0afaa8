"""The kinds of work that are interrupted, by their name."""

from collections.abc import Mapping

from tests.faults.works import (
    accounts,
    backups,
    creation,
    documents,
    edits,
    header,
    imports,
    migration,
    rotation,
    sharing,
)
from tests.faults.works.work import Work

WORKS: Mapping[str, Work] = {
    "creation": creation.WORK,
    "import": imports.WORK,
    "edit": edits.WORK,
    "account": accounts.WORK,
    "header": header.WORK,
    "rotation": rotation.WORK,
    "sharing": sharing.WORK,
    "document": documents.WORK,
    "backup": backups.WORK,
    "migration": migration.WORK,
}
