"""Work with the records of an open store: what the role may not do is not there."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.patient import PatientId
from clinicdesk.domain.roles import Action, may
from clinicdesk.models.seniors import SeniorCounts
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Progress
from clinicdesk.ui.arguing import Arguing, ArguingServices
from clinicdesk.ui.break_glass import BreakGlass
from clinicdesk.ui.cards.restriction import RestrictionCard
from clinicdesk.ui.cards.sharing import SharingCard
from clinicdesk.ui.cards.watch_folder import WatchServices
from clinicdesk.ui.cards.who_saw import WhoSawCard
from clinicdesk.ui.clipboard import SecretClipboard
from clinicdesk.ui.confirming import Confirming
from clinicdesk.ui.correcting import Correcting
from clinicdesk.ui.drafting import Drafting, keep_all
from clinicdesk.ui.folder_watch import FolderWatch
from clinicdesk.ui.frame import WorkFrame
from clinicdesk.ui.notices import Kind
from clinicdesk.ui.pages.access import AccessPage
from clinicdesk.ui.pages.accounts import AccountsPage
from clinicdesk.ui.pages.audit import AuditTrailPage
from clinicdesk.ui.pages.backups import BackupsPage
from clinicdesk.ui.pages.calculator import CalculatorPage
from clinicdesk.ui.pages.dashboards import DashboardsPage
from clinicdesk.ui.pages.documents import DocumentsPage, DocumentsServices
from clinicdesk.ui.pages.history import HistoryPage
from clinicdesk.ui.pages.imports import ImportHistoryPage, ImportServices
from clinicdesk.ui.pages.patient import PatientPage, PatientServices
from clinicdesk.ui.pages.patient_list import PatientListPage
from clinicdesk.ui.pages.review import ReviewPage
from clinicdesk.ui.pages.settings import SettingsPage, SettingsServices
from clinicdesk.ui.pinning import PinTimer
from clinicdesk.ui.place import NOWHERE, Place, focus_on, focused_at
from clinicdesk.ui.recording import RecordingByHand, RecordingServices
from clinicdesk.ui.registering import RegisteringByHand
from clinicdesk.ui.tasks import TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.tracing import Tracing
from clinicdesk.ui.upkeep import StoreWatch
from clinicdesk.ui.widgets.backup_age import BackupAge
from clinicdesk.ui.wizards.import_wizard import ImportWizard
from clinicdesk.ui.wizards.journey import JourneyServices

ACCESS = (Action.PATIENT_RESTRICT, Action.SHARE, Action.AUDIT_PATIENT)  # its part has all of it

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
        self._confirming = Confirming(clinic.principal.login, clinic.reauthenticate, runner)
        self._clipboard = SecretClipboard(self)
        self._focus_due, self._form_due = NOWHERE, False
        self.drafting = Drafting(clinic.drafts, runner, self)
        services = PatientServices(
            clinic.records,
            lambda: clinic.risks,
            lambda: clinic.reports,
            clinic.now,
            clinic.zone,
            clinic.patients.read,
            estimates=self._may(Action.RISK_ESTIMATE),
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
        for action, add in (
            (Action.REPORT, self._add_dashboards),
            (Action.IMPORT, self._add_import),
            (Action.ACCOUNTS_MANAGE, self._add_accounts),
            (Action.EMERGENCY_REVIEW, self._add_review),
            (Action.AUDIT_READ, self._add_audit),
            (Action.BACKUP, self._add_backups),
        ):
            if self._may(action):
                add()
        self.settings = self._add_settings()
        self.age = self._add_age()
        self.store_watch = self._watch_store()
        self.pins = PinTimer(clinic.pinner, runner, self)
        self.emergency = self._emergency()
        self.history = self._add_history()
        self.correcting = self._correct()
        self.tracing = Tracing(
            self.patient,
            self.history,
            lambda: self._clinic.lineages,
            runner=self._runner,
            zone=self._clinic.zone,
        )
        self.recording = self._record()
        self.registering = self._register()
        self.arguing = self._argue()
        self.documents = self._add_documents()
        self.access = self._add_access()
        self.calculator = self._add_calculator()
        self.decision = self._add_decision()

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

    def _may(self, action: Action) -> bool:
        return may(self._clinic.principal.role, action)

    def _add_dashboards(self) -> None:
        clinic = self._clinic
        self.dashboards = DashboardsPage(
            lambda: clinic.dashboards, self._theme, self._runner, clinic.zone
        )
        self.dashboards.patients_wanted.connect(self._show_some)
        self._add("chart", self.tr("Clinic"), "Ctrl+G", self.dashboards)

    def _show_some(self, ids: list[PatientId], words: str) -> None:
        """The patients behind a bar."""
        self.go_to(self.patients)
        self.patients.show_these(ids, words)
        self.patients.focus_list()

    def _add_import(self) -> None:
        services = JourneyServices(
            lambda: self._clinic.imports,
            lambda: self._clinic.understanding,
            lambda: self._clinic.templates,
        )
        self.imports = ImportWizard(services, self._theme, self._runner)
        self.imports.imported.connect(self.patients.refresh)
        self.imports.history_wanted.connect(self.show_import_history)
        self._add("import", self.tr("Import"), "Ctrl+I", self.imports)
        self.import_history = self._add_import_history()

    def _add_import_history(self) -> ImportHistoryPage:
        clinic = self._clinic
        services = ImportServices(
            lambda: clinic.imports,
            clinic.bronze,
            clinic.undoing if self._may(Action.IMPORT_UNDO) else None,
            lambda: clinic.watching,
            clinic.zone,
        )
        page = ImportHistoryPage(services, self._confirming, self._theme, self._runner)
        page.left.connect(self.show_import)
        page.failed.connect(self.notices.fail)
        page.said.connect(self.notices.done)
        page.undone.connect(self.patients.refresh)
        self.pages.addWidget(page)
        self._watch_folder(page)
        return page

    def _watch_folder(self, history: ImportHistoryPage) -> None:
        """Import what arrives in the watched folder, if one is watched."""
        watch = FolderWatch(lambda: self._clinic.watching, self._runner, self)
        watch.imported.connect(self.patients.refresh)
        watch.imported.connect(history.refresh)
        watch.said.connect(self.notices.done)
        watch.waits.connect(partial(self.notices.say, Kind.WARNING))
        watch.failed.connect(self.notices.fail)

    def _add_accounts(self) -> None:
        self.accounts = AccountsPage(
            self._clinic.accounts,
            self._confirming,
            self._clipboard,
            self._theme,
            self._runner,
            own_id=self._clinic.principal.user_id,
            zone=self._clinic.zone,
        )
        self._add("users", self.tr("Users"), "Ctrl+U", self.accounts)

    def _add_review(self) -> None:
        self.review = ReviewPage(
            self._clinic.emergencies, self._clinic.zone, self._theme, self._runner
        )
        self._add("review", self.tr("Review"), "Ctrl+R", self.review)

    def _add_audit(self) -> None:
        clinic = self._clinic
        self.audit = AuditTrailPage(
            clinic.audit,
            clinic.patients,
            self._confirming,
            self._theme,
            self._runner,
            now=clinic.now,
            zone=clinic.zone,
        )
        self._add("audit", self.tr("Audit"), "Ctrl+T", self.audit)

    def _add_settings(self) -> SettingsPage:
        clinic, keys = self._clinic, self._may(Action.KEYS_MANAGE)
        services = SettingsServices(
            login=clinic.principal.login,
            clinic_name=clinic.name,
            own_account=clinic.own_account,
            settings=clinic.settings,
            changes_settings=self._may(Action.SETTINGS_CHANGE),
            keys=clinic.keys if keys else None,
            reports=clinic.reports if keys else None,
            publishing=clinic.publishing if self._may(Action.RESEARCH_PUBLISH) else None,
            watching=self._watched_folder(),
            count_seniors=(
                partial(_count_seniors, clinic) if self._may(Action.RISK_ESTIMATE) else None
            ),
        )
        page = SettingsPage(services, self._confirming, self._theme, self._runner)
        page.idle_changed.connect(self.idle_known)
        read = self._runner.start(self, "read settings", blink(clinic.settings.idle_minutes))
        read.succeeded.connect(self._say_idle)
        read.failed.connect(self.notices.fail)
        self._add("settings", self.tr("Settings"), "Ctrl+,", page)
        return page

    def _watched_folder(self) -> WatchServices | None:
        if not (self._may(Action.SETTINGS_CHANGE) and self._may(Action.IMPORT)):
            return None
        return WatchServices(lambda: self._clinic.watching, lambda: self._clinic.templates)

    def _add_history(self) -> HistoryPage:
        clinic, page = self._clinic, self.patient
        history = HistoryPage(clinic.history, self._theme, self._runner, clinic.zone)
        history.failed.connect(self.notices.fail)
        page.add_part(self.tr("History"), history)
        page.loaded.connect(history.show_patient)
        page.emptied.connect(history.clear)
        return history

    def _correct(self) -> Correcting | None:
        if not self._may(Action.VITALS_CORRECT):
            return None
        return Correcting(
            self.patient,
            self.history,
            self._clinic.editing,
            self._clinic.records,
            drafting=self.drafting,
            runner=self._runner,
            zone=self._clinic.zone,
            everything=self._may(Action.RECORD_CORRECT),
        )

    def _argue(self) -> Arguing:
        services = ArguingServices(
            lambda: self._clinic.risks,
            lambda: self._clinic.what_if,
            lambda: self._clinic.risk_history,
            lambda: self._clinic.similar,
            estimates=self._may(Action.RISK_ESTIMATE),
        )
        return Arguing(self.patient, services, self._runner)

    def _register(self) -> RegisteringByHand | None:
        if not self._may(Action.PATIENT_REGISTER):
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

    def _record(self) -> RecordingByHand | None:
        if not self._may(Action.VITALS_RECORD):
            return None
        clinic = self._clinic
        services = RecordingServices(
            clinic.recording,
            lambda: clinic.risks,
            clinic.now,
            clinic.zone,
            entries=self._may(Action.RECORD_ENTER),
        )
        return RecordingByHand(self.patient, services, drafting=self.drafting, runner=self._runner)

    def _add_calculator(self) -> CalculatorPage | None:
        if not self._may(Action.RISK_ESTIMATE):
            return None
        clinic, page = self._clinic, self.patient
        calculator = CalculatorPage(
            lambda: clinic.risks, self._theme, self._runner, now=clinic.now, zone=clinic.zone
        )
        calculator.failed.connect(self.notices.fail)
        calculator.said.connect(self.notices.done)
        page.add_part(self.tr("Calculate"), calculator)
        page.loaded.connect(calculator.show_patient)
        page.emptied.connect(calculator.clear)
        return calculator

    def _add_documents(self) -> DocumentsPage:
        clinic, page = self._clinic, self.patient
        services = DocumentsServices(
            clinic.documents,
            clinic.editing if self._may(Action.RECORD_CORRECT) else None,
            clinic.zone,
            adds=self._may(Action.DOCUMENT_ADD),
            saves=self._may(Action.DOCUMENT_EXPORT),
        )
        documents = DocumentsPage(services, self._confirming, self._theme, self._runner)
        documents.failed.connect(self.notices.fail)
        documents.said.connect(self.notices.done)
        documents.reading.connect(page.strip.setHidden)
        page.add_part(self.tr("Documents"), documents)
        page.loaded.connect(documents.show_patient)
        page.emptied.connect(documents.clear)
        return documents

    def _add_access(self) -> AccessPage | None:
        if not all(map(self._may, ACCESS)):
            return None
        clinic, page = self._clinic, self.patient
        sharing = SharingCard(
            clinic.shares,
            self._confirming,
            self._runner,
            clinic.zone,
            links=self._may(Action.ACCOUNTS_MANAGE),
        )
        who_saw = WhoSawCard(
            clinic.audit, clinic.access_reports, self._confirming, self._runner, zone=clinic.zone
        )
        access = AccessPage(self._restriction_card(), sharing, who_saw)
        access.failed.connect(self.notices.fail)
        access.said.connect(self.notices.done)
        access.changed.connect(page.open_again)
        page.add_part(self.tr("Access"), access)
        page.loaded.connect(access.show_patient)
        page.emptied.connect(access.clear)
        return access

    def _add_decision(self) -> RestrictionCard | None:
        """Let an administrator say who opens a record that is closed to them."""
        if not self._may(Action.ACCOUNTS_MANAGE):
            return None
        card, page = self._restriction_card(), self.patient
        card.failed.connect(self.notices.fail)
        card.said.connect(self.notices.done)
        card.changed.connect(page.open_again)
        page.closed.add_decision(card)
        page.refused.connect(card.show_patient)
        page.emptied.connect(partial(card.show_patient, None))
        return card

    def _restriction_card(self) -> RestrictionCard:
        clinic = self._clinic
        return RestrictionCard(
            clinic.restrictions, self._confirming, self._runner, clinic.zone, drafting=self.drafting
        )

    def _add_backups(self) -> None:
        clinic = self._clinic
        self.backups = BackupsPage(
            clinic.backups, clinic.zone, clinic.now, self._theme, self._runner
        )
        self._add("backup", self.tr("Backups"), "Ctrl+B", self.backups)

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

    def _emergency(self) -> BreakGlass | None:
        if not self._may(Action.BREAK_GLASS):
            return None
        clinic = self._clinic
        return BreakGlass(
            self.patient,
            clinic.emergencies,
            self._confirming,
            clinic.now,
            self._runner,
            drafting=self.drafting,
        )

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


def _count_seniors(clinic: Clinic, progress: Progress) -> SeniorCounts:
    """In the worker: the dataframes that counting needs are loaded there."""
    return clinic.seniors.counts(progress)
