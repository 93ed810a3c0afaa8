"""Files from elsewhere are decoded in a process that may do little else (G05, G06)."""

import importlib.metadata
import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from clinicdesk.decoding.wire import Refusal
from clinicdesk.errors import Cancelled
from clinicdesk.services.decoder import Decoder, Decoders, DecodingStopped, NotDrawn
from clinicdesk.services.document_content import InMemory
from tests.attachments import image, pdf
from tests.decoding.corpus import (
    ACTIVE,
    jpeg_claiming,
    object_stream_bomb,
    one_page,
    png_claiming,
    png_of_zeros,
    png_with_text_bomb,
    stream,
    tiff_claiming,
    tiff_with_a_second_page,
)

Started = Callable[..., Decoder]
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's alone")


@pytest.fixture
def started() -> Iterator[Started]:
    """A decoder of these bytes; ended after the test."""
    decoders: list[Decoder] = []

    def start(content: bytes, media: str = "image/png", patience: float = 60.0) -> Decoder:
        decoders.append(Decoder(InMemory(content), media, patience))
        return decoders[-1]

    yield start
    for decoder in decoders:
        decoder.close()


def peak_of(decoder: Decoder) -> int:
    """Megabytes of memory the process had at most."""
    status = Path(f"/proc/{decoder._process.pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


# -- pictures ---------------------------------------------------------------------------------


BOMBS = {
    "a PNG that says it is huge": (png_claiming(60_000, 60_000), "image/png"),
    "a PNG just too large": (png_of_zeros(7_072, 7_072), "image/png"),
    "a TIFF that says it is huge": (tiff_claiming(100_000, 100_000), "image/tiff"),
    "a JPEG that says it is huge": (jpeg_claiming(60_000, 60_000), "image/jpeg"),
}


@ON_LINUX
@pytest.mark.parametrize("case", BOMBS)
def test_a_picture_beyond_50_million_points_is_refused_in_little_memory(
    started: Started, case: str
) -> None:
    decoder = started(*BOMBS[case])
    with pytest.raises(NotDrawn) as refused:
        decoder.facts()
    assert refused.value.refusal is Refusal.TOO_LARGE
    assert peak_of(decoder) < 300


@ON_LINUX
@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (6, 4)], ids=["L", "RGB", "RGBA"])
def test_a_picture_of_50_million_points_is_drawn_in_300_mb(
    started: Started, colour: int, channels: int
) -> None:
    decoder = started(png_of_zeros(7_071, 7_071, colour, channels))
    assert decoder.facts().width == 7_071
    drawing = decoder.draw(0, (1_000, 1_000))
    assert (drawing.width, drawing.height) == (1_000, 1_000)
    assert peak_of(decoder) < 300


@ON_LINUX
def test_a_bomb_in_a_text_of_a_png_is_refused(started: Started) -> None:
    decoder = started(png_with_text_bomb())
    with pytest.raises(NotDrawn):
        decoder.facts()
    assert peak_of(decoder) < 300


def test_a_later_page_is_measured_too(started: Started) -> None:
    decoder = started(tiff_with_a_second_page(8_000, 8_000), "image/tiff")
    assert decoder.facts().pages == 2
    decoder.draw(0, (100, 100))
    with pytest.raises(NotDrawn) as refused:
        decoder.draw(1, (100, 100))
    assert refused.value.refusal is Refusal.TOO_LARGE


@pytest.mark.parametrize("media", ["image/png", "image/jpeg", "image/tiff"])
def test_a_damaged_picture_is_refused(started: Started, media: str) -> None:
    whole = image({"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}[media])
    for damaged in (whole[: len(whole) // 2], whole[:20]):
        with pytest.raises(NotDrawn) as refused:
            started(damaged, media).facts()
        assert refused.value.refusal is Refusal.UNREADABLE


def test_a_picture_is_taken_for_nothing_but_its_type(started: Started) -> None:
    """An allow-list: Pillow would read forty other formats."""
    for kind in ("GIF", "BMP", "PPM", "EPS", "TIFF"):
        with pytest.raises(NotDrawn):
            started(image(kind)).facts()


def test_a_photograph_is_upright_and_says_nothing_of_where(started: Started) -> None:
    """Phones turn pictures by a note beside the pixels."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    picture = Image.new("RGB", (200, 100), "white")
    picture.paste("black", (0, 0, 100, 100))  # left: on top once it is upright
    picture.save(out, "JPEG", exif=exif)
    decoder = started(out.getvalue(), "image/jpeg")
    facts = decoder.facts()
    drawing = decoder.draw(0, (100, 200))
    assert (facts.width, facts.height) == (drawing.width, drawing.height) == (100, 200)
    assert (drawing.rgb[150] < 50, drawing.rgb[-150] > 200) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_pixel_is_shown_in_colour(started: Started, mode: str) -> None:
    out = io.BytesIO()
    grey = Image.linear_gradient("L")
    deep = grey.convert("I").point(lambda value: value * 16).convert("I;16")
    (deep if mode == "I;16" else grey.convert(mode)).save(out, "PNG")
    drawing = started(out.getvalue()).draw(0, (256, 256))
    assert (drawing.width, drawing.height) == (256, 256)
    assert drawing.rgb[: 3 * 256].count(0) > 700
    assert min(drawing.rgb[-3 * 256 :]) > 200


def test_what_is_clear_is_white(started: Started) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert started(out.getvalue()).draw(0, (4, 4)).rgb == b"\xff" * 48


def test_pages_of_a_tiff(started: Started) -> None:
    decoder = started(image("TIFF", pages=3), "image/tiff")
    assert decoder.facts().pages == 3
    decoder.draw(2, (50, 50))
    with pytest.raises(NotDrawn) as refused:
        decoder.draw(3, (50, 50))
    assert refused.value.refusal is Refusal.NO_PAGE


def test_pillow_is_no_older_than_its_last_holes() -> None:
    """G05: CVE-2026-40192 and CVE-2026-42311 were closed in 12.3."""
    found = tuple(int(part) for part in importlib.metadata.version("pillow").split(".")[:2])
    assert found >= (12, 3)
    lock = (Path(__file__).parents[2] / "requirements.lock").read_text(encoding="utf-8")
    (locked,) = [line for line in lock.splitlines() if line.startswith("pillow==")]
    assert tuple(map(int, locked.split()[0].split("==")[1].split(".")[:2])) >= (12, 3)


# -- PDF --------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["a script by name", "a file within", "in an object stream"])
def test_active_content_is_told_and_the_page_drawn(started: Started, case: str) -> None:
    """G06."""
    content, expected = ACTIVE[case]
    decoder = started(content, "application/pdf")
    assert set(decoder.facts().active) == expected
    drawing = decoder.draw(0, (595, 842))
    assert set(drawing.rgb) == {255}


def test_nothing_could_run_a_script() -> None:
    """G06: PDFium is built without V8 and without XFA."""
    import pypdfium2

    assert not {"V8", "XFA"} & set(pypdfium2.version.PDFIUM_INFO.flags)


def test_what_was_filled_into_a_form_is_drawn(started: Started) -> None:
    """A questionnaire must not look empty."""
    content = one_page(
        b"/AcroForm << /Fields [4 0 R] >>",
        b"/Annots [4 0 R]",
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (yes) /F 4"
        b" /Rect [100 600 300 700] /AP << /N 5 0 R >> >>",
        stream(b"0 0 200 100 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 200 100]"),
    )
    drawing = started(content, "application/pdf").draw(0, (595, 842))
    assert drawing.rgb.count(0) > 3 * 190 * 90


def test_pages_of_a_pdf(started: Started) -> None:
    decoder = started(pdf(pages=3), "application/pdf")
    facts = decoder.facts()
    assert (facts.pages, facts.width, facts.height, facts.active) == (3, 595, 842, ())
    small, large = decoder.draw(2, (100, 100)), decoder.draw(2, (2_000, 2_000))
    assert max(small.width, small.height) == 100
    assert max(large.width, large.height) == 2_000
    with pytest.raises(NotDrawn) as refused:
        decoder.draw(3, (100, 100))
    assert refused.value.refusal is Refusal.NO_PAGE


def test_a_locked_pdf_is_told(started: Started) -> None:
    out = io.BytesIO()
    canvas = Canvas(out, encrypt="secret")
    canvas.drawString(10, 10, "a")
    canvas.save()
    with pytest.raises(NotDrawn, match="password of its own") as refused:
        started(out.getvalue(), "application/pdf").facts()
    assert refused.value.refusal is Refusal.LOCKED


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", pdf()[:300], b"%PDF-1.7\n" + bytes(5000)])
def test_a_damaged_pdf_is_refused(started: Started, content: bytes) -> None:
    with pytest.raises(NotDrawn) as refused:
        started(content, "application/pdf").facts()
    assert refused.value.refusal is Refusal.UNREADABLE


@pytest.mark.parametrize("box", [b"[0 0 14400 14400]", b"[0 0 1000000 1]", b"[0 0 0 0]"])
def test_a_page_of_any_size_is_drawn_within_bounds(started: Started, box: bytes) -> None:
    content = one_page().replace(b"[0 0 595 842]", box)
    drawing = started(content, "application/pdf").draw(0, (600, 600))
    assert max(drawing.width, drawing.height) <= 600


def test_a_bomb_in_object_streams_ends(started: Started) -> None:
    assert started(object_stream_bomb(), "application/pdf").facts().pages == 1


# -- the process ------------------------------------------------------------------------------


class Stuck(InMemory):
    """A document that takes for ever to read."""

    def __init__(self) -> None:
        super().__init__(image())
        self.reached, self.go_on = threading.Event(), threading.Event()

    def read_at(self, offset: int, length: int) -> bytes:
        self.reached.set()
        self.go_on.wait(30)
        return super().read_at(offset, length)


def test_what_takes_too_long_is_ended(started: Started) -> None:
    decoder = started(image(), patience=0.0)
    with pytest.raises(DecodingStopped):
        decoder.facts()
    assert not decoder._process.is_alive()
    with pytest.raises(DecodingStopped):
        decoder.facts()


def test_a_process_that_is_killed_takes_nobody_along(started: Started) -> None:
    """G06."""
    decoder = started(pdf(), "application/pdf")
    decoder.facts()
    os.kill(decoder._process.pid or 0, signal.SIGKILL)
    with pytest.raises(DecodingStopped):
        decoder.draw(0, (100, 100))


def test_a_question_that_is_given_up_does_not_end_the_process(started: Started) -> None:
    """A window that is being resized asks often, and gives up what it asked before."""

    class Impatient:
        def report(self, _fraction: float, _message: str = "") -> None: ...

        def raise_if_cancelled(self) -> None:
            raise Cancelled

    decoder = started(image())
    for _ in range(2):
        with pytest.raises(Cancelled):
            decoder.draw(0, (10, 10), Impatient())
    drawing = decoder.draw(0, (100, 100))
    assert (drawing.width, drawing.height) == (100, 62)


class Lying:
    """A process that was taken over: it answers what it will."""

    def __init__(self, *said: bytes) -> None:
        self._said = list(said)

    def send_bytes(self, _message: bytes) -> None: ...

    def poll(self, _timeout: float) -> bool:
        return True

    def recv_bytes(self, _most: int) -> bytes:
        return self._said.pop(0)

    def close(self) -> None: ...


@pytest.mark.parametrize(
    "said",
    [b"", b"?", b"p", b"p" + bytes(12), b"f" + bytes(11), b"r", b"r" + b"\xff" * 12, b"xwhat"],
)
def test_a_process_that_lies_is_ended(started: Started, said: bytes) -> None:
    """G05: whoever takes it over by a picture gets no further."""
    decoder = started(image())
    decoder._pipe = Lying(said)  # type: ignore[assignment] # as far as it is used
    with pytest.raises(DecodingStopped):
        decoder.draw(0, (10, 10))
    assert not decoder._process.is_alive()


def test_locking_ends_every_decoder() -> None:
    decoders, content = Decoders(), InMemory(image())
    one = decoders.start(content, "image/png")
    one.facts()
    decoders.shutdown()
    assert not one._process.is_alive()
    with pytest.raises(DecodingStopped):
        one.draw(0, (10, 10))
    with pytest.raises(DecodingStopped):
        decoders.start(content, "image/png")


def test_it_may_be_closed_while_it_draws() -> None:
    content = Stuck()
    decoder = Decoder(content, "image/png")
    heard: list[BaseException] = []

    def ask() -> None:
        try:
            decoder.facts()
        except DecodingStopped as stopped:
            heard.append(stopped)

    asking = threading.Thread(target=ask)
    asking.start()
    assert content.reached.wait(30)
    closing = threading.Thread(target=decoder.close)
    closing.start()
    decoder._process.join(30)
    content.go_on.set()
    asking.join(30)
    closing.join(30)
    assert len(heard) == 1


_BUSY = """
from clinicdesk.decoding import limits
limits._SECONDS = 1
limits.confine(64 << 20)
limits.begin_answer()
while True:
    pass
"""


@ON_LINUX
def test_an_answer_that_takes_too_much_of_the_processor_ends_the_process() -> None:
    """G06: by the processor, so that a busy computer shows documents all the same."""
    ended = subprocess.run([sys.executable, "-c", _BUSY], timeout=300, check=False)
    assert ended.returncode == -signal.SIGXCPU


_CONFINED = """
import os, sys
from clinicdesk.decoding import limits
report = os.dup(1)
limits.confine(64 << 20)
said = []
try:
    bytearray(200 << 20)
except MemoryError:
    said.append("memory")
try:
    handle = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
    os.write(handle, b"x")
except OSError:
    said.append("file")
try:
    for _ in range(200):
        os.open(os.devnull, os.O_RDONLY)
except OSError:
    said.append("files")
print("a word of the file")
os.write(report, " ".join(said).encode())
"""


@ON_LINUX
def test_the_process_can_take_no_memory_and_write_no_file(tmp_path: Path) -> None:
    """G05: nor say anything on the terminal."""
    out = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", _CONFINED, str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        said, complained = process.communicate(timeout=60)
    assert (said, complained) == (b"memory file files", b"")
    assert out.stat().st_size == 0
