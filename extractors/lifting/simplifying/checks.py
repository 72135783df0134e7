"""Checks of what is asked for again anyway, before anything else happens: they are left out.

So are conditions on which nothing depends; where one can fail, a check stands in its place.

An error that a check would have raised is raised a little later by the step that asks for the same value; nothing was
sent, written or caught in between. Where a handler tells errors apart, that must also be the error that comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from itertools import islice

from extractors.evaluator.types import is_map
from extractors.lifting.naming import taken_id
from extractors.lifting.simplifying.algebra import Types, with_first
from extractors.lifting.simplifying.facts import FALSE, TRUE, Facts, changed_by, mentioned
from migrate.model import (
    AnyStep,
    Block,
    Call,
    Check,
    Choice,
    Constant,
    Entry,
    EntryPoint,
    Expression,
    Filter,
    Lookup,
    Loop,
    LoopExit,
    LoopVariable,
    Read,
    RecordExpression,
    Reference,
    Respond,
    Route,
    SequenceExpression,
    Split,
    Translate,
    Try,
    Unmapped,
    Write,
    children,
    expressions_of,
    map_blocks,
    walk,
    walk_steps,
)

_MOST_WAYS = 64
"""How many ways from a check to the next request are looked at."""
_MOST_PARTS = 400
"""How many parts of expressions that were asked for before count: the last ones."""
_SAID = frozenset({"error", "message", "representation"})
"""The parts of a try that depend on which error it was."""


def without_idle_checks(block: Block, types: Types) -> Block:
    """The block without checks of what every way from there asks for before anything else happens."""
    said = {
        part.step
        for step in walk_steps(block)
        for expression in expressions_of(step)
        for part in walk(expression)
        if isinstance(part, Reference) and part.part in _SAID
    }
    named = frozenset[str]().union(
        *(mentioned(one) for step in walk_steps(block) for one in expressions_of(step))
    )
    taken = {step.id for step in walk_steps(block)}
    return _Checks(types, frozenset(said), named, taken).block(block, _Behind(), _Known(), in_order=False)


def without_safe_checks(block: Block, types: Types) -> Block:
    """The block without checks of what cannot fail."""
    made: list[AnyStep] = []
    for step in block:
        if isinstance(step, Check):
            left = tuple(one for one in step.expressions if types.may_fail(one))
            made += [step.model_copy(update={"expressions": left})] if left else []
        else:
            made.append(map_blocks(step, lambda inner: without_safe_checks(inner, types)))
    return tuple(made)


@dataclass(frozen=True)
class _Behind:
    """What comes next: steps, and behind them the rest of the block around.

    At the end of a pass of a loop its variables get their `next` values; None where no loop is around, or where the
    loop is outside of a try.
    """

    steps: Block = ()
    outer: _Behind | None = None
    next: tuple[Expression, ...] | None = None
    ends_pass: bool = False

    def is_end_of_pass(self) -> bool:
        """True if a pass of the loop around ends here."""
        if self.steps:
            return False
        return self.ends_pass or (self.outer is not None and self.outer.is_end_of_pass())


@dataclass(frozen=True)
class _Known:
    """What is known where a step begins: facts, and what the same pass has `asked` for on each way there."""

    facts: Facts = field(default_factory=Facts)
    asked: tuple[Expression, ...] = ()

    def assuming(self, test: Expression, value: bool) -> _Known:
        """Where a test that is evaluated here has the value."""
        return _Known(self.facts.assuming(test, value), (*self.asked, test))

    def without(self, ids: Iterable[str]) -> _Known:
        """When the steps of these ids have run once more."""
        gone = frozenset(ids)
        asked = tuple(one for one in self.asked if not gone & mentioned(one))
        return _Known(self.facts.without(gone), asked)

    def last(self) -> tuple[Expression, ...]:
        """What was asked for last, as far as it is worth looking at."""
        left = _MOST_PARTS
        for count, one in enumerate(reversed(self.asked)):
            left -= sum(1 for _ in islice(walk(one), left + 1))
            if left < 0:
                return self.asked[len(self.asked) - count :]
        return self.asked

    def behind(self, step: AnyStep) -> _Known:
        """Behind a step that did not end the pass or the run."""
        known = self.without(changed_by(step))
        match step:
            case Check(expressions=expressions):
                return _Known(known.facts, (*known.asked, *expressions))
            case Filter(condition=condition):
                return known.assuming(condition, True)
            case Split(over=over) if not mentioned(over) & changed_by(step):
                return _Known(known.facts, (*known.asked, over))
            case Route() if _only_checks(step):
                return _Known(known.facts, (*known.asked, _asked_by(step)))
            case Read() | Write() | Respond():
                unchanged = (one for one in expressions_of(step) if step.id not in mentioned(one))
                return _Known(known.facts, (*known.asked, *unchanged))
            case _:
                return known


@dataclass(frozen=True)
class _Checks:
    types: Types
    said: frozenset[str]
    named: frozenset[str]
    """Ids that some step speaks of."""
    taken: set[str]
    """Ids that a new step may not have."""

    def block(self, steps: Block, behind: _Behind, known: _Known, *, in_order: bool) -> Block:
        """The steps, of which those behind are looked through first.

        `known` is where the block begins. `in_order`: a handler tells errors apart.
        """
        there = []
        for step in steps:
            there.append(known)
            known = known.behind(step)
        kept: Block = ()
        for step, before in zip(reversed(steps), reversed(there), strict=True):
            rest = _Behind(kept, behind, behind.next)
            made = self._step(step, rest, before, in_order=in_order)
            kept = (*(() if made is None else (made,)), *kept)
        return kept

    def _step(self, step: AnyStep, rest: _Behind, known: _Known, *, in_order: bool) -> AnyStep | None:
        match step:
            case Check(expressions=expressions):
                left = self._left(expressions, rest, known, in_order=in_order)
                return step.model_copy(update={"expressions": left}) if left else None
            case Split(over=over, steps=(), variables=(), concurrency=1) if (
                step.id not in self.named and self.types.of(over) == "list"
            ):
                return step if self._left((over,), rest, known, in_order=in_order) else None
            case Split(steps=inner, variables=variables) | Loop(steps=inner, variables=variables):
                together = isinstance(step, Split) and step.concurrency != 1  # then all passes end together
                ends = _Behind() if together else _end_of_pass(variables)
                steps = self.block(inner, ends, known.without(changed_by(step)), in_order=in_order)
                return step.model_copy(update={"steps": steps})
            case EntryPoint(steps=inner):
                return step.model_copy(
                    update={"steps": self.block(inner, _Behind(), _Known(), in_order=in_order)}
                )
            case Route():
                made = self._route(step, rest, known, in_order=in_order)
                return self._check(made, _tests(made), rest, known, in_order) if self._is_idle(made) else made
            case Filter(condition=test) if rest.is_end_of_pass() and self.types.of(test) == "boolean":
                return self._check(step, (test,), rest, known, in_order)
            case Try(steps=inner, handlers=handlers):
                apart = in_order or step.id in self.said or any(one.errors for one in handlers)
                caught = known.without(changed_by(step))
                handled = tuple(
                    one.model_copy(update={"steps": self.block(one.steps, rest, caught, in_order=in_order)})
                    for one in handlers
                )
                body = self.block(inner, _Behind(), known.without({step.id}), in_order=apart)
                return step.model_copy(update={"steps": body, "handlers": handled})
            case _:
                return step

    def _route(self, route: Route, rest: _Behind, known: _Known, *, in_order: bool) -> Route:
        ways = []
        for one in route.branches:
            steps = self.block(one.steps, rest, known.assuming(one.when, True), in_order=in_order)
            ways.append(one.model_copy(update={"steps": steps}))
            known = known.assuming(one.when, False)
        others = self.block(route.otherwise, rest, known, in_order=in_order)
        return route.model_copy(update={"branches": tuple(ways), "otherwise": others})

    def _check(
        self,
        idle: Route | Filter,
        tests: tuple[Expression, ...],
        rest: _Behind,
        known: _Known,
        in_order: bool,
    ) -> Check | None:
        """What stands in place of a step that does nothing but evaluate its tests; None for nothing."""
        left = self._left(tests, rest, known, in_order=in_order)
        return Check(id=taken_id("check", self.taken), expressions=left, span=idle.span) if left else None

    def _is_idle(self, route: Route) -> bool:
        """True if it does nothing on any way, but that its tests may fail."""
        ways = (*(one.steps for one in route.branches), route.otherwise)
        return not any(ways) and all(self.types.of(one.when) == "boolean" for one in route.branches)

    def _left(
        self, expressions: tuple[Expression, ...], rest: _Behind, known: _Known, *, in_order: bool
    ) -> tuple[Expression, ...]:
        """The expressions of a check that nothing behind it asks for in time."""
        asked = known.last()
        if in_order:
            for count in range(len(expressions)):
                kept, wanted = expressions[:count], expressions[count:]
                search = _Search(self.types, wanted, (*asked, *kept), in_order=True)
                if search.due(rest, (), known.facts):
                    return kept
            return expressions
        left = list(expressions)
        for one in expressions:
            others = tuple(other for other in left if other is not one)
            search = _Search(self.types, (one,), asked, in_order=False)
            if search.due(rest, others, known.facts):
                left.remove(one)
        return tuple(left)


@dataclass
class _Search:
    """Whether every way from a check asks for what is `wanted` before anything else happens.

    `before` is what the check asks for first, and goes on asking for.
    """

    types: Types
    wanted: tuple[Expression, ...]
    before: tuple[Expression, ...]
    in_order: bool
    ways: int = 0

    def __post_init__(self) -> None:
        self.mentioned = frozenset[str]().union(*map(mentioned, (*self.before, *self.wanted)))

    def due(self, behind: _Behind, made: tuple[Expression, ...], facts: Facts) -> bool:
        """True if all is asked for, `made` having been asked for on the way so far."""
        if any(isinstance(part, Unmapped) for one in (*self.wanted, *made) for part in walk(one)):
            return False
        if self._made(made, facts):
            return True
        if not behind.steps:
            if behind.ends_pass:
                return self._made((*made, *(behind.next or ())), facts)
            return behind.outer is not None and self.due(behind.outer, made, facts)
        step, *others = behind.steps
        rest = _Behind(tuple(others), behind.outer, behind.next)
        match step:
            case Check(expressions=expressions):
                return self.due(rest, (*made, *expressions), facts)
            case Translate(rules=rules):
                entries = (Entry(key=str(at), value=one.value, when=one.when) for at, one in enumerate(rules))
                made = (*made, RecordExpression(entries=tuple(entries)))
                return self._made(made, facts) or (
                    self._unchanged_by(step) and self.due(rest, made, facts.without({step.id}))
                )
            case Filter(condition=condition):
                made = (*made, condition)
                skipped = (*made, *(behind.next or ()))
                return self._more_ways(1) and (
                    self._made(made, facts)
                    or (
                        self._made(skipped, facts.assuming(condition, False))
                        and self.due(rest, made, facts.assuming(condition, True))
                    )
                )
            case Route(branches=branches, otherwise=otherwise):
                if not self._more_ways(len(branches)) or not self._unchanged_by(step):
                    return self._made((*made, branches[0].when), facts)
                for branch in branches:
                    made = (*made, branch.when)
                    way = _Behind(branch.steps, rest, behind.next)
                    if not self.due(way, made, facts.assuming(branch.when, True)):
                        return False
                    facts = facts.assuming(branch.when, False)
                return self.due(_Behind(otherwise, rest, behind.next), made, facts)
            case Loop(variables=variables, condition=test, steps=steps):
                made = (*made, *(one.initial for one in variables))
                if self._made(made, facts) or test is not None or not self._unchanged_by(step):
                    return self._made(made, facts)
                ends = _end_of_pass(variables)
                inside = _Behind(steps, ends, ends.next)
                return self.due(inside, made, facts.without(changed_by(step)))
            case Split(over=over, variables=variables):
                return self._made((*made, over, *(one.initial for one in variables)), facts)
            case Read() | Write() | Respond() | LoopExit():
                return self._made((*made, *expressions_of(step)), facts)
            case _:
                return False

    def _more_ways(self, count: int) -> bool:
        self.ways += count
        return self.ways <= _MOST_WAYS

    def _unchanged_by(self, step: AnyStep) -> bool:
        """True if what is wanted means the same behind the step."""
        return not self.mentioned & changed_by(step)

    def _made(self, made: tuple[Expression, ...], facts: Facts) -> bool:
        """True if evaluating these makes all errors that the wanted ones could make."""
        if any(isinstance(part, Unmapped) for one in made for part in walk(one)):
            return False
        made = (*self.before, *made)
        if self.in_order:
            wanted = self._failing((*self.before, *self.wanted), facts)
            if self._failing(made, facts)[: len(wanted)] != wanted:
                return False
        known = _known(made, facts)
        return all(self._covered(one, made, known, facts) for one in self.wanted)

    def _failing(self, several: tuple[Expression, ...], facts: Facts) -> list[Expression]:
        """What may fail by itself when these are evaluated, in that order."""
        found: dict[Expression, None] = {}
        known: dict[Expression, None] = dict.fromkeys(facts.there())
        for part in (part for one in several for part in _evaluated(one, facts)):
            if part not in known:
                if self._fails(part, known.keys(), facts):
                    found[part] = None
                known |= dict.fromkeys(_shown(part))
        return list(found)

    def _fails(self, part: Expression, before: Set[Expression], facts: Facts) -> bool:
        """True if the part may fail where those before it, its own parts among them, have not."""
        if not self.types.may_fail(part, before):
            return False
        if not isinstance(part, Choice):
            return True
        if facts.value(part.test) is not None:
            return self.types.of(part.test) != "boolean"
        return not self._covered(part, tuple(before), before, facts)

    def _covered(
        self, one: Expression, made: tuple[Expression, ...], known: Set[Expression], facts: Facts
    ) -> bool:
        """True if the expression cannot fail where the `known` ones were evaluated, as `made` makes them."""
        if one in known:
            return True
        if isinstance(one, Choice):
            if self.types.of(one.test) != "boolean" or not self._covered(one.test, made, known, facts):
                return False
            sides = ((one.then, True), (one.otherwise, False))
            decided = facts.value(one.test)
            return all(
                self._side(side, one.test, true, made, facts)
                for side, true in sides
                if decided in (None, TRUE if true else FALSE)
            )
        if isinstance(one, Lookup | RecordExpression) and self.types.may_fail(one, known):
            return not isinstance(one, Lookup) and all(
                entry.when is None and self._covered(entry.value, made, known, facts) for entry in one.entries
            )
        if isinstance(one, Call) and one.arguments and isinstance(first := one.arguments[0], Choice):
            sides = ((first.then, True), (first.otherwise, False))
            decided = facts.value(first.test)
            return self._covered(first, made, known, facts) and all(
                self._side(with_first(one, side), first.test, true, made, facts)
                for side, true in sides
                if decided in (None, TRUE if true else FALSE)
            )
        parts = children(one)
        return not self.types.may_fail(one, known | frozenset(parts)) and all(
            self._covered(part, made, known, facts) for part in parts
        )

    def _side(
        self, side: Expression, test: Expression, true: bool, made: tuple[Expression, ...], facts: Facts
    ) -> bool:
        """True if one side of a choice cannot fail where the test is so."""
        there = facts.assuming(test, true)
        known = _known(made, there)
        return self._covered(side, made, known, there)


def _asked_by(route: Route) -> Expression:
    """What a route and the checks at the begin of its branches evaluate, as one expression."""
    otherwise = SequenceExpression(items=_checked(route.otherwise))
    made: Expression = otherwise
    for branch in reversed(route.branches):
        then = SequenceExpression(items=_checked(branch.steps))
        made = Choice(test=branch.when, then=then, otherwise=made)
    return made


def _checked(steps: Block) -> tuple[Expression, ...]:
    """What the first steps check, as far as they do nothing else."""
    found: list[Expression] = []
    for step in steps:
        match step:
            case Check(expressions=expressions):
                found += expressions
            case Route():
                found.append(_asked_by(step))
                if not _only_checks(step):
                    break
            case _:
                break
    return tuple(found)


def _only_checks(step: AnyStep) -> bool:
    return all(isinstance(one, Check | Route) for one in walk_steps((step,)))


def _tests(route: Route) -> tuple[Expression, ...]:
    """What a route evaluates: a test only where those before it are false."""
    made: list[Expression] = []
    before: Expression | None = None
    for branch in route.branches:
        made.append(branch.when if before is None else Choice(test=before, then=TRUE, otherwise=branch.when))
        before = made[-1]
    return tuple(made)


def _end_of_pass(variables: tuple[LoopVariable, ...]) -> _Behind:
    return _Behind(next=tuple(one.next for one in variables), ends_pass=True)


def _known(made: tuple[Expression, ...], facts: Facts) -> Set[Expression]:
    """What has been evaluated where these were and the facts hold."""
    parts = (part for one in made for part in _evaluated(one, facts, both=True))
    return frozenset((*facts.there(), *(one for part in parts for one in _shown(part))))


def _shown(part: Expression) -> Iterator[Expression]:
    """What is known when a part has been evaluated: a look-up of a text shows that it was made in a map.

    What was iterated over has a length.
    """
    yield part
    match part:
        case Call(function="python.iterate", arguments=(of,)):
            yield Call(function="python.length", arguments=(of,))
        case Call(function="python.get" | "python.member", arguments=(of, Constant(value=str()), *_)):
            yield is_map(of)


def _evaluated(expression: Expression, facts: Facts, *, both: bool = False) -> Iterator[Expression]:
    """The subexpressions that are evaluated where the facts hold, in that order.

    `both`: also what both sides of a choice evaluate, each in an order of its own.
    """
    match expression:
        case Choice(test=test, then=then, otherwise=otherwise):
            yield from _evaluated(test, facts, both=both)
            decided = facts.value(test)
            if decided is not None:
                yield from _evaluated(then if decided == TRUE else otherwise, facts, both=both)
            elif both:
                others = frozenset(_evaluated(otherwise, facts.assuming(test, False), both=True))
                if others:
                    parts = _evaluated(then, facts.assuming(test, True), both=True)
                    yield from (part for part in parts if part in others)
        case RecordExpression(entries=entries):
            for entry in entries:
                if entry.when is not None:
                    yield from _evaluated(entry.when, facts, both=both)
                if entry.when is None or facts.value(entry.when) == TRUE:
                    yield from _evaluated(entry.value, facts, both=both)
        case Lookup(key=key):
            yield from _evaluated(key, facts, both=both)
        case _:
            for child in children(expression):
                yield from _evaluated(child, facts, both=both)
    yield expression
