"""Search the patient list as somebody types: by the start of any word, in list order.

The words come from one FTS5 statement that returns its ids as one JSON text, which is several
times faster than a row each; list order comes from an array made once per version of the list.
So thousands of hits cost less than the bare query that fetches them row by row (bench/search).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from sqlalchemy.orm import Session

from clinicdesk.domain.name_order import name_key
from clinicdesk.domain.patient import PatientId
from clinicdesk.storage.database import driver_connection

_FIND = "SELECT json_group_array(rowid) FROM patient_search WHERE patient_search MATCH ?"
_ORDER = """SELECT json_group_array(id), json_group_array(name) FROM (
SELECT id, lower(family_name || char(1) || given_name) AS name FROM patient
WHERE id NOT IN (SELECT id FROM patient WHERE entered_in_error)
ORDER BY family_name, given_name, id)"""
_VERSION = "SELECT version FROM patient_list"
_MOST_WORDS = 16  # nobody types more; FTS5 has a limit of its own
_SHORT_DATE = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})(?=[-/.]\d)")


@dataclass(frozen=True, slots=True)
class ListOrder:
    """Every patient in list order, as it was at a version of the list."""

    version: int
    ids: Sequence[PatientId]
    places: Sequence[int]  # by id: the place in `ids`

    def sort(self, found: Sequence[int]) -> list[PatientId]:
        """The found ids in list order."""
        ids, places = self.ids, self.places
        if len(found) <= len(ids) // 12:  # from there on, marking the list beats sorting
            return [ids[place] for place in sorted([places[id] for id in found])]
        marks = bytearray(len(ids))
        for id in found:
            marks[places[id]] = 1
        return list(compress(ids, marks))


def list_version(session: Session) -> int:
    """Counts whatever may have changed who is in the list, and by what name."""
    (version,) = driver_connection(session.connection()).execute(_VERSION).fetchone()
    return int(version)


def list_order(session: Session, known: ListOrder | None = None) -> ListOrder:
    """List order as the session sees it: `known` while nothing changed, else read anew."""
    driver = driver_connection(session.connection())
    version = list_version(session)
    if known and known.version == version:
        return known
    ids = _by_name(*map(json.loads, driver.execute(_ORDER).fetchone()))
    places = [0] * (max(ids, default=0) + 1)
    for place, id in enumerate(ids):
        places[id] = place
    return ListOrder(version, ids, places)


def _by_name(ids: Sequence[PatientId], names: Sequence[str]) -> list[PatientId]:
    """The ids by name, accents aside. They come by name in small letters as SQLite knows them:

    right but for names with accents, so that there is little left to fold and to sort.
    """
    keys = [name if name.isascii() else name_key(name) for name in names]
    return [ids[place] for place in sorted(range(len(ids)), key=keys.__getitem__)]


def find_ids(session: Session, text: str, order: ListOrder) -> list[PatientId]:
    """Ids of the patients who have, for every word of `text`, a word that starts with it.

    Words are looked for in names, record number and birthday (1945, 14-Jul-1945, 14/7/1945).
    Empty text finds everybody; text of signs alone finds nobody.
    """
    if not text.strip():
        return list(order.ids)
    words = match_expression(text)
    if not words:
        return []
    driver = driver_connection(session.connection())
    (found,) = driver.execute(_FIND, (words,)).fetchone()
    return order.sort(json.loads(found))


def match_expression(text: str) -> str:
    """What FTS5 is asked: each word a quoted prefix, so that no sign in it is an operator."""
    clean = text.replace("\0", " ").encode(errors="ignore").decode()
    padded = _SHORT_DATE.sub(lambda date: f"{date[1]:0>2}-{date[2]:0>2}", clean)
    words = [word for word in padded.split() if any(letter.isalnum() for letter in word)]
    return " ".join('"' + word.replace('"', '""') + '"*' for word in words[:_MOST_WORDS])
