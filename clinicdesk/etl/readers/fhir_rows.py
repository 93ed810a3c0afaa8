"""FHIR resources as rows of the preset `fhir`: our field names, one record a row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from clinicdesk.domain.identity import OWN, Number
from clinicdesk.etl.readers.fhir import Json, Resource

Row = dict[str, str]
LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
_RECORD_NUMBER = "MR"


class References:
    """Who is meant by a reference: numbers of patients, names of medications."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._by_url = {url: resource for resource in resources for url in resource.urls}

    def patient(self, reference: Any) -> Row:
        """The record number and its system; the bare id where the patient is in no file."""
        found = self._find(reference)
        number = record_number(found) if found else Number(OWN, _bare(reference))
        return {"patient": number.value, "patient_system": number.system}

    def encounter(self, reference: Any) -> str:
        found = self._find(reference)
        return found.id if found else _bare(reference)

    def medication(self, content: Json) -> Json:
        """The code of what was prescribed."""
        direct = content.get("medicationCodeableConcept")
        found = self._find(content.get("medicationReference"))
        return direct or (found.content.get("code", {}) if found else {})

    def _find(self, reference: Any) -> Resource | None:
        url = (reference or {}).get("reference", "")
        return self._by_url.get(url) or self._by_url.get("/".join(url.split("/")[-2:]))


def rows_of_resources(
    resources: Sequence[Resource], everything: Sequence[Resource]
) -> dict[str, list[Row]]:
    """The rows of one file by kind of resource. everything: what its references may mean."""
    references = References(everything)
    tables: dict[str, list[Row]] = {}
    for resource in resources:
        rows = tables.setdefault(resource.kind, [])
        rows.extend(_rows(resource, references))
    return tables


def record_number(patient: Resource) -> Number:
    """The medical record number with the system that gave it, else the resource's id."""
    for identifier in patient.content.get("identifier", []):
        codes = [coding.get("code") for coding in identifier.get("type", {}).get("coding", [])]
        if _RECORD_NUMBER in codes and identifier.get("value"):
            return Number(str(identifier.get("system", OWN)), str(identifier["value"]))
    return Number(OWN, patient.id)


def _rows(resource: Resource, references: References) -> Iterator[Row]:
    make = _ROWS.get(resource.kind)
    if make is None:
        yield {"resourceType": resource.kind, "id": resource.id}
    elif resource.problem.startswith("invalid-record"):
        empty = dict.fromkeys(_COLUMNS[resource.kind], "")
        yield {**empty, "problem": resource.problem, "id": resource.id}
    else:
        for row in make(resource, references):
            known = {"problem": resource.problem, "id": resource.id, **row}
            yield {column: known.get(column, "") for column in _COLUMNS[resource.kind]}


def _patient(resource: Resource, _: References) -> Iterator[Row]:
    content = resource.content
    name = _first(_official(content.get("name", [])))
    address = _first(content.get("address", []))
    number = record_number(resource)
    yield {
        "mrn": number.value,
        "mrn_system": number.system,
        "family_name": name.get("family", "") or name.get("text", ""),
        "given_name": " ".join(name.get("given", [])),
        "prefix": " ".join(name.get("prefix", [])),
        "birth_date": content.get("birthDate", ""),
        "deceased_on": content.get("deceasedDateTime", ""),
        "deceased": "yes" if content.get("deceasedBoolean") is True else "",
        "gender": content.get("gender", ""),
        "address": ", ".join(address.get("line", [])) or address.get("text", ""),
        "city": address.get("city", ""),
        "state": address.get("state", ""),
        "postal_code": address.get("postalCode", ""),
        "phone": _telecom(content, "phone"),
        "email": _telecom(content, "email"),
    }


def _encounter(resource: Resource, references: References) -> Iterator[Row]:
    content = resource.content
    kind, reason = _first(content.get("type", [])), _first(content.get("reasonCode", []))
    yield {
        "number": resource.id,
        **references.patient(content.get("subject")),
        "started_at": content.get("period", {}).get("start", ""),
        "ended_at": content.get("period", {}).get("end", ""),
        "class": content.get("class", {}).get("code", ""),
        "type_code": coding_of(kind)[1],
        "type_text": coding_of(kind)[2],
        "reason_code": coding_of(reason)[1],
        "reason_text": coding_of(reason)[2],
    }


def _condition(resource: Resource, references: References) -> Iterator[Row]:
    content = resource.content
    system, code, display = coding_of(content.get("code", {}))
    yield {
        "onset": _moment(content, "onset"),
        "abatement": _moment(content, "abatement"),
        **_whose(content, references),
        "code_system": system,
        "code": code,
        "display": display,
    }


def _allergy(resource: Resource, references: References) -> Iterator[Row]:
    content = resource.content
    system, code, display = coding_of(content.get("code", {}))
    reactions = content.get("reaction", [])
    signs = [coding_of(sign)[2] for each in reactions for sign in each.get("manifestation", [])]
    severities = [each.get("severity", "") for each in reactions]
    yield {
        "recorded_on": content.get("recordedDate", "") or _moment(content, "onset"),
        **references.patient(content.get("patient")),
        "encounter": references.encounter(content.get("encounter")),
        "code_system": system,
        "code": code,
        "display": display,
        "category": _first(content.get("category", []), ""),
        "reaction": "; ".join(filter(None, signs)),
        "severity": max(severities, key=_WORST.index, default=""),
    }


def _medication(resource: Resource, references: References) -> Iterator[Row]:
    content = resource.content
    system, code, display = coding_of(references.medication(content))
    valid = content.get("dispenseRequest", {}).get("validityPeriod", {})
    dosages = [each.get("text", "") for each in content.get("dosageInstruction", [])]
    yield {
        "authored_on": content.get("authoredOn", ""),
        "ended_on": valid.get("end", ""),
        **_whose(content, references),
        "code_system": system,
        "code": code,
        "display": display,
        "dosage": "; ".join(filter(None, dosages)),
        "reason": coding_of(_first(content.get("reasonCode", [])))[2],
    }


def _observation(resource: Resource, references: References) -> Iterator[Row]:
    """One row, and one for each component; a panel without its own value has components only."""
    content = resource.content
    when = {"effective_at": _moment(content, "effective"), **_whose(content, references)}
    parts = content.get("component", [])
    own = any(name.startswith("value") for name in content)
    for part in [*([content] if own or not parts else []), *parts]:
        _, code, display = coding_of(part.get("code", {}))
        value, unit, kind = _value(part)
        code = code or display  # a local test goes by its name
        yield {**when, "code": code, "display": display, "value": value, "unit": unit, "type": kind}


def coding_of(concept: Json) -> tuple[str, str, str]:
    """System, code and words of a concept: LOINC where it has it, else its first coding."""
    codings = concept.get("coding", [])
    chosen = next((each for each in codings if each.get("system") == LOINC), _first(codings))
    words = chosen.get("display", "") or concept.get("text", "")
    return chosen.get("system", ""), chosen.get("code", ""), words


def _value(part: Json) -> tuple[str, str, str]:
    """The value as text, its unit, and numeric or text."""
    if quantity := part.get("valueQuantity"):
        number = f"{quantity.get('comparator', '')}{quantity.get('value', '')}"
        spelled = quantity.get("code") if quantity.get("system") == UCUM else None
        return number, spelled or quantity.get("unit", ""), "numeric"
    if concept := part.get("valueCodeableConcept"):
        return concept.get("text", "") or coding_of(concept)[2], "", "text"
    if "valueInteger" in part:
        return str(part["valueInteger"]), "", "numeric"
    named = ("valueString", "valueBoolean", "valueDateTime", "valueTime")
    plain = next((part[name] for name in named if name in part), "")
    return (str(plain).lower() if isinstance(plain, bool) else str(plain)), "", "text"


def _whose(content: Json, references: References) -> Row:
    return {
        **references.patient(content.get("subject")),
        "encounter": references.encounter(content.get("encounter")),
    }


def _moment(content: Json, name: str) -> str:
    period = content.get(f"{name}Period", {})
    direct = content.get(f"{name}DateTime") or content.get(f"{name}Instant")
    return str(direct or period.get("start", ""))


def _telecom(content: Json, system: str) -> str:
    found = [
        each.get("value", "") for each in content.get("telecom", []) if each.get("system") == system
    ]
    return found[0] if found else ""


def _official(names: Sequence[Json]) -> list[Json]:
    """The names, the official one first, old ones last."""
    order = {"official": 0, "usual": 1, "old": 3, "maiden": 3}
    return sorted(names, key=lambda name: order.get(name.get("use", ""), 2))


def _first(items: Sequence[Any], without: Any = None) -> Any:
    return items[0] if items else ({} if without is None else without)


def _bare(reference: Any) -> str:
    url = str((reference or {}).get("reference", ""))
    return url.rpartition("/")[2].rpartition(":")[2]


_WORST = ("", "mild", "moderate", "severe")
_ROWS: Mapping[str, Callable[[Resource, References], Iterator[Row]]] = {
    "Patient": _patient,
    "Encounter": _encounter,
    "Condition": _condition,
    "Observation": _observation,
    "MedicationRequest": _medication,
    "AllergyIntolerance": _allergy,
}
_EMPTY = References([])
_COLUMNS: Mapping[str, Sequence[str]] = {
    kind: ("problem", "id", *next(make(Resource(kind, "", {"resourceType": kind}), _EMPTY)))
    for kind, make in _ROWS.items()
}
