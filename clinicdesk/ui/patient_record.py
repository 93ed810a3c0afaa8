"""What the patient page shows, read in one go off the UI thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.display import age_years
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import AdministrativeGender, Patient, PatientId
from clinicdesk.errors import StoreError
from clinicdesk.services.progress import SILENT, Progress
from clinicdesk.services.records import Records
from clinicdesk.ui.vitals import CHARTED


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """One patient, as of `now`. allergies: None when they could not be read."""

    patient: Patient
    now: datetime
    today: date
    latest: Sequence[Observation]  # newest of each code
    vitals: Sequence[Observation]  # the charted codes, oldest first
    encounters: Sequence[Encounter]
    conditions: Sequence[Condition]
    medications: Sequence[MedicationRequest]
    allergies: Sequence[AllergyIntolerance] | None

    @property
    def patient_id(self) -> PatientId:
        return self.patient.summary.id

    @property
    def gender(self) -> AdministrativeGender:
        return self.patient.summary.gender

    @property
    def age(self) -> int | None:
        """Completed years, None when nothing is known."""
        return age_years(self.patient.summary, self.today)


def read_record(
    records: Records,
    patient_id: PatientId,
    now: datetime,
    today: date,
    progress: Progress = SILENT,
) -> PatientRecord:
    """Open the record and read what the page shows; stops between the parts when cancelled."""
    patient = records.open(patient_id)
    progress.raise_if_cancelled()
    latest = records.latest(patient_id)
    vitals = records.observations(patient_id, CHARTED)
    progress.raise_if_cancelled()
    return PatientRecord(
        patient,
        now,
        today,
        latest,
        vitals,
        records.encounters(patient_id),
        records.conditions(patient_id),
        records.medications(patient_id),
        _allergies(records, patient_id),
    )


def _allergies(records: Records, patient_id: PatientId) -> Sequence[AllergyIntolerance] | None:
    """The banner has words for allergies that cannot be read; the rest of the page goes on."""
    try:
        return records.allergies(patient_id)
    except StoreError:
        return None
