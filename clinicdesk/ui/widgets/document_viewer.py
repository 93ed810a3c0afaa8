"""Look at a document page by page; each page is drawn in another process."""

from functools import partial

from PySide6.QtCore import QSize, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from clinicdesk.decoding.wire import Drawing
from clinicdesk.domain.content_type import CONTENT_TYPES, PDF
from clinicdesk.services.document_views import Viewing
from clinicdesk.services.progress import Progress
from clinicdesk.ui.documents_view import size_text, warning_text
from clinicdesk.ui.icons import CommandButton, IconButton, IconLabel
from clinicdesk.ui.plain_words import plain_text
from clinicdesk.ui.tasks import Task, TaskRunner, blink
from clinicdesk.ui.theme import Theme
from clinicdesk.ui.typeface import font
from clinicdesk.ui.widgets.forms import label, toggle
from clinicdesk.ui.widgets.one_line import OneLine
from clinicdesk.ui.widgets.page_view import PageView

ZOOMS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)  # times the width there is
READING_WIDTH = 960  # px; a letter wider than this is no easier to read
_TALL = 20_000  # px: no page is that high at these widths
_PATIENCE = 150  # ms between the last change of size and the drawing for it


class DocumentViewer(QWidget):
    """One document at a time. It closes what it was given."""

    left = Signal()
    save_wanted = Signal(int)  # id of the document

    def __init__(
        self, theme: Theme, runner: TaskRunner, *, saves: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._runner, self._saves = runner, saves
        self._viewing: Viewing | None = None
        self._drawing: Task | None = None
        self.page, self.pages = 0, 1
        self._zoom: float | None = None  # None: the whole page
        self._drawn_for = QSize()
        self._resizing = QTimer(self, singleShot=True, interval=_PATIENCE)

        self._back = CommandButton("back", self.tr("All documents"), theme)
        self._back.setToolTip(self.tr("Back to the documents (Esc)"))
        self._title = OneLine("heading")
        self._earlier = IconButton("earlier", self.tr("Page before (Left)"), theme)
        self._later = IconButton("later", self.tr("Next page (Right)"), theme)
        self._place = label("", "value")
        self._less = IconButton("smaller", self.tr("Smaller (–)"), theme)
        self._more = IconButton("larger", self.tr("Larger (+)"), theme)
        self._whole, self._width = _toggle(self.tr("Whole page")), _toggle(self.tr("Width"))
        self._save = CommandButton("report", self.tr("Save a copy…"), theme)
        self._facts = label("", "muted")
        self._sign = IconLabel("warning", theme, token="warning", size=16)
        self._warning = label("")
        self.view = PageView()
        self._lay_out()
        self._connect()

    def show_viewing(self, viewing: Viewing) -> None:
        """Show the first page of a document."""
        self.clear()
        self._viewing = viewing
        document = viewing.document
        self._title.setText(document.title)
        self._facts.setText(
            f"{CONTENT_TYPES[document.content_type].name}  ·  {size_text(document.size)}"
            f"  ·  SHA-256 {document.sha256}"
        )
        warning = warning_text(document)
        self._warning.setText(warning)
        for widget in (self._sign, self._warning):
            widget.setVisible(bool(warning))
        self._zoom = 1.0 if document.content_type == PDF.media else None
        self.page, self.pages = 0, document.pages or 1
        self._tell()
        self.view.setFocus()
        self._draw()

    @Slot()
    def clear(self) -> None:
        """Show nothing, and let go of the document."""
        viewing, self._viewing = self._viewing, None
        if self._drawing is not None:
            self._drawing.cancel()
        self.view.show_words("")
        self._title.setText("")
        self._facts.setText("")
        if viewing is not None:
            self._runner.start(self, "close document", blink(viewing.close))

    @Slot(int)
    def turn(self, by: int) -> None:
        """Go to a later or an earlier page, if there is one."""
        to = self.page + by
        if 0 <= to < self.pages:
            self.page = to
            self._tell()
            self._draw()
            self.view.to_top()

    @Slot(int)
    def zoom(self, steps: int) -> None:
        """Larger or smaller, from the width that is there."""
        now = self._zoom if self._zoom is not None else self._whole_as_width()
        others = [each for each in ZOOMS if (each > now if steps > 0 else each < now)]
        if others:
            self._use(min(others) if steps > 0 else max(others))

    @Slot()
    def fit_whole(self) -> None:
        self._use(None)

    @Slot()
    def fit_width(self) -> None:
        self._use(1.0)

    @property
    def box(self) -> QSize:
        """The pixels of the screen that the page may take at this zoom."""
        room = self.view.room
        if self._zoom is None:
            size = room
        else:
            size = QSize(int(min(room.width(), READING_WIDTH) * self._zoom), _TALL)
        return size * self.view.devicePixelRatioF()

    def _whole_as_width(self) -> float:
        return self.view.shown.width() / max(min(self.view.width(), READING_WIDTH), 1)

    def _use(self, zoom: float | None) -> None:
        self._zoom = zoom
        self._tell()
        self._draw()

    @Slot()
    def _draw(self) -> None:
        if self._viewing is None:
            return
        if self._drawing is not None:
            self._drawing.cancel()
        if not self.view.shown.width():
            self.view.show_words(self.tr("Opening…"))
        box, viewing = self.box, self._viewing
        work = partial(_drawn, viewing, self.page, (box.width(), box.height()))
        self._drawn_for = box
        task = self._drawing = self._runner.start(self, "draw page", work)
        task.succeeded.connect(partial(self._show, viewing, box))
        task.failed.connect(self._say_why)

    def _show(self, viewing: Viewing, box: QSize, drawing: Drawing) -> None:
        if viewing is self._viewing:
            name = self.tr("Page {} of {}").format(self.page + 1, self.pages)
            enlarged = self._zoom is not None and viewing.document.content_type != PDF.media
            self.view.show_drawing(drawing, box if enlarged else QSize(), name)

    @Slot(Exception)
    def _say_why(self, error: Exception) -> None:
        self.view.show_words(plain_text(error))

    @Slot()
    def _resized(self) -> None:
        if self._viewing is not None and self.box != self._drawn_for:
            self._resizing.start()

    @Slot()
    def _ask_save(self) -> None:
        if self._viewing is not None:
            self.save_wanted.emit(self._viewing.document.id)

    def _tell(self) -> None:
        self._place.setText(f"{self.page + 1} / {self.pages}")
        for widget in (self._earlier, self._place, self._later):
            widget.setVisible(self.pages > 1)
        self._earlier.setEnabled(self.page > 0)
        self._later.setEnabled(self.page < self.pages - 1)
        self._whole.setChecked(self._zoom is None)
        self._width.setChecked(self._zoom == 1.0)
        self._save.setVisible(self._saves)

    def _connect(self) -> None:
        self._back.clicked.connect(self.left)
        self._earlier.clicked.connect(partial(self.turn, -1))
        self._later.clicked.connect(partial(self.turn, 1))
        self._less.clicked.connect(partial(self.zoom, -1))
        self._more.clicked.connect(partial(self.zoom, 1))
        self._whole.clicked.connect(self.fit_whole)
        self._width.clicked.connect(self.fit_width)
        self._save.clicked.connect(self._ask_save)
        self._resizing.timeout.connect(self._draw)
        self.view.turn_wanted.connect(self.turn)
        self.view.zoom_wanted.connect(self.zoom)
        self.view.whole_wanted.connect(self.fit_whole)
        self.view.width_wanted.connect(self.fit_width)
        self.view.close_wanted.connect(self.left)
        self.view.resized.connect(self._resized)

    def _lay_out(self) -> None:
        self._facts.setTextInteractionFlags(
            self._facts.textInteractionFlags().TextSelectableByMouse
        )
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self._back)
        bar.addWidget(self._title, stretch=1)
        for widget in (
            self._earlier,
            self._place,
            self._later,
            self._less,
            self._more,
            self._whole,
            self._width,
            self._save,
        ):
            bar.addWidget(widget)
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self._facts)
        below.addStretch(1)
        below.addWidget(self._sign)
        below.addWidget(self._warning)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addLayout(bar)
        rows.addWidget(self.view, stretch=1)
        rows.addLayout(below)


def _toggle(text: str) -> QPushButton:
    """Wide enough for its text in bold, when it is down."""
    made = toggle(text)
    made.setMinimumWidth(QFontMetrics(font(13, bold=True)).horizontalAdvance(text) + 24)
    return made


def _drawn(viewing: Viewing, page: int, box: tuple[int, int], progress: Progress) -> Drawing:
    return viewing.draw(page, box, progress)
