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
    "diabetes": "b9f248dc6261bc137f8e35792314111fa8b712afd8f2bcb637b7061579974d05",
    "ckd35": "e45e54fc71f2eca926b280d9a5241b6a774435358292921ba0536ecd2d3b8bcf",
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
