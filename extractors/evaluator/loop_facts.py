"""What is known of the kept loops of a script: learned round by round, and kept when a round is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.evaluator.paths import Keys
from extractors.evaluator.residual import Region
from migrate.model import Constant, Expression, LoopValue, Reference


@dataclass
class LoopFacts:
    """The facts of all loops of a script; a loop variable is known by its loop and name."""

    types: dict[tuple[str, str], str] = field(default_factory=dict)
    """The types of loop variables found so far; those of the environment's variables by an empty loop."""
    carried: dict[tuple[str, str], tuple[Expression, ...]] = field(default_factory=dict)
    """What loop variables are at first and then."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """The loop variables whose contents something was decided by."""
    sharing: dict[tuple[str, str], set[tuple[Reference, Keys]]] = field(default_factory=dict)
    """The loop variables that hold parts of answers and items, with the parts."""
    joined: set[Expression] = field(default_factory=set)
    """Values that passes change in place, and that are no objects yet."""
    implied: set[tuple[LoopValue, LoopValue]] = field(default_factory=set)
    """Pairs of loop variables that say whether a map has a key: where the first is true, the second is."""
    changing_items: set[str] = field(default_factory=set)
    """The loops that change the items they go through in place."""
    beginning: tuple[Region, int] | None = None
    """What the pass that was begun last emits into, and how many handlers are around it, in a loop without a test."""
    around: dict[str, Expression | None] = field(default_factory=dict)
    """The loops around the place being evaluated, from the outside in, each with what it goes through."""

    def implies(self, one: Expression | None, other: Expression | None) -> bool:
        """True if a key of a map is there by the other condition wherever one is by the first; None is always."""
        if one == Constant(value=False) or other is None or one == other:
            return True
        return isinstance(one, LoopValue) and isinstance(other, LoopValue) and (one, other) in self.implied

    def gone_through(self) -> Iterator[tuple[str, Expression]]:
        """The loops around that go through something, with it."""
        return ((loop, over) for loop, over in self.around.items() if over is not None)
