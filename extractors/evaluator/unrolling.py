"""Loops over fixed items, taken apart: each pass is evaluated by itself, with all that is known in it.

A long loop whose passes take much to follow, because there are loops in them, is rather kept. What a pass takes shows
in the first one, which is tried and taken back; what is lost by keeping the loop shows in the gaps that it then has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extractors.evaluator.control import PathEnds, Target
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.repetition import Repetitions
from extractors.evaluator.residual import Region
from extractors.evaluator.state import NotData, negation
from extractors.evaluator.values import NONE, Symbolic, Unknown, Value
from extractors.ir import Block
from migrate.model import SourceSpan, Unmapped

MAX_UNROLLED = 64
"""So many items at most; of more, a loop is always kept."""
ALWAYS_UNROLLED = 8
"""So many items or fewer are never worth a kept loop."""
WORTH_KEEPING = 600
"""The statements to follow in all passes, from which on a loop is rather kept."""
WORTH_UNROLLING = 6_000
"""The statements to follow in all passes, up to which a loop is taken apart if there are gaps where it is kept."""


@dataclass(frozen=True)
class _Trial:
    """What an evaluation that is taken back again took: statements that were followed, and gaps.

    It is not `sure` if it has read what a loop around it does not carry, which that loop will do therefore.
    """

    statements: int
    gaps: int
    sure: bool


class Unrolling(Repetitions):
    """The part of the evaluator that takes loops over fixed items apart."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.kept_spans: dict[SourceSpan, bool] = {}
        """The long loops over fixed items for which it is decided whether they are kept."""

    def _unroll_or_keep(
        self,
        iterable: Value,
        items: tuple[Value, ...],
        one_pass: Callable[[Value], None],
        unroll: Callable[[], None],
        keep: Callable[[], None],
        span: SourceSpan,
    ) -> None:
        """Goes through fixed items in the way that suits the loop; the same way whenever it is come to."""
        if len(items) <= ALWAYS_UNROLLED or not self._is_data(iterable):
            unroll()
            return
        kept = self.kept_spans.get(span)
        if kept is None:
            first = self._tried(lambda: one_pass(items[0]))
            statements = first.statements * len(items)
            kept = statements > WORTH_KEEPING
            if kept and not first.gaps and statements <= WORTH_UNROLLING:
                kept = not self._tried(keep).gaps
            if first.sure:
                self.kept_spans[span] = kept
        (keep if kept else unroll)()

    def _is_data(self, value: Value) -> bool:
        try:
            return not isinstance(self.state.data(value), Unmapped)
        except NotData:
            return False

    def gives_data(self, span: SourceSpan, run: Callable[[], Value]) -> bool:
        """True if what something gives is known when the flow runs; the same answer for a place at all times."""
        known = self.kept_spans.get(span)
        if known is None:
            given: list[Value] = []
            self._tried(lambda: given.append(run()))
            known = not given or not self._is_lost(given[-1])
            self.kept_spans[span] = known
        return known

    @staticmethod
    def _is_lost(value: Value) -> bool:
        return isinstance(value, Unknown) or (
            isinstance(value, Symbolic) and isinstance(value.expression, Unmapped)
        )

    def _tried(self, run: Callable[[], None]) -> _Trial:
        """Evaluates something and takes it back. Ids are not given a second time."""
        while True:
            known = len(self.liveness.read_again)
            made = self._tried_once(run)
            if made.sure or len(self.liveness.read_again) == known:
                return made

    def _tried_once(self, run: Callable[[], None]) -> _Trial:
        mark, counter = self.mark(), self.counter
        statements, state, region = self.statements, self.state, self.region
        self.state, self.region = state.fork(), Region()
        try:
            run()
        except PathEnds:
            pass
        finally:
            counter, self.state, self.region = self.counter, state, region
        gaps = sum(one.is_gap for one in self.findings.since(mark.findings))
        sure = len(self.liveness.reads) == mark.reads
        self.undo(mark)
        self.counter = counter
        return _Trial(self.statements - statements, gaps, sure)

    def _matters(self, iterable: Value, fixed: tuple[Value, ...]) -> bool:
        """True if a change during a loop could be seen by it: not one of values where keys are visited."""
        after = self.fixed_items(iterable)
        return after is None or after != fixed

    def _unroll(
        self,
        items: tuple[Value, ...],
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        target = Target("unrolled")
        here = self.control.here()
        self.control.targets.append(target)
        value: Value | None = NONE
        try:
            try:
                self._unrolled_passes(items, bind, body, otherwise, span)
            except PathEnds:
                value = None
        finally:
            self.control.targets.pop()
        self.arrive(target, here, value)

    def _unrolled_passes(
        self,
        items: tuple[Value, ...],
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        if not items:
            self.execute_block(otherwise)
            return
        outer = self.control.here()
        self._one_pass(lambda: bind(items[0]), body)
        left = self.control.open_exits(outer)
        if left is None:
            self._unrolled_passes(items[1:], bind, body, otherwise, span)
            return

        def gone() -> None:
            raise PathEnds

        self.branch(
            negation(left), lambda: self._unrolled_passes(items[1:], bind, body, otherwise, span), gone, span
        )

    def _one_pass(
        self, bind: Callable[[], None], body: Callable[[], None], hides: Target | None = None
    ) -> None:
        """One pass of a loop that is taken apart; a continue ends it. What lies around it from `hides` on is seen."""
        target = Target("pass", hides=hides)
        here = self.control.here()
        self.control.targets.append(target)
        value: Value | None = NONE
        try:
            try:
                bind()
                body()
            except PathEnds:
                value = None
        finally:
            self.control.targets.pop()
        self.arrive(target, here, value)
