"""Large documents: flipped, cut, reordered, exchanged, at every edge of a chunk (G11)."""

import io
import os
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicdesk.vault import (
    CHUNK,
    StreamDamaged,
    StreamReader,
    encrypted,
    open_file_key,
    seal_file_key,
    stream_label,
)

KEY = bytes(range(32))
STORE, FILE = "ab" * 16, "cd" * 16
LABEL = stream_label(STORE, FILE)
SEALED = CHUNK + 16  # bytes of an encrypted chunk
EDGES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK - 1, 2 * CHUNK, 2 * CHUNK + 1, 3 * CHUNK]


def stream_of(content: bytes, key: bytes = KEY, label: bytes = LABEL) -> bytes:
    chunks = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)]
    return b"".join(encrypted(key, label, chunks))


def content_of(stream: bytes, key: bytes = KEY, label: bytes = LABEL) -> bytes:
    return b"".join(StreamReader(io.BytesIO(stream), key, label))


@pytest.mark.parametrize("size", EDGES)
def test_what_was_written_is_read(size: int) -> None:
    content = os.urandom(size)
    stream = stream_of(content)
    assert content_of(stream) == content
    assert StreamReader(io.BytesIO(stream), KEY, LABEL).size == size
    assert content[:64] not in stream or size == 0


@given(offset=st.integers(0, 4 * CHUNK), length=st.integers(0, 4 * CHUNK))
@settings(max_examples=60, deadline=None)
def test_any_part_is_read_alone(offset: int, length: int) -> None:
    content = bytes(at % 251 for at in range(3 * CHUNK + 5))
    reader = StreamReader(io.BytesIO(stream_of(content)), KEY, LABEL)
    assert reader.read_at(offset, length) == content[offset : offset + length]


@pytest.mark.parametrize("size", EDGES)
def test_a_bit_flipped_at_any_edge_is_noticed(size: int) -> None:
    """G11: at the first and the last byte of the label, of every chunk and of every tag."""
    stream = stream_of(bytes(size))
    chunks = range(len(LABEL), len(stream), SEALED)
    edges = {0, len(LABEL) - 1, len(stream) - 1, len(stream) - 16}
    edges |= {at + offset for at in chunks for offset in (-1, 0, CHUNK - 1, CHUNK)}
    for at in sorted(edge for edge in edges if edge < len(stream)):
        damaged = bytearray(stream)
        damaged[at] ^= 1
        with pytest.raises(StreamDamaged):
            content_of(bytes(damaged))


@pytest.mark.parametrize("size", EDGES)
def test_a_stream_cut_anywhere_opens_nowhere(size: int) -> None:
    """G11: also at the edge of a chunk, where what is left is whole chunks."""
    stream = stream_of(bytes(size))
    edges = {at + by for at in range(0, len(stream) + 1, SEALED) for by in (-17, -16, -1, 0, 1)}
    edges |= {len(LABEL) + at for at in edges} | {len(stream) - 1, len(stream) - 16}
    for at in sorted(edge for edge in edges if 0 <= edge < len(stream)):
        with pytest.raises(StreamDamaged):
            StreamReader(io.BytesIO(stream[:at]), KEY, LABEL)


@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("more", [b"\0", bytes(16), bytes(SEALED)])
def test_a_stream_made_longer_opens_nowhere(size: int, more: bytes) -> None:
    stream = stream_of(bytes(size))
    for longer in (stream + more, stream + stream[len(LABEL) :]):
        with pytest.raises(StreamDamaged):
            content_of(longer)


def test_chunks_in_another_order_are_noticed() -> None:
    """G11: each two neighbours exchanged, one left out, one twice."""
    stream = stream_of(os.urandom(4 * CHUNK))
    chunks = [stream[at : at + SEALED] for at in range(len(LABEL), len(stream), SEALED)]
    numbers = range(len(chunks))
    orders = [
        [b if at == a else a if at == b else at for at in numbers] for a, b in pairwise(numbers)
    ]
    orders += [[at for at in numbers if at != left_out] for left_out in numbers]
    orders += [[*range(twice + 1), *range(twice, len(chunks))] for twice in numbers]
    for order in orders:
        with pytest.raises(StreamDamaged):
            content_of(LABEL + b"".join(chunks[at] for at in order))


def test_two_files_are_not_taken_for_each_other() -> None:
    """G11: not with the key of the other, and not with its name under one key."""
    other_label = stream_label(STORE, "ef" * 16)
    other = stream_of(b"another", label=other_label)
    for stream, key, label in (
        (other, KEY, LABEL),
        (LABEL + other[len(LABEL) :], KEY, LABEL),
        (stream_of(b"one"), bytes(32), LABEL),
        (stream_of(b"one"), KEY, stream_label("00" * 16, FILE)),
    ):
        with pytest.raises(StreamDamaged):
            content_of(stream, key, label)


def test_a_chunk_of_one_file_is_none_of_another_under_the_same_key() -> None:
    """G11: even if two files had one key, the label tells them apart."""
    one = stream_of(b"1" * CHUNK + b"2")
    other = stream_of(b"3" * CHUNK + b"4", label=stream_label(STORE, "ef" * 16))
    with pytest.raises(StreamDamaged):
        content_of(one[: len(LABEL) + SEALED] + other[len(LABEL) + SEALED :])


def test_the_key_of_a_file_is_bound_to_its_file() -> None:
    wrapping, key = os.urandom(32), bytearray(os.urandom(32))
    sealed = seal_file_key(wrapping, key, LABEL)
    assert open_file_key(wrapping, sealed, LABEL) == key
    for wrong in (
        (os.urandom(32), sealed, LABEL),
        (wrapping, sealed, stream_label(STORE, "ef" * 16)),
        (wrapping, sealed[:-1], LABEL),
        (wrapping, b"", LABEL),
    ):
        with pytest.raises(StreamDamaged):
            open_file_key(*wrong)
