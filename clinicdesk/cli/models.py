"""`clinicdesk models list | show ID | train ID`: the scores and learned models that ship."""

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_document, say, table
from clinicdesk.errors import BadInput
from clinicdesk.models.card import ModelCard, card_to_fields
from clinicdesk.models.registry import PUBLIC_KEYS, TRAINABLE, UNTRAINED, card
from clinicdesk.models.scores import SCORES
from clinicdesk.services.compute import ComputeProcess
from clinicdesk.services.progress import SILENT

_TRAIN = "clinicdesk.models.learned.training:train"
_KEY_BYTES = 32


def add(commands: Any) -> None:
    """Register the command and its verbs."""
    parser = commands.add_parser("models", help="list, show or train the models")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    listed = verbs.add_parser("list", help="every score and learned model")
    listed.set_defaults(handler=_list)
    shown = verbs.add_parser("show", help="the card of a learned model")
    shown.add_argument("model", choices=sorted({*PUBLIC_KEYS, *UNTRAINED}))
    shown.set_defaults(handler=_show)
    trained = verbs.add_parser("train", help="train a model, measure it, write and sign its files")
    trained.add_argument("model", choices=TRAINABLE)
    trained.add_argument("--data", type=Path, required=True, metavar="FILE")
    trained.add_argument("--out", type=Path, required=True, metavar="DIR")
    trained.add_argument(
        "--signing-key",
        type=Path,
        metavar="FILE",
        help="32 raw bytes, Ed25519; without it a new key signs once and is forgotten",
    )
    trained.set_defaults(handler=_train)
    for verb in (listed, shown, trained):
        verb.add_argument("--json", action="store_true", help="print one JSON document")


def _list(args: Namespace) -> int:
    scores = [
        {"id": s.id, "kind": "score", "versions": [_version(s.version, {})]}
        for s in SCORES.values()
    ]
    learned = [
        {"id": c.id, "kind": "learned", "versions": [_version(c.version, _metrics(c))]}
        for c in map(card, PUBLIC_KEYS)
    ]
    untrained = [
        {"id": name, "kind": "learned", "versions": [], "untrained": why}
        for name, why in UNTRAINED.items()
    ]
    if args.json:
        json_document({"models": [*scores, *learned, *untrained]})
        return 0
    rows = [[s.id, "score", s.version, s.title] for s in SCORES.values()]
    rows += [[c.id, "learned", c.version, c.title] for c in map(card, PUBLIC_KEYS)]
    rows += [[name, "learned", "not trained", why] for name, why in UNTRAINED.items()]
    table(("id", "kind", "version", "title"), rows)
    return 0


def _version(version: str, metrics: dict[str, Any]) -> dict[str, Any]:
    return {"version": version, "active": True, "metrics": metrics}


def _metrics(model: ModelCard) -> dict[str, Any]:
    return {"n": model.n, "events": model.events, **card_to_fields(model)["metrics"]}


def _show(args: Namespace) -> int:
    _tell(card(args.model), as_json=args.json)
    return 0


def _train(args: Namespace) -> int:
    if not args.data.is_file():
        raise BadInput(f"{args.data.name} is not there. Give the training file with --data.")
    key = args.signing_key.read_bytes() if args.signing_key else None
    if key is not None and len(key) != _KEY_BYTES:
        raise BadInput(f"The signing key must be {_KEY_BYTES} raw bytes.")
    compute = ComputeProcess()
    try:
        today = datetime.now(UTC).date()
        work = (args.model, args.data, args.out, today, key)
        made, public_key = compute.call(SILENT, _TRAIN, *work)
    finally:
        compute.shutdown()
    _tell(made, as_json=args.json, public_key=public_key)
    return 0


def _tell(model: ModelCard, *, as_json: bool, **more: str) -> None:
    if as_json:
        json_document({**card_to_fields(model), **more})
        return
    say(f"{model.title}, version {model.version}: {model.size}")
    rows = [
        [name, f"{m.value:.3f}", f"{m.low:.3f} to {m.high:.3f}", f"{m.sd:.3f}" if m.sd else ""]
        for name, m in model.metrics.items()
    ]
    say()
    table(("figure", "value", "95 % interval", "sd over folds"), rows)
    for name, text in {**model.sections, **more}.items():
        say()
        say(f"{name.replace('_', ' ').capitalize()}: {text}")
