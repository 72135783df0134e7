"""Records that are made more than once of the same values get a step of their own, which makes them once.

The step stands right before the first one that makes the record in any case, and what it is made of does not change
until the last one that asks for it: so all of them get the same record, and its errors come where they came before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.lifting.mapping import rules_of
from extractors.lifting.naming import taken_id
from extractors.lifting.rewriting import rewrite_step
from extractors.lifting.simplifying.algebra import Types, simplified
from extractors.lifting.simplifying.facts import Facts, changed_by, mentioned
from migrate.model import (
    AnyStep,
    Block,
    Call,
    Check,
    Choice,
    Expression,
    Filter,
    Lookup,
    Loop,
    RecordExpression,
    Reference,
    Route,
    SourceSpan,
    Split,
    Translate,
    Try,
    Unmapped,
    always_evaluated,
    apart,
    expressions_of,
    map_blocks,
    rewrite,
    walk,
    walk_steps,
)

_OF_ITEMS = "each_"
"""How the id of a loop over a list begins: what follows says what its items are."""


def with_named_records(block: Block, types: Types) -> Block:
    """The block with a step for each record that the steps of a block, or of a pass of a loop, make more than once."""
    steps = list(walk_steps(block))
    rules = (rule.id for step in steps if isinstance(step, Translate) for rule in step.rules)
    naming = _Naming(types, {*(step.id for step in steps), *rules})
    run, entries = apart(block)
    named = (one.model_copy(update={"steps": naming.unit(one.steps, "record", ())[0]}) for one in entries)
    return (*naming.unit(run, "record", ())[0], *named)


@dataclass
class _Naming:
    """Gives out steps with new ids, as far as none is `taken`."""

    types: Types
    taken: set[str]

    def unit(
        self, steps: Block, name: str, after: tuple[Expression, ...]
    ) -> tuple[Block, tuple[Expression, ...]]:
        """The steps of a block, and what is evaluated behind them: at the end of a pass the next values."""
        steps = tuple(map(self._inside, steps))
        tried: set[RecordExpression] = set()
        while (found := self._next(steps, after, tried)) is not None:
            tried.add(found)
            at = self._place(found, steps, after)
            if at is None:
                continue
            made = self._step(found, name, steps[at].span)
            result = Reference(step=made.id, part="value")

            def change(one: Expression, record: Expression = found, result: Reference = result) -> Expression:
                return result if one == record else one

            behind = tuple(rewrite_step(step, change) for step in steps[at:])
            steps = (*steps[:at], made, *behind)
            after = tuple(rewrite(one, change) for one in after)
        return steps, after

    def _inside(self, step: AnyStep) -> AnyStep:
        """The step with the records inside it named. Steps whose errors are told apart are left as they are."""
        match step:
            case (
                Split(concurrency=1, steps=steps, variables=variables)
                | Loop(steps=steps, variables=variables)
            ):
                name = step.id.removeprefix(_OF_ITEMS) if step.id.startswith(_OF_ITEMS) else "record"
                inner, following = self.unit(steps, name, tuple(one.next for one in variables))
                kept = tuple(
                    one.model_copy(update={"next": value})
                    for one, value in zip(variables, following, strict=True)
                )
                return step.model_copy(update={"steps": inner, "variables": kept})
            case Try():
                return step
            case _:
                return map_blocks(step, lambda inner: self.unit(inner, "record", ())[0])

    def _next(
        self, steps: Block, after: tuple[Expression, ...], tried: set[RecordExpression]
    ) -> RecordExpression | None:
        """The largest record that is made twice and was not tried yet."""
        made: Counter[RecordExpression] = Counter()
        for expression in (*_asked(steps), *after):
            made.update(part for part in walk(expression) if isinstance(part, RecordExpression))
        several = (record for record, count in made.items() if count > 1 and record not in tried)
        worth = [record for record in several if _computes(record)]
        return max(worth, key=_size, default=None)

    def _place(self, record: RecordExpression, steps: Block, after: tuple[Expression, ...]) -> int | None:
        """Where a step can make the record; None where it cannot be made once for all."""
        at = next((at for at, step in enumerate(steps) if _asks(step, record)), None)
        if at is None:
            return None
        first = _first_evaluated(steps[at])
        if record not in {part for one in first for part in always_evaluated(one)}:
            return None
        if any(isinstance(part, Unmapped) for one in (record, *first) for part in walk(one)):
            return None
        if any(mentioned(record) & changed_by(step) for step in steps[at:]):
            return None
        return at if self._skips(record, steps[:at], after) else None

    def _skips(self, record: RecordExpression, before: Block, after: tuple[Expression, ...]) -> bool:
        """True if a pass that ends before the record is made does not ask for it behind its steps."""
        facts = Facts()
        for step in before:
            if isinstance(step, Filter):
                skipped = facts.assuming(step.condition, False)
                parts = (part for one in after for part in walk(simplified(one, skipped, self.types)))
                if any(part == record for part in parts):
                    return False
                facts = facts.assuming(step.condition, True)
            elif any(isinstance(one, Filter) for one in _of_pass(step)) and any(
                part == record for one in after for part in walk(one)
            ):
                return False
            else:
                facts = facts.without(changed_by(step))
        return True

    def _step(self, record: RecordExpression, name: str, span: SourceSpan | None) -> Translate:
        step_id = self._id(f"map_{name}")
        spans = (entry.span for entry in record.entries if entry.span is not None)
        where = next(spans, span)
        rules = rules_of(step_id, record, (), where)
        named = tuple(rule.model_copy(update={"id": self._id(rule.id)}) for rule in rules)
        return Translate(id=step_id, rules=named, span=where)

    def _id(self, name: str) -> str:
        return taken_id(name, self.taken)


def _asked(steps: Block) -> Iterator[Expression]:
    """What steps ask for, all inside them included, but for what is only checked."""
    for step in walk_steps(steps):
        if not isinstance(step, Check):
            yield from expressions_of(step)


def _asks(step: AnyStep, record: RecordExpression) -> bool:
    return any(part == record for one in _asked((step,)) for part in walk(one))


def _first_evaluated(step: AnyStep) -> tuple[Expression, ...]:
    """What a step evaluates in any case before it does anything."""
    match step:
        case Split(over=over, variables=variables):
            return (over, *(one.initial for one in variables))
        case Loop(variables=variables):
            return tuple(one.initial for one in variables)
        case Route(branches=branches):
            return (branches[0].when,)
        case Translate(rules=rules):
            return tuple(rule.value if rule.when is None else rule.when for rule in rules)
        case _:
            return expressions_of(step)


def _of_pass(step: AnyStep) -> Iterator[AnyStep]:
    """The steps of the same pass of the loop around: none of those of loops inside."""
    yield step
    match step:
        case Route(branches=branches, otherwise=otherwise):
            ways: Iterable[Block] = (*(branch.steps for branch in branches), otherwise)
        case Try(steps=steps, handlers=handlers):
            ways = (steps, *(handler.steps for handler in handlers))
        case _:
            ways = ()
    for way in ways:
        for one in way:
            yield from _of_pass(one)


def _computes(record: RecordExpression) -> bool:
    """True for a record of several fields of which something is computed: it is shorter as a step of its own."""
    return len(record.entries) > 1 and any(isinstance(part, Call | Choice | Lookup) for part in walk(record))


def _size(record: RecordExpression) -> int:
    return sum(1 for _ in walk(record))
