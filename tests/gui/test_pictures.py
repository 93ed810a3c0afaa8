"""The pictures of the demonstration are those of the shipped pages, sharp and complete."""

from pathlib import Path

from PySide6.QtGui import QImage

from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.palette import DARK, LIGHT
from clinicdesk.ui.screenshots import IMPORT, take
from clinicdesk.ui.theme import Theme

PAGES = ("1-unlock", "2-patients", "3-patient", "4-results", "5-risk")
ISSUE_3 = ("8-users", "9-review", "10-settings", "11-locked", "12-own-password", "13-recover")
ISSUE_4 = ("14-backups", "15-audit", "16-disk-full")
PARTS = ("18-history", "19-documents", "20-access")
ISSUE_6 = ("17-calculate",)
WIZARD = ("6-import-files", *IMPORT, "7-import-result")


def test_every_page_in_both_themes_and_scales(
    theme: Theme, clinic: Clinic, ward: list[PatientId], tmp_path: Path
) -> None:
    file = tmp_path / "patients.csv"
    file.write_text("patient_id,name,birth_date,gender\nP1,Ann Doe,1950-03-09,F\n")
    pictures = take(clinic, tmp_path / "pictures", mrn="M0000", files=[file])
    names = {
        f"{page}-{theme}{at}.png"
        for page in PAGES + WIZARD + ISSUE_3 + ISSUE_4 + PARTS + ISSUE_6
        for theme in ("light", "dark")
        for at in ("", "@2x")
    }
    assert {picture.name for picture in pictures} == names
    assert {picture.name for picture in (tmp_path / "pictures").iterdir()} == names
    for picture in pictures:
        image = QImage(str(picture))
        scale = 2 if "@2x" in picture.name else 1
        assert (image.width(), image.height()) == (1366 * scale, 768 * scale)
        ground = (DARK if "dark" in picture.name else LIGHT).canvas.lower()
        assert _colours(image) > 20
        assert ground in {
            image.pixelColor(image.width() - 3, y).name() for y in range(0, image.height(), 8)
        }
    assert len(clinic.patients.find("")) == len(ward)  # the import was only tried


def _colours(image: QImage) -> int:
    step = max(image.width() // 400, 1)
    return len(
        {
            image.pixel(x, y)
            for x in range(0, image.width(), step)
            for y in range(0, image.height(), step)
        }
    )
