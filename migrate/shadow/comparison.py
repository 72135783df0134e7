"""Compares what two legs sent, record by record: nothing is converted or left out but by a named rule.

Three rules hold always, each with the number of pairs in which it mattered: `transport-headers` (see
`transport_headers`), `content-type-case` (content types are the same in any case) and `number-spelling` (0.1 and 0.10
are one JSON number). All others (see `comparison_rules`) hold where people declared them. Keys of a map have no order;
everything else has.

Each write, field and item of a list falls into one class (`CLASSES` in `differences`). What cannot be told to be equal
is a difference, or, where the left leg itself differs from run to run, `noise` if it has the same shape and
`unverifiable` if it has none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from migrate.shadow.alignment import Pairs
from migrate.shadow.batches import compare_batches, declared, field_difference
from migrate.shadow.business_keys import PairedBy, named_keys
from migrate.shadow.comparison_settings import NOTHING_DECLARED, ComparisonSettings, DeclaredRule
from migrate.shadow.concurrency import Concurrency, in_order, unordered
from migrate.shadow.differences import (
    ABSENT,
    Difference,
    Different,
    Duplicated,
    Extra,
    ItemDiffers,
    Missing,
    Noise,
    Outcome,
    Rebatched,
    Reordered,
    TypeChanged,
    Unverifiable,
)
from migrate.shadow.identities import records_of
from migrate.shadow.mail_dates import date_difference
from migrate.shadow.noise import NOT_RUN_AGAIN, Variation, rated
from migrate.shadow.ordering import Moves, moved_by_rule
from migrate.shadow.pairing import Pairing, key_of, pair, target_of
from migrate.shadow.tolerance import Fate, RuleHit, Tolerance
from migrate.shadow.transport_headers import compared_headers
from migrate.shadow.values import unequal_values
from migrate.shadow.writes import Write


@dataclass(frozen=True)
class Comparison:
    """What became of the writes: how many each leg made, how many are equal, what differs.

    `equal` counts the pairs in which nothing differs but by noise; `noisy` are the left writes of those of them that
    have some. `hits` are the rules that were needed. `batch_sizes` are batches that fell otherwise, at operations that
    are declared to take batches. `paired_by` names the business keys that were used to tell records apart.
    """

    left_count: int
    right_count: int
    equal: int
    differences: tuple[Difference, ...]
    hits: tuple[RuleHit, ...]
    open_order: tuple[Reordered, ...] = ()
    """Writes that changed places, where their calls may have run at the same time, and may not."""
    noise: tuple[Noise, ...] = ()
    unverifiable: tuple[Unverifiable, ...] = ()
    batch_sizes: tuple[Rebatched, ...] = ()
    noisy: tuple[Write, ...] = ()
    paired_by: tuple[PairedBy, ...] = ()
    used: Mapping[DeclaredRule, int] = field(default_factory=dict)
    """How often each rule was needed that people declared."""

    @property
    def classes(self) -> dict[str, int]:
        """How many findings there are of each class, the empty ones left out; `equal` counts pairs of writes."""
        found = (*self.differences, *self.batch_sizes, *self.open_order, *self.noise, *self.unverifiable)
        counts = Counter({"equal": self.equal} if self.equal else {})
        return dict(counts + Counter(one.kind for one in found))

    def without(self, noise: Mapping[int, Difference | Unverifiable]) -> Comparison:
        """The same, with what some noise, named by its `id`, turned out to be; a pair that has such is not equal."""
        odd = [noise[id(one)] for one in self.noise if id(one) in noise]
        pairs = {id(write) for one in self.noise if id(one) in noise for write in _left_of(one.difference)}
        noisy = tuple(write for write in self.noisy if id(write) not in pairs)
        return replace(
            self,
            equal=self.equal - len(self.noisy) + len(noisy),
            noisy=noisy,
            noise=tuple(one for one in self.noise if id(one) not in noise),
            differences=(*self.differences, *(one for one in odd if not isinstance(one, Unverifiable))),
            unverifiable=(*self.unverifiable, *(one for one in odd if isinstance(one, Unverifiable))),
        )


def compare(
    left: Sequence[Write],
    right: Sequence[Write],
    concurrency: Concurrency = in_order,
    settings: ComparisonSettings = NOTHING_DECLARED,
    left_noise: Variation = NOT_RUN_AGAIN,
    right_noise: Variation = NOT_RUN_AGAIN,
) -> Comparison:
    """Compares the writes of two legs, each in the order sent. `left` is the yardstick.

    `concurrency` says which writes are of calls that run at the same time (see `concurrency`): between those there is
    no order. `settings` are what people declared. The observations say where each leg differs from another run of its
    own (see `noise`).
    """
    pairing = pair(left, right, settings)
    tolerance = Tolerance(settings, left_noise, right_noise)
    equal = 0
    noisy: list[Write] = []
    for i, j in pairing.pairs:
        tolerance.take_headers(left[i], right[j])
        of_pair = date_difference if i in pairing.equal else _field_differences
        outcomes = {tolerance.take(one) for one in of_pair(left[i], right[j])}
        if not outcomes & {"difference", "unverifiable"}:
            equal += 1
            noisy += [left[i]] if "noise" in outcomes else []
    batch_sizes: list[Rebatched] = []
    for lefts, rights in pairing.batches:
        done = compare_batches([left[i] for i in lefts], [right[j] for j in rights], settings)
        outcomes_of: dict[int, set[Fate]] = defaultdict(set)
        for one in done.found:
            if isinstance(one, Rebatched):
                batch_sizes += _take_sizes(one, lefts, rights, pairing.pairs, settings, tolerance)
            else:
                outcomes_of[id(one.left_write)].add(tolerance.take(one))
        for number, _ in done.pairs:
            outcomes = outcomes_of[id(left[lefts[number]])]
            if not outcomes & {"difference", "unverifiable"}:
                equal += 1
                noisy += [left[lefts[number]]] if "noise" in outcomes else []
        pairing.take_pairs([(lefts[i], rights[j]) for i, j in done.pairs])
    tolerance.take_all(Missing(left[i]) for i in pairing.left)
    tolerance.take_all(_duplicates(left, right, pairing))
    tolerance.take_all(Extra(right[j]) for j in pairing.right)
    open_order, paired_by = _take_order(left, right, pairing.pairs, concurrency, settings, tolerance)
    return Comparison(
        left_count=len(left),
        right_count=len(right),
        equal=equal,
        differences=tuple(tolerance.differences),
        hits=tolerance.hits,
        open_order=open_order,
        noise=tuple(tolerance.noise),
        unverifiable=tuple(tolerance.unverifiable),
        batch_sizes=tuple(batch_sizes),
        noisy=tuple(noisy),
        paired_by=tuple(sorted({*named_keys([*left, *right], settings), *paired_by})),
        used=tolerance.used,
    )


def _take_sizes(
    found: Rebatched,
    lefts: list[int],
    rights: list[int],
    pairs: Pairs,
    settings: ComparisonSettings,
    tolerance: Tolerance,
) -> list[Rebatched]:
    """Takes batches that fell otherwise; returns those that are for review.

    Where they may fall otherwise, it is not known where among the other writes each of them belongs.
    """
    if tolerance.accepts(found):
        reviewed = []
    elif declared(found.left_write, settings) is not None:
        reviewed = [found]
    else:
        tolerance.differences.append(found)
        return []
    for i, j in pairs:
        places = [(at > group[0]) + (at > group[-1]) for at, group in ((i, lefts), (j, rights))]
        if places not in ([0, 0], [2, 2]):
            tolerance.unverifiable.append(Unverifiable(found, "their order among other writes is not known"))
            break
    return reviewed


def _left_of(difference: Difference) -> tuple[Write, ...]:
    """The write of the left leg that a field or an item is of."""
    if isinstance(difference, Different | TypeChanged | ItemDiffers) and difference.left_write is not None:
        return (difference.left_write,)
    return ()


def compare_outcomes(left_failed: bool, right_failed: bool) -> tuple[Outcome, ...]:
    """One difference if one run failed and the other did not."""
    return () if left_failed == right_failed else (Outcome(left_failed, right_failed),)


def _field_differences(left: Write, right: Write) -> Iterator[Difference]:
    for name, ours, theirs in (("method", left.method, right.method), ("url", left.url, right.url)):
        if ours != theirs:
            yield Different((name,), ours, theirs, left, right)
    one, other = compared_headers(left), compared_headers(right)
    for header in sorted(one.keys() | other.keys()):
        if one.get(header) != other.get(header):
            sent = [dict(write.headers).get(header, ABSENT) for write in (left, right)]
            yield Different(("headers", header), sent[0], sent[1], left, right)
    yield from date_difference(left, right)
    parts = list(unequal_values(("body",), left.body, right.body))
    for part in parts:
        yield field_difference(part, left, right)
    if not parts and left.written_as != right.written_as:
        spelled = [write.written_as or "plain" for write in (left, right)]
        yield Different(("body", "written"), spelled[0], spelled[1], left, right)
    # A stand-in for an answer says nothing of the receiver; that there was one has a reason of its own.
    if left.status != right.status and "synthetic" not in (left.source, right.source):
        yield Different(("status",), left.status, right.status, left, right)


def _duplicates(left: Sequence[Write], right: Sequence[Write], pairing: Pairing) -> Iterator[Duplicated]:
    if not (pairing.surplus_left or pairing.surplus_right):
        return
    copies = [(left[i], key_of(left[i])) for i in pairing.surplus_left]
    copies += [(right[j], key_of(right[j])) for j in pairing.surplus_right]
    targets = {target_of(write) for write, _ in copies}
    times = [Counter(key_of(write) for write in leg if target_of(write) in targets) for leg in (left, right)]
    for write, key in copies:
        yield Duplicated(write, times[0][key], times[1][key])


def _take_order(
    left: Sequence[Write],
    right: Sequence[Write],
    pairs: Pairs,
    concurrency: Concurrency,
    settings: ComparisonSettings,
    tolerance: Tolerance,
) -> tuple[tuple[Reordered, ...], tuple[PairedBy, ...]]:
    """Takes what changed places; returns what may have, and the business keys by which the records were told."""
    if all(one[1] < next_[1] for one, next_ in pairwise(pairs)):
        return (), ()
    records = records_of(left, right, pairs, settings)
    groups = unordered((left[i] for i, _ in pairs), concurrency)
    rules = moved_by_rule(left, pairs, records, settings)
    moves = Moves(left, right, pairs, records, groups.perhaps, rules)
    moved = moves.reordered()
    if any(rules):
        without = replace(moves, freed=[None] * len(pairs)).chosen() - moves.chosen()
        tolerance.used.update(rule for index in sorted(without) if (rule := rules[index]) is not None)
    tolerance.take_all(moved)
    if moved:
        return (), records.known
    varying = [
        rated(one, tolerance.left, tolerance.right)
        for one in replace(moves, concurrent=groups.surely).reordered()
    ]
    tolerance.noise += [one for one in varying if isinstance(one, Noise)]
    tolerance.unverifiable += [one for one in varying if isinstance(one, Unverifiable)]
    return tuple(one for one in varying if isinstance(one, Reordered)), records.known
