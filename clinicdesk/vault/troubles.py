"""What can be wrong with the key files, each with the way out."""

from clinicdesk.errors import StoreError


class KeysMissing(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "This folder has no clinic.keys. Choose the folder of the store, or copy clinic.keys"
            " from the last backup into it; without it nothing in the store can be read."
        )


class KeysDamaged(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys and its copy are damaged. Leave the folder as it is and restore both"
            " from the last backup; passwords of that day will work."
        )


class KeysDiffer(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys and clinic.keys.bak do not belong together: one was put there from another"
            " store or another day. Move clinic.keys to a safe place and try again with the copy;"
            " if that fails too, restore both from the last backup."
        )


class KeysTampered(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys was changed by something other than ClinicDesk, so nothing in it is"
            " trusted. Restore clinic.keys and clinic.keys.bak from the last backup and tell"
            " whoever looks after this computer."
        )


class KeysOlder(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "An older clinic.keys was put in the place of the one this store had a moment ago."
            " Restore the newer one, or lock the store and unlock it again if you restored a"
            " backup yourself."
        )


class KeysTooNew(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "This store was written by a newer ClinicDesk. Update ClinicDesk on this computer;"
            " nothing was changed."
        )


class KeysChanged(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys was changed by another program in the meantime. Nothing was saved;"
            " try again."
        )


class KeysNotWritten(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys could not be written; the old one is untouched. Check that the disk has"
            " space and that the folder may be written, then try again."
        )


class KeysUnreadable(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys could not be read. Check the permissions of the folder and the disk."
        )


class HostileCost(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "clinic.keys asks for a password computation outside the allowed range, so it was not"
            " written by ClinicDesk. Restore clinic.keys and clinic.keys.bak from the last backup."
        )


class NotEnoughMemory(StoreError):
    def __init__(self) -> None:
        super().__init__(
            "There is not enough free memory to check the password. Close other programs and"
            " try again."
        )
