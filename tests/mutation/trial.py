"""Holds what is tried beside a run against the runs themselves."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from tests.mutation.baseline import Base, capture_of
from tests.mutation.inside import Job
from tests.mutation.plan import Mutant, Node, Outcome
from tests.mutation.probing import tried_beside
from tests.mutation.verdicts import of_hook


class Trial:
    """Tries mutants beside a run of the flow itself, then runs each: (mutant, whether tried as different, as run)."""

    def __init__(self, bases: Sequence[Base], mutants: Sequence[Mutant], flow: Sequence[Node]) -> None:
        self._bases = tuple(bases)
        self._mutants = tuple(mutants)
        self._flow = {str(node["id"]): node for node in flow}
        self._found: list[tuple[str, bool, bool]] = []

    def jobs(self) -> Generator[Job, Outcome, None]:
        """The runs, one after the other."""
        for base in self._bases:
            given = base.yardstick.input
            trials = [(one, tried_beside(one, self._flow)) for one in self._mutants]
            tried = [(one, trial) for one, trial in trials if trial is not None and trial[0] in base.reached]
            by_node: dict[str, list[tuple[str, str]]] = {}
            for one, (node, func) in tried:
                by_node.setdefault(node, []).append((one.id, func))
            job = base.again()
            outcome = yield Job(job.input, {**job.order, "tried": by_node})
            assert capture_of(of_hook(outcome, given), concurrent=False) == base.capture
            for one, _ in tried:
                ran = yield Job(given, {"nodes": dict(one.nodes), "most": 1000, "cpu": 2500})
                differs = capture_of(of_hook(ran, given), concurrent=False) != base.capture
                self._found.append((one.id, one.id in outcome.different, differs))

    def results(self) -> list[tuple[str, bool, bool]]:
        """What was found."""
        return self._found
