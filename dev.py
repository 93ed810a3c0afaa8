#!/usr/bin/env python3
"""ClinicDesk for developers: `python3 dev.py VERB [ARGUMENTS]`.

setup     make .venv/ and install what requirements.lock names
demo      build a demonstration clinic and open it; without a display, run the main job on it
run       clinicdesk itself, with its own arguments
check     format, lint, types, import contracts
test      check, then every test, with no network where that can be had
faults    kill and spoil for a long time; or one alone with its arguments: kills --help
fuzz      damaged files for every reader, 120,000 of them; COUNT of each kind with an argument
bench     every measurement beside its limit and its peer, or the NAMEs given; --json
package   freeze dist/clinicdesk/, then let it test and demonstrate itself without a network
lock      resolve pyproject.toml anew into requirements.lock

Every verb first sets up what is missing, and nothing when nothing is. Needs no package; reads on
Python 3.8 too, where it looks for a 3.11-3.13 to make .venv/ with.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
PYTHON = VENV / SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed.sha256"  # written last: without it, an install was interrupted
PYTHONS = ("3.13", "3.12", "3.11")

# What Qt loads and its wheels do not bring, with the Debian package that does.
OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
WINDOW = {
    **OFFSCREEN,
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

CHECKS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports",),
)
TESTS = ("pytest", "--numprocesses", "auto")
FAULTS = (
    ("kills", "--count", "2000"),
    ("power_loss", "--count", "3000"),
    ("power_loss", "--count", "200", "--control"),
    ("full_disk", "--count", "100"),
    ("flips", "--count", "1000"),
    ("mutations", "--count", "5000"),
    ("threads", "--runs", "5", "--operations", "1000"),
)

LOCK_HEADER = """\
# Every dependency with the hashes of its wheels for Linux, Windows and macOS (Apple silicon),
# CPython 3.11-3.13. Made by `python3 dev.py lock` from pyproject.toml; do not edit.
"""
SYSTEMS = {f"sys_platform == '{name}'" for name in ("linux", "win32", "darwin")}
APPLE_SILICON = "platform_machine == 'arm64'"  # the only Macs the lock is made for


def main(arguments: Sequence[str]) -> int:
    verb = arguments[0] if arguments else "help"
    if verb not in VERBS:
        print(__doc__)
        return 0 if verb in {"help", "-h", "--help"} else 2
    try:
        return VERBS[verb](arguments[1:])
    except subprocess.CalledProcessError as error:
        command = " ".join(map(str, error.cmd))
        print(f"dev.py: `{command}` ended with {error.returncode}", file=sys.stderr)
        return error.returncode
    except KeyboardInterrupt:
        return 130


def setup(_: Sequence[str]) -> int:
    set_up(WINDOW if has_display() else OFFSCREEN)
    return 0


def demo(arguments: Sequence[str]) -> int:
    set_up(WINDOW if has_display() and "--headless" not in arguments else OFFSCREEN)
    return subprocess.call([PYTHON, "-m", "clinicdesk", "demo", *arguments])


def run(arguments: Sequence[str]) -> int:
    set_up(WINDOW if has_display() else OFFSCREEN)
    return subprocess.call([PYTHON, "-m", "clinicdesk", *arguments])


def check(_: Sequence[str]) -> int:
    set_up(OFFSCREEN)
    return first_failure([timed(step) for step in CHECKS])


def test(arguments: Sequence[str]) -> int:
    set_up(OFFSCREEN)
    checked = [timed(step) for step in CHECKS]
    return first_failure([*checked, timed((*TESTS, *arguments), without_network())])


def faults(arguments: Sequence[str]) -> int:
    set_up(OFFSCREEN)
    install_debian(compiler_packages())
    steps = [tuple(arguments)] if arguments else FAULTS
    return first_failure(
        [timed(("python", "-m", f"tests.faults.{step[0]}", *step[1:])) for step in steps]
    )


def fuzz(arguments: Sequence[str]) -> int:
    set_up(OFFSCREEN)
    return timed(("python", "-m", "tests.etl.fuzz", *arguments))


def bench(arguments: Sequence[str]) -> int:
    set_up(WINDOW if has_display() or shutil.which("Xvfb") else OFFSCREEN)
    return subprocess.call([PYTHON, "-m", "bench", *arguments], cwd=ROOT, env=offscreen())


def package(_: Sequence[str]) -> int:
    set_up(WINDOW)  # the folder takes along what Qt loads here
    install_debian(freezing_packages())
    do(PYTHON, "-m", "PyInstaller", "--noconfirm", "--clean", "packaging/clinicdesk.spec")
    program = str(ROOT / "dist" / "clinicdesk" / "clinicdesk")
    frozen = selftest(*without_network(), program)
    source = selftest(PYTHON, "-m", "clinicdesk")
    print(frozen.stdout, flush=True)
    if frozen.stdout != source.stdout:
        sys.exit(f"dist/clinicdesk tests otherwise than its source:\n{source.stdout}")
    with tempfile.TemporaryDirectory() as folder:
        demonstration = [*without_network(), program, "demo", folder, "--headless"]
        return frozen.returncode or subprocess.call(demonstration, env=offscreen())


def lock(_: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "pyproject.toml", folder)
        do(suitable_python(), "-m", "venv", Path(folder, "uv"))
        scripts = Path(folder, "uv", SCRIPTS)
        do(scripts / "python", "-m", "pip", "install", "--quiet", "uv")
        export = ("export", "--quiet", "--no-emit-project", "--no-header", "--no-annotate")
        locked = subprocess.check_output([scripts / "uv", *export], cwd=folder, text=True)
    lines = map(plain, locked.splitlines(keepends=True))
    LOCK.write_bytes((LOCK_HEADER + "".join(lines)).encode())
    return 0


VERBS = {
    verb.__name__: verb
    for verb in (setup, demo, run, check, test, faults, fuzz, bench, package, lock)
}


def set_up(libraries: Mapping[str, str]) -> None:
    """Complete .venv/ and what Qt loads; an interrupted install is begun anew."""
    maker = None if STAMP.is_file() and PYTHON.exists() else suitable_python()
    install_debian([*(venv_package(maker) if maker else []), *missing(libraries)])
    if not maker and STAMP.read_text() == fingerprint():
        return
    print("Installing requirements.lock into .venv/, a minute or more", flush=True)
    STAMP.unlink(missing_ok=True)
    if maker:
        do(maker, "-m", "venv", "--clear", VENV)
    pip_install("--require-hashes", "--only-binary", ":all:", "--requirement", LOCK)
    pip_install("--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(fingerprint())


def fingerprint() -> str:
    """What .venv/ is made from: the lock, the project's metadata and where the project stands."""
    made_from = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), os.fsencode(ROOT))
    return hashlib.sha256(b"\0".join(made_from)).hexdigest()


def pip_install(*arguments: str | Path) -> None:
    pip = (PYTHON, "-m", "pip", "--no-input", "--disable-pip-version-check")
    do(*pip, "install", "--quiet", *arguments)


def suitable_python() -> str:
    """An interpreter to make .venv/ with: this one if it will do, else the newest on the path."""
    launchers = [("py", f"-{version}") for version in PYTHONS]  # Windows
    for python in [(sys.executable,), *((f"python{version}",) for version in PYTHONS), *launchers]:
        version, _, path = version_and_path(*python).partition(" ")
        if version in PYTHONS:
            return path
    sys.exit(
        "ClinicDesk needs Python 3.11, 3.12 or 3.13, and none is here. Install one beside "
        f"{sys.version.split()[0]} (python.org, or your system's packages), then try again."
    )


def version_and_path(*python: str) -> str:
    """`3.11 /usr/bin/python3`, or "" for one that does not run."""
    code = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
    return answer(*python, "-c", code)


def venv_package(python: str) -> list[str]:
    """Debian keeps ensurepip, and with it working venvs, in a package of its own."""
    if answer(python, "-c", "import ensurepip; print(True)"):
        return []
    return [f"python{version_and_path(python).split()[0]}-venv"]


def freezing_packages() -> list[str]:
    """What PyInstaller needs and Debian leaves out: objdump, and its Python as a shared library."""
    version, prefix = answer(
        str(PYTHON), "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.base_prefix)"
    ).split(" ", 1)
    library = {f"libpython{version}.so.1.0": f"libpython{version}"} if prefix == "/usr" else {}
    binutils = ["binutils"] if sys.platform == "linux" and not shutil.which("objdump") else []
    return [*binutils, *missing(library)]


def compiler_packages() -> list[str]:
    """What compiles the disk that keeps a diary."""
    linux = sys.platform == "linux"
    return ["gcc", "libc6-dev"] if linux and not shutil.which("cc") else []


def missing(libraries: Mapping[str, str]) -> list[str]:
    """The packages of those libraries that do not load here."""
    if sys.platform != "linux":
        return []
    return [package for library, package in libraries.items() if not loads(library)]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def install_debian(packages: Sequence[str]) -> None:
    """Install them when that is ours to do; else say the one command and stop."""
    if not packages:
        return
    command = ("apt-get", "install", "--yes", "--no-install-recommends", *packages)
    if not shutil.which("apt-get"):
        sys.exit(f"These are missing here, by their Debian names: {' '.join(packages)}")
    if os.geteuid() != 0:
        sys.exit(f"Run this once, then again what you ran:\n\n    sudo {' '.join(command)}\n")
    print(f"Installing {' '.join(packages)}", flush=True)
    do("dpkg", "--configure", "-a")  # should the last time have been interrupted
    do("apt-get", "--quiet", "update")
    do(*command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def selftest(*program: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*program, "selftest", "--json"]
    return subprocess.run(command, env=offscreen(), stdout=subprocess.PIPE, text=True, check=False)


def without_network() -> list[str]:
    """The prefix that runs a command with no network, where the system has one.

    As oneself if possible: to be root, as far as a command can see, changes what tests see.
    """
    ways: tuple[list[str], ...] = ([], ["--map-current-user"], ["--map-root-user"])
    prefixes = (["unshare", *way, "--net"] for way in ways)
    return next((prefix for prefix in prefixes if answer(*prefix, "echo", "works")), [])


def offscreen() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def has_display() -> bool:
    on_x = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform != "linux" or bool(on_x)


def plain(line: str) -> str:
    """A line of the lock without the markers that say `on all three systems`."""
    requirement, separator, marker = line.partition(" ; ")
    if not separator:
        return line
    marker, ending = marker.removesuffix(" \\\n"), " \\\n"
    cases = [set(case.strip("()").split(" and ")) for case in marker.split(" or ")]
    rests = {frozenset(case - SYSTEMS - {APPLE_SILICON}) for case in cases}
    if len(cases) == len(SYSTEMS) and len(rests) == 1:
        cases = [set(*rests)]
    kept = " or ".join(" and ".join(sorted(case - {APPLE_SILICON})) for case in cases)
    return requirement + (f" ; {kept}" if kept else "") + ending


def timed(step: Sequence[str], prefix: Sequence[str] = ()) -> int:
    print(f"== {' '.join([*prefix, *step])}", flush=True)
    began = time.monotonic()
    command = [*prefix, str(PYTHON.parent / step[0]), *step[1:]]
    code = subprocess.call(command, cwd=ROOT, env=offscreen())
    verdict = "ok" if code == 0 else f"FAILED ({code})"
    print(f"== {step[0]} {verdict}, {time.monotonic() - began:.1f} s\n", flush=True)
    return code


def first_failure(codes: Iterable[int]) -> int:
    return next(filter(None, codes), 0)


def answer(*command: str) -> str:
    """What it prints, "" when it fails or is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def do(*command: str | Path, env: Mapping[str, str] | None = None) -> None:
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
