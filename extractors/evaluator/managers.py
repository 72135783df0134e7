"""`with` over a context manager that is a generator function: the body stands in place of its `yield`.

What the function does behind its `yield` follows on all ways out of the body but errors: those arise at the `yield`,
where its own `try` may handle them (The Python Library Reference, `contextlib.contextmanager`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from extractors.evaluator.attempts import ENDS, WayOut
from extractors.evaluator.control import PathEnds, Target
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.loops import CONSUMED, Loops
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    GeneratorValue,
    Instance,
    Pointer,
    Value,
)
from extractors.ir import Expr, FunctionDef, Return, Try, With, YieldExpr
from migrate.model import SourceSpan

MANAGER = External("contextlib.(manager)")
"""The class of what a call of a `contextmanager` function gives; its `generator` is that call."""
_YIELDED = "(yielded)"
"""Where the frame of such a call has whether it came to its `yield`."""


class Managers(Loops):
    """The part of the evaluator that knows context managers which are generator functions."""

    def with_generator(
        self, manager: Value, target: Expr | None, body: Callable[[], None], span: SourceSpan
    ) -> bool:
        """Runs the body of a `with` statement within its manager; False if that is no generator function."""
        found = self.state.peek(manager) if isinstance(manager, Pointer) else None
        if not isinstance(found, Instance) or found.of != MANAGER:
            return False
        generator = found.attributes["generator"]
        assert isinstance(generator, GeneratorValue)
        if self.state.read((generator.frame, CONSUMED)) is not None:
            self.gap("HS101", "a context manager that is entered a second time", span)
            body()
            return True
        self.state.write((generator.frame, CONSUMED), TRUE)
        if not _yields_once(generator.function.definition):
            self.gap("HS101", "a context manager whose function could yield not once", span)
        self._within(generator, target, body, span)
        return True

    def _within(
        self, generator: GeneratorValue, target: Expr | None, body: Callable[[], None], span: SourceSpan
    ) -> None:
        frame, owners, depth = self.frame, list(self.scopes.functions), len(self.control.conditions)
        ways: list[WayOut] = []
        falls_through = False

        def receive(value: Value) -> Value:
            nonlocal falls_through
            self.state.write((generator.frame, _YIELDED), TRUE)
            inner = (self.frame, self.scopes.functions, self.receivers.pop())
            self.frame, self.scopes.functions = frame, owners

            def run() -> None:
                if target is not None:
                    self.assign(target, value)
                body()

            try:
                found, falls_through = self._to_its_end(run)
                ways.extend(found)
            finally:
                self.frame, self.scopes.functions = inner[:2]
                self.receivers.append(inner[2])
            if ways and len(self.control.conditions) > depth:
                self.gap("HS105", "a way out of a context manager that handles errors", span)
            return NONE

        self.state.write((generator.frame, _YIELDED), FALSE)
        self.receivers.append(receive)
        try:
            self.run_function(generator.function, generator.frame)
        finally:
            self.receivers.pop()
        if self.state.read((generator.frame, _YIELDED)) != TRUE:
            self.gap("HS105", "a context manager that may handle an error before its yield", span)
        self.go_on(ways, span, falls_through=falls_through)

    def _to_its_end(self, run: Callable[[], None]) -> tuple[list[WayOut], bool]:
        """Runs a part; the ways that lead out of it, each to its end first, and whether a path runs through it."""
        here = self.control.here()
        ends = [Target(end) for end in ENDS]
        self.control.targets += ends
        falls_through = True
        try:
            run()
        except PathEnds:
            falls_through = False
        finally:
            del self.control.targets[-len(ends) :]
        return self.ways_out(ends, here, falls_through=falls_through), falls_through


def _yields_once(definition: object) -> bool:
    """True for a function with one `yield`, which every way through it leads to."""
    if not isinstance(definition, FunctionDef):
        return False
    yields = [node for node in nodes_of(definition.body) if isinstance(node, YieldExpr)]
    if len(yields) != 1 or yields[0].delegates:
        return False
    before = yields[0].span.line
    returns = (node for node in nodes_of(definition.body) if isinstance(node, Return))
    return all(one.span.line > before for one in returns) and yields[0] in _straight(definition.body)


def _straight(block: tuple[object, ...]) -> Iterator[object]:
    """The nodes of a block that it always comes to."""
    for statement in block:
        match statement:
            case Try(body=body):
                yield from _straight(body)
            case With(body=body):
                yield from _straight(body)
            case _ if not hasattr(statement, "body") and not hasattr(statement, "then"):
                yield from nodes_of(statement)
