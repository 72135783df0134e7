"""What is known of a value before it is there: its type, and the value itself where it is a constant.

Types have the names of `migrate.model.values.type_name`. Wider ones hold several: `number` is a boolean, an integer or
a float, `scalar` that, a text or null, `datetime` a naive or aware one. None is a type that depends on the data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from migrate.model.expressions import Constant

NUMBERS = frozenset({"boolean", "integer", "float", "number"})
SCALARS = frozenset({"text", "null", "scalar"}) | NUMBERS
"""Types whose values are never changed in place."""
DATETIMES = frozenset({"naive datetime", "aware datetime", "datetime"})
TIMES = frozenset({"date", "duration"}) | DATETIMES
"""Types of points in time and of the time between them."""
_WIDE = {"number": NUMBERS, "scalar": SCALARS, "datetime": DATETIMES}


@dataclass(frozen=True)
class Operand:
    """What is known of an argument."""

    type: str | None = None
    constant: Constant | None = None


ANY = "any"
"""The pattern that every operand fits."""

Pattern = str | Callable[[Operand], bool]
"""What an operand must be: the name of a type that holds all its values, `ANY`, or a test."""

ResultType = str | None | Callable[[Sequence[Operand]], str | None]
"""The type of a function's value: a name, None where it depends on the data, or a rule over the operands."""


def includes(wide: str, narrow: str | None) -> bool:
    """True if every value of the narrow type is one of the wide type."""
    return wide == ANY or narrow == wide or narrow in _WIDE.get(wide, ())


def fits(operand: Operand, pattern: Pattern) -> bool:
    """True if the operand is known to be what the pattern asks for."""
    return includes(pattern, operand.type) if isinstance(pattern, str) else pattern(operand)


def common_type(left: str | None, right: str | None) -> str | None:
    """The narrowest type that holds both."""
    if left == right:
        return left
    for wide in _WIDE:
        if includes(wide, left) and includes(wide, right):
            return wide
    return None
