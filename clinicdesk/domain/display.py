"""How dates, ages, names and numbers read: the same words on screen, on paper and in the shell.

NHS Common User Interface: 05-Apr-2008 whatever the computer's language, 24-hour time, the family
name in capitals, ages as 90min 26hrs 3d 4w 1d 12m 8d 4y 1m 81y (ux.md).
"""

import re
from datetime import date, datetime, timedelta, tzinfo
from unicodedata import normalize

from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, AgeStatement, Patient, PatientSummary

NOT_RECORDED = "Not recorded"
_GREEK_ACCENT = re.compile("([\u0391-\u03a9])\u0301")
_LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def date_text(day: date | None) -> str:
    return f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year:04}" if day else NOT_RECORDED


def long_date_text(day: date | None) -> str:
    """01 January 2008: on whatever is handed to the patient."""
    return f"{day.day:02} {_LONG_MONTHS[day.month - 1]} {day.year}" if day else NOT_RECORDED


def instant_text(instant: datetime | None, zone: tzinfo) -> str:
    """05-Apr-2008 14:47 in the clinic's zone."""
    if instant is None:
        return NOT_RECORDED
    local = instant.astimezone(zone)
    return f"{date_text(local.date())} {local.hour:02}:{local.minute:02}"


def elapsed_text(since: datetime, now: datetime) -> str:
    """How old a value is: 12min, 3hrs, 4d, 5w, 8m, 3y. The future reads as such."""
    seconds = (now - since).total_seconds()
    if seconds < 0:
        return "in the future"
    for unit, size, limit in (("min", 60, 120), ("hrs", 3600, 48), ("d", 86400, 28)):
        if seconds < size * limit:
            return f"{int(seconds // size)}{unit}"
    days = seconds / 86400
    if days < 7 * 13:
        return f"{int(days // 7)}w"
    return f"{int(days // 30.4375)}m" if days < 365.25 * 2 else f"{int(days // 365.25)}y"


def years_between(born: date, day: date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def age_text(born: date, today: date) -> str:
    """The age as CUI tables 7-8 write it, from the day of birth (hours need the time of birth)."""
    days = (today - born).days
    if days < 28:
        return f"{days}d"
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 12:
        return f"{days // 7}w {days % 7}d" if days % 7 else f"{days // 7}w"
    if months < 24:
        rest = (today - _months_after(born, months)).days
        return f"{months}m {rest}d" if rest else f"{months}m"
    if months < 18 * 12:
        return f"{months // 12}y {months % 12}m" if months % 12 else f"{months // 12}y"
    return f"{months // 12}y"


def birth_text(person: PatientSummary, today: date) -> str:
    """14-Jul-1945 (81y), or what was written down: `81y on 05-Apr-2008`."""
    if person.birth_date and person.deceased and not person.deceased_on:
        return date_text(person.birth_date)  # nobody knows the age that was reached
    if person.birth_date:
        end = person.deceased_on or today
        return f"{date_text(person.birth_date)} ({age_text(person.birth_date, end)})"
    return statement_text(person.age_statement)


def statement_text(statement: AgeStatement | None) -> str:
    if statement is None:
        return "Not Known"
    return f"{statement.years}y on {date_text(statement.true_on)}"


def mrn_text(person: PatientSummary) -> str:
    """The record number; with who gave it where another patient has the same one."""
    return f"{person.mrn} ({person.issuer})" if person.issuer else person.mrn


def died_text(person: PatientSummary) -> str:
    """The day of death, or that nobody wrote it; "" of the living."""
    if person.deceased_on:
        return date_text(person.deceased_on)
    return "Day not known" if person.deceased else ""


def name_text(person: PatientSummary) -> str:
    """SMITH, John; without any name, `Name not recorded`."""
    name = ", ".join(filter(None, (capitals(person.family_name), person.given_name)))
    return name or "Name not recorded"


def capitals(name: str) -> str:
    """In capitals; Greek leaves its accents out there: Παπαδοπούλου, ΠΑΠΑΔΟΠΟΥΛΟΥ."""
    return normalize("NFC", _GREEK_ACCENT.sub(r"\1", normalize("NFD", name.upper())))


def banner_name(patient: Patient) -> str:
    """SMITH, John (Mr)."""
    title = f" ({patient.prefix.rstrip('.')})" if patient.prefix else ""
    return name_text(patient.summary) + title


def gender_text(gender: AdministrativeGender) -> str:
    """In full, never a letter or a sign alone (CGS-0005)."""
    return "Not Known" if gender is AdministrativeGender.UNKNOWN else gender.value.capitalize()


def age_years(person: PatientSummary, today: date) -> int | None:
    """Completed years, today or on the day of death; None when nothing is known."""
    end = person.deceased_on or today
    if person.birth_date:
        return years_between(person.birth_date, end)
    if person.age_statement:
        return person.age_statement.years + years_between(person.age_statement.true_on, end)
    return None


def result_text(observation: Observation) -> str:
    """The number as precisely as it was recorded, or the text of a result that is none."""
    if observation.value is None:
        return observation.text
    return number_text(observation.value, _recorded_places(observation))


def number_text(value: float, places: int | None = None) -> str:
    """No trailing zero, a leading zero, a comma from 1,000 (CUI MEDi-015..017).

    places: decimals; if None, as many as a measurement of that size carries (27.468 reads 27.5).
    """
    if places is None:
        places = 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_text(probability: float) -> str:
    """One place of decimals: 12.3 %."""
    return f"{probability * 100:.1f} %"


def _recorded_places(observation: Observation) -> int:
    """Decimals of the original; of a converted value, enough for three figures."""
    original = observation.original_value.strip()
    try:
        same = float(original) == observation.value
    except ValueError:
        same = False
    if same:
        return min(len(original.partition(".")[2]), 3)
    size = abs(observation.value or 0)
    return 0 if size >= 100 else 1 if size >= 10 else 2


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return min(
        date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1)
    )
