"""Writes that changed places, and whether it matters: what two writes of one record leave behind depends on their
order.

Two writes that changed places did so freely if they are of one concurrent call (see `concurrency`), or if the rule
`write-order` holds for both and they are known to be of different records. Any other two are a finding, told of one of
them. A write may pass others freely and still have passed one that it must not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from migrate.shadow.alignment import Pairs, longest_ascending
from migrate.shadow.comparison_settings import ComparisonSettings, DeclaredRule
from migrate.shadow.concurrency import sorted_within
from migrate.shadow.differences import Reordered
from migrate.shadow.identities import Records
from migrate.shadow.operations import operation_of, template_of
from migrate.shadow.pairing import target_of
from migrate.shadow.patterns import OperationPattern
from migrate.shadow.writes import Write

Kind = TypeVar("Kind", bound=Hashable)
Groups = Sequence[Hashable | None]
"""For each pair the group within which it may change places; None is in no group."""


@dataclass(frozen=True)
class Moves:
    """Pairs of two legs, sorted by left position, and what may change places among them.

    `concurrent`: writes of one group have no order at all. `freed`: those of one group have none among different
    records, and the record of each is known.
    """

    left: Sequence[Write]
    right: Sequence[Write]
    pairs: Pairs
    records: Records
    concurrent: Groups
    freed: Groups

    def reordered(self) -> list[Reordered]:
        """The writes that changed places and must not have; their order is judged among the paired writes only."""
        chosen = self.chosen()
        if not chosen:
            return []
        targets = [target_of(self.left[i]) for i, _ in self.pairs]
        at_target = {
            index for members in _groups(targets).values() for index in self._crossed(members, members)
        }
        templates = [template_of(self.left[i]) for i, _ in self.pairs]
        kinds = list(zip(self.concurrent, self.freed, templates, strict=True))
        everything = range(len(self.pairs))
        passed = {
            index: {other[2] for other in found if _ordered(kinds[index], other)}
            for index, found in crossing(self.pairs, kinds, everything, chosen).items()
        }
        in_record = self._in_record(templates, chosen)
        unknown = self._unknown(templates, chosen)
        return [
            Reordered(
                self.left[i],
                self.right[j],
                i,
                j,
                index in at_target,
                bool(in_record[index]),
                tuple(sorted(passed[index] | in_record[index])),
                tuple(sorted(in_record[index])),
                tuple(sorted(unknown[index])),
            )
            for index, (i, j) in enumerate(self.pairs)
            if index in chosen
        ]

    def chosen(self) -> set[int]:
        """Indexes of pairs, of which one at least is of any two that must not have changed places."""
        odd = self._odd(range(len(self.pairs)))
        if not odd:
            return set()
        settled = sorted_within(sorted_within(self.pairs, self.concurrent), self.freed)
        stayed = longest_ascending([j for _, j in settled])
        chosen = {index for index in odd if index not in stayed}
        rest = self._odd([index for index in range(len(self.pairs)) if index not in chosen])
        stayed = longest_ascending([self.pairs[index][1] for index in rest])
        return chosen | {index for at, index in enumerate(rest) if at not in stayed}

    def _odd(self, members: Sequence[int]) -> list[int]:
        """Those of some pairs that changed places with another of them and must not have."""
        kinds = list(zip(self.concurrent, self.freed, strict=True))
        found = crossing(self.pairs, kinds, members, members)
        odd = {index for index in members if any(_ordered(kinds[index], other) for other in found[index])}
        among = set(members)
        same = self._in_record([""] * len(self.pairs), among, among)
        return sorted(odd | {index for index in members if same[index]})

    def _crossed(self, members: Sequence[int], asked: Collection[int]) -> Iterator[int]:
        found = crossing(self.pairs, [None] * len(self.pairs), members, asked)
        return (index for index, others in found.items() if others)

    def _in_record(
        self, templates: Sequence[str], asked: Collection[int], among: Collection[int] | None = None
    ) -> Mapping[int, set[str]]:
        """The templates of writes of the same record with which each of those asked for changed places."""
        found: dict[int, set[str]] = {index: set() for index in asked}
        sharing: dict[Hashable, dict[int, bool]] = defaultdict(dict)
        for index, (i, _) in enumerate(self.pairs):
            if among is None or index in among:
                identity = self.records.of[i]
                for name in identity.around:
                    sharing[name][index] = False
                for name in identity.own:
                    sharing[name][index] = True
        for owns in sharing.values():
            members = sorted(owns)
            inside = [index for index in members if index in found]
            if len(members) < 2 or not inside or not any(owns.values()):
                continue
            kinds = {index: (self.concurrent[index], owns[index], templates[index]) for index in members}
            for index, others in crossing(self.pairs, kinds, members, inside).items():
                group, is_own, _ = kinds[index]
                found[index] |= {
                    template
                    for other, also, template in others
                    if (is_own or also) and (group is None or group != other)
                }
        return found

    def _unknown(self, templates: Sequence[str], asked: Collection[int]) -> Mapping[int, set[str]]:
        """The templates of writes to the same server with which each of those asked for changed places, where it is
        not known of which record one of the two is."""
        kinds = [
            (self.concurrent[index], _server(self.left[i]), self.records.is_known(i), templates[index])
            for index, (i, _) in enumerate(self.pairs)
        ]
        found: dict[int, set[str]] = {}
        for index, others in crossing(self.pairs, kinds, range(len(self.pairs)), asked).items():
            group, server, known, _ = kinds[index]
            found[index] = {
                template
                for other, place, also, template in others
                if place == server and not (known and also) and (group is None or group != other)
            }
        return found


def moved_by_rule(
    left: Sequence[Write], pairs: Pairs, records: Records, settings: ComparisonSettings
) -> list[DeclaredRule | None]:
    """For each pair the rule `write-order` that lets its left write pass writes of other records."""
    rules = [rule for rule in settings.rules if rule.rule == "write-order" and rule.operation]
    patterns = [(rule, OperationPattern(rule.operation or "")) for rule in rules]
    return [
        next((rule for rule, pattern in patterns if pattern.fits(operation_of(left[i]))), None)
        if records.is_known(i)
        else None
        for i, _ in pairs
    ]


def crossing(
    pairs: Pairs,
    kinds: Sequence[Kind] | Mapping[int, Kind],
    members: Iterable[int],
    asked: Collection[int],
) -> dict[int, set[Kind]]:
    """For each index that is asked for, the kinds of those of the members with which it changed places.

    In time proportional to the members, and to those asked for times the kinds there are.
    """
    found: dict[int, set[Kind]] = {index: set() for index in asked}
    forward = list(members)
    for indexes, sign in ((forward, 1), (forward[::-1], -1)):
        furthest: dict[Kind, int] = {}
        for index in indexes:
            place = sign * pairs[index][1]
            if index in found:
                found[index].update(kind for kind, far in furthest.items() if far > place)
            kind = kinds[index]
            if furthest.get(kind, place) <= place:
                furthest[kind] = place
    return found


def _ordered(one: tuple[Hashable, ...], other: tuple[Hashable, ...]) -> bool:
    """Whether order counts between two kinds, whose first two parts are groups within which it does not."""
    return all(a is None or a != b for a, b in zip(one[:2], other[:2], strict=True))


def _groups(keys: Iterable[Hashable]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        found[key].append(index)
    return found


def _server(write: Write) -> str:
    return "/".join(write.url.split("/", 3)[:3])
