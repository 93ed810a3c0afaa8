"""Every error ClinicDesk raises on purpose.

ClinicDeskError
├── UserFacingError          its text goes to the screen as is: actionable, free of PHI
│   ├── NotAllowed           password, role, locked: the command line exits with 3
│   │   ├── WrongPassword
│   │   └── RestrictedRecord the record is open to few; in an emergency the glass can be broken
│   ├── StoreError           the store cannot be used as it stands: missing, another one, newer
│   │   ├── DiskFull         nothing more can be written until there is room
│   │   ├── DiskFailed       the disk does not read or write
│   │   ├── StoreReadOnly    nobody may write there
│   │   ├── StoreDamaged     what was written is not what is read
│   │   ├── StoreUnreadable  it is no database, or not of these keys
│   │   └── StoreBusy        another program holds it
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


class DiskFull(StoreError):
    """No room to write; reading goes on. missing: bytes that must become free, 0 if not known."""

    def __init__(self, missing: int = 0) -> None:
        more = f": {max(missing / 1e6, 0.1):,.1f} MB more are needed" if missing else ""
        super().__init__(
            f"The disk is full{more}. Free some space and try again; nothing saved so far is lost."
        )
        self.missing = missing


class DiskFailed(StoreError):
    """The disk could not be read or written."""

    def __init__(self) -> None:
        super().__init__(
            "The disk could not be read or written. Check the disk, then try again; nothing saved"
            " so far is lost."
        )


class StoreReadOnly(StoreError):
    """The file or its folder may not be written."""

    def __init__(self) -> None:
        super().__init__("The store cannot be written. Check the permissions of its folder.")


class StoreDamaged(StoreError):
    """The file holds something else than was written. Nothing is written to it any more."""

    def __init__(self) -> None:
        super().__init__(
            "The store is damaged. Close ClinicDesk and restore the last backup; the damaged files"
            " stay as they are."
        )


class StoreUnreadable(StoreError):
    """The keys are right, and the file is no database of theirs: damage, or another file."""

    def __init__(self) -> None:
        super().__init__("clinic.db is damaged or is not this store's. Restore the last backup.")


class StoreBusy(StoreError):
    """Another program holds the file for longer than we wait."""

    def __init__(self) -> None:
        super().__init__("Another program is using the store. Close it and try again.")


class BadInput(UserFacingError):
    """A file or value that cannot be used: the text says what, where and what to do."""


class RecordNotFound(UserFacingError):
    """The record is not there, or not any more."""


class Cancelled(ClinicDeskError):
    """The user stopped the work. Not a failure: neither shown nor logged."""


NOT_WRITABLE = (DiskFull, DiskFailed, StoreReadOnly)  # reading goes on
