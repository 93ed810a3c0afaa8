"""PNG, JPEG and TIFF, each taken for nothing else."""

import warnings
from typing import BinaryIO

from PIL import Image

from clinicdesk.decoding.wire import Drawing, Facts, Refusal, Refused, fitted

MOST_PIXELS = 50_000_000  # of one page as it is kept
MOST_PAGES = 2_000
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF"}
_ORIENTATION = 0x0112  # EXIF: how the camera was held
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = {5, 6, 7, 8}
_SIMPLE = {"1", "L", "RGB"}  # shrunk as they are; the others are copied first,
_MOST_COPIED = 16_000_000  # and beyond so many points
_COPIED = (2_000, 2_000)  # no larger than this


class Picture:
    """One image file. Raise `Refused`, or whatever a damaged file makes Pillow raise."""

    def __init__(self, file: BinaryIO, media: str) -> None:
        self._file, self._format = file, _FORMATS[media]
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with self._opened() as image:
            _require_bearable(image)
            if media == "image/png":
                image.verify()  # its checksums; the other formats have none

    def facts(self) -> Facts:
        with self._opened() as image:
            pages = min(int(getattr(image, "n_frames", 1)), MOST_PAGES)
            image.load()  # a file that is cut short is no picture
            turned = image.getexif().get(_ORIENTATION) in _TURNED
            width, height = image.size[::-1] if turned else image.size
        return Facts(pages, width, height)

    def draw(self, page: int, box: tuple[int, int]) -> Drawing:
        """The page upright, no larger than it is."""
        seen = self._seen(page, box)  # what it was made from is freed by now
        return Drawing(*seen.size, seen.tobytes())

    def _seen(self, page: int, box: tuple[int, int]) -> Image.Image:
        """In colour, in its size. One name for each step: the one before is freed."""
        image = self._loaded(page, box)
        held = image.getexif().get(_ORIENTATION)  # TIFF is upright by now and has none
        across, down = box[::-1] if held in _TURNED else box
        size = fitted(*image.size, (min(across, image.width), min(down, image.height)))
        if image.mode not in _SIMPLE:
            image = _of_bearable_size(image)
            image = _in_colour(image)
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert("RGB")
        return image.transpose(_UPRIGHT[held]) if held in _UPRIGHT else image

    def _loaded(self, page: int, box: tuple[int, int]) -> Image.Image:
        with self._opened() as image:
            if page:
                _turn_to(image, page)
            image.draft("RGB", box)  # JPEG is decoded at a fraction of its size
            image.load()
        return image

    def _opened(self) -> Image.Image:
        self._file.seek(0)
        return Image.open(self._file, formats=(self._format,))


def _require_bearable(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise Refused(Refusal.TOO_LARGE)


def _turn_to(image: Image.Image, page: int) -> None:
    try:
        image.seek(page)
    except EOFError:
        raise Refused(Refusal.NO_PAGE) from None
    _require_bearable(image)


def _of_bearable_size(image: Image.Image) -> Image.Image:
    """The image, or a small one where it could not be copied in the memory there is."""
    if image.width * image.height <= _MOST_COPIED:
        return image
    return image.resize(fitted(*image.size, _COPIED), Image.Resampling.NEAREST)


def _in_colour(image: Image.Image) -> Image.Image:
    """What is clear becomes white; sixteen bits of grey become eight, of what is in use."""
    if image.mode.startswith("I") or image.mode == "F":
        return _in_eight_bits(image.convert("F"))
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
    return image.convert("RGB")


def _in_eight_bits(image: Image.Image) -> Image.Image:
    low, high = image.getextrema()
    assert isinstance(low, float)  # one band: two numbers
    assert isinstance(high, float)
    scale = 255 / max(high - low, 1e-9)
    return image.point(lambda value: value * scale - low * scale).convert("L")
