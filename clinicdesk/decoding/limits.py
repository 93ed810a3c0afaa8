"""What the decoding process may not do: take all memory, run on, write, or be looked into."""

import math
import os
import sys

from clinicdesk.hardening import harden

PICTURE_MEMORY = 232 * 1024 * 1024  # bytes beyond what the libraries take: 300 MB in all
PDF_MEMORY = 512 * 1024 * 1024  # a page may show several large pictures
_SECONDS = 20  # of the processor, for one answer
_LIFETIME = 3600  # of the processor, for all of them
_FILES = 64  # open at once


def confine(memory: int) -> None:
    """Give up what decoding does not need. Windows has no such limits: there the clock alone rules.

    memory: bytes beyond what is in use. Call after the libraries are loaded.
    """
    harden()
    _say_nothing()
    if sys.platform != "win32":
        _limit(memory)


def begin_answer() -> None:
    """Have so much of the processor for the next answer; who takes more is ended by the system.

    By the processor and not by the clock, or a busy computer would show nothing.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime) + _SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (min(most, _LIFETIME), _LIFETIME))


def _say_nothing() -> None:
    """The libraries complain about files in words of the file."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _limit(memory: int) -> None:
    import resource  # noqa: PLC0415 - there is none on Windows

    for limit, most in (
        (resource.RLIMIT_CPU, _LIFETIME),
        (resource.RLIMIT_FSIZE, 0),  # not a byte into any file
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(limit, (most, most))
    if sys.platform == "linux":  # macOS does not keep to it
        most = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    """Bytes of address space taken at this moment."""
    with open("/proc/self/statm", encoding="ascii") as facts:
        return int(facts.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
