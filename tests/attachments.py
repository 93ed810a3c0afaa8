"""Files to attach: small real ones, and large ones that are mostly noise."""

import io
import random
from pathlib import Path

from PIL import Image
from reportlab.pdfgen.canvas import Canvas

MEDIA = {
    "application/pdf": "report.pdf",
    "image/png": "wound.png",
    "image/jpeg": "wound.jpg",
    "image/tiff": "scan.tif",
    "application/dicom": "IM0001",
}


def pdf(pages: int = 2, text: str = "Discharge letter") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    for page in range(pages):
        canvas.setFont("Helvetica", 24)
        canvas.drawString(72, 720, f"{text}, page {page + 1}")
        canvas.rect(72, 300, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def image(kind: str = "PNG", size: tuple[int, int] = (320, 200), pages: int = 1) -> bytes:
    out = io.BytesIO()
    first, *more = (Image.linear_gradient("L").resize(size).convert("RGB") for _ in range(pages))
    extra = {"save_all": True, "append_images": more} if more else {}
    first.save(out, kind, **extra)
    return out.getvalue()


def noisy_image(kind: str = "PNG", side: int = 640) -> bytes:
    """An image that does not shrink: its file is larger than what the database keeps."""
    out = io.BytesIO()
    noise = random.Random(1).randbytes(3 * side * side)
    Image.frombytes("RGB", (side, side), noise).save(out, kind)
    return out.getvalue()


def dicom(noise: int = 200, seed: int = 1) -> bytes:
    """A file that is kept and not decoded: what is about keeping alone, is fast with it."""
    return bytes(128) + b"DICM" + random.Random(seed).randbytes(noise)


def of_type(media: str) -> bytes:
    """A small file of this type."""
    kinds = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
    if media in kinds:
        return image(kinds[media])
    return pdf() if media == "application/pdf" else dicom()


def write(folder: Path, content: bytes, name: str = "wound.png") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file
