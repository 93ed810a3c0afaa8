"""`python3 dev.py bench [NAME...] [--json]`: measure, and print task, ours, limit, peer, ratios."""

import argparse
import json
import sys
from dataclasses import asdict
from importlib import import_module

from bench.frame import Figure

FIGURES = {
    "start": "bench.start",
    "search": "bench.search",
    "import": "bench.imports",
    "import-window": "bench.import_window",
    "gold": "bench.gold",
    "unlock": "bench.unlock",
    "refusal": "bench.refusal",
    "report": "bench.reports",
    "audit": "bench.audit",
    "documents": "bench.documents",
    "backup": "bench.backup",
    "risk-one": "bench.risk_one",
    "risk-all": "bench.risk_all",
}


def main(argv: list[str]) -> int:
    arguments = _parsed(argv)
    for name in arguments.names or FIGURES:
        for figure in import_module(FIGURES[name]).figures():
            print(_as_json(figure) if arguments.json else _as_text(figure), flush=True)
    return 0


def _parsed(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(FIGURES)}")
    parser.add_argument("--json", action="store_true", help="one object a line")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.names) - set(FIGURES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    return arguments


def _as_json(figure: Figure) -> str:
    ratios = {"ratio": figure.ratio, "peer_ratio": figure.peer_ratio, "reached": figure.reached}
    return json.dumps(asdict(figure) | ratios)


def _as_text(figure: Figure) -> str:
    verdict = "reached" if figure.reached else "NOT REACHED"
    lines = (
        ("ours", figure.ours, f"goal {figure.goal} x, {verdict}"),
        ("limit", figure.limit, figure.limit_is),
        ("peer", figure.peer, figure.peer_is),
    )
    return f"{figure.name}: {figure.task}\n" + "".join(
        f"  {who:6}{taken:10.2f} {figure.unit}{taken / figure.limit:8.2f} x  {remark}\n"
        for who, taken, remark in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
