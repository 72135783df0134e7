"""Mapping rules as a JavaScript object literal: one line a rule, with the legacy line behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emitters.node_red.expressions_javascript import JavaScript, field_, key, reorders
from migrate.model import MappingRule


@dataclass(frozen=True)
class _Line:
    """A rule's text: what it sets and from which line of the source it comes."""

    rule: MappingRule
    value: str
    when: str | None

    @property
    def comment(self) -> str:
        return f" // {' '.join(str(self.rule.span).split())}" if self.rule.span else ""


def literal_lines(
    rules: Sequence[MappingRule], javascript: JavaScript
) -> tuple[str, dict[str, str], dict[str, list[str]]]:
    """The record's text, the text of each rule by id, and the losses of each rule that has some."""
    lines: list[_Line] = []
    lost: dict[str, list[str]] = {}
    for rule in rules:
        before = len(javascript.reasons)
        javascript.where = rule.span or javascript.where
        when = javascript.condition(rule.when) if rule.when else None
        lines.append(_Line(rule, javascript.value(rule.value), when))
        if len(javascript.reasons) > before:
            lost[rule.id] = javascript.reasons[before:]
    texts = {line.rule.id: f"{line.when} ? {line.value}" if line.when else line.value for line in lines}
    if _fits_literal(lines):
        return _object(lines, 0, ""), texts, lost
    rows = "".join(f"  {field_(line.rule.target, line.value, line.when)},{line.comment}\n" for line in lines)
    return f"py.record([\n{rows}])", texts, lost


def _fits_literal(lines: Sequence[_Line]) -> bool:
    """Whether an object literal is the same: no key moves, is set twice or has a nested condition."""
    targets = [line.rule.target for line in lines]
    within = {target[:depth] for target in targets for depth in range(1, len(target))}
    return (
        len(set(targets)) == len(targets)
        and not within & set(targets)
        and not any(reorders(each) for target in targets for each in target)
        and not any(line.when and len(line.rule.target) > 1 for line in lines)
    )


def _object(lines: Sequence[_Line], depth: int, comment: str) -> str:
    margin = "  " * depth
    body = "".join(f"{margin}  {text}\n" for text in _entries(lines, depth))
    return f"{{{comment}\n{body}{margin}}}" if body else "{}"


def _entries(lines: Sequence[_Line], depth: int) -> Iterator[str]:
    groups: dict[str, list[_Line]] = {}
    for line in lines:
        groups.setdefault(line.rule.target[depth], []).append(line)
    for name, group in groups.items():
        if len(group[0].rule.target) > depth + 1:
            yield f"{key(name)}: {_object(group, depth + 1, '')},"
        elif group[0].when:
            yield f"...({group[0].when} ? {{ {key(name)}: {group[0].value} }} : {{}}),{group[0].comment}"
        else:
            yield f"{key(name)}: {group[0].value},{group[0].comment}"
