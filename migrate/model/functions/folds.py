"""What a whole list comes to: its order, its extremes, its sum, whether all or any of its items are true."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.operands import Operand, includes

_ITERABLE = [("text",), ("list",), ("map",)]
_ABSENT = object()


@kernel("python.all", result="boolean", total_on=_ITERABLE)
def _all(value: Any) -> bool:
    """`all(value)`."""
    return all(value)


@kernel("python.any", result="boolean", total_on=_ITERABLE)
def _any(value: Any) -> bool:
    """`any(value)`."""
    return any(value)


@kernel("python.maximum", result=None)
def _maximum(value: Any, otherwise: Any = _ABSENT) -> Any:
    """`max(value)`: the first of equal ones; of nothing it is `otherwise`, and without that an error."""
    return _extreme(max, value, otherwise)


@kernel("python.minimum", result=None)
def _minimum(value: Any, otherwise: Any = _ABSENT) -> Any:
    """`min(value)`: the first of equal ones; of nothing it is `otherwise`, and without that an error."""
    return _extreme(min, value, otherwise)


def _extreme(choose: Callable[..., Any], value: Any, otherwise: Any) -> Any:
    return choose(value) if otherwise is _ABSENT else choose(value, default=otherwise)


@kernel("python.sorted", result="list")
def _sorted(value: Any, reverse: Any = False) -> list[Any]:
    """`sorted(value, reverse=reverse)`: stable, compared by `<`; `reverse` is a boolean."""
    _require_boolean(reverse)
    return sorted(value, reverse=reverse)


@kernel("python.sorted_by", result="list")
def _sorted_by(value: Any, keys: Any, reverse: Any = False) -> list[Any]:
    """The items of a list in the order of their keys, which stand in another list; stable, compared by `<`."""
    _require_boolean(reverse)
    if not isinstance(value, list) or not isinstance(keys, list) or len(value) != len(keys):
        raise TypeError
    order = sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)
    return [value[place] for place in order]


def _require_boolean(value: Any) -> None:
    if not isinstance(value, bool):
        raise TypeError


def _sum_type(operands: Sequence[Operand]) -> str | None:
    start = operands[1].type if len(operands) > 1 else "integer"
    if includes("number", start):
        return "number"
    return start if start == "list" else None


@kernel("python.sum", result=_sum_type)
def _sum(value: Any, start: Any = 0) -> Any:
    """`sum(value, start)`: added from left to right, each sum of floats rounded (as up to Python 3.11); no texts."""
    if isinstance(start, str):
        raise TypeError
    total = start
    for item in value:
        total = total + item
    return total
