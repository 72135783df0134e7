"""Steps: a block-structured tree in the words of the Enterprise Integration Patterns (Hohpe and Woolf).

Every step has an id that is unique in its integration. Steps of a block run one after the other; an error that no
`Try` around it handles ends the run, as an uncaught exception does.

Errors have a kind, a name: that of Python's own class (`KeyError`), of a client library's (`requests.HTTPError`), or of
a class of the script. Expressions raise the kinds that the kernel states, requests those of their client.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Literal, assert_never

from pydantic import Field

from migrate.model.base import Evidence, Excerpt, Node, SourceSpan
from migrate.model.entry_triggers import CallTrigger, EntryTrigger
from migrate.model.expressions import Expression
from migrate.model.operations import Operation, values_of


class Step(Node):
    """What all steps have."""

    id: str


class Read(Step):
    """An operation that changes nothing at its receiver; its results are those of the operation.

    Behind a wrapper of the script `called_from` is where it states the call; the span is where a library is called.
    """

    kind: Literal["read"] = "read"
    operation: Operation
    called_from: SourceSpan | None = None


class Write(Step):
    """An operation that changes something at its receiver; results and `called_from` as for a read."""

    kind: Literal["write"] = "write"
    operation: Operation
    called_from: SourceSpan | None = None


class MappingRule(Node):
    """One target field (a path of keys) and what it is made of; with `when`, the field is there only where true."""

    id: str
    target: tuple[str, ...]
    value: Expression
    when: Expression | None = None
    evidence: Evidence = "folded"


class Translate(Step):
    """A message translator: its result `value` is a record with the rules' fields in their order.

    A rule whose target has several keys creates the records on the way.
    """

    kind: Literal["translate"] = "translate"
    rules: tuple[MappingRule, ...]


class Check(Step):
    """Evaluates expressions that can fail at the place where the script evaluates them; an error ends the run."""

    kind: Literal["check"] = "check"
    expressions: tuple[Expression, ...]


class Filter(Step):
    """A message filter: unless the condition is true, the rest of the innermost loop's or split's pass is skipped."""

    kind: Literal["filter"] = "filter"
    condition: Expression


class LoopVariable(Node):
    """State carried from one pass to the next.

    `initial` is evaluated once, before the first pass and its condition. At the end of each pass, one that a filter has
    cut short included, all `next` values are computed from the old ones, then assigned; not after an exit. In a split
    with several items under way they are when all are through.
    """

    name: str
    initial: Expression
    next: Expression


Concurrency = Annotated[int, Field(ge=1)] | Literal["unbounded"]
"""How many items of a list are under way at the same time: a number, or all of them."""


class Split(Step):
    """A splitter: its steps run for each item of the list `over`; result `item`.

    `concurrency` 1: one at a time, in order. Else up to so many are under way at the same time. The steps of one item
    run in their order; between those of two items there is none, so no step refers to a variable of the split, and its
    variables get their next values when all items are through, in the order of the list, from what each item's steps
    have left. Each item's steps are one `Try` that handles every error (or a `Filter`, then such a try).
    """

    kind: Literal["split"] = "split"
    over: Expression
    concurrency: Concurrency = 1
    variables: tuple[LoopVariable, ...] = ()
    steps: tuple[AnyStep, ...]


class Paging(Node):
    """Pages through a collection: the request parameter that is driven, and where its next value comes from.

    `source` is the path in the response's body (cursor, link) or `headers` and a header's name (link), else empty.
    """

    kind: Literal["offset", "page", "cursor", "link"]
    read: str
    parameter: str
    source: tuple[str, ...] = ()


class Loop(Step):
    """Repeats its steps while the condition, tested before each pass, is true (without one: until a loop exit)."""

    kind: Literal["loop"] = "loop"
    condition: Expression | None = None
    variables: tuple[LoopVariable, ...] = ()
    steps: tuple[AnyStep, ...]
    paging: Paging | None = None


class LoopUpdate(Node):
    """The value that a loop variable has after an exit, where it is not that of the pass's beginning."""

    name: str
    value: Expression


class LoopExit(Step):
    """Leaves the innermost loop or split."""

    kind: Literal["loop-exit"] = "loop-exit"
    updates: tuple[LoopUpdate, ...] = ()


class Branch(Node):
    """One way of a route."""

    when: Expression
    steps: tuple[AnyStep, ...]


class Route(Step):
    """A content-based router: the steps of the first branch whose condition is true, else those of `otherwise`."""

    kind: Literal["route"] = "route"
    branches: tuple[Branch, ...]
    otherwise: tuple[AnyStep, ...] = ()


class Handler(Node):
    """What happens after an error of one of the kinds, or of a special case of one (`errors.ERRORS`).

    Without kinds, after every error.
    """

    errors: tuple[str, ...] = ()
    steps: tuple[AnyStep, ...]


class Try(Step):
    """Steps whose errors are handled: after an error the first handler that names its kind runs, then what follows.

    What was sent before the error stays sent. An error inside a handler, or of a kind that none names, goes further
    out. Results: `failed` (boolean: a handler ran), `handler` (its number from 1, else null), `error` (the kind of
    the error, else null), `reached` (the number of the last milestone passed, else 0), `message` and `representation`
    (the error as Python's `str` and `repr` write it, else null; a run that asks for what is not known ends there, as at
    a gap).
    """

    kind: Literal["try"] = "try"
    steps: tuple[AnyStep, ...]
    handlers: tuple[Handler, ...]


class Milestone(Step):
    """Says how far the steps of a `Try` around it have come, for what is to be known after an error.

    The number becomes the result `reached` of the try named.
    """

    kind: Literal["milestone"] = "milestone"
    attempt: str
    number: int = Field(ge=0)


class Fail(Step):
    """Raises an error of a kind; `again` names the `Try` whose error is raised once more (from one of its handlers)."""

    kind: Literal["fail"] = "fail"
    error: str = ""
    reason: str = ""
    again: str | None = None


class Stop(Step):
    """Ends the run, past all handlers: with success (`failed` false), or as a non-zero exit does."""

    kind: Literal["stop"] = "stop"
    failed: bool
    reason: str


class ResponseHeader(Node):
    """A header of an answer; its value is a text."""

    name: str
    value: Expression


class Respond(Step):
    """Answers the request that the trigger took in; the flow may go on behind it, but answers no second time.

    `status` is an integer. `body` is a text, sent as UTF-8, or bytes; without it only status and headers are sent.
    Content-Length is that of the body; the server adds headers of its own, such as Date.
    """

    kind: Literal["respond"] = "respond"
    status: Expression
    headers: tuple[ResponseHeader, ...] = ()
    body: Expression | None = None


class EntryPoint(Step):
    """What a function does that nothing in the script calls; a run of the integration passes over it.

    Something outside of the script calls it, as the trigger says. It stands outside of all blocks, behind the steps of
    the script itself, which have run before it is called; those of other entry points have not. It is not known with
    what it is called, so its steps begin with an `UnmappedStep`. `name` is the function's, a method's with its class.
    """

    kind: Literal["entry-point"] = "entry-point"
    name: str
    trigger: EntryTrigger = CallTrigger()
    steps: tuple[AnyStep, ...]


class UnmappedStep(Step):
    """Something the script does that could not be read; a run that reaches it ends there, with the reason."""

    kind: Literal["unmapped"] = "unmapped"
    code: str
    reason: str
    excerpt: Excerpt | None = None


AnyStep = Annotated[
    Read
    | Write
    | Translate
    | Check
    | Filter
    | Split
    | Loop
    | LoopExit
    | Route
    | Try
    | Milestone
    | Fail
    | Stop
    | Respond
    | EntryPoint
    | UnmappedStep,
    Field(discriminator="kind"),
]
Block = tuple[AnyStep, ...]

for _class in (Split, Loop, Branch, Route, Handler, Try, EntryPoint):
    _class.model_rebuild()


def blocks(step: AnyStep) -> tuple[Block, ...]:
    """The blocks of steps directly inside a step."""
    match step:
        case Split(steps=steps) | Loop(steps=steps) | EntryPoint(steps=steps):
            return (steps,)
        case Route(branches=branches, otherwise=otherwise):
            return (*(branch.steps for branch in branches), otherwise)
        case Try(steps=steps, handlers=handlers):
            return (steps, *(handler.steps for handler in handlers))
        case (
            Read()
            | Write()
            | Translate()
            | Check()
            | Filter()
            | LoopExit()
            | Milestone()
            | Fail()
            | Stop()
            | Respond()
            | UnmappedStep()
        ):
            return ()
        case _:
            assert_never(step)


def map_blocks(step: AnyStep, change: Callable[[Block], Block]) -> AnyStep:
    """The step with the change applied to each block directly inside it."""
    match step:
        case Split(steps=steps) | Loop(steps=steps) | EntryPoint(steps=steps):
            return step.model_copy(update={"steps": change(steps)})
        case Route(branches=branches, otherwise=otherwise):
            ways = tuple(branch.model_copy(update={"steps": change(branch.steps)}) for branch in branches)
            return step.model_copy(update={"branches": ways, "otherwise": change(otherwise)})
        case Try(steps=steps, handlers=handlers):
            handled = tuple(one.model_copy(update={"steps": change(one.steps)}) for one in handlers)
            return step.model_copy(update={"steps": change(steps), "handlers": handled})
        case (
            Read()
            | Write()
            | Translate()
            | Check()
            | Filter()
            | LoopExit()
            | Milestone()
            | Fail()
            | Stop()
            | Respond()
            | UnmappedStep()
        ):
            return step
        case _:
            assert_never(step)


def walk_steps(steps: Iterable[AnyStep]) -> Iterator[AnyStep]:
    """All steps of a tree, parents first, in order."""
    for step in steps:
        yield step
        for block in blocks(step):
            yield from walk_steps(block)


def may_start(step: AnyStep) -> bool:
    """Whether a step can stand before the requests of a webhook: a check, or a route of such steps that may fail."""
    match step:
        case Check() | Fail(again=None) | Stop(failed=True):
            return True
        case Route():
            return all(may_start(one) for block in blocks(step) for one in block)
        case _:
            return False


def apart(block: Block) -> tuple[Block, tuple[EntryPoint, ...]]:
    """The outermost steps that a run comes to, and the entry points behind them."""
    entries = tuple(step for step in block if isinstance(step, EntryPoint))
    return tuple(step for step in block if not isinstance(step, EntryPoint)), entries


def expressions_of(step: AnyStep) -> tuple[Expression, ...]:
    """The expressions that stand in the step itself, not in the steps inside it."""
    match step:
        case Read(operation=operation) | Write(operation=operation):
            return values_of(operation)
        case Translate(rules=rules):
            return tuple(
                e for rule in rules for e in ((rule.when, rule.value) if rule.when else (rule.value,))
            )
        case Check(expressions=expressions):
            return expressions
        case Filter(condition=condition):
            return (condition,)
        case Split(over=over, variables=variables):
            return (over, *(e for v in variables for e in (v.initial, v.next)))
        case Loop(condition=condition, variables=variables):
            return (
                *((condition,) if condition else ()),
                *(e for v in variables for e in (v.initial, v.next)),
            )
        case LoopExit(updates=updates):
            return tuple(update.value for update in updates)
        case Route(branches=branches):
            return tuple(branch.when for branch in branches)
        case Respond(status=status, headers=headers, body=body):
            return (status, *(header.value for header in headers), *((body,) if body is not None else ()))
        case Try() | Milestone() | Fail() | Stop() | EntryPoint() | UnmappedStep():
            return ()
        case _:
            assert_never(step)
