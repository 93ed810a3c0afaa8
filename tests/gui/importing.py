"""Leading the import wizard through its pages, as a person who agrees with everything does."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from clinicdesk.ui.wizards.import_wizard import CHECK, COMPARE, RESULT, RUN, SEEN, ImportWizard
from tests.gui.conftest import WAIT


def lead(qtbot: QtBot, wizard: ImportWizard, to: int, *files: Path) -> None:
    """Go on to a page; with files, from the beginning."""
    if files:
        wizard.preview(list(files))
        arrive(qtbot, wizard, SEEN)
    while wizard.step < to:
        again = wizard.step == CHECK and not wizard.journey.is_tried
        step = CHECK if again else wizard.step + 1
        if wizard.step == COMPARE:
            wizard.compare.changed_cells.scrollToBottom()
        wizard.go_on()
        assert wizard.step == step, wizard._remark.text()
        arrive(qtbot, wizard, RESULT if step == RUN else step)


def arrive(qtbot: QtBot, wizard: ImportWizard, step: int) -> None:
    """Wait until a page is there."""
    qtbot.waitUntil(lambda: wizard.step == step and not wizard.running.isVisible(), timeout=WAIT)
