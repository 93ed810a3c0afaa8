"""A build that is not sound must say so; this one is."""

import json
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from clinicdesk.cli import run
from clinicdesk.services import selftest
from clinicdesk.services.selftest import network_refused
from clinicdesk.services.verify import Check
from clinicdesk.ui import trial


def test_this_build_is_sound() -> None:
    command = [sys.executable, "-m", "clinicdesk", "selftest", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert told["ok"], told
    assert done.returncode == 0
    assert {"encrypted store", "Argon2id", "HPKE", "models", "report", "decoding", "window"} <= {
        check["name"] for check in told["checks"]
    }


def test_a_failed_check_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = Check("models", ok=False, detail="no")
    monkeypatch.setattr("clinicdesk.cli.selftest.checks", lambda **_: [failed])
    assert run(["selftest"]) == 1
    assert "NOT OK" in capsys.readouterr().out


def test_plain_text_in_the_store_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "_all_bytes", lambda _: f"x{selftest.PLANTED}x".encode())
    with pytest.raises(selftest.Unsound, match="plain text"):
        selftest.encrypted_store()


def test_a_model_that_answers_otherwise_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = selftest.shipped("diabetes")
    first, *others = bundle.manifest["self_test"]
    answer = [each + 1e-6 for each in first["answer"]]
    changed = [{**first, "answer": answer}, *others]
    forged = replace(bundle, manifest={**bundle.manifest, "self_test": changed})
    monkeypatch.setattr(selftest, "shipped", lambda _: forged)
    with pytest.raises(selftest.Unsound, match="answers otherwise"):
        selftest.models()


def test_another_argon2_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "RFC_9106_TAG", "00" * 32)
    with pytest.raises(selftest.Unsound):
        selftest.argon2id()


@pytest.mark.usefixtures("qapp")
def test_a_blank_window_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "LEAST_COLOURS", 10**6)
    with pytest.raises(selftest.Unsound, match="blank"):
        trial.paint_unlock_page()


def test_the_network_is_refused_counted_and_given_back() -> None:
    with network_refused() as attempts, pytest.raises(ConnectionRefusedError, match="getaddrinfo"):
        socket.getaddrinfo("127.0.0.1", 9)
    assert attempts == ["socket.getaddrinfo"]
    assert socket.getaddrinfo("127.0.0.1", 9)
