"""What a run of the model goes through, as far as mutants could tell: which way each condition took and how near to the
border, which kind of value each field had, what each function changed, which step ended the run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from migrate.model import (
    Call,
    Constant,
    Expression,
    HttpOperation,
    Integration,
    Lookup,
    LoopValue,
    Node,
    Reference,
    SecretReference,
    VariableReference,
    expressions_of,
    walk,
    walk_steps,
)
from migrate.model.functions import FUNCTIONS
from migrate.model.steps import AnyStep
from migrate.model.values import EvaluationError, Value
from migrate.reference import expressions
from migrate.reference.coverage import RAN, Tally, Way
from migrate.reference.state import State
from tests.mutation.odd_values import key_of

Feature = tuple[object, ...]
_ORDERED = frozenset({"python.less", "python.less_or_equal"})
_COMPARED = _ORDERED | {
    "python.equals",
    "jq.equals",
    "python.contains",
    "python.starts_with",
    "python.ends_with",
}
_FIELDS = frozenset({"python.get", "python.member", "python.with_default"})
_MOST = 3
_MANY = 6
_MOST_ROWS = 12
_OF_FAILED = frozenset(
    {"way", "error", "end", "status", "compared", "requests", "configured", "refused", "neighbours"}
)


class Places:
    """Numbers of the model's nodes, the same in each process."""

    def __init__(self, integration: Integration) -> None:
        self._numbers: dict[int, int] = {}
        self.steps: dict[int, AnyStep] = {}
        self.numbers: set[object] = set()
        for step in walk_steps(integration.whole):
            self._add(step)
            self.steps[id(step)] = step
            for expression in expressions_of(step):
                for part in walk(expression):
                    self._add(part)
                    if isinstance(part, Constant):
                        self.numbers.add(part.value)

    def _add(self, node: Node) -> None:
        self._numbers.setdefault(id(node), len(self._numbers))

    def of(self, node: Node) -> int:
        """The number of a node; entries and rules, which are none of their own, share one."""
        return self._numbers.get(id(node), -1)


class Trace(Tally):
    """Gathers the features of one run."""

    def __init__(self, places: Places, usual: Mapping[str, str]) -> None:
        super().__init__()
        self._places = places
        self._usual = usual
        self.features: set[Feature] = set()
        self.against: dict[object, dict[object, object]] = defaultdict(dict)
        """By scalar: what it was compared with."""
        self.digests: list[tuple[Value, Value]] = []
        """What was compared in constant time, as signatures are."""
        self.step: AnyStep | None = None
        self._sent: dict[int, int] = defaultdict(int)
        self._refused: dict[int, int] = defaultdict(int)
        self._error: EvaluationError | None = None

    def hit(self, node: Node, way: Way) -> None:
        """Counts that a way of a node was taken."""
        super().hit(node, way)
        if way == RAN and id(node) in self._places.steps:
            self.step = self._places.steps[id(node)]
        self.features.add(
            ("way", self._places.of(node), way, repr(node.span) if self._places.of(node) < 0 else "")
        )

    def answered(self, status: int, body: bytes) -> None:
        """Counts an answer to the request of the step that runs."""
        if self.step is None:
            return
        number = self._places.of(self.step)
        self._sent[number] += 1
        self.features.add(("requests", number, min(self._sent[number], _MOST)))
        operation = getattr(self.step, "operation", None)
        borders = {0}
        if isinstance(operation, HttpOperation):
            for rule in operation.on_status:
                borders |= {rule.first - 1, rule.first, rule.last, rule.last + 1}
        if status == 0 or status >= 400:
            self._refused[number] += 1
            self.features.add(("refused", number, min(self._refused[number], _MANY)))
        if status in borders:
            self.features.add(("status", number, status))
        if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
            self.features.add(("encoding", number))

    def valued(self, node: Expression, value: Value) -> None:
        """Counts what an expression came to."""
        match node:
            case Reference(part="rows"):
                for row in value if isinstance(value, list) else []:
                    cells = row.values() if isinstance(row, dict) else row if isinstance(row, list) else ()
                    held = {
                        one for one in cells if isinstance(one, int | float) and one in self._places.numbers
                    }
                    self.features |= {("row", self._places.of(node), one) for one in held}
        match node:
            case Reference() | LoopValue() | VariableReference() | SecretReference() | Call():
                self.features.add(("kind", self._places.of(node), kind_of_value(value)))

    def configured(self, node: VariableReference | SecretReference, state: State) -> None:
        """Counts what the environment says: nothing, as ever, or another value."""
        held = state.environment.get(node.name)
        self.features.add(
            ("configured", self._places.of(node), _configured(held, self._usual.get(node.name)))
        )

    def called(self, node: Call, arguments: list[Value], value: Value) -> None:
        """Counts what a function made of its arguments."""
        number = self._places.of(node)
        if node.function in _COMPARED and len(arguments) == 2:
            self.features.add(("compared", number, value is True))
            if _relations(*arguments) & {"one more", "one less"}:
                self.features.add(("neighbours", number))
            if node.function in _ORDERED:
                self.features |= {("compared", number, one) for one in _relations(*arguments)}
            self.compared(*arguments)
        if node.function == "python.compare_digest":
            self.digests.append((arguments[0], arguments[1]))
        if node.function == "python.contains" and isinstance(held := arguments[0], list):
            at = held.index(arguments[1]) if arguments[1] in held[:_MOST_ROWS] else None
            self.features.add(("among", number, at))
        if node.function == "python.slice":
            self.features.add(("cut", number, _cut(arguments)))
        if node.function == "python.get" and isinstance(arguments[0], dict):
            key: Any = arguments[1]
            self.features.add(("there", number, isinstance(key, str) and key in arguments[0]))
        if arguments and node.function not in _FIELDS:
            self.features.add(
                ("changed", number, type(value) is type(arguments[0]) and value == arguments[0])
            )

    def compared(self, one: Value, other: Value) -> None:
        """Remembers scalars that met."""
        for first, second in ((one, other), (other, one)):
            if isinstance(first, str | int | float):
                for met in second if isinstance(second, list) else [second]:
                    if isinstance(met, str | int | float):
                        self.against[key_of(first)][key_of(met)] = met

    def failed(self, node: Expression, error: EvaluationError) -> None:
        """Counts that an expression failed, the innermost only."""
        if error is not self._error:
            self._error = error
            self.features.add(("error", self._places.of(node), error.kind))

    def of_run(self, *, ended_well: bool) -> frozenset[Feature]:
        """The features, those of a run that ended well told from others, of which only ways, ends and errors count."""
        return frozenset((*one, ended_well) for one in self.features if ended_well or one[0] in _OF_FAILED)


@contextmanager
def traced(trace: Trace) -> Iterator[None]:
    """Within it, what the reference evaluates goes to the trace as well."""

    def watching(evaluator: Callable[[Any, State], Value]) -> Callable[[Any, State], Value]:
        def watched(node: Any, state: State) -> Value:
            try:
                value = evaluator(node, state)
            except EvaluationError as error:
                trace.failed(node, error)
                raise
            trace.valued(node, value)
            if isinstance(node, VariableReference | SecretReference):
                trace.configured(node, state)
            return value

        return watched

    def call(node: Call, state: State) -> Value:
        arguments = [expressions.evaluate(argument, state) for argument in node.arguments]
        value = FUNCTIONS[node.function](*arguments)
        trace.called(node, arguments, value)
        return value

    def lookup(node: Lookup, state: State) -> Value:
        key = expressions.evaluate(node.key, state)
        for case in node.cases:
            trace.compared(key, case.key.value)
        return plain[Lookup](node, state)

    # The reference tells a tally of ways, not of values; what it evaluates with is a table, read at each evaluation.
    plain = dict(expressions._EVALUATORS)
    own: dict[type[Any], Callable[[Any, State], Value]] = {**plain, Call: call, Lookup: lookup}
    with patch.dict(expressions._EVALUATORS, {kind: watching(one) for kind, one in own.items()}):
        yield


def _configured(held: str | None, usual: str | None) -> str:
    return "no" if held is None else "as ever" if held == usual else "other" if held else "empty"


def kind_of_value(value: Value) -> str:
    """What sort of value it is, as coarsely as functions tell them apart."""
    match value:
        case None | bool():
            return repr(value)
        case int() | float():
            return "zero" if value == 0 else type(value).__name__
        case str():
            return "text" if value.strip() else "blank" if value else "empty text"
        case list():
            return ("no item", "one item", "items")[min(len(value), 2)]
        case dict():
            return "map" if value else "empty map"
        case _:
            return type(value).__name__


def _relations(one: Value, other: Value) -> set[str]:
    """How two values stand to each other; of whole numbers also whether they are neighbours."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        apart = one - other
        found = {"same" if apart == 0 else "more" if apart > 0 else "less"}
        if isinstance(one, int) and isinstance(other, int) and abs(apart) == 1:
            found.add("one more" if apart > 0 else "one less")
        return found
    if isinstance(one, str) and isinstance(other, str):
        return {"same" if one == other else "more" if one > other else "less"}
    return {f"{kind_of_value(one)} and {kind_of_value(other)}"}


def _cut(arguments: list[Value]) -> str:
    whole, *bounds = arguments
    if not isinstance(whole, str | list | bytes):
        return "nothing"
    given = [one for one in bounds[:2] if isinstance(one, int)]
    return " ".join(min(_relations(len(whole), abs(one))) for one in given)
