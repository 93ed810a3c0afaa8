"""Look for secrets in the memory of another process, before and after it should have forgotten.

The script `show`s each secret, masked, so that the secret itself is nowhere but where the program
keeps it; `told` gives it one that the test knows. Each `look` waits until its memory was searched.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.hunting import key_forms

PRELUDE = """
import sys
from pathlib import Path

folder = Path(sys.argv[1])

def masked(secret):
    return bytes(byte ^ 0x5A for byte in secret)

def told(name):
    return masked((folder / name).read_bytes()).decode()

def show(secret):
    print("shown", masked(secret).hex())

def look():
    print("look", flush=True)
    sys.stdin.readline()

def forget_when_asked(forget):
    look()
    forget()
    look()
"""
_BLOCK = 1 << 24  # bytes searched at once
Found = list[bool]  # of each secret, in order: those told first, then those shown


def held_and_left(script: str, folder: Path) -> tuple[Found, Found]:
    """Run the script on the folder; say of each secret whether it was there before and after."""
    held, left = looked(script, folder)
    return held, left


def looked(script: str, folder: Path, told: Mapping[str, str] | None = None) -> list[Found]:
    """Run the script on the folder; say for each look of each secret whether it was there.

    told: what the script may ask for, by name.
    """
    secrets = [_text_forms(text) for text in (told or {}).values()]
    for name, text in (told or {}).items():
        (folder / name).write_bytes(masked(text.encode()))
    command = [sys.executable, "-c", PRELUDE + script, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        looks = []
        for line in holder.stdout:
            word, _, shown = line.strip().partition(" ")
            if word == "shown":
                secrets.append(key_forms(masked(bytes.fromhex(shown))))
            elif word == "look":
                looks.append(_found(holder.pid, secrets))
                holder.stdin.write("on\n")
                holder.stdin.flush()
    assert holder.returncode == 0, "the script failed"
    return looks


def masked(secret: bytes) -> bytes:
    return bytes(byte ^ 0x5A for byte in secret)


def _text_forms(text: str) -> set[bytes]:
    return {text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-32-le")}


def _found(pid: int, secrets: Sequence[set[bytes]]) -> Found:
    left = dict(enumerate(secrets))
    overlap = max((len(form) for forms in secrets for form in forms), default=0)
    for block in _memory_of(pid, overlap):
        for number, forms in list(left.items()):
            if any(form in block for form in forms):
                del left[number]
    return [number not in left for number in range(len(secrets))]


def _memory_of(pid: int, overlap: int) -> Iterator[bytes]:
    """Everything the process can write to, in blocks that overlap."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(edge, 16) for edge in span.split("-"))
            if "w" not in rights:
                continue
            for at in range(start, end, _BLOCK):
                memory.seek(at)
                block = memory.read(min(_BLOCK + overlap, end - at))
                if block.count(0) < len(block):
                    yield block
