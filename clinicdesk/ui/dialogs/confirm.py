"""Ask before what cannot be undone."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from clinicdesk.ui.dialogs.frame import Question


def confirm(
    parent: QWidget, title: str, words: str, verb: str, then: Callable[[], None]
) -> Question:
    """Say what will happen; `then` only after a yes. The keyboard rests on the way back."""
    question = Question(title, words, verb, parent)
    question.accepted.connect(then)
    question.open()
    question.yes.setAutoDefault(False)
    question.no.setDefault(True)
    question.no.setFocus()
    return question
