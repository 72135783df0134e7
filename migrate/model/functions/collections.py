"""Lists and maps as wholes."""

from __future__ import annotations

from typing import Any

from migrate.model.functions.declaration import kernel


@kernel("merge", result="map", total_on=[("map",)])
def _merge(*maps: dict[str, Any]) -> dict[str, Any]:
    """One map with the keys of all; a later map's value wins. Anything but maps is an error."""
    merged: dict[str, Any] = {}
    for one in maps:
        if not isinstance(one, dict):
            raise TypeError
        merged.update(one)
    return merged


@kernel("python.iterate", result="list", total_on=[("text",), ("list",), ("map",)])
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
