"""What a PDF would do elsewhere is found, however it is written (G06)."""

import io

import pytest

from clinicdesk.decoding import active
from clinicdesk.decoding.active import active_content
from tests.attachments import pdf
from tests.decoding.corpus import ACTIVE, JAVASCRIPT, object_stream_bomb, one_page


@pytest.mark.parametrize("case", ACTIVE)
def test_active_content_is_found(case: str) -> None:
    content, expected = ACTIVE[case]
    assert set(active_content(io.BytesIO(content))) == expected


def test_a_letter_has_none() -> None:
    assert active_content(io.BytesIO(pdf())) == ()


@pytest.mark.parametrize("offset", [-1, 0, 1, 5, 11, 12])
def test_a_name_across_two_parts_is_found(offset: int) -> None:
    """The file is read a megabyte at a time."""
    content = one_page(b"/OpenAction " + JAVASCRIPT)
    filling = active._STEP - content.index(b"/JavaScript") - offset
    assert active_content(io.BytesIO(b"%" * filling + content)) == ("JavaScript",)


def test_noise_is_not_taken_for_a_name() -> None:
    """3 MB of every byte, and no alarm: whoever is warned too often reads no warning."""
    noise = bytes(at * at % 251 for at in range(3_000_000))
    assert active_content(io.BytesIO(noise)) == ()


def test_object_streams_are_inflated_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    inflated: list[int] = []

    def counted(text: bytes) -> set[str]:
        inflated.append(len(text))
        return set()

    content = object_stream_bomb()
    monkeypatch.setattr(active, "_names", counted)
    active_content(io.BytesIO(content))
    assert sum(inflated) <= active._MOST_INFLATED + 2 * len(content)
    assert max(inflated) <= max(active._LONGEST_STREAM, len(content))
