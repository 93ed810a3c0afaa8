"""Pages of PDF files, drawn by PDFium without JavaScript or XFA."""

import ctypes
from typing import BinaryIO

import pypdfium2 as pdfium
from pypdfium2 import raw

from clinicdesk.decoding.active import NAMES, active_content
from clinicdesk.decoding.wire import Drawing, Facts, Refusal, Refused, scale_to_fit


class Pdf:
    """One PDF file. Raise `Refused`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        try:
            self._pdf = pdfium.PdfDocument(file)
        except pdfium.PdfiumError as error:
            locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
            raise Refused(Refusal.LOCKED if locked else Refusal.UNREADABLE) from None
        if not len(self._pdf):
            raise Refused(Refusal.UNREADABLE)
        self._pdf.init_forms()  # else what was filled in is not drawn; there is nothing to run it

    def facts(self) -> Facts:
        width, height = self._pdf.get_page_size(0)
        active = dict.fromkeys((*active_content(self._file), *self._more()))
        return Facts(len(self._pdf), round(width), round(height), tuple(active))

    def draw(self, page: int, box: tuple[int, int]) -> Drawing:
        """The page as large as the box allows."""
        if not 0 <= page < len(self._pdf):
            raise Refused(Refusal.NO_PAGE)
        drawn = self._pdf[page]
        try:
            width, height = (max(side, 1.0) for side in drawn.get_size())
            scale = scale_to_fit(width, height, box) * (1 - 1e-9)  # PDFium rounds up
            bitmap = drawn.render(scale=scale, rev_byteorder=True)
            rows = ctypes.string_at(bitmap.buffer, bitmap.stride * bitmap.height)
            return _packed(rows, bitmap.width, bitmap.height, bitmap.stride)
        finally:
            drawn.close()

    def _more(self) -> list[str]:
        """What PDFium itself counts, for files that hide it from a search."""
        found = []
        if raw.FPDFDoc_GetJavaScriptActionCount(self._pdf) > 0:
            found.append(NAMES[b"JavaScript"])
        if raw.FPDFDoc_GetAttachmentCount(self._pdf) > 0:
            found.append(NAMES[b"EmbeddedFile"])
        return found


def _packed(rows: bytes, width: int, height: int, stride: int) -> Drawing:
    if stride != 3 * width:
        rows = b"".join(rows[at * stride : at * stride + 3 * width] for at in range(height))
    return Drawing(width, height, rows)
