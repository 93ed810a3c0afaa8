"""What people must write down when they do something out of the ordinary."""

from clinicdesk.errors import BadInput

_LONGEST = 1000  # characters


def said(text: str, what: str, shortest: int = 1) -> str:
    """The text without idle space; raise `BadInput` where it says too little to be of use."""
    text = " ".join(text.split())
    if len(text) < shortest or not text:
        least = f" of at least {shortest} characters" if shortest > 1 else ""
        raise BadInput(f"Write {what}{least}.")
    if len(text) > _LONGEST:
        raise BadInput(f"That is too long: {what} has {_LONGEST} characters at most.")
    return text
