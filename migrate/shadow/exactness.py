"""Keys that are equal for JSON values without any difference: types, signs and all digits count."""

from __future__ import annotations

import marshal
from decimal import Decimal
from hashlib import blake2b
from typing import Any

_VERSION = 2
"""The last format of `marshal` in which a value alone decides its bytes; later ones also show what is shared."""


def exact(value: Any) -> bytes:
    """Differs for values that differ in anything, and for maps whose keys stand in another order. Fast, and the same
    within one process only."""
    try:
        return marshal.dumps(value, _VERSION)
    except ValueError:
        # A Decimal is in it, or it is nested too deeply.
        return marshal.dumps(_flat(value), _VERSION)


def settled(value: Any) -> bytes:
    """As `exact`, and the same in whatever order the keys of maps stand."""
    try:
        return marshal.dumps(_in_order(value), _VERSION)
    except (ValueError, RecursionError):
        return marshal.dumps(_flat(value, in_order=True), _VERSION)


def digest(key: bytes) -> bytes:
    """A key in 16 bytes, for two keys the same only where they are equal (BLAKE2)."""
    return blake2b(key, digest_size=16).digest()


def _in_order(value: Any) -> Any:
    """The value with the keys of its maps sorted."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    return value


def _flat(value: object, in_order: bool = False) -> list[Any]:
    """The value without nesting: scalars, and a tuple for where a container begins and how long it is."""
    flat: list[Any] = []
    stack: list[object] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            flat.append(("map", len(one)))
            names = sorted(one) if in_order else list(one)
            for name in reversed(names):
                stack += (one[name], name)
        elif isinstance(one, list | tuple):
            flat.append(("list", len(one)))
            stack += reversed(one)
        elif isinstance(one, Decimal):
            flat.append(("number", str(one)))
        else:
            flat.append(one)
    return flat
