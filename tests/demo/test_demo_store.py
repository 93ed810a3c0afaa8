"""The demonstration store: built by the real importer, whole or not at all, and without traces."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clinicdesk.domain.patient import AllergyStatus
from clinicdesk.errors import BadInput, StoreError
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.demo import SHOWCASE_MRN, DemoStore, build_demo, hospital_export
from clinicdesk.services.imports import Imports
from tests.conftest import CHEAP, CHEAP_LIMITS


def now() -> datetime:
    return datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def built(home: Path, patients: int = 20) -> DemoStore:
    return build_demo(home, patients=patients, now=now, cost=CHEAP, limits=CHEAP_LIMITS)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoStore:
    """One demonstration for the tests that leave it as it is."""
    return built(tmp_path_factory.mktemp("home") / "demo")


@pytest.fixture
def clinic(demo: DemoStore) -> Iterator[Clinic]:
    clinic = demo.unlock(now=now, limits=CHEAP_LIMITS)
    yield clinic
    clinic.lock()


def test_everything_arrives_or_is_rejected_with_a_reason(demo: DemoStore) -> None:
    report = demo.imported
    assert report is not None
    assert report.counts["patient"].inserted == 20
    assert report.counts["patient"].unchanged == 1  # the one that is there twice
    assert report.counts["encounter"].inserted == 167
    assert report.counts["observation"].inserted > 1000
    assert {reject.rule for reject in report.rejects} == {
        "unknown-patient",
        "bad-date",
        "not-a-number",
        "implausible-value",
        "diastolic-not-below-systolic",
        "unknown-unit",
        "missing-unit",
        "no-name",
    }


def test_the_store_is_a_demonstration_and_says_so(clinic: Clinic) -> None:
    assert clinic.is_demo
    assert clinic.name == "Demonstration clinic"
    assert len(clinic.patients.find("")) == 20


def test_the_hospital_again_changes_nothing(clinic: Clinic, tmp_path: Path) -> None:
    with hospital_export(tmp_path, patients=20, now=now) as files:
        again = clinic.imports.run(files)
    assert all(counts.inserted == counts.updated == 0 for counts in again.counts.values())


def test_the_showcase_has_every_input_that_a_clinic_measures(clinic: Clinic) -> None:
    her = clinic.records.by_mrn(SHOWCASE_MRN).summary.id
    measured = {each.code for each in clinic.records.latest(her)}
    scores = {each.score: each for each in clinic.risks.scores(her)}
    assert {"1518-0", "11996-6", "39156-5", "8462-4"} <= measured
    assert scores["news2"].headline
    assert scores["ckd_epi_2021"].headline
    assert scores["bmi_who"].headline


def test_problems_and_allergies_arrive_with_what_is_known_of_them(clinic: Clinic) -> None:
    her = clinic.records.by_mrn(SHOWCASE_MRN).summary.id
    problems = {each.code: each.display for each in clinic.records.conditions(her)}
    [allergy] = clinic.records.allergies(her)
    assert problems["I10"] == "Essential (primary) hypertension"
    assert (allergy.display, allergy.category) == ("Penicillin V", "medication")
    assert allergy.reaction
    assert allergy.recorded_on is not None


def test_that_somebody_asked_for_allergies_arrives_too(clinic: Clinic) -> None:
    statuses = {clinic.records.by_mrn(f"DEMO-{n:05d}").allergy_status for n in range(1, 21)}
    assert statuses == set(AllergyStatus)


def test_nothing_is_left_but_the_store_and_its_password(demo: DemoStore) -> None:
    assert {entry.name for entry in demo.home.iterdir()} == {"clinic", "password.txt"}
    if os.name == "posix":
        assert stat.S_IMODE(demo.password_file.stat().st_mode) == 0o600


def test_a_second_call_returns_what_is_there(demo: DemoStore) -> None:
    again = built(demo.home, patients=5)
    assert again.imported is None
    assert again.password == demo.password


def test_an_interrupted_build_leaves_no_store_and_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Imports, "run", _raises)
        with pytest.raises(KeyboardInterrupt):
            built(tmp_path / "demo")
    assert list((tmp_path / "demo").iterdir()) == []
    assert built(tmp_path / "demo").imported is not None


def test_what_a_crash_left_is_cleared_away(tmp_path: Path) -> None:
    left = tmp_path / "demo" / ".work" / "export"
    left.mkdir(parents=True)
    (left / "patients.csv").write_text("mrn\n")
    demo = built(tmp_path / "demo")
    assert not (demo.home / ".work").exists()


@pytest.mark.parametrize("name", ["clinic.db", "thesis.odt"])
def test_a_folder_with_other_files_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("kept")
    with pytest.raises(StoreError):
        built(tmp_path)
    assert {entry.name for entry in tmp_path.iterdir()} == {name}


def test_a_demonstration_without_its_password_says_what_to_do(tmp_path: Path) -> None:
    built(tmp_path / "demo").password_file.unlink()
    with pytest.raises(StoreError, match="Delete its folder"):
        built(tmp_path / "demo")


@pytest.mark.parametrize("patients", [0, -3, 100_000])
def test_an_impossible_size_is_refused(tmp_path: Path, patients: int) -> None:
    with pytest.raises(BadInput):
        built(tmp_path / "demo", patients=patients)
    assert not (tmp_path / "demo").exists()


def _raises(*_args: object, **_named: object) -> None:
    raise KeyboardInterrupt
