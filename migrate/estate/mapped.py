"""Fields that several flows set: the same one in the same way (copied logic), or each otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrate.model import (
    Estate,
    Expression,
    HttpOperation,
    Integration,
    MappingRule,
    Read,
    Reference,
    SourceSpan,
    Split,
    Step,
    Translate,
    Write,
    walk,
    walk_steps,
)
from migrate.model.expressions import rewrite
from migrate.model.notation import described, written

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class MappedRule:
    """The rule of one flow for a field: its id, and what it makes the field of, free of the names of steps."""

    flow: str
    rule: str
    text: str
    span: SourceSpan | None


@dataclass(frozen=True)
class MappedField:
    """A field of a request to one system, with the rules of the flows that set it: all `same`, or not."""

    request: str
    field: str
    same: bool
    rules: tuple[MappedRule, ...]


def mapped_twice(estate: Estate) -> tuple[MappedField, ...]:
    """The fields that rules of several flows set, those that are set differently first."""
    fields: dict[tuple[str, str], list[MappedRule]] = {}
    for integration in estate.integrations:
        for request, rule in _rules(integration):
            fields.setdefault((request, ".".join(rule.target)), []).append(_mapped(integration, rule))
    found = [
        MappedField(request, field, len({rule.text for rule in rules}) == 1, tuple(dict.fromkeys(rules)))
        for (request, field), rules in sorted(fields.items())
        if len({rule.flow for rule in rules}) > 1
    ]
    return tuple(sorted(found, key=lambda one: one.same))


def _rules(integration: Integration) -> Iterator[tuple[str, MappingRule]]:
    """The rules of a flow, with the request whose body they fill."""
    translates = {step.id: step for step in walk_steps(integration.steps) if isinstance(step, Translate)}
    for step in walk_steps(integration.steps):
        if not isinstance(step, Write) or not isinstance(step.operation, HttpOperation):
            continue
        operation = step.operation
        if operation.body is None:
            continue
        path = _PLACEHOLDER.sub("{}", operation.path.partition("?")[0])
        request = f"{operation.method} {operation.server}{path}"
        used = (part.step for part in walk(operation.body.content) if isinstance(part, Reference))
        for id in dict.fromkeys(used):
            if id in translates:
                yield from ((request, rule) for rule in translates[id].rules)


def _mapped(integration: Integration, rule: MappingRule) -> MappedRule:
    steps: dict[str, Step] = {step.id: step for step in walk_steps(integration.steps)}
    text = _text(rule.value, steps)
    when = "" if rule.when is None else f" if {_text(rule.when, steps)}"
    return MappedRule(integration.id, rule.id, text + when, rule.span)


def _text(expression: Expression, steps: Mapping[str, Step]) -> str:
    """The expression in words that do not depend on what the flow calls its steps."""

    def named(part: Expression) -> Expression:
        if isinstance(part, Reference) and part.step in steps:
            return part.model_copy(update={"step": _origin(steps[part.step], steps)})
        return part

    return written(rewrite(expression, named))


def _origin(step: Step, steps: Mapping[str, Step]) -> str:
    match step:
        case Read(operation=operation) | Write(operation=operation):
            return described(operation)
        case Split(over=over):
            return f"each of ({_text(over, steps)})"
        case _:
            return step.id
