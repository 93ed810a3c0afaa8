"""FHIR R4 bundles and NDJSON give the records that the same patient's CSV gives."""

import csv
import io
import json
import lzma
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from clinicdesk.errors import BadInput
from clinicdesk.etl.readers.fhir import resources
from tests.etl.factories import Desk

Json = dict[str, Any]
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
RXNORM, UCUM = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://unitsofmeasure.org"
PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [
        {"system": "urn:x", "value": "other"},
        {"type": {"coding": [{"code": "MR"}]}, "value": "007"},
    ],
    "name": [
        {"use": "old", "family": "Before"},
        {"use": "official", "family": "Müller", "given": ["Ana", "Lea"], "prefix": ["Dr."]},
    ],
    "gender": "female",
    "birthDate": "1950-02-01",
    "telecom": [{"system": "phone", "value": "555"}],
    "address": [{"line": ["1 Road"], "city": "Bonn", "postalCode": "53111"}],
}
PRESSURE: Json = {
    "resourceType": "Observation",
    "id": "o1",
    "status": "final",
    "code": {"coding": [{"system": LOINC, "code": "85354-9", "display": "Blood pressure"}]},
    "subject": {"reference": "Patient/p1"},
    "effectiveDateTime": "2026-03-01T10:00:00+01:00",
    "component": [
        {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"},
        }
        for code, value in (("8480-6", 120), ("8462-4", 80))
    ],
}


def bundle(*entries: Json) -> str:
    listed = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in entries]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": listed})


def observation(**change: Any) -> Json:
    plain = {key: value for key, value in PRESSURE.items() if key != "component"}
    coded = {"coding": [{"system": LOINC, "code": "2160-0", "display": "Creatinine"}]}
    return {**plain, "code": coded, **change}


def test_a_bundle_becomes_a_patient_with_values(desk: Desk) -> None:
    report = desk.run({"export.json": bundle(PATIENT, PRESSURE)})
    assert not report.rejects
    names = "mrn, family_name, given_name, prefix, birth_date, gender, address, phone"
    assert desk.rows("patient", names) == [
        ("007", "Müller", "Ana Lea", "Dr.", "1950-02-01", "female", "1 Road, Bonn, 53111", "555")
    ]
    assert [row[:3] for row in desk.observations()] == [
        ("8462-4", 80.0, "mm[Hg]"),
        ("8480-6", 120.0, "mm[Hg]"),
    ]
    assert {file.preset for file in report.files} == {"fhir"}
    assert len({file.sha256 for file in report.files}) == 1  # of the bundle itself
    again = desk.run({"export.json": bundle(PATIENT, PRESSURE)})
    assert {(c.inserted, c.updated) for c in again.counts.values()} == {(0, 0)}


def test_ndjson_files_refer_to_each_other(desk: Desk) -> None:
    kinds = {"Patient.ndjson": [PATIENT], "Observation.ndjson": [PRESSURE, observation(
        id="o2", valueQuantity={"value": 1.240, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"}
    )]}  # fmt: skip
    files = {name: "".join(f"{json.dumps(r)}\n" for r in some) for name, some in kinds.items()}
    report = desk.run(files)
    assert not report.rejects
    assert not report.questions  # JSON has a decimal point by definition
    assert len(desk.rows("observation")) == 3


@pytest.mark.parametrize(
    ("resource", "rule", "words"),
    [
        (observation(status=[]), "invalid-record", "status"),
        (observation(status="entered-in-error", valueString="x"), "entered-in-error", ""),
        (observation(status="cancelled", valueString="x"), "entered-in-error", ""),
        (observation(valueQuantity={"value": "much"}), "invalid-record", "valueQuantity"),
        (
            observation(modifierExtension=[{"url": "http://x", "valueBoolean": True}]),
            "unknown-modifier",
            "",
        ),
        (observation(dataAbsentReason={"text": "refused"}), "no-value", ""),
    ],
)
def test_what_is_unsound_or_taken_back_is_told_and_the_others_load(
    desk: Desk, resource: Json, rule: str, words: str
) -> None:
    report = desk.run({"export.json": bundle(PATIENT, PRESSURE, {**resource, "id": "o9"})})
    [reject] = report.rejects
    assert (reject.rule, reject.row) == (rule, 3)
    assert words in reject.message
    assert "much" not in reject.message  # where, never what
    assert len(desk.rows("observation")) == 2


def test_a_comparator_a_word_and_a_truth_are_kept_as_text(desk: Desk) -> None:
    values: list[Json] = [
        {"valueQuantity": {"comparator": ">", "value": 60, "unit": "mg/dL"}},
        {"valueCodeableConcept": {"coding": [{"display": "Positive"}]}},
        {"valueBoolean": True},
    ]
    found = [observation(id=f"o{at}", **value) for at, value in enumerate(values)]
    found = [{**each, "code": {"text": "Local test"}} for each in found]
    desk.run({"export.json": bundle(PATIENT, *found)})
    assert [row[3] for row in desk.observations()] == [">60", "Positive", "true"]


def test_medicines_allergies_and_problems(desk: Desk) -> None:
    whose: Json = {"subject": {"reference": "urn:uuid:p1"}}
    report = desk.run(
        {
            "export.json": bundle(
                PATIENT,
                {"resourceType": "Medication", "id": "m0", "code": {"text": "Ramipril"}},
                {
                    "resourceType": "MedicationRequest",
                    "id": "m1",
                    "status": "active",
                    "intent": "order",
                    "medicationReference": {"reference": "Medication/m0"},
                    "dosageInstruction": [{"text": "5 mg at night"}],
                    "authoredOn": "2026-01-01",
                    **whose,
                },
                {
                    "resourceType": "AllergyIntolerance",
                    "id": "a1",
                    "patient": {"reference": "Patient/p1"},
                    "category": ["food"],
                    "code": {"coding": [{"system": SNOMED, "code": "91935009"}], "text": "Peanut"},
                    "reaction": [
                        {"manifestation": [{"text": "Hives"}], "severity": "mild"},
                        {"manifestation": [{"text": "Shock"}], "severity": "severe"},
                    ],
                },
                {
                    "resourceType": "Condition",
                    "id": "c1",
                    "code": {"coding": [{"system": SNOMED, "code": "38341003"}], "text": "HTN"},
                    "onsetPeriod": {"start": "2020-01-01"},
                    **whose,
                },
                {"resourceType": "Goal", "id": "g1"},
            )
        }
    )
    assert not report.rejects
    assert desk.rows("medication", "display, dosage, authored_on") == [
        ("Ramipril", "5 mg at night", "2026-01-01")
    ]
    assert desk.rows("allergy", "display, category, reaction, severity") == [
        ("Peanut", "food", "Hives; Shock", "severe")
    ]
    assert desk.rows("condition", "code_system, display, onset") == [(SNOMED, "HTN", "2020-01-01")]
    left = {file.name: file.why for file in report.files if not file.table}
    assert set(left) == {"export.json!Goal", "export.json!Medication"}
    assert all("no table" in why for why in left.values())


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"a": 1}', "no FHIR resource"),
        (b'{"resourceType": "Patient"', "line 1: this is not JSON"),
        (b'{"resourceType": "Bundle", "entry": 7}', "damaged FHIR bundle"),
        (b'{"a":' * 30_000, "not JSON"),
        (b'{"resourceType": "Patient", "id": "\xff"}', "not UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_plainly(desk: Desk, raw: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        desk.run({"export.json": raw})


def test_the_synthea_bundles_arrive_whole(desk: Desk, shared_data: Path) -> None:
    paths = sorted((shared_data / "fhir_r4" / "synthea_bundles").glob("*.json.xz"))
    files = {path.name.removesuffix(".xz"): lzma.decompress(path.read_bytes()) for path in paths}
    expected = Counter[str]()
    for raw in files.values():
        for entry in json.loads(raw)["entry"]:
            resource = entry["resource"]
            parts = len(resource.get("component", ())) or 1
            expected[resource["resourceType"]] += parts if "Observation" in str(resource) else 1
    report = desk.run(files)
    tables = {
        "Patient": "patient",
        "Encounter": "encounter",
        "Condition": "condition",
        "MedicationRequest": "medication",
        "AllergyIntolerance": "allergy",
        "Observation": "observation",
    }
    assert {t: report.counts[t].read for t in tables.values()} == {
        table: expected[kind] for kind, table in tables.items()
    }
    assert {reject.rule for reject in report.rejects} <= {"unknown-unit"}


CHART = {  # what a chart shows; keys, files and feeds aside
    "patient": "mrn, family_name, given_name, prefix, birth_date, gender, deceased_on",
    "encounter": "number, class, started_at, ended_at, type_code, type_text, reason_code,"
    " reason_text",
    "condition": "code_system, code, display, onset, abatement",
    # Synthea's CSV gives words a unit ({nominal}); a FHIR string has none
    "observation": "code, effective_at, value, iif(value IS NULL, '', unit), text, original_value,"
    " iif(value IS NULL, '', original_unit), display",
    "medication": "code_system, code, display, authored_on, ended_on, reason",
    "allergy": "code_system, code, display, category, reaction, severity, recorded_on",
}


def test_a_synthea_patient_as_fhir_gives_the_same_chart(
    desk: Desk, shared_data: Path, tmp_path: Path
) -> None:
    archive = next((shared_data / "synthea").glob("*.zip"))
    with zipfile.ZipFile(archive) as packed:
        names = [name for name in packed.namelist() if Path(name).stem in _WRITERS]
        rows = {Path(n).stem: _rows(packed.read(n)) for n in names}
    chosen = rows["allergies"][0]["PATIENT"]
    own = {
        n: [r for r in some if chosen in (r.get("PATIENT"), r.get("Id"))]
        for n, some in rows.items()
    }
    own["encounters"] = [row for row in own["encounters"] if row["PATIENT"] == chosen]
    desk.run({f"{name}.csv": _csv(some) for name, some in own.items() if some})
    from_csv = {table: sorted(map(repr, desk.rows(table, c))) for table, c in CHART.items()}
    other = Desk.beside(desk, tmp_path)
    entries = [_WRITERS[name](row, at) for name, some in own.items() for at, row in enumerate(some)]
    report = other.run({"patient.json": bundle(*entries)})
    assert {reject.rule for reject in report.rejects} <= {"unknown-unit", "implausible-value"}
    from_fhir = {table: sorted(map(repr, other.rows(table, c))) for table, c in CHART.items()}
    assert all(from_csv[table] for table in CHART)
    for table in CHART:
        assert from_fhir[table] == from_csv[table]


def _rows(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def _csv(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _concept(system: str, code: str, text: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": text}]} if code or text else {}


def _filled(**content: Any) -> Json:
    return {name: value for name, value in content.items() if value not in ("", {}, [], None)}


def _whose(row: dict[str, str]) -> Json:
    return {
        "subject": {"reference": f"urn:uuid:{row['PATIENT']}"},
        "encounter": {"reference": f"urn:uuid:{row['ENCOUNTER']}"},
    }


def _patient(row: dict[str, str], _: int) -> Json:
    given = [row["FIRST"], *([row["MIDDLE"]] if row.get("MIDDLE") else [])]
    name = _filled(family=row["LAST"], given=given, prefix=[row["PREFIX"]] if row["PREFIX"] else [])
    return _filled(
        resourceType="Patient",
        id=row["Id"],
        name=[name],
        birthDate=row["BIRTHDATE"],
        deceasedDateTime=row["DEATHDATE"],
        gender={"M": "male", "F": "female"}[row["GENDER"]],
    )


def _encounter(row: dict[str, str], _: int) -> Json:
    classes = {"inpatient": "IMP", "emergency": "EMER", "virtual": "VR", "home": "HH", "snf": "IMP"}
    reason = _concept(SNOMED, row["REASONCODE"], row["REASONDESCRIPTION"])
    return _filled(
        resourceType="Encounter",
        id=row["Id"],
        status="finished",
        **{"class": {"code": classes.get(row["ENCOUNTERCLASS"], "AMB")}},
        type=[_concept(SNOMED, row["CODE"], row["DESCRIPTION"])],
        subject={"reference": f"urn:uuid:{row['PATIENT']}"},
        period=_filled(start=row["START"], end=row["STOP"]),
        reasonCode=[reason] if reason else [],
    )


def _condition(row: dict[str, str], at: int) -> Json:
    return _filled(
        resourceType="Condition",
        id=f"c{at}",
        code=_concept(SNOMED, row["CODE"], row["DESCRIPTION"]),
        onsetDateTime=row["START"],
        abatementDateTime=row["STOP"],
        **_whose(row),
    )


def _measured(row: dict[str, str], at: int) -> Json:
    if row["TYPE"] == "numeric":
        number = json.loads(row["VALUE"])
        unit = row["UNITS"]
        value: Json = {"valueQuantity": _filled(value=number, unit=unit, system=UCUM, code=unit)}
    else:
        value = {"valueString": row["VALUE"]}
    whose = _whose(row)
    return _filled(
        resourceType="Observation",
        id=f"o{at}",
        status="final",
        code=_concept(LOINC, row["CODE"], row["DESCRIPTION"]),
        effectiveDateTime=row["DATE"],
        subject=whose["subject"],
        encounter=whose["encounter"] if row["ENCOUNTER"] else {},
        **value,
    )


def _medicine(row: dict[str, str], at: int) -> Json:
    reason = _concept(SNOMED, row["REASONCODE"], row["REASONDESCRIPTION"])
    return _filled(
        resourceType="MedicationRequest",
        id=f"m{at}",
        status="active",
        intent="order",
        medicationCodeableConcept=_concept(RXNORM, row["CODE"], row["DESCRIPTION"]),
        authoredOn=row["START"],
        dispenseRequest=_filled(validityPeriod=_filled(end=row["STOP"])),
        reasonCode=[reason] if reason else [],
        **_whose(row),
    )


def _allergic(row: dict[str, str], at: int) -> Json:
    systems = {"SNOMED-CT": SNOMED, "RxNorm": RXNORM}
    reactions = [
        _filled(
            manifestation=[{"text": row[f"DESCRIPTION{n}"]}], severity=row[f"SEVERITY{n}"].lower()
        )
        for n in (1, 2)
        if row[f"DESCRIPTION{n}"]
    ]
    return _filled(
        resourceType="AllergyIntolerance",
        id=f"a{at}",
        patient=_whose(row)["subject"],
        encounter=_whose(row)["encounter"],
        category=[row["CATEGORY"]],
        code=_concept(systems.get(row["SYSTEM"], ""), row["CODE"], row["DESCRIPTION"]),
        recordedDate=row["START"],
        reaction=reactions,
    )


_WRITERS = {
    "patients": _patient,
    "encounters": _encounter,
    "conditions": _condition,
    "observations": _measured,
    "medications": _medicine,
    "allergies": _allergic,
}


def test_resources_keep_their_decimals() -> None:
    text = json.dumps(observation(valueQuantity={"value": 1.5})).replace("1.5", "1.50")
    [resource] = resources("x.json", text.encode())
    assert str(resource.content["valueQuantity"]["value"]) == "1.50"


def person(number: str, system: str, given: str, born: str, **more: Any) -> dict[str, Any]:
    kind = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    return {
        "resourceType": "Patient",
        "id": f"{given.lower()}-1",
        "identifier": [{"type": kind, "system": system, "value": number}],
        "name": [{"family": "Ash", "given": [given]}],
        "birthDate": born,
        **more,
    }


def test_one_number_of_two_systems_is_two_people(desk: Desk) -> None:
    """F41: Identifier.system."""
    both = [
        person("42", "urn:oid:1.2.3", "Ann", "1950-02-01", gender="female"),
        person("42", "urn:oid:4.5.6", "Bo", "1981-12-31", gender="male"),
    ]
    report = desk.run({"people.ndjson": "\n".join(map(json.dumps, both))})
    assert not report.rejects
    assert desk.rows("patient", "mrn, mrn_system, given_name") == [
        ("42", "urn:oid:1.2.3", "Ann"),
        ("42", "urn:oid:4.5.6", "Bo"),
    ]


def test_a_death_without_a_day_is_told_and_kept(desk: Desk) -> None:
    """Patient.deceasedBoolean."""
    dead = person("42", "urn:oid:1.2.3", "Ann", "1950-02-01", deceasedBoolean=True)
    report = desk.run({"patient.json": json.dumps(dead)})
    assert [warned.rule for warned in report.warnings] == ["death-without-date"]
    assert desk.rows("patient", "deceased, deceased_on") == [(1, None)]
