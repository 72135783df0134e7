"""Arithmetic: integers are exact and unbounded, floats are binary64, a boolean counts as 0 or 1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.operands import DATETIMES, TIMES, Operand, includes
from migrate.model.values import UnmappedReached

MOST_BITS = 10_000_000
"""The bits that a power of integers has at most."""

_LEFT_OUT = object()
_INTEGERS = ("integer", "integer")


def _arithmetic_type(operands: Sequence[Operand]) -> str | None:
    """The type of a sum, difference or product of numbers, as far as both sides are known to be numbers."""
    types = tuple(operand.type for operand in operands)
    if types == _INTEGERS:
        return "integer"
    return "float" if "float" in types and all(includes("number", name) for name in types) else None


def _shifted_type(operands: Sequence[Operand]) -> str | None:
    """The type of a date or time and a duration, or of two of one kind; None where there is no time among them."""
    types = [operand.type for operand in operands]
    moments = [name for name in types if name in DATETIMES or name == "date"]
    if len(moments) == 1 and "duration" in types:
        return moments[0]
    return "duration" if moments or "duration" in types else None


def _sum_type(operands: Sequence[Operand]) -> str | None:
    """Whatever can be added to a text is a text, and so on."""
    types = tuple(operand.type for operand in operands)
    if TIMES & set(types):
        return _shifted_type(operands) if None not in types else None
    for name in ("text", "list"):
        if name in types:
            return name
    for wide in ("number", "scalar"):
        if any(includes(wide, name) for name in types):
            return _arithmetic_type(operands) or wide
    return None


def _number_type(operands: Sequence[Operand]) -> str | None:
    if any(operand.type in TIMES for operand in operands):
        return None
    return _arithmetic_type(operands) or "number"


def _difference_type(operands: Sequence[Operand]) -> str | None:
    if any(operand.type in TIMES for operand in operands):
        return _shifted_type(operands) if all(operand.type for operand in operands) else None
    return _number_type(operands)


def _quotient_type(operands: Sequence[Operand]) -> str | None:
    """The type of a quotient: a duration by a number is a duration, by another one a number."""
    left, right = (operand.type for operand in operands)
    if left != "duration":
        return "float" if left not in TIMES else None
    return "float" if right == "duration" else "duration" if includes("number", right) else None


def _product_type(operands: Sequence[Operand]) -> str | None:
    types = {operand.type for operand in operands}
    return "duration" if "duration" in types and None not in types else _arithmetic_type(operands)


def _remainder_type(operands: Sequence[Operand]) -> str | None:
    left = operands[0].type
    if TIMES & {operand.type for operand in operands}:
        return None
    if left == "text":
        return "text"
    return _number_type(operands) if includes("number", left) else "scalar"


def _same_type(operands: Sequence[Operand]) -> str | None:
    """The type of a number that is made of one number, booleans having become integers, or of a duration."""
    own = {"boolean": "integer", "integer": "integer", "float": "float", "duration": "duration"}
    return own.get(operands[0].type or "", "number")


def _rounded_type(operands: Sequence[Operand]) -> str | None:
    if len(operands) == 1 or operands[1].type == "null":
        return "integer"
    return _same_type(operands) if includes("number", operands[1].type) else "number"


@kernel("python.add", result=_sum_type, total_on=[_INTEGERS, ("text", "text"), ("list", "list")])
def _add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, two texts, two lists, durations, a date or time and a duration."""
    return left + right


@kernel("python.subtract", result=_difference_type, total_on=[_INTEGERS])
def _subtract(left: Any, right: Any) -> Any:
    """`left - right` of numbers, of dates and times, of durations."""
    return left - right


@kernel("python.multiply", result=_product_type, total_on=[_INTEGERS])
def _multiply(left: Any, right: Any) -> Any:
    """`left * right` of numbers, a duration and a number, or a text or list repeated.

    More than 100 million items are an error.
    """
    for one, other in ((left, right), (right, left)):
        if not isinstance(one, (str, list)) or not isinstance(other, int):
            continue
        if other < 2**63 and len(one) * other > 100_000_000:
            raise MemoryError
    return left * right


@kernel("python.divide", result=_quotient_type)
def _divide(left: Any, right: Any) -> Any:
    """`left / right` of numbers, a float; of a duration by a number or a duration."""
    return left / right


@kernel("python.floor_divide", result=_number_type)
def _floor_divide(left: Any, right: Any) -> Any:
    """`left // right` of numbers, rounded towards minus infinity; of durations."""
    return left // right


@kernel("python.modulo", result=_remainder_type)
def _modulo(left: Any, right: Any) -> Any:
    """`left % right`: of numbers the remainder, with the sign of the right one.

    A text on the left is a format in printf's notation (`%05d`, `%.2f`, `%(name)s`) for the value on the right; a
    list there is one value, for tuples are not in the domain.
    """
    return left % right


@kernel("python.power", result="number")
def _power(left: Any, right: Any) -> Any:
    """`left ** right` of numbers; integers with a negative exponent give a float.

    A complex number (of a negative base) is not in the domain, and an integer of more than 10 million bits is not made:
    the run ends there as at a gap.
    """
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() * right > MOST_BITS:
        raise UnmappedReached("python.power: an integer of more than 10 million bits")
    power = left**right
    if isinstance(power, complex):
        raise UnmappedReached("python.power: a complex number")
    return power


@kernel("python.negate", result=_same_type, total_on=[("number",)])
def _negate(value: Any) -> Any:
    """`-value` of a number or duration."""
    return -value


@kernel("python.round", result=_rounded_type)
def _round(value: Any, digits: Any = None) -> Any:
    """`round(value[, digits])`: half to even on the exact binary value."""
    if isinstance(value, (str, list, dict)) or value is None:
        raise TypeError
    return round(value) if digits is None else round(value, digits)


@kernel("python.absolute", result=_same_type, total_on=[("number",)])
def _absolute(value: Any) -> Any:
    """`abs(value)` of a number or duration."""
    return abs(value)


@kernel("python.floor", result="integer", total_on=[("integer",), ("boolean",)])
def _floor(value: Any) -> Any:
    """`math.floor(value)` of a number: towards minus infinity; infinity and nan are errors."""
    return math.floor(value)


@kernel("python.ceiling", result="integer", total_on=[("integer",), ("boolean",)])
def _ceiling(value: Any) -> Any:
    """`math.ceil(value)` of a number: towards infinity; infinity and nan are errors."""
    return math.ceil(value)


@kernel("python.integer", result="integer", total_on=[("integer",), ("boolean",)])
def _integer(value: Any, base: Any = _LEFT_OUT) -> int:
    """`int(value[, base])` of a number (towards zero), or of a text with an integer, decimal or in the base.

    With a base (0, or 2 to 36) of texts only; 0 takes the base from `0x`, `0o` or `0b` in front.
    """
    return int(value) if base is _LEFT_OUT else int(value, base)


@kernel("python.float", result="float", total_on=[("float",), ("boolean",)])
def _float(value: Any) -> float:
    """`float(value)` of a number or a text."""
    return float(value)
