"""HL7 v2 messages out of a file: segments, fields, escapes; tolerant of what senders write.

Segments end with a carriage return by the standard, with line feeds in files. Messages may stand
in a batch (FHS, BHS) or in MLLP frames. Nothing is corrected: a field is what stands there.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clinicdesk.errors import BadInput
from clinicdesk.etl.decoding import told_by
from clinicdesk.etl.encoding import sample_of

_FRAME = re.compile("[\x0b\x1c]")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}")
_CHARSETS = {
    "8859/1": "latin-1",
    "8859/2": "iso8859-2",
    "8859/5": "iso8859-5",
    "8859/15": "iso8859-15",
}
_ESCAPES = {"F": "|", "S": "^", "T": "&", "R": "~", "E": "\\", ".br": "\n", ".BR": "\n"}
NULL = '""'  # says: delete what you have; there is nothing


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. fields: as written, the segment's name first; MSH counts its separator."""

    name: str
    fields: Sequence[str] = field(repr=False)
    signs: str = field(repr=False)  # component, repetition, escape, subcomponent

    def field(self, number: int) -> str:
        """A field as written, "" where there is none or it is null."""
        text = self.fields[number] if number < len(self.fields) else ""
        return "" if text == NULL else text

    def repetitions(self, number: int) -> list[list[str]]:
        """The repetitions of a field, each in its components, escapes resolved."""
        component, repetition = self.signs[0], self.signs[1]
        return [
            [self._plain(part) for part in one.split(component)]
            for one in self.field(number).split(repetition)
        ]

    def component(self, number: int, part: int = 1) -> str:
        """One component of a field's first repetition, counted from 1."""
        parts = self.repetitions(number)[0]
        return parts[part - 1] if part <= len(parts) else ""

    def text(self, number: int) -> str:
        """A field that has no components, escapes resolved."""
        return self._plain(self.field(number))

    def _plain(self, text: str) -> str:
        sign = self.signs[2]
        if not sign or sign not in text:
            return text.strip()
        code = re.compile(rf"{re.escape(sign)}([^{re.escape(sign)}]*){re.escape(sign)}")
        return code.sub(_unescaped, text).strip()


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if code in _ESCAPES:
        return _ESCAPES[code]
    if code.startswith("X") and re.fullmatch("(?:[0-9A-Fa-f]{2})+", code[1:]):
        return bytes.fromhex(code[1:]).decode("latin-1")
    return "" if code in ("H", "N") else match.group(0)  # highlighting says nothing


@dataclass(frozen=True, slots=True)
class Message:
    """One message. kind: `ORU^R01`.  segments: all of them, MSH first."""

    kind: str
    segments: Sequence[Segment] = field(repr=False)

    def first(self, name: str) -> Segment:
        """The first segment of the name; an empty one where there is none."""
        found = (segment for segment in self.segments if segment.name == name)
        return next(found, Segment(name, (name,), self.segments[0].signs))


def messages(name: str, raw: bytes) -> list[Message]:
    """Every message of a file."""
    text = _FRAME.sub("", _decoded(name, raw))
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    found = [_message(name, block) for block in _blocks(lines)]
    if not found:
        raise BadInput(f"{name} holds no HL7 message (MSH).")
    return found


def _decoded(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = re.search(rb"MSH\|(?:[^|\r\n]*\|){16}([^|\r\n]*)", raw)
        charset = _CHARSETS.get(said.group(1).decode("latin-1") if said else "", "")
        told = told_by(sample_of(raw.splitlines()))
        encoding = charset or ("" if told.undecided else told.encoding)
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        raise BadInput(
            f"{name} does not say how its letters are encoded (MSH-18). Save it as UTF-8."
        ) from None


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines of each message; what stands before the first one is the batch's."""
    block: list[str] = []
    for line in lines:
        if line.startswith("MSH"):
            if block:
                yield block
            block = [line]
        elif block and line[:3] not in ("BTS", "FTS", "BHS", "FHS"):
            block.append(line)
    if block:
        yield block


def _message(name: str, lines: Sequence[str]) -> Message:
    head = lines[0]
    if len(head) < 8:
        raise BadInput(f"{name}: a message header (MSH) is cut off. Fetch the file again.")
    separator, signs = head[3], (head[4:8].split(head[3])[0] + "    ")[:4]
    segments = [Segment("MSH", [*_split_head(head, separator)], signs)]
    for line in lines[1:]:
        fields = line.split(separator)
        if _SEGMENT.fullmatch(fields[0]):
            segments.append(Segment(fields[0], fields, signs))
        else:  # a text field that was broken over lines
            last = segments[-1]
            segments[-1] = Segment(
                last.name, [*last.fields[:-1], f"{last.fields[-1]}\n{line}"], signs
            )
    kind = segments[0].repetitions(9)[0]
    return Message("^".join(kind[:2]).rstrip("^"), segments)


def _split_head(head: str, separator: str) -> list[str]:
    """MSH's fields, numbered as the standard does: MSH-1 is the separator itself."""
    return ["MSH", separator, *head[4:].split(separator)]
