"""Write a PNG image of plain pixels: what is kept of a file from elsewhere is made here anew."""

import struct
import zlib

from clinicdesk.decoding.wire import Drawing

_COLOUR = 2  # three bytes a pixel


def png_of(drawing: Drawing) -> bytes:
    """The drawing as PNG (ISO/IEC 15948): no text, no profile, no place where it was taken."""
    head = struct.pack(">IIBBBBB", drawing.width, drawing.height, 8, _COLOUR, 0, 0, 0)
    stride = 3 * drawing.width
    rows = (drawing.rgb[at : at + stride] for at in range(0, len(drawing.rgb), stride))
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    checked = kind + body
    return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))
