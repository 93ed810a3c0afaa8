"""Compare two records of people, trait by trait, and weigh what is found."""

from collections.abc import Sequence

from clinicdesk.domain.identity import Agreement, Details, Evidence, Trait
from clinicdesk.etl.linkage.names import NamesCompared, compare_names
from clinicdesk.etl.linkage.traits import (
    address_key,
    compare_births,
    compare_genders,
    compare_texts,
    phone_key,
)
from clinicdesk.etl.linkage.weights import Weights

_FINE = (Agreement.SAME, Agreement.CLOSE)


def compare(incoming: Details, known: Details, weights: Weights) -> list[Evidence]:
    """What each trait says, in the order in which people read it."""
    names = compare_names(
        incoming.family_name, incoming.given_name, known.family_name, known.given_name
    )
    birth, birth_why = compare_births(incoming, known)
    found = {
        Trait.FAMILY_NAME: (names.family, names.why),
        Trait.GIVEN_NAME: (names.given, ""),
        Trait.BIRTH_DATE: (birth, birth_why),
        Trait.GENDER: (compare_genders(incoming.gender, known.gender), ""),
        Trait.PHONE: (compare_texts(phone_key(incoming.phone), phone_key(known.phone)), ""),
        Trait.EMAIL: (compare_texts(incoming.email.casefold(), known.email.casefold()), ""),
        Trait.ADDRESS: (
            compare_texts(address_key(incoming.address), address_key(known.address)),
            "",
        ),
    }
    return [
        Evidence(
            trait,
            agreement,
            weights.of(trait, agreement),
            why,
            _shown(incoming, trait),
            _shown(known, trait),
        )
        for trait, (agreement, why) in found.items()
    ]


def contradicts(evidence: Sequence[Evidence]) -> str:
    """Why two records under one number are not of one person; "" where they may well be.

    A marriage changes the family name, a correction one trait: these pass. Another given name,
    another sex or birth date that nothing makes up for, do not.
    """
    by_trait = {each.trait: each.agreement for each in evidence}
    names = NamesCompared(by_trait[Trait.FAMILY_NAME], by_trait[Trait.GIVEN_NAME])
    birth, sex = by_trait[Trait.BIRTH_DATE], by_trait[Trait.GENDER]
    other = [each for each in evidence if each.agreement is Agreement.OTHER]
    told = {each.trait for each in other}
    if names.given is Agreement.OTHER:
        return _words(told)
    if sex is Agreement.OTHER and not (_same_name(names) and birth is Agreement.SAME):
        return _words(told)
    if birth is Agreement.OTHER and not _same_name(names):
        return _words(told)
    if names.family is Agreement.OTHER and birth is not Agreement.SAME:
        return _words(told)
    return ""


def supports(evidence: Sequence[Evidence]) -> bool:
    """Whether name or birth date speak for one person, and nothing speaks against it."""
    by_trait = {each.trait: each.agreement for each in evidence}
    names = NamesCompared(by_trait[Trait.FAMILY_NAME], by_trait[Trait.GIVEN_NAME])
    birth = by_trait[Trait.BIRTH_DATE]
    if contradicts(evidence):
        return False
    return birth is Agreement.SAME or (_same_name(names) and birth is not Agreement.OTHER)


def says_nothing(evidence: Sequence[Evidence]) -> bool:
    """Whether there is no trait to compare by."""
    return all(each.agreement is Agreement.UNKNOWN for each in evidence)


def _same_name(names: NamesCompared) -> bool:
    return names.family in _FINE and names.given in _FINE


_NAMED = {
    Trait.FAMILY_NAME: "family name",
    Trait.GIVEN_NAME: "given name",
    Trait.BIRTH_DATE: "birth date",
    Trait.GENDER: "sex",
}


def _words(told: set[Trait]) -> str:
    names = [name for trait, name in _NAMED.items() if trait in told]
    return "another " + " and another ".join(names)


def _shown(details: Details, trait: Trait) -> str:
    if trait is Trait.BIRTH_DATE:
        return _birth_shown(details)
    return str(getattr(details, trait.value))


def _birth_shown(details: Details) -> str:
    if details.birth_date:
        return details.birth_date.isoformat()
    return f"{details.age.years} years on {details.age.true_on}" if details.age else ""
