"""Steps without what their guards have decided: choices, conditions and branches that can only go one way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace

from extractors.lifting.rewriting import with_expressions
from extractors.lifting.simplifying.algebra import Types, condition, simplified
from extractors.lifting.simplifying.facts import FALSE, TRUE, Facts, changed_by, common
from migrate.model import (
    AnyStep,
    Block,
    Branch,
    Check,
    EntryPoint,
    Expression,
    Fail,
    Filter,
    Loop,
    LoopExit,
    LoopVariable,
    Milestone,
    Read,
    Respond,
    Route,
    Split,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    Write,
    apart,
)


def decided(block: Block, types: Types) -> Block:
    """The block with every expression in its simplest form, and without steps that no run reaches."""
    run, entries = apart(block)
    steps, _ = _Walk(types).block(run, Facts())
    return (*steps, *(_Walk(types).entry_point(one) for one in entries))


@dataclass(frozen=True)
class _Way:
    """A way through a route, and what is known at its end, None where no run comes there; the last has no `branch`."""

    steps: Block
    end: Facts | None
    branch: Branch | None = None

    def followed_by(self, steps: Block, end: Facts | None) -> _Way:
        """The way with more steps at its end."""
        return replace(self, steps=(*self.steps, *steps), end=end)


@dataclass(frozen=True)
class _Fork:
    """A route as it is walked through: the tests of its branches, and one way more than there are tests."""

    route: Route
    tests: tuple[Expression, ...]
    ways: tuple[_Way, ...]

    def step(self) -> Block:
        """The route; without a test the steps of its only way."""
        *branches, rest = self.ways
        if not branches:
            return rest.steps
        made = [
            way.branch.model_copy(update={"when": test, "steps": way.steps})
            for test, way in zip(self.tests, branches, strict=True)
            if way.branch is not None
        ]
        return (self.route.model_copy(update={"branches": tuple(made), "otherwise": rest.steps}),)

    def end(self) -> Facts | None:
        """What is known behind it."""
        return common(way.end for way in self.ways)


@dataclass
class _Walk:
    """A walk in the order of the steps; `skips` are the facts where filters end a pass of the innermost loop."""

    types: Types
    skips: list[Facts] = field(default_factory=list)

    def block(self, steps: Block, facts: Facts) -> tuple[Block, Facts | None]:
        """The steps, and what is known behind them; None where no run comes to their end."""
        made: list[AnyStep] = []
        left = deque(steps)
        while left:
            step = left.popleft()
            if isinstance(step, Route):
                fork = self._fork(step, facts)
                while left and isinstance(left[0], Route) and (longer := self._longer(fork, left[0])):
                    fork = longer
                    left.popleft()
                replaced, after = fork.step(), fork.end()
            else:
                replaced, after = self.step(step, facts)
            made.extend(replaced)
            if after is None:
                return tuple(made), None
            facts = after
        return tuple(made), facts

    def step(self, step: AnyStep, facts: Facts) -> tuple[Block, Facts | None]:
        """What stands in place of a step, and what is known behind it."""
        match step:
            case Translate():
                return (self._translate(step, facts),), facts.without({step.id})
            case Read() | Write() | Check() | Respond():
                made = with_expressions(step, lambda one: simplified(one, facts, self.types))
                return (made,), facts.without({step.id})
            case Milestone(attempt=attempt):
                return (step,), facts.without({attempt})
            case Filter():
                return self._filter(step, facts)
            case Route():
                fork = self._fork(step, facts)
                return fork.step(), fork.end()
            case Split():
                return self._split(step, facts)
            case Loop():
                return self._loop(step, facts)
            case Try():
                return self._try(step, facts)
            case LoopExit():
                return (with_expressions(step, lambda one: simplified(one, facts, self.types)),), None
            case EntryPoint():
                return (self.entry_point(step),), facts
            case UnmappedStep():
                return (step,), facts  # what stands behind a gap is shown to those who close it
            case Fail() | Stop():
                return (step,), None

    def entry_point(self, step: EntryPoint) -> EntryPoint:
        """The entry point with its own steps: it is called when all of the script itself is over."""
        steps, _ = self.block(step.steps, Facts())
        return step.model_copy(update={"steps": steps})

    def _translate(self, step: Translate, facts: Facts) -> Translate:
        """The rules; one that is never there is left out."""
        made = []
        for rule in step.rules:
            if rule.when is None:
                made.append(rule.model_copy(update={"value": simplified(rule.value, facts, self.types)}))
                continue
            when, true, _ = condition(rule.when, facts, self.types)
            if when != FALSE:
                value = simplified(rule.value, true, self.types)
                made.append(rule.model_copy(update={"when": None if when == TRUE else when, "value": value}))
        return step.model_copy(update={"rules": tuple(made)})

    def _filter(self, step: Filter, facts: Facts) -> tuple[Block, Facts | None]:
        test, true, false = condition(step.condition, facts, self.types)
        if test == TRUE:
            return (), facts
        self.skips.append(facts if test == FALSE else false)
        return (step.model_copy(update={"condition": test}),), None if test == FALSE else true

    def _fork(self, step: Route, facts: Facts) -> _Fork:
        """Branches that are never taken are left out; one that always is stands in place of those behind it."""
        tests: list[Expression] = []
        ways: list[_Way] = []
        rest = step.otherwise
        for branch in step.branches:
            test, true, false = condition(branch.when, facts, self.types)
            if test == FALSE:
                continue
            if test == TRUE:
                rest = branch.steps
                break
            tests.append(test)
            ways.append(_Way(*self.block(branch.steps, true), branch))
            facts = false
        return _Fork(step, tuple(tests), (*ways, _Way(*self.block(rest, facts))))

    def _longer(self, fork: _Fork, following: Route) -> _Fork | None:
        """Both as one, where each way of the first decides the second; None where a step would be there twice."""
        chosen = [None if way.end is None else self._chosen(following, way.end) for way in fork.ways]
        if any(way.end is not None and steps is None for way, steps in zip(fork.ways, chosen, strict=True)):
            return None
        taken = [steps for steps in chosen if steps]
        if any(one is other for at, one in enumerate(taken) for other in taken[:at]):
            return None
        ways = [
            way if way.end is None or not steps else way.followed_by(*self.block(steps, way.end))
            for way, steps in zip(fork.ways, chosen, strict=True)
        ]
        return replace(fork, ways=tuple(ways))

    def _chosen(self, route: Route, facts: Facts) -> Block | None:
        """The steps of the one way that a route goes where the facts hold; None where that is not known."""
        for branch in route.branches:
            test, _, _ = condition(branch.when, facts, self.types)
            if test == TRUE:
                return branch.steps
            if test != FALSE:
                return None
        return route.otherwise

    def _split(self, step: Split, facts: Facts) -> tuple[Block, Facts | None]:
        inside = facts.without(changed_by(step))
        over = simplified(step.over, facts, self.types)
        steps, ends = self._pass(step.steps, inside)
        variables = self._variables(step.variables, facts, common(ends) or inside)
        return (step.model_copy(update={"over": over, "variables": variables, "steps": steps}),), inside

    def _loop(self, step: Loop, facts: Facts) -> tuple[Block, Facts | None]:
        inside = begun = facts.without(changed_by(step))
        test: Expression | None = None
        if step.condition is not None:
            test, begun, _ = condition(step.condition, inside, self.types)
        steps, ends = self._pass(step.steps, begun)
        variables = self._variables(step.variables, facts, common(ends) or inside)
        return (step.model_copy(update={"condition": test, "variables": variables, "steps": steps}),), inside

    def _pass(self, steps: Block, facts: Facts) -> tuple[Block, list[Facts | None]]:
        """The steps of a pass, and what is known at each of its ends."""
        around, self.skips = self.skips, []
        made, end = self.block(steps, facts)
        ends = [end, *self.skips]
        self.skips = around
        return made, ends

    def _variables(
        self, variables: tuple[LoopVariable, ...], before: Facts, end: Facts
    ) -> tuple[LoopVariable, ...]:
        """Loop variables; `before` is what is known when the loop begins, `end` where a pass ends."""
        return tuple(
            one.model_copy(
                update={
                    "initial": simplified(one.initial, before, self.types),
                    "next": simplified(one.next, end, self.types),
                }
            )
            for one in variables
        )

    def _try(self, step: Try, facts: Facts) -> tuple[Block, Facts | None]:
        """An error can come after any of the steps inside: a handler knows nothing of them."""
        steps, end = self.block(step.steps, facts.without({step.id}))
        handled = facts.without(changed_by(step))
        handlers = []
        ends = [end]
        for handler in step.handlers:
            inner, end = self.block(handler.steps, handled)
            handlers.append(handler.model_copy(update={"steps": inner}))
            ends.append(end)
        made = step.model_copy(update={"steps": steps, "handlers": tuple(handlers)})
        after = common(ends)
        return (made,), None if after is None else after.without({step.id})
