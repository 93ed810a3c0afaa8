"""A strip of an electrocardiogram: something to attach that is plainly nobody's."""

from itertools import pairwise

import numpy as np

from clinicdesk.demo.arrays import Floats

SECONDS, RATE = 10, 75  # of the strip; beats a minute
_WIDTH, _HEIGHT = 1250, 300  # px: 25 mm a second and 10 mm a millivolt, at 5 px a millimetre
_MIDDLE, _MILLIVOLT = 180, 100  # px
_WAVES = (  # P, Q, R, S, T: where in the beat, how wide (s), how high (mV)
    (0.20, 0.025, 0.15),
    (0.345, 0.010, -0.10),
    (0.370, 0.011, 1.20),
    (0.400, 0.011, -0.25),
    (0.600, 0.045, 0.30),
)
_PAPER, _FINE, _COARSE, _INK = (255, 250, 250), (250, 218, 218), (240, 170, 170), (20, 20, 40)


def ecg_strip() -> tuple[int, int, bytes]:
    """Lead II of a healthy heart on its paper: width, height, and three bytes a pixel."""
    sheet = np.empty((_HEIGHT, _WIDTH, 3), dtype=np.uint8)
    sheet[:] = _PAPER
    for step, colour in ((5, _FINE), (25, _COARSE)):
        sheet[::step, :] = colour
        sheet[:, ::step] = colour
    rows = np.round(_MIDDLE - _MILLIVOLT * _millivolts()).astype(int)
    for column, (row, after) in enumerate(pairwise(rows)):
        sheet[min(row, after) - 1 : max(row, after) + 1, column] = _INK
    return _WIDTH, _HEIGHT, sheet.tobytes()


def _millivolts() -> Floats:
    """The voltage at each column of the strip, and at one more."""
    beat = 60 / RATE
    into = np.linspace(0, SECONDS, _WIDTH + 1) % beat
    waves = [high * np.exp(-(((into - at) / wide) ** 2) / 2) for at, wide, high in _WAVES]
    return np.asarray(np.sum(waves, axis=0), dtype=np.float64)
