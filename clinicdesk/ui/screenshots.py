"""Pictures of every page over a real store, without a display: for eyes and for the demonstration.

The pages are the shipped ones with their real services; nothing is drawn for the picture alone.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QDeadlineTimer,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QSize,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QCursor, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.domain.health import Health
from clinicdesk.domain.patient import PatientId
from clinicdesk.errors import ClinicDeskError, DiskFull, RecordNotFound
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.idle import LockReason
from clinicdesk.ui.application import (
    application_for,
    change_first,
    recover_store,
    unlock,
)
from clinicdesk.ui.fonts import load_names_fonts
from clinicdesk.ui.locking import WORDS
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.unlock import UnlockPage
from clinicdesk.ui.palette import DARK, LIGHT, Palette
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme

SIZE = QSize(1366, 768)
PARTS = {  # of a record, where the role has them
    "History": "18-history",
    "Documents": "19-documents",
    "Access": "20-access",
    "Calculate": "17-calculate",
}
IMPORT = (
    "6-import-seen",
    "6-import-columns",
    "6-import-values",
    "6-import-people",
    "6-import-check",
    "6-import-compare",
)
PATIENCE = 60_000  # ms for one page; the first estimate starts a process


class TooSlow(ClinicDeskError):
    """A page did not come to rest in time."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Takes the picture of a widget in every theme and scale."""

    directory: Path
    theme: Theme
    runner: TaskRunner
    palettes: Sequence[Palette]
    scales: Sequence[int]

    def take(self, name: str, widget: QWidget) -> list[Path]:
        """Render `widget`; returns the files, `name-light.png`, `name-light@2x.png`, ..."""
        widget.grab()  # what is looked at is read
        self._settle()
        return [
            self._render(name, widget, palette, scale)
            for palette in self.palettes
            for scale in self.scales
        ]

    def _settle(self) -> None:
        """Let the events run until no work is under way any more."""
        QApplication.processEvents()
        patience = QDeadlineTimer(PATIENCE)
        while self.runner.busy:
            if patience.hasExpired():
                raise TooSlow("A page did not come to rest in time.")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)

    def _render(self, name: str, widget: QWidget, palette: Palette, scale: int) -> Path:
        self.theme.use(palette)
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
        QApplication.processEvents()
        picture = QPixmap(widget.size() * scale)
        picture.setDevicePixelRatio(scale)
        widget.render(picture)
        out = self.directory / f"{name}-{palette.name}{f'@{scale}x' if scale > 1 else ''}.png"
        picture.save(str(out))
        return out


@contextmanager
def _without_complaints() -> Iterator[None]:
    """Keep to ourselves that a window without a screen cannot be given a least size."""
    before = qInstallMessageHandler(_pass_on)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _pass_on(_kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


@_without_complaints()
def take(
    clinic: Clinic,
    directory: Path,
    *,
    mrn: str = "",
    files: Sequence[Path] = (),
    palettes: Sequence[Palette] = (LIGHT, DARK),
    scales: Sequence[int] = (1, 2),
    size: QSize = SIZE,
) -> list[Path]:
    """Render every page, the import wizard with `files` alone; returns the PNGs.

    mrn: whose record, "" for the first of the list.  files: previewed and imported as a dry run,
    which leaves the store as it is.  The clinic stays unlocked.
    """
    application = application_for()
    load_names_fonts()
    directory.mkdir(parents=True, exist_ok=True)
    theme = Theme(application, palettes[0])
    runner = TaskRunner(application)
    camera = Camera(directory, theme, runner, palettes, scales)
    try:
        pictures = _door(clinic, camera, size)
        pictures += _work(clinic, camera, size, _patient_id(clinic, mrn), files)
        pictures += _ways_in(clinic, camera, size)
    finally:
        runner.shutdown()
        runner.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # no patient stays
    return pictures


def _work(
    clinic: Clinic, camera: Camera, size: QSize, patient_id: PatientId, files: Sequence[Path]
) -> list[Path]:
    window = MainWindow(clinic, camera.theme, camera.runner)
    try:
        window.resize(size)
        window.begin()
        QCursor.setPos(window.rect().bottomRight())  # before it shows, or a button is pointed at
        window.show()
        pictures = camera.take("2-patients", window)
        pictures += _patient(window, camera, patient_id)
        if files:
            pictures += _import(clinic, window, camera, files)
        pictures += _rail(window, camera)
    finally:
        window.deleteLater()
    return pictures


def _door(clinic: Clinic, camera: Camera, size: QSize) -> list[Path]:
    page = UnlockPage(unlock, camera.runner)
    page.show_store(Path(clinic.folder.name), clinic.principal.login)
    return _page("1-unlock", page, camera, size)


def _rail(window: MainWindow, camera: Camera) -> list[Path]:
    """The pages of the rail that are no record and no import."""
    pictures: list[Path] = []
    for name, page in (
        ("8-users", window.accounts),
        ("9-review", window.review),
        ("15-audit", window.audit),
        ("10-settings", window.settings),
        ("14-backups", window.backups),
    ):
        if page is not None:
            window.go_to(page)
            pictures += camera.take(name, window)
    return pictures + _read_only(window, camera)


def _read_only(window: MainWindow, camera: Camera) -> list[Path]:
    """What a full disk looks like while one is at work."""
    window.show_patients()
    window.health.show_health(Health(str(DiskFull(7_400_000)), missing=7_400_000))
    pictures = camera.take("16-disk-full", window)
    window.health.show_health(Health())
    return pictures


def _ways_in(clinic: Clinic, camera: Camera, size: QSize) -> list[Path]:
    """Locked, a temporary password, a forgotten one."""
    folder, login = Path(clinic.folder.name), clinic.principal.login
    locked = UnlockPage(unlock, camera.runner)
    locked.show_locked(folder, login, WORDS[LockReason.IDLE])
    forced = change_first(clinic, camera.theme, camera.runner)
    recovering = recover_store(camera.theme, camera.runner)
    recovering.show_store(folder, login)
    return [
        *_page("11-locked", locked, camera, size),
        *_page("12-own-password", forced, camera, size),
        *_page("13-recover", recovering, camera, size),
    ]


def _page(name: str, page: QWidget, camera: Camera, size: QSize) -> list[Path]:
    page.resize(size)
    page.show()
    pictures = camera.take(name, page)
    page.hide()
    page.deleteLater()
    return pictures


def _patient(window: MainWindow, camera: Camera, patient_id: PatientId) -> list[Path]:
    window.open_patient(patient_id)
    pictures = []
    for at, name in enumerate(("3-patient", "4-results", "5-risk")):
        window.patient.tabs.setCurrentIndex(at)
        pictures += camera.take(name, window)
    tabs = window.patient.tabs
    for at in range(tabs.count()):
        if tabs.tabText(at) in PARTS:
            tabs.setCurrentIndex(at)
            pictures += camera.take(PARTS[tabs.tabText(at)], window)
    return pictures + _document(window, camera)


def _document(window: MainWindow, camera: Camera) -> list[Path]:
    """The newest document, open, if there is one."""
    tabs, documents = window.patient.tabs, window.documents
    titles = [tabs.tabText(at) for at in range(tabs.count())]
    tabs.setCurrentIndex(titles.index("Documents"))
    if documents.list.chosen is None:
        return []
    documents.open_chosen()
    pictures = camera.take("21-document", window)
    documents.close_document()
    return pictures


def _import(
    clinic: Clinic, window: MainWindow, camera: Camera, files: Sequence[Path]
) -> list[Path]:
    """Every page of the wizard; the import is only tried."""
    window.show_import()
    wizard = window.imports
    if wizard is None:
        return []  # not for this role
    pictures = camera.take("6-import-files", window)
    wizard.preview(files)
    for at, name in enumerate(IMPORT):
        if at:
            wizard.go_on()
        pictures += camera.take(name, window)
    wizard.show_report(clinic.imports.run(files, dry_run=True))
    return pictures + camera.take("7-import-result", window)


def _patient_id(clinic: Clinic, mrn: str) -> PatientId:
    found = clinic.patients.find(mrn)
    if not found:
        raise RecordNotFound("There is no such patient to picture.")
    return found[0]
