"""Who somebody in a file is: this patient, perhaps this patient, or nobody in the store yet.

A number counts only together with the system that gave it, and only where the rest of the record
does not contradict it. Without a number, name and birth date alone are never enough to be taken for
somebody: they make a question.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from clinicdesk.domain.identity import (
    OWN,
    Agreement,
    Bin,
    Candidate,
    Details,
    Evidence,
    Number,
    Trait,
)
from clinicdesk.domain.patient import PatientId
from clinicdesk.etl.linkage.comparing import compare, contradicts, says_nothing, supports
from clinicdesk.etl.linkage.weights import Weights

REVIEWED = math.log2(0.2 / 0.8)  # odds from which somebody must look
MATCHED = math.log2(0.999 / 0.001)  # odds from which nobody needs to
_RUNNER_UP = 7.0  # bits by which the likeliest must lead the next
_BEYOND = frozenset({Trait.PHONE, Trait.EMAIL, Trait.ADDRESS})  # what two namesakes do not share
_MOST = 5  # candidates that are told


@dataclass(frozen=True, slots=True)
class Known:
    """A patient of the store as the linkage sees one. numbers: those that led here."""

    patient_id: PatientId
    number: Number = field(repr=False)
    details: Details = field(repr=False)
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Whom the store has for a person. own: those with the very number.

    elsewhere: those with the number of another system.  similar: those who look like it.
    waiting: somebody of this number has not been recognised yet.  patients: in the store.
    """

    own: Sequence[Known] = ()
    elsewhere: Sequence[Known] = ()
    similar: Sequence[Known] = ()
    waiting: bool = False
    patients: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """bin: what becomes of the person.  candidates: the likeliest first; of a match, the match."""

    bin: Bin
    why: str
    candidates: Sequence[Candidate] = ()

    @property
    def patient_id(self) -> PatientId:
        return self.candidates[0].patient_id


def judge(number: Number, details: Details, found: Found, weights: Weights) -> Verdict:
    """Say who this is."""
    if found.own:
        return _by_own_number(details, found, weights)
    elsewhere = _candidates(details, found.elsewhere, weights)
    if elsewhere and (verdict := _by_number_elsewhere(number, elsewhere)):
        return verdict
    return _by_likeness(details, found, weights)


def namesakes(found: Found, weights: Weights) -> Verdict:
    """Those who have a number that comes with nothing to tell them apart by."""
    candidates = _candidates(Details(), (*found.own, *found.elsewhere), weights)
    waiting = " One of them has not been recognised yet." if found.waiting else ""
    why = f"More than one person has this number.{waiting}"
    return Verdict(Bin.REVIEW, why, candidates)


def _by_own_number(details: Details, found: Found, weights: Weights) -> Verdict:
    """The number is known: the same person, unless the rest says otherwise."""
    if not found.waiting and [known.details for known in found.own] == [details]:
        same = Candidate(found.own[0].patient_id, found.own[0].number, (), 0.0)
        return Verdict(Bin.MATCH, "Number and all else are this patient's.", [same])
    candidates = _candidates(details, found.own, weights)
    fitting = [each for each in candidates if not contradicts(each.evidence)]
    if not fitting:
        reason = contradicts(candidates[0].evidence)
        why = f"The number is this patient's, but the file says {reason}."
        return Verdict(Bin.REVIEW, why, candidates)
    if len(fitting) > 1:
        why = "Several patients have this number, and the file does not tell them apart."
        return Verdict(Bin.REVIEW, why, fitting)
    unsure = found.waiting or len(candidates) > 1
    if unsure and says_nothing(fitting[0].evidence):
        return Verdict(Bin.REVIEW, "Somebody else may have this number too.", candidates)
    return Verdict(
        Bin.MATCH, "The number is this patient's, and nothing speaks against it.", fitting
    )


def _by_number_elsewhere(number: Number, candidates: Sequence[Candidate]) -> Verdict | None:
    """Another system gave this number: to the same person only if the rest says so too."""
    supported = [each for each in candidates if supports(each.evidence)]
    if len(supported) == 1:
        why = "Another system gave this patient the same number, and name or birth date agree."
        return Verdict(Bin.MATCH, why, supported)
    if len(supported) > 1:
        why = "Several patients have this number from other systems."
        return Verdict(Bin.REVIEW, why, supported)
    if number.system != OWN:  # another system's number: that it is the same is chance
        return None
    silent = [each for each in candidates if says_nothing(each.evidence)]
    if len(candidates) == 1 and silent:
        return Verdict(
            Bin.MATCH, "One patient has this number, and nothing speaks against it.", silent
        )
    why = "A patient has this number from another system, and the file does not say whose it is."
    return Verdict(Bin.REVIEW, why, candidates)


def _by_likeness(details: Details, found: Found, weights: Weights) -> Verdict:
    """Nobody has the number: those who look like the person, weighed."""
    prior = -math.log2(max(found.patients, 1))
    similar = _candidates(details, (*found.elsewhere, *found.similar), weights, prior)
    likely = [each for each in similar if each.weight >= REVIEWED]
    if not likely:
        return Verdict(Bin.NEW, "Nobody in the store looks like this person.")
    best, *others = likely
    alone = not others or best.weight - others[0].weight >= _RUNNER_UP
    if alone and best.weight >= MATCHED and _beyond(best.evidence):
        return Verdict(Bin.MATCH, _agreeing(best.evidence), [best])
    return Verdict(
        Bin.REVIEW, "This may be a patient whom the store knows already.", likely[:_MOST]
    )


def _candidates(
    details: Details, known: Sequence[Known], weights: Weights, prior: float = 0.0
) -> list[Candidate]:
    """Everybody with what speaks for and against, the likeliest first."""
    found = []
    for each in known:
        evidence = compare(details, each.details, weights)
        weight = prior + sum(one.weight for one in evidence)
        shown = [_hidden(one) for one in evidence] if each.restricted else evidence
        found.append(Candidate(each.patient_id, each.number, shown, weight, each.restricted))
    return sorted(found, key=lambda candidate: -candidate.weight)


def _beyond(evidence: Sequence[Evidence]) -> bool:
    """Whether more than name, birth date and sex agree, and none of these is another."""
    same = {each.trait for each in evidence if each.agreement is Agreement.SAME}
    other = {each.trait for each in evidence if each.agreement is Agreement.OTHER}
    return bool(same & _BEYOND) and not other - _BEYOND and Trait.BIRTH_DATE in same


def _agreeing(evidence: Sequence[Evidence]) -> str:
    same = [
        each.trait.value.replace("_", " ") for each in evidence if each.agreement is Agreement.SAME
    ]
    return f"The same {', '.join(same)}."


def _hidden(evidence: Evidence) -> Evidence:
    """A restricted record is not read through a question about somebody else."""
    return Evidence(
        evidence.trait, evidence.agreement, evidence.weight, evidence.why, evidence.incoming
    )
