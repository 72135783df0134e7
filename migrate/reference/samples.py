"""One sample for each mapping rule: what a run read for it, and what it made of that."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from migrate.model import Call, Constant, Expression, LoopValue, MappingRule, Reference, children
from migrate.model.notation import written
from migrate.model.values import EvaluationError, UnmappedReached, Value

MOST_CHARACTERS = 24_000
"""Of all samples of a process together, as JSON; what is beyond is left out."""

LONGEST = 400
"""Characters of a value, as JSON. A longer one is left out: cut to a piece, a secret in it would not be recognised."""

_PATHS = frozenset({"python.member", "python.get"})

Evaluate = Callable[[Expression], Value]


@dataclass(frozen=True)
class Sample:
    """The values, as JSON, of a rule's sources (by their notation) and of its field, at one evaluation."""

    sources: tuple[tuple[str, str], ...]
    value: str


@dataclass
class Samples:
    """The samples of a process by rule: of the first evaluation that gave more than null, else of the first."""

    by_rule: dict[str, Sample] = field(default_factory=dict)
    characters: int = 0
    _null: dict[str, bool] = field(default_factory=dict)

    def take(self, rule: MappingRule, value: Value, evaluate: Evaluate) -> None:
        """Keeps what the rule has made, unless there has been a sample of it that says as much."""
        if self._null.get(rule.id, True) is False or (value is None and rule.id in self._null):
            return
        self._null[rule.id] = value is None
        made = _json(value)
        if made is None:
            return
        sources = tuple(_sources(rule.value, evaluate))
        length = len(made) + sum(len(name) + len(text) for name, text in sources)
        if self.characters + length <= MOST_CHARACTERS:
            self.characters += length
            self.by_rule[rule.id] = Sample(sources, made)


def _sources(expression: Expression, evaluate: Evaluate) -> Iterator[tuple[str, str]]:
    """The values that the expression reads, but for those that it did not come to."""
    for part in dict.fromkeys(_paths(expression)):
        try:
            text = _json(evaluate(part))
        except (EvaluationError, UnmappedReached):
            continue
        if text is not None:
            yield written(part), text


def _paths(expression: Expression) -> Iterator[Expression]:
    if _is_path(expression):
        yield expression
        return
    for child in children(expression):
        yield from _paths(child)


def _is_path(expression: Expression) -> bool:
    """Whether an expression is a result, or a member of one by constant keys."""
    while isinstance(expression, Call) and expression.function in _PATHS:
        container, key, *_ = expression.arguments
        if not isinstance(key, Constant):
            return False
        expression = container
    return isinstance(expression, (Reference, LoopValue))


def _json(value: Value) -> str | None:
    """The value as JSON; None for one that is too long or that JSON does not hold."""
    parts: list[str] = []
    length = 0
    try:
        for part in json.JSONEncoder().iterencode(value):
            parts.append(part)
            length += len(part)
            if length > LONGEST:
                return None
    except (TypeError, ValueError, RecursionError):
        return None
    return "".join(parts)
