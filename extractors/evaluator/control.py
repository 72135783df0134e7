"""Where the flow of a script leads: exits from blocks, and places at which an error can arise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extractors.evaluator.residual import Evaluate, Failure, LeaveLoop, Request, StatusCheck
from extractors.evaluator.state import State, both, either
from extractors.evaluator.values import Value
from migrate.model import Constant, Expression, SourceSpan


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

    def taken(self, since: Position) -> Expression:
        """True, when the flow runs, where a path that came through the position takes the exit."""
        return conjunction(self.conditions[since.depth :])


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
class Position:
    """A place on the path: how many exits were recorded ahead of it, and how many conditions lie around it."""

    exits: int
    depth: int


@dataclass(frozen=True)
class ControlMark:
    """How much was recorded of ways off the path, before something was tried that is taken back."""

    exits: int
    points: tuple[int, ...]
    """Of each `try` around: how many places where an error can arise."""
    targets: tuple[tuple[int, int, int], ...]
    """Of each target around: how many continues, breaks and far exits lead to it."""


class Control:
    """The path that leads to the place being evaluated, and the ways that lead off it."""

    def __init__(self) -> None:
        self.conditions: list[Expression] = []
        """What is true here, from the outside in."""
        self.exits: list[SoftExit] = []
        """The exits that have not yet met the end that they lead to."""
        self.targets: list[Target] = []
        """Where exits can lead, from the outside in."""
        self.failure_points: list[list[FailurePoint]] = []
        """Of each `try` around, the places where an error can arise."""

    def here(self) -> Position:
        """The place that has been reached."""
        return Position(len(self.exits), len(self.conditions))

    def visible_targets(self) -> Iterator[Target]:
        """The targets from the inside out. A pass that a generator runs for its consumer sees the consumer's only."""
        position = len(self.targets) - 1
        while position >= 0:
            target = self.targets[position]
            yield target
            position = self.targets.index(target.hides) if target.hides is not None else position - 1

    def open_exits(self, since: Position, to: Target | None = None) -> Expression | None:
        """True, when the flow runs, where a path has left since a position, to a target; None if none has."""
        found: Expression | None = None
        for one in self.exits[since.exits :]:
            if to is None or one.target is to:
                found = one.taken(since) if found is None else either(found, one.taken(since))
        return found

    def take_exits(self, since: Position, to: Target) -> list[SoftExit]:
        """The exits to a target that were recorded since a position; they are open no more."""
        later = self.exits[since.exits :]
        self.exits[since.exits :] = [one for one in later if one.target is not to]
        return [one for one in later if one.target is to]

    def mark(self) -> ControlMark:
        """How much is recorded."""
        points = tuple(len(one) for one in self.failure_points)
        targets = tuple((len(one.continues), len(one.breaks), len(one.far)) for one in self.targets)
        return ControlMark(len(self.exits), points, targets)

    def undo(self, mark: ControlMark) -> None:
        """Forgets what was recorded since."""
        del self.exits[mark.exits :]
        for points, length in zip(self.failure_points, mark.points, strict=True):
            del points[length:]
        for target, (continues, breaks, far) in zip(self.targets, mark.targets, strict=True):
            del target.continues[continues:], target.breaks[breaks:], target.far[far:]

    def has_left_since(self, mark: ControlMark) -> bool:
        """True if a path has left."""
        now = self.mark()
        return (now.exits, now.targets) != (mark.exits, mark.targets)


def conjunction(conditions: Iterable[Expression]) -> Expression:
    """True where all are true, tested in order."""
    result: Expression = Constant(value=True)
    for condition in reversed(tuple(conditions)):
        result = both(condition, result)
    return result
