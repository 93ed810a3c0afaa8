"""The header's text: strict, canonical, and every changed byte noticed (B01, B06)."""

import json
import os
import random
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk import vault
from clinicdesk.errors import StoreError, WrongPassword
from clinicdesk.vault import KEYS_COPY, KEYS_FILE, fields
from clinicdesk.vault.fields import Malformed
from clinicdesk.vault.header import LARGEST_FILE, Header, parse_header
from clinicdesk.vault.kdf import LIMITS, KdfCost
from clinicdesk.vault.troubles import HostileCost, KeysTooNew
from tests.conftest import CHEAP_LIMITS
from tests.vault.support import added, made, opened


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A header with two accounts."""
    folder = tmp_path_factory.mktemp("store")
    keys, _ = made(folder)
    added(keys, "bob")
    keys.close()
    return (folder / KEYS_FILE).read_bytes()


def parsed(raw: bytes) -> Header:
    return parse_header(raw, CHEAP_LIMITS)


def edited(raw: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    """The header with its fields changed and the checksum made to fit."""
    keys = json.loads(raw)["keys"]
    change(keys)
    sha256 = vault.header._checksum(keys)
    return fields.canonical({"keys": keys, "sha256": sha256})


def test_it_is_written_as_it_was_read(raw: bytes) -> None:
    assert parsed(raw).as_bytes() == raw


def test_every_single_changed_byte_is_noticed(raw: bytes) -> None:
    for at in range(len(raw)):
        for mask in (0x01, 0x20, 0xFF):
            damaged = raw[:at] + bytes([raw[at] ^ mask]) + raw[at + 1 :]
            with pytest.raises(Malformed):
                parsed(damaged)


def test_every_truncation_is_noticed(raw: bytes) -> None:
    for length in range(len(raw)):
        with pytest.raises(Malformed):
            parsed(raw[:length])


def test_there_is_one_spelling(raw: bytes) -> None:
    document = json.loads(raw)
    for other in (
        json.dumps(document, sort_keys=True).encode(),  # spaces
        raw + b"\n",
        raw.replace(b'"version":1', b'"version":1.0'),
        raw.replace(b'"version":1', b'"version":1,"version":1'),
        raw.replace(b"clinicdesk keys", b"clinicdesk\\u0020keys"),
        b"\xef\xbb\xbf" + raw,
        raw + b" " * LARGEST_FILE,
    ):
        with pytest.raises(Malformed):
            parsed(other)


@pytest.mark.parametrize(
    "change",
    [
        lambda keys: keys.update(extra=1),
        lambda keys: keys.pop("slots"),
        lambda keys: keys.update(magic="something else"),
        lambda keys: keys.update(version=0),
        lambda keys: keys.update(version=True),
        lambda keys: keys.update(generation=-1),
        lambda keys: keys.update(generation=2**53 + 1),
        lambda keys: keys.update(store_id=keys["store_id"].upper() + "A"),
        lambda keys: keys.update(store_id="00"),
        lambda keys: keys.update(signature=None),
        lambda keys: keys.update(slots={}),
        lambda keys: keys["slots"].append(keys["slots"][0]),
        lambda keys: keys["slots"][0].update(cost=None),
        lambda keys: keys["slots"][0].update(must_change=1),
        lambda keys: keys["slots"][0].update(wrapped="zz"),
        lambda keys: keys["slots"][0].update(wrapped="00" * 129),
        lambda keys: keys["roster"]["accounts"][0].update(role="owner"),
        lambda keys: keys["roster"]["accounts"][0].update(active="yes"),
        lambda keys: keys["roster"].update(signers=[]),
        lambda keys: keys["roster"].update(recovery=[]),
        lambda keys: keys["roster"]["epochs"].pop("research"),
        lambda keys: keys["roster"]["epochs"].update(clinical=[0, None]),
        lambda keys: keys["roster"]["seals"].append([1, 2, 3]),
        lambda keys: keys["pins"].update(clinical=[[0, 0, "", ""]]),
        lambda keys: keys["pins"].update(clinical=[[0, 0, 0, ""], "00" * 32]),
    ],
)
def test_a_field_out_of_shape_is_refused(
    raw: bytes, change: Callable[[dict[str, Any]], object]
) -> None:
    with pytest.raises(Malformed):
        parsed(edited(raw, change))


def test_the_instrument_edits_soundly(raw: bytes) -> None:
    assert parsed(edited(raw, lambda keys: keys.update(generation=77))).generation == 77


def test_a_newer_format_is_named(raw: bytes) -> None:
    with pytest.raises(KeysTooNew, match="Update ClinicDesk"):
        parsed(edited(raw, lambda keys: keys.update(version=2, unknown=[])))


@pytest.mark.parametrize("memory", [8, 45 * 1024, 64 * 1024 * 1024])
def test_a_hostile_cost_is_named(raw: bytes, memory: int) -> None:
    cost = {"memory": memory, "passes": 3, "lanes": 4}
    with pytest.raises(HostileCost):
        parse_header(edited(raw, lambda keys: keys["slots"][0].update(cost=cost)), LIMITS)


def test_what_tests_may_write_the_program_does_not_read(raw: bytes) -> None:
    with pytest.raises(HostileCost):
        parse_header(raw, LIMITS)


def test_a_slot_of_the_standard_cost_is_read_by_both(raw: bytes) -> None:
    header = parsed(raw)
    standard = KdfCost(64 * 1024, 3, 4)
    slots = tuple(replace(slot, cost=slot.cost and standard) for slot in header.slots)
    raised = replace(header, slots=slots, roster=replace(header.roster, cost=standard))
    assert parse_header(raised.as_bytes(), LIMITS) == raised


@given(st.binary(max_size=400))
def test_junk_is_refused(junk: bytes) -> None:
    with pytest.raises(Malformed):
        parsed(junk)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
)


@given(name=st.sampled_from(["roster", "slots", "pins", "store_id", "generation"]), value=JSON)
def test_any_json_in_a_fields_place_is_refused(raw: bytes, name: str, value: Any) -> None:
    """Refused, or read as what it says: never another exception."""
    try:
        damaged = edited(raw, lambda keys: keys.update({name: value}))
    except ValueError:  # NaN and infinity cannot be written
        return
    try:
        header = parsed(damaged)
    except (Malformed, StoreError):
        return
    assert header.as_bytes() == damaged


NASTY: list[Any] = [
    None, True, -1, 0, 1, 2, 2**31, 2**53, 2**53 + 1, 10**400, 0.5, "", "00", "ff" * 16, "FF" * 16,
    "é", "\ud800", "x" * 600, "clinical", "signing", [], [None], [[]], {}, {"": 0},
]  # fmt: skip


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) below the value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    inner = [value[key] for key in keys if isinstance(value[key], dict | list)]
    return found + [place for each in inner for place in places(each)]


def spoilt(raw: bytes, chance: random.Random) -> bytes:
    """The header with up to three of its values replaced, removed or doubled."""
    keys = json.loads(raw)["keys"]
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice(places(keys))
        way = chance.randrange(4)
        if way == 0:
            del container[key]
        elif way == 1 and isinstance(container, list):
            container.append(container[key])
        elif way == 2:
            container[key] = deepcopy(chance.choice(places(keys))[0])
        else:
            container[key] = chance.choice(NASTY)
    return fields.canonical({"keys": keys, "sha256": vault.header._checksum(keys)})


def test_spoilt_headers_are_refused_or_read_as_they_are(raw: bytes) -> None:
    """More of it: CLINICDESK_FUZZ=1000000 (B06)."""
    chance = random.Random(6)
    refused = 0
    count = int(os.environ.get("CLINICDESK_FUZZ", "3000"))
    for _ in range(count):
        bad = spoilt(raw, chance)
        try:
            assert parsed(bad).as_bytes() == bad
        except (Malformed, StoreError):
            refused += 1
    assert refused > count / 2


def test_a_spoilt_header_opens_or_says_why_not(raw: bytes, tmp_path: Path) -> None:
    """And opens only with the keys that are its own."""
    chance = random.Random(7)
    genuine = parsed(raw)
    opened_ones = 0
    for _ in range(1000):
        bad = spoilt(raw, chance)
        for name in (KEYS_FILE, KEYS_COPY):
            (tmp_path / name).write_bytes(bad)
        try:
            keys = opened(tmp_path)
        except (StoreError, WrongPassword):
            continue
        opened_ones += 1
        header = keys.current()
        assert (header.roster, header.signature) == (genuine.roster, genuine.signature)
        assert header.pins == genuine.pins
    assert opened_ones > 0, "a slot of somebody else may be spoilt"


def test_depth_and_digits_do_not_hurt() -> None:
    for bomb in (b"[" * 100_000, b'{"keys":' * 50_000, b"9" * 500_000, b'"' + b"\\u0000" * 90_000):
        with pytest.raises(Malformed):
            parsed(bomb)
