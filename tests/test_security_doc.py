"""What docs/security.md calls a proof is a test that exists."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DOCUMENT = TESTS.parent / "docs" / "security.md"
REQUIRED = [
    *(f"A{number:02}" for number in range(1, 19)),
    *(f"B{number:02}" for number in range(1, 7)),
    *(f"C{number:02}" for number in range(1, 16)),
    *(f"D{number:02}" for number in range(1, 7)),
    *(f"E{number:02}" for number in range(1, 10)),
    *(f"F{number:02}" for number in range(1, 13)),
    *(f"G{number:02}" for number in (2, 3, 4, 5, 6, 11)),
]
NAMED = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def rows(document: str) -> dict[str, str]:
    """The last cell of each row, by its requirement."""
    found = re.findall(r"^\| ([A-G]\d\d) \|.*\| (.+) \|$", document, re.MULTILINE)
    return dict(found)


def missing(proof: str) -> list[str]:
    """The tests that a proof names and that do not exist."""
    return [
        f"{file}::{name}" if name else file
        for file, name in NAMED.findall(proof)
        if not (TESTS / file).is_file() or (name and name not in _tests_in(TESTS / file))
    ]


def test_every_requirement_has_its_row() -> None:
    assert list(rows(DOCUMENT.read_text(encoding="utf-8"))) == REQUIRED


@pytest.mark.parametrize("requirement", REQUIRED)
def test_a_row_names_tests_that_exist_or_says_what_is_not_done(requirement: str) -> None:
    proof = rows(DOCUMENT.read_text(encoding="utf-8"))[requirement]
    assert missing(proof) == []
    assert NAMED.search(proof) or "Not done: " in proof


def test_a_test_that_is_gone_is_noticed() -> None:
    assert missing("`test_wiping.py::test_nothing_of_the_kind`, `test_gone.py`") == [
        "test_wiping.py::test_nothing_of_the_kind",
        "test_gone.py",
    ]
    assert missing("`test_wiping.py`") == []


def _tests_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
