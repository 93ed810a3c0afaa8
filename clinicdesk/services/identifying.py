"""Recognise the people of an import: each is a patient of the store, new, or held for somebody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from clinicdesk.domain.identity import Bin, Details, Number, People, Person
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import BadInput
from clinicdesk.etl.arrays import Ints
from clinicdesk.etl.batches import NO_ID, Batch
from clinicdesk.etl.linkage.blocking import Index, index
from clinicdesk.etl.linkage.judging import Found, Known, Verdict, judge, namesakes
from clinicdesk.etl.linkage.weights import shipped_weights
from clinicdesk.etl.people import people_of, recognised
from clinicdesk.etl.plan import HOLD, NEW
from clinicdesk.storage.identity import Held, Numbers

MOST_KEPT = 1_000  # people of one bin that are kept to be looked at
_FIRST = {Bin.REVIEW: 0, Bin.MATCH: 1, Bin.NEW: 2}
_HELD = PatientId(NO_ID)
_NOTHING = Details()


@dataclass(slots=True)
class _Outcome:
    """What became of the people of one batch."""

    ids: list[PatientId] = field(default_factory=list)
    given: list[Held] = field(default_factory=list)  # numbers to write down
    settled: list[Number] = field(default_factory=list)


class Identification:
    """Who the people of one import are. said: key of a person -> row id, `new` or `hold`."""

    def __init__(self, numbers: Numbers, said: Mapping[str, str]) -> None:
        self._numbers, self._said = numbers, said
        self._weights = shipped_weights()
        self._counts: Counter[Bin] = Counter()
        self._kept: list[Person] = []
        self._next = numbers.next_id()
        self._looks: dict[str, Index] = {}  # system -> who has no number of it
        self._taken: set[PatientId] = set()  # who was recognised by likeness
        self._asked: set[Number] = set()

    @property
    def people(self) -> People:
        """Everybody so far."""
        persons = sorted(self._kept, key=lambda person: _FIRST[person.bin])
        return People({bin: self._counts[bin] for bin in Bin}, persons)

    def identified(self, batch: Batch, file: str, rows: Ints, file_id: int) -> Batch:
        """The batch of patients with their row ids, without those whom nobody has recognised.

        rows: those of the chunk; 1 is the first data row of the file.
        """
        people = list(people_of(batch))
        found = self._found(people)
        outcome, met = _Outcome(), dict[Number, PatientId]()
        for at, (number, details) in zip(batch.at.tolist(), people, strict=True):
            if number not in met:
                verdict = self._judged(number, details, found[number])
                person = self._person(number, details, verdict, file, int(rows[at]))
                own = {known.patient_id for known in found[number].own}
                met[number] = self._settled(person, verdict, own, file_id, outcome)
            outcome.ids.append(met[number])
        self._numbers.add(outcome.given)
        self._numbers.settle(outcome.settled)
        return recognised(batch, np.array(outcome.ids, dtype=np.int64))

    def ask(self, number: Number, file: str, row: int) -> None:
        """Note a number that may be of more than one patient, in a file of measurements alone."""
        if number in self._asked:
            return
        self._asked.add(number)
        verdict = namesakes(self._found([(number, _NOTHING)])[number], self._weights)
        said = self._said.get(number.key, "")
        person = Person(
            number, _NOTHING, verdict.bin, verdict.why, file, row, verdict.candidates, said
        )
        self._keep(replace(person, measurements_only=True))

    def _judged(self, number: Number, details: Details, found: Found) -> Verdict:
        """Who this is; nobody is two people of one system without being asked about."""
        verdict = judge(number, details, found, self._weights)
        if verdict.bin is not Bin.MATCH or found.own:
            return verdict
        if verdict.patient_id in self._taken:
            why = "Somebody else in these files was taken for this patient already."
            return replace(verdict, bin=Bin.REVIEW, why=why)
        self._taken.add(verdict.patient_id)
        return verdict

    def _person(
        self, number: Number, details: Details, verdict: Verdict, file: str, row: int
    ) -> Person:
        said = self._said.get(number.key, "")
        person = Person(
            number, details, verdict.bin, verdict.why, file, row, verdict.candidates, said
        )
        self._keep(person)
        return person

    def _keep(self, person: Person) -> None:
        self._counts[person.bin] += 1
        if self._counts[person.bin] <= MOST_KEPT:
            self._kept.append(person)

    def _settled(
        self, person: Person, verdict: Verdict, own: set[PatientId], file_id: int, into: _Outcome
    ) -> PatientId:
        """The row id the person gets, `_HELD` for none; numbers are written down on the way."""
        number, said = person.number, person.decided
        if said == HOLD or (not said and verdict.bin is Bin.REVIEW):
            into.given.append((None, *number, file_id, person.row))
            self._asked.add(number)
            return _HELD
        if said:
            into.settled.append(number)
        known = self._known(said, verdict)
        if known is None:
            return self._new()
        if known not in own:
            into.given.append((known, *number, file_id, person.row))
        return known

    def _known(self, said: str, verdict: Verdict) -> PatientId | None:
        """The patient this is. One who was said to be new is found again the next time."""
        if said and said != NEW:
            return self._chosen(said)
        return verdict.patient_id if verdict.bin is Bin.MATCH else None

    def _new(self) -> PatientId:
        new = self._next
        self._next = PatientId(new + 1)
        return new

    def _chosen(self, said: str) -> PatientId:
        """The patient somebody chose; raise `BadInput` where there is none."""
        chosen = PatientId(int(said)) if said.isdecimal() else _HELD
        if not self._numbers.details([chosen]):
            raise BadInput(
                "The answers about people name a patient who is not in the store. Look again whom"
                " the files may mean."
            )
        return chosen

    def _found(self, people: Sequence[tuple[Number, Details]]) -> dict[Number, Found]:
        """Whom the store has for each number, in a few statements."""
        numbers = [number for number, _ in people]
        own: dict[Number, list[PatientId | None]] = {}
        elsewhere: dict[Number, list[PatientId | None]] = {}
        for system, values in _by_system(numbers).items():
            found = self._numbers.holders(system, values)
            own |= {Number(system, value): holders for value, holders in found.items()}
            rest = [value for value in values if value not in found]
            others = self._numbers.holders_elsewhere(system, rest)
            elsewhere |= {Number(system, value): holders for value, holders in others.items()}
        similar = self._similar([each for each in people if each[0] not in own])
        known = self._known_patients([*own.values(), *elsewhere.values(), *similar.values()])
        return {
            number: Found(
                own=[known[id] for id in own.get(number, ()) if id is not None],
                elsewhere=[known[id] for id in elsewhere.get(number, ()) if id is not None],
                similar=[
                    known[id]
                    for id in similar.get(number, ())
                    if id not in elsewhere.get(number, ())
                ],
                waiting=None in own.get(number, ()),
                patients=self._next,
            )
            for number in set(numbers)
        }

    def _similar(self, people: Sequence[tuple[Number, Details]]) -> dict[Number, list[PatientId]]:
        """Who looks like those whose numbers nobody has."""
        found: dict[Number, list[PatientId]] = {}
        for system in {number.system for number, _ in people}:
            some = {number: one for number, one in people if number.system == system}
            similar = self._index(system).similar(list(some.values()))
            found |= dict(zip(some, similar, strict=True))
        return found

    def _index(self, system: str) -> Index:
        """Those who have no number of the system: who has one is somebody else."""
        if system not in self._looks:
            self._looks[system] = index(self._numbers.without(system))
        return self._looks[system]

    def _known_patients(
        self, holders: Sequence[Sequence[PatientId | None]]
    ) -> dict[PatientId, Known]:
        ids = {id for each in holders for id in each if id is not None}
        if not ids:
            return {}
        found = self._numbers.details(ids)
        return {id: Known(id, *told) for id, told in found.items()}


def _by_system(numbers: Sequence[Number]) -> dict[str, list[str]]:
    systems: dict[str, list[str]] = {}
    for system, value in dict.fromkeys(numbers):
        systems.setdefault(system, []).append(value)
    return systems
