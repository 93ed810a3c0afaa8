"""`clinicdesk audit`: what people read, what scripts rely on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clinicdesk.services.clock import utc_now
from tests.conftest import LOGIN
from tests.services.stores import OWN_PASSWORD, execute, unlock
from tests.storage.factories import add_patient, database_of


def test_the_newest_events_come_first(command: Any) -> None:
    code, told, _ = command("audit")
    assert code == 0
    assert [event["action"] for event in told["events"]][:2] == ["audit.search", "session.unlock"]
    assert told["events"][-1]["action"] == "store.create"
    assert {event["login"] for event in told["events"]} == {LOGIN}
    only = command("audit", "--action", "store.create", "--user", LOGIN.upper())[1]["events"]
    assert [event["seq"] for event in only] == [1]
    assert command("audit", "--until", "2001-01-01")[1]["events"] == []
    assert "Made the store" in command("audit", "--limit", "50", plain=True)[1]
    assert "There are older ones" in command("audit", "--limit", "2", plain=True)[1]
    assert command("audit", "--since", "yesterday")[0] == 2
    assert command("audit", "--user", "nobody")[0] == 1


def test_a_check_says_what_was_seen_and_fails_where_something_was_changed(
    command: Any, tmp_path: Path
) -> None:
    code, told, _ = command("audit", "--verify")
    assert code == 0
    assert told == {
        "ok": True,
        "checked": told["last"],
        "first": 1,
        "last": told["last"],
        "first_fault": None,
    }
    clinic = unlock(tmp_path / "store", now=utc_now)
    execute(clinic, "DROP TRIGGER audit_event_update")
    execute(clinic, "UPDATE audit_event SET role = 'nurse' WHERE seq = 2")
    clinic.lock()
    code, told, _ = command("audit", "--verify", plain=True)
    assert (code, told.startswith("NOT OK. Event 2 ")) == (1, True)


def test_a_clinician_asks_about_a_record_and_no_more(
    command: Any, tmp_path: Path, secrets: Callable[[str], str]
) -> None:
    added = command("users", "add", "bob", "--role", "clinician")[1]["temporary_password"]
    own = secrets(OWN_PASSWORD)
    command("password", "--new-password-file", own, who="bob", password=added)
    clinic = unlock(tmp_path / "store", now=utc_now)
    clinic.records.open(add_patient(database_of(clinic), "M1"))
    clinic.lock()
    bob = {"who": "bob", "password": OWN_PASSWORD}
    assert command("audit", **bob)[0] == 3
    assert command("audit", "--verify", **bob)[1]["ok"]
    (seen,) = command("audit", "--patient", "M1", **bob)[1]["events"]
    assert (seen["login"], seen["action"]) == (LOGIN, "patient.view")


def test_it_leaves_the_store_in_files(command: Any, tmp_path: Path) -> None:
    out = tmp_path / "audit.jsonl"
    assert command("audit", "--export", str(out))[0] == 0
    first = json.loads(out.read_text(encoding="utf-8").splitlines()[0])
    assert (first["seq"], first["action"], first["login"]) == (1, "store.create", LOGIN)
    anchor = tmp_path / "anchor.json"
    made = command("audit", "--anchor", str(anchor))[1]
    assert made["code"].startswith(f"A{made['seq']}-")
    assert command("audit", "--check-anchor", str(anchor))[1] == {"ok": True, "first_fault": None}
