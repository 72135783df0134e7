"""Compares what two legs sent, record by record: nothing is converted or left out but by a named rule.

Rules, each with the number of pairs in which it mattered: `transport-headers` (see `transport_headers`) and
`content-type-case` (content types are the same in any case). Keys of a map have no order; everything else
has.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from migrate.model.values import type_name
from migrate.shadow.concurrency import Concurrency, freed, in_order
from migrate.shadow.differences import (
    ABSENT,
    Absent,
    Difference,
    Different,
    Duplicated,
    Extra,
    Field,
    Key,
    Missing,
    Outcome,
    ReadDiffers,
    Reordered,
    TypeChanged,
)
from migrate.shadow.pairing import Pairing, body_text, pair, target_of
from migrate.shadow.transport_headers import is_default
from migrate.shadow.values import unequal_values
from migrate.shadow.writes import Write

HeaderLines = tuple[tuple[str, str], ...]
_CREDENTIAL = re.compile(r"authori[sz]ation|cookie|auth|token|api-?key|secret|signature|session|password")


@dataclass(frozen=True, order=True)
class RuleHit:
    """A named rule made `count` pairs equal that differ in a header."""

    rule: str
    header: str
    count: int

    def __str__(self) -> str:
        return f"{self.rule}: {self.header} not compared in {self.count} pairs where it differs"


@dataclass(frozen=True)
class Comparison:
    """What became of the writes: how many each leg made, how many are equal, what differs."""

    left_count: int
    right_count: int
    equal: int
    differences: tuple[Difference, ...]
    hits: tuple[RuleHit, ...]
    open_order: tuple[Reordered, ...] = ()
    """Writes that changed places, where their calls may have run at the same time, and may not."""


def compare(left: Sequence[Write], right: Sequence[Write], concurrency: Concurrency = in_order) -> Comparison:
    """Compares the writes of two legs, each in the order sent. `left` is the yardstick.

    `concurrency` says which writes are of calls that run at the same time (see `concurrency`): between those there is
    no order.
    """
    left_keys, right_keys = [_key(write) for write in left], [_key(write) for write in right]
    pairing = pair(left, right, left_keys, right_keys)
    fields: list[Difference] = []
    equal = 0
    for i, j in pairing.pairs:
        found = [] if left_keys[i] == right_keys[j] else list(_field_differences(left[i], right[j]))
        fields += found
        equal += not found
    free = freed(left, pairing.pairs, concurrency)
    moved = tuple(_reordered(left, right, free.perhaps))
    return Comparison(
        left_count=len(left),
        right_count=len(right),
        equal=equal,
        differences=(
            *fields,
            *(Missing(left[i]) for i in pairing.left),
            *_duplicates(left, right, left_keys, right_keys, pairing),
            *(Extra(right[j]) for j in pairing.right),
            *moved,
        ),
        hits=_hits((left[i], right[j]) for i, j in pairing.pairs),
        open_order=() if moved else tuple(_reordered(left, right, free.surely)),
    )


def compare_outcomes(left_failed: bool, right_failed: bool) -> tuple[Outcome, ...]:
    """One difference if one run failed and the other did not."""
    return () if left_failed == right_failed else (Outcome(left_failed, right_failed),)


def compare_reads(left: Sequence[Write], right: Sequence[Write]) -> tuple[ReadDiffers, ...]:
    """Compares the reads as a multiset of method, URL, body and headers; their order does not count.

    Credentials are also compared for each server, so that a wrong one shows even where the URLs differ.
    """
    found: list[ReadDiffers] = []
    reads = _by_read(left), _by_read(right)
    for key in dict.fromkeys((*reads[0], *reads[1])):
        both = [side.get(key, []) for side in reads]
        if len(both[0]) != len(both[1]):
            found.append(ReadDiffers((both[0] or both[1])[0], len(both[0]), len(both[1]), "times"))
            continue
        found += _header_differences(both[0], both[1])
    servers = {_server(one.read) for one in found if one.what == "credentials"}
    sides = _by_server(left), _by_server(right)
    for origin in sides[0].keys() & sides[1].keys() - servers:
        ways = [{_credentials(read) for read in side[origin]} for side in sides]
        for read in (*sides[0][origin], *sides[1][origin]):
            if _credentials(read) in ways[0] ^ ways[1]:
                times = [sum(_credentials(r) == _credentials(read) for r in side[origin]) for side in sides]
                found.append(ReadDiffers(read, times[0], times[1], "credentials"))
                break
    return tuple(sorted(found, key=lambda one: (one.what, one.read.sequence, str(one))))


def _compared(write: Write) -> dict[str, str]:
    """The headers that count, as they are compared."""
    return {
        name: value.lower() if name == "content-type" else value
        for name, value in write.headers
        if not is_default(name, value)
    }


def _key(write: Write) -> str:
    """Text that is equal for writes without difference; types, signs and all digits stand in it."""
    content = [write.method, write.url, _compared(write), write.body, write.status]
    try:
        return json.dumps(content, sort_keys=True)
    except RecursionError:
        # Nested too deeply for the encoder: equal to none, so the fields are compared.
        return f"{id(write)}"


def _field_differences(left: Write, right: Write) -> Iterator[Different | TypeChanged]:
    for keys, ours, theirs in _unequal_fields(left, right):
        if isinstance(ours, Absent | None) or isinstance(theirs, Absent | None):
            yield Different(keys, ours, theirs, left, right)
        elif type_name(ours) != type_name(theirs):
            yield TypeChanged(keys, ours, theirs, type_name(ours), type_name(theirs), left, right)
        else:
            yield Different(keys, ours, theirs, left, right)


def _unequal_fields(left: Write, right: Write) -> Iterator[tuple[tuple[Key, ...], Field, Field]]:
    if left.url != right.url:
        yield ("url",), left.url, right.url
    ours, theirs = _compared(left), _compared(right)
    for header in sorted(ours.keys() | theirs.keys()):
        if ours.get(header) != theirs.get(header):
            sent = [dict(write.headers).get(header, ABSENT) for write in (left, right)]
            yield ("headers", header), sent[0], sent[1]
    yield from unequal_values(("body",), left.body, right.body)
    # A stand-in for an answer says nothing of the receiver; that there was one has a reason of its own.
    if left.status != right.status and "synthetic" not in (left.source, right.source):
        yield ("status",), left.status, right.status


def _duplicates(
    left: Sequence[Write],
    right: Sequence[Write],
    left_keys: list[str],
    right_keys: list[str],
    pairing: Pairing,
) -> Iterator[Duplicated]:
    times_left, times_right = Counter(left_keys), Counter(right_keys)
    for i in pairing.surplus_left:
        yield Duplicated(left[i], times_left[left_keys[i]], times_right[left_keys[i]])
    for j in pairing.surplus_right:
        yield Duplicated(right[j], times_left[right_keys[j]], times_right[right_keys[j]])


def _reordered(
    left: Sequence[Write], right: Sequence[Write], pairs: list[tuple[int, int]]
) -> Iterator[Reordered]:
    """The fewest pairs that must have moved; their order is judged among the paired writes only."""
    stayed = _longest_ascending([j for _, j in pairs])
    if len(stayed) == len(pairs):
        return
    crossed = _crossed_at_target(left, pairs)
    for index, (i, j) in enumerate(pairs):
        if index not in stayed:
            yield Reordered(left[i], right[j], i, j, index in crossed)


def _longest_ascending(numbers: list[int]) -> set[int]:
    """Indexes of a longest ascending subsequence (patience sorting)."""
    tops: list[int] = []
    top_indexes: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        before.append(top_indexes[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        top_indexes[pile : pile + 1] = [index]
    chosen: set[int] = set()
    index = top_indexes[-1] if top_indexes else -1
    while index >= 0:
        chosen.add(index)
        index = before[index]
    return chosen


def _crossed_at_target(left: Sequence[Write], pairs: list[tuple[int, int]]) -> set[int]:
    """Indexes of the pairs that changed places with a pair of the same method and URL."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, (i, _) in enumerate(pairs):
        groups[target_of(left[i])].append(index)
    crossed: set[int] = set()
    for members in groups.values():
        highest, lowest = -1, len(left) + max(j for _, j in pairs)
        for index in members:
            if pairs[index][1] < highest:
                crossed.add(index)
            highest = max(highest, pairs[index][1])
        for index in reversed(members):
            if pairs[index][1] > lowest:
                crossed.add(index)
            lowest = min(lowest, pairs[index][1])
    return crossed


def _hits(pairs: Iterable[tuple[Write, Write]]) -> tuple[RuleHit, ...]:
    counts: Counter[tuple[str, str]] = Counter()
    for left, right in pairs:
        if left.headers == right.headers:
            continue
        ours, theirs = dict(left.headers), dict(right.headers)
        for name in ours.keys() | theirs.keys():
            one, other = ours.get(name), theirs.get(name)
            if one != other and is_default(name, one) and is_default(name, other):
                counts["transport-headers", name] += 1
            elif one and other and one != other and name == "content-type" and one.lower() == other.lower():
                counts["content-type-case", name] += 1
    return tuple(RuleHit(rule, name, count) for (rule, name), count in sorted(counts.items()))


def _by_read(reads: Sequence[Write]) -> dict[tuple[str, str, str], list[Write]]:
    found: dict[tuple[str, str, str], list[Write]] = defaultdict(list)
    for read in reads:
        found[read.method, read.url, body_text(read)].append(read)
    return found


def _server(read: Write) -> str:
    """Scheme, host and port; refused requests can have URLs that no parser takes."""
    return "/".join(read.url.split("/", 3)[:3])


def _by_server(reads: Sequence[Write]) -> dict[str, list[Write]]:
    found: dict[str, list[Write]] = defaultdict(list)
    for read in reads:
        found[_server(read)].append(read)
    return found


def _credentials(read: Write) -> HeaderLines:
    return tuple((name, value) for name, value in read.headers if _CREDENTIAL.search(name))


def _other_headers(read: Write) -> HeaderLines:
    return tuple(
        (name, value) for name, value in sorted(_compared(read).items()) if not _CREDENTIAL.search(name)
    )


_HEADER_KINDS: tuple[tuple[Literal["credentials", "headers"], Callable[[Write], HeaderLines]], ...] = (
    ("credentials", _credentials),
    ("headers", _other_headers),
)


def _header_differences(left: list[Write], right: list[Write]) -> Iterator[ReadDiffers]:
    """The first read whose credentials, or whose other headers, were sent another number of times."""
    for what, part in _HEADER_KINDS:
        ours, theirs = Counter(map(part, left)), Counter(map(part, right))
        odd = next((read for read in (*left, *right) if ours[part(read)] != theirs[part(read)]), None)
        if odd is not None:
            yield ReadDiffers(odd, ours[part(odd)], theirs[part(odd)], what)
