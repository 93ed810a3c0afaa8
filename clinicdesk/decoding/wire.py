"""What the window's process and the decoding process say to each other.

Nothing that comes from the decoding process is unpickled: whoever took it over by a picture would
come through. Its messages are a letter, numbers, and bytes.
"""

import json
import math
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection

READ, FACTS, PIXELS, REFUSED = b"r", b"f", b"p", b"x"
LARGEST_PART = 1 << 20  # bytes of the document asked for at once
MOST_PIXELS = 12_000_000  # of one drawing: a page at nearly four times its size on paper
LARGEST_MESSAGE = 3 * MOST_PIXELS + 64
_ROUNDING = 1e-6  # a box of the same shape is filled
_PLACE = struct.Struct(">QI")
_SIZE = struct.Struct(">III")


class Malformed(Exception):
    """The decoding process said something that it never would by itself."""


class Refusal(StrEnum):
    """Why there is no drawing."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too large"
    LOCKED = "locked"  # a password is needed to open it
    NO_PAGE = "no page"


class Refused(Exception):
    """There is no drawing, and why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of itself. width, height: of the first page; pixels, or points of PDF.

    active: what it would do elsewhere, by the names of `active.NAMES`.
    """

    pages: int
    width: int
    height: int
    active: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page in colour. rgb: three bytes a pixel, row by row from the top."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


def ask(pipe: Connection, page: int | None, width: int = 0, height: int = 0) -> None:
    """Ask for a page that fits into so many pixels; None: for the facts."""
    pipe.send_bytes(json.dumps([page, width, height]).encode())


def question(pipe: Connection) -> tuple[int | None, int, int]:
    """What the window's process asks for. Raise EOFError when it asks no more."""
    page, width, height = json.loads(pipe.recv_bytes())
    return page, width, height


def part_message(offset: int, length: int) -> bytes:
    return READ + _PLACE.pack(offset, length)


def part_wanted(said: bytes) -> tuple[int, int]:
    """Which part of the document the message asks for: offset and length."""
    try:
        offset, length = _PLACE.unpack(said[1:])
    except struct.error:
        raise Malformed from None
    if not 0 < length <= LARGEST_PART:
        raise Malformed
    return offset, length


def facts_message(facts: Facts) -> bytes:
    numbers = _SIZE.pack(facts.pages, facts.width, facts.height)
    return FACTS + numbers + ",".join(facts.active).encode()


def facts_said(said: bytes, known: frozenset[str]) -> Facts:
    """The facts of a message. known: the names that may be among them."""
    try:
        pages, width, height = _SIZE.unpack(said[1 : 1 + _SIZE.size])
        names = tuple(filter(None, said[1 + _SIZE.size :].decode("ascii").split(",")))
    except (struct.error, UnicodeDecodeError):
        raise Malformed from None
    if not known.issuperset(names):
        raise Malformed
    return Facts(pages, width, height, names)


def drawing_message(drawing: Drawing) -> bytes:
    return PIXELS + _SIZE.pack(drawing.width, drawing.height, 3) + drawing.rgb


def drawing_said(said: bytes) -> Drawing:
    """The drawing of a message, whose pixels are as many as it says."""
    try:
        width, height, _ = _SIZE.unpack(said[1 : 1 + _SIZE.size])
    except struct.error:
        raise Malformed from None
    rgb = said[1 + _SIZE.size :]
    if not 0 < width * height <= MOST_PIXELS or len(rgb) != 3 * width * height:
        raise Malformed
    return Drawing(width, height, rgb)


def refusal_message(refusal: Refusal) -> bytes:
    return REFUSED + refusal.encode()


def refusal_said(said: bytes) -> Refusal:
    try:
        return Refusal(said[1:].decode("ascii"))
    except ValueError:
        raise Malformed from None


def scale_to_fit(width: float, height: float, box: tuple[int, int]) -> float:
    """By how much to enlarge so that it fits into the box and into `MOST_PIXELS`."""
    scale = min(box[0] / width, box[1] / height)
    return min(scale, math.sqrt(MOST_PIXELS / (width * height)))


def fitted(width: float, height: float, box: tuple[int, int]) -> tuple[int, int]:
    """The largest size in pixels of the same shape that fits."""
    scale = scale_to_fit(width, height, box)
    return max(1, int(width * scale + _ROUNDING)), max(1, int(height * scale + _ROUNDING))


def said_by(pipe: Connection) -> bytes:
    """The next message; raise EOFError or OSError when there is none or it is far too long."""
    return pipe.recv_bytes(LARGEST_MESSAGE)
