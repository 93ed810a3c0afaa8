"""Keep in the header what a database must not fall behind."""

from dataclasses import replace

from clinicdesk.vault.domains import Domain
from clinicdesk.vault.header import Header
from clinicdesk.vault.pins import PinnedState, Pins, is_genuine, pinned
from clinicdesk.vault.troubles import KeysTampered
from clinicdesk.vault.unlocked import Unlocked


def read_pins(keys: Unlocked, domain: Domain) -> Pins:
    """Read what was pinned last."""
    header = keys.current()
    check_pins(keys, header)
    return header.pins[domain].pins


def write_pins(keys: Unlocked, domain: Domain, pins: Pins) -> None:
    """Pin this state, but never one from before what is pinned. Whoever has the key may."""

    def with_pins(header: Header) -> Header:
        keys.check(header)
        if header.pins[domain].pins.generation > pins.generation:
            return header  # by another program that has the store open
        return replace(header, pins={**header.pins, domain: _pinned(keys, header, domain, pins)})

    keys.files.update(with_pins)


def check_pins(keys: Unlocked, header: Header) -> None:
    """Make sure that the pins of every domain we have the key of are the ones we wrote."""
    ring = keys.ring(header)
    try:
        for domain in Domain:
            epoch = header.roster.epochs[domain].current
            if ring.holds(domain, epoch) and not is_genuine(
                header.pins[domain], header.store_id, domain, epoch, ring.key(domain, epoch)
            ):
                raise KeysTampered
    finally:
        ring.wipe()


def _pinned(keys: Unlocked, header: Header, domain: Domain, pins: Pins) -> PinnedState:
    epoch = header.roster.epochs[domain].current
    ring = keys.ring(header)
    try:
        return pinned(header.store_id, domain, epoch, ring.key(domain, epoch), pins)
    finally:
        ring.wipe()
