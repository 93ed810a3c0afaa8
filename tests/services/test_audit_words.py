"""Whatever is recorded is shown in plain words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import clinicdesk
from clinicdesk.domain.audit import ACTION_WORDS
from clinicdesk.domain.roles import Action

CODE = Path(clinicdesk.__file__).parent
RECORDING = ("record", "_record", "_note", "note")


def test_every_action_that_is_recorded_has_its_words() -> None:
    found = set(_recorded())
    assert "patient.view" in found, "the instrument sees actions"
    assert found <= ACTION_WORDS.keys()


def test_every_action_that_may_be_refused_has_its_words() -> None:
    assert {action.value for action in Action} <= ACTION_WORDS.keys()


def _recorded() -> Iterator[str]:
    """The words with a dot in them that are handed to whatever records."""
    for folder in ("services", "storage"):
        for file in (CODE / folder).glob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in RECORDING:
                    yield from (
                        each.value
                        for each in node.args
                        if isinstance(each, ast.Constant)
                        and isinstance(each.value, str)
                        and "." in each.value
                    )


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
