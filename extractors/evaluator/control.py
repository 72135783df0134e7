"""Where the flow of a script leads: exits from blocks, and places at which an error can arise."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.evaluator.residual import Evaluate, Failure, LeaveLoop, Request, StatusCheck
from extractors.evaluator.state import State
from extractors.evaluator.values import Value
from migrate.model import Expression, SourceSpan


class PathEnds(Exception):
    """The path being evaluated goes no further: it returned, left a loop, or ended the run."""


class TooLarge(Exception):
    """A bound of the evaluation was reached; the message says which, and the span where."""

    def __init__(self, message: str, span: SourceSpan) -> None:
        super().__init__(message)
        self.span = span


@dataclass(eq=False)
class Target:
    """Where a return, break or continue leads: the end of a function call, an unrolled loop, a residual loop.

    `final return`, `final break`, `final continue`: the end of a part that something follows on all ways, and on.
    """

    what: str
    residual: bool = False
    depth: int = 0
    continues: list[tuple[tuple[Expression, ...], State]] = field(default_factory=list)
    breaks: list[tuple[State, LeaveLoop]] = field(default_factory=list)
    far: list[FarExit] = field(default_factory=list)
    hides: Target | None = None


@dataclass
class FarExit:
    """An exit from inside a residual loop to a target around it."""

    target: Target
    value: Value
    state: State
    item: LeaveLoop


@dataclass
class SoftExit:
    """An exit on one of several paths, within one residual block: what follows runs only on the other paths."""

    target: Target
    conditions: tuple[Expression, ...]
    value: Value
    state: State


@dataclass(frozen=True)
class FailurePoint:
    """A place within a `try` where an error can arise, and the state there."""

    item: Request | StatusCheck | Evaluate | Failure
    state: State

    @property
    def error(self) -> str | None:
        """The kind of the error, where only one can arise."""
        return self.item.error if isinstance(self.item, (StatusCheck, Failure)) else None


@dataclass(frozen=True)
class Mark:
    """Where the context stood before something was tried that is taken back."""

    counter: int
    diagnostics: int
    exits: int
    reads: int
    points: tuple[int, ...]
    ways: tuple[tuple[int, int, int], ...]
    """Of each target around: how many continues, breaks and far exits lead to it."""

    def has_no_exit_since(self, before: Mark) -> bool:
        """True if no path has left since."""
        return (self.exits, self.ways) == (before.exits, before.ways)
