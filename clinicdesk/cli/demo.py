"""`clinicdesk demo [DIR]`: a clinic of invented people, opened, or put through the main job."""

import os
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinicdesk.cli.counter import counter
from clinicdesk.cli.output import json_document, say, table
from clinicdesk.cli.predict_patient import of_patient
from clinicdesk.demo.generator import PATIENTS, SEED
from clinicdesk.domain.display import name_text
from clinicdesk.domain.risk import RiskEstimate, ScoreResult
from clinicdesk.services.clinic import Clinic
from clinicdesk.services.demo import (
    SHOWCASE_MRN,
    DemoStore,
    build_demo,
    hospital_export,
    working_folder,
)

_REASONS = 4  # shown of an explanation
_WARD = ("DEMO-00001", "DEMO-00005", "DEMO-00006", "DEMO-00007")  # scored, by how they fare


@dataclass(frozen=True, slots=True)
class _Done:
    """What the main job did, in its order."""

    counts: Mapping[str, int]
    scores: Mapping[str, Sequence[ScoreResult]]  # by patient, as shown in a list
    estimate: RiskEstimate
    pdf: Path
    pictures: Sequence[Path]


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("demo", help="build a demonstration clinic and open it")
    parser.add_argument(
        "home", nargs="?", metavar="DIR", type=Path, default=Path("demo"), help="default: demo"
    )
    parser.add_argument("--patients", type=int, default=PATIENTS, metavar="N", help="default: 200")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N", help="of the invention")
    parser.add_argument(
        "--headless", action="store_true", help="no window: run the main job and say what it did"
    )
    parser.add_argument("--json", action="store_true", help="as --headless; print one document")
    parser.set_defaults(handler=_demo)


def _demo(args: Namespace) -> int:
    progress = counter(quiet=args.json)
    demo = build_demo(args.home, patients=args.patients, seed=args.seed, progress=progress)
    if not (args.headless or args.json) and has_display():
        _tell_where(demo)
        return _open(demo)
    done = _main_job(demo)
    if args.json:
        json_document(_document(demo, done))
    else:
        _tell(demo, done)
    return 0


def has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _open(demo: DemoStore) -> int:
    from clinicdesk.ui.application import open_window  # noqa: PLC0415 - Qt, only for a window

    return open_window(["clinicdesk"], store=demo.folder, login=demo.login, password=demo.password)


def _main_job(demo: DemoStore) -> _Done:
    """List, score, explain, report and picture what was imported."""
    clinic = demo.unlock()
    try:
        showcase = clinic.records.by_mrn(SHOWCASE_MRN).summary.id
        return _Done(
            counts=_counts(clinic),
            scores=_scores(clinic),
            estimate=clinic.risks.estimate(showcase),
            pdf=clinic.reports.patient_report(showcase, demo.report),
            pictures=_pictures(clinic, demo),
        )
    finally:
        clinic.lock()


def _counts(clinic: Clinic) -> Counter[str]:
    """Rows of each table that all imports brought in."""
    inserted: Counter[str] = Counter()
    for run in clinic.imports.history():
        inserted.update({name: counts["inserted"] for name, counts in run.counts.items()})
    return inserted


def _scores(clinic: Clinic) -> dict[str, list[ScoreResult]]:
    scores = {}
    for mrn in _WARD:
        for patient_id in clinic.patients.find(mrn):
            [person] = clinic.patients.read([patient_id])
            found = clinic.risks.scores(patient_id)
            scores[name_text(person)] = [each for each in found if each.headline]
    return scores


def _pictures(clinic: Clinic, demo: DemoStore) -> Sequence[Path]:
    """Every page in both themes, drawn without a screen; the importer looks at the files again."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from clinicdesk.ui.screenshots import take  # noqa: PLC0415 - Qt, which a window alone needs

    first, *_ = reversed(clinic.imports.history())
    with (
        working_folder(demo.home) as work,
        hospital_export(work, now=lambda: first.started_at) as files,
    ):
        return take(clinic, demo.pictures, mrn=SHOWCASE_MRN, files=files)


def _document(demo: DemoStore, done: _Done) -> dict[str, Any]:
    return {
        "store": str(demo.folder),
        "login": demo.login,
        "password_file": str(demo.password_file),
        "pdf": str(done.pdf),
        "screenshots": [str(picture) for picture in done.pictures],
        "patients": done.counts["patient"],
        "encounters": done.counts["encounter"],
        "observations": done.counts["observation"],
        "prediction": of_patient(SHOWCASE_MRN, done.estimate, explain=True),
    }


def _tell_where(demo: DemoStore) -> None:
    if demo.imported is None:
        say(f"The demonstration of an earlier run is in {demo.home}; delete it for a fresh one.")
    else:
        say(f"Built a demonstration clinic in {demo.home}: invented people, real program.")
    say(f"Store {demo.folder}, login {demo.login}, password in {demo.password_file}")


def _tell(demo: DemoStore, done: _Done) -> None:
    _tell_where(demo)
    _tell_import(demo)
    say()
    say(f"Listed {done.counts['patient']:,} patients. Scored those on the ward, among them:")
    table(
        ("patient", "scores"),
        [(name, "; ".join(s.headline for s in found)) for name, found in done.scores.items()],
    )
    say()
    _tell_estimate(done.estimate)
    say()
    say(f"Report    {done.pdf}")
    say(f"Pictures  {demo.pictures} ({len(done.pictures)})")


def _tell_import(demo: DemoStore) -> None:
    if demo.imported is None:
        return
    say()
    say("Imported, in one transaction:")
    titles = ("table", "read", "inserted", "updated", "unchanged", "rejected")
    counts = demo.imported.counts.items()
    table(titles, [(n, *(f"{getattr(c, t):,}" for t in titles[1:])) for n, c in counts])
    rules = Counter(reject.rule for reject in demo.imported.rejects)
    say("Rejected: " + ", ".join(f"{count} {rule}" for rule, count in rules.most_common()))


def _tell_estimate(estimate: RiskEstimate) -> None:
    say(
        f"Explained {estimate.model} {estimate.version} for {SHOWCASE_MRN}: "
        f"{estimate.shown} ({estimate.interval_shown}), "
        f"from {estimate.as_text(estimate.base)} on average"
    )
    reasons = estimate.contributions[:_REASONS]
    table(
        ("because of", "percentage points"),
        [(each.label, f"{each.contribution * 100:+.1f}") for each in reasons],
    )
    say(f"Missing: {', '.join(estimate.missing) or 'nothing'}")
