"""Importing 100,000 encounters, beside the same rows loaded with pandas and no checking at all.

Every way fills a copy of the same encrypted store, which has the patients already, with the
encounters of one CSV and the blood pressures, glucose and heart rates that stand beside them.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from bench.frame import DATA, Figure, answer, measure
from bench.stores import store_file
from clinicdesk.demo.generator import generate
from clinicdesk.domain.roles import Principal, Role
from clinicdesk.services.access import Access
from clinicdesk.services.imports import Imports
from clinicdesk.storage import schema
from clinicdesk.storage.database import Database, driver_connection
from clinicdesk.storage.tables import UserRow

PATIENTS = 12_000  # whose visits are 100,000
STORE = "hospital"
ROUNDS = 5
KEY = bytes(range(32))  # of invented patients
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")
CHUNK = 20_000
MEASURES = {  # column -> code, unit: what the importer finds out by itself
    "systolic": ("8480-6", "mm[Hg]", "blood_pressure"),
    "diastolic": ("8462-4", "mm[Hg]", "blood_pressure"),
    "glucose_level_mg_dl": ("2345-7", "mg/dL", "glucose_level_mg_dl"),
    "heart_rate": ("8867-4", "/min", "heart_rate"),
}
ENCOUNTER = """INSERT INTO encounter (patient_id, number, source, class, started_at, type_code,
type_text, reason_code, reason_text, severity, length_of_stay, readmitted, original_readmitted,
row, file_id) VALUES (?, ?, 'clinic-csv', ?, ?, '', '', ?, ?, ?, ?, ?, ?, ?, 1)"""
OBSERVATION = """INSERT INTO observation (patient_id, encounter_id, code, effective_at, value, unit,
text, original_code, display, original_value, original_unit, source, ordinal, row,
file_id) VALUES (?, ?, ?, ?, ?, ?, '', ?, '', ?, '', 'clinic-csv', ?, ?, 1)"""


def ours() -> float:
    return _timed(lambda database: _imports(database).run([DATA / "visits.csv"]))


def unchecked() -> float:
    return _timed(_load_unchecked)


def to_sql() -> float:
    """What a user would write: the same tables through `DataFrame.to_sql`."""
    return _timed(_load_by_to_sql)


WAYS = {"ours": ours, "limit": unchecked, "peer": to_sql}


def figures() -> Iterator[Figure]:
    _make_files()
    yield Figure(
        name="import",
        task="100,000 encounters and their 260,000 measurements from one CSV, one transaction",
        unit="s",
        **measure("bench.imports", WAYS, ROUNDS),
        limit_is="pandas and sqlcipher executemany into the same schema, nothing checked",
        peer_is="pandas.DataFrame.to_sql into the same schema, nothing checked",
        goal=1.5,
    )


def _timed(load: Callable[[Database], object]) -> float:
    """Seconds for one load into a fresh copy of the store; the copy is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.db"
        shutil.copy(store_file(STORE), path)
        database = Database(path, KEY)
        start = perf_counter()
        load(database)
        taken = perf_counter() - start
        database.close()
    return taken


def _load_unchecked(database: Database) -> None:
    with database.writing() as session:
        connection = driver_connection(session.connection())
        ids = dict(connection.execute("SELECT mrn, id FROM patient"))
        last = 0
        for frame in _frames(ids):
            connection.executemany(ENCOUNTER, _tuples(frame, _ENCOUNTER_COLUMNS))
            frame["encounter"] = range(last + 1, last + len(frame) + 1)
            last += len(frame)
            for column, (code, unit, header) in MEASURES.items():
                rows = _measured(frame, column, code, unit, header)
                connection.executemany(OBSERVATION, _tuples(rows, rows.columns.tolist()))


def _load_by_to_sql(database: Database) -> None:
    with database.writing() as session:
        connection = session.connection()
        ids = dict(driver_connection(connection).execute("SELECT mrn, id FROM patient").fetchall())
        last = 0
        for frame in _frames(ids):
            encounters = frame[_ENCOUNTER_COLUMNS].rename(columns=_ENCOUNTER_NAMES)
            encounters.assign(source="clinic-csv", type_code="", type_text="").to_sql(
                "encounter", connection, if_exists="append", index=False
            )
            frame["encounter"] = range(last + 1, last + len(frame) + 1)
            last += len(frame)
            for column, (code, unit, header) in MEASURES.items():
                rows = _measured(frame, column, code, unit, header)
                rows.assign(text="", display="", original_unit="", source="clinic-csv").to_sql(
                    "observation", connection, if_exists="append", index=False
                )


_ENCOUNTER_NAMES = {
    "patient": "patient_id",
    "visit_id": "number",
    "class": "class",
    "at": "started_at",
    "diagnosis_code": "reason_code",
    "diagnosis_description": "reason_text",
    "severity_score": "severity",
    "length_of_stay": "length_of_stay",
    "readmitted": "readmitted",
    "readmitted_within_30_days": "original_readmitted",
    "row": "row",
}
_ENCOUNTER_COLUMNS = list(_ENCOUNTER_NAMES)


def _frames(ids: dict[str, int]) -> Iterator[pd.DataFrame]:
    """The visits as the tables want them, believing every cell."""
    texts = {"diagnosis_code": "", "diagnosis_description": "", "readmitted_within_30_days": ""}
    row = 1
    reader = pd.read_csv(DATA / "visits.csv", chunksize=CHUNK, dtype={"blood_pressure": str})
    for chunk in reader:
        frame = chunk.fillna(texts)
        frame["patient"] = frame["patient_id"].map(ids)
        frame["class"] = frame["visit_type"].map({"Outpatient": "AMB", "Inpatient": "IMP"})
        local = pd.to_datetime(frame["visit_date"]).dt.tz_localize(ZONE, ambiguous="NaT")
        frame["at"] = local.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[ms]")
        frame["at"] = frame["at"].astype("int64")
        frame["readmitted"] = frame["readmitted_within_30_days"].isin(["Yes", "True", "1", "yes"])
        pressures = frame["blood_pressure"].str.split("/", expand=True)
        frame["systolic"], frame["diastolic"] = pressures[0], pressures[1]
        frame["row"] = range(row, row + len(frame))
        row += len(frame)
        yield frame


def _measured(frame: pd.DataFrame, column: str, code: str, unit: str, header: str) -> pd.DataFrame:
    rows = frame[frame[column].notna()]
    repeats = rows.groupby(["patient", "at"]).cumcount()
    return pd.DataFrame(
        {
            "patient_id": rows["patient"],
            "encounter_id": rows["encounter"],
            "code": code,
            "effective_at": rows["at"],
            "value": rows[column].astype(float),
            "unit": unit,
            "original_code": header,
            "original_value": rows[column].astype(str),
            "ordinal": repeats,
            "row": rows["row"],
        }
    )


def _tuples(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[Any, ...]]:
    """NaN becomes NULL by itself in SQLite."""
    return zip(*(frame[column].tolist() for column in columns), strict=True)


def _imports(database: Database) -> Imports:
    principal = Principal(user_id=1, login="bench", role=Role.ADMINISTRATOR)
    return Imports(database, Access(principal), ZONE, lambda: NOW)


def _make_files() -> None:
    """Invent the hospital once, without the rows that must be rejected: only we would see them."""
    ready = store_file(STORE)
    if ready.exists():
        return
    making = DATA / "making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    generate(making, patients=PATIENTS, as_of=NOW.astimezone(ZONE))
    lines = (making / "visits.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    good = [line for line in lines if not line.startswith("V-9000000")]
    (DATA / "visits.csv").write_text("".join(good), encoding="utf-8")
    database = Database(making / "patients.db", KEY, create=True)
    with database.writing() as session:
        schema.upgrade(session)
        session.add(_user())
    _imports(database).run([making / "patients.csv"])
    database.close()
    (making / "patients.db").rename(ready)
    shutil.rmtree(making)


def _user() -> UserRow:
    return UserRow(
        user_id="00",
        login="bench",
        display_name="",
        role="administrator",
        status="active",
        public_key="",
        created_at=NOW,
    )


if __name__ == "__main__":
    answer(WAYS)
