"""What a real export also has: rows and slips planted on purpose, a few in each file.

Every one of them must reach the reject list, or be recognised as a repetition, and none the record.
`{first}` is the first patient, `{day}` a day on which every patient could have come.
"""

import numpy as np

from clinicdesk.demo.arrays import Texts

PRESSURES = ("84/128", "11647/80")  # slips of the pen at two visits; the visits are sound
VISITS = (
    "V-90000001,DEMO-99999,{day},Outpatient,G43.9,\"Migraine, unspecified\",2,122/78,,71,0,,No",
    "V-90000002,{first},31/02/2026 8h,Outpatient,M54.5,Low back pain,2,118/76,,68,0,,No",
    "V-90000003,{first},{day},Outpatient,Z00.0,General examination,fourteen,124/79,,70,0,,No",
)  # fmt: skip
PRESCRIPTIONS = (
    "RX-9000001,,DEMO-99999,Furosemide 40 mg tablet,Diuretic,40 mg by mouth daily,28,28,{day},2",
    "RX-9000002,,{first},,Statin,20 mg by mouth at night,28,28,{day},5",
)  # fmt: skip
OBSERVATIONS = (
    "{first},{day}T09:10,2823-3,39.0,mmol/L",
    "{first},{day}T09:10,8480-6,11647,mm[Hg]",
    "{first},{day}T09:10,4548-4,see letter,%",
    "{first},{day}T09:10,718-7,13.1,furlong",
    "{first},the day before,8867-4,88,/min",
    "DEMO-99999,{day}T09:10,8867-4,72,/min",
    "{first},{day}T09:10,2345-7,98,",
)


def slip(pressures: Texts) -> None:
    """Write the first pressures of a table wrong."""
    measured = np.flatnonzero(pressures != "")[: len(PRESSURES)]
    pressures[measured] = PRESSURES[: len(measured)]


def rows(lines: tuple[str, ...], first: str, day: str) -> str:
    """The lines as CSV text for an export whose first patient is `first`."""
    return "".join(line.format(first=first, day=day) + "\n" for line in lines)
