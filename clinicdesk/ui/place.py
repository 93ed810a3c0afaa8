"""Where somebody was when the window was locked, told without a name."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from clinicdesk.domain.patient import PatientId

NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Place:
    """page: of the rail.  patient_id: whose record is open.  tab: of the record.

    focus: which of the page's fields has the keyboard, NOWHERE for none.
    """

    page: int = 0
    patient_id: PatientId | None = None
    tab: int = 0
    focus: int = NOWHERE


def focused_at(page: QWidget) -> int:
    """The number of the field of `page` that has the keyboard."""
    fields, focused = _fields(page), QApplication.focusWidget()
    return fields.index(focused) if focused in fields else NOWHERE


def focus_on(page: QWidget, at: int) -> None:
    """Give the keyboard to a field by its number, if it can take it."""
    fields = _fields(page)
    if 0 <= at < len(fields):
        fields[at].setFocus(Qt.FocusReason.OtherFocusReason)


def _fields(page: QWidget) -> list[QWidget]:
    """What takes the keyboard on a page, in the order in which it was made."""
    return [
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
