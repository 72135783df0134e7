"""What HTML and Markdown show beyond the content itself: anchors, groups of differences and of rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from migrate.report.content import DifferenceRow, FlowPage, Place, RuleRow
from migrate.report.drawing import Drawing, draw

MOST_TEXTS = 5
"""Differences of one group that are written out; the JSON report has all."""


@dataclass(frozen=True)
class DifferenceGroup:
    """The differences at one path that come from one rule: how many, with the texts of the first of them."""

    path: str
    rule: str
    kinds: tuple[str, ...]
    legs: tuple[str, ...]
    places: tuple[Place, ...]
    count: int
    texts: tuple[str, ...]

    @property
    def further(self) -> int:
        """How many are not written out."""
        return self.count - len(self.texts)


@dataclass(frozen=True)
class RuleGroup:
    """The mapping rules of one step, in their order."""

    step: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class FlowView:
    """A flow, with its anchor (unique in the report) and the anchors of its rules and steps by their ids."""

    page: FlowPage
    anchor: str
    differences: tuple[DifferenceGroup, ...]
    rules: tuple[RuleGroup, ...]
    evidence: tuple[str, ...]
    rule_anchors: dict[str, str]
    step_anchors: dict[str, str]
    drawing: Drawing


def view(flows: Sequence[FlowPage]) -> tuple[FlowView, ...]:
    """The flows in their order."""
    anchors = _anchors([flow.id for flow in flows])
    return tuple(_flow_view(flow, anchor) for flow, anchor in zip(flows, anchors, strict=True))


def _flow_view(flow: FlowPage, anchor: str) -> FlowView:
    return FlowView(
        page=flow,
        anchor=anchor,
        differences=_grouped(flow.differences),
        rules=_by_step(flow.rules),
        evidence=tuple(dict.fromkeys(rule.evidence for rule in flow.rules)),
        rule_anchors=_numbered(f"{anchor}.rule", [rule.id for rule in flow.rules]),
        step_anchors=_numbered(f"{anchor}.step", [step.id for step in flow.steps if step.id]),
        drawing=draw(flow),
    )


def _grouped(differences: Sequence[DifferenceRow]) -> tuple[DifferenceGroup, ...]:
    groups: defaultdict[tuple[str, str], list[DifferenceRow]] = defaultdict(list)
    for one in differences:
        groups[one.path, one.rule].append(one)
    return tuple(
        DifferenceGroup(
            path=path,
            rule=rule,
            kinds=tuple(dict.fromkeys(one.kind for one in group)),
            legs=tuple(dict.fromkeys(one.legs for one in group)),
            places=tuple(dict.fromkeys(one.place for one in group if one.place)),
            count=len(group),
            texts=tuple(one.text for one in group[:MOST_TEXTS]),
        )
        for (path, rule), group in groups.items()
    )


def _by_step(rules: Sequence[RuleRow]) -> tuple[RuleGroup, ...]:
    groups: defaultdict[str, list[RuleRow]] = defaultdict(list)
    for rule in rules:
        groups[rule.step].append(rule)
    return tuple(RuleGroup(step, tuple(group)) for step, group in groups.items())


def _anchors(ids: Sequence[str]) -> list[str]:
    """`flow-<id>` in letters, digits and hyphens, with a number behind it where two would be the same."""
    anchors: list[str] = []
    for id in ids:
        base = "flow-" + (re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-") or "unnamed")
        anchor, number = base, 1
        while anchor in anchors:
            number += 1
            anchor = f"{base}.{number}"
        anchors.append(anchor)
    return anchors


def _numbered(prefix: str, ids: Sequence[str]) -> dict[str, str]:
    return {id: f"{prefix}.{number}" for number, id in enumerate(dict.fromkeys(ids), 1)}
