"""What a file is by its first bytes, and whether its name says the same."""

from dataclasses import dataclass

from clinicdesk.errors import BadInput

HEAD = 132  # bytes that tell every type apart: DICOM has its mark behind a preamble of 128


@dataclass(frozen=True, slots=True)
class ContentType:
    """A type that may be attached. name: in the clinic's words.  endings: of file names."""

    media: str
    name: str
    endings: tuple[str, ...]


PDF = ContentType("application/pdf", "PDF", (".pdf",))
PNG = ContentType("image/png", "PNG image", (".png",))
JPEG = ContentType("image/jpeg", "JPEG image", (".jpg", ".jpeg", ".jpe", ".jfif"))
TIFF = ContentType("image/tiff", "TIFF image", (".tif", ".tiff"))
DICOM = ContentType("application/dicom", "DICOM", (".dcm", ".dicom", ""))  # often without one

CONTENT_TYPES = {each.media: each for each in (PDF, PNG, JPEG, TIFF, DICOM)}
_MARKS = (
    (0, b"%PDF-", PDF),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"II*\x00", TIFF),
    (0, b"MM\x00*", TIFF),
    (128, b"DICM", DICOM),
)


def content_type_of(head: bytes, name: str) -> ContentType:
    """The type by the first `HEAD` bytes of the content; raise `BadInput` for any other file.

    name: of the file. An ending that says something else is refused: somebody was deceived by it,
    or is to be.
    """
    found = next((type_ for at, mark, type_ in _MARKS if head[at:].startswith(mark)), None)
    if found is None:
        raise BadInput(
            "This file cannot be attached. ClinicDesk takes PDF, PNG, JPEG, TIFF and DICOM files;"
            " save or scan it as one of these."
        )
    if ending(name) not in found.endings:
        said = ending(name) or "nothing"
        raise BadInput(
            f"The content of this file is {found.name}, but its name ends with {said}. If you trust"
            f" where it is from, rename it to end with {found.endings[0]}, then attach it again."
        )
    return found


def ending(name: str) -> str:
    """The ending of a file name in small letters, with its dot; "" when there is none."""
    stem, dot, rest = name.rpartition(".")
    return f".{rest.casefold()}" if dot and stem else ""
