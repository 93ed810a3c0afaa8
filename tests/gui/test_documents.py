"""The documents of a patient in the window: attach, look, save, take out; by keyboard and role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog, QFileDialog
from pytestqt.qtbot import QtBot

from clinicdesk.domain.document import Document
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.dialogs.attach import AttachDialog
from clinicdesk.ui.dialogs.reason import ReasonDialog
from clinicdesk.ui.documents_view import size_text, warning_text
from clinicdesk.ui.main_window import MainWindow
from clinicdesk.ui.pages.documents import DocumentsPage
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme
from tests.attachments import dicom, image, pdf, write
from tests.conftest import CANARY
from tests.decoding.corpus import ACTIVE
from tests.gui.conftest import WAIT, bury, show
from tests.gui.people import everything_said, hire, inside, let_in
from tests.services.stores import events


@pytest.fixture
def letter(clinic: Clinic, ward: list[PatientId], tmp_path: Path) -> Document:
    """A PDF of three pages, attached to the first patient."""
    return clinic.documents.add(ward[0], write(tmp_path, pdf(3), "a.pdf"), f"{CANARY}, letter")


@pytest.fixture
def nurse(
    qtbot: QtBot, clinic: Clinic, ward: list[PatientId], theme: Theme, runner: TaskRunner
) -> Iterator[MainWindow]:
    hire(clinic, "nina", "nurse")
    session = let_in(clinic.folder, "nina")
    assert isinstance(session, Clinic)
    window = MainWindow(session, theme, runner)
    show(qtbot, window)
    yield window
    runner.shutdown()
    bury(window)
    session.lock()


def go_to_documents(qtbot: QtBot, window: MainWindow, patient: PatientId) -> DocumentsPage:
    with qtbot.waitSignal(window.patient.loaded, timeout=WAIT):
        window.open_patient(patient)
    tabs = window.patient.tabs
    (at,) = [at for at in range(tabs.count()) if tabs.tabText(at) == "Documents"]
    with qtbot.waitSignal(window.documents.shown, timeout=WAIT):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_1 + at), Qt.KeyboardModifier.AltModifier)
    return window.documents


def look_at(qtbot: QtBot, page: DocumentsPage) -> None:
    """Open what is chosen, and wait for its first page."""
    with qtbot.waitSignal(page.reading, timeout=WAIT):
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.viewer.view.shown.width() > 0, timeout=WAIT)


def dialog_of(window: MainWindow, kind: type[QDialog]) -> QDialog:
    found = window.findChild(kind)
    assert isinstance(found, kind)
    return found


def test_a_document_is_read_by_keyboard_alone(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId], letter: Document
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    assert page.list.chosen == letter
    look_at(qtbot, page)
    viewer = page.viewer
    assert (window.patient.strip.isHidden(), viewer.page, viewer.pages) == (True, 0, 3)
    assert viewer.view.hasFocus()
    width = viewer.view.shown.width()
    for key, to in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_N, 2), (Qt.Key.Key_Right, 2)):
        qtbot.keyClick(viewer.view, key)
        assert viewer.page == to
    qtbot.keyClick(viewer.view, Qt.Key.Key_Minus)
    qtbot.waitUntil(lambda: 0 < viewer.view.shown.width() < width, timeout=WAIT)
    qtbot.keyClick(viewer.view, Qt.Key.Key_0)
    fits = viewer.view.room.height()
    qtbot.waitUntil(lambda: fits - 2 <= viewer.view.shown.height() <= fits, timeout=WAIT)
    assert not viewer.view.verticalScrollBar().isVisible()
    qtbot.keyClick(viewer.view, Qt.Key.Key_Escape)
    assert (window.patient.strip.isHidden(), page.list.hasFocus()) == (False, True)


def test_pictures_of_any_shape_come_to_rest(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], tmp_path: Path
) -> None:
    """A bar that takes room from the page it belongs to would have it drawn anew for ever."""
    for shape in ((2000, 300), (300, 2000), (40, 40)):
        added = clinic.documents.add(ward[0], write(tmp_path, image(size=shape)))
        page = go_to_documents(qtbot, window, ward[0])
        page.open_document(added.id)
        qtbot.waitUntil(lambda: page.viewer.view.shown.width() > 0, timeout=WAIT)  # noqa: B023 - waited for here
        for fit in (page.viewer.fit_width, page.viewer.fit_whole):
            fit()
            resizing = page.viewer._resizing
            qtbot.waitUntil(lambda: not window._runner.busy, timeout=WAIT)
            qtbot.waitUntil(lambda: not resizing.isActive(), timeout=WAIT)  # noqa: B023 - as above
            with qtbot.assertNotEmitted(page.viewer._resizing.timeout, wait=400):
                pass


def test_space_leafs_through_a_letter(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId], letter: Document
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    look_at(qtbot, page)
    bar = page.viewer.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=WAIT)
    for _ in range(20):
        if page.viewer.page:
            break
        qtbot.keyClick(page.viewer.view, Qt.Key.Key_Space)
    assert (page.viewer.page, bar.value()) == (1, 0)


def test_a_file_is_attached_under_a_title(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], tmp_path: Path
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    assert page.empty.isVisible()
    page.take_files([write(tmp_path, image(), "wound.png")])
    dialog = dialog_of(window, AttachDialog)
    assert isinstance(dialog, AttachDialog)
    assert (dialog.title.text, dialog.title.line.hasSelectedText()) == ("wound", True)
    qtbot.keyClicks(dialog.title.line, "Left heel")
    with qtbot.waitSignal(page.shown, timeout=WAIT):
        qtbot.keyClick(dialog.title.line, Qt.Key.Key_Return)
    (added,) = page.list.rows.rows
    assert (added.title, added.pages) == ("Left heel", 1)
    assert page.list.isVisible()
    assert "is in the record" in window.notices.notices[-1].text.text()
    assert clinic.documents.of_patient(ward[0]) == [added]


def test_several_files_may_be_dropped(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId], tmp_path: Path
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    files = [write(tmp_path, dicom(seed=at), f"IM{at}") for at in range(3)]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    drop = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(drop)
    qtbot.waitUntil(lambda: len(page.list.rows.rows) == 3, timeout=WAIT)
    assert {each.title for each in page.list.rows.rows} == {"IM0", "IM1", "IM2"}


def test_a_file_that_is_refused_says_why(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId], tmp_path: Path
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    page.take_files([write(tmp_path, pdf(), "letter.png")])
    with qtbot.waitSignal(page.failed, timeout=WAIT):
        dialog_of(window, AttachDialog).accept()
        page._queue(ward[0], tmp_path / "letter.png", "")
    assert "its name ends with .png" in window.notices.notices[-1].text.text()
    assert page.empty.isVisible()


def test_what_goes_to_another_patient_meanwhile_stays_with_its_own(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], tmp_path: Path
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    page.take_files([write(tmp_path, dicom(), "IM1")])
    dialog = dialog_of(window, AttachDialog)
    go_to_documents(qtbot, window, ward[1])
    with qtbot.waitSignal(page.said, timeout=WAIT):
        assert isinstance(dialog, AttachDialog)
        dialog.answer()
    assert [len(clinic.documents.of_patient(id)) for id in ward[:2]] == [1, 0]
    assert not page.list.rows.rows


def test_entered_in_error_and_back(
    qtbot: QtBot, window: MainWindow, ward: list[PatientId], letter: Document
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    page.wrong.click()
    _give_reason(qtbot, window, page)
    assert not page.list.rows.rows
    with qtbot.waitSignal(page.shown, timeout=WAIT):
        page.all.click()
    assert page.list.rows.rows[0].entered_in_error
    assert (page.wrong.isVisible(), page.back.isVisible()) == (False, True)
    page.back.click()
    _give_reason(qtbot, window, page)
    assert not page.list.rows.rows[0].entered_in_error


def _give_reason(qtbot: QtBot, window: MainWindow, page: DocumentsPage) -> None:
    dialog = [each for each in window.findChildren(ReasonDialog) if each.isVisible()][-1]
    qtbot.keyClicks(dialog.reason, "Of another patient")
    with qtbot.waitSignal(page.shown, timeout=WAIT):
        dialog.answer()


def test_a_copy_is_proposed_without_a_name(
    qtbot: QtBot,
    window: MainWindow,
    ward: list[PatientId],
    letter: Document,
    tmp_path: Path,
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    page.save.click()
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == f"document-{letter.id}.pdf"
    dialog.reject()
    with qtbot.waitSignal(page.said, timeout=WAIT):
        page._save(ward[0], letter.id, tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == pdf(3)


def test_active_content_is_told_before_it_is_opened(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], tmp_path: Path
) -> None:
    """G06."""
    content, _ = ACTIVE["a script by name"]
    clinic.documents.add(ward[0], write(tmp_path, content, "a.pdf"))
    page = go_to_documents(qtbot, window, ward[0])
    assert "Contains JavaScript; never run here" in everything_said(inside(page))
    look_at(qtbot, page)
    assert page.viewer._warning.isVisible()


def test_dicom_says_what_to_do(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], tmp_path: Path
) -> None:
    clinic.documents.add(ward[0], write(tmp_path, dicom(), "IM1"))
    page = go_to_documents(qtbot, window, ward[0])
    with qtbot.waitSignal(page.failed, timeout=WAIT):
        page.open.click()
    assert "DICOM viewer" in window.notices.notices[-1].text.text()


def test_a_nurse_attaches_and_gives_nothing_out(
    qtbot: QtBot, nurse: MainWindow, ward: list[PatientId], letter: Document
) -> None:
    """F01."""
    page = go_to_documents(qtbot, nurse, ward[0])
    offered = {
        name
        for name in ("attach", "open", "save", "wrong", "back")
        if getattr(page, name).isVisible()
    }
    assert offered == {"attach", "open"}
    look_at(qtbot, page)
    assert not page.viewer._save.isVisible()


def test_nothing_is_left_of_a_document_when_its_patient_goes(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], letter: Document
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    look_at(qtbot, page)
    (decoder,) = clinic._decoders._all
    window.go_to(window.patients)
    assert CANARY not in everything_said(inside(page))
    assert page.viewer.view.shown.width() == 0
    qtbot.waitUntil(lambda: not decoder._process.is_alive(), timeout=WAIT)


def test_a_document_that_opens_too_late_is_closed(
    qtbot: QtBot, window: MainWindow, clinic: Clinic, ward: list[PatientId], letter: Document
) -> None:
    page = go_to_documents(qtbot, window, ward[0])
    late = clinic.documents.view(ward[0], letter.id)
    go_to_documents(qtbot, window, ward[1])
    page._show_viewing(ward[0], late)
    assert page.viewer._viewing is None
    qtbot.waitUntil(lambda: not late._decoder._process.is_alive(), timeout=WAIT)
    assert events(clinic, "action").count("document.view") == 1


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1,023 B"), (1024, "1.0 KB"), (1_900_000, "1.8 MB"), (2**30, "1,024.0 MB")],
)
def test_sizes_as_people_read_them(size: int, text: str) -> None:
    assert size_text(size) == text


def test_encryption_alone_is_no_alarm(letter: Document) -> None:
    from dataclasses import replace

    assert warning_text(letter) == ""
    assert warning_text(replace(letter, active_content=("encryption",))) == "Encrypted"
