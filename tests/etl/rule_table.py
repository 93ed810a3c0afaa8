"""`python -m tests.etl.rule_table` writes docs/rules.md from the rules that ship."""

from collections import Counter
from pathlib import Path

from clinicdesk.etl.rules import Severity, rulebook

DOCUMENT = Path(__file__).parents[2] / "docs" / "rules.md"


def table() -> str:
    """Every rule with what it says and who says so."""
    rules = sorted(rulebook().rules.values(), key=lambda rule: (rule.severity, rule.id))
    counts = Counter(rule.severity for rule in rules)
    lines = [
        "# What an import checks",
        "",
        f"{len(rules)} rules, as data in `resources/rules`:",
        f"{counts[Severity.ERROR]} keep a record out, {counts[Severity.WARNING]} let it in and"
        " say so.",
        "Made by `python -m tests.etl.rule_table`.",
        "All are asked in one pass. Categories are those of Kahn et al., eGEMs 2016;4:1244.",
        "",
        "| rule | | category | says | source |",
        "|---|---|---|---|---|",
        *(f"| {r.id} | {r.severity} | {r.category} | {r.message} | {r.source} |" for r in rules),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(table(), encoding="utf-8")
