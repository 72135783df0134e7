"""The parts in which two JSON values differ."""

from __future__ import annotations

from collections.abc import Iterator

from migrate.shadow.bodies import Json
from migrate.shadow.differences import ABSENT, Field, Key


def unequal_values(
    path: tuple[Key, ...], left: Json, right: Json
) -> Iterator[tuple[tuple[Key, ...], Field, Field]]:
    """The smallest differing parts, in document order, each with its path; an explicit stack, as values may be nested
    deeply."""
    stack: list[tuple[tuple[Key, ...], Field, Field]] = [(path, left, right)]
    while stack:
        keys, ours, theirs = stack.pop()
        if isinstance(ours, dict) and isinstance(theirs, dict):
            names = dict.fromkeys((*ours, *theirs))
            inner = [((*keys, name), ours.get(name, ABSENT), theirs.get(name, ABSENT)) for name in names]
            stack += reversed(inner)
        elif isinstance(ours, list) and isinstance(theirs, list):
            for index in reversed(range(max(len(ours), len(theirs)))):
                one = ours[index] if index < len(ours) else ABSENT
                other = theirs[index] if index < len(theirs) else ABSENT
                stack.append(((*keys, index), one, other))
        elif type(ours) is not type(theirs) or repr(ours) != repr(theirs):
            yield keys, ours, theirs
