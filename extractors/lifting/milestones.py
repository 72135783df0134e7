"""Milestones of tries: those that nothing tells apart are left out, the others numbered from one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from extractors.evaluator.residual import (
    Attempt,
    Branching,
    Entry,
    Evaluate,
    Item,
    LeaveLoop,
    Milestone,
    Region,
    Repetition,
    Request,
)
from extractors.lifting.rewriting import rewrite_block
from migrate.model import (
    Block,
    Call,
    Constant,
    Expression,
    LoopValue,
    Reference,
    map_blocks,
    values_of,
    walk,
    walk_steps,
)
from migrate.model import Milestone as MilestoneStep

Cell = tuple[str, str]
Bounds = dict[str, list[int]]
"""For each attempt the numbers that `reached` is compared with, in order."""
Reached = dict[str, int | None]
"""For each attempt the milestone that has been reached last; None where ways with several meet."""


def without_idle_milestones(region: Region) -> None:
    """Takes those milestones out of a region that no expression tells from what was reached before."""
    found: dict[str, set[int]] = {}
    for attempt, bound in _compared(region):
        found.setdefault(attempt, set()).add(bound)
    _prune(region, {}, {attempt: sorted(bounds) for attempt, bounds in found.items()})


def _compared(region: Region) -> Iterator[tuple[str, int]]:
    """What the expressions that are used compare `reached` with, by attempt."""
    used: list[Expression] = []
    variables: dict[Cell, list[Expression]] = {}
    _collect(region, "", used, variables)
    seen: set[Cell] = set()
    while used:
        for part in walk(used.pop()):
            match part:
                case LoopValue(loop=loop, name=name) if (loop, name) not in seen:
                    seen.add((loop, name))
                    used += variables.get((loop, name), ())
                case Call(
                    function="python.less_or_equal",
                    arguments=(Reference(step=attempt, part="reached"), Constant(value=int() as bound)),
                ):
                    yield attempt, bound


def _collect(
    region: Region, loop: str, used: list[Expression], variables: dict[Cell, list[Expression]]
) -> None:
    """The expressions of a region: those that are used in any case, and those of loop variables."""
    for item in region.items:
        match item:
            case Request(operation=operation):
                used += values_of(operation)
            case Evaluate(expression=expression):
                used.append(expression)
            case Branching(test=test):
                used.append(test)
            case Repetition(over=over, condition=condition, carried=carried):
                used += [one for one in (over, condition) if one is not None]
                for one in carried:
                    variables.setdefault((item.id, one.name), []).extend((one.initial, one.next))
            case LeaveLoop(updates=updates):
                for name, value in updates:
                    variables.setdefault((loop, name), []).append(value)
        for inner in _regions(item):
            _collect(inner, item.id if isinstance(item, Repetition) else loop, used, variables)


def _regions(item: Item) -> tuple[Region, ...]:
    match item:
        case Branching(then=one, otherwise=two):
            return one, two
        case Repetition(body=body):
            return (body,)
        case Attempt(body=body, handlers=handlers):
            return (body, *(handler.region for handler in handlers))
        case Entry(region=body):
            return (body,)
        case _:
            return ()


def _prune(region: Region, before: Reached, bounds: Bounds) -> Reached:
    """Takes the idle milestones out of a region; what has been reached at its end."""
    reached, kept = dict(before), list[Item]()
    for item in region.items:
        match item:
            case Milestone(attempt=attempt, number=number):
                if reached.get(attempt) == (number := _least(number, bounds.get(attempt, []))):
                    continue
                reached[attempt] = number
                item = Milestone(attempt, number, item.span)
            case Attempt(id=attempt, body=body, handlers=handlers):
                begun = {**reached, attempt: 0}
                anywhere = _after_some(item, begun, bounds)
                ends = [_prune(body, begun, bounds)]
                ends += [_prune(handler.region, anywhere, bounds) for handler in handlers]
                reached = _met(ends)
            case Repetition(body=body):
                reached = _after_some(item, reached, bounds)
                _prune(body, reached, bounds)
            case Entry(region=body):
                _prune(body, reached, bounds)
            case Branching(then=one, otherwise=two):
                reached = _met([_prune(one, reached, bounds), _prune(two, reached, bounds)])
        kept.append(item)
    region.items[:] = kept
    return reached


def _least(number: int, bounds: list[int]) -> int:
    """The least number that all comparisons give the same truth for."""
    position = bisect_left(bounds, number)
    return bounds[position - 1] + 1 if position else 0


def _met(ends: list[Reached]) -> Reached:
    """What has been reached where ways meet."""
    first, *others = ends
    return {
        one: number if all(o.get(one) == number for o in others) else None for one, number in first.items()
    }


def _after_some(item: Item, before: Reached, bounds: Bounds) -> Reached:
    """What has been reached after any of the milestones within an item, or none."""
    reached = dict(before)
    for milestone in _milestones(_regions(item)):
        number = _least(milestone.number, bounds.get(milestone.attempt, []))
        if reached.get(milestone.attempt) != number:
            reached[milestone.attempt] = None
    return reached


def _milestones(regions: Iterable[Region]) -> Iterator[Milestone]:
    for region in regions:
        for item in region.items:
            if isinstance(item, Milestone):
                yield item
            yield from _milestones(_regions(item))


def with_numbered_milestones(block: Block) -> Block:
    """The block with the milestones of each try numbered from one, without gaps."""
    found: dict[str, set[int]] = {}
    for step in walk_steps(block):
        if isinstance(step, MilestoneStep):
            found.setdefault(step.attempt, set()).add(step.number)
    numbers = {attempt: sorted(of - {0}) for attempt, of in found.items()}

    def position(attempt: str, number: int) -> int:
        return bisect_left(numbers.get(attempt, []), number + 1)

    def change(expression: Expression) -> Expression:
        match expression:
            case Call(
                function="python.less_or_equal",
                arguments=(
                    Reference(step=attempt, part="reached") as reached,
                    Constant(value=int() as bound),
                ),
            ):
                limit = Constant(value=position(attempt, bound))
                return expression.model_copy(update={"arguments": (reached, limit)})
            case _:
                return expression

    def renumbered(block: Block) -> Block:
        return tuple(
            step.model_copy(update={"number": position(step.attempt, step.number)})
            if isinstance(step, MilestoneStep)
            else map_blocks(step, renumbered)
            for step in block
        )

    return renumbered(rewrite_block(block, change))
