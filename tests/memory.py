"""Look for secrets in the memory of another process, before and after it should have forgotten.

The script prints each secret by `show`, masked, so that the secret itself is nowhere but where
the program keeps it; then it calls `forget_when_asked` with what makes it forget.
"""

import subprocess
import sys
from pathlib import Path

PRELUDE = """
import sys
from pathlib import Path

folder = Path(sys.argv[1])

def show(secret):
    print(bytes(byte ^ 0x5A for byte in secret).hex())

def forget_when_asked(forget):
    print("held", flush=True)
    sys.stdin.readline()
    forget()
    print("forgotten", flush=True)
    sys.stdin.readline()
"""


def held_and_left(script: str, folder: Path) -> tuple[list[bool], list[bool]]:
    """Run the script on the folder; say of each secret whether it was there before and after."""
    command = [sys.executable, "-c", PRELUDE + script, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        secrets = []
        while (line := holder.stdout.readline().strip()) != "held":
            assert line, "the script ended early"
            secrets.append(bytes(byte ^ 0x5A for byte in bytes.fromhex(line)))
        before = _memory_of(holder.pid)
        holder.stdin.write("forget\n")
        holder.stdin.flush()
        assert holder.stdout.readline().strip() == "forgotten"
        after = _memory_of(holder.pid)
    return [secret in before for secret in secrets], [secret in after for secret in secrets]


def _memory_of(pid: int) -> bytes:
    """Everything the process can write to."""
    found = []
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(edge, 16) for edge in span.split("-"))
            if "w" in rights:
                memory.seek(start)
                found.append(memory.read(end - start))
    return b"".join(found)
