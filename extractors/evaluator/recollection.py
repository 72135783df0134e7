"""What a loop was found to carry, for when the evaluation comes to it again in the next round of a loop around it.

Without it, each round of an outer loop would learn anew what the inner one carries, so that the rounds of nested loops
would multiply. What is recalled is only where the learning starts from: a round with it must still show that it holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.evaluator.kept_loops import Kept, contents_of, holds_cell
from extractors.evaluator.ownership import Sort
from extractors.evaluator.state import Cell, State
from extractors.evaluator.values import Place
from migrate.model import SourceSpan

LoopKey = tuple[str, SourceSpan]
"""A loop by its id and place; loops that a function holds have one of each for every call."""


@dataclass(frozen=True)
class Recollection:
    """What the rounds of a loop have shown, and the shape of the heap in which they did."""

    next_address: int
    shapes: tuple[tuple[Cell, tuple[type, bool, bool]], ...]
    """For each cell: the class of its object, whether it holds anything, and whether that is data."""
    carried: dict[Cell, str]
    owned: dict[Cell, Sort]
    opaque: frozenset[Cell]
    unread: frozenset[Cell]
    shared: frozenset[Cell]
    frozen: frozenset[int]
    frozen_parts: frozenset[Place]
    wider: dict[str, tuple[str | None, str | None]]
    """The types of names at the head of a pass, after those of their first values."""


class Recollections:
    """What was found of the loops of a script."""

    def __init__(self) -> None:
        self._known: dict[LoopKey, Recollection] = {}

    def keep(self, kept: Kept) -> None:
        """Keeps what is known of a loop that has settled."""
        cells = (*kept.carried, *kept.opaque, *kept.unread)
        self._known[kept.id, kept.span] = Recollection(
            kept.base.next_address,
            tuple((cell, _shape(kept.base, cell)) for cell in cells if cell[0] in kept.base.heap),
            dict(kept.carried),
            dict(kept.owned),
            frozenset(kept.opaque),
            frozenset(kept.unread),
            frozenset(kept.shared),
            frozenset(kept.frozen),
            frozenset(kept.frozen_parts),
            {name: (kept.initial_types[name], wide) for name, wide in kept.wider.items()},
        )

    def recall(self, kept: Kept) -> None:
        """Lets the loop begin with what was known of it, if the heap has the shape that it had then."""
        known = self._known.get((kept.id, kept.span))
        base = kept.base
        if known is None or known.next_address != base.next_address:
            return
        if any(cell[0] not in base.heap or _shape(base, cell) != shape for cell, shape in known.shapes):
            return
        kept.carried.update(known.carried)
        kept.owned.update(known.owned)
        kept.opaque |= known.opaque
        kept.unread |= known.unread
        kept.shared |= known.shared
        kept.frozen |= known.frozen & base.heap.keys()
        kept.frozen_parts |= {part for part in known.frozen_parts if part.address in base.heap}
        kept.recalled.update(known.wider)


def _shape(base: State, cell: Cell) -> tuple[type, bool, bool]:
    there = holds_cell(base, cell)
    return type(base.heap[cell[0]]), there, there and contents_of(base, cell) is not None
