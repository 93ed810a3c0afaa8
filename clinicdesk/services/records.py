"""One patient's record. Opening it is written down; the rest is read as it is looked at.

Everything raises `RestrictedRecord` where the record is not open to the person.
"""

from collections.abc import Collection

from clinicdesk.domain.allergy import AllergyIntolerance
from clinicdesk.domain.condition import Condition
from clinicdesk.domain.document import Document
from clinicdesk.domain.encounter import Encounter
from clinicdesk.domain.medication import MedicationRequest
from clinicdesk.domain.observation import Observation
from clinicdesk.domain.patient import Patient, PatientId
from clinicdesk.domain.risk import RiskAssessment
from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.storage import (
    allergies,
    conditions,
    documents,
    encounters,
    medications,
    observations,
    patients,
    risks,
)
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard


class Records:
    """What the store holds of a patient."""

    def __init__(self, database: Database, access: Access, guard: RecordGuard) -> None:
        self._database = database
        self._access = access
        self._guard = guard

    @requires(Action.PATIENT_READ)
    def open(self, patient_id: PatientId) -> Patient:
        """Open the record of a patient from the list; the audit says who opened it."""
        with self._guard.viewing(patient_id) as session:
            return patients.get(session, patient_id)

    @requires(Action.PATIENT_READ)
    def by_mrn(self, mrn: str) -> Patient:
        """Open the record with this number, written as the source writes it."""
        with self._database.reading() as session:
            patient_id = patients.get_id(session, mrn)
        return self.open(patient_id)

    @requires(Action.PATIENT_READ)
    def latest(self, patient_id: PatientId) -> list[Observation]:
        """The newest observation of each code."""
        with self._guard.reading(patient_id) as session:
            return observations.latest(session, patient_id)

    @requires(Action.PATIENT_READ)
    def observations(
        self, patient_id: PatientId, codes: Collection[str] | None = None
    ) -> list[Observation]:
        """The observations of these codes, or all, oldest first."""
        with self._guard.reading(patient_id) as session:
            return observations.of_patient(session, patient_id, codes)

    @requires(Action.PATIENT_READ)
    def encounters(self, patient_id: PatientId) -> list[Encounter]:
        """The encounters, newest first."""
        with self._guard.reading(patient_id) as session:
            return encounters.of_patient(session, patient_id)

    @requires(Action.PATIENT_READ)
    def conditions(self, patient_id: PatientId) -> list[Condition]:
        """The conditions, newest onset first."""
        with self._guard.reading(patient_id) as session:
            return conditions.of_patient(session, patient_id)

    @requires(Action.PATIENT_READ)
    def medications(self, patient_id: PatientId) -> list[MedicationRequest]:
        """The prescriptions, newest first."""
        with self._guard.reading(patient_id) as session:
            return medications.of_patient(session, patient_id)

    @requires(Action.PATIENT_READ)
    def allergies(self, patient_id: PatientId) -> list[AllergyIntolerance]:
        """The allergies and intolerances, newest first."""
        with self._guard.reading(patient_id) as session:
            return allergies.of_patient(session, patient_id)

    @requires(Action.PATIENT_READ)
    def documents(self, patient_id: PatientId) -> list[Document]:
        """The documents, newest first, without their content."""
        with self._guard.reading(patient_id) as session:
            return documents.of_patient(session, patient_id)

    @requires(Action.PATIENT_READ)
    def risks(self, patient_id: PatientId) -> list[RiskAssessment]:
        """What models said of the patient, as it was shown, newest first."""
        with self._guard.reading(patient_id) as session:
            return risks.of_patient(session, patient_id)
