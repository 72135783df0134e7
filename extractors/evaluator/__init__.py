"""The evaluator: runs the script IR on symbolic values and leaves a residual program of effects.

It computes everything that the source fixes (constants, functions, classes, closures), takes both sides of every branch
that data decides, and keeps every loop whose items are not fixed, with its state as loop variables. The parts are
layers, each adding to the one below: context, credentials, expressions, calls, statements, errors, attempts, learning,
repetition, unrolling, loops, coroutines, entry points.
"""

from __future__ import annotations

from extractors.evaluator.control import PathEnds, TooLarge
from extractors.evaluator.credentials import secret_name
from extractors.evaluator.entry_points import EntryPoints
from extractors.evaluator.hard_coded import hard_coded_secrets, mentioned_names
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.values import Frame
from extractors.ir import Script

__all__ = ["Evaluator", "Knowledge"]


class Evaluator(EntryPoints):
    """One evaluation of one script."""

    def __init__(self, script: Script, knowledge: Knowledge) -> None:
        super().__init__(script.file, script.source, knowledge)
        self.script = script

    @classmethod
    def of(cls, script: Script, knowledge: Knowledge) -> Evaluator:
        """The evaluation of a script, started anew where it has shown which names its loops must carry."""
        evaluation = cls(script, knowledge)
        evaluation.run()
        while evaluation.liveness.reads:
            known = evaluation.liveness.read_again
            evaluation = cls(script, knowledge)
            evaluation.liveness.read_again |= known
            evaluation.run()
        return evaluation

    def run(self) -> None:
        """Evaluates the script as the interpreter runs it; the result is in `region`, findings in `diagnostics`."""
        self.configuration.mentioned_names = mentioned_names(self.script)
        for name, value, span in hard_coded_secrets(self.script):
            if value not in self.configuration.secret_values.values():
                self.hard_coded(secret_name(name), value, span)
        self.module = self.frame = self.state.allocate(Frame({})).address
        outermost = self.region
        try:
            self.execute_block(self.script.body)
        except PathEnds:
            pass
        except TooLarge as bound:
            self.region = outermost
            self.gap("HS104", str(bound), bound.span)
        except RecursionError:
            self.region = outermost
            self.gap("HS104", "the code is nested too deep to follow", self.script.span)
        self.enter_uncalled()
