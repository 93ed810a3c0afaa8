"""Paint a window that nobody looks at: what a build checks of Qt and its plugins."""

from PySide6.QtGui import QFontInfo, QImage

from clinicdesk.services.selftest import Unsound
from clinicdesk.ui.application import application_for, unlock
from clinicdesk.ui.pages.unlock import UnlockPage
from clinicdesk.ui.palette import LIGHT
from clinicdesk.ui.tasks import TaskRunner
from clinicdesk.ui.theme import Theme

SIZE = (480, 480)  # px
LEAST_COLOURS = 20  # a page without letters has a handful


def paint_unlock_page() -> str:
    """Paint the first page; say where and in which typeface. Raise `Unsound` for a blank one."""
    application = application_for()
    theme = Theme(application, LIGHT)
    runner = TaskRunner()
    page = UnlockPage(unlock, runner)
    page.resize(*SIZE)
    picture = page.grab().toImage()
    family = QFontInfo(page.font()).family()
    runner.shutdown()
    page.deleteLater()
    theme.deleteLater()
    if _colours(picture) < LEAST_COLOURS:
        raise Unsound("the page is blank")
    return f"painted {application.platformName()}, in {family}"


def _colours(picture: QImage) -> int:
    across, down = range(picture.width()), range(picture.height())
    return len({picture.pixel(x, y) for y in down for x in across})
