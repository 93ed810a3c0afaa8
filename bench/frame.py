"""How a figure is measured: our way, the limit and a peer in turn, each in a fresh process.

Machines are noisy: only the ratios of one run mean something, and medians of interleaved rounds
keep a bad minute from falling on one way alone.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import MappingProxyType

DATA = Path(__file__).parent / "data"  # generated, seeded, never committed
BEGAN = "CLINICDESK_BENCH_BEGAN"

Ways = Mapping[str, Callable[[], float]]


@dataclass(frozen=True, slots=True)
class Figure:
    """One task, measured three ways in `unit`; less is better."""

    name: str
    task: str  # with its size
    unit: str
    ours: float
    limit: float  # the least work that could do it
    limit_is: str
    peer: float  # what one would otherwise use
    peer_is: str
    goal: float  # at most this many times the limit

    @property
    def ratio(self) -> float:
        return self.ours / self.limit

    @property
    def peer_ratio(self) -> float:
        return self.peer / self.limit

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal


def measure(
    module: str, ways: Ways, rounds: int, environment: Mapping[str, str] = MappingProxyType({})
) -> dict[str, float]:
    """The median of each way over `rounds`, after a first one that warms the disk's cache.

    environment: variables the children get besides this process's own.
    """
    figures: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds + 1):
        for way, taken in figures.items():
            taken.append(_in_fresh_process(module, way, environment))
    return {way: median(taken[1:]) for way, taken in figures.items()}


def answer(ways: Ways) -> None:
    """The child's half: go the way the command line names and print its figure."""
    print(ways[sys.argv[1]]())


def since_started() -> float:
    """Milliseconds since the parent started this process."""
    return (time.monotonic() - float(os.environ[BEGAN])) * 1000


def _in_fresh_process(module: str, way: str, environment: Mapping[str, str]) -> float:
    variables = {**os.environ, **environment, BEGAN: repr(time.monotonic())}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled
    child = subprocess.run(
        [sys.executable, "-m", module, way],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    if child.returncode:
        sys.exit(f"{module} {way} ended with {child.returncode}:\n{child.stderr[-2000:]}")
    return float(child.stdout.splitlines()[-1])
