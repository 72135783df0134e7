"""The residual program: what is left of a script when everything that its source fixes has been computed.

A region is a sequence of items in the order in which they happen. Lifting turns it into steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.model import (
    ClockOperation,
    Concurrency,
    EntryTrigger,
    Excerpt,
    Expression,
    Operation,
    SourceSpan,
    UuidOperation,
    always_evaluated,
    values_of,
)


@dataclass(frozen=True, slots=True)
class Request:
    """An operation: a request, an access to a file, a statement; its result is referred to by the id.

    `called_from` is where the script states it, if it is behind a wrapper. `addressed`: that is to be looked for,
    by the first argument of the library's call.
    """

    id: str
    operation: Operation
    span: SourceSpan
    called_from: SourceSpan | None = None
    addressed: bool = True


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """Raises an error of the kind if the answer's status lies in one of the ranges (first, last).

    `answer` is the address of its object.
    """

    request: str
    error: str
    answer: int
    ranges: tuple[tuple[int, int], ...]
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Evaluate:
    """An expression is evaluated here; if it fails, the run ends with its error."""

    expression: Expression
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Branching:
    """Two regions, of which one runs."""

    test: Expression
    then: Region
    otherwise: Region
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Carried:
    """A loop variable: name, value before the loop, value that the next pass gets."""

    name: str
    initial: Expression
    next: Expression


@dataclass(frozen=True, slots=True)
class Repetition:
    """A loop: over the items of a list (`over`), or while the condition holds (None: until an exit).

    `concurrency` is how many of its passes run at the same time.
    """

    id: str
    over: Expression | None
    condition: Expression | None
    body: Region
    carried: tuple[Carried, ...]
    span: SourceSpan
    concurrency: Concurrency = 1


@dataclass(slots=True)
class LeaveLoop:
    """Leaves the innermost repetition; loop variables get the values given (filled in when the loop is understood)."""

    span: SourceSpan
    updates: tuple[tuple[str, Expression], ...] = ()


@dataclass(frozen=True, slots=True)
class NextPass:
    """Skips the rest of the innermost repetition's body."""

    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Handled:
    """A region that runs after an error of one of the kinds; without kinds, after every error."""

    errors: tuple[str, ...]
    region: Region
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Attempt:
    """A region whose errors are handled; whether and by which handler is referred to by the id."""

    id: str
    body: Region
    handlers: tuple[Handled, ...]
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Milestone:
    """The body of an attempt has come so far; whether it has is referred to by the attempt's id."""

    attempt: str
    number: int
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Failure:
    """Raises an error of a kind, or once more the one that the attempt `again` handles."""

    error: str
    reason: str
    span: SourceSpan
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Halt:
    """Ends the run, past all handlers."""

    failed: bool
    reason: str
    span: SourceSpan


@dataclass(slots=True)
class Reply:
    """Answers the request that came in; the body is filled in where the script writes it.

    `length` is what the script says of the body's length, None where it says nothing.
    """

    status: Expression
    headers: tuple[tuple[str, Expression], ...]
    span: SourceSpan
    length: Expression | None = None
    body: Expression | None = None


@dataclass(frozen=True, slots=True)
class Serving:
    """From here on everything happens for each request that comes in; what stands before happens once."""

    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Entry:
    """A function that nothing in the script calls, by its name, and what it does; `trigger` is what calls it."""

    name: str
    trigger: EntryTrigger
    region: Region
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Gap:
    """Something happens here that was not understood."""

    code: str
    reason: str
    span: SourceSpan
    excerpt: Excerpt


Item = (
    Request
    | StatusCheck
    | Evaluate
    | Branching
    | Repetition
    | LeaveLoop
    | NextPass
    | Attempt
    | Milestone
    | Entry
    | Failure
    | Halt
    | Reply
    | Serving
    | Gap
)


@dataclass(slots=True)
class Region:
    """A sequence of items, in order; filled while its part of the script is evaluated."""

    items: list[Item] = field(default_factory=list)

    def only_evaluates(self) -> bool:
        """True if nothing but evaluations of expressions happens in it."""
        return all(isinstance(item, Evaluate) for item in self.items)

    def only_computes(self, value: Expression) -> bool:
        """True if all that happens in it, as a side of a choice, is evaluated again with its value."""
        made = set(always_evaluated(value))
        return all(isinstance(item, Evaluate) and item.expression in made for item in self.items)

    def acts(self) -> bool:
        """True if more than the evaluation of expressions happens in it."""
        return any(isinstance(i, (Request, StatusCheck, Reply, Gap)) for i in self._all(into_loops=True))

    def sends(self) -> bool:
        """True if an operation of another system, a file or a database happens in it, or an answer."""
        own = ClockOperation | UuidOperation
        return any(
            isinstance(i, Reply) or (isinstance(i, Request) and not isinstance(i.operation, own))
            for i in self._all(into_loops=True)
        )

    def halts(self) -> bool:
        """True if a way in it leads to the end of the run."""
        return any(isinstance(item, Halt) for item in self._all(into_loops=True))

    def leaves(self) -> bool:
        """True if a way leads out of it to the loop around, or to the end of the run."""
        return self.halts() or any(isinstance(i, (LeaveLoop, NextPass)) for i in self._all(into_loops=False))

    def everything(self) -> Iterator[Item]:
        """All items, those inside of others included."""
        return self._all(into_loops=True)

    def _all(self, *, into_loops: bool) -> Iterator[Item]:
        for item in self.items:
            yield item
            match item:
                case Branching(then=one, otherwise=two):
                    inner: tuple[Region, ...] = (one, two)
                case Repetition(body=body):
                    inner = (body,) if into_loops else ()
                case Attempt(body=body, handlers=handlers):
                    inner = (body, *(handler.region for handler in handlers))
                case Entry(region=body):
                    inner = (body,)
                case _:
                    inner = ()
            for region in inner:
                yield from region._all(into_loops=into_loops)


def all_items(region: Region) -> Iterator[Item]:
    """The items of a region and of those within it."""
    for item in region.items:
        yield item
        match item:
            case Branching(then=one, otherwise=two):
                yield from (*all_items(one), *all_items(two))
            case Repetition(body=body):
                yield from all_items(body)
            case Attempt(body=body, handlers=handlers):
                yield from all_items(body)
                for handler in handlers:
                    yield from all_items(handler.region)


def expressions_in(item: Item) -> tuple[Expression, ...]:
    """What an item evaluates itself, without the items within it."""
    match item:
        case Request(operation=operation):
            return values_of(operation)
        case Evaluate(expression=expression):
            return (expression,)
        case Branching(test=test):
            return (test,)
        case Repetition(over=over, condition=condition, carried=carried):
            own = (e for one in carried for e in (one.initial, one.next))
            return (*(e for e in (over, condition) if e is not None), *own)
        case LeaveLoop(updates=updates):
            return tuple(value for _, value in updates)
        case _:
            return ()
