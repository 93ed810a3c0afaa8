"""Write the hospital's export: the same seed, size and moment give the same bytes."""

from datetime import datetime
from pathlib import Path

import numpy as np

from clinicdesk.demo import (
    allergies,
    checkups,
    dirt,
    export,
    labs,
    people,
    prescriptions,
    visits,
    ward,
)
from clinicdesk.demo.physiology import usual

PATIENTS = 200
SEED = 20_1707
ENCOUNTERS_EACH = 25 / 3  # 12,000 patients have 100,000
WARFARIN = prescriptions.number_of("Warfarin")
BATCH = 1000  # patients at a time, so that memory stays flat


def generate(
    folder: Path,
    *,
    patients: int = PATIENTS,
    seed: int = SEED,
    as_of: datetime,
    encounters: int | None = None,
) -> list[Path]:
    """Write the five files into `folder` and return their paths, patients first.

    as_of: the moment of the export on the clinic's clock; nothing in the files is later.
    encounters: exactly so many over three years, default 25 for every 3 patients.
    """
    total = round(patients * ENCOUNTERS_EACH) if encounters is None else encounters
    now = np.datetime64(as_of.replace(tzinfo=None), "m")
    writer = _Writer(folder)
    for first in range(1, patients + 1, BATCH):
        last = min(first + BATCH - 1, patients)
        share = total * last // patients - total * (first - 1) // patients
        rng = np.random.default_rng([seed, first])
        writer.batch(
            rng, people.draw(rng, last - first + 1, first, now.astype("M8[D]")), share, now
        )
    writer.soil(now)
    return writer.files


class _Writer:
    """Appends batches to the files and remembers how far the numbers went."""

    def __init__(self, folder: Path) -> None:
        names = (
            export.PATIENTS,
            export.VISITS,
            export.PRESCRIPTIONS,
            export.OBSERVATIONS,
            export.ALLERGIES,
        )
        self.files = [folder / name for name in names]
        for file in self.files:
            file.unlink(missing_ok=True)
        self._visits = self._prescriptions = 1

    def batch(
        self, rng: np.random.Generator, who: people.People, share: int, now: np.datetime64
    ) -> None:
        """Write everything about these people."""
        levels = usual(rng, who)
        came = visits.draw(rng, who, share, now)
        takes = prescriptions.taken(rng, who, levels)
        lines = prescriptions.draw(rng, who, came, takes)
        written = checkups.on_the_line(rng, came, levels)
        if not self.files[0].exists():  # the first batch
            dirt.slip(written.blood_pressure)
        results = [
            *checkups.readings(rng, who, came, levels),
            *ward.readings(rng, who, came, levels, now),
            *labs.readings(rng, who, came, levels, warfarin=takes[:, WARFARIN], as_of=now),
        ]
        visit_ids = export.numbered("V-", self._visits, len(came), 7)
        line_ids = export.numbered("RX-", self._prescriptions, len(lines), 7)
        self._visits += len(came)
        self._prescriptions += len(lines)
        visit_table = {**export.visits(rng, who, came, written), "visit_id": visit_ids}
        line_table = export.prescriptions(lines, came, who.mrn, visit_ids)
        tables = (
            export.patients(rng, who),
            visit_table,
            {**line_table, "prescription_id": line_ids},
            export.observations(who, results),
            export.intolerances(allergies.draw(rng, who), who),
        )
        for file, table in zip(self.files, tables, strict=True):
            export.append(file, table)

    def soil(self, now: np.datetime64) -> None:
        """Add the rows that must be rejected, and one patient twice."""
        day = str(now.astype("M8[D]") - np.timedelta64(1, "D"))
        patients, *others, _ = self.files
        with patients.open("r+", encoding="utf-8", newline="") as file:
            _, first_patient, *_ = file.readlines()
            file.write(first_patient)
        for file_path, lines in zip(
            others, (dirt.VISITS, dirt.PRESCRIPTIONS, dirt.OBSERVATIONS), strict=True
        ):
            with file_path.open("a", encoding="utf-8", newline="") as file:
                file.write(dirt.rows(lines, first_patient.split(",")[0], day))
