"""When they came, why, and how long they stayed: three years of visits and stays."""

from dataclasses import dataclass

import numpy as np

from clinicdesk.demo.arrays import Bools, Floats, Ints, Times, years_at
from clinicdesk.demo.cast import Course
from clinicdesk.demo.diagnoses import CHRONIC, CHRONIC_INDEX, DIAGNOSES
from clinicdesk.demo.people import People

WINDOW_DAYS = 3 * 365
STAY_SHARE = 0.03  # of the encounters of a middle-aged person without a chronic condition
ON_THE_WARD = 0.012  # of the adults, besides the cast
READMISSION = 0.11
COURSES = (0.62, 0.28, 0.03, 0.07)  # of Course, in its order
TEN = np.timedelta64(10 * 60, "m")  # o'clock
WEEKS_BEFORE = np.timedelta64(6 * 7, "D")  # the last visit of the cast before its stay
FOLLOW_UP = 1.8  # those with a chronic condition come for it rather than for a cold
A_DAY, AN_HOUR = np.timedelta64(1440, "m"), np.timedelta64(60, "m")
CODES = [diagnosis.code for diagnosis in DIAGNOSES]


@dataclass(frozen=True, slots=True)
class Visits:
    """One element an encounter, by patient and time.

    who: row of People.  reason: row of DIAGNOSES.  days: length of stay, 0 for a visit.
    present: the stay has not ended.  gap: days since the visit before, NaN for the first.
    """

    who: Ints
    start: Times
    reason: Ints
    days: Floats
    present: Bools
    course: Ints
    severity: Ints
    readmitted: Bools
    gap: Floats
    age: Floats  # years, on the day

    def __len__(self) -> int:
        return len(self.who)

    @property
    def stay(self) -> Bools:
        return self.days > 0


def draw(rng: np.random.Generator, people: People, count: int, as_of: np.datetime64) -> Visits:
    """Draw exactly `count` encounters before `as_of` (an instant on the clinic's clock)."""
    plan = _Plan(rng, people, count, as_of)
    plan.admit()
    plan.bring_back()
    plan.fill_the_ward()
    plan.find_reasons()
    plan.play_the_cast()
    return plan.finished()


class _Plan:
    """The encounters while their times and kinds are being settled; sorted by patient."""

    def __init__(
        self, rng: np.random.Generator, people: People, count: int, as_of: np.datetime64
    ) -> None:
        self._rng, self._people, self._as_of = rng, people, as_of
        self._limit = np.where(np.isnat(people.died), as_of, people.died)  # a person's last moment
        self._who = self._who_came(count)
        self._start = self._office_hours()
        self._days = np.zeros(count)
        self._present = np.zeros(count, dtype=bool)
        self._reason = np.zeros(count, dtype=np.int64)
        self._course = rng.choice(len(COURSES), count, p=COURSES)

    def admit(self) -> None:
        """Make admissions of some: the old and the ill are admitted more often, at any hour.

        The cast is spared, so that its charts tell one story.
        """
        age = years_at(self._people.born[self._who], self._start)
        frail = np.interp(age, (18, 50, 70, 90), (0.5, 0.9, 1.7, 3.0)) * (age >= 16)
        burden = 0.6 + 0.25 * self._people.chronic.sum(axis=1)[self._who]
        chance = STAY_SHARE * frail * burden * (self._who >= len(self._people.characters))
        stays = np.flatnonzero(self._rng.random(len(self._who)) < chance)
        hour = self._rng.integers(2 * 60, 24 * 60, len(stays)).astype("timedelta64[m]")
        self._start[stays] = self._start[stays].astype("M8[D]") + hour
        self._days[stays] = self._lengths(len(stays))

    def bring_back(self) -> None:
        """Readmit some within thirty days; and let the next visit wait for the discharge."""
        end = self._end()
        followed = (self._days > 0) & np.append(self._who[1:] == self._who[:-1], False)
        back = followed & (self._rng.random(len(self._who)) < READMISSION)
        back[1:] &= ~back[:-1]
        too_soon = followed & (np.append(self._start[1:], self._as_of) <= end)
        moved = np.flatnonzero(back | too_soon)
        wait = self._rng.integers(2 * 1440, 29 * 1440, len(moved)).astype("timedelta64[m]")
        when = (end[moved] + wait).astype("M8[D]") + np.timedelta64(10 * 60 + 15, "m")
        fits = when < self._limit[self._who[moved]] - A_DAY
        self._start[moved[fits] + 1] = when[fits]
        again = moved[fits & back[moved]] + 1
        self._days[again] = self._lengths(len(again))

    def fill_the_ward(self) -> None:
        """Let the last encounter of some be a stay that has not ended."""
        people = self._people
        here = self._rng.random(len(people)) < ON_THE_WARD
        here &= (people.age >= 18) & np.isnat(people.died)
        here[: len(people.characters)] = [bool(one.ward) for one in people.characters]
        last = np.append(self._who[1:] != self._who[:-1], True)
        self._present = last & here[self._who]
        rows = np.flatnonzero(self._present)
        self._stay_for(rows, np.clip(self._rng.gamma(3, 1.2, len(rows)), 0.8, 9))

    def find_reasons(self) -> None:
        """Give each encounter a diagnosis that its patient can have."""
        heaped = self._chances().cumsum(axis=1)
        luck = self._rng.random(len(self._who)) * heaped[:, -1]
        self._reason = (heaped < luck[:, None]).sum(axis=1).clip(max=len(DIAGNOSES) - 1)

    def play_the_cast(self) -> None:
        """Give the cast the stays they are there for."""
        for row, one in enumerate(self._people.characters):
            rows = np.flatnonzero(self._present & (self._who == row))
            if one.ward:
                self._stay_for(rows, np.full(len(rows), one.days_in))
                self._reason[rows], self._course[rows] = CODES.index(one.ward), one.course
                before = rows[(rows > 0) & (self._who[rows - 1] == row)] - 1
                self._start[before] = self._start[rows[:1]].astype("M8[D]") - WEEKS_BEFORE + TEN

    def finished(self) -> Visits:
        """Put them in order of time and complete what follows from the rest."""
        self._leave_the_month_before_admission()
        self._start = _not_twice(self._start)
        room = (self._limit[self._who] - self._start) / A_DAY
        self._days = np.where(self._days > 0, np.clip(self._days, 0.05, np.maximum(room, 0.05)), 0)
        order = np.lexsort((self._start, self._who))
        who, start, days = self._who[order], self._start[order], self._days[order]
        course, stay = self._course[order], days > 0
        worse = np.isin(course, (Course.WORSENING, Course.RELAPSE))
        grave = self._rng.integers(4, 8, len(who)) + 2 * worse
        return Visits(
            who=who,
            start=start,
            reason=self._reason[order],
            days=days,
            present=self._present[order],
            course=course,
            severity=np.where(stay, grave, self._rng.integers(1, 6, len(who))),
            readmitted=_readmitted(who, start, days),
            gap=_gaps(who, start),
            age=years_at(self._people.born[who], start),
        )

    def _who_came(self, count: int) -> Ints:
        """Sorted rows of People, as often as each came; those on the ward came before."""
        people, rng = self._people, self._rng
        weight = 0.6 + 0.55 * people.chronic.sum(axis=1) + 0.006 * people.age
        weight *= rng.gamma(3, 1 / 3, len(people)) * (people.age > 0.02)  # a newborn never left
        on_ward = [row for row, one in enumerate(people.characters) if one.ward]
        here = [row for row in on_ward for _ in range(1 + (people.age[row] > 1))][:count]
        others = rng.choice(len(people), count - len(here), p=weight / weight.sum())
        return np.sort(np.concatenate([np.array(here, dtype=np.int64), others]))

    def _office_hours(self) -> Times:
        """Weekdays from eight to six in quarters of an hour, in time order for each patient."""
        today, who = self._as_of.astype("M8[D]"), self._who
        first = np.maximum(self._people.registered, today - np.timedelta64(WINDOW_DAYS, "D"))
        room = np.maximum((self._limit.astype("M8[D]") - first).astype(np.int64) - 1, 0)[who]
        day = first[who] + (self._rng.random(len(who)) * (room + 1)).astype("timedelta64[D]")
        weekday = np.busday_offset(day, 0, roll="backward")
        day = np.maximum(weekday, self._people.registered[who])
        quarter = self._rng.integers(8 * 4, 18 * 4, len(who)) * 15
        start = day.astype("M8[m]") + quarter.astype("timedelta64[m]")
        return np.asarray(start[np.lexsort((start, who))])

    def _lengths(self, count: int) -> Floats:
        return np.asarray(np.clip(self._rng.gamma(1.9, 1.9, count), 0.6, 21))

    def _end(self) -> Times:
        return np.asarray(self._start + (self._days * 1440).astype("timedelta64[m]"))

    def _stay_for(self, rows: Ints, days: Floats) -> None:
        self._days[rows] = days
        self._start[rows] = self._as_of - (days * 1440).astype("timedelta64[m]")

    def _leave_the_month_before_admission(self) -> None:
        """Nobody on the ward has visited since: move such visits to before the admission."""
        admitted = np.full(len(self._people), np.datetime64("2999-01-01T00:00", "m"))
        admitted[self._who[self._present]] = self._start[self._present]
        late = ~self._present & (self._end() >= admitted[self._who])
        self._start[late] -= 28 * A_DAY

    def _chances(self) -> Floats:
        """How likely each of DIAGNOSES is the reason: a row an encounter."""
        people, who, stay = self._people, self._who, self._days > 0
        age, female = years_at(people.born[who], self._start), people.female[who]
        chances = np.zeros((len(who), len(DIAGNOSES)))
        for column, diagnosis in enumerate(DIAGNOSES):
            weight = np.where(stay, float(diagnosis.stays), float(diagnosis.visits))
            weight *= np.where(female, 2 * diagnosis.women, 2) / (1 + diagnosis.women)
            weight *= (age >= diagnosis.ages[0]) & (age <= diagnosis.ages[1])
            if column < len(CHRONIC):
                weight *= FOLLOW_UP * people.chronic[who, column]
            elif diagnosis.needs:
                weight *= people.chronic[who, CHRONIC_INDEX[diagnosis.needs]]
            chances[:, column] = weight
        return chances


def _not_twice(start: Times) -> Times:
    """An hour later between one and two at night, where clocks skip or repeat."""
    night = (start - start.astype("M8[D]")) // AN_HOUR == 1
    return np.asarray(np.where(night, start + AN_HOUR, start))


def _gaps(who: Ints, start: Times) -> Floats:
    same = np.append(False, who[1:] == who[:-1])
    before = np.append(start[:1], start[:-1])
    return np.where(same, np.floor((start - before) / A_DAY), np.nan)


def _readmitted(who: Ints, start: Times, days: Floats) -> Bools:
    """Whether the same patient's next stay began within thirty days of the end of this one."""
    rows = np.flatnonzero(days > 0)
    back = np.zeros(len(who), dtype=bool)
    if rows.size > 1:
        end = start[rows] + (days[rows] * 1440).astype("timedelta64[m]")
        soon = start[rows[1:]] - end[:-1] <= 30 * A_DAY
        back[rows[:-1]] = soon & (who[rows[1:]] == who[rows[:-1]])
    return back
