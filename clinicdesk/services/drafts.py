"""Drafts: what somebody was typing when the store locked, given back to them alone.

They are in the encrypted database. The audit has no event for them: nothing is done to a record.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from clinicdesk.domain.draft import Draft
from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.services.access import Access, requires
from clinicdesk.storage import drafts
from clinicdesk.storage.database import Database

KEPT = timedelta(days=30)  # then nobody comes back for it


class Drafts:
    """The drafts of the person at the keyboard."""

    def __init__(self, database: Database, access: Access, now: Callable[[], datetime]) -> None:
        self._database = database
        self._access = access
        self._now = now

    @requires(Action.DRAFTS)
    def save(
        self,
        place: str,
        content: Mapping[str, str],
        *,
        focus: str = "",
        patient_id: PatientId | None = None,
    ) -> None:
        """Keep what was typed, in the place of what was kept before; blank fields keep nothing.

        What nobody came back for in 30 days is deleted by the way.
        """
        draft = Draft(place, patient_id, content, focus, self._now())
        with self._database.writing() as session:
            drafts.discard_old(session, self._user_id, self._now() - KEPT)
            if any(text.strip() for text in content.values()):
                drafts.save(session, self._user_id, draft)
            else:
                drafts.discard(session, self._user_id, place)

    @requires(Action.DRAFTS)
    def find(self, place: str) -> Draft | None:
        """What was typed there and not saved, None when nothing was."""
        return next((each for each in self.mine() if each.place == place), None)

    @requires(Action.DRAFTS)
    def mine(self) -> list[Draft]:
        """All of one's own drafts of the last 30 days, the newest first."""
        with self._database.reading() as session:
            found = drafts.of_user(session, self._user_id)
        return [each for each in found if each.saved_at > self._now() - KEPT]

    @requires(Action.DRAFTS)
    def discard(self, place: str) -> None:
        """Forget what was typed there: it was saved, or given up."""
        with self._database.writing() as session:
            drafts.discard(session, self._user_id, place)

    @property
    def _user_id(self) -> int:
        return self._access.principal.user_id
