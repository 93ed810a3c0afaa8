"""HL7 v2 messages (ORU^R01, ADT) as rows of the preset `hl7`: our field names, one record a row."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from clinicdesk.domain.identity import Details, Number
from clinicdesk.etl.linkage.comparing import compare, contradicts
from clinicdesk.etl.linkage.weights import shipped_weights
from clinicdesk.etl.readers.hl7 import Message, Segment
from clinicdesk.etl.rules import OTHER_PERSON

Row = dict[str, str]
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(?:\.(\d{1,4}))?)?)?([+-]\d{4})?")
_TEST = {"T": "training", "D": "debugging"}
_SYSTEMS = {
    "LN": "http://loinc.org",
    "I10": "http://hl7.org/fhir/sid/icd-10",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm",
    "ICD10": "http://hl7.org/fhir/sid/icd-10",
    "I9": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9C": "http://hl7.org/fhir/sid/icd-9-cm",
    "ICD9": "http://hl7.org/fhir/sid/icd-9-cm",
    "SCT": "http://snomed.info/sct",
    "RXN": "http://www.nlm.nih.gov/research/umls/rxnorm",
}
_DEVICE_UNITS = {  # ISO/IEEE 11073 (MDC) -> UCUM
    "264864": "/min",
    "264928": "/min",
    "262688": "%",
    "266016": "mm[Hg]",
    "268192": "Cel",
    "268160": "[degF]",
    "263875": "kg",
    "263441": "cm",
}
_NUMERIC = ("NM", "SN")
_NOTHING = {"D": "deleted", "W": "wrong patient", "X": "could not be obtained"}
_PATIENT = (
    "problem", "test", "mrn", "mrn_system", "family_name", "given_name", "prefix", "birth_date",
    "deceased_on", "deceased", "gender", "address", "city", "state", "postal_code", "phone",
)  # fmt: skip
_OBSERVATION = (
    "problem", "patient", "patient_system", "encounter", "effective_at", "code", "display",
    "value", "unit", "type", "status",
)  # fmt: skip


def rows_of_messages(messages: Sequence[Message]) -> dict[str, list[Row]]:
    """The rows of a file by table. A later message of a patient or visit adds to the earlier."""
    patients: dict[str, Row] = {}
    visits: dict[str, Row] = {}
    tables: dict[str, list[Row]] = {}
    for message in messages:
        person = _patient(message)
        problem = _added_person(patients, person)
        whose = {"patient": person["mrn"], "patient_system": person["mrn_system"]}
        visit = {**_visit(message), **whose}
        if visit["number"] and visit["started_at"]:
            _added(visits, _visit_key(visit), _troubled(visit, problem))
        elif visit["number"]:  # when it began is not said (PV1-44), and nobody may guess
            tables.setdefault("other", []).append({"segment": "PV1", "message": message.kind})
        known = visit["number"] if _visit_key(visit) in visits else ""
        for name, row in _beside(message, whose, known):
            tables.setdefault(name, []).append(_troubled(row, problem))
    tables["OBX"] = _corrected(tables.get("OBX", []))
    found = {"PID": list(patients.values()), "PV1": list(visits.values()), **tables}
    return {name: rows for name, rows in found.items() if rows}


def _added_person(patients: dict[str, Row], person: Row) -> str:
    """Add what the message says of its patient; the problem of one who is somebody else."""
    number = Number(person["mrn_system"], person["mrn"])
    key = number.key if number.value else f"message {len(patients)}"
    before = patients.get(key)
    if before and contradicts(compare(_details(person), _details(before), shipped_weights())):
        patients[f"{key} {len(patients)}"] = _troubled(person, OTHER_PERSON.id)
        return OTHER_PERSON.id
    _added(patients, key, person)
    return ""


def _details(person: Row) -> Details:
    gender = {"M": "male", "F": "female"}.get(person["gender"], "unknown")
    return Details(
        person["family_name"],
        person["given_name"],
        _day(person["birth_date"]),
        gender=gender,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _troubled(row: Row, problem: str) -> Row:
    """The row with its problem, where its table has room for one."""
    return {**row, "problem": row["problem"] or problem} if "problem" in row else row


def _visit_key(visit: Row) -> str:
    return "|".join((visit["number"], visit["patient_system"], visit["patient"]))


def _beside(message: Message, whose: Row, visit: str) -> Iterator[tuple[str, Row]]:
    """What a message says beside whose it is and when."""
    order = message.first("OBR")
    for segment in message.segments:
        if segment.name == "OBR":
            order = segment
        elif segment.name == "OBX":
            yield "OBX", _observation(message, segment, order, {**whose, "encounter": visit})
        elif segment.name == "DG1":
            yield "DG1", _diagnosis(segment, {**whose, "encounter": visit})
        elif segment.name == "AL1":
            yield "AL1", _allergy(segment, whose)
        elif segment.name.startswith("Z") or segment.name in _UNREAD:
            yield "other", {"segment": segment.name, "message": message.kind}


_CANCELLED = {"ADT^A11", "ADT^A27", "ADT^A38"}  # admission, planned admission, pre-admission
_UNREAD = {
    "MRG",
    "RXA",
    "RXE",
    "RXO",
    "RXD",
    "PR1",
    "SPM",
    "NTE",
    "TXA",
    "FT1",
    "SCH",
    "IN1",
    "NK1",
}


def _added(known: dict[str, Row], key: str, row: Row) -> None:
    """Add what the row says to what was said before; silence takes nothing away."""
    before = known.setdefault(key, row)
    before.update({name: text for name, text in row.items() if text})


def _patient(message: Message) -> Row:
    pid = message.first("PID")
    name, address = pid.repetitions(5)[0] + [""] * 5, pid.repetitions(11)[0] + [""] * 5
    row = {
        "test": _TEST.get(message.segments[0].component(11), ""),
        **_record_number(pid),
        "family_name": name[0].partition("&")[0],
        "given_name": " ".join(filter(None, name[1:3])),
        "prefix": name[4],
        "birth_date": time_of(pid.component(7))[:10],
        "deceased_on": time_of(pid.component(29))[:10],
        "deceased": "yes" if pid.component(30) == "Y" else "",
        "gender": pid.component(8),
        "address": " ".join(filter(None, address[:2])),
        "city": address[2],
        "state": address[3],
        "postal_code": address[4],
        "phone": pid.component(13),
    }
    return {column: row.get(column, "") for column in _PATIENT}


def _record_number(pid: Segment) -> Row:
    """PID-3: the medical record number, else the first identifier; never a national number."""
    identifiers = [[*one, *[""] * 5] for one in pid.repetitions(3)]
    numbers = [one for one in identifiers if one[4] in ("MR", "MRN")]
    others = [one for one in identifiers if one[4] not in ("SS", "NI")]
    chosen = [*numbers, *others, [""] * 5][0]
    return {"mrn": chosen[0], "mrn_system": chosen[3].partition("&")[0]}


def _visit(message: Message) -> Row:
    pv1 = message.first("PV1")
    return {
        "problem": "entered-in-error (cancelled)" if message.kind in _CANCELLED else "",
        "number": pv1.component(19),
        "started_at": time_of(pv1.component(44)),
        "ended_at": time_of(pv1.component(45)),
        "class": pv1.component(2),
    }


def _observation(message: Message, obx: Segment, order: Segment, whose: Row) -> Row:
    _, code, display = _coded(obx, 3)
    status = obx.component(11)
    row = {
        "problem": f"entered-in-error ({_NOTHING[status]})" if status in _NOTHING else "",
        **whose,
        "effective_at": time_of(
            obx.component(14) or order.component(7) or message.segments[0].component(7)
        ),
        "code": code,
        "display": display,
        "value": _value(obx),
        "unit": _unit(obx),
        "type": "numeric" if obx.component(2) in _NUMERIC else "text",
        "status": status,
    }
    return {column: row[column] for column in _OBSERVATION}


def _value(obx: Segment) -> str:
    """OBX-5 as text: a structured number as it is said, a coded word by its words."""
    kind, repetitions = obx.component(2), obx.repetitions(5)
    if kind == "SN":
        return "".join(repetitions[0]).replace("=", "")
    if kind in ("CE", "CWE", "CNE"):
        words = [one[1] if len(one) > 1 and one[1] else one[0] for one in repetitions]
        return "; ".join(filter(None, words))
    if kind in ("DT", "TS", "DTM"):
        return time_of(repetitions[0][0])
    return "; ".join(" ".join(filter(None, one)) for one in repetitions).strip()


def _unit(obx: Segment) -> str:
    unit, words = obx.component(6), obx.component(6, 2)
    return _DEVICE_UNITS.get(unit, unit) or words


def _corrected(rows: Sequence[Row]) -> list[Row]:
    """The values in their order; one that a later message corrects (C) is taken back."""
    last: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(rows):
        key = (row["patient_system"], row["patient"], row["effective_at"], row["code"])
        if row["status"] == "C" and key in last:
            rows[last[key]]["problem"] = "entered-in-error (corrected by a later message)"
        last[key] = at
    return list(rows)


def _diagnosis(dg1: Segment, whose: Row) -> Row:
    system, code, display = _coded(dg1, 3)
    return {
        "problem": "",
        **whose,
        "onset": time_of(dg1.component(5)),
        "code_system": system,
        "code": code,
        "display": display or dg1.component(4),
    }


def _allergy(al1: Segment, whose: Row) -> Row:
    system, code, display = _coded(al1, 3)
    return {
        "problem": "",
        **whose,
        "recorded_on": time_of(al1.component(6)),
        "code_system": system,
        "code": code if display else "",
        "display": display or code,
        "category": al1.component(2, 2) or al1.component(2),
        "reaction": "; ".join(filter(None, (one[0] for one in al1.repetitions(5)))),
        "severity": al1.component(4),
    }


def _coded(segment: Segment, number: int) -> tuple[str, str, str]:
    """System, code and words of a coded field: LOINC where either coding is, else the first."""
    parts = (segment.repetitions(number)[0] + [""] * 6)[:6]
    if parts[5] == "LN" and parts[2] != "LN":
        parts = parts[3:]
    return _SYSTEMS.get(parts[2], ""), parts[0] or parts[1], parts[1]


def time_of(text: str) -> str:
    """20261120143000+0100 as ISO 8601; what is no such time comes back as it is."""
    match = _TIME.fullmatch(text.strip())
    if not match:
        return text.strip()
    year, month, day, hour, minute, second, _, zone = match.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    offset = f"{zone[:3]}:{zone[3:]}" if zone else ""
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{offset}"
