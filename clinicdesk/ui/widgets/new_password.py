"""A new password, typed twice; its rules are ticked off while it is typed."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from clinicdesk.errors import BadInput
from clinicdesk.ui.icons import IconLabel
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.widgets.forms import Field, button, label
from clinicdesk.vault.passphrases import propose_passphrase
from clinicdesk.vault.passwords import SHORTEST_PASSWORD, check_new_password

PAUSE = 150  # ms without a key before the password is judged


class Rule(QWidget):
    """One condition and whether it is met."""

    def __init__(self, text: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.met = False
        self._text = label(text, "muted")
        self._sign = IconLabel("open", theme, token="muted", size=16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._sign)
        row.addWidget(self._text, stretch=1)
        self.say(False)

    def say(self, met: bool) -> None:
        self.met = met
        self._sign.show_icon(*(("check", "good") if met else ("open", "muted")))
        self.setAccessibleName(f"{self._text.text()}: {'met' if met else 'not yet'}")


class NewPassword(QWidget):
    """Two fields, three rules, and four words for whoever asks.

    words: what an attacker would try at this clinic, its name first.
    """

    submitted = Signal()  # Enter in the last field

    def __init__(
        self, theme: Theme, words: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._login = words, ""
        self._first = Field(self.tr("New password"), secret=True)
        self._again = Field(self.tr("The same password again"), secret=True)
        self._propose = button(self.tr("Propose four words"), "link")
        self._long = Rule(self.tr("At least {} characters").format(SHORTEST_PASSWORD), theme)
        self._hard = Rule(self.tr("Not among the first that would be tried"), theme)
        self._same = Rule(self.tr("Typed the same twice"), theme)
        self._pause = QTimer(self, interval=PAUSE, singleShot=True)
        self._lay_out()

        self._first.line.textChanged.connect(self._pause.start)
        self._again.line.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self.judge)
        self._first.line.returnPressed.connect(self._again.line.setFocus)
        self._again.line.returnPressed.connect(self.submitted)
        self._propose.clicked.connect(self.propose)

    @property
    def text(self) -> str:
        return self._first.text

    @property
    def good(self) -> bool:
        """Whether every rule is met, as typed at this moment."""
        self.judge()
        return all(rule.met for rule in self._rules)

    def show_login(self, login: str) -> None:
        """Say whose password it is: no part of it may be their login."""
        self._login = login

    def clear(self) -> None:
        for field in (self._first, self._again):
            field.line.clear()
        self._hide_letters(True)
        self.judge()

    @Slot()
    def judge(self) -> None:
        """Tick the rules off."""
        typed = self._first.text
        self._long.say(len(typed) >= SHORTEST_PASSWORD)
        self._hard.say(self._long.met and self._is_hard(typed))
        self._same.say(bool(typed) and typed == self._again.text)

    @Slot()
    def propose(self) -> None:
        """Draw four words, to be written down and typed once more."""
        self._hide_letters(False)
        self._first.line.setText(propose_passphrase().text)
        self._again.line.clear()
        self._again.line.setFocus()
        self.judge()

    def _is_hard(self, password: str) -> bool:
        try:
            check_new_password(password, login=self._login, words=self._words)
        except BadInput:
            return False
        return True

    def _hide_letters(self, hidden: bool) -> None:
        mode = QLineEdit.EchoMode.Password if hidden else QLineEdit.EchoMode.Normal
        for field in (self._first, self._again):
            field.line.setEchoMode(mode)

    @property
    def _rules(self) -> tuple[Rule, ...]:
        return (self._long, self._hard, self._same)

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.addWidget(self._propose)
        words.addStretch(1)
        rules = QVBoxLayout()
        rules.setSpacing(2)
        for rule in self._rules:
            rules.addWidget(rule)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        rows.addWidget(self._first)
        rows.addLayout(words)
        rows.addWidget(self._again)
        rows.addLayout(rules)
        self.setFocusProxy(self._first.line)
