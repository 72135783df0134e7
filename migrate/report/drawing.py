"""The drawing of a flow: its steps one below the other, beside them the systems that they read or write."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migrate.report.content import FlowPage, StepRow

MOST_STEPS = 40
"""Steps that are drawn; the list of steps has all."""

_LONGEST_TEXT = 72


@dataclass(frozen=True)
class DrawnStep:
    """One step, with the systems that its text names: at its left (read) or at its right (written)."""

    kind: str
    text: str
    depth: int
    sources: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """What is drawn; and what is not: systems that no drawn step names, steps beyond `MOST_STEPS`."""

    steps: tuple[DrawnStep, ...]
    unplaced: tuple[str, ...]
    further: int


def draw(flow: FlowPage) -> Drawing:
    """The drawing of a flow; a system is placed only where a step of kind `read` or `write` names it."""
    steps = tuple(_drawn(step, flow.systems) for step in flow.steps[:MOST_STEPS])
    placed = {system for step in steps for system in (*step.sources, *step.targets)}
    return Drawing(
        steps=steps,
        unplaced=tuple(system for system in flow.systems if system not in placed),
        further=max(0, len(flow.steps) - MOST_STEPS),
    )


def _drawn(step: StepRow, systems: tuple[str, ...]) -> DrawnStep:
    named = tuple(system for system in systems if _names(step.text, system))
    text = step.text if len(step.text) <= _LONGEST_TEXT else f"{step.text[: _LONGEST_TEXT - 1].rstrip()}…"
    return DrawnStep(
        kind=step.kind,
        text=text,
        depth=step.depth,
        sources=named if step.kind == "read" else (),
        targets=named if step.kind == "write" else (),
    )


def _names(text: str, system: str) -> bool:
    """Whether the system's name is in the text, and not as a part of a longer name."""
    pattern = rf"(?<![\w.-]){re.escape(system)}(?!\.?[\w-])"
    return bool(system) and re.search(pattern, text, re.IGNORECASE) is not None
