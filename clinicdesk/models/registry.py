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
    "diabetes": "58bffb1b8e5d86073a4b54c34104708c4d6e953e99cbe9fc022340dc44b8c32f",
    "ckd35": "47812cf3019a4bfee87d6ce2a8472c80bccf17839ee9f15efbf30d3f9abd6494",
}


def folder_of(model: str) -> Path:
    return resource("models", model)


def shipped(model: str) -> Bundle:
    """Read and verify a shipped model. Raise `UserFacingError` for an unknown or damaged one."""
    if model not in PUBLIC_KEYS:
        known = ", ".join(sorted(PUBLIC_KEYS))
        raise UserFacingError(f"There is no model of that name. The models are: {known}.")
    return read_bundle(folder_of(model), bytes.fromhex(PUBLIC_KEYS[model]))


@cache
def card(model: str) -> ModelCard:
    """The card of a shipped model, verified once."""
    return shipped(model).card
