"""Which of two sequences' elements correspond, where equal ones are told by their keys; in time n log n."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

Pairs = list[tuple[int, int]]


def equal_pairs(left: Sequence[Hashable], right: Sequence[Hashable]) -> Pairs:
    """Positions of equal keys, as many as there are on both sides, so that few of them change places.

    What both sequences begin and end with corresponds; then keys that stand once on each side; then the others
    between two of those that kept their order, the n-th with the n-th; last, the n-th with the n-th wherever they are.
    """
    start, end = _common(left, right)
    pairs = [(i, i) for i in range(start)]
    pairs += [(len(left) - n, len(right) - n) for n in range(end, 0, -1)]
    lefts, rights = range(start, len(left) - end), range(start, len(right) - end)
    once = _once(left, lefts, right, rights)
    pairs += once
    stayed = longest_ascending([j for _, j in once])
    anchors = [pair for index, pair in enumerate(once) if index in stayed]
    taken_left, taken_right = {i for i, _ in once}, {j for _, j in once}
    open_left = [i for i in lefts if i not in taken_left]
    open_right = [j for j in rights if j not in taken_right]
    gap_left = _gaps(open_left, [i for i, _ in anchors])
    gap_right = _gaps(open_right, [j for _, j in anchors])
    within = _nth_with_nth(
        {i: (gap_left[i], left[i]) for i in open_left}, {j: (gap_right[j], right[j]) for j in open_right}
    )
    pairs += within
    taken_left, taken_right = {i for i, _ in within}, {j for _, j in within}
    pairs += _nth_with_nth(
        {i: left[i] for i in open_left if i not in taken_left},
        {j: right[j] for j in open_right if j not in taken_right},
    )
    return sorted(pairs)


def between(pairs: Pairs, left: Sequence[int], right: Sequence[int]) -> Pairs:
    """The open positions that stand between the same two pairs of those that kept their order, in order."""
    pairs = sorted(pairs)
    stayed = longest_ascending([j for _, j in pairs])
    anchors = [pair for index, pair in enumerate(pairs) if index in stayed]
    return _nth_with_nth(
        dict(_gaps(left, [i for i, _ in anchors])), dict(_gaps(right, [j for _, j in anchors]))
    )


def longest_ascending(numbers: Sequence[int]) -> set[int]:
    """Indexes of a longest ascending subsequence (patience sorting)."""
    tops: list[int] = []
    top_indexes: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        pile = bisect_left(tops, number) if tops and number <= tops[-1] else len(tops)
        before.append(top_indexes[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [number]
        top_indexes[pile : pile + 1] = [index]
    chosen: set[int] = set()
    index = top_indexes[-1] if top_indexes else -1
    while index >= 0:
        chosen.add(index)
        index = before[index]
    return chosen


def _common(left: Sequence[Hashable], right: Sequence[Hashable]) -> tuple[int, int]:
    """How many elements both begin with, and how many of the others both end with."""
    shorter = min(len(left), len(right))
    start = 0
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return start, end


def _once(left: Sequence[Hashable], lefts: range, right: Sequence[Hashable], rights: range) -> Pairs:
    """Where the keys stand that stand once on each side, in the order of the left side."""
    times_left = Counter(left[i] for i in lefts)
    times_right = Counter(right[j] for j in rights)
    place = {right[j]: j for j in rights if times_right[right[j]] == 1}
    return [(i, place[left[i]]) for i in lefts if times_left[left[i]] == 1 and left[i] in place]


def _gaps(positions: Sequence[int], anchors: Sequence[int]) -> dict[int, int]:
    """For each position the number of anchors before it; both ascend."""
    return {position: bisect_left(anchors, position) for position in positions}


def _nth_with_nth(left: dict[int, Hashable], right: dict[int, Hashable]) -> Pairs:
    """The n-th position of a group on the left with the n-th of it on the right."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for j, group in right.items():
        groups[group].append(j)
    for members in groups.values():
        members.reverse()
    return [(i, groups[group].pop()) for i, group in left.items() if groups.get(group)]
