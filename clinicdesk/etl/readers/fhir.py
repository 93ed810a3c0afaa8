"""FHIR R4 resources out of bundles, single resources and NDJSON; each is held to its definition.

fhir.resources' R4B is the definition: for what we read, R4 and R4B do not differ.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from fhir.resources.R4B.allergyintolerance import AllergyIntolerance
from fhir.resources.R4B.condition import Condition
from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.fhirresourcemodel import FHIRResourceModel
from fhir.resources.R4B.medication import Medication
from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient
from pydantic import ValidationError

from clinicdesk.errors import BadInput

Json = Mapping[str, Any]
_DEFINED: Mapping[str, type[FHIRResourceModel]] = {
    "AllergyIntolerance": AllergyIntolerance,
    "Condition": Condition,
    "Encounter": Encounter,
    "Medication": Medication,
    "MedicationRequest": MedicationRequest,
    "Observation": Observation,
    "Patient": Patient,
}
_TAKEN_BACK = {"entered-in-error", "cancelled", "refuted", "unknown"}
_DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. problem: a rule's id and what about it, "" when it is sound.

    urls: what references may call it.
    """

    kind: str
    id: str
    content: Json = field(repr=False)
    urls: Sequence[str] = ()
    problem: str = ""


def resources(name: str, raw: bytes) -> Iterator[Resource]:
    """Every resource of a file, in its order."""
    for document, full_url in _documents(name, raw):
        yield from _unbundled(name, document, full_url, 0)


def _documents(name: str, raw: bytes) -> Iterator[tuple[Any, str]]:
    """The one document of the file, or one a line."""
    text = _decoded(name, raw)
    try:
        yield _parsed(text), ""
    except ValueError:
        yield from _lines(name, text)


def _lines(name: str, text: str) -> Iterator[tuple[Any, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                yield _parsed(line), ""
            except ValueError:
                raise BadInput(
                    f"{name}, line {number}: this is not JSON. Fetch it again."
                ) from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)  # 5.50 stays 5.50
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _decoded(name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is not UTF-8, as FHIR's JSON is. Fetch it again.") from None


def _unbundled(name: str, document: Any, full_url: str, depth: int) -> Iterator[Resource]:
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise BadInput(f"{name} is JSON, but no FHIR resource. Import FHIR, CSV, Excel or HL7.")
    if document["resourceType"] != "Bundle":
        yield _resource(document, full_url)
        return
    entries = document.get("entry", [])
    if depth > _DEEPEST or not isinstance(entries, list):
        raise BadInput(f"{name} is a damaged FHIR bundle. Fetch it again.")
    for entry in entries:
        if isinstance(entry, dict) and "resource" in entry:
            url = entry.get("fullUrl", "")
            yield from _unbundled(name, entry["resource"], str(url), depth + 1)


def _resource(document: dict[str, Any], full_url: str) -> Resource:
    kind, own = document["resourceType"], str(document.get("id", ""))
    urls = [url for url in (full_url, f"{kind}/{own}" if own else "") if url]
    return Resource(kind, own or full_url.rpartition(":")[2], document, urls, _problem(document))


def _problem(document: Json) -> str:
    defined = _DEFINED.get(document["resourceType"])
    if defined is None:
        return ""
    try:
        defined.model_validate(document)
    except (ValidationError, RecursionError) as error:
        return f"invalid-record {_places(error)}"
    if document.get("modifierExtension"):
        return "unknown-modifier"
    status = _status(document)
    return f"entered-in-error ({status})" if status in _TAKEN_BACK else ""


def _places(error: ValidationError | RecursionError) -> str:
    """Where the definition is broken, without what stands there."""
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    found = error.errors(include_input=False, include_url=False)
    places = [".".join(map(str, each["loc"])) or "resource" for each in found[:3]]
    return f"See {', '.join(places)}."


def _status(document: Json) -> str:
    verification = document.get("verificationStatus", {})
    codes = [coding.get("code", "") for coding in verification.get("coding", [])]
    status = str(document.get("status", ""))
    if document["resourceType"] != "Observation" and status in ("cancelled", "unknown"):
        status = ""  # a cancelled order was one; of an observation there is nothing
    taken = [code for code in codes if code in ("entered-in-error", "refuted")]
    return taken[0] if taken else status
