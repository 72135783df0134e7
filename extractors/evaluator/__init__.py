"""The evaluator: runs the script IR on symbolic values and leaves a residual program of effects.

It computes everything that the source fixes (constants, functions, classes, closures), takes both sides of every branch
that data decides, and keeps every loop whose items are not fixed, with its state as loop variables. The parts are
layers, each adding to the one below: context, credentials, expressions, calls, statements, repetition, loops.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors.evaluator.calls import Knowledge
from extractors.evaluator.context import PathEnds, TooLarge
from extractors.evaluator.credentials import secret_name
from extractors.evaluator.hard_coded import hard_coded_secrets, mentioned_names, nodes_of
from extractors.evaluator.loops import Loops
from extractors.evaluator.values import Frame
from extractors.ir import Attribute, CallExpr, FunctionDef, Script

__all__ = ["Evaluator", "Knowledge"]


class Evaluator(Loops):
    """One evaluation of one script."""

    def __init__(self, script: Script, knowledge: Knowledge) -> None:
        super().__init__(script.file, script.source)
        self.script = script
        self.knowledge = knowledge
        self.owners = []
        self.comprehension_frames = set()
        self.entered = set()
        self.class_bodies = []
        self.receivers = []

    def never_entered(self) -> Iterator[FunctionDef]:
        """The functions of the script that nothing calls and that seem to call another system."""
        for node in nodes_of(self.script.body):
            if isinstance(node, FunctionDef) and node.span not in self.entered and _seems_to_call(node):
                yield node

    def run(self) -> None:
        """Evaluates the script as the interpreter runs it; the result is in `region`, findings in `diagnostics`."""
        self.mentioned_names = mentioned_names(self.script)
        for name, value, span in hard_coded_secrets(self.script):
            if value not in self.secret_values.values():
                self.hard_coded(secret_name(name), value, span)
        self.frame = self.module_frame = self.state.allocate(Frame({})).address
        outermost = self.region
        try:
            self.execute_block(self.script.body)
        except PathEnds:
            pass
        except (TooLarge, RecursionError) as bound:
            self.region = outermost
            reason = str(bound) if isinstance(bound, TooLarge) else "the code is nested too deep to follow"
            self.gap("HS104", reason, self.script.span)


_VERBS = frozenset({"get", "post", "put", "patch", "delete", "request", "send", "execute", "urlopen"})


def _seems_to_call(definition: FunctionDef) -> bool:
    """True if a method named like an HTTP method or a query is called with a text or a name as first argument."""
    return any(
        isinstance(node, CallExpr)
        and isinstance(node.function, Attribute)
        and node.function.name in _VERBS - {"get"}
        for node in nodes_of(definition.body)
    ) or any(
        isinstance(node, CallExpr)
        and isinstance(node.function, Attribute)
        and node.function.name == "get"
        and any(
            argument.keyword in ("params", "headers", "timeout", "auth", "url") for argument in node.arguments
        )
        for node in nodes_of(definition.body)
    )
