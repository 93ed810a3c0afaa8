"""What the pages of a session are made of."""

from dataclasses import dataclass

from clinicdesk.domain.roles import Action, may
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.clipboard import SecretClipboard
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.drafting import Drafting
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme


@dataclass(frozen=True)
class Workplace:
    """An open clinic, and what one works with in its window."""

    clinic: Clinic
    theme: Theme
    runner: TaskRunner
    confirming: Confirming
    clipboard: SecretClipboard
    drafting: Drafting

    def may(self, *actions: Action) -> bool:
        """Whether the person may do all of these."""
        return all(may(self.clinic.principal.role, action) for action in actions)
