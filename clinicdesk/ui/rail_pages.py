"""The pages of the rail, each with the services it works on; who leads to them is the window's."""

from functools import partial

from clinicdesk.domain.roles import Action
from clinicdesk.models.seniors import SeniorCounts
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.progress import Progress
from clinicdesk.ui.cards.watch_folder import WatchServices
from clinicdesk.ui.pages.accounts import AccountsPage
from clinicdesk.ui.pages.audit import AuditTrailPage
from clinicdesk.ui.pages.backups import BackupsPage
from clinicdesk.ui.pages.dashboards import DashboardsPage
from clinicdesk.ui.pages.imports import ImportHistoryPage, ImportServices
from clinicdesk.ui.pages.review import ReviewPage
from clinicdesk.ui.pages.settings import SettingsPage, SettingsServices
from clinicdesk.ui.wizards.import_wizard import ImportWizard
from clinicdesk.ui.wizards.journey import JourneyServices
from clinicdesk.ui.workplace import Workplace


def dashboards_page(place: Workplace) -> DashboardsPage:
    clinic = place.clinic
    return DashboardsPage(lambda: clinic.dashboards, place.theme, place.runner, clinic.zone)


def import_wizard(place: Workplace) -> ImportWizard:
    clinic = place.clinic
    services = JourneyServices(
        lambda: clinic.imports, lambda: clinic.understanding, lambda: clinic.templates
    )
    return ImportWizard(services, place.theme, place.runner)


def import_history_page(place: Workplace) -> ImportHistoryPage:
    clinic = place.clinic
    services = ImportServices(
        lambda: clinic.imports,
        clinic.bronze,
        clinic.undoing if place.may(Action.IMPORT_UNDO) else None,
        lambda: clinic.watching,
        clinic.zone,
    )
    return ImportHistoryPage(services, place.confirming, place.theme, place.runner)


def accounts_page(place: Workplace) -> AccountsPage:
    clinic = place.clinic
    return AccountsPage(
        clinic.accounts,
        place.confirming,
        place.clipboard,
        place.theme,
        place.runner,
        own_id=clinic.principal.user_id,
        zone=clinic.zone,
    )


def review_page(place: Workplace) -> ReviewPage:
    clinic = place.clinic
    return ReviewPage(clinic.emergencies, clinic.zone, place.theme, place.runner)


def audit_page(place: Workplace) -> AuditTrailPage:
    clinic = place.clinic
    return AuditTrailPage(
        clinic.audit,
        clinic.patients,
        place.confirming,
        place.theme,
        place.runner,
        now=clinic.now,
        zone=clinic.zone,
    )


def backups_page(place: Workplace) -> BackupsPage:
    clinic = place.clinic
    return BackupsPage(clinic.backups, clinic.zone, clinic.now, place.theme, place.runner)


def settings_page(place: Workplace) -> SettingsPage:
    clinic, keys = place.clinic, place.may(Action.KEYS_MANAGE)
    counts = partial(_count_seniors, clinic) if place.may(Action.RISK_ESTIMATE) else None
    services = SettingsServices(
        login=clinic.principal.login,
        clinic_name=clinic.name,
        own_account=clinic.own_account,
        settings=clinic.settings,
        changes_settings=place.may(Action.SETTINGS_CHANGE),
        keys=clinic.keys if keys else None,
        reports=clinic.reports if keys else None,
        publishing=clinic.publishing if place.may(Action.RESEARCH_PUBLISH) else None,
        watching=_watched_folder(place),
        count_seniors=counts,
    )
    return SettingsPage(services, place.confirming, place.theme, place.runner)


def _watched_folder(place: Workplace) -> WatchServices | None:
    if not place.may(Action.SETTINGS_CHANGE, Action.IMPORT):
        return None
    return WatchServices(lambda: place.clinic.watching, lambda: place.clinic.templates)


def _count_seniors(clinic: Clinic, progress: Progress) -> SeniorCounts:
    """In the worker: the dataframes that counting needs are loaded there."""
    return clinic.seniors.counts(progress)
