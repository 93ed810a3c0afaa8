"""Who saw a record, to hand to its patient: whole, named on every page, nothing calculated."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

from clinicdesk.domain.audit import AuditEvent, Seen, WhoSaw
from clinicdesk.reports.who_saw import WhoSawReport, who_saw_pdf
from clinicdesk.reports.who_saw_csv import HEADER, who_saw_csv
from tests.reports.factories import NOW, person, printing
from tests.reports.pages import page_texts

LONDON = ZoneInfo("Europe/London")


def event(seq: int, login: str = "k.osei", action: str = "patient.view") -> AuditEvent:
    return AuditEvent(
        seq=seq,
        at=NOW - timedelta(minutes=seq),
        user_id=1,
        login=login,
        role="clinician",
        action=action,
        object_type="patient",
        object_id="1",
        object="",
        outcome="success",
        detail={},
    )


def seen(login: str = "k.osei", **changes: int) -> Seen:
    emergency = bool(changes.get("emergency", 0))
    first = NOW - timedelta(days=1)
    return Seen(1, login, "clinician", 3, first, NOW, emergency, changes.get("denied", 0))


def report(people: list[Seen], events: list[AuditEvent]) -> WhoSawReport:
    return WhoSawReport(printing(), WhoSaw(person(), people, events))


def test_people_and_events_are_told_with_what_was_out_of_the_ordinary() -> None:
    made = report([seen(emergency=1, denied=2)], [event(2, action="report.print"), event(1)])
    (text,) = page_texts(who_saw_pdf(made))
    assert "k.osei" in text
    assert "in an emergency, refused 2" in text
    assert "Printed a report" in text
    assert "Opened a record" in text
    assert "MRN0012345" in text


def test_whose_record_it_is_stands_on_every_page() -> None:
    texts = page_texts(who_saw_pdf(report([seen()], [event(at) for at in range(1, 301)])))
    assert len(texts) > 3
    assert all("MRN0012345" in text for text in texts)


def test_nobody_is_said_so() -> None:
    (text,) = page_texts(who_saw_pdf(report([], [])))
    assert "Nobody has opened this record here yet." in text


def test_the_same_report_gives_the_same_bytes() -> None:
    made = report([seen()], [event(1)])
    assert who_saw_pdf(made) == who_saw_pdf(made)


def test_the_events_come_as_rows_that_no_spreadsheet_calculates() -> None:
    content = who_saw_csv(WhoSaw(person(), [], [event(2, "=1+1"), event(1)]), LONDON)
    assert content.startswith(HEADER)
    first, *_ = csv.DictReader(io.StringIO(content.decode(), newline=""))
    assert first["login"] == "'=1+1"
    assert first["time"] == "2026-11-20T10:13:00+00:00"
    assert first["in words"] == "Opened a record"
