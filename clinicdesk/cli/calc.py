"""`clinicdesk calc SCORE --csv IN.csv`: a published score on plain rows; needs no store."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import json_line, say, table
from clinicdesk.cli.rows import read_rows
from clinicdesk.models.scores import CALCULATIONS
from clinicdesk.models.scores.protocol import CannotScore, Score

_INPUT, _EXPECTED = "in_", "expected_"


def add(commands: Any) -> None:
    """Register the command."""
    parser = commands.add_parser("calc", help="calculate a published score for each row of a file")
    parser.add_argument(
        "score", choices=sorted(CALCULATIONS), metavar="SCORE", help=", ".join(CALCULATIONS)
    )
    parser.add_argument("--csv", type=Path, required=True, metavar="FILE", help="the rows")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(handler=_calc)


def _calc(args: Namespace) -> int:
    score = CALCULATIONS[args.score]
    rows = read_rows(args.csv).rows
    results = [calculated(score, row) for row in rows]
    if args.json:
        for result in results:
            json_line(result)
    else:
        _show(score, results)
        for line in score.tally([_given(score, row) for row in rows]) if score.tally else ():
            say(line)
    return 0


def calculated(score: Score, row: dict[str, str]) -> dict[str, Any]:
    """The outputs of one row, or why there are none, and the columns that are neither."""
    inputs = {each.name for each in score.inputs}
    passed = {name: text for name, text in row.items() if not _known(score, inputs, name)}
    try:
        return {**passed, **score.calculate(_given(score, row))}
    except CannotScore as error:
        return {**passed, **_refusal(error)}


def _given(score: Score, row: dict[str, str]) -> dict[str, str | None]:
    given = {name.removeprefix(_INPUT): text for name, text in row.items()}
    return {each.name: given.get(each.name) for each in score.inputs}


def _refusal(error: CannotScore) -> dict[str, Any]:
    said = {"error": error.code, "missing": list(error.missing), "message": str(error)}
    return said | ({"bounds": [error.bounds.low, error.bounds.high]} if error.bounds else {})


def _known(score: Score, inputs: set[str], name: str) -> bool:
    plain = name.removeprefix(_INPUT)
    return plain in inputs or name.startswith(_EXPECTED) or name in score.outputs


def _show(score: Score, results: list[dict[str, Any]]) -> None:
    titles = ("row", *score.outputs, "message")
    rows = [
        [str(number), *(_text(result.get(name)) for name in titles[1:])]
        for number, result in enumerate(results, start=1)
    ]
    table(titles, rows)
    say()
    say(f"{score.title}. {score.citation}")


def _text(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
