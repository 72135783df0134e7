"""Writes of calls that run at the same time: which of them have an order among each other, and which have none.

In a split whose items run at the same time, the requests of one item stay in order and those of two items have none
among each other. What one step of it writes, outside of any loop within an item, belongs to as many items; so its order
says nothing. Writes of two of its steps may belong to one item or to two, which no request tells: where they changed
places, a person has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from migrate.model import Integration, Loop, Split, walk_steps
from migrate.shadow.location import steps_of
from migrate.shadow.writes import Write


@dataclass(frozen=True)
class Concurrent:
    """Where a write comes from: a split whose items run at the same time; `step` unless an item may repeat it."""

    split: str
    step: str | None


Concurrency = Callable[[Write], Concurrent | None]
"""Where a write comes from, None for one that is in order with all others."""


def in_order(write: Write) -> None:
    """The concurrency of an integration that has none."""


def concurrency_of(integration: Integration) -> Concurrency:
    """Where writes come from; one that several steps may have made is in none of them alone."""
    around: dict[str, Concurrent] = {}
    for split in walk_steps(integration.steps):
        if isinstance(split, Split) and split.concurrency != 1:
            repeated = {
                step.id
                for inner in walk_steps(split.steps)
                if isinstance(inner, Loop | Split)
                for step in walk_steps(inner.steps)
            }
            for step in walk_steps(split.steps):
                own = None if step.id in repeated else step.id
                around.setdefault(step.id, Concurrent(split.id, own))

    def found(write: Write) -> Concurrent | None:
        places = {around.get(step) for step in steps_of(write, integration)} if around else set()
        if len(places) == 1:
            return places.pop()
        splits = {place.split for place in places if place is not None}
        return Concurrent(splits.pop(), None) if len(splits) == 1 and None not in places else None

    return found


@dataclass(frozen=True)
class Unordered:
    """For each of some writes the group within which there surely is no order, and the one within which there may be
    none; None is in no group."""

    surely: list[Concurrent | None]
    perhaps: list[str | None]


def unordered(writes: Iterable[Write], concurrency: Concurrency) -> Unordered:
    """The groups of some writes."""
    places = [concurrency(write) for write in writes]
    return Unordered(
        [place if place is not None and place.step is not None else None for place in places],
        [None if place is None else place.split for place in places],
    )


def sorted_within(
    pairs: Sequence[tuple[int, int]], groups: Sequence[Hashable | None]
) -> list[tuple[int, int]]:
    """The pairs with the right positions of each group in ascending order; None is in no group."""
    waiting: dict[Hashable, list[int]] = {}
    for (_, j), group in zip(pairs, groups, strict=True):
        waiting.setdefault(group, []).append(j)
    for members in waiting.values():
        members.sort(reverse=True)
    return [
        (i, j if group is None else waiting[group].pop()) for (i, j), group in zip(pairs, groups, strict=True)
    ]
