"""Repeats are numbered across chunks as one long file would number them."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clinicdesk.etl.arrays import texts
from clinicdesk.etl.repeats import FirstContents, Ordinals, Runs, hashes, quick_hashes

KEYS = st.lists(st.lists(st.integers(0, 8), max_size=12), max_size=12)


def hashed(keys: list[int]) -> np.ndarray:
    return hashes(np.array(keys, dtype=np.int64))


@given(KEYS)
def test_ordinals_count_in_file_order(chunks: list[list[int]]) -> None:
    ordinals, seen = Ordinals(), Counter[int]()
    for chunk in chunks:
        expected = []
        for key in chunk:
            expected.append(seen[key])
            seen[key] += 1
        assert ordinals(hashed(chunk)).tolist() == expected


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=8), max_size=8))
def test_the_first_content_of_an_identifier_stands(chunks: list[list[tuple[int, int]]]) -> None:
    contents, first = FirstContents(), dict[int, int]()
    for chunk in chunks:
        again = [
            key in first or key in [k for k, _ in chunk[:at]] for at, (key, _) in enumerate(chunk)
        ]
        for key, content in chunk:
            first.setdefault(key, content)
        differs = [first[key] != content for key, content in chunk]
        keys, held = hashed([k for k, _ in chunk]), hashed([c for _, c in chunk])
        found = contents.compare(keys, held)
        assert (found[0].tolist(), found[1].tolist()) == (again, differs)


def test_hashes_do_not_depend_on_the_process() -> None:
    """Else the same file would get other ordinals tomorrow, and change what it should not."""
    found = hashes(np.array([1, 2], dtype=np.int64), texts(["8480-6", "Ålesund"]))
    assert found.tolist() == [KNOWN[0], KNOWN[1]]


KNOWN = (13889448299539656337, 6000252702075078412)


def test_hashes_tell_columns_and_rows_apart() -> None:
    one, two = np.array([1, 2], dtype=np.int64), np.array([2, 1], dtype=np.int64)
    assert len({*hashes(one, two).tolist(), *hashes(one).tolist()}) == 4
    assert (
        quick_hashes(texts(["a", "b"]), texts(["c", "c"]))[0]
        != quick_hashes(texts(["c"]), texts(["a"]))[0]
    )


def test_a_hundred_thousand_keys_keep_few_runs() -> None:
    runs = Runs(adding=True)
    for first in range(0, 100_000, 1000):
        keys = np.sort(hashed(list(range(first, first + 1000))))
        runs.put(keys, np.ones(1000, dtype=np.uint64))
    assert len(runs._runs) <= 8
    known, numbers = runs.get(np.sort(hashed([5, 99_999, 100_000])))
    assert (known.sum(), numbers.sum()) == (2, 2)
