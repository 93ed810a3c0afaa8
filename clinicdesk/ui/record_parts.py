"""What belongs to the page of a patient, as far as the role has it."""

from functools import partial

from clinicdesk.domain.roles import Action
from clinicdesk.ui.arguing import Arguing, ArguingServices
from clinicdesk.ui.break_glass import BreakGlass
from clinicdesk.ui.cards.restriction import RestrictionCard
from clinicdesk.ui.cards.sharing import SharingCard
from clinicdesk.ui.cards.who_saw import WhoSawCard
from clinicdesk.ui.correcting import Correcting
from clinicdesk.ui.notices import NoticeBar
from clinicdesk.ui.pages.access import AccessPage
from clinicdesk.ui.pages.calculator import CalculatorPage
from clinicdesk.ui.pages.documents import DocumentsPage, DocumentsServices
from clinicdesk.ui.pages.history import HistoryPage
from clinicdesk.ui.pages.patient import PatientPage
from clinicdesk.ui.recording import RecordingByHand, RecordingServices
from clinicdesk.ui.tracing import Tracing
from clinicdesk.ui.workplace import Workplace

ACCESS = (Action.PATIENT_RESTRICT, Action.SHARE, Action.AUDIT_PATIENT)  # its part has all of it


def add_history(place: Workplace, page: PatientPage, notices: NoticeBar) -> HistoryPage:
    history = HistoryPage(place.clinic.history, place.theme, place.runner, place.clinic.zone)
    history.failed.connect(notices.fail)
    page.add_part(page.tr("History"), history)
    page.loaded.connect(history.show_patient)
    page.emptied.connect(history.clear)
    return history


def correcting(place: Workplace, page: PatientPage, history: HistoryPage) -> Correcting | None:
    if not place.may(Action.VITALS_CORRECT):
        return None
    return Correcting(
        page,
        history,
        place.clinic.editing,
        place.clinic.records,
        drafting=place.drafting,
        runner=place.runner,
        zone=place.clinic.zone,
        everything=place.may(Action.RECORD_CORRECT),
    )


def tracing(place: Workplace, page: PatientPage, history: HistoryPage) -> Tracing:
    clinic = place.clinic
    return Tracing(page, history, lambda: clinic.lineages, runner=place.runner, zone=clinic.zone)


def arguing(place: Workplace, page: PatientPage) -> Arguing:
    clinic = place.clinic
    services = ArguingServices(
        lambda: clinic.risks,
        lambda: clinic.what_if,
        lambda: clinic.risk_history,
        lambda: clinic.similar,
        estimates=place.may(Action.RISK_ESTIMATE),
    )
    return Arguing(page, services, place.runner)


def recording(place: Workplace, page: PatientPage) -> RecordingByHand | None:
    if not place.may(Action.VITALS_RECORD):
        return None
    clinic = place.clinic
    services = RecordingServices(
        clinic.recording,
        lambda: clinic.risks,
        clinic.now,
        clinic.zone,
        entries=place.may(Action.RECORD_ENTER),
    )
    return RecordingByHand(page, services, drafting=place.drafting, runner=place.runner)


def emergency(place: Workplace, page: PatientPage) -> BreakGlass | None:
    if not place.may(Action.BREAK_GLASS):
        return None
    return BreakGlass(
        page,
        place.clinic.emergencies,
        place.confirming,
        place.clinic.now,
        place.runner,
        drafting=place.drafting,
    )


def add_documents(place: Workplace, page: PatientPage, notices: NoticeBar) -> DocumentsPage:
    clinic = place.clinic
    services = DocumentsServices(
        clinic.documents,
        clinic.editing if place.may(Action.RECORD_CORRECT) else None,
        clinic.zone,
        adds=place.may(Action.DOCUMENT_ADD),
        saves=place.may(Action.DOCUMENT_EXPORT),
    )
    documents = DocumentsPage(services, place.confirming, place.theme, place.runner)
    documents.failed.connect(notices.fail)
    documents.said.connect(notices.done)
    documents.reading.connect(page.strip.setHidden)
    page.add_part(page.tr("Documents"), documents)
    page.loaded.connect(documents.show_patient)
    page.emptied.connect(documents.clear)
    return documents


def add_access(place: Workplace, page: PatientPage, notices: NoticeBar) -> AccessPage | None:
    if not place.may(*ACCESS):
        return None
    clinic = place.clinic
    sharing = SharingCard(
        clinic.shares,
        place.confirming,
        place.runner,
        clinic.zone,
        links=place.may(Action.ACCOUNTS_MANAGE),
    )
    who_saw = WhoSawCard(
        clinic.audit, clinic.access_reports, place.confirming, place.runner, zone=clinic.zone
    )
    access = AccessPage(_restriction_card(place), sharing, who_saw)
    access.failed.connect(notices.fail)
    access.said.connect(notices.done)
    access.changed.connect(page.open_again)
    page.add_part(page.tr("Access"), access)
    page.loaded.connect(access.show_patient)
    page.emptied.connect(access.clear)
    return access


def add_calculator(
    place: Workplace, page: PatientPage, notices: NoticeBar
) -> CalculatorPage | None:
    if not place.may(Action.RISK_ESTIMATE):
        return None
    clinic = place.clinic
    calculator = CalculatorPage(
        lambda: clinic.risks, place.theme, place.runner, now=clinic.now, zone=clinic.zone
    )
    calculator.failed.connect(notices.fail)
    calculator.said.connect(notices.done)
    page.add_part(page.tr("Calculate"), calculator)
    page.loaded.connect(calculator.show_patient)
    page.emptied.connect(calculator.clear)
    return calculator


def add_decision(place: Workplace, page: PatientPage, notices: NoticeBar) -> RestrictionCard | None:
    """Let an administrator say who opens a record that is closed to them."""
    if not place.may(Action.ACCOUNTS_MANAGE):
        return None
    card = _restriction_card(place)
    card.failed.connect(notices.fail)
    card.said.connect(notices.done)
    card.changed.connect(page.open_again)
    page.closed.add_decision(card)
    page.refused.connect(card.show_patient)
    page.emptied.connect(partial(card.show_patient, None))
    return card


def _restriction_card(place: Workplace) -> RestrictionCard:
    clinic = place.clinic
    return RestrictionCard(
        clinic.restrictions, place.confirming, place.runner, clinic.zone, drafting=place.drafting
    )
