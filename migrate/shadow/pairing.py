"""Finds which write of one leg corresponds to which of the other, in time proportional to their content.

First equal writes are paired; then writes to the same method and URL, those first that share values which
stand in no other write, the rest in order; then writes of the same method whose bodies have most values in
common; last, writes of equal body whose URLs differ in the last segment only, in order, where both legs
made as many of them.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from migrate.shadow.bodies import Json
from migrate.shadow.writes import Write

ALIKE = 0.5
"""Share of common values from which on writes to different URLs are taken for the same record."""

_MANY = -1
Group = Callable[[Write], Hashable]


@dataclass
class Pairing:
    """Positions in the two legs: what corresponds, what is open, and further copies of paired writes."""

    left: list[int]
    right: list[int]
    pairs: list[tuple[int, int]] = field(default_factory=list)
    surplus_left: list[int] = field(default_factory=list)
    surplus_right: list[int] = field(default_factory=list)

    def take(self, found: list[tuple[int, int]]) -> None:
        """Adds pairs and takes their members out of the open positions."""
        self.pairs += found
        taken_left, taken_right = {i for i, _ in found}, {j for _, j in found}
        self.left = [i for i in self.left if i not in taken_left]
        self.right = [j for j in self.right if j not in taken_right]


def pair(
    left: Sequence[Write], right: Sequence[Write], left_keys: list[str], right_keys: list[str]
) -> Pairing:
    """Pairs the writes of two legs, whose keys are equal where there is no difference.

    In the result `left` and `right` are the positions without counterpart, `pairs` is sorted by left
    position.
    """
    open_ = Pairing(list(range(len(left))), list(range(len(right))))
    open_.take(_in_order(open_, left_keys.__getitem__, right_keys.__getitem__))
    _set_copies_aside(open_, left, right, left_keys, right_keys)
    open_.take(_by_values(open_, left, right, target_of, 0.0))
    open_.take(_in_order(open_, lambda i: target_of(left[i]), lambda j: target_of(right[j])))
    open_.take(_by_values(open_, left, right, lambda write: write.method, ALIKE))
    open_.take(
        _in_order(open_, lambda i: _neighbours(left[i]), lambda j: _neighbours(right[j]), as_many=True)
    )
    open_.pairs.sort()
    return open_


def target_of(write: Write) -> tuple[str, str]:
    """Method and URL."""
    return write.method, write.url


def _in_order(
    open_: Pairing,
    left_group: Callable[[int], Hashable],
    right_group: Callable[[int], Hashable],
    *,
    as_many: bool = False,
) -> list[tuple[int, int]]:
    """The n-th open write of a group on the left with the n-th on the right."""
    lefts, rights = _grouped(open_.left, left_group), _grouped(open_.right, right_group)
    return [
        found
        for group, members in lefts.items()
        if group in rights and not (as_many and len(members) != len(rights[group]))
        for found in zip(members, rights[group], strict=False)
    ]


def _grouped(positions: Sequence[int], group: Callable[[int], Hashable]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for position in positions:
        groups[group(position)].append(position)
    return groups


def _set_copies_aside(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], left_keys: list[str], right_keys: list[str]
) -> None:
    """Where one leg has more open writes to a URL than the other, those equal to a paired one are copies."""
    paired = {left_keys[i] for i, _ in open_.pairs}
    balance = Counter(target_of(left[i]) for i in open_.left)
    balance.subtract(target_of(right[j]) for j in open_.right)
    for j in reversed(open_.right):
        if right_keys[j] in paired and balance[target_of(right[j])] < 0:
            balance[target_of(right[j])] += 1
            open_.surplus_right.append(j)
    for i in reversed(open_.left):
        if left_keys[i] in paired and balance[target_of(left[i])] > 0:
            balance[target_of(left[i])] -= 1
            open_.surplus_left.append(i)
    open_.surplus_left.reverse()
    open_.surplus_right.reverse()
    aside_left, aside_right = set(open_.surplus_left), set(open_.surplus_right)
    open_.left = [i for i in open_.left if i not in aside_left]
    open_.right = [j for j in open_.right if j not in aside_right]


def _by_values(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], group: Group, least: float
) -> list[tuple[int, int]]:
    """Pairs within a group by the number of values that stand in one open write of each leg only."""
    lefts = _grouped(open_.left, lambda i: group(left[i]))
    rights = _grouped(open_.right, lambda j: group(right[j]))
    found: list[tuple[int, int]] = []
    for key, members in lefts.items():
        others = rights.get(key, [])
        if least == 0.0 and len(members) == len(others) == 1:
            found.append((members[0], others[0]))
        elif others:
            values_left = {i: frozenset(_values(left[i].body)) for i in members}
            values_right = {j: frozenset(_values(right[j].body)) for j in others}
            found += _elected(values_left, values_right, least)
    return found


def _elected(
    left: dict[int, frozenset[int]], right: dict[int, frozenset[int]], least: float
) -> list[tuple[int, int]]:
    owners_left, owners_right = _owners(left), _owners(right)
    votes: Counter[tuple[int, int]] = Counter()
    for value, i in owners_left.items():
        j = owners_right.get(value, _MANY)
        if _MANY not in (i, j):
            votes[i, j] += 1
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    found = []
    for i, j in sorted(votes, key=lambda both: (-votes[both], both)):
        if i in taken_left or j in taken_right:
            continue
        if len(left[i] & right[j]) >= least * max(len(left[i]), len(right[j])):
            found.append((i, j))
            taken_left.add(i)
            taken_right.add(j)
    return found


def _owners(values: dict[int, frozenset[int]]) -> dict[int, int]:
    """The one write that a value stands in, or _MANY."""
    owners: dict[int, int] = {}
    for position, all_of_it in values.items():
        for value in all_of_it:
            owners[value] = _MANY if value in owners else position
    return owners


def _values(body: Json) -> Iterator[int]:
    """A hash for each scalar and empty container of the body together with its path."""
    stack: list[tuple[tuple[str | int, ...], Json]] = [((), body)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, dict) and value:
            stack += [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list) and value:
            stack += [((*path, index), item) for index, item in enumerate(value)]
        else:
            yield hash((path, type(value).__name__, repr(value)))


def body_text(write: Write) -> str:
    """The body as text, equal for equal bodies whatever the order of their keys."""
    try:
        return json.dumps(write.body, sort_keys=True)
    except RecursionError:
        # Nested too deeply for the encoder: equal to none.
        return f"nested too deeply: {id(write)}"


def _neighbours(write: Write) -> Hashable:
    path, _, _ = write.url.partition("?")
    return write.method, path.rpartition("/")[0], body_text(write)
