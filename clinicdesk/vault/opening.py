"""Unlock a store: the right password opens a slot, and that is the whole login.

A wrong password, an unknown login and a locked or closed account get one Argon2id of the same
cost and the same answer.
"""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from clinicdesk.errors import StoreError, WrongPassword
from clinicdesk.vault.files import KeyFiles
from clinicdesk.vault.header import Header
from clinicdesk.vault.kdf import LIMITS, SALT_BYTES, Limits, cheaper, derive
from clinicdesk.vault.pinning import check_pins
from clinicdesk.vault.roster import Account, login_tag
from clinicdesk.vault.sealing import NotOpened, public_of
from clinicdesk.vault.slots import Contents, Slot, open_with_password, password_slot
from clinicdesk.vault.throttle import SYSTEM_CLOCKS, Clocks, Throttle
from clinicdesk.vault.troubles import KeysTampered
from clinicdesk.vault.unlocked import Unlocked
from clinicdesk.wiping import wipe


def unlock(
    folder: Path,
    login: str,
    password: str,
    *,
    limits: Limits = LIMITS,
    clocks: Clocks = SYSTEM_CLOCKS,
) -> Unlocked:
    """Open the store for this login, or raise `WrongPassword`.

    Waits first if the last passwords for this login were wrong.
    """
    files = KeyFiles(folder, limits)
    header = files.load()
    login = login.strip()
    account = header.roster.account_of_login(login)
    slot = header.slot(account.user_id) if account and account.active else None
    throttle = Throttle(folder, clocks)
    tag = login_tag(header.roster.login_salt, login)
    failures = throttle.failures(tag)
    contents = _tried(header, slot, password, files.limits, allowed=throttle.begin(tag))
    if account is None or slot is None or contents is None:
        raise WrongPassword
    throttle.succeeded(tag)
    try:
        _require_genuine(header, account, contents)
        keys = Unlocked(
            files,
            header,
            account,
            login,
            contents,
            must_change=slot.must_change,
            failed_attempts=failures,
        )
        check_pins(keys, header)
    except StoreError:
        contents.wipe()
        raise
    with suppress(StoreError):  # a store that cannot be written still opens
        _bring_up_to_date(keys, header, slot, password)
    return keys


def seconds_to_wait(
    folder: Path, login: str, *, limits: Limits = LIMITS, clocks: Clocks = SYSTEM_CLOCKS
) -> float:
    """How long the next attempt for this login will be held back; the same for unknown logins."""
    header = KeyFiles(folder, limits).load()
    return Throttle(folder, clocks).wait(login_tag(header.roster.login_salt, login))


def confirm_password(keys: Unlocked, password: str, *, clocks: Clocks = SYSTEM_CLOCKS) -> None:
    """Ask who is signed in for the password again; `WrongPassword` if it is not theirs."""
    header = keys.current()
    slot = header.slot(keys.user_id)
    throttle = Throttle(keys.files.folder, clocks)
    tag = login_tag(header.roster.login_salt, keys.login)
    contents = _tried(header, slot, password, keys.files.limits, allowed=throttle.begin(tag))
    if contents is None:
        raise WrongPassword
    contents.wipe()
    throttle.succeeded(tag)


def _tried(
    header: Header, slot: Slot | None, password: str, limits: Limits, *, allowed: bool
) -> Contents | None:
    """Try the password on the slot, or spend the same work where there is nothing to open."""
    if slot is None:
        wipe(derive(password, bytes(SALT_BYTES), limits.today(header.roster.cost), limits))
        return None
    try:
        contents = open_with_password(slot, header.store_id, password, limits)
    except NotOpened:
        return None
    if not allowed:
        contents.wipe()
        return None
    return contents


def _require_genuine(header: Header, account: Account, contents: Contents) -> None:
    """Trust nothing in the header before the signature is checked, and that our pair is ours."""
    ours = public_of(contents.private) == account.public_key
    if not ours or not header.is_genuine(contents.trusted):
        raise KeysTampered


def _bring_up_to_date(keys: Unlocked, header: Header, slot: Slot, password: str) -> None:
    """Raise an old slot to today's cost, and its trust to today's signer."""
    limits, signer = keys.files.limits, header.roster.signer()
    today = limits.today(header.roster.cost)
    private, trusted = keys.contents().private, keys.contents().trusted
    if trusted == signer and slot.cost is not None and not cheaper(slot.cost, today):
        return
    renewed = password_slot(
        header.store_id,
        keys.user_id,
        Contents(private, signer),
        password,
        cost=today,
        limits=limits,
        must_change=slot.must_change,
    )
    keys.files.write(replace(header, slots=header.with_slot(renewed)), over=header)
