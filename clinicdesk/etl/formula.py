"""Arithmetic of rules, written as data: names, numbers, signs, comparisons, and, or, abs, log10."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = Mapping[str, NDArray[Any]]
Formula: TypeAlias = Callable[[Values], NDArray[Any]]

_BINARY: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.And: operator.and_,
    ast.Or: operator.or_,
}
_FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {"abs": np.abs, "log10": np.log10}


def formula(text: str) -> Formula:
    """Read a formula once, to be worked out over many rows. Raises ValueError for anything else."""
    tree = ast.parse(text, mode="eval").body
    _worked_out(
        tree, dict.fromkeys(names_of(text), np.ones(1))
    )  # a rule that cannot be, fails here

    def over(values: Values) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            return np.asarray(_worked_out(tree, values))

    return over


def names_of(text: str) -> set[str]:
    """The values a formula needs."""
    found = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return found - set(_FUNCTIONS)


def _worked_out(node: ast.expr, values: Values) -> Any:
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    return _combined(node, values)


def _combined(node: ast.expr, values: Values) -> Any:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_worked_out(inner, values)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _BINARY[type(sign)](_worked_out(left, values), _worked_out(right, values))
        case ast.BoolOp(op=sign, values=[first, *rest]):
            return _chained(sign, first, rest, values)
        case ast.Compare(left=left, ops=signs, comparators=others):
            return _compared(left, signs, others, values)
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_worked_out(inner, values))
    raise ValueError(f"a rule may not say {ast.unparse(node)}")


def _chained(sign: ast.boolop, first: ast.expr, rest: list[ast.expr], values: Values) -> Any:
    found = _worked_out(first, values)
    for each in rest:
        found = _BINARY[type(sign)](found, _worked_out(each, values))
    return found


def _compared(
    left: ast.expr, signs: list[ast.cmpop], others: list[ast.expr], values: Values
) -> Any:
    sides = [_worked_out(side, values) for side in (left, *others)]
    pairs = [_BINARY[type(s)](a, b) for s, a, b in zip(signs, sides, sides[1:], strict=False)]
    return np.logical_and.reduce(pairs)
