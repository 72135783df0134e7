"""Which parts of a model a run went through: its steps, branches, rows of tables, handlers, passes.

A point is one way that a run can take. Points are found in the model in a fixed order, so that the counts of one
process are those of another that holds the same model. Counts and ids are all that leaves the process.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from migrate.model import (
    AnyStep,
    Check,
    Choice,
    EntryPoint,
    Expression,
    Filter,
    HttpOperation,
    Integration,
    Lookup,
    Loop,
    MappingRule,
    Node,
    Read,
    RecordExpression,
    Route,
    SourceSpan,
    Split,
    Translate,
    Try,
    Write,
    children,
    expressions_of,
)
from migrate.model.notation import written
from migrate.model.values import Value
from migrate.reference.samples import Evaluate, Samples

Kind = Literal["step", "rule", "branch", "lookup", "handler", "passes", "error answer"]
Way = str | int
MANY, OTHERWISE, RAN, SET, LEFT_OUT = "many", "otherwise", "ran", "set", "left out"

Hit = tuple[int, Way]


@dataclass(frozen=True)
class Point:
    """One way: of which node of the model, and of which step or rule, by id.

    `text` says what is decided, in the notation of expressions; `way` which way it is. `inside` is the position of the
    point without which this one cannot be reached, as far as the model alone tells.
    """

    kind: Kind
    owner: str
    text: str
    way: str
    span: SourceSpan | None
    inside: int | None
    hit: Hit


@dataclass
class Tally:
    """Counts of one run or of several, by node (its identity) and way.

    `nulls` counts for each rule, by id, how often null was its value.
    """

    hits: dict[Hit, int] = field(default_factory=dict)
    nulls: dict[str, int] = field(default_factory=dict)
    samples: Samples = field(default_factory=Samples)

    def hit(self, node: Node, way: Way) -> None:
        """Counts that a way of a node was taken."""
        key = (id(node), way)
        self.hits[key] = self.hits.get(key, 0) + 1

    def passed(self, step: Split | Loop, passes: int) -> None:
        """Counts how often the steps of a loop ran, from its beginning to its end."""
        self.hit(step, passes if passes < 2 else MANY)

    def ruled(self, rule: MappingRule, value: Value, evaluate: Evaluate) -> None:
        """Counts that a rule has set its field; keeps a sample."""
        self.hit(rule, SET)
        if value is None:
            self.nulls[rule.id] = self.nulls.get(rule.id, 0) + 1
        self.samples.take(rule, value, evaluate)

    def counts(self, integration: Integration) -> list[int]:
        """A count for each of the points of the integration that was run."""
        return [self.hits.get(point.hit, 0) for point in points(integration)]


def points(integration: Integration) -> tuple[Point, ...]:
    """All points of a model, in its order."""
    found: list[Point] = []
    _Finder(found).block(integration.whole, None)
    return tuple(found)


@dataclass(frozen=True)
class _Finder:
    """Adds points to `found`, those of one owner."""

    found: list[Point]
    owner: str = ""
    span: SourceSpan | None = None

    def block(self, steps: tuple[AnyStep, ...], inside: int | None) -> None:
        for step in steps:
            if not isinstance(step, EntryPoint):  # a run passes over it
                inside = self.of_step(step, inside)

    def of_step(self, step: AnyStep, inside: int | None) -> int:
        """Adds the points of a step; the position of the one without which what follows is not reached."""
        own = replace(self, owner=step.id, span=step.span)
        ran = own.add("step", step, RAN, step.kind, "ran", inside)
        match step:
            case Translate(rules=rules):
                for rule in rules:
                    replace(own, owner=rule.id, span=rule.span or step.span).of_rule(rule, ran)
            case Filter(condition=condition):
                own.expression(condition, ran)
                goes_on, _ = own.ways(step, condition, ran)
                return goes_on
            case Route():
                own.of_route(step, ran)
            case Check():
                pass  # decides nothing but whether it fails; what its values decide elsewhere is counted there
            case _:
                for expression in expressions_of(step):
                    own.expression(expression, ran)
        match step:
            case (
                Read(operation=HttpOperation(on_status=ends)) | Write(operation=HttpOperation(on_status=ends))
            ):
                for number, status in enumerate(ends):
                    text = f"status {status.first} to {status.last}"
                    own.add("error answer", step, number, text, "answered", ran)
            case Split(steps=inner) | Loop(steps=inner):
                own.of_loop(step, inner, ran)
            case Try(steps=inner, handlers=handlers):
                own.block(inner, ran)
                own.add("handler", step, 0, "no error", "taken", ran)
                for number, handler in enumerate(handlers, start=1):
                    text = f"after {', '.join(handler.errors) or 'any error'}"
                    taken = own.add("handler", step, number, text, "taken", ran, handler.span)
                    own.block(handler.steps, taken)
        return ran

    def of_rule(self, rule: MappingRule, inside: int) -> None:
        if rule.when is not None:
            self.expression(rule.when, inside)
            self.add("branch", rule, LEFT_OUT, written(rule.when), "false", inside)
        set_ = self.add("rule", rule, SET, ".".join(rule.target), "set", inside)
        self.expression(rule.value, set_)

    def of_route(self, step: Route, inside: int) -> None:
        for number, branch in enumerate(step.branches):
            self.expression(branch.when, inside)
            taken = self.add(
                "branch", step, number, written(branch.when), "true", inside, branch.span or branch.when.span
            )
            self.block(branch.steps, taken)
        none = "; ".join(written(branch.when) for branch in step.branches)
        taken = self.add("branch", step, OTHERWISE, none, "none is true", inside)
        self.block(step.otherwise, taken)

    def of_loop(self, step: Split | Loop, inner: tuple[AnyStep, ...], inside: int) -> None:
        if isinstance(step, Split) or step.condition is not None:
            self.add("passes", step, 0, step.kind, "no pass", inside)
        self.add("passes", step, 1, step.kind, "one pass", inside)
        self.add("passes", step, MANY, step.kind, "several passes", inside)
        self.block(inner, inside)

    def expression(self, expression: Expression, inside: int) -> None:
        match expression:
            case Choice(test=test, then=then, otherwise=otherwise):
                self.expression(test, inside)
                true, false = self.ways(expression, test, inside)
                self.expression(then, true)
                self.expression(otherwise, false)
            case RecordExpression(entries=entries):
                for entry in entries:
                    there = inside
                    if entry.when is not None:
                        self.expression(entry.when, inside)
                        there, _ = self.ways(entry, entry.when, inside)
                    self.expression(entry.value, there)
            case Lookup():
                self.of_lookup(expression, inside)
            case _:
                for child in children(expression):
                    self.expression(child, inside)

    def of_lookup(self, lookup: Lookup, inside: int) -> None:
        self.expression(lookup.key, inside)
        name = lookup.table or written(lookup.key)
        for number in rows_of(lookup).values():
            case = lookup.cases[number]
            used = self.add("lookup", lookup, number, name, written(case.key), inside, lookup.span)
            self.expression(case.value, used)
        if lookup.otherwise is not None:
            used = self.add("lookup", lookup, OTHERWISE, name, "any other key", inside, lookup.span)
            self.expression(lookup.otherwise, used)

    def ways(self, node: Node, test: Expression, inside: int) -> tuple[int, int]:
        """The two ways of a condition."""
        span = node.span or test.span
        true = self.add("branch", node, True, written(test), "true", inside, span)
        return true, self.add("branch", node, False, written(test), "false", inside, span)

    def add(
        self,
        kind: Kind,
        node: Node,
        way: Way,
        text: str,
        shown: str,
        inside: int | None,
        span: SourceSpan | None = None,
    ) -> int:
        self.found.append(Point(kind, self.owner, text, shown, span or self.span, inside, (id(node), way)))
        return len(self.found) - 1


def rows_of(lookup: Lookup) -> dict[object, int]:
    """The number of the row for each key, as a dict of the script finds keys and replaces repeated ones."""
    return {case.key.value: number for number, case in enumerate(lookup.cases)}
