"""Register a patient by hand, and say while that is typed whom the store may know already (F15)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from threading import Lock

from clinicdesk.domain.correction import PatientCorrection, require_possible_person
from clinicdesk.domain.identity import OWN, Agreement, Candidate, Details, Number
from clinicdesk.domain.patient import PatientId, PatientSummary
from clinicdesk.domain.roles import Action
from clinicdesk.errors import BadInput
from clinicdesk.etl.linkage.blocking import Index, index
from clinicdesk.etl.linkage.judging import Found, Known, judge
from clinicdesk.etl.linkage.weights import shipped_weights
from clinicdesk.services.access import Access, requires
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.storage import audit, entries, patients, search
from clinicdesk.storage.database import Database
from clinicdesk.storage.identity import Numbers

_NOBODYS = "\0"  # a system that gave no number: everybody is without one of it


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A patient who may be the one that is being registered, and why, in words."""

    patient: PatientSummary
    why: str = field(repr=False)


class Registering:
    """New patients. What is found of others is advice: nobody is kept from registering."""

    def __init__(
        self, database: Database, access: Access, zone: tzinfo, now: Callable[[], datetime]
    ) -> None:
        self._database, self._access = database, access
        self._zone, self._now = zone, now
        self._lock = Lock()
        self._index: Index | None = None
        self._version = -1

    @requires(Action.PATIENT_REGISTER)
    def lookalikes(
        self, person: PatientCorrection, number: str = "", progress: Progress = SILENT
    ) -> list[Lookalike]:
        """Patients who may be this person, the likeliest first; a line each, no record is opened.

        The first call reads the list of patients, some seconds a million; the next are quick.
        """
        details = _details(person)
        with self._database.reading() as session:
            numbers = Numbers(session)
            similar = self._similar(numbers, search.list_version(session), details)
            progress.raise_if_cancelled()
            own = [i for i in numbers.holders(OWN, [number]).get(number, ()) if i] if number else []
            known = numbers.details([*similar, *own])
            found = Found(
                elsewhere=[Known(id, *known[id]) for id in own if id in known],
                similar=[Known(id, *known[id]) for id in similar if id in known and id not in own],
                patients=numbers.count(),
            )
            verdict = judge(Number(_NOBODYS, number), details, found, shipped_weights())
            lines = patients.summaries(session, [each.patient_id for each in verdict.candidates])
        why = {each.patient_id: _words(each) for each in verdict.candidates}
        return [Lookalike(line, why[line.id]) for line in lines]

    @requires(Action.PATIENT_REGISTER)
    def register(self, person: PatientCorrection, number: str = "") -> PatientId:
        """Add a patient under the clinic's own number, the next one where none is given.

        Raise `BadInput` for what cannot be, and for a number that somebody has.
        """
        now = self._now()
        require_possible_person(person, now.astimezone(self._zone).date())
        number = " ".join(number.split())
        with self._database.writing() as session:
            if number and Numbers(session).holders(OWN, [number]):
                raise BadInput(
                    "A patient has this number already. Look in the list whether it is this one,"
                    " or give another number."
                )
            user_id = self._access.principal.user_id
            added = entries.add_patient(session, person, number, user_id=user_id, at=now)
            audit.record(
                session,
                self._access.principal,
                "patient.register",
                object_type="patient",
                object_id=added,
                at=now,
            )
        return added

    def _similar(self, numbers: Numbers, version: int, details: Details) -> Sequence[PatientId]:
        with self._lock:
            if self._index is None or self._version != version:
                self._index, self._version = index(numbers.without(_NOBODYS)), version
            return self._index.similar([details])[0]


def _details(person: PatientCorrection) -> Details:
    return Details(
        family_name=person.family_name,
        given_name=person.given_name,
        birth_date=person.birth_date,
        gender=person.gender,
        phone=person.phone,
        email=person.email,
        address=person.address,
    )


def _words(candidate: Candidate) -> str:
    """Same family name; birth date: two digits changed places."""
    told = []
    for each in candidate.evidence:
        trait = each.trait.value.replace("_", " ")
        if each.agreement in (Agreement.SAME, Agreement.CLOSE):
            near = "same" if each.agreement is Agreement.SAME else "similar"
            told.append(f"{near} {trait}" + (f" ({each.why})" if each.why else ""))
    return ", ".join(told).capitalize()
