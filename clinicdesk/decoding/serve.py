"""The life of the decoding process: one document, question after question until the pipe closes."""

import io
import signal
from multiprocessing.connection import Connection
from typing import BinaryIO, cast

from PIL import Image

from clinicdesk.decoding import wire
from clinicdesk.decoding.limits import PDF_MEMORY, PICTURE_MEMORY, begin_answer, confine
from clinicdesk.decoding.pdf import Pdf
from clinicdesk.decoding.pictures import Picture
from clinicdesk.decoding.remote import RemoteFile
from clinicdesk.decoding.wire import Refusal, Refused

_PDF = "application/pdf"


def serve(pipe: Connection, media: str, size: int) -> None:
    """Answer until nobody asks any more. media, size: of the document."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    confine(PDF_MEMORY if media == _PDF else PICTURE_MEMORY)
    file = cast(BinaryIO, io.BufferedReader(RemoteFile(pipe, size), 64 * 1024))
    document: Pdf | Picture | None = None
    while True:
        try:
            page, *box = wire.question(pipe)
        except EOFError:
            return
        begin_answer()
        try:
            document = document or (Pdf(file) if media == _PDF else Picture(file, media))
            answer = _answer(document, page, (box[0], box[1]))
        except Exception as error:  # noqa: BLE001 - damaged files make libraries raise anything
            answer = wire.refusal_message(_refusal(error))
        pipe.send_bytes(answer)


def _answer(document: Pdf | Picture, page: int | None, box: tuple[int, int]) -> bytes:
    if page is None:
        return wire.facts_message(document.facts())
    return wire.drawing_message(document.draw(page, box))


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refused):
        return error.refusal
    too_large = (MemoryError, Image.DecompressionBombWarning, Image.DecompressionBombError)
    return Refusal.TOO_LARGE if isinstance(error, too_large) else Refusal.UNREADABLE
