"""A new account: its login, whose it is, and what they may do."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clinicdesk.domain.roles import Role
from clinicdesk.ui.widgets.forms import ErrorLine, Field, button, label

WHAT_THEY_DO = {
    Role.ADMINISTRATOR: "Accounts, keys, models, settings; records too.",
    Role.CLINICIAN: "Records, imports, risks, reports.",
    Role.NURSE: "Records, vital signs, scores, reports.",
    Role.RESEARCHER: "The copy without names, read only. No key of the records.",
    Role.PATIENT: "The own record, as a clinician shared it, read only.",
}


class RoleChoice(QWidget):
    """The five roles, and in a line what the chosen one may do."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Role"))
        for role in Role:
            self.box.addItem(role.capitalize(), role.value)
        self._words = label("", "muted")
        self._words.setWordWrap(True)
        caption = label(self.tr("Role"), "label")
        caption.setBuddy(self.box)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for widget in (caption, self.box, self._words):
            rows.addWidget(widget)

        self.box.currentIndexChanged.connect(self._explain)
        self._explain()

    @property
    def role(self) -> Role:
        return Role(self.box.currentData())

    def show_role(self, role: Role) -> None:
        self.box.setCurrentIndex(list(Role).index(role))

    @Slot()
    def _explain(self) -> None:
        self._words.setText(WHAT_THEY_DO[self.role])
        self.chosen.emit()


class AccountForm(QWidget):
    """Asks for what `Accounts.add` needs; the password is made by the store."""

    wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._login = Field(
            self.tr("Login"), hint=self.tr("What they type to unlock: short, no spaces needed.")
        )
        self._name = Field(self.tr("Name, as colleagues know them"))
        self._role = RoleChoice()
        self._error = ErrorLine()
        self._add = button(self.tr("Add the user"), "primary")
        self._back = QPushButton(self.tr("Cancel"))
        self._lay_out()

        self._login.line.returnPressed.connect(self._name.line.setFocus)
        self._name.line.returnPressed.connect(self._role.box.setFocus)
        self._add.clicked.connect(self.submit)
        self._back.clicked.connect(self.left)

    @property
    def login(self) -> str:
        return self._login.text.strip()

    @property
    def display_name(self) -> str:
        return self._name.text.strip()

    @property
    def role(self) -> Role:
        return self._role.role

    def start_over(self) -> None:
        for field in (self._login, self._name):
            field.line.clear()
        self._role.show_role(Role.CLINICIAN)
        self._say("")
        self._login.line.setFocus()

    @Slot()
    def submit(self) -> None:
        """Ask for the account when there is a login."""
        if not self.login:
            self._say(self.tr("Type the login first."))
            self._login.line.setFocus()
            return
        self._say("")
        self.wanted.emit()

    def _say(self, text: str) -> None:
        self._error.say(text)
        self._login.mark(bool(text))

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self._back)
        buttons.addStretch(1)
        buttons.addWidget(self._add)
        note = label(
            self.tr("They get a temporary password, and choose their own when they first unlock."),
            "muted",
        )
        note.setWordWrap(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(label(self.tr("A new user"), "heading"))
        for widget in (self._login, self._name, self._role, note, self._error):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        rows.addStretch(1)
