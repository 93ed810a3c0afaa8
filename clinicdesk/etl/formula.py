"""Arithmetic of rules, written as data: names, numbers, signs, comparisons, and, or, abs, log10.

A formula becomes an expression over columns of its names, of whatever dataframe engine.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw

Formula: TypeAlias = nw.Expr

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
_FUNCTIONS: Mapping[str, Callable[[nw.Expr], nw.Expr]] = {
    "abs": lambda value: value.abs(),
    "log10": lambda value: value.log(10),
}


def formula(text: str, columns: Mapping[str, str] | None = None) -> Formula:
    """Read a formula. Raises ValueError for anything else. columns: name -> its column."""
    found = _meant(ast.parse(text, mode="eval").body, columns or {})
    if not isinstance(found, nw.Expr):
        raise ValueError("a rule names no value")
    return found


def names_of(text: str) -> set[str]:
    """The values a formula needs."""
    found = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    return found - set(_FUNCTIONS)


def _meant(node: ast.expr, columns: Mapping[str, str]) -> Any:
    if isinstance(node, ast.Name):
        return nw.col(columns.get(node.id, node.id))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    return _combined(node, columns)


def _combined(node: ast.expr, columns: Mapping[str, str]) -> Any:
    def meant(inner: ast.expr) -> Any:
        return _meant(inner, columns)

    match node:
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -meant(inner)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _BINARY[type(sign)](meant(left), meant(right))
        case ast.BoolOp(op=sign, values=parts):
            return reduce(_BINARY[type(sign)], map(meant, parts))
        case ast.Compare(left=left, ops=signs, comparators=others):
            return _compared(signs, [meant(side) for side in (left, *others)])
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](meant(inner))
    raise ValueError(f"a rule may not say {ast.unparse(node)}")


def _compared(signs: Sequence[ast.cmpop], sides: Sequence[Any]) -> Any:
    pairs = [_BINARY[type(s)](a, b) for s, a, b in zip(signs, sides, sides[1:], strict=False)]
    return reduce(operator.and_, pairs)
