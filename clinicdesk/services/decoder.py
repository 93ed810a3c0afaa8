"""The other end of the decoding process: asks, hands out parts of the document, and ends it."""

import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from clinicdesk.decoding import wire
from clinicdesk.decoding.active import KNOWN
from clinicdesk.decoding.begin import begin
from clinicdesk.decoding.wire import Drawing, Facts, Malformed, Refusal
from clinicdesk.errors import BadInput, StoreError, UserFacingError
from clinicdesk.services.document_content import Content
from clinicdesk.services.progress import SILENT, Progress

PATIENCE = 120.0  # s for one answer; the system ends it after 20 s of the processor
_LOOK = 0.05  # s between two looks at `cancel`
_WORDS = {
    Refusal.UNREADABLE: "The file is damaged: it cannot be shown. Save or scan it again.",
    Refusal.TOO_LARGE: (
        "The picture has more than 50 million points, or takes too much memory. Save it with a"
        " lower resolution."
    ),
    Refusal.LOCKED: (
        "This PDF needs a password of its own, so it cannot be shown here. Save it without a"
        " password, then attach that."
    ),
    Refusal.NO_PAGE: "The document has no such page.",
}


class NotDrawn(BadInput):
    """The document cannot be drawn, and why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(_WORDS[refusal])
        self.refusal = refusal


class DecodingStopped(UserFacingError):
    """The process was ended: out of memory, out of time, or by what it decoded."""

    def __init__(self) -> None:
        super().__init__(
            "The document could not be shown: it takes too much time or memory, or is made to do"
            " harm. The document itself is unchanged."
        )


class Decoder:
    """Draws one document in a process of its own. Any thread may ask; each waits its turn.

    `close` it: it ends the process, and closes the content.
    """

    def __init__(self, content: Content, media: str, patience: float = PATIENCE) -> None:
        self._content, self._media, self._patience = content, media, patience
        self._turn = threading.Lock()
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=begin, args=(theirs, media, content.size), daemon=True
        )
        self._process.start()
        theirs.close()  # so that its death reads as the end of the pipe
        self._closed = False
        self._owed = False  # the answer to a question that was given up has not come yet

    def facts(self, progress: Progress = SILENT) -> Facts:
        """How many pages, how large the first one is, and what the document would do elsewhere."""
        with _distrust(self):
            return wire.facts_said(self._asked(None, (0, 0), progress), KNOWN)

    def draw(self, page: int, box: tuple[int, int], progress: Progress = SILENT) -> Drawing:
        """Draw a page (from 0) so that it fits into so many pixels."""
        with _distrust(self):
            return wire.drawing_said(self._asked(page, box, progress))

    def close(self) -> None:
        """End the process, whatever it is doing; a waiting question hears `DecodingStopped`."""
        self._closed = True
        self._process.kill()
        self._process.join()
        with self._turn:
            self._pipe.close()
            self._content.close()

    def _asked(self, page: int | None, box: tuple[int, int], progress: Progress) -> bytes:
        with self._turn:
            if self._closed:
                raise DecodingStopped
            try:
                said = self._said(page, box, progress)
            except (EOFError, OSError):
                self.end()
                raise DecodingStopped from None
            except StoreError:  # the document itself is damaged: nothing of it is shown
                self.end()
                raise
        if said[:1] == wire.REFUSED:
            raise NotDrawn(wire.refusal_said(said))
        return said

    def _said(self, page: int | None, box: tuple[int, int], progress: Progress) -> bytes:
        """Ask, and wait for the answer; first for the one to a question that was given up."""
        if self._owed:
            self._answer(progress)
            self._owed = False
        wire.ask(self._pipe, page, *box)
        self._owed = True
        said = self._answer(progress)
        self._owed = False
        return _of_kind(said, wire.FACTS if page is None else wire.PIXELS)

    def _answer(self, progress: Progress) -> bytes:
        """The answer; on the way to it the process is given the parts it asks for."""
        until = time.monotonic() + self._patience
        progress.raise_if_cancelled()  # given up before it was looked at
        while True:
            while not self._pipe.poll(_LOOK):
                progress.raise_if_cancelled()
                if time.monotonic() > until:
                    raise EOFError
            said = wire.said_by(self._pipe)
            if said[:1] != wire.READ:
                return said
            self._pipe.send_bytes(self._content.read_at(*wire.part_wanted(said)))
            if time.monotonic() > until:
                raise EOFError

    def end(self) -> None:
        """End the process; nothing is drawn any more."""
        self._closed = True
        self._process.kill()
        self._process.join()


class Decoders:
    """Every decoder of an unlocked store, so that none outlives it."""

    def __init__(self) -> None:
        self._all: weakref.WeakSet[Decoder] = weakref.WeakSet()
        self._closed = False

    def start(self, content: Content, media: str) -> Decoder:
        if self._closed:
            content.close()
            raise DecodingStopped
        decoder = Decoder(content, media)
        self._all.add(decoder)
        return decoder

    def shutdown(self) -> None:
        """End them all: the store is locked."""
        self._closed = True
        for decoder in list(self._all):
            decoder.close()


@contextmanager
def _distrust(decoder: Decoder) -> Iterator[None]:
    """End a process that says what it never would by itself."""
    try:
        yield
    except Malformed:
        decoder.end()
        raise DecodingStopped from None


def _of_kind(said: bytes, kind: bytes) -> bytes:
    if said[:1] not in (kind, wire.REFUSED):
        raise EOFError  # it never says anything else by itself
    return said
