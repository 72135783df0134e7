"""Which records of two sides are the same one, though they are not equal, in time proportional to their content.

A value that stands in one record of each side only, at the same path, is a vote for the two; one in a field whose name
says that it identifies (`id`, `orderNumber`, `sku`) counts as much as half of the record. Who has most votes first
is paired first.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from migrate.shadow.bodies import Json

ALIKE = 0.5
"""Share of common values from which on records are taken for the same one wherever they stand."""

IDENTIFYING = re.compile(
    r"(?:^|[_\-. ]|(?<=[a-z0-9])(?=[A-Z]))"
    r"(?i:id|key|number|num|no|nr|code|sku|e-?mail|uuid|guid|ref|reference|ean|iban)$"
)
"""The last word of a field's name that identifies a record."""

_MANY = -1
Votes = dict[int, int]
"""By the hash of a value and its path, how much it counts."""


@lru_cache(maxsize=4096)
def identifies(name: str) -> bool:
    """Whether a field's name says that it identifies the record."""
    return IDENTIFYING.search(name) is not None


def resembling(
    left: Mapping[int, Json], right: Mapping[int, Json], least: float = ALIKE
) -> list[tuple[int, int]]:
    """Pairs of positions of records that share values nobody else has, and the share `least` of all their values."""
    votes_left = {i: _votes(body) for i, body in left.items()}
    votes_right = {j: _votes(body) for j, body in right.items()}
    owners_left, owners_right = _owners(votes_left), _owners(votes_right)
    votes: Counter[tuple[int, int]] = Counter()
    for value, i in owners_left.items():
        j = owners_right.get(value, _MANY)
        if i != _MANY and j != _MANY:
            votes[i, j] += votes_left[i][value]
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    found = []
    for i, j in sorted(votes, key=lambda both: (-votes[both], both)):
        if i in taken_left or j in taken_right:
            continue
        common = len(votes_left[i].keys() & votes_right[j].keys())
        if common >= least * max(len(votes_left[i]), len(votes_right[j])):
            found.append((i, j))
            taken_left.add(i)
            taken_right.add(j)
    return found


def _owners(votes: Mapping[int, Votes]) -> dict[int, int]:
    """The one record that a value stands in, or _MANY."""
    owners: dict[int, int] = {}
    for position, values in votes.items():
        for value in values:
            owners[value] = _MANY if value in owners else position
    return owners


def _votes(body: Json) -> Votes:
    """A hash for each scalar and empty container of the record together with its path; places in lists do not count."""
    found: Votes = {}
    names: list[int] = []
    for path, value in scalars(body):
        known = hash((path, type(value).__name__, repr(value)))
        found[known] = 1
        name = path[-1] if path else None
        if name is not None and identifies(name) and isinstance(value, str | int) and value not in ("", 0):
            names.append(known)
    for known in names:
        found[known] = max(2, len(found) // 2)
    return found


def scalars(
    body: Json,
) -> Iterator[tuple[tuple[str | None, ...], bool | int | float | Decimal | str | Json | None]]:
    """Each scalar and empty container with its path; None stands for a place in a list."""
    stack: list[tuple[tuple[str | None, ...], Json]] = [((), body)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict) and value:
            stack += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list) and value:
            stack += [((*path, None), item) for item in value]
        else:
            yield path, value
