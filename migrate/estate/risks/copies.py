"""HS412, HS413: one field that flows map differently, and functions that are copied from script to script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrate.contracts import Observation
from migrate.diagnostics import Diagnostic
from migrate.estate.mapped import MappedField, mapped_twice
from migrate.estate.risks.flow import Flow
from migrate.model import Estate, MappingRule, Translate

Found = tuple[str, Diagnostic]
"""A finding with the id of the flow that it stands with."""


def copies(flows: Sequence[Flow]) -> Iterator[Found]:
    """What several flows have in common, or should have."""
    yield from _mapped_differently(flows)
    yield from _copied(flows)


def _mapped_differently(flows: Sequence[Flow]) -> Iterator[Found]:
    by_id = {flow.integration.id: flow for flow in flows}
    rules = {
        (flow.integration.id, rule.id): rule
        for flow in flows
        for step in flow.steps
        if isinstance(step, Translate)
        for rule in step.rules
    }
    for field in mapped_twice(Estate(integrations=tuple(flow.integration for flow in flows))):
        made_of = {
            _sources(by_id[one.flow], rules[one.flow, one.rule])
            for one in field.rules
            if (one.flow, one.rule) in rules
        }
        if not field.same and len(made_of) == 1 and all(part for part in made_of.pop()):
            yield from _differently(field)


def _sources(flow: Flow, rule: MappingRule) -> tuple[frozenset[str], frozenset[str]]:
    return flow.systems_of(rule.value), frozenset(flow.origins.of(rule.value).fields)


def _differently(field: MappedField) -> Iterator[Found]:
    """One finding, in the first place; several rules of one flow (branches) are its one way to map."""
    ways: dict[str, set[str]] = {}
    for one in field.rules:
        ways.setdefault(one.flow, set()).add(one.text)
    if len({frozenset(texts) for texts in ways.values()}) < 2:
        return
    first = field.rules[0]
    texts = dict.fromkeys(f"{one.flow}: {one.text}" for one in field.rules)
    yield (
        first.flow,
        Diagnostic("HS412", f"{field.field} of {field.request} is made in {'; in '.join(texts)}", first.span),
    )


def _copied(flows: Sequence[Flow]) -> Iterator[Found]:
    """Functions of one content in files of which no flow loads both: those of one project are a matter of style."""
    found: dict[str, dict[str, tuple[str, Observation]]] = {}
    files = [frozenset(source.file for source in flow.integration.sources) for flow in flows]
    for flow in flows:
        for one in flow.seen("function"):
            found.setdefault(one.digest, {}).setdefault(one.span.file, (flow.integration.id, one))
    for copied in found.values():
        if len(copied) < 2:
            continue
        (id, first), *others = copied.values()
        apart = [
            one for _, one in others if not any({first.span.file, one.span.file} <= own for own in files)
        ]
        if apart:
            where = ", ".join(f"{one.subject} in {one.span}" for one in apart)
            yield id, Diagnostic("HS413", f"the function {first.subject} is copied: {where}", first.span)
