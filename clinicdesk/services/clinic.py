"""Everything an unlocked store offers, built once and handed down."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clinicdesk.domain.roles import Principal
from clinicdesk.errors import StoreError
from clinicdesk.services.access import Access
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.patients import PatientLists
from clinicdesk.services.records import Records
from clinicdesk.services.reports import Reports
from clinicdesk.services.risk import Risks
from clinicdesk.services.verify import Verification
from clinicdesk.storage import audit
from clinicdesk.storage.database import Database
from clinicdesk.storage.store import StoreFacts
from clinicdesk.vault import Unlocked

if TYPE_CHECKING:
    from clinicdesk.services.imports import Imports


class Clinic:
    """An unlocked store. Its services refuse to work once it is locked."""

    def __init__(
        self,
        *,
        folder: Path,
        facts: StoreFacts,
        unlocked: Unlocked,
        database: Database,
        principal: Principal,
        now: Callable[[], datetime],
    ) -> None:
        self.folder = folder
        self.name = facts.clinic_name
        self.zone = ZoneInfo(facts.timezone)
        self.is_demo = facts.demo
        self.principal = principal
        self.now = now
        self._unlocked = unlocked
        self._database = database
        self._access = Access(principal)
        self._compute = ComputeProcess()

    @cached_property
    def patients(self) -> PatientLists:
        return PatientLists(self._database, self._access)

    @cached_property
    def records(self) -> Records:
        return Records(self._database, self._access, self.now)

    @cached_property
    def imports(self) -> "Imports":
        from clinicdesk.services.imports import Imports  # noqa: PLC0415 - pandas, which few need

        return Imports(self._database, self._access, self.zone, self.now)

    @cached_property
    def risks(self) -> Risks:
        return Risks(self._database, self._access, self._compute, self.zone, self.now)

    @cached_property
    def reports(self) -> Reports:
        return Reports(
            self._database,
            self._access,
            self.records,
            self.risks,
            clinic_name=self.name,
            zone=self.zone,
            demo=self.is_demo,
            now=self.now,
        )

    @cached_property
    def verification(self) -> Verification:
        return Verification(self._database, self._access, self.folder, self._unlocked.store_id)

    def lock(self) -> None:
        """Drop the keys and every connection; say so in the audit while that is possible."""
        if not self._access.is_open:
            return
        self._access.close()
        self._compute.shutdown()
        with suppress(StoreError), self._database.writing() as session:  # a full disk still locks
            audit.record(session, self.principal, "session.lock", at=self.now())
        self._database.close()
        self._unlocked.close()
