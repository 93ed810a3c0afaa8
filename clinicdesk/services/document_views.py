"""Look at a document: what is found out about it when it is added, and its pages afterwards."""

from dataclasses import dataclass, field

from clinicdesk.decoding.wire import Drawing, Refusal
from clinicdesk.domain.content_type import DICOM, PDF
from clinicdesk.domain.document import Document
from clinicdesk.errors import BadInput
from clinicdesk.services.decoder import Decoder, Decoders, DecodingStopped, NotDrawn
from clinicdesk.services.document_content import Content
from clinicdesk.services.png import png_of
from clinicdesk.services.progress import SILENT, Progress

THUMBNAIL = (256, 256)  # pixels


class NotShown(BadInput):
    """ClinicDesk keeps this type and does not draw it."""

    def __init__(self) -> None:
        super().__init__(
            "ClinicDesk keeps DICOM files and does not show their images. Save the document, then"
            " open it with a DICOM viewer."
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What a document shows. pages: None where nobody could count them.  thumbnail: PNG."""

    pages: int | None = None
    active_content: tuple[str, ...] = ()
    thumbnail: bytes | None = field(default=None, repr=False)


class Viewing:
    """A document somebody looks at. `close` it; locking the store does."""

    def __init__(self, document: Document, decoder: Decoder) -> None:
        self.document = document
        self._decoder = decoder

    def pages(self, progress: Progress = SILENT) -> int:
        """How many pages there are."""
        return self.document.pages or self._decoder.facts(progress).pages

    def draw(self, page: int, box: tuple[int, int], progress: Progress = SILENT) -> Drawing:
        """Draw a page (from 0) so that it fits into so many pixels. Raise `NotDrawn`."""
        return self._decoder.draw(page, box, progress)

    def close(self) -> None:
        self._decoder.close()


def is_shown(media: str) -> bool:
    """Whether pages of this type are drawn."""
    return media != DICOM.media


def looked_at(decoders: Decoders, content: Content, media: str, progress: Progress) -> Seen:
    """Find out what a new document shows; raise `NotDrawn` for an image that cannot be decoded.

    A PDF that is locked, or too much for the decoding process, is kept without its preview.
    """
    if not is_shown(media):
        content.close()
        return Seen()
    decoder = decoders.start(content, media)
    try:
        facts = decoder.facts(progress)
        progress.report(0.9, "Drawing the first page")
        thumbnail = png_of(decoder.draw(0, THUMBNAIL, progress))
    except (NotDrawn, DecodingStopped) as trouble:
        return _without_preview(trouble, media)
    finally:
        decoder.close()
    return Seen(facts.pages, facts.active, thumbnail)


def _without_preview(trouble: NotDrawn | DecodingStopped, media: str) -> Seen:
    if media != PDF.media:
        raise trouble if isinstance(trouble, NotDrawn) else NotDrawn(Refusal.TOO_LARGE)
    if isinstance(trouble, NotDrawn) and trouble.refusal is Refusal.UNREADABLE:
        raise trouble
    locked = isinstance(trouble, NotDrawn) and trouble.refusal is Refusal.LOCKED
    return Seen(active_content=("encryption",) if locked else ())
