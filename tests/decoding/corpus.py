"""Files that mean harm, made here: nothing of it comes from elsewhere."""

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that says it is this large."""
    return _png(width, height, zlib.compress(bytes(1000)))


def png_of_zeros(width: int, height: int, colour: int = 0, channels: int = 1) -> bytes:
    """A sound PNG of this size, a thousandth of it in bytes."""
    packing, row = zlib.compressobj(1), bytes(1 + width * channels)
    parts = [packing.compress(row * 100) for _ in range(height // 100)]
    parts.append(packing.compress(row * (height % 100)))
    return _png(width, height, b"".join(parts) + packing.flush(), colour)


def png_with_text_bomb() -> bytes:
    """A small PNG with a compressed text of 200 MB."""
    text = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    return _png(1, 1, zlib.compress(bytes(2)), before=[(b"zTXt", text)])


def tiff_claiming(width: int, height: int) -> bytes:
    """A TIFF with one strip that says it is this large."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1)]
    tags += [(273, 4, 8), (277, 3, 1), (278, 4, height), (279, 4, width * height & 0xFFFFFFFF)]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame header was changed to say it is this large."""
    out = io.BytesIO()
    Image.new("L", (16, 16)).save(out, "JPEG")
    frame = out.getvalue().index(b"\xff\xc0")
    body = bytearray(out.getvalue())
    body[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(body)


def tiff_with_a_second_page(width: int, height: int) -> bytes:
    """A TIFF whose second page is this large."""
    out = io.BytesIO()
    pages = [Image.new("1", (10, 10)), Image.new("1", (width, height))]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate")
    return out.getvalue()


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of these objects; the first is the catalogue, the second the pages."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"<< /Size %d /Root 1 0 R %s >>" % (len(objects) + 1, trailer)
    begin = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return out + begin + table + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (end, len(out))


def one_page(catalogue: bytes = b"", page: bytes = b"", *more: bytes) -> bytes:
    """A PDF of an empty page. more: objects from the fourth on."""
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>" % page,
        *more,
    )


def stream(body: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(body), entries, body)


JAVASCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
ACTIVE = {  # a PDF: what is to be found in it
    "a script at the beginning": (one_page(b"/OpenAction " + JAVASCRIPT), {"JavaScript"}),
    "a script by name": (
        one_page(b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >>", b"", JAVASCRIPT),
        {"JavaScript"},
    ),
    "spelt in numbers": (one_page(b"/OpenAction << /S /J#61vaScri#70t /JS () >>"), {"JavaScript"}),
    "a program": (
        one_page(b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
        {"starts a program"},
    ),
    "a file within": (
        one_page(
            b"/Names << /EmbeddedFiles << /Names [(a) 4 0 R] >> >>",
            b"",
            b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>",
            stream(b"MZ", b"/Type /EmbeddedFile"),
        ),
        {"an attached file"},
    ),
    "a form that is sent": (
        one_page(b"/OpenAction << /S /SubmitForm /F (http://a.example) >>"),
        {"sends a form"},
    ),
    "in an object stream": (
        one_page(
            b"",
            b"",
            stream(
                zlib.compress(b"9 0 " + JAVASCRIPT),
                b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
            ),
        ),
        {"JavaScript"},
    ),
    "another file": (
        one_page(b"/OpenAction << /S /GoToR /F (\\\\\\\\host\\\\share\\\\a.pdf) >>"),
        {"opens another file"},
    ),
    "nothing": (one_page(), set()),
    "words that only begin so": (one_page(b"/JavaScripting 1 /LaunchPad 2"), set()),
}


def object_stream_bomb() -> bytes:
    """A small PDF with object streams that become gigabytes."""
    bomb = zlib.compress(bytes(64 << 20), 9)
    body = stream(bomb, b"/Type /ObjStm /N 0 /First 0 /Filter /FlateDecode")
    return one_page(b"", b"", *([body] * 40))


def _png(
    width: int,
    height: int,
    pixels: bytes,
    colour: int = 0,
    before: Sequence[tuple[bytes, bytes]] = (),
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    chunks = [(b"IHDR", head), *before, (b"IDAT", pixels), (b"IEND", b"")]
    checked = ((len(body), kind + body) for kind, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", size) + body + struct.pack(">I", zlib.crc32(body))
        for size, body in checked
    )
