"""The parts in which two JSON values differ: fields, and items of lists that are missing, more, or elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from migrate.model.values import type_name
from migrate.shadow.alignment import Pairs, between, equal_pairs, longest_ascending
from migrate.shadow.bodies import Json
from migrate.shadow.differences import ABSENT, Absent, Change, Field, Key
from migrate.shadow.exactness import exact, settled
from migrate.shadow.resemblance import resembling

Path = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Unequal:
    """A part that differs. `keys` lead to it on the left, or on the right where it is `extra` or `duplicated` there.

    `to` is where a `reordered` item of a list stands on the right.
    """

    keys: Path
    left: Field
    right: Field
    change: Change = "different"
    to: int | None = None


def unequal_values(path: Path, left: Json, right: Json) -> Iterator[Unequal]:
    """The smallest differing parts, in document order; an explicit stack, as values may be nested deeply.

    Items of lists correspond as `aligned` says. Whatever keys of maps stand in another order is equal.
    """
    stack: list[tuple[Path, Field, Field] | Unequal] = [(path, left, right)]
    while stack:
        one = stack.pop()
        if isinstance(one, Unequal):
            yield one
            continue
        keys, ours, theirs = one
        if isinstance(ours, dict) and isinstance(theirs, dict):
            names = list(dict.fromkeys((*ours, *theirs)))
            stack += [((*keys, n), ours.get(n, ABSENT), theirs.get(n, ABSENT)) for n in reversed(names)]
        elif isinstance(ours, list) and isinstance(theirs, list):
            if len(ours) == len(theirs) > 1 and exact(ours) == exact(theirs):
                continue
            stack += reversed(_in_list(keys, ours, theirs))
        elif type(ours) is not type(theirs) or repr(ours) != repr(theirs):
            yield Unequal(keys, ours, theirs, change_of(ours, theirs))


def change_of(left: Field, right: Field) -> Change:
    """Whether a field has another value, or one of another type. Null and absent are values, not types."""
    if isinstance(left, Absent | None) or isinstance(right, Absent | None):
        return "different"
    return "different" if json_type(left) == json_type(right) else "type changed"


def json_type(value: Json) -> str:
    """The name of a value's type; a number with a fraction or exponent is a `float`, however many digits it has."""
    return "float" if isinstance(value, Decimal) else type_name(value)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Which items of two lists correspond (sorted by the left one), and which have no counterpart."""

    pairs: Pairs
    left: list[int]
    right: list[int]
    copies_left: frozenset[int]
    copies_right: frozenset[int]
    moved: frozenset[int]
    """Left positions of pairs that changed places; as few as can be."""

    def parts(self) -> list[tuple[int | None, int | None, Change]]:
        """Positions that correspond (None where there is nothing) and what became of the item, in the left's order.

        A pair is `different` whether it differs or not; one that moved is there twice, `reordered` first. What only the
        right has stands behind what has its place on the left.
        """
        found: list[tuple[int | None, int | None, Change]] = []
        for i, j in self.pairs:
            if i in self.moved:
                found.append((i, j, "reordered"))
            found.append((i, j, "different"))
        found += [(i, None, "missing") for i in self.left]
        found += [(i, None, "duplicated") for i in self.copies_left]
        found += [(None, j, "extra") for j in self.right]
        found += [(None, j, "duplicated") for j in self.copies_right]
        return sorted(found, key=lambda part: (part[1] or 0, 1) if part[0] is None else (part[0], 0))


def aligned(left: Sequence[Json], right: Sequence[Json], key: Sequence[tuple[str, ...]] = ()) -> Alignment:
    """Equal items correspond; of the others those that share most, then those between the same neighbours.

    With the fields of a business `key` only items of equal keys do, as far as they have the key. `copies_left` and
    `copies_right` are those without counterpart that equal one with a counterpart.
    """
    keys = [exact(item) for item in left], [exact(item) for item in right]
    pairs = equal_pairs(*keys)
    lefts, rights = _open(pairs, len(left), len(right))
    if lefts and rights:
        keys = [settled(item) for item in left], [settled(item) for item in right]
        pairs = equal_pairs(*keys)
        lefts, rights = _open(pairs, len(left), len(right))
    equal_left = {keys[0][i] for i, _ in pairs}
    copies_left = frozenset(i for i in lefts if keys[0][i] in equal_left)
    copies_right = frozenset(j for j in rights if keys[1][j] in equal_left)
    if len(left) == len(right):
        # As many as before: a copy stands in the place of another item.
        copies_left = copies_right = frozenset()
    lefts = [i for i in lefts if i not in copies_left]
    rights = [j for j in rights if j not in copies_right]
    pairs, lefts, rights = _with(pairs, lefts, rights, by_key(left, right, lefts, rights, key))
    others = [i for i in lefts if value_of(left[i], key) is None]
    theirs = [j for j in rights if value_of(right[j], key) is None]
    alike = _resembling(left, right, others, theirs)
    pairs, lefts, rights = _with(pairs, lefts, rights, alike)
    _, others, theirs = _with([], others, theirs, alike)
    pairs, lefts, rights = _with(pairs, lefts, rights, between(pairs, others, theirs))
    stayed = longest_ascending([j for _, j in pairs])
    moved = frozenset(i for index, (i, _) in enumerate(pairs) if index not in stayed)
    return Alignment(pairs, lefts, rights, copies_left, copies_right, moved)


def by_key(
    left: Sequence[Json],
    right: Sequence[Json],
    lefts: list[int],
    rights: list[int],
    key: Sequence[tuple[str, ...]],
) -> Pairs:
    """The n-th open record of a business key on the left with the n-th of it on the right."""
    waiting: dict[bytes, list[int]] = defaultdict(list)
    for j in reversed(rights):
        value = value_of(right[j], key)
        if value is not None:
            waiting[value].append(j)
    values = ((i, value_of(left[i], key)) for i in lefts)
    return [(i, waiting[value].pop()) for i, value in values if value is not None and waiting.get(value)]


def value_of(body: Json, key: Sequence[tuple[str, ...]]) -> bytes | None:
    """The values of a key's fields, exactly; None where one is absent, null or no scalar."""
    values: list[Json] = []
    for path in key:
        value: Json = body
        for name in path:
            if not isinstance(value, dict) or name not in value:
                return None
            value = value[name]
        if value is None or isinstance(value, dict | list):
            return None
        values.append(value)
    return exact(values) if values else None


def _with(
    pairs: Pairs, lefts: list[int], rights: list[int], found: Pairs
) -> tuple[Pairs, list[int], list[int]]:
    """Pairs and open positions after more pairs were found."""
    taken_left, taken_right = {i for i, _ in found}, {j for _, j in found}
    return (
        sorted([*pairs, *found]),
        [i for i in lefts if i not in taken_left],
        [j for j in rights if j not in taken_right],
    )


def _open(pairs: Pairs, left_count: int, right_count: int) -> tuple[list[int], list[int]]:
    taken_left, taken_right = {i for i, _ in pairs}, {j for _, j in pairs}
    return (
        [i for i in range(left_count) if i not in taken_left],
        [j for j in range(right_count) if j not in taken_right],
    )


def _resembling(left: Sequence[Json], right: Sequence[Json], lefts: list[int], rights: list[int]) -> Pairs:
    ours = {i: left[i] for i in lefts if isinstance(left[i], dict | list)}
    theirs = {j: right[j] for j in rights if isinstance(right[j], dict | list)}
    return resembling(ours, theirs) if ours and theirs else []


_Part = tuple[Path, Field, Field] | Unequal


def _in_list(path: Path, left: list[Json], right: list[Json]) -> list[_Part]:
    """What differs between two lists, in the order of the left one; what only the right one has stands behind."""
    if len(left) == len(right) == 1:
        return [((*path, 0), left[0], right[0])]
    parts: list[_Part] = []
    for i, j, change in aligned(left, right).parts():
        if i is None:
            assert j is not None
            parts.append(Unequal((*path, j), ABSENT, right[j], change))
        elif j is None:
            parts.append(Unequal((*path, i), left[i], ABSENT, change))
        elif change == "reordered":
            parts.append(Unequal((*path, i), left[i], right[j], change, j))
        else:
            parts.append(((*path, i), left[i], right[j]))
    return parts
