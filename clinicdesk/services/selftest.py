"""What a build can prove about itself where it stands: no store, no network, no user's files.

A sound build of a version always gives the same answers, so that a frozen program can be compared
with its source word for word.
"""

import hashlib
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from clinicdesk.decoding.wire import Drawing
from clinicdesk.domain.patient import AdministrativeGender, Patient, PatientId, PatientSummary
from clinicdesk.errors import WrongPassword
from clinicdesk.models.prediction import Prediction
from clinicdesk.models.registry import PUBLIC_KEYS, shipped
from clinicdesk.reports.content import PatientReport
from clinicdesk.reports.patient import patient_pdf
from clinicdesk.reports.printing import Printing
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.decoder import Decoder
from clinicdesk.services.document_content import InMemory
from clinicdesk.services.png import png_of
from clinicdesk.services.progress import SILENT
from clinicdesk.services.session import create_clinic, unlock_clinic
from clinicdesk.services.verify import Check
from clinicdesk.storage.database import DATABASE_FILE
from clinicdesk.vault import sealing
from clinicdesk.vault.kdf import STANDARD

PLANTED = "Quetzalcoatlova"  # written into the store, to be found in none of its files
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
TOLERANCE = 1e-9
RFC_9106_TAG = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"  # section 5.3
_LOGIN = "selftest"
_PASSWORD = "of a store that lives for a second"


class Unsound(Exception):
    """The build does not do what it must; the text says what was seen."""


def checks(**more: Callable[[], str]) -> list[Check]:
    """Run every check, and those of upper layers; one that fails does not stop the others."""
    probes = {
        "encrypted store": encrypted_store,
        "Argon2id": argon2id,
        "HPKE": hpke,
        "models": models,
        "report": report,
        "decoding": decoding,
        **more,
    }
    with network_refused() as attempts:
        done = [_check(name, probe) for name, probe in probes.items()]
    return [*done, Check("no network", not attempts, f"{len(attempts)} attempts")]


def encrypted_store() -> str:
    """Make a store, unlock it again, verify it, and look for its words in its files."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "store")
        _create(store).lock()
        with closing(sqlite3.connect(store / DATABASE_FILE)) as plain:
            _must_raise(sqlite3.DatabaseError, plain.execute, "SELECT * FROM sqlite_master")
        _must_raise(WrongPassword, unlock_clinic, store, login=_LOGIN, password=_PASSWORD[1:])
        clinic = unlock_clinic(store, login=_LOGIN, password=_PASSWORD)
        found = {check.name: check for check in clinic.verification.checks()}
        clinic.lock()
        _require(PLANTED.encode() not in _all_bytes(store), "the store holds plain text")
    for check in found.values():
        _require(check.ok, f"{check.name}: {check.detail}")
    return f"{found['encryption'].detail}, schema {found['schema'].detail}"


def argon2id() -> str:
    """The test vector of RFC 9106, section 5.3."""
    kdf = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        secret=b"\x03" * 8,
        ad=b"\x04" * 12,
    )
    _require(kdf.derive(b"\x01" * 32).hex() == RFC_9106_TAG, "not the tag of RFC 9106")
    return "the tag of RFC 9106"


def hpke() -> str:
    """Seal to one pair: it opens for that pair and that purpose, and for nothing else."""
    private, public = sealing.new_pair()
    other, _ = sealing.new_pair()
    sealed = sealing.seal(public, b"a data key", b"cd/v1/selftest")
    opened = sealing.unseal(private, sealed, b"cd/v1/selftest")
    _require(bytes(opened) == b"a data key", "what was opened is not what was sealed")
    _must_raise(sealing.NotOpened, sealing.unseal, other, sealed, b"cd/v1/selftest")
    _must_raise(sealing.NotOpened, sealing.unseal, private, sealed, b"cd/v1/other")
    return "opens for its own key and purpose alone"


def models() -> str:
    """Ask every shipped model its test questions, in the process that will answer for patients."""
    compute = ComputeProcess()
    try:
        return "; ".join(_model(compute, name) for name in PUBLIC_KEYS)
    finally:
        compute.shutdown()


def report() -> str:
    """Print a patient whose name needs letters beyond Latin-1."""
    pdf = _report()
    _require(pdf.startswith(b"%PDF-"), "not a PDF")
    _require(b"/FontFile2" in pdf, "the typeface is not embedded")
    return f"a PDF of {len(pdf):,} bytes, typeface embedded"


def decoding() -> str:
    """Draw a page and a picture in the process that decodes files from elsewhere."""
    checked = Drawing(2, 1, bytes((200, 0, 0, 0, 0, 200)))
    picture = _drawn(png_of(checked), "image/png")
    _require(picture == checked, "the picture is another one")
    page = _drawn(_report(), "application/pdf")
    _require(len(set(page.rgb)) > 2, "the page is blank")
    return f"a page of {page.width} x {page.height} and a picture"


def _drawn(content: bytes, media: str) -> Drawing:
    with closing(Decoder(InMemory(content), media)) as decoder:
        return decoder.draw(0, (400, 400))


def _report() -> bytes:
    person = PatientSummary(
        PatientId(1), "M1", PLANTED, "Žofia", date(1945, 7, 14), AdministrativeGender.FEMALE
    )
    printing = Printing("Selftest", _LOGIN, "administrator", NOW, UTC, NOW)
    return patient_pdf(PatientReport(printing, Patient(person)))


@contextmanager
def network_refused() -> Iterator[list[str]]:
    """Refuse every connection and look-up of this process meanwhile; yield those attempted."""
    attempts: list[str] = []
    watching = True

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if watching and event in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
            attempts.append(event)
            raise ConnectionRefusedError(event)

    sys.addaudithook(refuse)  # cannot be taken away again, only told to rest
    try:
        yield attempts
    finally:
        watching = False


def _check(name: str, probe: Callable[[], str]) -> Check:
    try:
        return Check(name, True, probe())
    except Exception as error:  # noqa: BLE001 - a frozen build can fail in any way; there is no PHI
        return Check(name, False, f"{type(error).__name__}: {error}")


def _create(store: Path) -> Clinic:
    clinic, _ = create_clinic(
        store,
        login=_LOGIN,
        password=_PASSWORD,
        clinic_name=PLANTED,
        timezone="UTC",
        cost=STANDARD,
    )
    return clinic


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _model(compute: ComputeProcess, name: str) -> str:
    questions: Sequence[Mapping[str, Any]] = shipped(name).manifest["self_test"]
    rows = [question["x"] for question in questions]
    answers: list[Prediction] = compute.call(
        SILENT, "clinicdesk.models.learned.serving:predict", name, rows
    )
    for question, answer in zip(questions, answers, strict=True):
        parts = answer.classes or (answer,)
        for part, number in zip(parts, question["answer"], strict=True):
            _require(_same(part.number, number), f"{name} answers otherwise")
            _require(
                _same(part.base + sum(part.contributions), part.number),
                f"the reasons of {name} do not add up",
            )
    return f"{name}: {len(answers)} answers as released, reasons {_digest(answers)}"


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE


def _digest(answers: Sequence[Prediction]) -> str:
    """A short word for all bases and contributions, equal where they are equal to 1e-9."""
    numbers = [f"{number:.9f}" for a in answers for number in (a.base, *a.contributions)]
    return hashlib.sha256(" ".join(numbers).encode()).hexdigest()[:12]


def _require(held: bool, otherwise: str) -> None:
    if not held:
        raise Unsound(otherwise)


def _must_raise(
    kind: type[Exception], function: Callable[..., object], *args: Any, **named: Any
) -> None:
    try:
        function(*args, **named)
    except kind:
        return
    raise Unsound(f"{getattr(function, '__name__', 'it')} was let through")
