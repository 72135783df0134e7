"""Parts of texts, lists and maps."""

from __future__ import annotations

from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.operands import ANY


@kernel("python.member", result=None, represented=True)
def _member(container: Any, key: Any) -> Any:
    """`container[key]`: map by text, list or text by integer (negative from the end)."""
    return container[key]


@kernel("python.get", result=None, total_on=[("map", "scalar"), ("map", "scalar", ANY)], represented=True)
def _get(container: Any, key: Any, otherwise: Any = None) -> Any:
    """`container.get(key, otherwise)`: of maps only; a key that is there with null gives null."""
    return container.get(key, otherwise)


@kernel("python.contains", result="boolean", total_on=[("list", ANY), ("text", "text"), ("map", "scalar")])
def _contains(container: Any, value: Any) -> bool:
    """`value in container`: key of a map, item of a list, part of a text."""
    if isinstance(container, (dict, list, str)):
        return value in container
    raise TypeError


@kernel("python.length", result="integer", total_on=[("text",), ("list",), ("map",), ("bytes",)])
def _length(value: Any) -> int:
    """`len(value)`: of texts in code points, of bytes, of lists and maps."""
    return len(value)


_BOUNDS = ("integer", "null")


@kernel(
    "python.slice",
    result=lambda operands: operands[0].type,
    total_on=[(kind, start, stop) for kind in ("list", "text") for start in _BOUNDS for stop in _BOUNDS],
)
def _slice(value: Any, start: Any, stop: Any, step: Any = None) -> Any:
    """`value[start:stop:step]` of a text or list; null for a bound that is left out."""
    if isinstance(value, (list, str)):
        return value[start:stop:step]
    raise TypeError
