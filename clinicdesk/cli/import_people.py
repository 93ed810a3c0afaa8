"""Who the people in the files are, in the shell, and the answers of whoever was asked."""

import json
from argparse import ArgumentTypeError
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clinicdesk.cli.output import say, table
from clinicdesk.domain.identity import Agreement, Bin, Candidate, Evidence, People, Person

_SHOWN = 20  # people
_WORDS = {
    Agreement.SAME: "same",
    Agreement.CLOSE: "close",
    Agreement.OTHER: "other",
    Agreement.UNKNOWN: "",
}


def answers(text: str) -> dict[str, str]:
    """The answers in a file: a JSON object of key -> row id, `new` or `hold`."""
    try:
        said = json.loads(Path(text).read_text(encoding="utf-8"))
        return {str(key): _answer(value) for key, value in said.items()}
    except (OSError, ValueError, AttributeError):
        raise ArgumentTypeError(
            'expected a file with a JSON object such as {"|42": "7", "|43": "new", "|44": "hold"}'
        ) from None


def _answer(value: Any) -> str:
    said = str(value)
    if not (said.isdecimal() or said in ("new", "hold")):
        raise ValueError(said)
    return said


def show(people: People) -> None:
    """How many are known, new or asked about; of these the first, with the evidence."""
    counts = people.counts
    say()
    say(
        f"People: {counts[Bin.MATCH]:,} are known, {counts[Bin.NEW]:,} are new,"
        f" {counts[Bin.REVIEW]:,} may be known."
    )
    for person in people.asked[:_SHOWN]:
        _person(person)
    if people.asked:
        say()
        say("Until somebody says who they are, their rows are held back. Write the answers as JSON")
        say("(key: number of the patient above, new, or hold) and name the file with --people.")


def as_json(people: People) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "counts": {bin.value: count for bin, count in people.counts.items()},
        "persons": [_person_as_json(each) for each in people.persons],
    }


def _person(person: Person) -> None:
    say()
    say(f"{person.file}, row {person.row}, key {person.key}: {person.why}")
    for candidate in person.candidates:
        about = ", a restricted record" if candidate.restricted else ""
        say(f"  Is it patient {candidate.patient_id} (ID {candidate.number.value}{about})?")
        table(("  ", "In the file", "In the store", "", ""), _rows(candidate))


def _rows(candidate: Candidate) -> Iterable[tuple[str, ...]]:
    for each in candidate.evidence:
        if each.incoming or each.known:
            name = each.trait.value.replace("_", " ")
            yield (f"  {name}", each.incoming, each.known, _WORDS[each.agreement], each.why)


def _person_as_json(person: Person) -> dict[str, Any]:
    return {
        "key": person.key,
        "bin": person.bin.value,
        "why": person.why,
        "file": person.file,
        "row": person.row,
        "decided": person.decided,
        "candidates": [_candidate_as_json(each) for each in person.candidates],
    }


def _candidate_as_json(candidate: Candidate) -> dict[str, Any]:
    return {
        "patient": str(candidate.patient_id),
        "mrn": candidate.number.value,
        "system": candidate.number.system,
        "weight": round(candidate.weight, 2),
        "evidence": [_evidence_as_json(each) for each in candidate.evidence],
    }


def _evidence_as_json(evidence: Evidence) -> dict[str, Any]:
    return {
        "trait": evidence.trait.value,
        "agreement": evidence.agreement.value,
        "weight": round(evidence.weight, 2),
        "incoming": evidence.incoming,
        "known": evidence.known,
        "why": evidence.why,
    }
