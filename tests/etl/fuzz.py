"""Files of every kind, damaged at random: read, told or refused, and nothing else.

`python -m tests.etl.fuzz [COUNT]` does it COUNT times for each kind; the tests do a share.
"""

import io
import json
import random
import sys
from collections.abc import Iterator, Mapping

from clinicdesk.errors import BadInput
from clinicdesk.etl.files import recognise
from clinicdesk.etl.plan import Plan
from clinicdesk.etl.readers.csv import chunks, survey
from clinicdesk.etl.readers.structured import tables_in
from clinicdesk.etl.sources import Source
from clinicdesk.etl.suggested import suggestions_of
from tests.etl.test_excel import workbook
from tests.etl.test_fhir import PATIENT, PRESSURE, bundle
from tests.etl.test_hl7 import message, obx

_TABLE = [["patient_id", "gender", "bmi"], ["P1", "F", 24.5], ["P2", 'M "x"', "1.240"]]
SAMPLES: Mapping[str, bytes] = {
    "p.csv": 'patient_id;gender;bmi;name\nP1;F;24,5;"Müller; A"\nP2;M;1.240;x\n'.encode(),
    "p16.csv": "patient_id,gender\nP1,F\nP2,M\n".encode("utf-16"),
    "p.xlsx": workbook(T=_TABLE),
    "p.json": bundle(PATIENT, PRESSURE).encode(),
    "p.ndjson": f"{json.dumps(PATIENT)}\n{json.dumps(PRESSURE)}\n".encode(),
    "p.hl7": message(obx("0.9"), obx(">^600", kind="SN")),
}
_PIECES = (
    b'"',
    b"'",
    b",",
    b";",
    b"\n",
    b"\r",
    b"\0",
    b"|",
    b"^",
    b"{",
    b"}",
    b"[",
    b"\\",
    b"\xff",
)


def damaged(raw: bytes, rng: random.Random) -> bytes:
    """The bytes after one to six accidents."""
    out = bytearray(raw)
    for _ in range(rng.randint(1, 6)):
        at, end = sorted(rng.randrange(len(out) + 1) for _ in range(2))
        match rng.randrange(4):
            case 0:
                del out[at : min(end, at + 40)]
            case 1:
                out[at:at] = rng.choice(_PIECES) * rng.choice((1, 1, 2, 50))
            case 2:
                out[at:at] = out[at : min(end, at + 60)]
            case _ if out:
                out[at % len(out)] = rng.randrange(256)
    return bytes(out)


def read(name: str, raw: bytes) -> int:
    """Read a file as an import does, up to its rows; returns how many records it has."""
    source = Source(name, len(raw), lambda: io.BytesIO(raw))
    count = 0
    for file in recognise(tables_in([source]), Plan()):
        survey(file.source, file.dialect.encoding, lambda: None)
        assert len(suggestions_of(file)) == len(file.dialect.header)
        for chunk in chunks(file.source, file.dialect):
            count += chunk.records
            for at in range(len(file.dialect.header)):
                assert len(chunk.column(at)) == len(chunk)
    return count


def outcomes(name: str, count: int, seed: int) -> Iterator[str]:
    """What became of each damaged file."""
    rng = random.Random(seed)
    for _ in range(count):
        try:
            yield "read" if read(name, damaged(SAMPLES[name], rng)) else "empty"
        except BadInput:
            yield "refused"


if __name__ == "__main__":
    for sample in SAMPLES:
        found = list(outcomes(sample, int((sys.argv[1:] or ["20000"])[0]), 7))
        counts = {outcome: found.count(outcome) for outcome in sorted(set(found))}
        print(sample, len(found), counts, flush=True)  # noqa: T201 - it talks to a terminal
