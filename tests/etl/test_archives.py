"""Archives that mean harm: bombs, archives within, names that lead elsewhere, links (G03)."""

import gzip
import io
import lzma
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from clinicdesk.errors import BadInput
from clinicdesk.etl import archives
from clinicdesk.etl.sources import opened, sources

TABLE = b"patient_id,gender\nP1,F\n"


def zipped(*members: tuple[str, bytes], mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # twice the same name is what a test wants
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.filename = name
            entry.compress_type = method
            entry.external_attr = mode << 16
            archive.writestr(entry, content)
    return out.getvalue()


def many(count: int) -> bytes:
    return zipped(*((f"{at}.csv", TABLE) for at in range(count)))


def overlapping() -> bytes:
    """Two names for the same bytes, as in zbsm: the second entry of the list is the first's."""
    archive = bytearray(zipped(("a.csv", TABLE), ("b.csv", TABLE)))
    first = archive.index(b"PK\1\2")
    second = archive.index(b"PK\1\2", first + 4)
    archive[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(archive)


def lying(size: int) -> bytes:
    """A member that has more bytes than it says."""
    archive = bytearray(zipped(("a.csv", TABLE * 1000)))
    directory = archive.index(b"PK\1\2")
    archive[directory + 24 : directory + 28] = struct.pack("<L", size)
    return bytes(archive)


def with_an_endless_list() -> bytes:
    """An archive whose end says that the list of members is long."""
    archive = bytearray(zipped(("a.csv", TABLE)))
    end = archive.rindex(b"PK\5\6")
    archive[end + 12 : end + 16] = struct.pack("<L", 1 << 30)
    return bytes(archive)


LINK, DEVICE, FIFO = 0o120777, 0o020666, 0o010666
HARMFUL: dict[str, tuple[Callable[[], bytes], str]] = {
    "zeros": (lambda: zipped(("a.csv", bytes(5_000_000))), "no honest table"),
    "42.zip": (lambda: zipped(("lib 0.zip", zipped(("book.zip", TABLE)))), "another archive"),
    "gz within": (lambda: zipped(("a.csv.gz", gzip.compress(TABLE))), "another archive"),
    "tar within": (lambda: zipped(("a.csv", TABLE), ("b.TAR", TABLE)), "another archive"),
    "overlap": (overlapping, "twice"),
    "the same name twice": (lambda: zipped(("a.csv", TABLE), ("a.csv", b"x")), "twice"),
    "1,001 members": (lambda: many(1001), "more than 1000"),
    "an endless list": (with_an_endless_list, "more than 1000"),
    "parent": (lambda: zipped(("../a.csv", TABLE)), "name is not one of a table"),
    "parent within": (lambda: zipped(("a/../../b.csv", TABLE)), "name is not one of a table"),
    "absolute": (lambda: zipped(("/etc/a.csv", TABLE)), "name is not one of a table"),
    "drive": (lambda: zipped(("C:/a.csv", TABLE)), "name is not one of a table"),
    "backslashes": (lambda: zipped(("..\\a.csv", TABLE)), "name is not one of a table"),
    "device name": (lambda: zipped(("CON.csv", TABLE)), "name is not one of a table"),
    "turned around": (lambda: zipped(("vsc.\u202etxt.csv", TABLE)), "name is not one of a table"),
    "link": (lambda: zipped(("a.csv", b"/etc/passwd"), mode=LINK), "a link or a device"),
    "device": (lambda: zipped(("a.csv", TABLE), mode=DEVICE), "a link or a device"),
    "fifo": (lambda: zipped(("a.csv", TABLE), mode=FIFO), "a link or a device"),
}


def written(folder: Path, content: bytes, name: str = "export.zip") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def read(file: Path) -> list[tuple[str, bytes]]:
    found = []
    for source in sources([file]):
        with opened(source) as stream:
            found.append((source.name, stream.read()))
    return found


@pytest.mark.parametrize("case", HARMFUL)
def test_an_archive_that_means_harm_is_refused(tmp_path: Path, case: str) -> None:
    make, words = HARMFUL[case]
    with pytest.raises(BadInput, match=words):
        sources([written(tmp_path, make())])
    assert [file.name for file in tmp_path.iterdir()] == ["export.zip"]


def test_an_honest_archive_is_read_in_place(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        zipped(
            ("a.csv", TABLE), ("sub/b.csv", TABLE), ("read me.pdf", b""), ("__MACOSX/._a.csv", b"")
        ),
    )
    assert read(file) == [("a.csv", TABLE), ("sub/b.csv", TABLE)]
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_way_of_packing(tmp_path: Path, method: int) -> None:
    assert read(written(tmp_path, zipped(("a.csv", TABLE), method=method))) == [("a.csv", TABLE)]


def test_as_many_members_as_are_allowed(tmp_path: Path) -> None:
    assert len(sources([written(tmp_path, many(1000))])) == 1000


def test_a_member_with_more_bytes_than_it_says_is_damaged(tmp_path: Path) -> None:
    file = written(tmp_path, lying(10))
    with pytest.raises(BadInput, match="damaged within its archive"):
        read(file)


def test_too_many_bytes_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "UNPACKED", 2 * len(TABLE))
    file = written(tmp_path, zipped(("a.csv", TABLE), ("b.csv", TABLE), ("c.csv", b"x")))
    with pytest.raises(BadInput, match="GiB unpacked"):
        sources([file])


def test_a_gzip_is_one_file(tmp_path: Path) -> None:
    packed = gzip.compress(TABLE) + gzip.compress(b"P2,M\n")  # two parts are one file
    (source,) = sources([written(tmp_path, packed, "patients.csv.gz")])
    assert (source.name, source.size) == ("patients.csv", len(TABLE) + 5)
    assert read(tmp_path / "patients.csv.gz") == [("patients.csv", TABLE + b"P2,M\n")]


def test_a_gzip_bomb_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, gzip.compress(bytes(50_000_000)), "a.csv.gz")
    taken = []
    whole = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        part = whole(self, size)
        taken.append(len(part))
        return part

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    with pytest.raises(BadInput, match="no honest table"):
        sources([file])
    assert sum(taken) < 8_000_000


def test_a_gzip_that_changed_meanwhile_is_damaged(tmp_path: Path) -> None:
    file = written(tmp_path, gzip.compress(TABLE), "a.csv.gz")
    (source,) = sources([file])
    file.write_bytes(gzip.compress(TABLE * 2))
    with pytest.raises(BadInput, match="damaged"), opened(source) as stream:
        stream.read()


@pytest.mark.parametrize("cut", [5, 12, -4])
def test_a_damaged_gzip_is_refused(tmp_path: Path, cut: int) -> None:
    file = written(tmp_path, gzip.compress(TABLE * 100)[:cut], "a.csv.gz")
    with pytest.raises(BadInput, match="damaged archive"):
        sources([file])


def test_an_xz_is_one_file(tmp_path: Path) -> None:
    packed = lzma.compress(TABLE) + bytes(8) + lzma.compress(b"P2,M\n")  # two parts are one file
    (source,) = sources([written(tmp_path, packed, "patients.csv.xz")])
    assert (source.name, source.size) == ("patients.csv", len(TABLE) + 5)
    assert read(tmp_path / "patients.csv.xz") == [("patients.csv", TABLE + b"P2,M\n")]


def test_an_xz_bomb_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, lzma.compress(bytes(50_000_000)), "a.csv.xz")
    with pytest.raises(BadInput, match="no honest table"):
        sources([file])


def test_an_xz_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 << 20, "preset": 0}]
    file = written(tmp_path, lzma.compress(TABLE, filters=filters), "a.csv.xz")
    with pytest.raises(BadInput, match="damaged archive"):
        sources([file])


@pytest.mark.parametrize("cut", [10, 40, -4])
def test_a_damaged_xz_is_refused(tmp_path: Path, cut: int) -> None:
    file = written(tmp_path, lzma.compress(TABLE * 100)[:cut], "a.csv.xz")
    with pytest.raises(BadInput, match="damaged archive"):
        sources([file])
