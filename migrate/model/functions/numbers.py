"""Arithmetic: integers are exact and unbounded, floats are binary64, a boolean counts as 0 or 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.operands import Operand, includes

_INTEGERS = ("integer", "integer")


def _arithmetic_type(operands: Sequence[Operand]) -> str | None:
    """The type of a sum, difference or product of numbers, as far as both sides are known to be numbers."""
    types = tuple(operand.type for operand in operands)
    if types == _INTEGERS:
        return "integer"
    return "float" if "float" in types and all(includes("number", name) for name in types) else None


def _sum_type(operands: Sequence[Operand]) -> str | None:
    """Whatever can be added to a text is a text, and so on."""
    types = tuple(operand.type for operand in operands)
    for name in ("text", "list"):
        if name in types:
            return name
    for wide in ("number", "scalar"):
        if any(includes(wide, name) for name in types):
            return _arithmetic_type(operands) or wide
    return None


def _number_type(operands: Sequence[Operand]) -> str | None:
    return _arithmetic_type(operands) or "number"


def _same_type(operands: Sequence[Operand]) -> str | None:
    """The type of a number that is made of one number, booleans having become integers."""
    return {"boolean": "integer", "integer": "integer", "float": "float"}.get(
        operands[0].type or "", "number"
    )


def _rounded_type(operands: Sequence[Operand]) -> str | None:
    if len(operands) == 1 or operands[1].type == "null":
        return "integer"
    return _same_type(operands) if includes("number", operands[1].type) else "number"


@kernel("python.add", result=_sum_type, total_on=[_INTEGERS, ("text", "text"), ("list", "list")])
def _add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, two texts, two lists."""
    return left + right


@kernel("python.subtract", result=_number_type, total_on=[_INTEGERS])
def _subtract(left: Any, right: Any) -> Any:
    """`left - right` of numbers."""
    return left - right


@kernel("python.multiply", result=_arithmetic_type, total_on=[_INTEGERS])
def _multiply(left: Any, right: Any) -> Any:
    """`left * right` of numbers, or a text or list repeated; more than 100 million items are an error."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, list)) and isinstance(other, int) and len(one) * other > 100_000_000:
            raise MemoryError
    return left * right


@kernel("python.divide", result="float")
def _divide(left: Any, right: Any) -> float:
    """`left / right` of numbers, a float."""
    quotient: float = left / right
    return quotient


@kernel("python.floor_divide", result=_number_type)
def _floor_divide(left: Any, right: Any) -> Any:
    """`left // right` of numbers, rounded towards minus infinity."""
    return left // right


@kernel("python.modulo", result=None)
def _modulo(left: Any, right: Any) -> Any:
    """`left % right` of numbers, with the sign of the right one; formatting of texts is an error here."""
    if isinstance(left, str):
        raise TypeError
    return left % right


@kernel("python.negate", result=_same_type, total_on=[("number",)])
def _negate(value: Any) -> Any:
    """`-value` of a number."""
    return -value


@kernel("python.round", result=_rounded_type)
def _round(value: Any, digits: Any = None) -> Any:
    """`round(value[, digits])`: half to even on the exact binary value."""
    if isinstance(value, (str, list, dict)) or value is None:
        raise TypeError
    return round(value) if digits is None else round(value, digits)


@kernel("python.integer", result="integer")
def _integer(value: Any) -> int:
    """`int(value)` of a number (towards zero) or of a text with a decimal integer."""
    return int(value)


@kernel("python.float", result="float")
def _float(value: Any) -> float:
    """`float(value)` of a number or a text."""
    return float(value)
