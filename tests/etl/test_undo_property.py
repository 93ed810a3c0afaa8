"""Import, edit and undo in any order: the newest word of whoever still stands is what counts."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.services.access import Access
from clinicdesk.services.rereading import Rereading
from clinicdesk.services.undoing import Undoing
from clinicdesk.storage.acting import acting
from tests.etl.factories import Desk

DESK = Principal(1, "desk", Role.ADMINISTRATOR)
PEOPLE = ("P1", "P2", "P3")
VALUES = (60, 70, 80)
HEADER = "patient_id,timestamp,heart_rate\n"


@dataclass
class Word:
    """What somebody said of a cell. import_id: None for a person.  before: what it replaced."""

    import_id: int | None
    value: int
    before: int | None = None


@dataclass
class Model:
    """What a record should say, worked out from all that was said."""

    words: dict[str, list[Word]] = field(default_factory=lambda: {who: [] for who in PEOPLE})
    undone: set[int] = field(default_factory=set)

    def value(self, who: str) -> int | None:
        standing = [w for w in self.words[who] if w.import_id not in self.undone]
        return standing[-1].value if standing else None

    def say(self, import_id: int, said: dict[str, int]) -> None:
        """An import speaks; what a person has replaced is not brought back."""
        for who, value in said.items():
            replaced = {w.before for w in self.words[who] if w.import_id is None}
            if value not in replaced:
                self.words[who].append(Word(import_id, value))

    def edit(self, who: str, value: int) -> None:
        self.words[who].append(Word(None, value, before=self.value(who)))

    @property
    def record(self) -> dict[str, int]:
        found = {who: self.value(who) for who in PEOPLE}
        return {who: value for who, value in found.items() if value is not None}


class Bench:
    """One desk and what it should hold."""

    def __init__(self, desk: Desk, dice: random.Random) -> None:
        self.desk, self.dice, self.model = desk, dice, Model()
        people = "".join(f"{who},F,1950-01-01\n" for who in PEOPLE)
        desk.run({"people.csv": "patient_id,gender,birth_date\n" + people})
        self.undoing = Undoing(desk.database, Access(DESK), lambda: desk._now)

    def do_import(self) -> None:
        some = self.dice.sample(PEOPLE, self.dice.randint(1, len(PEOPLE)))
        said = {who: self.dice.choice(VALUES) for who in some}
        rows = "".join(f"{who},2026-01-01 08:00,{value}\n" for who, value in said.items())
        report = self.desk.run({"vitals.csv": HEADER + rows})
        assert report.import_id
        self.model.say(report.import_id, said)

    def do_edit(self) -> None:
        who, value = self.dice.choice(PEOPLE), self.dice.choice((61, 71, *VALUES))
        if self.model.value(who) in (None, value):
            return
        with self.desk.database.writing() as s, acting(s, 1, "a slip", self.desk._now):
            s.execute(
                text(
                    "UPDATE observation SET value = :value, original_value = :word, file_id = NULL,"
                    " row = NULL WHERE patient_id = (SELECT id FROM patient WHERE mrn = :who)"
                ),
                {"value": value, "word": str(value), "who": who},
            )
        self.model.edit(who, value)

    def do_undo(self) -> None:
        runs = [r.id for r in self.desk.imports.history() if r.id > 1 and not r.undone_at]
        if runs:
            import_id = self.dice.choice(runs)
            look = self.undoing.preview(import_id)
            assert self.undoing.run(import_id) == look
            self.model.undone.add(import_id)

    @property
    def record(self) -> dict[str, int]:
        found = self.desk.rows("observation", "patient_id, value, entered_in_error")
        names = dict(self.desk.rows("patient", "id, mrn"))
        standing = [(names[owner], int(value)) for owner, value, wrong in found if not wrong]
        assert len(dict(standing)) == len(standing), "a cell is there twice"
        return dict(standing)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_was_done_the_newest_standing_word_counts(desk: Desk, seed: int) -> None:
    dice = random.Random(seed)
    bench = Bench(desk, dice)
    actions: list[Callable[[], None]] = [bench.do_import, bench.do_edit, bench.do_undo]
    for _ in range(9):
        desk.tomorrow()
        dice.choices(actions, weights=(4, 3, 3))[0]()
        assert bench.record == bench.model.record
    desk.tomorrow()
    assert Rereading(desk.database, Access(DESK), lambda: desk._now).check().is_whole


@pytest.mark.parametrize("seed", range(2))
def test_without_edits_undoing_everything_leaves_nothing(desk: Desk, seed: int) -> None:
    bench = Bench(desk, random.Random(seed))
    for _ in range(4):
        desk.tomorrow()
        bench.do_import()
    while len(bench.model.undone) < 4:
        desk.tomorrow()
        bench.do_undo()
    assert bench.record == {}
