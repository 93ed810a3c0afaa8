"""What a trial of an import found, sorted by rule; made off the UI thread."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field

from clinicdesk.etl.rules import rulebook
from clinicdesk.services.import_report import FilePreview, ImportReport, Reject


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found in one column of one file. rejects: () where the rows are let in.

    severity: error or warning.  row: the first.
    """

    file: str
    column: str
    rule: str
    severity: str
    message: str = field(repr=False)
    count: int
    row: int
    rejects: Sequence[Reject] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Trial:
    """The report of an import that was taken back, and its findings: errors first, most first."""

    report: ImportReport
    findings: Sequence[Finding]

    @property
    def errors(self) -> int:
        """How many rows would stay out."""
        return len(self.report.rejects)


def trial_of(report: ImportReport) -> Trial:
    """Sort what was found."""
    groups: dict[tuple[str, str, str], list[Reject]] = {}
    for reject in report.rejects:
        groups.setdefault((reject.file, reject.column, reject.rule), []).append(reject)
    errors = [_error(*key, rejects) for key, rejects in groups.items()]
    warnings = [
        Finding(w.file, w.column, w.rule, "warning", _HERE.get(w.rule, w.message), w.count, w.row)
        for w in report.warnings
    ]
    return Trial(report, [*sorted(errors, key=_most), *sorted(warnings, key=_most)])


_HERE = {
    "missing-unit": "The unit is missing: say it on the page “Values”, or name it in the heading.",
    "ambiguous-date": "Day or month first? Nothing tells. Say it on the page “What we see”.",
    "ambiguous-number": "1.240 may be 1.24 or 1240 here. Say it on the page “What we see”.",
    "undated-file": "Nothing in the file says when this was true; today was taken.",
}
"""What the window says instead of rules that speak of options of the shell."""


def _error(file: str, column: str, rule: str, rejects: Sequence[Reject]) -> Finding:
    known = rulebook().rules.get(rule)
    message = _HERE.get(rule) or (known.message if known else rejects[0].message)
    return Finding(file, column, rule, "error", message, len(rejects), rejects[0].row, rejects)


def _most(finding: Finding) -> int:
    return -finding.count


def cells_of(reject: Reject, file: FilePreview | None) -> dict[str, str]:
    """Header -> text of a rejected row; empty where its line cannot be told apart into cells."""
    if file is None or not file.delimiter:
        return {}
    try:
        [cells] = csv.reader([reject.text], delimiter=file.delimiter)
    except (csv.Error, ValueError):
        return {}
    headers = [column.header for column in file.columns]
    return dict(zip(headers, cells, strict=True)) if len(cells) == len(headers) else {}
