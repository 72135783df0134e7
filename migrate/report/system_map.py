"""The drawing of an estate: what is read at the left, flows in the middle, what is written at the right.

The layout is the same for the same report. Its unit is the CSS pixel; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from migrate.report.content import FlowPage, LinkRow, Report, SystemRow

MOST_FLOWS = 40
"""Flows that are drawn one by one; with more, those that join the same systems with one verdict are one node."""

_SYSTEM_WIDTH, _FLOW_WIDTH, _GAP = 236, 220, 110
_LINE, _PADDING, _BETWEEN, _MARGIN = 15, 7, 12, 8
_LONGEST_NAME, _LONGEST_MARK = 29, 33
_SWEEPS = 8


@dataclass(frozen=True)
class Box:
    """A node: its place, its text (cut to fit; `title` is whole), lines of marks below it, the id it links to."""

    x: int
    y: int
    width: int
    height: int
    text: str
    marks: tuple[str, ...]
    title: str
    kind: str
    verdict: str
    link: str

    @property
    def lines(self) -> tuple[tuple[int, str], ...]:
        """The marks, each with the y of its baseline."""
        first = self.y + _PADDING + _LINE + 11
        return tuple((first + _LINE * number, mark) for number, mark in enumerate(self.marks))

    @property
    def baseline(self) -> int:
        """The y of the text."""
        return self.y + _PADDING + 11


@dataclass(frozen=True)
class Arrow:
    """A link of a flow: a curve, the point that its head ends in, and the verdict of the flow."""

    start: tuple[int, int]
    end: tuple[int, int]
    verdict: str
    plain: bool
    title: str

    @property
    def path(self) -> str:
        """The curve, in the words of an SVG path."""
        (x, y), (to_x, to_y) = self.start, self.end
        middle = (x + to_x) // 2
        return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x - 7} {to_y}"

    @property
    def head(self) -> str:
        """The triangle at its end."""
        x, y = self.end
        return f"M{x - 9} {y - 5}L{x} {y}L{x - 9} {y + 5}Z"


@dataclass(frozen=True)
class SystemMap:
    """What is drawn; `grouped`: a node may stand for several flows."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    grouped: bool


@dataclass(frozen=True)
class _Middle:
    """A node of the middle column: one flow, or several that join the same systems."""

    flows: tuple[FlowPage, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def verdict(self) -> str:
        return self.flows[0].verdict


def draw_map(report: Report, links: Mapping[str, str], verdict_links: Mapping[str, str]) -> SystemMap:
    """The drawing; `links` are anchors of flows and systems by id and name, `verdict_links` those of the index."""
    systems = {system.name: system for system in report.estate.systems}
    middles = _middles(report)
    left = [name for name, system in systems.items() if system.read_by]
    right = [name for name, system in systems.items() if system.written_by]
    left, middles, right = _ordered(left, middles, right)
    shared = _marks(report.estate.links)
    heights = {name: _height(_system_marks(systems[name], shared.get(name, ()))) for name in systems}
    tallest = max(_column([heights[name] for name in names]) for names in (left, right))
    middle_y = _spread([_height(()) for _ in middles], tallest)
    by_source = _means(left, middles, middle_y, lambda one: one.sources)
    by_target = _means(right, middles, middle_y, lambda one: one.targets)
    left_y = _settled(by_source, [heights[name] for name in left])
    right_y = _settled(by_target, [heights[name] for name in right])
    middle_x = _MARGIN + _SYSTEM_WIDTH + _GAP
    right_x = middle_x + _FLOW_WIDTH + _GAP

    def system_box(name: str, x: int, y: int) -> Box:
        marks = _system_marks(systems[name], shared.get(name, ()))
        text = _cut(_shown(name), _LONGEST_NAME)
        cut = tuple(_cut(mark, _LONGEST_MARK) for mark in marks)
        title = "; ".join((name, *marks))
        kind = "plain" if systems[name].plain else systems[name].kind
        return Box(x, y, _SYSTEM_WIDTH, heights[name], text, cut, title, kind, "", links.get(name, ""))

    lefts = {name: system_box(name, _MARGIN, y) for name, y in zip(left, left_y, strict=True)}
    rights = {name: system_box(name, right_x, y) for name, y in zip(right, right_y, strict=True)}
    flows = [
        _flow_box(one, middle_x, y, links, verdict_links) for one, y in zip(middles, middle_y, strict=True)
    ]
    arrows = []
    for one, box in zip(middles, flows, strict=True):
        for name in one.sources:
            arrows.append(_arrow(lefts[name], box, one, f"{box.title} reads {name}", systems[name].plain))
        for name in one.targets:
            arrows.append(_arrow(box, rights[name], one, f"{box.title} writes {name}", systems[name].plain))
    boxes = (*lefts.values(), *flows, *rights.values())
    return SystemMap(
        width=right_x + _SYSTEM_WIDTH + _MARGIN,
        height=max((box.y + box.height for box in boxes), default=0) + _MARGIN,
        boxes=boxes,
        arrows=tuple(arrows),
        grouped=any(len(one.flows) > 1 for one in middles),
    )


def _middles(report: Report) -> list[_Middle]:
    sources: dict[str, list[str]] = {}
    targets: dict[str, list[str]] = {}
    for link in report.estate.links:
        found = sources if link.direction == "reads" else targets
        names = found.setdefault(link.flow, [])
        if link.system not in names:
            names.append(link.system)
    alone = [
        _Middle((flow,), tuple(sources.get(flow.id, ())), tuple(targets.get(flow.id, ())))
        for flow in report.flows
    ]
    if len(alone) <= MOST_FLOWS:
        return alone
    groups: dict[tuple[frozenset[str], frozenset[str], str], list[_Middle]] = {}
    for one in alone:
        groups.setdefault((frozenset(one.sources), frozenset(one.targets), one.verdict), []).append(one)
    return [
        _Middle(tuple(flow for one in group for flow in one.flows), group[0].sources, group[0].targets)
        for group in groups.values()
    ]


def _ordered(
    left: list[str], middles: list[_Middle], right: list[str]
) -> tuple[list[str], list[_Middle], list[str]]:
    """The columns in an order with few crossings: each sorted by the mean place of its neighbours, several times."""
    for _ in range(_SWEEPS):
        at = {name: number / max(len(left), 1) for number, name in enumerate(left)}
        at_right = {name: number / max(len(right), 1) for number, name in enumerate(right)}
        middles = sorted(
            middles,
            key=lambda one: _mean([*(at[n] for n in one.sources), *(at_right[n] for n in one.targets)]),
        )
        left = sorted(left, key=lambda name: _place(name, middles, lambda one: one.sources))
        right = sorted(right, key=lambda name: _place(name, middles, lambda one: one.targets))
    return left, middles, right


def _place(name: str, middles: Sequence[_Middle], ends: Callable[[_Middle], tuple[str, ...]]) -> float:
    return _mean([number for number, one in enumerate(middles) if name in ends(one)])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _means(
    names: Sequence[str],
    middles: Sequence[_Middle],
    at: Sequence[int],
    ends: Callable[[_Middle], tuple[str, ...]],
) -> list[float]:
    """For each system, the mean y of the flows that it is joined to."""
    return [_mean([y for one, y in zip(middles, at, strict=True) if name in ends(one)]) for name in names]


def _column(heights: Sequence[int]) -> int:
    return sum(heights) + _BETWEEN * max(len(heights) - 1, 0)


def _spread(heights: Sequence[int], height: int) -> list[int]:
    """Places from top to bottom, so that the column is as high as asked for, or as it must be."""
    room = max(0, height - _column(heights)) / (len(heights) or 1)
    y = _MARGIN + room / 2
    found = []
    for one in heights:
        found.append(round(y))
        y += one + _BETWEEN + room
    return found


def _settled(wanted: Sequence[float], heights: Sequence[int]) -> list[int]:
    """Places near those wanted, from top to bottom, none over another."""
    free = _MARGIN
    found = []
    for y, height in zip(wanted, heights, strict=True):
        found.append(max(free, round(y)))
        free = found[-1] + height + _BETWEEN
    return found


def _height(marks: Sequence[str]) -> int:
    return 2 * _PADDING + _LINE * (1 + len(marks))


def _marks(links: Sequence[LinkRow]) -> dict[str, tuple[str, ...]]:
    """What is to be said of each system because of its links."""
    found: dict[str, list[str]] = {}
    for link in links:
        marks = found.setdefault(link.system, [])
        marks += [f"shared: {name}" for name in link.shared]
        marks += ["certificate not checked"] if link.unverified else []
    return {name: tuple(dict.fromkeys(marks)) for name, marks in found.items()}


def _system_marks(system: SystemRow, more: Sequence[str]) -> tuple[str, ...]:
    kind = () if system.kind in ("web", "inbound", "mail") else (system.kind,)
    return (*kind, *(("⚠ not encrypted",) if system.plain else ()), *more)


def _flow_box(
    one: _Middle, x: int, y: int, links: Mapping[str, str], verdict_links: Mapping[str, str]
) -> Box:
    flow = one.flows[0]
    if len(one.flows) > 1:
        text, link = f"{len(one.flows)} flows", verdict_links.get(flow.verdict, "")
        title = f"{text}: {', '.join(each.name for each in one.flows)}"
    else:
        text, link, title = flow.name, links.get(flow.id, ""), flow.name
    return Box(x, y, _FLOW_WIDTH, _height(()), _cut(text, 24), (), title, "flow", flow.verdict, link)


def _arrow(start: Box, end: Box, one: _Middle, title: str, plain: bool) -> Arrow:
    from_ = (start.x + start.width, start.y + start.height // 2)
    to = (end.x, end.y + end.height // 2)
    return Arrow(from_, to, one.verdict, plain, title)


def _shown(name: str) -> str:
    return name.removeprefix("https://")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
