"""What an import would change, as text: counts by column, and the first cells old beside new."""

from clinicdesk.cli.output import say, table
from clinicdesk.domain.comparison import Comparison

_MOST = 20  # cells
_COUNTS = ("new", "changed", "unchanged", "kept", "erased")


def show_comparison(found: Comparison) -> None:
    """Print what a dry run would change."""
    say()
    heads = ("Table", "Column", "New", "Changed", "Unchanged", "Blank, kept", "Erased")
    rows = [
        (kind.value, column, *(f"{getattr(counts, name):,}" for name in _COUNTS))
        for (kind, column), counts in found.counts.items()
    ]
    table(heads, rows)
    if not found.cells:
        return
    say()
    say("It would change:")
    table(
        ("File", "Row", "Column", "Was", "Is now"),
        [(c.file, str(c.row), c.column, c.before, c.after) for c in found.cells[:_MOST]],
    )
    more = len(found.cells) + found.more - _MOST
    if more > 0:
        say(f"and {more:,} more cells")
