"""Places in JSON values: all of them, what stands there, and the value with something else there."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

from migrate.shadow.bodies import Json

MISSING = object()
"""Stands for nothing: the key or item is taken away."""
Path = tuple[str | int, ...]


def paths(value: object, before: Path = ()) -> Iterator[Path]:
    """The places in a value, outer ones first."""
    yield before
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, one in inner:
        yield from paths(one, (*before, key))


def shape_of(path: Path) -> tuple[str, ...]:
    """The same for the same field of other items."""
    return tuple("*" if isinstance(key, int) else key for key in path)


def at(value: object, path: Path) -> object:
    """What stands at a place."""
    for key in path:
        value = value[key]  # type: ignore[index]  # the path was found in it
    return value


def with_changes(value: Json, changes: Iterable[tuple[Path, object]]) -> Json:
    """A copy with other values at these places; one whose holder is gone by then is passed over."""
    changed = copy.deepcopy(value)
    for path, new in changes:
        changed = _set(changed, path, copy.deepcopy(new) if new is not MISSING else new)
    return changed


def _set(value: Json, path: Path, new: object) -> Json:
    if not path:
        return None if new is MISSING else new  # type: ignore[return-value]  # JSON by construction
    try:
        holder = at(value, path[:-1])
        if new is MISSING:
            del holder[path[-1]]  # type: ignore[attr-defined]  # a map or a list
        else:
            holder[path[-1]] = new  # type: ignore[index]  # a map or a list
    except (LookupError, TypeError):
        pass  # another change took away what held it
    return value
