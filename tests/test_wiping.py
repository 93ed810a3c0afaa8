"""Secrets are overwritten where they are, and nothing beside them."""

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.wiping import FleetingKey, key_text, wipe


@given(st.text(min_size=2, max_size=300))
def test_a_text_becomes_zeros_of_its_length(text: str) -> None:
    ours = "".join([text, " "])[: len(text)]  # a copy that nobody else holds
    beside = [f"{ours}{number}" for number in range(3)]
    wipe(ours)
    assert set(map(ord, ours)) == {0}  # not `==`: a wide text of zeros equals no narrow one
    assert len(ours) == len(text)
    assert beside == [f"{text}{number}" for number in range(3)]


@given(st.binary(min_size=2, max_size=300))
def test_bytes_become_zeros_of_their_length(content: bytes) -> None:
    ours, held = b"".join([content, b"-"]), bytearray(content)
    wipe(ours, held)
    assert ours == bytes(len(content) + 1)
    assert held == bytes(len(content))


@pytest.mark.parametrize("shared", ["", "x", "\xe9", b"", b"x"])
def test_what_the_interpreter_shares_is_left_alone(shared: str | bytes) -> None:
    before = repr(shared)
    wipe(shared)
    assert repr(shared) == before


def test_the_text_of_a_key_is_gone_after_its_use() -> None:
    with key_text(b"\xab" * 32) as text:
        assert text == "x'" + "ab" * 32 + "'"
    assert set(text) == {"\0"}


def test_a_fleeting_key_is_a_key_until_nobody_holds_it() -> None:
    secret = bytearray(b"\xab" * 32)
    key = FleetingKey.moved_from(secret)
    assert secret == bytes(32)
    assert key == b"\xab" * 32
    assert {key: 1}[b"\xab" * 32]
    copy, where = b"".join([key]), id(key)
    assert b"\xab" * 32 in _memory_at(id(copy))
    del key
    assert b"\xab" * 4 not in _memory_at(where)


def _memory_at(address: int) -> bytes:
    """An object's bytes, read with a longer stretch lest the reading itself takes its place."""
    return ctypes.string_at(address, 1024)[: bytes.__basicsize__ + 32]
