"""Read a PDF back as a person would: page by page."""

import pypdfium2


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, spaces and line ends as one space."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
    finally:
        document.close()


def bookmarks(pdf: bytes) -> list[tuple[str, int]]:
    """Title and page (0 is the first) of each bookmark."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        entries = [(entry.get_title(), entry.get_dest()) for entry in document.get_toc()]
        return [(title, dest.get_index()) for title, dest in entries if dest is not None]
    finally:
        document.close()


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height in points."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_size() for page in document]
    finally:
        document.close()
