"""Lists and maps as wholes."""

from __future__ import annotations

from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.values import ErrorValue, UnmappedReached

MAX_RANGE = 10_000_000
"""The numbers that a range holds at most, here where it becomes a list."""
_ITERABLE = [("text",), ("list",), ("map",)]


@kernel("merge", result="map", total_on=[("map",)])
def _merge(*maps: dict[str, Any]) -> dict[str, Any]:
    """One map with the keys of all; a later map's value wins. Anything but maps is an error."""
    merged: dict[str, Any] = {}
    for one in maps:
        if not isinstance(one, dict):
            raise TypeError
        merged.update(one)
    return merged


@kernel("python.tuple", result="list", total=True)
def _tuple(*items: Any) -> list[Any]:
    """A tuple of the items, which is a list here; an extractor knows by it what is a tuple in the script."""
    return list(items)


@kernel("python.error", result=None, total=True)
def _error() -> Any:
    """An error that is kept as a value. It is only kept and counted: every use of it is a gap."""
    return ErrorValue()


@kernel("python.iterate", result="list", total_on=_ITERABLE, represented=True)
def _iterate(value: Any) -> list[Any]:
    """The items that `for` visits: of a list its items, of a map its keys, of a text its code points."""
    return list(value)


@kernel("python.values", result="list", total_on=[("map",)])
def _values(value: Any) -> list[Any]:
    """`list(value.values())` of a map."""
    if not isinstance(value, dict):
        raise AttributeError
    return list(value.values())


@kernel("python.items", result="list", total_on=[("map",)])
def _items(value: Any) -> list[list[Any]]:
    """The pairs that `value.items()` gives, each a list of key and value."""
    if not isinstance(value, dict):
        raise AttributeError
    return [list(pair) for pair in value.items()]


@kernel("python.dict", result="map", total_on=[("map",)])
def _dict(value: Any) -> dict[Any, Any]:
    """`dict(value)` of a map, or of anything that gives pairs of a key and a value."""
    return dict(value)


@kernel("python.copy", result=lambda operands: operands[0].type, total_on=[("list",), ("map",)])
def _copy(value: Any) -> Any:
    """`value.copy()` of a list or a map: what it holds, in a new one."""
    if not isinstance(value, (list, dict)):
        raise AttributeError
    return value


@kernel("python.deep_copy", result=lambda operands: operands[0].type, total=True)
def _deep_copy(value: Any) -> Any:
    """`copy.deepcopy(value)`: the same value, which shares nothing with the first one in a script."""
    return value


@kernel("python.unpack", result="list")
def _unpack(value: Any, before: Any, after: Any = None) -> list[Any]:
    """The values for `a, b = value` (before=2), or for `a, *rest, z = value` (before=1, after=1): rest is one list.

    Another number of values is an error.
    """
    values = list(value)
    if not isinstance(before, int) or not isinstance(after, (int, type(None))):
        raise TypeError
    if after is None:
        if len(values) != before:
            raise ValueError
        return values
    if len(values) < before + after:
        raise ValueError
    end = len(values) - after
    return [*values[:before], values[before:end], *values[end:]]


@kernel("python.range", result="list")
def _range(start: Any, stop: Any, step: Any) -> list[int]:
    """`list(range(start, stop, step))`; more than 10 million numbers are not made."""
    numbers = range(start, stop, step)
    if numbers and (numbers[-1] - numbers[0]) // step >= MAX_RANGE:
        raise UnmappedReached("python.range: more than 10 million numbers")
    return list(numbers)


@kernel("python.zip", result="list")
def _zip(*values: Any) -> list[list[Any]]:
    """The tuples that `zip(*values)` gives, each as a list, as many as the shortest value has items."""
    return [list(row) for row in zip(*values, strict=False)]


@kernel("python.reversed", result="list", total_on=_ITERABLE)
def _reversed(value: Any) -> list[Any]:
    """The items that `reversed(value)` gives."""
    return list(reversed(value))


@kernel("python.unique", result="list")
def _unique(value: Any) -> list[Any]:
    """`list(dict.fromkeys(value))`: the first of equal items; a list or a map among them is an error."""
    return list(dict.fromkeys(value))
