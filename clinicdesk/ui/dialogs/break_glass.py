"""Open a restricted record in an emergency: a reason, and what follows from it."""

from PySide6.QtWidgets import QWidget

from clinicdesk.domain.restriction import SHORTEST_REASON
from clinicdesk.ui.dialogs.reason import ReasonDialog


class BreakGlassDialog(ReasonDialog):
    """Asks for the reason; the password is asked for afterwards, where it is not fresh."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            "Open a restricted record in an emergency?",
            "It opens to you for 60 minutes. Your name, the time and your reason are recorded, "
            "and an administrator reviews every such opening.",
            "Open the record",
            parent,
            shortest=SHORTEST_REASON,
        )
