"""A record as text: the banner, then a table for every part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from clinicdesk.cli.output import say, shown, table
from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.catalog import catalog
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import (
    banner_name,
    birth_text,
    date_text,
    died_text,
    elapsed_text,
    gender_text,
    instant_text,
    mrn_text,
    result_text,
)
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AllergyStatus, Patient
from clinicdesk.domain.units import printed_unit

_ALLERGY_WORDS = {
    AllergyStatus.KNOWN: "Known allergies",
    AllergyStatus.NONE_KNOWN: "No known allergies",
    AllergyStatus.NOT_RECORDED: "Allergies not recorded",
}


_RESULTS = {  # title: category of the catalogue
    "vital signs": "vital",
    "laboratory results": "lab",
    "other observations": "",
}
_Row = tuple[str, ...]
_Section = tuple[str, _Row, list[_Row]]  # title, columns, rows


@dataclass(frozen=True, slots=True)
class RecordText:
    """What is shown of a record. latest: the newest observation of each code."""

    patient: Patient
    latest: Sequence[Observation]
    conditions: Sequence[Condition]
    medications: Sequence[MedicationRequest]
    allergies: Sequence[AllergyIntolerance]
    encounters: Sequence[Encounter]
    zone: tzinfo
    now: datetime

    def show(self) -> None:
        """Print it for people."""
        _banner(self.patient, self.now.astimezone(self.zone))
        for title, columns, rows in self._sections():
            say()
            say(title)
            if rows:
                table(columns, rows)
            else:
                say("none recorded")

    def _sections(self) -> Iterator[_Section]:
        yield from self._latest_sections()
        conditions = [_condition(each) for each in self.conditions]
        yield "Conditions", ("Condition", "Code", "From", "Until"), conditions
        medications = [_medication(each) for each in self.medications]
        yield "Medications", ("Medication", "Dosage", "From", "Until"), medications
        allergies = [_allergy(each) for each in self.allergies]
        title = _ALLERGY_WORDS[self.patient.allergy_status]
        yield title, ("Allergy", "Reaction", "Severity", "Recorded"), allergies
        encounters = [_encounter(each, self.zone) for each in self.encounters]
        yield "Encounters", ("Started", "Ended", "Class", "Reason"), encounters

    def _latest_sections(self) -> Iterator[_Section]:
        for title, category in _RESULTS.items():
            rows = [self._result(each) for each in self.latest if _category(each) == category]
            yield f"Latest {title}", ("Result", "Unit", "Taken", "Ago", "Test"), rows

    def _result(self, observation: Observation) -> _Row:
        return (
            result_text(observation),
            printed_unit(observation.unit),
            instant_text(observation.effective_at, self.zone),
            elapsed_text(observation.effective_at, self.now),
            observation.display,  # last: a question of a survey is as long as it likes
        )


def _banner(patient: Patient, now: datetime) -> None:
    person = patient.summary
    born = birth_text(person, now.date())
    gender = gender_text(person.gender)
    say(shown(f"{banner_name(patient)}   Born {born}   Gender {gender}   ID {mrn_text(person)}"))
    if person.deceased:
        say(f"Died {died_text(person)}")
    if person.restricted:
        say("RESTRICTED: this record is open to few.")


def _category(observation: Observation) -> str:
    concept = catalog().by_code(observation.code)
    return concept.category if concept and concept.category in _RESULTS.values() else ""


def _condition(condition: Condition) -> _Row:
    return (
        condition.display,
        condition.code,
        date_text(condition.onset),
        _end_text(condition.abatement),
    )


def _medication(medication: MedicationRequest) -> _Row:
    return (
        medication.display,
        medication.dosage,
        date_text(medication.authored_on),
        _end_text(medication.ended_on),
    )


def _allergy(allergy: AllergyIntolerance) -> _Row:
    return allergy.display, allergy.reaction, allergy.severity, date_text(allergy.recorded_on)


def _encounter(encounter: Encounter, zone: tzinfo) -> _Row:
    return (
        instant_text(encounter.started_at, zone),
        instant_text(encounter.ended_at, zone),
        encounter.class_.name.capitalize(),
        encounter.reason_text or encounter.reason_code or encounter.type_text,
    )


def _end_text(day: date | None) -> str:
    """An end that nobody recorded is no gap in the record: most things go on."""
    return date_text(day) if day else ""
