"""Copy what is secret: marked as such for clipboard histories, and gone after half a minute."""

from PySide6.QtCore import QMimeData, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

STAYS = 30_000  # ms
# what the clipboard managers of KDE, Windows and macOS look for before they keep a history
HINTS = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"\1",
    'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"': b"\0\0\0\0",
    "application/x-nspasteboard-concealed-type": b"",
}


class SecretClipboard(QObject):
    """Clears what it copied: after 30 s, when told to and at the end, but only while it is ours."""

    def __init__(self, parent: QObject | None = None, *, stays: int = STAYS) -> None:
        super().__init__(parent)
        self._copied = ""
        self._timer = QTimer(self, interval=stays, singleShot=True)
        self._timer.timeout.connect(self.clear)

    def copy(self, text: str) -> None:
        """Put a secret on the clipboard."""
        contents = QMimeData()
        contents.setText(text)
        for kind, value in HINTS.items():
            contents.setData(kind, value)
        QApplication.clipboard().setMimeData(contents)
        self._copied = text
        self._timer.start()

    @Slot()
    def clear(self) -> None:
        """Take the secret off the clipboard, unless somebody copied something else since."""
        clipboard = QApplication.clipboard()
        if self._copied and clipboard.text() == self._copied:
            clipboard.clear()
        self._copied = ""
        self._timer.stop()
