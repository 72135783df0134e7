"""Where the nodes of each step stand: a row a step, from top to bottom as in the source, handlers beside their try."""

from __future__ import annotations

from dataclasses import dataclass, field

from emitters.node_red.graph import COLUMN, Place
from migrate.model import Block, Loop, Read, Respond, Split, Try, Write, blocks

INDENT = 60
"""How far the steps inside a step stand to the right of it, in pixels."""


@dataclass
class Layout:
    """The places of steps by id, and of what catches the errors of a try; `bottom` is the first free row."""

    steps: dict[str, Place] = field(default_factory=dict)
    catches: dict[str, Place] = field(default_factory=dict)
    bottom: int = 1


def arrange(steps: Block) -> Layout:
    """The layout of an integration; row 0 is left to its start."""
    layout = Layout()
    layout.bottom, _ = _arrange(steps, Place(1), layout)
    return layout


def _arrange(block: Block, at: Place, layout: Layout) -> tuple[int, int]:
    """Places a block of steps; returns the first free row below and the first free pixel to its right."""
    row, right = at.row, at.left + COLUMN
    for step in block:
        place = layout.steps[step.id] = Place(row, at.left)
        width = 3 if isinstance(step, Read | Write | Loop | Split) else 2 if isinstance(step, Respond) else 1
        right = max(right, place.column(width).left)
        row += 1
        if isinstance(step, Try):
            row, end = _arrange_try(step, place, layout)
            right = max(right, end)
            continue
        for inner in blocks(step):
            row, end = _arrange(inner, Place(row, at.left + INDENT), layout)
            right = max(right, end)
    return row, right


def _arrange_try(step: Try, place: Place, layout: Layout) -> tuple[int, int]:
    """Places the steps of a try below it, those of its handlers to their right."""
    row, edge = _arrange(step.steps, Place(place.row + 1, place.left + INDENT), layout)
    catch = layout.catches[step.id] = Place(place.row, edge)
    below, right = place.row + 1, catch.column(2).left
    for handler in step.handlers:
        below, end = _arrange(handler.steps, Place(below, edge + INDENT), layout)
        right = max(right, end)
    return max(row, below), right
