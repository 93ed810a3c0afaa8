"""Every imported file is kept byte for byte, once, and comes back as it was."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from clinicdesk.domain.roles import Principal, Role
from clinicdesk.errors import BadInput, NotAllowed, RecordNotFound, StoreError
from clinicdesk.etl.picked import Picked
from clinicdesk.etl.plan import Plan
from clinicdesk.services.access import Access
from clinicdesk.services.bronze import Bronze
from clinicdesk.services.import_keeping import Hashed, Keeper
from clinicdesk.services.progress import SILENT
from clinicdesk.storage import bronze
from clinicdesk.storage.bronze import PART, FileDamaged, Shelf
from tests.etl.factories import NOW, PATIENTS, Desk

VITALS = "patient_id,timestamp,heart_rate\nP1,2026-01-01 08:00,71\n"


@pytest.fixture
def kept(desk: Desk) -> Bronze:
    return Bronze(desk.database, Access(Principal(1, "desk", Role.ADMINISTRATOR)), lambda: NOW)


def test_a_file_comes_back_byte_for_byte(desk: Desk, kept: Bronze, tmp_path: Path) -> None:
    raw = b"\xef\xbb\xbf" + PATIENTS.replace("\n", "\r\n").encode()
    desk.run({"patients.csv": raw})
    [file] = kept.files()
    kept.save(file.sha256[:8], tmp_path / "back.csv")
    assert (tmp_path / "back.csv").read_bytes() == raw
    assert (file.name, file.size, file.imports) == ("patients.csv", len(raw), (1,))


def test_a_zip_is_kept_as_it_was_picked(desk: Desk, kept: Bronze, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("patients.csv", PATIENTS)
        archive.writestr("vitals.csv", VITALS)
    desk.run({"all.zip": packed.getvalue()})
    [file] = kept.files()
    kept.save(file.sha256, tmp_path / "back.zip")
    assert (tmp_path / "back.zip").read_bytes() == packed.getvalue()


def test_the_same_bytes_are_kept_once(desk: Desk, kept: Bronze) -> None:
    desk.run({"patients.csv": PATIENTS})
    desk.run({"again.csv": PATIENTS})
    [file] = kept.files()
    assert file.imports == (1, 2)
    assert len(desk.rows("bronze_part")) == 1


def test_a_dry_run_keeps_nothing(desk: Desk, kept: Bronze) -> None:
    desk.run({"patients.csv": PATIENTS}, dry_run=True)
    assert kept.files() == []
    assert desk.rows("bronze_part") == []


def test_the_plan_is_kept_with_the_import(desk: Desk) -> None:
    desk.run({"p.csv": PATIENTS}, date_order="dmy")
    [(plan,)] = desk.rows("import_run", "plan")
    assert Plan.from_json(plan) == Plan(date_order={"": "dmy"})


def test_a_large_file_is_kept_in_parts_in_which_one_can_seek(desk: Desk) -> None:
    raw = os.urandom(PART * 3 + 17)
    with desk.database.writing() as session:
        [sha256] = _shelved(Shelf(session, NOW), raw)
    with desk.database.reading() as session, bronze.opened(session, sha256) as file:
        assert file.read() == raw
        assert file.seek(-20, io.SEEK_END) == len(raw) - 20
        assert file.read(5) == raw[-20:-15]
        assert file.seek(PART - 3) == PART - 3
        assert file.read(6) == raw[PART - 3 : PART + 3]


def test_an_archive_in_the_store_is_read_like_one_on_the_disk(desk: Desk) -> None:
    raw = gzip.compress(PATIENTS.encode())
    with desk.database.writing() as session:
        [sha256] = _shelved(Shelf(session, NOW), raw)
        file = Picked("p.csv.gz", len(raw), lambda: bronze.opened(session, sha256))
        from clinicdesk.etl.sources import opened, sources

        [source] = sources([file])
        with opened(source) as stream:
            assert stream.read().decode() == PATIENTS


def test_a_file_that_changes_while_it_is_read_is_not_imported(desk: Desk) -> None:
    with desk.database.writing() as session:
        file = Picked("p.csv", 3, lambda: io.BytesIO(b"new"))
        keeper = Keeper(Shelf(session, NOW), [Hashed(file, "0" * 64)])
        with pytest.raises(BadInput, match="was changed while it was read"):
            keeper.finish(1, SILENT)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE bronze_part SET content = x'00'",
        "DELETE FROM bronze_part",
        "UPDATE bronze_part SET number = number + 1",
    ],
)
def test_damage_is_found(desk: Desk, kept: Bronze, damage: str) -> None:
    desk.run({"patients.csv": PATIENTS})
    assert kept.verify() == 1
    with desk.database.writing() as session:
        session.execute(text(damage))
    with pytest.raises(FileDamaged, match="Restore the last backup"):
        kept.verify()


def test_nothing_is_written_over(desk: Desk, kept: Bronze, tmp_path: Path) -> None:
    desk.run({"patients.csv": PATIENTS})
    place = desk.write("mine.txt", "mine")
    with pytest.raises(BadInput, match=r"mine\.txt exists"):
        kept.save(kept.files()[0].sha256, place)
    with pytest.raises(RecordNotFound, match="No kept file"):
        kept.save("ffff", tmp_path / "x")
    assert place.read_text() == "mine"


def test_a_clinician_sees_the_list_and_gets_no_file_out(desk: Desk, tmp_path: Path) -> None:
    desk.run({"patients.csv": PATIENTS})
    access = Access(Principal(1, "desk", Role.CLINICIAN))
    kept = Bronze(desk.database, access, lambda: NOW)
    [file] = kept.files()
    with pytest.raises(NotAllowed):
        kept.save(file.sha256, tmp_path / "x.csv")


def test_a_damaged_file_is_no_bug_of_ours() -> None:
    with pytest.raises(StoreError):
        bronze.unpacked(b"\x00", "00")


def _shelved(shelf: Shelf, raw: bytes) -> list[str]:
    """Put some bytes away; return their SHA-256."""
    import hashlib

    sha256 = hashlib.sha256(raw).hexdigest()
    file = Picked("raw", len(raw), lambda: io.BytesIO(raw))
    keeper = Keeper(shelf, [Hashed(file, sha256)])
    for _ in keeper._put:
        pass
    return [sha256]
