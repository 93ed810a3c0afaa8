"""What no line of ClinicDesk does, as each of it ended in crashes or damage (C01, C13)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "clinicdesk"
SOURCES = sorted(PACKAGE.rglob("*.py"))
POOLS = {"StaticPool", "SingletonThreadPool", "AssertionPool", "NullPool"}
FORKING = {"fork", "forkpty", "set_start_method", "ProcessPoolExecutor"}


def names(tree: ast.AST) -> Iterator[str]:
    """Every name and attribute that is used or imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.alias):
            yield node.name.split(".")[-1]


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text that is a value, not a docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def faults(source: str) -> list[str]:
    """What is in the source and must not be."""
    tree = ast.parse(source)
    used = set(names(tree))
    found = sorted(used & (POOLS | FORKING))
    found += ["sqlite+pysqlcipher"] * any("+pysqlcipher:" in text for text in texts(tree))
    found += [f"get_context({kind!r})" for kind in _contexts(tree) if kind != "spawn"]
    return found


def _contexts(tree: ast.AST) -> Iterator[object]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and "get_context" in set(names(node.func)):
            yield node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""


def test_no_other_pool_no_other_dialect_no_fork() -> None:
    found = {path.name: faults(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert len(found) > 100
    assert [name for name, each in found.items() if each] == []


@pytest.mark.parametrize(
    "line",
    [
        "from sqlalchemy.pool import StaticPool",
        "create_engine(url, poolclass=pool.SingletonThreadPool)",
        "create_engine('sqlite+pysqlcipher://')",
        "multiprocessing.get_context('fork')",
        "get_context()",
        "os.fork()",
        "from concurrent.futures import ProcessPoolExecutor",
    ],
)
def test_each_of_it_would_be_noticed(line: str) -> None:
    assert faults(line)
