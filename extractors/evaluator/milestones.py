"""How far a `try` block had come when an error arose, and what is known after it.

What the script has changed by then shows in the handler. So the places where an error can arise are numbered as they
stand in the block: a new number wherever the state is another one than at the place before. The number that was
reached last is known when the flow runs, and what differs between the places is a choice by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from extractors.evaluator import operators
from extractors.evaluator.control import FailurePoint
from extractors.evaluator.merging import agreement, merge
from extractors.evaluator.residual import Attempt, Branching, Milestone, Region, Repetition
from extractors.evaluator.state import State
from extractors.evaluator.values import Unknown
from migrate.model import Constant, Expression, Reference, SourceSpan

Numbers = dict[int, int]
"""The numbers of places, by the identity of their items; those that were folded away have none."""


def number_places(attempt: str, body: Region, points: Sequence[FailurePoint]) -> Numbers:
    """Numbers the places in the body, and sets a milestone before each; none if the state is the same in all."""
    by_item = {id(point.item): point for point in points}
    placed = [(region, by_item[id(item)]) for region, item in _items(body) if id(item) in by_item]
    numbers: Numbers = {}
    before: State | None = None
    for _, point in placed:
        number = numbers[id(point.item)] = len(set(numbers.values())) or 1
        if before is not None and before.differs_from(point.state):
            numbers[id(point.item)] = number + 1
        before = point.state
    if len(set(numbers.values())) > 1:
        for region in {id(one): one for one, _ in placed}.values():
            region.items[:] = [
                made
                for item in region.items
                for made in (
                    (Milestone(attempt, numbers[id(item)], item.span), item)
                    if id(item) in numbers
                    else (item,)
                )
            ]
    return numbers


def _items(region: Region) -> Iterator[tuple[Region, object]]:
    """All items in the order in which they stand, each with the region that it stands in."""
    for item in region.items:
        yield region, item
        match item:
            case Branching(then=one, otherwise=two):
                inner: tuple[Region, ...] = (one, two)
            case Repetition(body=body):
                inner = (body,)
            case Attempt(body=body, handlers=handlers):
                inner = (body, *(handler.region for handler in handlers))
            case _:
                inner = ()
        for one in inner:
            yield from _items(one)


def after_error(attempt: str, points: Sequence[FailurePoint], numbers: Numbers, span: SourceSpan) -> State:
    """The state after an error that arose at one of the places."""
    unsure = Unknown("HS103", "its value depends on where within the try block the error arose", span)
    placed = sorted(
        (point for point in points if id(point.item) in numbers), key=lambda point: numbers[id(point.item)]
    )
    found: State | None = None
    groups = groupby(placed, lambda point: numbers[id(point.item)])
    for number, states in reversed([(n, [point.state for point in of]) for n, of in groups]):
        state = agreement(states, unsure)
        found = state if found is None else merge(_not_past(attempt, number), state, found)
    others = [point.state for point in points if id(point.item) not in numbers]
    return (
        agreement([*([found] if found is not None else []), *others], unsure)
        if others or found is None
        else found
    )


def _not_past(attempt: str, number: int) -> Expression:
    """True if no milestone with a higher number has been reached."""
    reached = Reference(step=attempt, part="reached")
    return operators.call("python.less_or_equal", reached, Constant(value=number))
