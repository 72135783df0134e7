"""The evaluator: runs the script IR on symbolic values and leaves a residual program of effects.

It computes everything that the source fixes (constants, functions, classes, closures), takes both sides of every branch
that data decides, and keeps every loop whose items are not fixed, with its state as loop variables. The parts are
layers, each adding to the one below: context, credentials, expressions, calls, statements, errors, attempts, learning,
repetition, unrolling, loops, managers, coroutines, entry points.
"""

from __future__ import annotations

from extractors.evaluator.control import PathEnds, TooLarge
from extractors.evaluator.credentials import secret_name
from extractors.evaluator.entry_points import EntryPoints
from extractors.evaluator.hard_coded import hard_coded_secrets, mentioned_names
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.modules import Modules, NoModules
from extractors.evaluator.values import Frame, Known, Value
from extractors.ir import Script
from migrate.model import SourceSpan

__all__ = ["Evaluator", "Knowledge"]


class Evaluator(EntryPoints):
    """One evaluation of one script."""

    def __init__(
        self, script: Script, knowledge: Knowledge, modules: Modules | None = None, package: str = ""
    ) -> None:
        super().__init__(script.file, script.source, knowledge)
        self.script = script
        self.stating.bodies[script.file] = script.body
        self.modules = modules or NoModules()
        self.package = package
        self.mentioned_at_first: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        script: Script,
        knowledge: Knowledge,
        modules: Modules | None = None,
        package: str = "",
        reached: frozenset[SourceSpan] = frozenset(),
    ) -> Evaluator:
        """The evaluation of a script, started anew where it has shown what it must know from the beginning.

        Which names its loops must carry; which modules to load first; what names its modules mention. `package` is the
        one that the script is started in as a module; empty where it is started by its path. `reached` are functions
        that other scripts call.
        """
        evaluation = cls(script, knowledge, modules, package)
        evaluation.reached = reached
        evaluation.run()
        while evaluation.must_start_anew():
            former, evaluation = evaluation, cls(script, knowledge, modules, package)
            evaluation.liveness.read_again |= former.liveness.read_again
            evaluation.reached = reached
            evaluation.loaded = former.loaded.anew() or former.loaded.again()
            evaluation.configuration.mentioned_names = former.configuration.mentioned_names
            evaluation.configuration.read_differently |= (
                former.configuration.read_differently | former.configuration.found_differently
            )
            evaluation.run()
        return evaluation

    def must_start_anew(self) -> bool:
        """True if something was evaluated that would have been evaluated otherwise, with what is known now."""
        configuration = self.configuration
        more = configuration.mentioned_names != self.mentioned_at_first
        clash = more and configuration.mentioned_names & configuration.secret_values.keys()
        again = self.liveness.reads or self.loaded.anew() or clash
        return bool(again or configuration.found_differently)

    def run(self) -> None:
        """Evaluates the script as the interpreter runs it; the result is in `region`, findings in `diagnostics`."""
        self.configuration.mentioned_names |= mentioned_names(self.script)
        self.mentioned_at_first = self.configuration.mentioned_names
        for name, value, span in hard_coded_secrets(self.script):
            if value not in self.configuration.secret_values.values():
                self.hard_coded(secret_name(name), value, span)
        names: dict[str, Value] = {"__name__": Known("__main__"), "__package__": Known(self.package or None)}
        self.module = self.frame = self.state.allocate(Frame(names)).address
        self.loaded.names = self.state.allocate(Frame({})).address
        outermost = self.region
        try:
            self.load_early()
            if self.package:
                self.import_module(self.package, self.script.span)
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
