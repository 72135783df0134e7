"""Ends of a run that the source makes certain without meaning to: a constant that is to be filled in yet.

`list({}.values())[0]`, or `if API_KEY == "YOUR_KEY": sys.exit()`: what stands behind calls systems all the same once
the script is set up. A `raise` or an exit of its own is meant: what stands behind it is dead.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from extractors.evaluator.context import Context
from extractors.evaluator.control import PathEnds
from extractors.evaluator.definitions import Definitions
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.residual import Failure, Halt, Region
from extractors.ir import Assign, Block, If, Name, Raise, Stmt

RAISED = "raised by the script"
"""The reason of a failure that a `raise` makes."""


def unmeant_end(
    context: Context, statement: Stmt, known: Collection[Failure | Halt], *, around: int
) -> Failure | Halt | None:
    """What a statement has ended the path with, if it is certain and not meant.

    `known` are the ends that were found to be such further inside; `around` counts what catches errors around all.
    """
    last = context.region.items[-1] if context.region.items else None
    control = context.control
    if not isinstance(last, (Failure, Halt)) or control.conditions or len(control.failure_points) > around:
        return None
    if any(one.residual for one in control.targets) or isinstance(statement, Raise):
        return None
    if any(last is one for one in known):
        return last
    if isinstance(statement, If):
        return None if _asks_how_it_runs(statement) else last
    return last if isinstance(last, Failure) and last.reason != RAISED else None


def _asks_how_it_runs(statement: If) -> bool:
    return any(isinstance(one, Name) and one.name == "__name__" for one in nodes_of(statement.test))


class CertainEnds(Definitions):
    """The part of the evaluator that reads on behind such an end."""

    unmeant_ends: list[Failure | Halt]
    """The ends of the run that are certain and not meant, as far as they were met."""

    @property
    def catching_around(self) -> int:
        """How many places that catch errors lie around all that is run."""
        raise NotImplementedError

    def read_behind(self, statement: Stmt, rest: Block) -> bool:
        """Reads what stands behind a statement that ends the run for certain, but does not mean to.

        The run ends there, at the gap that stands in the place of the end; false where nothing behind it calls
        another system.
        """
        end = unmeant_end(self, statement, self.unmeant_ends, around=self.catching_around)
        if end is None:
            return False
        self.unmeant_ends.append(end)
        if not rest:
            return False
        self.region.items.pop()
        position, mark = len(self.region.items), self.findings.mark()
        what = end.error if isinstance(end, Failure) else "an exit"
        reason = f"the run ends here for certain ({what}): what is behind is read as if it went on"
        unknown = self.gap("HS103", reason, end.span)
        for target in statement.targets if isinstance(statement, Assign) else ():
            self.assign(target, self.supposed(unknown))
        with suppress(PathEnds):
            self.execute_block(rest)
        if Region(self.region.items[position:]).sends():
            return True
        self.region.items[position:] = [end]
        self.findings.forget(mark)
        return False
