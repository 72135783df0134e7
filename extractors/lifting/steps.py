"""From a region of effects to a block of steps.

Expressions are pure, so an evaluation that the script makes earlier than its use matters only where it can fail, and
only if something happens in between: then a `Check` step keeps its place. Everything else is folded into the steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from extractors.evaluator.residual import (
    Attempt,
    Branching,
    Entry,
    Evaluate,
    Failure,
    Gap,
    Halt,
    Item,
    LeaveLoop,
    Milestone,
    NextPass,
    Region,
    Repetition,
    Reply,
    Request,
    Serving,
    StatusCheck,
)
from extractors.evaluator.state import both, choice, either, negation
from extractors.evaluator.types import LoopTypes, can_fail
from extractors.lifting.mapping import record_of, rules_of, sent_by, with_made
from extractors.lifting.naming import leaf_of, name_of, noun_of, taken_id
from extractors.lifting.roles import with_role
from extractors.lifting.simplifying.algebra import Types
from migrate.model import (
    AnyStep,
    Branch,
    Call,
    Check,
    Constant,
    EntryPoint,
    Expression,
    Fail,
    FileOperation,
    Filter,
    Handler,
    HttpOperation,
    Loop,
    LoopExit,
    LoopUpdate,
    LoopVariable,
    MailOperation,
    Read,
    Reference,
    Respond,
    ResponseHeader,
    Route,
    SourceSpan,
    Split,
    SqlOperation,
    StatusRule,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    Write,
    always_evaluated,
    changes_something,
    expressions_of,
    with_values,
)
from migrate.model import Milestone as MilestoneStep


@dataclass
class Lifting:
    """What all blocks of one integration share: facts about types, decoders in use, and the ids given out."""

    types: LoopTypes
    defaults: frozenset[str]
    decoders: dict[str, str]
    used: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    connections: dict[str, str] = field(default_factory=dict)
    before_serving: frozenset[str] = frozenset()
    """The ids of steps that run once, before the script takes in requests."""

    def id(self, name: str) -> str:
        """A new id: the name, with a number behind it where another step or rule has it."""
        return taken_id(name, self.used)

    def types_by_id(self) -> Types:
        """The facts about types, by the ids that were given out."""
        loops = {(self.names.get(loop, loop), name): type_ for (loop, name), type_ in self.types.items()}
        return Types(loops, self.defaults)

    def block(
        self, region: Region, known: frozenset[Expression], *, of_loop: bool, in_order: bool = False
    ) -> tuple[AnyStep, ...]:
        """The steps of a region. `known` are expressions that were evaluated before on every way that leads here.

        `in_order`: it matters which of several errors arises first, because a handler tells them apart.
        """
        return _Block(self, set(known), of_loop, in_order).lift(region)


@dataclass
class _Block:
    """One block of steps while it is made."""

    lifting: Lifting
    known: set[Expression]
    of_loop: bool
    in_order: bool
    steps: list[AnyStep] = field(default_factory=list)
    pending: list[tuple[Expression, SourceSpan]] = field(default_factory=list)
    last_request: str = ""

    def lift(self, region: Region) -> tuple[AnyStep, ...]:
        """The steps of the region's items."""
        for position, item in enumerate(region.items):
            self._item(item, last=position == len(region.items) - 1)
        self._flush(())
        return tuple(self.steps)

    def _item(self, item: Item, *, last: bool) -> None:
        match item:
            case Evaluate(expression=expression, span=span):
                self._keep(expression, span)
            case Request():
                self._request(item)
            case StatusCheck():
                self._status_check(item)
            case Branching():
                self._branching(item, last=last)
            case Repetition():
                self._repetition(item)
            case LeaveLoop(updates=updates, span=span):
                made = tuple(LoopUpdate(name=name, value=value) for name, value in updates)
                self._add(LoopExit(id=self.lifting.id("exit"), updates=made, span=span))
            case NextPass(span=span):
                self._add(Filter(id=self.lifting.id("filter"), condition=Constant(value=False), span=span))
            case Attempt():
                self._attempt(item)
            case Milestone(attempt=attempt, number=number, span=span):
                made_id, of = self.lifting.id("milestone"), self.lifting.names[attempt]
                self._add(MilestoneStep(id=made_id, attempt=of, number=number, span=span))
            case Failure(error=error, reason=reason, span=span, again=again):
                source = None if again is None else self.lifting.names[again]
                made_id = self.lifting.id("fail")
                self._add(Fail(id=made_id, error=error, reason=reason, again=source, span=span))
            case Halt(failed=failed, reason=reason, span=span):
                self._add(Stop(id=self.lifting.id("stop"), failed=failed, reason=reason, span=span))
            case Serving():
                self._flush(())
                self.lifting.before_serving = frozenset(step.id for step in self.steps)
            case Reply(status=status, headers=headers, body=body, span=span):
                sent = tuple(ResponseHeader(name=name, value=value) for name, value in headers)
                made_id = self.lifting.id("respond")
                self._add(Respond(id=made_id, status=status, headers=sent, body=body, span=span))
            case Entry(name=name, trigger=trigger, region=region, span=span):
                made_id = self.lifting.id(f"entry_{name.replace('.', '_')}")
                inner = self.lifting.block(region, frozenset(), of_loop=False)
                self._add(EntryPoint(id=made_id, name=name, trigger=trigger, steps=inner, span=span))
            case Gap(code=code, reason=reason, span=span, excerpt=excerpt):
                made_id = self.lifting.id("unmapped")
                self._add(UnmappedStep(id=made_id, code=code, reason=reason, excerpt=excerpt, span=span))

    def _may_fail(self, expression: Expression) -> bool:
        """True unless it was evaluated before, or all that could fail in it was."""
        return can_fail(expression, self.lifting.types, self.lifting.defaults, self.known)

    def _keep(self, expression: Expression, span: SourceSpan) -> None:
        """An evaluation that is due before the next step."""
        if self._may_fail(expression):
            self.pending.append((expression, span))
            self.known.update(always_evaluated(expression))

    def _flush(self, used: Iterable[Expression]) -> None:
        """Keeps the pending evaluations in their place, except those that the next step makes itself first."""
        used = tuple(used)
        covered = {e for expression in used for e in always_evaluated(expression)}
        left = [(e, span) for e, span in self.pending if e not in covered]
        parts = [(expression, frozenset(always_evaluated(expression))) for expression, _ in left]
        maximal = [
            (expression, span)
            for expression, span in left
            if not any(expression in inside and other != expression for other, inside in parts)
        ]
        if self.in_order and not self._keeps_order((*(e for e, _ in maximal), *used)):
            maximal = self._first_of_all(used, {e for e, _ in left})
        if maximal:
            expressions = tuple(dict.fromkeys(e for e, _ in maximal))
            self.steps.append(Check(id=self.lifting.id("check"), expressions=expressions, span=maximal[0][1]))
            self.last_request = ""
        self.known.update(covered)
        self.pending.clear()

    def _first_of_all(
        self, used: tuple[Expression, ...], left: set[Expression]
    ) -> list[tuple[Expression, SourceSpan]]:
        """The fewest of the first pending evaluations that, made before what is `used`, keep the order of all."""
        count = 1
        while not (
            left <= {e for e, _ in self.pending[:count]}
            and self._keeps_order((*(e for e, _ in self.pending[:count]), *used))
        ):
            count += 1
        chosen = self.pending[:count]
        for one in self.pending[:count]:
            fewer = [other for other in chosen if other is not one]
            if self._keeps_order((*(e for e, _ in fewer), *used)):
                chosen = fewer
        return chosen

    def _keeps_order(self, made: tuple[Expression, ...]) -> bool:
        """True if making these expressions makes the pending evaluations in the order in which they are pending."""
        types, defaults = self.lifting.types, self.lifting.defaults
        pending = _parts_of(expression for expression, _ in self.pending)
        due = dict.fromkeys(part for part in pending if can_fail(part, types, defaults))
        return [part for part in _parts_of(made) if part in due] == list(due)

    def _add(self, *steps: AnyStep, also_evaluated: tuple[Expression, ...] = ()) -> None:
        """Adds steps that belong together; the expressions of all of them are evaluated before anything happens."""
        self._flush([*(e for one in steps for e in _first_evaluated(one)), *also_evaluated])
        self.steps.extend(steps)
        self.last_request = ""

    # --- operations ----------------------------------------------------------------------------------------------

    def _request(self, item: Request) -> None:
        operation = with_role(item.operation)
        kind = Write if changes_something(operation) else Read
        noun = noun_of(operation)
        step_id = self.lifting.id(name_of(operation, noun))
        self.lifting.names[item.id] = step_id
        content = sent_by(operation)
        record = None if content is None else record_of(content)
        before: list[AnyStep] = []
        if content is not None and record is not None:
            translate_id = self.lifting.id(f"map_{noun}")
            rules = tuple(
                rule.model_copy(update={"id": self.lifting.id(rule.id)})
                for rule in rules_of(translate_id, record, (), item.span)
            )
            before.append(Translate(id=translate_id, rules=rules, span=item.span))
            made = Reference(step=translate_id, part="value")
            operation = with_values(
                operation, lambda one: with_made(one, record, made) if one == content else one
            )
        if isinstance(operation, HttpOperation):
            operation = operation.model_copy(update=self._of_request(item.id, operation))
        if isinstance(operation, FileOperation):
            operation = operation.model_copy(update={"decoder": self.lifting.decoders.get(item.id)})
        if isinstance(operation, SqlOperation | MailOperation):
            names = self.lifting.connections
            name = names.setdefault(operation.connection, f"connection_{len(names) + 1}")
            operation = operation.model_copy(update={"connection": name})
        whole = () if content is None else tuple(always_evaluated(content))
        step = kind(id=step_id, operation=operation, span=item.span, called_from=item.called_from)
        self._add(*before, step, also_evaluated=whole)
        self.last_request = item.id

    def _of_request(self, id: str, operation: HttpOperation) -> dict[str, object]:
        """What is known of a request only when all is evaluated: its decoder and the name of its session."""
        names = self.lifting.sessions
        session = operation.session
        if session is not None:
            session = names.setdefault(session, f"session_{len(names) + 1}")
        return {"decoder": self.lifting.decoders.get(id), "session": session}

    def _status_check(self, item: StatusCheck) -> None:
        if self.last_request == item.request and isinstance(self.steps[-1], (Read, Write)):
            step = self.steps[-1]
            rules = (StatusRule(first=a, last=z, action="abort", span=item.span) for a, z in item.ranges)
            operation = step.operation.model_copy(update={"on_status": tuple(rules)})
            self.steps[-1] = step.model_copy(update={"operation": operation})
            return
        status = Reference(step=item.request, part="status")
        ways = [
            both(
                Call(function="python.less_or_equal", arguments=(Constant(value=first), status)),
                Call(function="python.less", arguments=(status, Constant(value=last + 1))),
            )
            for first, last in item.ranges
        ]
        failed = reduce(either, ways)
        fail = Fail(id=self.lifting.id("fail"), error=item.error, reason="the status", span=item.span)
        branch = Branch(when=failed, steps=(fail,), span=item.span)
        self._add(Route(id=self.lifting.id("route"), branches=(branch,), span=item.span))

    # --- blocks --------------------------------------------------------------------------------------------------

    def _inner(self, region: Region, known: frozenset[Expression], *, of_loop: bool) -> tuple[AnyStep, ...]:
        return self.lifting.block(region, known, of_loop=of_loop, in_order=self.in_order)

    def _branching(self, item: Branching, *, last: bool) -> None:
        test = item.test
        for region, condition in ((item.then, test), (item.otherwise, negation(test))):
            # What only one side evaluates, before anything else happens there, is checked where the ways part.
            while (
                region.items and isinstance(first := region.items[0], Evaluate) and _only_then_leaves(region)
            ):
                region.items.pop(0)
                guarded = choice(condition, first.expression, Constant(value=None))
                self._keep(guarded, first.span)
        then, otherwise = item.then, item.otherwise
        if not then.items and not otherwise.items:
            return
        if not then.items:
            test, then, otherwise = negation(test), otherwise, then
        match then.items:
            case [NextPass(span=span)] if not otherwise.items:
                self._add(Filter(id=self.lifting.id("filter"), condition=negation(test), span=span))
                return
        before = (
            self.pending[:],
            set(self.known),
            len(self.steps),
            set(self.lifting.used),
            self.last_request,
        )
        self._flush((test,))
        inner = frozenset(self.known)
        if last and self.of_loop and not otherwise.items:
            self._add(Filter(id=self.lifting.id("filter"), condition=test, span=item.span))
            self.steps.extend(self._inner(then, inner, of_loop=True))
            return
        first_steps = self._inner(then, inner, of_loop=last and self.of_loop)
        other_steps = self._inner(otherwise, inner, of_loop=last and self.of_loop)
        if not first_steps and not other_steps:
            # No step makes the test: what is pending is still due before the next one.
            self.pending, self.known, count, used, self.last_request = before
            del self.steps[count:]
            self.lifting.used.intersection_update(used)
            self._keep(test, item.span)
            return
        branch = Branch(when=test, steps=first_steps, span=item.span)
        self._add(
            Route(id=self.lifting.id("route"), branches=(branch,), otherwise=other_steps, span=item.span)
        )

    def _attempt(self, item: Attempt) -> None:
        step_id = self.lifting.id("try")
        self.lifting.names[item.id] = step_id
        self._flush(())
        before = frozenset(self.known)  # what the body evaluates is not known after it: it may have failed
        told_apart = self.in_order or any(handler.errors for handler in item.handlers)
        body = self.lifting.block(item.body, before, of_loop=False, in_order=told_apart)
        handlers = tuple(
            Handler(errors=one.errors, steps=self._inner(one.region, before, of_loop=False), span=one.span)
            for one in item.handlers
        )
        self._add(Try(id=step_id, steps=body, handlers=handlers, span=item.span))

    def _repetition(self, item: Repetition) -> None:
        variables = tuple(LoopVariable(name=c.name, initial=c.initial, next=c.next) for c in item.carried)
        if item.over is not None:
            step_id = self.lifting.id(f"each_{leaf_of(item.over)}")
            self.lifting.names[item.id] = step_id
            self._flush((item.over,))
            inner = self._inner(item.body, frozenset(self.known), of_loop=True)
            self._add(
                Split(
                    id=step_id,
                    over=item.over,
                    concurrency=item.concurrency,
                    variables=variables,
                    steps=inner,
                    span=item.span,
                )
            )
            return
        step_id = self.lifting.id("loop")
        self.lifting.names[item.id] = step_id
        self._flush(())
        inner = self._inner(item.body, frozenset(self.known), of_loop=True)
        self._add(
            Loop(id=step_id, condition=item.condition, variables=variables, steps=inner, span=item.span)
        )


def _parts_of(expressions: Iterable[Expression]) -> dict[Expression, None]:
    """What is evaluated with them in any case, each once, in that order."""
    return dict.fromkeys(part for one in expressions for part in always_evaluated(one))


def _first_evaluated(step: AnyStep) -> tuple[Expression, ...]:
    """The expressions that a step evaluates before it does anything."""
    match step:
        case Loop() | LoopExit():  # variables that nothing uses are left out later
            return ()
        case Split(over=over):
            return (over,)
        case Route(branches=branches):
            return (branches[0].when,)
        case Translate(rules=rules):
            return tuple(rule.value if rule.when is None else rule.when for rule in rules)
        case _:
            return expressions_of(step)


def _only_then_leaves(region: Region) -> bool:
    """True if nothing but evaluations, and then at most the end of the pass, stands in the region."""
    return all(isinstance(one, Evaluate) for one in region.items[:-1]) and isinstance(
        region.items[-1], (Evaluate, NextPass)
    )
