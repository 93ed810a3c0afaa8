"""The compute process: cancelled, killed, locked, mistaken; no heavy library loads here."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from clinicdesk.errors import BadInput, Cancelled, UserFacingError
from clinicdesk.services.compute import ComputeFailed, ComputeProcess, ComputeStopped
from clinicdesk.services.progress import SILENT, Silent

ECHO, SLEEP = "builtins:abs", "time:sleep"


class Impatient(Silent):
    """Cancels at its second look."""

    def __init__(self) -> None:
        self.looks = 0

    def raise_if_cancelled(self) -> None:
        self.looks += 1
        if self.looks > 1:
            raise Cancelled


def refuse() -> None:
    raise BadInput("The file is empty.")


def own_pid() -> int:
    return os.getpid()


@pytest.fixture
def compute() -> Iterator[ComputeProcess]:
    process = ComputeProcess()
    yield process
    process.shutdown()


def test_it_runs_elsewhere_and_again(compute: ComputeProcess) -> None:
    first = compute.call(SILENT, f"{__name__}:own_pid")
    assert first != os.getpid()
    assert compute.call(SILENT, f"{__name__}:own_pid") == first
    assert compute.call(SILENT, ECHO, -3) == 3


def test_cancelling_is_prompt_and_the_next_answer_is_its_own(compute: ComputeProcess) -> None:
    compute.call(SILENT, ECHO, 0)
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        compute.call(Impatient(), SLEEP, 0.6)
    assert time.monotonic() - begun < 0.5
    assert compute.call(SILENT, ECHO, -7) == 7


def test_a_job_that_will_not_end_is_ended(
    compute: ComputeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinicdesk.services.compute.PATIENCE", 0.2)
    pid = compute.call(SILENT, f"{__name__}:own_pid")
    with pytest.raises(Cancelled):
        compute.call(Impatient(), SLEEP, 60)
    assert compute.call(SILENT, f"{__name__}:own_pid") != pid


def test_a_killed_process_is_a_plain_error_and_the_next_call_works(
    compute: ComputeProcess,
) -> None:
    pid = compute.call(SILENT, f"{__name__}:own_pid")
    threading.Timer(0.2, os.kill, (pid, getattr(signal, "SIGKILL", signal.SIGTERM))).start()
    with pytest.raises(ComputeStopped, match="Try again"):
        compute.call(SILENT, SLEEP, 30)
    assert compute.call(SILENT, ECHO, -1) == 1


def test_locking_ends_it_under_its_work(compute: ComputeProcess) -> None:
    compute.call(SILENT, ECHO, 0)
    threading.Timer(0.2, compute.shutdown).start()
    with pytest.raises(ComputeStopped):
        compute.call(SILENT, SLEEP, 30)
    with pytest.raises(ComputeStopped):
        compute.call(SILENT, ECHO, 0)


def test_what_it_refuses_is_said_and_what_it_breaks_is_not_quoted(
    compute: ComputeProcess,
) -> None:
    with pytest.raises(UserFacingError, match="The file is empty"):
        compute.call(SILENT, f"{__name__}:refuse")
    with pytest.raises(ComputeFailed, match=r"^TypeError$"):
        compute.call(SILENT, ECHO, "a patient's name")


def test_callers_wait_their_turn_and_may_leave_the_queue(compute: ComputeProcess) -> None:
    compute.call(SILENT, ECHO, 0)
    busy = threading.Thread(target=compute.call, args=(SILENT, SLEEP, 0.6))
    busy.start()
    time.sleep(0.1)
    with pytest.raises(Cancelled):
        compute.call(Impatient(), ECHO, -1)
    busy.join()
    assert compute.call(SILENT, ECHO, -2) == 2


def test_the_services_load_no_learning_library() -> None:
    code = (
        "import sys, clinicdesk.services.clinic, clinicdesk.services.risk\n"
        "heavy = {'sklearn', 'shap', 'skops', 'numpy', 'pandas', 'scipy'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
