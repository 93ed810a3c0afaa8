"""Where the decoding process begins: Pillow and PDFium are loaded there, and nowhere else."""

from importlib import import_module
from multiprocessing.connection import Connection


def begin(pipe: Connection, media: str, size: int) -> None:
    """Serve one document. media, size: what it is, and its bytes."""
    import_module("clinicdesk.decoding.serve").serve(pipe, media, size)
