"""The learned models that ship, each with the key its files must be signed with."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from clinicdesk.errors import UserFacingError
from clinicdesk.models.bundle import Bundle, read_bundle
from clinicdesk.models.card import ModelCard
from clinicdesk.resources import resource

# docs/adr/0004-model-artefacts.md says where these keys come from.
PUBLIC_KEYS: Mapping[str, str] = {
    "diabetes": "3b3ff9a039d88fe5d86262274a1b58c53dcae9591c6d92dab2d98f221557dc73",
    "ckd35": "e45bfa47c98a85de84a47f3ee30f518f162b2147f79986e23f45f6d2fb895dde",
    "deterioration": "459c2e3ccc2fa382f5361412aa7729a8eebb80e6e59a31377d067324efcf60b3",
    "trajectory": "385a81f089fe070d8ea358f829bcda0bf0def93cfb345cbca1389e056f1930e6",
    "migraine-aura": "7c22a28966b49b3149fdbc1fcbc41543b1c50a1a1890f18260d64a3a473557ef",
    "readmission30": "427303ef2cd7ad73bc10c9069799f85d81b4a4dd06e8c3d70a7c8249f8ebe383",
    "length-of-stay": "d614436dcf05217fbb70539f06b3a42c46d67390af988cfbd5fe2e8b6d0f7492",
}

# What can be trained and ships without a model, and why.
UNTRAINED: Mapping[str, str] = {
    "visit-severity": (
        "The severity of the next visit is not trained: it can only learn from a clinic's own "
        "visits. `clinicdesk models train visit-severity --data visits.csv --out DIR` tries it "
        "and writes its card with the figures it reaches."
    ),
}
TRAINABLE = (
    "diabetes",
    "ckd35",
    "migraine-aura",
    "readmission30",
    "length-of-stay",
    "deterioration",
    "trajectory",
    *UNTRAINED,
)


def folder_of(model: str) -> Path:
    return resource("models", model)


def shipped(model: str) -> Bundle:
    """Read and verify a shipped model. Raise `UserFacingError` for an unknown or damaged one."""
    if model in UNTRAINED:
        raise UserFacingError(UNTRAINED[model])
    if model not in PUBLIC_KEYS:
        known = ", ".join(sorted(PUBLIC_KEYS))
        raise UserFacingError(f"There is no model of that name. The models are: {known}.")
    return read_bundle(folder_of(model), bytes.fromhex(PUBLIC_KEYS[model]))


@cache
def card(model: str) -> ModelCard:
    """The card of a shipped model, verified once."""
    return shipped(model).card
