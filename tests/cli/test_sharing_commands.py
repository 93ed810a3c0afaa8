"""restrict, break-glass, reviews, share, shared and research: for people, for scripts, refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.services.session import unlock_clinic
from tests.conftest import CANARY, LOGIN, PASSWORD
from tests.services.stores import OWN_PASSWORD
from tests.storage.factories import add_condition, add_observation, add_patient, database_of

REASON = ("--reason", "Unconscious in the emergency room")


@pytest.fixture
def store(command: Any, tmp_path: Path) -> Any:
    """The commands on a store with a patient; `as_(login)` runs one as somebody else."""
    clinic = unlock_clinic(tmp_path / "store", login=LOGIN, password=PASSWORD)
    database = database_of(clinic)
    patient = add_patient(database, "M1")
    add_observation(database, patient, "8867-4", 71.0)
    add_condition(database, patient, "Migraine", "2020-01-02")
    clinic.lock()
    return command


@pytest.fixture
def hire(store: Any, secrets: Callable[[str], str]) -> Callable[[str, str], dict[str, str]]:
    """Add an account with a password of its own; who to be to use it."""

    def hired(login: str, role: str) -> dict[str, str]:
        temporary = store("users", "add", login, "--role", role)[1]["temporary_password"]
        new = ("--new-password-file", secrets(OWN_PASSWORD))
        assert store("password", *new, who=login, password=temporary)[0] == 0
        return {"who": login, "password": OWN_PASSWORD}

    return hired


def test_a_restricted_record_from_the_shell(store: Any, hire: Any) -> None:
    carla, otto = hire("carla", "clinician"), hire("otto", "clinician")
    restrict = ("restrict", "--patient", "M1")
    code, told, _ = store(*restrict, "--reason", "A colleague of ours", **carla)
    assert (code, told) == (0, {"mrn": "M1", "restricted": True, "granted_to": ["carla"]})
    code, out, error = store("patient", "M1", plain=True, **otto)
    assert (code, out) == (3, "")
    assert "This record is restricted" in error
    assert CANARY not in error
    assert store(*restrict, **otto)[0] == 3  # nor to whom it is open
    assert store(*restrict, "--grant", "otto", **carla)[1]["granted_to"] == ["carla", "otto"]
    assert store("patient", "M1", **otto)[0] == 0
    assert store(*restrict, "--withdraw", "otto", **carla)[1]["granted_to"] == ["carla"]
    assert store("patient", "M1", **otto)[0] == 3
    assert store(*restrict, "--lift", "It is over", **carla)[1]["restricted"] is False
    assert store("patient", "M1", **otto)[0] == 0


def test_the_list_marks_it(store: Any) -> None:
    store("restrict", "--patient", "M1", "--reason", "A colleague of ours")
    out = store("patients", plain=True)[1]
    assert CANARY.upper() in out
    assert "restricted" in out


def test_an_emergency_from_the_shell(store: Any, hire: Any) -> None:
    otto = hire("otto", "clinician")
    store("restrict", "--patient", "M1", "--reason", "A colleague of ours")
    assert store("break-glass", "--patient", "M1", "--reason", "urgent", **otto)[0] == 1
    code, opened, _ = store("break-glass", "--patient", "M1", *REASON, **otto)
    assert (code, opened["mrn"]) == (0, "M1")
    assert store("patient", "M1", **otto)[0] == 0
    (waiting,) = store("reviews")[1]["accesses"]
    assert waiting["number"] == opened["emergency"]
    assert (waiting["login"], waiting["reason"], waiting["comment"]) == ("otto", REASON[1], None)
    assert REASON[1] in store("reviews", plain=True)[1]
    assert store("reviews", **otto)[0] == 3
    signed = store("reviews", "sign-off", str(waiting["number"]), "--comment", "On duty")[1]
    assert (signed["reviewed_by"], signed["comment"]) == (LOGIN, "On duty")
    assert store("reviews")[1] == {"accesses": []}
    assert store("reviews", "done")[1] == {"accesses": [signed]}
    assert store("patient", "M1", **otto)[0] == 3


def test_there_is_nothing_to_review(store: Any) -> None:
    assert store("reviews", plain=True)[1] == "There is nothing to review.\n"
    assert store("reviews", "sign-off", "7", "--comment", "Fine")[0] == 1


def test_a_record_shared_from_the_shell(store: Any, hire: Any) -> None:
    pat, carla = hire("pat", "patient"), hire("carla", "clinician")
    share = ("share", "--patient", "M1")
    assert store(*share)[1] == {"mrn": "M1", "accounts": []}
    assert store(*share, "--account", "pat")[0] == 1  # not linked yet
    assert store(*share, "--account", "pat", "--link", **carla)[0] == 3
    linked = store(*share, "--account", "pat", "--link")[1]["accounts"]
    assert [(each["login"], each["shared_at"]) for each in linked] == [("pat", None)]
    assert store("shared", **pat)[0] == 1
    (shared,) = store(*share, "--account", "PAT", **carla)[1]["accounts"]
    assert shared["shared_by"] == "carla"
    code, record, _ = store("shared", **pat)
    assert (code, record["mrn"], record["family_name"]) == (0, "M1", CANARY)
    assert record["shared_at"] == shared["shared_at"]
    assert [each["value"] for each in record["observations"]] == [71.0]
    code, out, _ = store("shared", plain=True, **pat)
    assert "Migraine" in out
    assert "Shared by store on" in out
    store(*share, "--account", "pat", "--revoke", **carla)
    code, out, error = store("shared", **pat)
    assert (code, out, "Nothing is shared" in error) == (1, "", True)
    assert store(*share, "--account", "pat", "--unlink")[1]["accounts"] == []


def test_a_shared_record_has_the_parts_of_a_record(store: Any, hire: Any) -> None:
    pat = hire("pat", "patient")
    store("share", "--patient", "M1", "--account", "pat", "--link")
    store("share", "--patient", "M1", "--account", "pat")
    ours, theirs = store("patient", "M1")[1], store("shared", **pat)[1]
    assert set(ours) - set(theirs) == {"documents", "scores"}
    assert set(theirs) - set(ours) == {"clinic_name", "shared_at", "timezone"}
    assert theirs["conditions"] == [{**each, "source": None} for each in ours["conditions"]]


@pytest.mark.parametrize("name", ["patients", "patient", "verify", "share", "restrict", "reviews"])
def test_a_patient_has_no_other_command(store: Any, hire: Any, name: str) -> None:
    pat = hire("pat", "patient")
    arguments = {"patient": ["M1"], "share": ["--patient", "M1"], "restrict": ["--patient", "M1"]}
    code, out, error = store(name, *arguments.get(name, []), plain=True, **pat)
    assert (code, CANARY in out + error) == (3, False)


def test_staff_has_no_shared_record(store: Any) -> None:
    assert store("shared")[0] == 3


def test_wrong_usage(store: Any) -> None:
    assert store("share", "--patient", "M1", "--revoke")[0] == 2
    assert store("restrict", "--patient", "M1", "--reason", "a", "--lift", "b")[0] == 2


def test_the_research_copy_from_the_shell(store: Any, hire: Any) -> None:
    rosa, nora = hire("rosa", "researcher"), hire("nora", "nurse")
    assert store("research", "show", **rosa)[0] == 1
    assert store("research", "publish", **nora)[0] == 3
    code, copied, _ = store("research", "publish")
    assert (code, copied["subjects"], copied["observations"]) == (0, 1, 1)
    assert store("research", "show")[1]["subjects"] == 1
    code, seen, _ = store("research", "show", **rosa)
    assert (code, seen["subjects"]) == (0, 1)
    gender = next(each for each in seen["count_tables"] if each["title"] == "Gender")
    assert gender["cells"] == [{"label": "female", "count": None}]
    assert seen["measures"][0]["subjects"] is None
    out = store("research", "show", plain=True, **rosa)[1]
    assert "hidden" in out
    assert CANARY not in out
    assert "M1" not in out
    assert store("research", "show", **nora)[0] == 3
    assert store("research", "show", **hire("pat", "patient"))[0] == 3
