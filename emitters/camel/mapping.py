"""Mapping rules as a Groovy map: one line a rule, with the legacy line behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emitters.camel.expressions_groovy import Groovy, key, row
from migrate.model import MappingRule


@dataclass(frozen=True)
class Mapping:
    """The text of a record, the text of each rule by id, and the losses of each rule that has some."""

    text: str
    rules: dict[str, str]
    lost: dict[str, list[str]]


@dataclass(frozen=True)
class _Line:
    rule: MappingRule
    value: str
    when: str | None

    @property
    def comment(self) -> str:
        return f" // {' '.join(str(self.rule.span).split())}" if self.rule.span else ""


def mapping(rules: Sequence[MappingRule], groovy: Groovy) -> Mapping:
    """A map literal where it is the same, else one field after the other."""
    lines: list[_Line] = []
    lost: dict[str, list[str]] = {}
    for rule in rules:
        before = len(groovy.reasons)
        groovy.where = rule.span or groovy.where
        when = groovy.condition(rule.when) if rule.when else None
        lines.append(_Line(rule, groovy.value(rule.value), when))
        if len(groovy.reasons) > before:
            lost[rule.id] = groovy.reasons[before:]
    texts = {line.rule.id: f"{line.when} ? {line.value}" if line.when else line.value for line in lines}
    if _fits_literal(lines):
        return Mapping(_literal(lines, 0), texts, lost)
    rows = "".join(f"  {row(line.rule.target, line.value, line.when)},{line.comment}\n" for line in lines)
    return Mapping(f"record([\n{rows}])", texts, lost)


def _fits_literal(lines: Sequence[_Line]) -> bool:
    """Whether a map literal is the same: no key is set twice, and none depends on a condition."""
    targets = [line.rule.target for line in lines]
    within = {target[:depth] for target in targets for depth in range(1, len(target))}
    once = len(set(targets)) == len(targets) and not within & set(targets)
    return once and not any(line.when for line in lines)


def _literal(lines: Sequence[_Line], depth: int) -> str:
    margin = "  " * depth
    body = "".join(f"{margin}  {text}\n" for text in _entries(lines, depth))
    return f"[\n{body}{margin}]" if body else "[:]"


def _entries(lines: Sequence[_Line], depth: int) -> Iterator[str]:
    groups: dict[str, list[_Line]] = {}
    for line in lines:
        groups.setdefault(line.rule.target[depth], []).append(line)
    for name, group in groups.items():
        if len(group[0].rule.target) > depth + 1:
            yield f"{key(name)}: {_literal(group, depth + 1)},"
        else:
            yield f"{key(name)}: {group[0].value},{group[0].comment}"
