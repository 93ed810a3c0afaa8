"""Templates are kept in the store by name and offered by the header of a file (F38)."""

from pathlib import Path

import pytest

from clinicdesk.errors import BadInput, RecordNotFound
from clinicdesk.etl.plan import Plan
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.templates import exact

MAY = "Nr;Geschlecht;Erfasst am;Kalium\n1;w;2026-05-01;4,1\n"
JUNE = "Nr;Geschlecht;Erfasst am;Kalium\n2;m;2026-06-01;4,4\n"
COLUMNS = {
    "Nr": "patient.mrn",
    "Geschlecht": "patient.gender",
    "Erfasst am": "observation.effective_at",
    "Kalium": "observation:2823-3",
}


@pytest.fixture
def may(tmp_path: Path) -> Path:
    return written(tmp_path, "may.csv", MAY)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def saved(clinic: Clinic, may: Path) -> None:
    words = {"patient.gender": {"w": "female", "m": "male"}}
    plan = Plan(columns={"may.csv": COLUMNS}, units={"Kalium": "mmol/L"}, words=words)
    clinic.templates.save("Labor", may, plan)


def test_the_next_file_of_the_layout_is_imported_by_the_template(
    clinic: Clinic, may: Path, tmp_path: Path
) -> None:
    saved(clinic, may)
    june = written(tmp_path, "june.csv", JUNE)
    offers = clinic.templates.offers([june], Plan())
    assert [(offer.file, offer.name, offer.difference.same) for offer in offers] == [
        ("june.csv", "Labor", True)
    ]
    plan = clinic.templates.use(Plan(), exact(offers))
    report = clinic.imports.run([june], plan)
    assert not report.rejects
    assert report.counts["observation"].inserted == 1
    [template] = clinic.templates.every()
    assert template.used_at is not None


def test_a_changed_layout_is_offered_with_what_changed_and_not_used_alone(
    clinic: Clinic, may: Path, tmp_path: Path
) -> None:
    saved(clinic, may)
    changed = written(tmp_path, "july.csv", JUNE.replace("Kalium", "Natrium"))
    offers = clinic.templates.offers([changed], Plan())
    assert offers[0].difference.words() == [
        "The column Kalium vanished.",
        "The column Natrium is new.",
    ]
    assert exact(offers) == []


def test_another_layout_gets_no_offer(clinic: Clinic, may: Path, tmp_path: Path) -> None:
    saved(clinic, may)
    other = written(tmp_path, "o.csv", "a,b,c\n1,2,3\n")
    assert clinic.templates.offers([other], Plan()) == []


def test_a_name_is_taken_once_and_replaced_on_purpose(clinic: Clinic, may: Path) -> None:
    saved(clinic, may)
    with pytest.raises(BadInput, match="There is a template Labor already"):
        clinic.templates.save("labor", may, Plan())
    clinic.templates.save("labor", may, Plan(), replace=True)
    assert len(clinic.templates.every()) == 1


def test_a_template_goes_to_another_clinic_as_text(clinic: Clinic, may: Path) -> None:
    saved(clinic, may)
    text = clinic.templates.text("LABOR")
    clinic.templates.remove("Labor")
    with pytest.raises(RecordNotFound):
        clinic.templates.text("Labor")
    clinic.templates.take_in("Von nebenan", text)
    assert [template.name for template in clinic.templates.every()] == ["Von nebenan"]


def test_saving_and_removing_are_in_the_audit(clinic: Clinic, may: Path) -> None:
    saved(clinic, may)
    clinic.templates.remove("Labor")
    actions = [event.action for event in clinic.audit.search().events]
    assert {"template.save", "template.remove"} <= set(actions)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_template_has_a_name(clinic: Clinic, may: Path, name: str) -> None:
    with pytest.raises(BadInput, match="name of up to 80"):
        clinic.templates.save(name, may, Plan())
