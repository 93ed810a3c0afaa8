"""Every error ClinicDesk raises on purpose.

ClinicDeskError
├── UserFacingError          its text goes to the screen as is: actionable, free of PHI
│   ├── NotAllowed           password, role, locked: the command line exits with 3
│   │   ├── WrongPassword
│   │   └── RestrictedRecord the record is open to few; in an emergency the glass can be broken
│   ├── StoreError           the store is missing, damaged, full, busy, newer than this program
│   ├── BadInput             a file or a value that cannot be used: what, where, what to do
│   └── RecordNotFound
└── Cancelled                the user stopped the work: neither shown nor logged
"""


class ClinicDeskError(Exception):
    """Base class; never raised itself."""


class UserFacingError(ClinicDeskError):
    """Its text goes to the screen as is: plain, actionable, free of PHI."""


class NotAllowed(UserFacingError):
    """The person may not do this, or did not prove who they are."""


class WrongPassword(NotAllowed):
    """One text for a wrong password, an unknown login and a locked account."""

    def __init__(self) -> None:
        super().__init__("The password is not right.")


class RestrictedRecord(NotAllowed):
    """The record of this patient is restricted, and the person was not granted it."""

    def __init__(self, patient_id: int) -> None:
        super().__init__(
            "This record is restricted. Ask somebody who treats the patient to grant you access;"
            " in an emergency a clinician may open it for an hour, with a reason that is reviewed."
        )
        self.patient_id = patient_id


class StoreError(UserFacingError):
    """The store cannot be used as it stands; the text says the way out."""


class BadInput(UserFacingError):
    """A file or value that cannot be used: the text says what, where and what to do."""


class RecordNotFound(UserFacingError):
    """The record is not there, or not any more."""


class Cancelled(ClinicDeskError):
    """The user stopped the work. Not a failure: neither shown nor logged."""
