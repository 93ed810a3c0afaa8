"""Work with the records of an open store: what the role may not do is not there."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action
from clinicdesk.services.clinic import Clinic
from clinicdesk.ui.clipboard import SecretClipboard
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.drafting import Drafting, keep_all
from clinicdesk.ui.folder_watch import FolderWatch
from clinicdesk.ui.frame import WorkFrame
from clinicdesk.ui.notices import Kind
from clinicdesk.ui.pages.accounts import AccountsPage
from clinicdesk.ui.pages.audit import AuditTrailPage
from clinicdesk.ui.pages.backups import BackupsPage
from clinicdesk.ui.pages.dashboards import DashboardsPage
from clinicdesk.ui.pages.imports import ImportHistoryPage
from clinicdesk.ui.pages.patient import PatientPage, PatientServices
from clinicdesk.ui.pages.patient_list import PatientListPage
from clinicdesk.ui.pages.review import ReviewPage
from clinicdesk.ui.pages.settings import SettingsPage
from clinicdesk.ui.pinning import PinTimer
from clinicdesk.ui.place import NOWHERE, Place, focus_on, focused_at
from clinicdesk.ui.rail_pages import (
    accounts_page,
    audit_page,
    backups_page,
    dashboards_page,
    import_history_page,
    import_wizard,
    review_page,
    settings_page,
)
from clinicdesk.ui.record_parts import (
    add_access,
    add_calculator,
    add_decision,
    add_documents,
    add_history,
    arguing,
    correcting,
    emergency,
    recording,
    tracing,
)
from clinicdesk.ui.registering import RegisteringByHand
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.upkeep import StoreWatch
from clinicdesk.ui.widgets.backup_age import BackupAge
from clinicdesk.ui.wizards.import_wizard import ImportWizard
from clinicdesk.ui.workplace import Workplace

RailPage: TypeAlias = (
    ImportWizard
    | AccountsPage
    | ReviewPage
    | AuditTrailPage
    | SettingsPage
    | BackupsPage
    | DashboardsPage
)


class MainWindow(WorkFrame):
    """The pages of administrators, clinicians and nurses. It knows pages and no patient data."""

    def __init__(
        self, clinic: Clinic, theme: Theme, runner: TaskRunner, parent: QWidget | None = None
    ) -> None:
        who = f"{clinic.name}   ·   {clinic.principal.login}, {clinic.principal.role}"
        super().__init__(who, theme, parent, demo=clinic.is_demo)
        self._clinic, self._runner = clinic, runner
        confirming = Confirming(clinic.principal.login, clinic.reauthenticate, runner)
        self._clipboard = SecretClipboard(self)
        self._focus_due, self._form_due = NOWHERE, False
        self.drafting = Drafting(clinic.drafts, runner, self)
        self._workplace = Workplace(
            clinic, theme, runner, confirming, self._clipboard, self.drafting
        )
        services = PatientServices(
            clinic.records,
            lambda: clinic.risks,
            lambda: clinic.reports,
            clinic.now,
            clinic.zone,
            clinic.patients.read,
            estimates=self._workplace.may(Action.RISK_ESTIMATE),
        )
        self.patients = PatientListPage(clinic.patients, services.today, theme, runner)
        self.patient = PatientPage(services, theme, runner)
        self.imports: ImportWizard | None = None
        self.import_history: ImportHistoryPage | None = None
        self.accounts: AccountsPage | None = None
        self.review: ReviewPage | None = None
        self.backups: BackupsPage | None = None
        self.audit: AuditTrailPage | None = None
        self.add_place("patients", self.tr("Patients"), "Ctrl+F", self.patients, self.show_patients)
        self.pages.addWidget(self.patient)
        self.dashboards: DashboardsPage | None = None
        self._add_pages()
        self.settings = self._add_settings()
        self.age = self._add_age()
        self.store_watch = self._watch_store()
        self.pins = PinTimer(clinic.pinner, runner, self)
        place, page, notices = self._workplace, self.patient, self.notices
        self.emergency = emergency(place, page)
        self.history = add_history(place, page, notices)
        self.correcting = correcting(place, page, self.history)
        self.tracing = tracing(place, page, self.history)
        self.recording = recording(place, page)
        self.registering = self._register()
        self.arguing = arguing(place, page)
        self.documents = add_documents(place, page, notices)
        self.access = add_access(place, page, notices)
        self.calculator = add_calculator(place, page, notices)
        self.decision = add_decision(place, page, notices)

        self.patients.patient_chosen.connect(self.open_patient)
        self.patients.import_wanted.connect(self.show_import)
        self.patients.failed.connect(self.notices.fail)
        self.patient.left.connect(self.show_patients)
        self.patient.loaded.connect(self._focus_again)
        self.patient.loaded.connect(self._go_on_typing)
        self.patient.refused.connect(self._go_on_typing)
        self.drafting.failed.connect(self.notices.fail)
        self.drafting.read()
        self.patient.said.connect(self.notices.done)
        self.patient.failed.connect(self.notices.fail)
        self.patients.refresh()

    def begin(self) -> None:
        self.store_watch.begin()
        self.show_patients()
        for text in self._clinic.warnings:
            self.notices.say(Kind.WARNING, text)

    def go_on(self, place: Place) -> None:
        self.store_watch.begin()
        if place.patient_id is None:
            super().go_on(place)
            return
        self.open_patient(place.patient_id)
        self.patient.tabs.setCurrentIndex(place.tab)
        self._focus_due, self._form_due = place.focus, True

    @property
    def place(self) -> Place:
        if self.pages.currentWidget() is not self.patient:
            return super().place
        return Place(
            patient_id=self.patient.patient_id,
            tab=self.patient.tabs.currentIndex(),
            focus=focused_at(self.patient),
        )

    @property
    def parting(self) -> Callable[[], object]:
        return partial(keep_all, self._clinic.drafts, self.drafting.unsaved)

    def forget(self) -> None:
        """Let go of every name before the window goes."""
        self.drafting.forget()
        self._clipboard.clear()
        self.patient.close_record()
        self.patients.forget()
        if self.audit is not None:
            self.audit.forget()
        if self.imports is not None:
            self.imports.forget()
        if self.dashboards is not None:
            self.dashboards.forget()

    @Slot(object)
    def _say_idle(self, minutes: int) -> None:
        self.idle_known.emit(minutes)

    @Slot()
    def _focus_again(self) -> None:
        """Give the keyboard back to the field it was in, now that the record is here again."""
        at, self._focus_due = self._focus_due, NOWHERE
        focus_on(self.patient, at)

    @Slot(int)
    def _go_on_typing(self, patient_id: PatientId) -> None:
        """Open the form again that was open at the lock."""
        due, self._form_due = self._form_due, False
        if due:
            self.drafting.reopen(patient_id)

    @Slot(int)
    def open_patient(self, patient_id: PatientId) -> None:
        self.pages.setCurrentWidget(self.patient)
        self.patient.open(patient_id)
        self.patient.tabs.setFocus()

    @Slot()
    def show_patients(self) -> None:
        self.go_to(self.patients)
        self.patients.focus_search()

    @Slot()
    def show_import(self) -> None:
        if self.imports is not None:
            self.go_to(self.imports)

    @Slot(int)
    def show_import_history(self, import_id: int = 0) -> None:
        if self.import_history is not None:
            self.import_history.choose(import_id)
            self.pages.setCurrentWidget(self.import_history)

    @Slot()
    def show_backups(self) -> None:
        if self.backups is not None:
            self.go_to(self.backups)

    def go_to(self, page: QWidget) -> None:
        """Leave the record, if one is open, for a page of the rail."""
        self.patient.close_record()
        self.show_page(page)

    def _add_pages(self) -> None:
        """The pages that the role has, in the order of the rail."""
        place = self._workplace
        if place.may(Action.REPORT):
            self.dashboards = dashboards_page(place)
            self.dashboards.patients_wanted.connect(self._show_some)
            self._add("chart", self.tr("Clinic"), "Ctrl+G", self.dashboards)
        if place.may(Action.IMPORT):
            self._add_import()
        if place.may(Action.ACCOUNTS_MANAGE):
            self.accounts = accounts_page(place)
            self._add("users", self.tr("Users"), "Ctrl+U", self.accounts)
        if place.may(Action.EMERGENCY_REVIEW):
            self.review = review_page(place)
            self._add("review", self.tr("Review"), "Ctrl+R", self.review)
        if place.may(Action.AUDIT_READ):
            self.audit = audit_page(place)
            self._add("audit", self.tr("Audit"), "Ctrl+T", self.audit)
        if place.may(Action.BACKUP):
            self.backups = backups_page(place)
            self._add("backup", self.tr("Backups"), "Ctrl+B", self.backups)

    def _add_import(self) -> None:
        self.imports = import_wizard(self._workplace)
        self.imports.imported.connect(self.patients.refresh)
        self.imports.history_wanted.connect(self.show_import_history)
        self._add("import", self.tr("Import"), "Ctrl+I", self.imports)
        page = self.import_history = import_history_page(self._workplace)
        page.left.connect(self.show_import)
        page.failed.connect(self.notices.fail)
        page.said.connect(self.notices.done)
        page.undone.connect(self.patients.refresh)
        self.pages.addWidget(page)
        self._watch_folder(page)

    def _watch_folder(self, history: ImportHistoryPage) -> None:
        """Import what arrives in the watched folder, if one is watched."""
        watch = FolderWatch(lambda: self._clinic.watching, self._runner, self)
        watch.imported.connect(self.patients.refresh)
        watch.imported.connect(history.refresh)
        watch.said.connect(self.notices.done)
        watch.waits.connect(partial(self.notices.say, Kind.WARNING))
        watch.failed.connect(self.notices.fail)

    def _add_settings(self) -> SettingsPage:
        page = settings_page(self._workplace)
        page.idle_changed.connect(self.idle_known)
        work = blink(self._clinic.settings.idle_minutes)
        read = self._runner.start(self, "read settings", work)
        read.succeeded.connect(self._say_idle)
        read.failed.connect(self.notices.fail)
        self._add("settings", self.tr("Settings"), "Ctrl+,", page)
        return page

    def _show_some(self, ids: list[PatientId], words: str) -> None:
        """The patients behind a bar."""
        self.go_to(self.patients)
        self.patients.show_these(ids, words)
        self.patients.focus_list()

    def _register(self) -> RegisteringByHand | None:
        if not self._workplace.may(Action.PATIENT_REGISTER):
            return None
        clinic = self._clinic
        made = RegisteringByHand(
            self.patients,
            lambda: clinic.registering,
            drafting=self.drafting,
            runner=self._runner,
        )
        made.registered.connect(self.open_patient)
        made.failed.connect(self.notices.fail)
        return made

    def _add_age(self) -> BackupAge:
        age = BackupAge(self._theme, leads_on=self.backups is not None)
        age.chosen.connect(self.show_backups)
        self.add_status(age)
        return age

    def _watch_store(self) -> StoreWatch:
        clinic = self._clinic
        watch = StoreWatch(
            clinic.upkeep,
            clinic.backups,
            self.health,
            self.age,
            now=clinic.now,
            runner=self._runner,
            parent=self,
        )
        watch.recovered.connect(self.notices.done)
        watch.failed.connect(self.notices.fail)
        self.notices.failing.connect(watch.take_failure)
        if self.backups is not None:
            self.backups.changed.connect(watch.refresh)
        return watch

    def _add(
        self,
        icon: str,
        text: str,
        keys: str,
        page: RailPage,
    ) -> None:
        page.failed.connect(self.notices.fail)
        page.said.connect(self.notices.done)
        self.add_place(icon, text, keys, page, partial(self.go_to, page))
