"""Finds which write of one leg corresponds to which of the other, in time proportional to their content.

First equal writes are paired. Of the others, those to operations whose business key people named are paired by that
key, and by nothing else. Then writes to the same method and URL: batches are set aside to be taken apart (see
`batches`); the others are paired first if they share values which stand in no other write, the rest in order; then
writes of the same method, then those to the same URL, whose bodies have most values in common; last, writes of equal
body whose URLs differ in the last segment only, in order, where both legs made as many of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from migrate.shadow.alignment import Pairs, equal_pairs
from migrate.shadow.batches import are_batches
from migrate.shadow.business_keys import named_paths
from migrate.shadow.comparison_settings import ComparisonSettings
from migrate.shadow.exactness import digest, exact, settled
from migrate.shadow.resemblance import ALIKE, resembling
from migrate.shadow.transport_headers import compared_headers
from migrate.shadow.values import value_of
from migrate.shadow.writes import Write

Group = Callable[[Write], Hashable]


@dataclass
class Pairing:
    """Positions in the two legs: what corresponds, what is open, and further copies of paired writes.

    `equal` are left positions of pairs in which nothing differs; `batches` are writes that are compared by records.
    """

    left: list[int]
    right: list[int]
    pairs: Pairs = field(default_factory=list)
    equal: set[int] = field(default_factory=set)
    surplus_left: list[int] = field(default_factory=list)
    surplus_right: list[int] = field(default_factory=list)
    batches: list[tuple[list[int], list[int]]] = field(default_factory=list)

    def take(self, found: Pairs) -> None:
        """Adds pairs and takes their members out of the open positions."""
        if found:
            self.pairs += found
            self.set_aside({i for i, _ in found}, {j for _, j in found})

    def take_pairs(self, found: Pairs) -> None:
        """Adds pairs of writes that were set aside; the pairs stay sorted."""
        self.pairs = sorted([*self.pairs, *found])

    def set_aside(self, lefts: set[int], rights: set[int]) -> None:
        """Takes positions out of the open ones."""
        self.left = [i for i in self.left if i not in lefts]
        self.right = [j for j in self.right if j not in rights]


def pair(left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings) -> Pairing:
    """Pairs the writes of two legs.

    In the result `left` and `right` are the positions without counterpart, `pairs` is sorted by left position.
    """
    open_ = Pairing(list(range(len(left))), list(range(len(right))))
    _take_equal(open_, left, right)
    if open_.left or open_.right:
        _take_others(open_, left, right, settings)
    open_.pairs.sort()
    return open_


def target_of(write: Write) -> tuple[str, str]:
    """Method and URL."""
    return write.method, write.url


def key_of(write: Write) -> bytes:
    """The same for writes without difference; types, signs and all digits count, the order of keys does not."""
    headers = sorted(compared_headers(write).items())
    around = [write.method, write.url, headers, write.status, write.written_as]
    return digest(exact(around) + settled(write.body))


def _take_equal(open_: Pairing, left: Sequence[Write], right: Sequence[Write]) -> None:
    """Pairs equal writes: the n-th with the n-th where most of them are equal; then by a fast key that minds the order
    of keys, and the others by one that does not."""
    if len(left) == len(right):
        alike = [i for i in range(len(left)) if _equal(left[i], right[i])]
        if 2 * len(alike) >= len(left):
            open_.equal |= set(alike)
            open_.take([(i, i) for i in alike])
    headers: dict[Hashable, bytes] = {}

    def fast(write: Write) -> bytes:
        around = headers.get(write.headers)
        if around is None:
            around = headers[write.headers] = exact(sorted(compared_headers(write).items()))
        parts = [write.method, write.url, around, write.status, write.written_as]
        return digest(exact(parts) + exact(write.body))

    for key in (fast, key_of):
        if not (open_.left and open_.right):
            break
        lefts, rights = open_.left, open_.right
        found = equal_pairs([key(left[i]) for i in lefts], [key(right[j]) for j in rights])
        open_.equal |= {lefts[i] for i, _ in found}
        open_.take([(lefts[i], rights[j]) for i, j in found])


def _equal(one: Write, other: Write) -> bool:
    """Whether nothing differs, not even the order of keys."""
    return (
        one.method == other.method
        and one.url == other.url
        and one.status == other.status
        and one.written_as == other.written_as
        and (one.headers == other.headers or compared_headers(one) == compared_headers(other))
        and exact(one.body) == exact(other.body)
    )


def _take_others(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings
) -> None:
    open_.take(_by_named_key(open_, left, right, settings))
    named_left = {i for i in open_.left if _named_key(left[i], settings) is not None}
    named_right = {j for j in open_.right if _named_key(right[j], settings) is not None}
    _set_copies_aside(open_, left, right)
    kept = [i for i in open_.left if i in named_left], [j for j in open_.right if j in named_right]
    open_.set_aside(named_left, named_right)
    _set_batches_aside(open_, left, right, settings)
    open_.take(_by_values(open_, left, right, target_of, 0.0))
    open_.take(_in_order(open_, left, right, target_of))
    open_.take(_by_values(open_, left, right, lambda write: write.method, ALIKE))
    open_.take(_by_values(open_, left, right, lambda write: write.url, ALIKE))
    open_.take(_in_order(open_, left, right, lambda write: (write.url, settled(write.body)), as_many=True))
    open_.take(_in_order(open_, left, right, _neighbours, as_many=True))
    open_.left, open_.right = sorted([*open_.left, *kept[0]]), sorted([*open_.right, *kept[1]])


def _named_key(write: Write, settings: ComparisonSettings) -> Hashable | None:
    """Method, URL and the values of the business key that people named; None without one."""
    if not settings.keys:
        return None
    value = value_of(write.body, named_paths(write, settings))
    return None if value is None else (*target_of(write), value)


def _by_named_key(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings
) -> Pairs:
    lefts = [i for i in open_.left if _named_key(left[i], settings) is not None]
    rights = [j for j in open_.right if _named_key(right[j], settings) is not None]
    found = equal_pairs(
        [_named_key(left[i], settings) for i in lefts], [_named_key(right[j], settings) for j in rights]
    )
    return [(lefts[i], rights[j]) for i, j in found]


def _in_order(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], group: Group, *, as_many: bool = False
) -> Pairs:
    """The n-th open write of a group on the left with the n-th on the right."""
    lefts, rights = _grouped(open_.left, left, group), _grouped(open_.right, right, group)
    return [
        found
        for name, members in lefts.items()
        if name in rights and not (as_many and len(members) != len(rights[name]))
        for found in zip(members, rights[name], strict=False)
    ]


def _grouped(positions: Sequence[int], writes: Sequence[Write], group: Group) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for position in positions:
        groups[group(writes[position])].append(position)
    return groups


def _set_copies_aside(open_: Pairing, left: Sequence[Write], right: Sequence[Write]) -> None:
    """Where one leg has more open writes to a URL than the other, those equal to a paired one are copies."""
    balance = Counter(target_of(left[i]) for i in open_.left)
    balance.subtract(target_of(right[j]) for j in open_.right)
    if not any(balance.values()):
        return
    wanted = {key_of(left[i]) for i in open_.left} | {key_of(right[j]) for j in open_.right}
    targets = {target for target, count in balance.items() if count}
    paired = {
        key for i, _ in open_.pairs if target_of(left[i]) in targets and (key := key_of(left[i])) in wanted
    }
    for j in reversed(open_.right):
        if balance[target_of(right[j])] < 0 and key_of(right[j]) in paired:
            balance[target_of(right[j])] += 1
            open_.surplus_right.append(j)
    for i in reversed(open_.left):
        if balance[target_of(left[i])] > 0 and key_of(left[i]) in paired:
            balance[target_of(left[i])] -= 1
            open_.surplus_left.append(i)
    open_.surplus_left.reverse()
    open_.surplus_right.reverse()
    open_.set_aside(set(open_.surplus_left), set(open_.surplus_right))


def _set_batches_aside(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], settings: ComparisonSettings
) -> None:
    lefts, rights = _grouped(open_.left, left, target_of), _grouped(open_.right, right, target_of)
    for target, members in lefts.items():
        others = rights.get(target, [])
        if are_batches([left[i] for i in members], [right[j] for j in others], settings):
            open_.batches.append((members, others))
    open_.set_aside(
        {i for members, _ in open_.batches for i in members},
        {j for _, others in open_.batches for j in others},
    )


def _by_values(
    open_: Pairing, left: Sequence[Write], right: Sequence[Write], group: Group, least: float
) -> Pairs:
    """Pairs within a group by the values that stand in one open write of each leg only."""
    lefts, rights = _grouped(open_.left, left, group), _grouped(open_.right, right, group)
    found: Pairs = []
    for name, members in lefts.items():
        others = rights.get(name, [])
        if least == 0.0 and len(members) == len(others) == 1:
            found.append((members[0], others[0]))
        elif others:
            bodies_left = {i: left[i].body for i in members}
            bodies_right = {j: right[j].body for j in others}
            found += resembling(bodies_left, bodies_right, least)
    return found


def _neighbours(write: Write) -> Hashable:
    path, _, _ = write.url.partition("?")
    return write.method, path.rpartition("/")[0], settled(write.body)
