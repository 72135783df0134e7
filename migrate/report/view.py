"""What HTML and Markdown show beyond the content itself: anchors, an index, and what belongs together in groups."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from migrate.report import wording
from migrate.report.content import CoverageRow, DifferenceRow, Finding, FlowPage, Place, Report, RuleRow
from migrate.report.drawing import Drawing, draw
from migrate.report.system_map import SystemMap, draw_map
from migrate.report.unverified import Unverified, unverified

MOST_TEXTS = 5
"""Differences of one group that are written out; the JSON report has all."""

MOST_OPEN = 3
"""Flows of a report up to which all parts of a flow stand open; with more, those of flows that need a person."""

MOST_NEEDY = 12
"""Flows that need a person, up to which their parts stand open."""


@dataclass(frozen=True)
class DifferenceGroup:
    """The differences of one cause: of one kind, that come from one rule or step, or stand at one path.

    `legs` are pairs of legs with the number of differences in each; the texts are the first of them.
    """

    cause: str
    kind: str
    legs: tuple[tuple[str, int], ...]
    paths: tuple[str, ...]
    places: tuple[Place, ...]
    texts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are in the pair of legs that has most."""
        return max(count for _, count in self.legs)

    @property
    def further(self) -> int:
        """How many of the pair of legs that has most are not written out."""
        return self.count - len(self.texts)


@dataclass(frozen=True)
class RuleGroup:
    """The mapping rules of one step, in their order."""

    step: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True)
class FindingGroup:
    """The findings of one code, each with the flow that it is of (none: of a file that was not read)."""

    finding: Finding
    found: tuple[tuple[Finding, FlowPage | None], ...]


@dataclass(frozen=True)
class FlowView:
    """A flow, with its anchor (unique in the report) and the anchors of its rules and steps by their ids.

    `opened`: its parts stand open from the beginning.
    """

    page: FlowPage
    anchor: str
    opened: bool
    differences: tuple[DifferenceGroup, ...]
    others: tuple[DifferenceGroup, ...]
    """What is no difference, or not surely one: noise, what nobody can tell, batches and order for review."""
    rules: tuple[RuleGroup, ...]
    evidence: tuple[str, ...]
    rule_anchors: dict[str, str]
    step_anchors: dict[str, str]
    drawing: Drawing
    missed: tuple[CoverageRow, ...]
    unverified: tuple[Unverified, ...]


@dataclass(frozen=True)
class VerdictGroup:
    """The flows of one verdict, and the anchor of their part of the index."""

    verdict: str
    anchor: str
    flows: tuple[FlowView, ...]


@dataclass(frozen=True)
class ReportView:
    """A report, ready to be laid out; anchors of flows by id, of systems by name."""

    report: Report
    flows: tuple[FlowView, ...]
    index: tuple[VerdictGroup, ...]
    findings: tuple[FindingGroup, ...]
    flow_anchors: dict[str, str]
    system_anchors: dict[str, str]
    map: SystemMap


def view(report: Report) -> ReportView:
    """The flows in their order, the index and the findings with the worst first."""
    anchors = _anchors([flow.id for flow in report.flows])
    opened = _opened(report.flows)
    flows = tuple(
        _flow_view(flow, anchor, flow.id in opened)
        for flow, anchor in zip(report.flows, anchors, strict=True)
    )
    flow_anchors = dict(zip((flow.id for flow in report.flows), anchors, strict=True))
    system_anchors = _numbered("system", [system.name for system in report.estate.systems])
    verdicts = wording.in_order(flow.verdict for flow in report.flows)
    index = tuple(
        VerdictGroup(verdict, f"index.{number}", tuple(one for one in flows if one.page.verdict == verdict))
        for number, verdict in enumerate(verdicts, 1)
    )
    return ReportView(
        report=report,
        flows=flows,
        index=index,
        findings=_findings(report),
        flow_anchors=flow_anchors,
        system_anchors=system_anchors,
        map=draw_map(report, {**system_anchors, **flow_anchors}, {one.verdict: one.anchor for one in index}),
    )


def _opened(flows: Sequence[FlowPage]) -> frozenset[str]:
    """The ids of the flows whose parts stand open from the beginning."""
    if len(flows) <= MOST_OPEN:
        return frozenset(flow.id for flow in flows)
    needy = frozenset(flow.id for flow in flows if flow.verdict not in ("PASS", "NOT COMPARED"))
    return needy if len(needy) <= MOST_NEEDY else frozenset()


def _flow_view(flow: FlowPage, anchor: str, opened: bool) -> FlowView:
    return FlowView(
        page=flow,
        anchor=anchor,
        opened=opened,
        differences=_grouped(flow.differences),
        others=_grouped(flow.other_findings),
        rules=_by_step(flow.rules),
        evidence=tuple(dict.fromkeys(rule.evidence for rule in flow.rules)),
        rule_anchors=_numbered(f"{anchor}.rule", [rule.id for rule in flow.rules]),
        step_anchors=_numbered(f"{anchor}.step", [step.id for step in flow.steps if step.id]),
        drawing=draw(flow),
        missed=wording.never(flow),
        unverified=unverified(flow),
    )


def _grouped(differences: Sequence[DifferenceRow]) -> tuple[DifferenceGroup, ...]:
    groups: defaultdict[tuple[str, str, str], list[DifferenceRow]] = defaultdict(list)
    for one in differences:
        groups[one.rule, "" if one.rule else one.path, one.kind].append(one)
    return tuple(_group(rule, kind, group) for (rule, _, kind), group in groups.items())


def _group(rule: str, kind: str, group: Sequence[DifferenceRow]) -> DifferenceGroup:
    legs = Counter(one.legs for one in group)
    most = max(legs, key=lambda name: legs[name])
    return DifferenceGroup(
        cause=rule,
        kind=kind,
        legs=tuple(legs.items()),
        paths=tuple(dict.fromkeys(one.path for one in group if one.path)),
        places=tuple(dict.fromkeys(one.place for one in group if one.place)),
        texts=tuple(one.text for one in group if one.legs == most)[:MOST_TEXTS],
    )


def _findings(report: Report) -> tuple[FindingGroup, ...]:
    """All findings, by severity, then by code."""
    groups: defaultdict[tuple[str, str, str], list[tuple[Finding, FlowPage | None]]] = defaultdict(list)
    for flow in report.flows:
        for one in flow.findings:
            groups[one.severity, one.code, one.title].append((one, flow))
    for one in report.unread:
        groups[one.severity, one.code, one.title].append((one, None))
    order = {severity: number for number, severity in enumerate(wording.SEVERITIES)}
    keys = sorted(groups, key=lambda key: (order.get(key[0], len(order)), key[1]))
    return tuple(FindingGroup(groups[key][0][0], tuple(groups[key])) for key in keys)


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
