"""Types of loop variables that only the loops around them tell, such as a count that two loops carry on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from extractors.evaluator.types import type_of
from extractors.lifting.loops import Cell, definitions
from extractors.lifting.simplifying.algebra import Types
from migrate.model import Block, Expression


def with_loop_types(types: Types, block: Block) -> Types:
    """The types with those of all loop variables of which each definition has the type that the first one has.

    A type is supposed for every variable of which no more is known than that it is a number, and taken back where a
    definition is of another, until all that is supposed follows from the rest: the greatest solution.
    """
    cells: dict[Cell, list[Expression]] = {}
    for cell, expressions in definitions(block):
        cells.setdefault(cell, []).extend(expressions)
    vague = {cell: types.loops.get(cell) for cell in cells if types.loops.get(cell) in (None, "number")}
    open_cells = {cell: given for cell, given in cells.items() if cell in vague}
    loops = {cell: type_ for cell, type_ in types.loops.items() if cell not in vague}
    for _ in open_cells:  # a first value may be that of another variable
        loops |= dict(_first(open_cells, loops))
    while wrong := [
        cell
        for cell, given in open_cells.items()
        if cell in vague and cell in loops and any(type_of(one, loops) != loops[cell] for one in given)
    ]:
        for cell in wrong:
            del loops[cell]
            before = vague.pop(cell)
            loops |= {} if before is None else {cell: before}
    left = {cell: before for cell, before in vague.items() if cell not in loops and before is not None}
    return replace(types, loops=loops | left)


def _first(cells: dict[Cell, list[Expression]], loops: dict[Cell, str]) -> Iterator[tuple[Cell, str]]:
    for cell, (initial, *_) in cells.items():
        found = type_of(initial, loops)
        if cell not in loops and found is not None:
            yield cell, found
