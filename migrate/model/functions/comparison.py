"""Truth, types, equality and order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.values import Value, type_name

_LIKE = ("number", "text", "naive datetime", "aware datetime", "date", "duration")
_ORDERED = [(name, name) for name in _LIKE]


@kernel("not", result="boolean", total_on=[("boolean",)])
def _not(value: bool) -> bool:
    """The other boolean; anything but a boolean is an error."""
    if not isinstance(value, bool):
        raise TypeError
    return not value


@kernel("is_null", result="boolean", total=True)
def _is_null(value: Value) -> bool:
    """True for null only."""
    return value is None


@kernel("identical_type", result="boolean", total=True)
def _identical_type(value: Value, name: str) -> bool:
    """True if the value's type has the name: null, boolean, integer, float, text, list, map, or one of a time.

    These are datetime (naive or aware), date and duration.
    """
    return ("datetime" if isinstance(value, datetime) else type_name(value)) == name


@kernel("python.truth", result="boolean", total=True)
def _truth(value: Any) -> bool:
    """`bool(value)`: false for null, false, 0, 0.0, for empty texts, lists and maps, and for no duration."""
    return bool(value)


@kernel("python.equals", result="boolean", total=True)
def _equals(left: Any, right: Any) -> bool:
    """`left == right`, by value: 1, 1.0 and true are equal; "1" is not."""
    return bool(left == right)


@kernel("python.less", result="boolean", total_on=_ORDERED)
def _less(left: Any, right: Any) -> bool:
    """`left < right`: numbers and booleans, texts by code points, lists, times of one kind; others are errors."""
    return bool(left < right)


@kernel("python.less_or_equal", result="boolean", total_on=_ORDERED)
def _less_or_equal(left: Any, right: Any) -> bool:
    """`left <= right`, as for `python.less`."""
    return bool(left <= right)
