"""Writes that changed places, and whether it matters: writes of one business key must keep their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from migrate.shadow.alignment import Pairs, longest_ascending
from migrate.shadow.business_keys import PairedBy, found_paths, named_paths, record_keys, shown_paths
from migrate.shadow.comparison_settings import ComparisonSettings, DeclaredRule
from migrate.shadow.concurrency import sorted_within
from migrate.shadow.differences import Reordered
from migrate.shadow.operations import operation_of
from migrate.shadow.pairing import target_of
from migrate.shadow.patterns import OperationPattern
from migrate.shadow.writes import Write


@dataclass(frozen=True)
class Records:
    """Which record each left write of some pairs is of, by its position; and the fields that tell it."""

    keys: Mapping[int, Hashable]
    known: tuple[PairedBy, ...]


def records_of(
    left: Sequence[Write], right: Sequence[Write], pairs: Pairs, settings: ComparisonSettings
) -> Records:
    """Business keys of the writes of one operation after the other, named or found among the pairs.

    A write whose operation has none is of the record that its URL names, if no other write of the operation has that
    URL; else it is not known of which record it is, and it has no key.
    """
    operations: dict[str, Pairs] = defaultdict(list)
    for i, j in pairs:
        operations[operation_of(left[i])].append((i, j))
    keys: dict[int, Hashable] = {}
    known: list[PairedBy] = []
    for operation, members in operations.items():
        ours, theirs = [left[i] for i, _ in members], [right[j] for _, j in members]
        named = named_paths(ours[0], settings)
        paths = named or found_paths([write.body for write in ours], [write.body for write in theirs])
        if paths:
            known.append(PairedBy(operation, shown_paths(paths), "named" if named else "found"))
        for (i, _), key in zip(members, record_keys(ours, paths), strict=True):
            if key[1] is not None or len(members) == 1:
                keys[i] = key
    return Records(keys, tuple(sorted(known)))


def order_freed(
    left: Sequence[Write], pairs: Pairs, records: Records, settings: ComparisonSettings
) -> tuple[Pairs, dict[DeclaredRule, int]]:
    """The pairs as they would be if no write had moved that `write-order` lets move, and how many that are by rule.

    Only writes that are known to be of another record than those they passed may move.
    """
    rules = [rule for rule in settings.rules if rule.rule == "write-order" and rule.operation]
    if not rules:
        return pairs, {}
    crossed = _crossed(pairs, [records.keys.get(i, i) for i, _ in pairs])
    groups: list[DeclaredRule | None] = []
    for index, (i, _) in enumerate(pairs):
        free = index not in crossed and i in records.keys
        fits = (rule for rule in rules if OperationPattern(rule.operation or "").fits(operation_of(left[i])))
        groups.append(next(fits, None) if free else None)
    freed = sorted_within(pairs, groups)
    moved: dict[DeclaredRule, int] = defaultdict(int)
    for before, after, rule in zip(pairs, freed, groups, strict=True):
        if rule is not None and before != after:
            moved[rule] += 1
    return freed, dict(moved)


def reordered(
    left: Sequence[Write], right: Sequence[Write], pairs: Pairs, records: Records
) -> Iterator[Reordered]:
    """The fewest pairs that must have moved; their order is judged among the paired writes only."""
    stayed = longest_ascending([j for _, j in pairs])
    if len(stayed) == len(pairs):
        return
    at_target = _crossed(pairs, [target_of(left[i]) for i, _ in pairs])
    of_key = _crossed(pairs, [records.keys.get(i, ("no key", i)) for i, _ in pairs])
    for index, (i, j) in enumerate(pairs):
        if index not in stayed:
            yield Reordered(left[i], right[j], i, j, index in at_target, index in of_key)


def _crossed(pairs: Pairs, groups: Sequence[Hashable]) -> set[int]:
    """Indexes of the pairs that changed places with a pair of the same group."""
    members: dict[Hashable, list[int]] = defaultdict(list)
    for index, group in enumerate(groups):
        members[group].append(index)
    crossed: set[int] = set()
    most = max((j for _, j in pairs), default=0) + 1
    for indexes in members.values():
        highest, lowest = -1, most
        for index in indexes:
            if pairs[index][1] < highest:
                crossed.add(index)
            highest = max(highest, pairs[index][1])
        for index in reversed(indexes):
            if pairs[index][1] > lowest:
                crossed.add(index)
            lowest = min(lowest, pairs[index][1])
    return crossed
