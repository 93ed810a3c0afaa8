"""One style sheet, written from the tokens of a palette."""

from string import Template

from clinicdesk.resources import resource
from clinicdesk.ui.palette import Palette

ROW = 28  # px: height of a table row

_SHEET = Template("""
* { font-family: "Noto Sans"; font-size: 13px; }
QWidget { color: $ink; }
QWidget#canvas, QMainWindow, QDialog { background: $canvas; }
QToolTip { background: $ink; color: $surface; border: 0; padding: 4px 8px; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollArea:focus { border: 2px solid $focus; border-radius: 6px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 20px; font-weight: bold; }
QLabel[role="heading"] { font-size: 13px; font-weight: bold; }
QLabel[role="label"], QLabel[role="muted"] { font-size: 12px; color: $muted; }
QLabel[role="number"] { font-size: 20px; font-weight: bold; }
QLabel[role="value"] { font-size: 15px; font-weight: bold; }
QLabel[role="huge"] { font-size: 34px; font-weight: bold; }
QLabel[struck="true"] { text-decoration: line-through; color: $muted; }
QLabel[grey="true"] { color: $muted; }
QLabel[role="error"] { color: $critical; font-weight: bold; background: $critical_soft;
  border-left: 4px solid $critical; padding: 6px 10px; }
QLabel[role="wordmark"] { font-size: 24px; font-weight: bold; color: $accent; }
QLabel[role="key"] { font-size: 20px; font-weight: bold; letter-spacing: 1px; }

QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: 6px; }
QFrame[card="true"]:focus { border: 2px solid $focus; }
QFrame[rule="true"] { background: $line; border: 0; max-height: 1px; min-height: 1px; }
QFrame#rail { background: $surface; border: 0; border-right: 1px solid $line; }
QFrame#status { background: $surface; border: 0; border-top: 1px solid $line; }
QFrame#status QLabel { font-size: 12px; color: $muted; }
QLabel#demo { background: $demo; color: $demo_ink; font-weight: bold; font-size: 12px;
  padding: 2px; }

QFrame#emergency { background: $emergency; border: 0; }
QFrame#emergency QLabel { color: $emergency_ink; font-weight: bold; }

QPushButton { background: $surface; color: $ink; border: 1px solid $edge; border-radius: 4px;
  min-height: 26px; padding: 0 14px; }
QPushButton:hover { background: $accent_soft; }
QPushButton:pressed { background: $line; }
QPushButton:disabled { color: $muted; border-color: $line; background: $sunken; }
QPushButton:focus { border: 2px solid $focus; padding: 0 13px; min-height: 24px; }
QPushButton[kind="primary"] { background: $accent; color: $accent_ink; border-color: $accent;
  font-weight: bold; }
QPushButton[kind="primary"]:hover { background: $focus; }
QPushButton[kind="primary"]:disabled { background: $line; color: $muted; border-color: $line; }
QPushButton[kind="primary"]:focus { border: 2px solid $ink; }
QPushButton[kind="link"] { background: transparent; border: 0; color: $accent; padding: 0 4px;
  text-align: left; text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $focus; padding: 0 2px; }
QPushButton[kind="tile"] { background: transparent; border: 0; padding: 0; text-align: left;
  font-size: 24px; font-weight: bold; }
QPushButton[kind="tile"]:hover { color: $accent; }
QPushButton[kind="tile"]:disabled { color: $muted; }
QPushButton[kind="tile"]:focus { border: 2px solid $focus; }
QPushButton[kind="choice"] { text-align: left; padding: 12px 16px; min-height: 32px; }
QPushButton[kind="range"] { min-height: 24px; padding: 0 10px; border-color: $line; }
QPushButton[kind="range"]:checked { background: $accent; color: $accent_ink; border-color: $accent;
  font-weight: bold; }
QPushButton[kind="range"]:focus { border: 2px solid $focus; min-height: 22px; padding: 0 9px; }
QPushButton[kind="range"]:checked:focus { border-color: $ink; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 4px;
  min-height: 24px; min-width: 24px; padding: 2px; color: $ink; }
QToolButton:hover { background: $accent_soft; }
QToolButton:focus { border-color: $focus; }
QToolButton[place="true"] { font-size: 12px; min-width: 66px; padding: 5px 0; border-radius: 6px;
  color: $muted; }
QToolButton[place="true"]:checked { background: $accent_soft; color: $ink; font-weight: bold; }

QLineEdit, QComboBox, QPlainTextEdit { background: $surface; color: $ink; border: 1px solid $edge;
  border-radius: 4px; min-height: 26px; padding: 0 8px; selection-background-color: $accent;
  selection-color: $accent_ink; placeholder-text-color: $muted; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid $focus; padding: 0 7px;
  min-height: 24px; }
QLineEdit:disabled, QComboBox:disabled { background: $sunken; color: $muted; border-color: $line; }
QLineEdit[wrong="true"] { border: 2px solid $critical; padding: 0 7px; min-height: 24px; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url($chevron); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $surface; color: $ink; border: 1px solid $edge;
  selection-background-color: $accent_soft; selection-color: $ink; outline: 0; }
QCheckBox, QRadioButton { spacing: 8px; }
QRadioButton { padding: 2px 6px 2px 2px; border: 2px solid transparent; border-radius: 4px; }
QRadioButton:focus { border-color: $focus; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $edge; border-radius: 7px;
  background: $surface; }
QRadioButton::indicator:checked { border: 4px solid $accent; width: 6px; height: 6px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $edge; border-radius: 3px;
  background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QCheckBox::indicator:focus { border: 2px solid $focus; width: 14px; height: 14px; }
QCheckBox::indicator:disabled { background: $sunken; border-color: $muted; }
QCheckBox::indicator:checked:disabled { background: $muted; }

QAbstractItemView { background: $surface; alternate-background-color: $sunken; color: $ink;
  border: 1px solid $line; border-radius: 6px; outline: 0; gridline-color: $line;
  selection-background-color: $accent_soft; selection-color: $ink; }
QAbstractItemView { padding: 1px; }
QAbstractItemView:focus { border: 2px solid $focus; padding: 0; }
QAbstractItemView[plain="true"], QTextBrowser { border: 0; border-radius: 0; padding: 2px;
  background: $surface; }
QAbstractItemView[plain="true"]:focus, QTextBrowser:focus { border: 2px solid $focus; padding: 0; }
QTableView::item { padding: 0 8px; border: 0; }
QTableView::item:selected { background: $accent_soft; color: $ink; }
QHeaderView { background: $sunken; border: 0; }
QHeaderView::section { background: $sunken; color: $muted; font-size: 12px; font-weight: bold;
  border: 0; border-bottom: 1px solid $line; padding: 4px 11px; }
QTableCornerButton::section { background: $sunken; border: 0; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: $muted; padding: 6px 14px; margin-right: 4px;
  border: 0; border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: $ink; font-weight: bold; border-bottom: 3px solid $accent; }
QTabBar::tab:hover { color: $ink; }
QTabBar:focus { border: 2px solid $focus; border-radius: 4px; }

QProgressBar { background: $sunken; border: 1px solid $line; border-radius: 4px; min-height: 8px;
  max-height: 8px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QSplitter::handle { background: transparent; image: none; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QFrame#notice { border-radius: 6px; border: 1px solid $edge; background: $surface; }
QFrame#notice[notice="done"] { background: $good_soft; border-color: $good; }
QFrame#notice[notice="warning"] { background: $warning_soft; border-color: $warning; }
QFrame#notice[notice="error"] { background: $critical_soft; border-color: $critical; }
QLabel[tone="done"] { color: $good; font-weight: bold; }
QLabel[tone="warning"] { color: $warning; font-weight: bold; }
QLabel[tone="error"] { color: $critical; font-weight: bold; }
QLabel[role="name"] { font-size: 20px; font-weight: bold; }
QFrame#drop { background: $surface; border: 2px dashed $edge; border-radius: 8px; }
QFrame#drop[hover="true"] { background: $accent_soft; border-color: $accent; }
""")


def style_sheet(palette: Palette) -> str:
    chevron = resource("look", "chevron.svg").as_posix()  # its grey shows on both grounds
    check = resource("look", f"check-{palette.name}.svg").as_posix()  # accent_ink on accent
    return _SHEET.substitute(palette._asdict(), chevron=chevron, check=check)
