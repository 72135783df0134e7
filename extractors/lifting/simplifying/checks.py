"""Checks of what is asked for again anyway, before anything else happens: they are left out.

An error that a check would have raised is raised a little later by the step that asks for the same value; nothing was
sent, written or caught in between. Where a handler tells errors apart, that must also be the error that comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass

from extractors.lifting.simplifying.algebra import Types
from extractors.lifting.simplifying.facts import FALSE, TRUE, Facts, changed_by, mentioned
from migrate.model import (
    AnyStep,
    Block,
    Check,
    Choice,
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
    Split,
    Translate,
    Try,
    Unmapped,
    Write,
    children,
    expressions_of,
    walk,
    walk_steps,
)

_MOST_WAYS = 64
"""How many ways from a check to the next request are looked at."""
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
    return _Checks(types, frozenset(said)).block(block, _Behind(), in_order=False)


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


@dataclass(frozen=True)
class _Checks:
    types: Types
    said: frozenset[str]

    def block(self, steps: Block, behind: _Behind, *, in_order: bool) -> Block:
        """The steps, of which those behind are looked through first. `in_order`: a handler tells errors apart."""
        kept: Block = ()
        for step in reversed(steps):
            rest = _Behind(kept, behind, behind.next)
            made = self._step(step, rest, in_order=in_order)
            kept = (*(() if made is None else (made,)), *kept)
        return kept

    def _step(self, step: AnyStep, rest: _Behind, *, in_order: bool) -> AnyStep | None:
        match step:
            case Check(expressions=expressions):
                left = self._left(expressions, rest, in_order=in_order)
                return step.model_copy(update={"expressions": left}) if left else None
            case Split(steps=inner, variables=variables) | Loop(steps=inner, variables=variables):
                together = isinstance(step, Split) and step.concurrency != 1  # then all passes end together
                ends = _Behind() if together else _end_of_pass(variables)
                return step.model_copy(update={"steps": self.block(inner, ends, in_order=in_order)})
            case EntryPoint(steps=inner):
                return step.model_copy(update={"steps": self.block(inner, _Behind(), in_order=in_order)})
            case Route(branches=branches, otherwise=otherwise):
                ways = tuple(
                    one.model_copy(update={"steps": self.block(one.steps, rest, in_order=in_order)})
                    for one in branches
                )
                others = self.block(otherwise, rest, in_order=in_order)
                return step.model_copy(update={"branches": ways, "otherwise": others})
            case Try(steps=inner, handlers=handlers):
                apart = in_order or step.id in self.said or any(one.errors for one in handlers)
                handled = tuple(
                    one.model_copy(update={"steps": self.block(one.steps, rest, in_order=in_order)})
                    for one in handlers
                )
                body = self.block(inner, _Behind(), in_order=apart)
                return step.model_copy(update={"steps": body, "handlers": handled})
            case _:
                return step

    def _left(
        self, expressions: tuple[Expression, ...], rest: _Behind, *, in_order: bool
    ) -> tuple[Expression, ...]:
        """The expressions of a check that nothing behind it asks for in time."""
        if in_order:
            search = _Search(self.types, expressions, in_order=True)
            return () if search.due(rest, (), Facts()) else expressions
        left = list(expressions)
        for one in expressions:
            others = tuple(other for other in left if other is not one)
            if _Search(self.types, (one,), in_order=False).due(rest, others, Facts()):
                left.remove(one)
        return tuple(left)


@dataclass
class _Search:
    """Whether every way from a check asks for what is `wanted` before anything else happens."""

    types: Types
    wanted: tuple[Expression, ...]
    in_order: bool
    ways: int = 0

    def __post_init__(self) -> None:
        self.mentioned = frozenset[str]().union(*map(mentioned, self.wanted))

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
                return self._made(made, facts) or (self._unchanged_by(step) and self.due(rest, made, facts))
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
        evaluated = [part for one in made for part in _evaluated(one, facts)]
        if self.in_order:
            wanted = self._failing(part for one in self.wanted for part in _evaluated(one, facts))
            if self._failing(evaluated)[: len(wanted)] != wanted:
                return False
        known = frozenset(evaluated)
        return all(self._covered(one, made, known, facts) for one in self.wanted)

    def _failing(self, parts: Iterator[Expression] | list[Expression]) -> list[Expression]:
        return list(dict.fromkeys(part for part in parts if self.types.may_fail(part)))

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
        parts = children(one)
        return not self.types.may_fail(one, known | frozenset(parts)) and all(
            self._covered(part, made, known, facts) for part in parts
        )

    def _side(
        self, side: Expression, test: Expression, true: bool, made: tuple[Expression, ...], facts: Facts
    ) -> bool:
        """True if one side of a choice cannot fail where the test is so."""
        if self.in_order and self.types.may_fail(side):
            return False  # which error comes first would depend on the test
        there = facts.assuming(test, true)
        known = frozenset(part for one in made for part in _evaluated(one, there))
        return self._covered(side, made, known, there)


def _end_of_pass(variables: tuple[LoopVariable, ...]) -> _Behind:
    return _Behind(next=tuple(one.next for one in variables), ends_pass=True)


def _evaluated(expression: Expression, facts: Facts) -> Iterator[Expression]:
    """The subexpressions that are evaluated where the facts hold, in that order."""
    match expression:
        case Choice(test=test, then=then, otherwise=otherwise):
            yield from _evaluated(test, facts)
            decided = facts.value(test)
            if decided is not None:
                yield from _evaluated(then if decided == TRUE else otherwise, facts)
        case RecordExpression(entries=entries):
            for entry in entries:
                if entry.when is not None:
                    yield from _evaluated(entry.when, facts)
                if entry.when is None or facts.value(entry.when) == TRUE:
                    yield from _evaluated(entry.value, facts)
        case Lookup(key=key):
            yield from _evaluated(key, facts)
        case _:
            for child in children(expression):
                yield from _evaluated(child, facts)
    yield expression
