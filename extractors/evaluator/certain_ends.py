"""Ends of a run that the source makes certain without meaning to: a constant that is to be filled in yet.

`list({}.values())[0]`, or `if API_KEY == "YOUR_KEY": sys.exit()`: what stands behind calls systems all the same once
the script is set up. A `raise` or an exit of its own is meant: what stands behind it is dead.
"""

from __future__ import annotations

from collections.abc import Collection

from extractors.evaluator.context import Context
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.residual import Failure, Halt
from extractors.ir import If, Name, Raise, Stmt

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
