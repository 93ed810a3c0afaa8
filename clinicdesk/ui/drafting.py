"""What is typed and not saved: kept every two seconds and at a lock, put back where it was typed.

A form is known by its place, as `restrict:17` or `correct:observation:812`. Its text stays until
the work that it is for has succeeded, or the person gives it up.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QPlainTextEdit, QWidget

from clinicdesk.domain.draft import Draft
from clinicdesk.domain.patient import PatientId
from clinicdesk.services.drafts import Drafts
from clinicdesk.ui.tasks import TaskRunner, Work, blink

SAVE_AFTER = 2_000  # ms
Way = Callable[[str], object]  # opens the form of a place


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A form as it is now: what crosses to the thread that keeps it."""

    place: str
    patient_id: PatientId | None
    content: Mapping[str, str] = field(repr=False)
    focus: str


class Form(QObject):
    """The fields of one open dialog, by name."""

    edited = Signal()

    def __init__(
        self,
        dialog: QDialog,
        place: str,
        fields: Mapping[str, QWidget],
        patient_id: PatientId | None,
    ) -> None:
        super().__init__(dialog)
        self._dialog, self._place = dialog, place
        self._fields, self._patient_id = fields, patient_id
        self._touched = False
        for widget in fields.values():
            _change_of(widget).connect(self._note)

    @property
    def unsaved(self) -> Unsaved | None:
        """What is typed; None while nobody has typed anything."""
        if not self._touched:
            return None
        content = {name: _typed(widget) for name, widget in self._fields.items()}
        at = self._dialog.focusWidget()
        focus = next((name for name, widget in self._fields.items() if widget is at), "")
        return Unsaved(self._place, self._patient_id, content, focus)

    def put(self, draft: Unsaved) -> None:
        """Write back what was typed, and give the keyboard to the field it was in."""
        for name, text in draft.content.items():
            if name in self._fields:
                _put(self._fields[name], text)
        if draft.focus in self._fields:
            self._fields[draft.focus].setFocus()

    @Slot()
    def _note(self) -> None:
        self._touched = True
        self.edited.emit()


class Drafting(QObject):
    """Stands between the forms of a session and its drafts. Writes go one after the other."""

    failed = Signal(Exception)  # once, until it works again: typing goes on

    def __init__(self, drafts: Drafts, runner: TaskRunner, parent: QObject) -> None:
        super().__init__(parent)
        self._drafts, self._runner = drafts, runner
        self._kept: dict[str, Unsaved] | None = None  # by place; None: not read yet
        self._forms: dict[str, Form] = {}
        self._ways: dict[str, list[Way]] = {}
        self._waiting: deque[Work] = deque()
        self._writing = self._failing = False
        self._due: PatientId | None = None  # whose form is to be opened again
        self._timer = QTimer(self, singleShot=True, interval=SAVE_AFTER)
        self._timer.timeout.connect(self.save)

    def read(self) -> None:
        """Ask for what was left."""
        task = self._runner.start(self, "read drafts", blink(self._drafts.mine))
        task.succeeded.connect(self._take)
        task.failed.connect(self.failed)

    def watch(
        self,
        dialog: QDialog,
        place: str,
        fields: Mapping[str, QWidget],
        patient_id: PatientId | None = None,
    ) -> None:
        """Keep what is typed into a dialog that is about to open; put back what was left there."""
        form = self._forms[place] = Form(dialog, place, fields, patient_id)
        if self._kept and place in self._kept:
            form.put(self._kept[place])
        form.edited.connect(self._wait)
        dialog.accepted.connect(partial(self._close, place))
        dialog.rejected.connect(partial(self.discard, place))

    @Slot(str)
    def discard(self, place: str) -> None:
        """It was saved, or given up."""
        known = self._forms.pop(place, None) or (self._kept and self._kept.pop(place, None))
        if known:
            self._write(blink(self._drafts.discard, place))

    @property
    def unsaved(self) -> Sequence[Unsaved]:
        """What a lock must keep: data alone."""
        return [form.unsaved for form in self._forms.values() if form.unsaved]

    def forget(self) -> None:
        """Let go of the forms: the window is about to go, and them with it."""
        self._timer.stop()
        self._forms.clear()

    def offer(self, kind: str, way: Way) -> None:
        """Say what opens the forms whose place begins with `kind`, each where it is its own."""
        self._ways.setdefault(kind, []).append(way)

    def reopen(self, patient_id: PatientId) -> None:
        """Open the form about this patient that was left, now or as soon as it is known."""
        self._due = patient_id
        self._go_on()

    @Slot()
    def save(self) -> None:
        """Keep what is typed."""
        if self.unsaved:
            self._write(blink(keep_all, self._drafts, self.unsaved))

    @Slot()
    def _wait(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _close(self, place: str) -> None:
        """The form is answered; its text stays until the work is done."""
        form = self._forms.pop(place, None)
        if form is None or form.unsaved is None:
            return
        if self._kept is not None:
            self._kept[place] = form.unsaved
        self._write(blink(keep_all, self._drafts, [form.unsaved]))

    @Slot(object)
    def _take(self, drafts: Sequence[Draft]) -> None:
        """The newest last."""
        self._kept = {
            each.place: Unsaved(each.place, each.patient_id, each.content, each.focus)
            for each in reversed(drafts)
        }
        self._go_on()

    def _go_on(self) -> None:
        if self._due is None or self._kept is None:
            return
        about, self._due = self._due, None
        for kept in reversed(self._kept.values()):
            ways = self._ways.get(kept.place.partition(":")[0], [])
            if kept.patient_id == about and ways:
                for way in ways:
                    way(kept.place)
                return

    def _write(self, work: Work) -> None:
        self._waiting.append(work)
        self._write_next()

    @Slot()
    def _write_next(self) -> None:
        if self._writing or not self._waiting:
            return
        self._writing = True
        task = self._runner.start(self, "keep draft", self._waiting.popleft())
        task.succeeded.connect(self._succeed)
        task.failed.connect(self._fail)
        task.finished.connect(self._written)

    @Slot(object)
    def _succeed(self, _: object) -> None:
        self._failing = False

    @Slot(Exception)
    def _fail(self, error: Exception) -> None:
        told, self._failing = self._failing, True
        if not told:
            self.failed.emit(error)

    @Slot()
    def _written(self) -> None:
        self._writing = False
        self._write_next()


def keep_all(drafts: Drafts, unsaved: Sequence[Unsaved]) -> None:
    """Keep them in the store; off the UI thread."""
    for each in unsaved:
        drafts.save(each.place, each.content, focus=each.focus, patient_id=each.patient_id)


def _typed(widget: QWidget) -> str:
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.text() if isinstance(widget, QLineEdit) else ""


def _put(widget: QWidget, text: str) -> None:
    if isinstance(widget, QPlainTextEdit):
        widget.setPlainText(text)
    elif isinstance(widget, QComboBox):
        widget.setCurrentText(text)
    elif isinstance(widget, QLineEdit):
        widget.setText(text)


def _change_of(widget: QWidget) -> SignalInstance:
    if isinstance(widget, QComboBox):
        return widget.currentTextChanged
    if isinstance(widget, QPlainTextEdit | QLineEdit):
        return widget.textChanged
    raise TypeError("no field")
