"""Everything an unlocked store offers, built once and handed down."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clinicdesk import vault
from clinicdesk.domain.roles import Action
from clinicdesk.errors import NotAllowed, StoreError, WrongPassword
from clinicdesk.services.access import Access
from clinicdesk.services.access_reports import AccessReports
from clinicdesk.services.accounts import Accounts
from clinicdesk.services.audit import Audit
from clinicdesk.services.backup import Backups
from clinicdesk.services.bronze import Bronze
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.decoder import Decoders
from clinicdesk.services.documents import Documents
from clinicdesk.services.drafts import Drafts
from clinicdesk.services.editing import Editing
from clinicdesk.services.emergencies import Emergencies
from clinicdesk.services.entering import Entry
from clinicdesk.services.history import History
from clinicdesk.services.keys import Keys
from clinicdesk.services.own_account import OwnAccount
from clinicdesk.services.patients import PatientLists
from clinicdesk.services.pinning import Pinner
from clinicdesk.services.progress import Progress
from clinicdesk.services.recording import Recording
from clinicdesk.services.records import Records
from clinicdesk.services.reports import Reports
from clinicdesk.services.research import Publishing
from clinicdesk.services.restrictions import Restrictions
from clinicdesk.services.risk import Risks
from clinicdesk.services.risk_history import RiskHistory
from clinicdesk.services.rotation import KeyChange
from clinicdesk.services.settings import Settings
from clinicdesk.services.shares import Shares
from clinicdesk.services.similar import Similar
from clinicdesk.services.upkeep import Upkeep
from clinicdesk.services.verify import Verification
from clinicdesk.services.what_if import WhatIf
from clinicdesk.storage import audit
from clinicdesk.storage.database import Database
from clinicdesk.storage.guard import RecordGuard
from clinicdesk.storage.presence import Presence
from clinicdesk.vault import Unlocked

if TYPE_CHECKING:
    from clinicdesk.services.dashboards import Dashboards
    from clinicdesk.services.gold import Gold
    from clinicdesk.services.imports import Imports
    from clinicdesk.services.lineage import Lineages
    from clinicdesk.services.registering import Registering
    from clinicdesk.services.rereading import Rereading
    from clinicdesk.services.risk_cohort import CohortRisks
    from clinicdesk.services.seniors import Seniors
    from clinicdesk.services.templates import Templates
    from clinicdesk.services.understanding import Understanding
    from clinicdesk.services.undoing import Undoing
    from clinicdesk.services.watching import Watching


class Clinic:
    """An unlocked store. Its services refuse to work once it is locked.

    warnings: what an administrator should know of the state of the store.
    """

    def __init__(
        self,
        *,
        folder: Path,
        entry: Entry,
        unlocked: Unlocked,
        database: Database,
        presence: Presence,
        change: KeyChange,
        now: Callable[[], datetime],
    ) -> None:
        self.folder = folder
        self.name = entry.facts.clinic_name
        self.zone = ZoneInfo(entry.facts.timezone)
        self.is_demo = entry.facts.demo
        self.principal = entry.principal
        self.warnings = entry.warnings
        self.now = now
        self._unlocked = unlocked
        self._database = database
        self._presence = presence
        self._access = Access(
            entry.principal, now=now, must_change=unlocked.must_change, denied=self._note_denied
        )
        self.pinner = Pinner(database, unlocked, now)
        database.committed = self.pinner.committed
        self._guard = RecordGuard(database, entry.principal, now)
        self._key_change = change
        self._compute = ComputeProcess()
        self._decoders = Decoders()

    @cached_property
    def patients(self) -> PatientLists:
        return PatientLists(self._database, self._access)

    @cached_property
    def records(self) -> Records:
        return Records(self._database, self._access, self._guard)

    @cached_property
    def documents(self) -> Documents:
        return Documents(
            self._database,
            self._access,
            self._guard,
            self._unlocked,
            self.folder,
            decoders=self._decoders,
            now=self.now,
        )

    @cached_property
    def audit(self) -> Audit:
        return Audit(self._database, self._access, self._guard, self._unlocked, self.now)

    @cached_property
    def editing(self) -> Editing:
        return Editing(self._access, self._guard, self.zone, self.now)

    @cached_property
    def registering(self) -> "Registering":
        from clinicdesk.services.registering import Registering  # noqa: PLC0415 - pandas, as below

        return Registering(self._database, self._access, self.zone, self.now)

    @cached_property
    def recording(self) -> Recording:
        return Recording(self._access, self._guard, self.zone, self.now)

    @cached_property
    def history(self) -> History:
        return History(self._access, self._guard, self.now)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self._database, self._access, self.now)

    @cached_property
    def restrictions(self) -> Restrictions:
        return Restrictions(self._database, self._access, self._guard, self.now)

    @cached_property
    def emergencies(self) -> Emergencies:
        return Emergencies(self._database, self._access, self._guard, self.now)

    @cached_property
    def shares(self) -> Shares:
        return Shares(
            self._database,
            self._access,
            self._guard,
            self._unlocked,
            self.folder,
            now=self.now,
        )

    @cached_property
    def publishing(self) -> Publishing:
        return Publishing(self._database, self._access, self._unlocked, self.folder, self.now)

    @cached_property
    def imports(self) -> "Imports":
        from clinicdesk.services.imports import Imports  # noqa: PLC0415 - pandas, which few need

        return Imports(self._database, self._access, self.zone, self.now)

    @cached_property
    def bronze(self) -> Bronze:
        return Bronze(self._database, self._access, self.now)

    @cached_property
    def lineages(self) -> "Lineages":
        from clinicdesk.services.lineage import Lineages  # noqa: PLC0415 - pandas, as above

        return Lineages(self._access, self._guard, self.zone, self.now)

    @cached_property
    def rereading(self) -> "Rereading":
        from clinicdesk.services.rereading import Rereading  # noqa: PLC0415 - pandas, as above

        return Rereading(self._database, self._access, self.now)

    @cached_property
    def undoing(self) -> "Undoing":
        from clinicdesk.services.undoing import Undoing  # noqa: PLC0415 - pandas, as above

        return Undoing(self._database, self._access, self.now)

    @cached_property
    def gold(self) -> "Gold":
        from clinicdesk.services.gold import Gold  # noqa: PLC0415 - pandas, as above

        return Gold(self._database, self._access, self.zone, self.now)

    @cached_property
    def seniors(self) -> "Seniors":
        from clinicdesk.services.seniors import Seniors  # noqa: PLC0415 - gold, as above

        return Seniors(self._access, self.gold, self.zone, self.now)

    @cached_property
    def templates(self) -> "Templates":
        from clinicdesk.services.templates import Templates  # noqa: PLC0415 - pandas too

        return Templates(self._database, self._access, self.now)

    @cached_property
    def watching(self) -> "Watching":
        from clinicdesk.services.watching import Watching  # noqa: PLC0415 - pandas too

        return Watching(
            self._database,
            self._access,
            self.folder,
            imports=self.imports,
            templates=self.templates,
            understanding=self.understanding,
            now=self.now,
        )

    @cached_property
    def understanding(self) -> "Understanding":
        from clinicdesk.services.understanding import Understanding  # noqa: PLC0415 - pandas too

        return Understanding(self._access)

    @cached_property
    def dashboards(self) -> "Dashboards":
        from clinicdesk.services.dashboards import Dashboards  # noqa: PLC0415 - pandas, as above

        return Dashboards(self.gold, self._access, self.zone, self.now)

    @cached_property
    def risks(self) -> Risks:
        return Risks(self._access, self._guard, self._compute, self.zone, self.now)

    @cached_property
    def cohort_risks(self) -> "CohortRisks":
        from clinicdesk.services.risk_cohort import CohortRisks  # noqa: PLC0415 - gold, as above

        return CohortRisks(self._access, self.gold, self._compute, self.zone, self.now)

    @cached_property
    def risk_history(self) -> RiskHistory:
        return RiskHistory(self._access, self._guard, self.zone, self.now)

    @cached_property
    def similar(self) -> Similar:
        return Similar(self._access, self._guard, self.zone, self.now)

    @cached_property
    def what_if(self) -> WhatIf:
        return WhatIf(self._access, self._guard, self._compute, self.zone, self.now)

    @cached_property
    def reports(self) -> Reports:
        return Reports(
            self._database,
            self._access,
            self._guard,
            self.records,
            self.risks,
            clinic_name=self.name,
            zone=self.zone,
            demo=self.is_demo,
            now=self.now,
        )

    @cached_property
    def access_reports(self) -> AccessReports:
        return AccessReports(
            self._access,
            self._guard,
            self.audit,
            clinic_name=self.name,
            zone=self.zone,
            demo=self.is_demo,
            now=self.now,
        )

    @cached_property
    def backups(self) -> Backups:
        return Backups(
            self._database,
            self._access,
            self.folder,
            self._unlocked,
            zone=self.zone,
            now=self.now,
        )

    @cached_property
    def upkeep(self) -> Upkeep:
        return Upkeep(self._database, self._access, self.now, self._refresh_gold)

    @cached_property
    def verification(self) -> Verification:
        return Verification(self._database, self._access, self.folder, self._unlocked, self.now)

    @cached_property
    def accounts(self) -> Accounts:
        return Accounts(self._database, self._access, self._unlocked, self._key_change, self.now)

    @cached_property
    def keys(self) -> Keys:
        return Keys(self._database, self._access, self._unlocked, self._key_change, self.now)

    @cached_property
    def own_account(self) -> OwnAccount:
        return OwnAccount(self._database, self._access, self._unlocked, self.name, self.now)

    @cached_property
    def settings(self) -> Settings:
        return Settings(self._database, self._access, self.now)

    @property
    def must_change_password(self) -> bool:
        """Whether the password is a temporary one: nothing else works before it is changed."""
        return self._access.must_change

    def reauthenticate(self, password: str) -> None:
        """Take the password again, for what asks to have it fresh. Raise `WrongPassword`."""
        self._access.require_session()
        try:
            vault.confirm_password(self._unlocked, password)
        except WrongPassword:
            self._record("session.reauthenticate", outcome="failed")
            raise
        self._access.confirm()
        self._record("session.reauthenticate")

    def leave(self) -> None:
        """Make the backup of the day if it is due, then lock; raise what kept it from being made.

        Takes some seconds a gigabyte, with the keys still in memory: for whoever locks by hand or
        goes away, not for a computer that is about to sleep.
        """
        try:
            with suppress(NotAllowed):  # a session that is over, a password to be changed
                self.backups.make_due()
        finally:
            self.lock()

    def lock(self) -> None:
        """Drop the keys and every connection; say so in the audit while that is possible."""
        if not self._access.is_open:
            return
        self._access.close()
        self._compute.shutdown()
        self._decoders.shutdown()
        with suppress(StoreError):  # a full disk still locks
            self._record("session.lock")
        self.pinner.pin()
        self._database.close()
        self._unlocked.close()
        self._presence.close()

    def _refresh_gold(self, progress: Progress) -> bool:
        """Not `gold` itself: its dataframes are loaded when they are wanted."""
        return self.gold.refresh(progress)

    def _note_denied(self, action: Action) -> None:
        with suppress(StoreError):  # it is denied all the same
            self._record(action, outcome="denied")

    def _record(self, action: str, *, outcome: str = "success") -> None:
        with self._database.writing() as session:
            audit.record(session, self.principal, action, outcome=outcome, at=self.now())
