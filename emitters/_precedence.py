"""Which steps have surely run before another: only their results are there without being asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from migrate.model import (
    AnyStep,
    Block,
    Check,
    Constant,
    EntryPoint,
    Fail,
    Filter,
    Loop,
    LoopExit,
    Milestone,
    Read,
    Respond,
    Route,
    Split,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    Write,
)

Known = frozenset[str]


@dataclass
class Precedence:
    """For each step the ids of those that have run before it on every way to it, loops around it included.

    `before` is what a step's own expressions may rely on, `at_end` what the next values of a loop's variables may.
    """

    before: dict[str, Known] = field(default_factory=dict)
    at_end: dict[str, Known] = field(default_factory=dict)
    _skips: list[Known] = field(default_factory=list)
    _breaks: list[Known] = field(default_factory=list)

    def block(self, steps: Block, known: Known) -> Known | None:
        """Walks a block before which the known steps have run; None where its end is never reached."""
        end: Known | None = known
        for step in steps:
            self.before[step.id] = known
            after = self._step(step, known)
            end = None if after is None or end is None else after
            known = known if after is None else after
        return end

    def _step(self, step: AnyStep, known: Known) -> Known | None:
        match step:
            case Read() | Write() | Translate():
                return known | {step.id}
            case Check() | Milestone() | Respond() | EntryPoint():
                return known
            case Filter(condition=condition):
                self._skips.append(known)
                return None if isinstance(condition, Constant) and condition.value is False else known
            case LoopExit():
                self._breaks.append(known)
                return None
            case Fail() | Stop() | UnmappedStep():
                return None
            case Route(branches=branches, otherwise=otherwise):
                ways = (*(branch.steps for branch in branches), otherwise)
                return _common(self.block(way, known) for way in ways)
            case Try(steps=steps, handlers=handlers):
                inside = known | {step.id}
                return _common(self.block(way, inside) for way in (steps, *(each.steps for each in handlers)))
            case Split() | Loop():
                return self._loop(step, known | {step.id})

    def _loop(self, step: Split | Loop, inside: Known) -> Known | None:
        """A pass ends at its last step or at a filter; a loop without a condition only at an exit."""
        around, self._skips, self._breaks = (self._skips, self._breaks), [], []
        end = self.block(step.steps, inside)
        self.at_end[step.id] = _common((end, *self._skips)) or inside
        left = _common(self._breaks) if isinstance(step, Loop) and step.condition is None else inside
        self._skips, self._breaks = around
        return left


def _common(ends: Iterable[Known | None]) -> Known | None:
    """What has run on all of the ways that come to an end; None where none does."""
    reached = [end for end in ends if end is not None]
    return frozenset.intersection(*reached) if reached else None


def precedence(steps: Block, known: Iterable[str] = ()) -> Precedence:
    """The precedence of all steps of an integration; what is `known` has run before all of them."""
    found = Precedence()
    found.block(steps, frozenset(known))
    return found
