"""Functions that nothing in the script calls: each is read once, as something outside of the script would call it.

A platform (a handler, a route, a task), another file or a library that was given the function may call it. What it is
called with is not known: a gap says so, and what stands behind it is read as behind every gap. Functions that another
one of them calls are read there. Where all of those that are left call each other, the first in the source begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from extractors.evaluator import operators
from extractors.evaluator.callers import caller_of
from extractors.evaluator.control import PathEnds, TooLarge
from extractors.evaluator.coroutines import Coroutines
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.residual import Branching, Entry, Gap, Region
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    CoroutineValue,
    EitherValue,
    Frame,
    FunctionValue,
    GeneratorValue,
    Instance,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import Attribute, FunctionDef, Name
from migrate.model import CallTrigger, Constant, SourceSpan

MAX_ENTERED_STATEMENTS = 60_000
"""Statements that all functions which nothing calls may take together."""
MAX_CALLBACK_DEPTH = 3
"""Functions that are given to unknown code within one that was given to it."""
_CALLED_BY_OBJECTS = ("__call__", "__enter__", "__iter__", "__next__", "__aenter__", "__exit__", "__aexit__")
"""The special methods that are read; others do what a class is for seldom."""
_EVENT = ("event", "context")
"""The parameters of a function that a platform calls for an event, as AWS Lambda and Google Cloud Functions do."""


@dataclass(frozen=True)
class _Uncalled:
    """A function that nothing has called: its name, that of a method with its class in front."""

    name: str
    function: FunctionValue
    definition: FunctionDef
    of: ClassValue | None


class EntryPoints(Coroutines):
    """The part of the evaluator that reads what nothing calls."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self._given: dict[SourceSpan, FunctionValue] = {}
        """Functions that code which is not known got, by their definition."""
        self._callbacks: list[SourceSpan] = []
        """The functions under evaluation that code which is not known may call where it got them."""
        self.reached: frozenset[SourceSpan] = frozenset()
        """Functions that other scripts of the project call: they are read there."""
        self._entering = False
        """True behind the script itself."""
        self.unmeant_ends = []

    @property
    def catching_around(self) -> int:
        """An entry point is read aside, which catches errors; the script itself is not."""
        return int(self._entering)

    # --- functions that are given to unknown code ----------------------------------------------------------------

    def given(self, values: Iterable[Value], unknown: Unknown, span: SourceSpan) -> None:
        """Code that is not known got the values: it may call the functions among them.

        One that sees the names of a function around it is read here, as long as they are there.
        """
        for function in _functions(values):
            definition = function.definition
            if function.closure == self.module:
                self._given.setdefault(definition.span, function)
            elif definition.span not in self._callbacks and len(self._callbacks) < MAX_CALLBACK_DEPTH:
                region = self._called_back(function, unknown)
                if region.sends():
                    self.emit(Branching(self.state.data(unknown), region, Region(), span))

    def _called_back(self, function: FunctionValue, unknown: Unknown) -> Region:
        """What happens where code that is not known calls the function."""
        definition = function.definition
        name = definition.name if isinstance(definition, FunctionDef) else "a function"
        called_with = replace(unknown, reason=f"what {name} is called with", made_of=())
        self.findings.state(called_with)
        self._callbacks.append(definition.span)
        try:
            return self._aside(lambda: self._begin_at(function, called_with))
        finally:
            self._callbacks.pop()

    def _aside(self, run: Callable[[], object]) -> Region:
        """What happens if something runs here; the state after it is the one before it."""
        before, outer = self.state, self.region
        self.state, self.region = before.fork(), Region()
        self.control.failure_points.append([])
        try:
            with suppress(PathEnds):
                run()
        finally:
            self.control.failure_points.pop()
            made, self.region = self.region, outer
            before.next_address = max(before.next_address, self.state.next_address)
            self.state = before
        return made

    # --- functions that nothing calls ----------------------------------------------------------------------------

    def enter_uncalled(self) -> None:
        """Reads the functions that nothing has called by now, each as an entry point behind the script itself."""
        alone, spent = not self.region.sends(), 0
        found: list[Entry] = []
        for one in self._in_order(tuple(self._uncalled())):
            span = one.definition.span
            if span in self.entered:
                continue
            if spent > MAX_ENTERED_STATEMENTS:
                reason = f"{one.name} is not read: more than {MAX_ENTERED_STATEMENTS} statements to follow"
                self.findings.report("HS104", reason, span)
                continue
            self.statements = 0
            entry = self._entry(one, alone=alone)
            found += [] if entry is None else [entry]
            spent += self.statements
        self.region.items += sorted(found, key=lambda one: (one.span.line, one.span.column))

    def run_function(self, function: FunctionValue, frame: int) -> Value:
        """Runs a function's body; one that is under way already not again, where its arguments are not known."""
        definition = function.definition
        if self._entering and any(definition is other for _, other in self.scopes.functions):
            return self.gap(
                "HS104", "a function that calls itself, first with what is not known", definition.span
            )
        return super().run_function(function, frame)

    def _entry(self, one: _Uncalled, *, alone: bool) -> Entry | None:
        """One of them, read; None where it calls no system.

        `alone`: the script itself calls none, so that is what its functions are for.
        """
        span, mark = one.definition.span, self.findings.mark()
        trigger = caller_of(one.definition, self.stating.bodies.get(self.file, ()))
        names = tuple(parameter.name for parameter in one.definition.parameters)
        outside = alone or trigger is not None or span in self._given or names[-2:] == _EVENT
        code = "HS110" if outside else "HS106"
        reason = (
            f"nothing in this file calls {one.name}: with what it is called is not known"
            if outside
            else f"{one.name} is never called in this file"
        )
        self.frame, self._entering = self.module, True
        called_with = Unknown(code, f"what {one.name} is called with", span)

        def run() -> None:
            self.gap(code, reason, span)
            self.findings.state(called_with)
            self._called(one, called_with)

        region = self._aside(run)
        if region.sends():
            if not outside:
                self.findings.forget(mark)
                self.findings.report(code, reason, span)
            return Entry(one.name, trigger or CallTrigger(), region, span)
        self.findings.forget(mark)
        if any(isinstance(item, Gap) and item.code == "HS102" for item in region.everything()):
            self.findings.report("HS106", f"{one.name} is never called in this file", span)
        return None

    def _called(self, one: _Uncalled, unknown: Unknown) -> None:
        """Calls a function, a method of an object of its class."""
        outermost = self.region
        try:
            function = one.function
            if one.of is not None and function.binding in ("instance", "property", "once"):
                function = replace(function, bound=self._object(one.of, unknown))
            elif one.of is not None and function.binding == "class":
                function = replace(function, bound=one.of)
            self._begin_at(function, unknown)
        except TooLarge as bound:
            self.region = outermost
            self.gap("HS104", str(bound), bound.span)
        except RecursionError:
            self.region = outermost
            self.gap("HS104", "the code is nested too deep to follow", one.definition.span)

    def _begin_at(self, function: FunctionValue, unknown: Unknown, *, defaults: bool = False) -> None:
        """Runs a function with arguments that are not known; with its `defaults` where it has some but None."""
        definition = function.definition
        own = {name: value for name, value in function.defaults if defaults and value != NONE}
        names: dict[str, Value] = {}
        for number, parameter in enumerate(definition.parameters):
            name = parameter.name
            if parameter.kind in ("rest", "keywords"):
                names[name] = (
                    TupleValue(()) if parameter.kind == "rest" else self.state.allocate(MapObject(()))
                )
                continue
            first = number == 0 and function.bound is not None
            names[name] = (
                function.bound if first and function.bound else own.get(name) or self._part(unknown, name)
            )
        frame = self.state.allocate(Frame(names, function.closure)).address
        if not isinstance(definition, FunctionDef) or not (definition.generator or definition.asynchronous):
            self.run_function(function, frame)
        elif definition.generator and definition.asynchronous:
            self.gap("HS101", "an asynchronous generator", definition.span)
        elif definition.generator:
            self.collected(GeneratorValue(function, frame), definition.span)
        else:
            self.completed(CoroutineValue(function, frame), definition.span)

    def _part(self, unknown: Unknown, name: str) -> Value:
        """An argument by its name, of what a call gives that is not known."""
        supposed = self.state.data(unknown)
        return Symbolic(operators.call("python.member", supposed, Constant(value=name)))

    def _object(self, of: ClassValue, unknown: Unknown) -> Pointer:
        """The first object of the class, or of one that extends it, that the script makes; else a new one."""
        for made in self.instances:
            held = self.state.heap.get(made.address)
            if isinstance(held, Instance) and _extends(held.of, of):
                return made
        instance = self.state.allocate(Instance(of, {}))
        initializer = self.class_attribute(of, "__init__")
        if isinstance(initializer, FunctionValue):
            with suppress(PathEnds):
                self._begin_at(replace(initializer, bound=instance), unknown, defaults=True)
        return instance

    def _uncalled(self) -> Iterator[_Uncalled]:
        """The functions and methods of the script that were not called, in the order of the source."""
        frame = self.state.peek(self.module)
        held = list(frame.names.values()) if isinstance(frame, Frame) else []
        found: dict[SourceSpan, _Uncalled] = {}
        for value in (*held, *self.set_aside, *self._given.values()):
            for one in self._members(value):
                span = one.definition.span
                if span.file == self.file and span not in self.entered and span not in self.reached:
                    found.setdefault(one.definition.span, one)
        yield from sorted(
            found.values(), key=lambda one: (one.definition.span.line, one.definition.span.column)
        )

    def _members(self, value: Value) -> Iterator[_Uncalled]:
        """A function; of a class its methods."""
        match value:
            case EitherValue(then=then, otherwise=otherwise):
                yield from self._members(then)
                yield from self._members(otherwise)
            case FunctionValue(definition=FunctionDef() as definition):
                if not _stands_for_another(definition):
                    yield _Uncalled(definition.name, value, definition, None)
            case ClassValue(definition=definition):
                frame = self.state.peek(value.attributes)
                for method in frame.names.values() if isinstance(frame, Frame) else ():
                    if isinstance(method, FunctionValue) and isinstance(method.definition, FunctionDef):
                        name = method.definition.name
                        if _stands_for_another(method.definition):
                            continue
                        if not name.startswith("__") or name in _CALLED_BY_OBJECTS:
                            full = f"{definition.name}.{name}"
                            yield _Uncalled(full, method, method.definition, value)

    def _in_order(self, uncalled: tuple[_Uncalled, ...]) -> Iterator[_Uncalled]:
        """Those that none of the others mentions come first; what mentions each other in the order of the source."""
        mentioned = {one.definition.span: _mentioned(one.definition) for one in uncalled}
        later = []
        for one in uncalled:
            others = (names for span, names in mentioned.items() if span != one.definition.span)
            if any(one.definition.name in names for names in others):
                later.append(one)
            else:
                yield one
        yield from later


def _functions(values: Iterable[Value]) -> Iterator[FunctionValue]:
    """The functions among values, those that a condition chooses among included."""
    for value in values:
        match value:
            case FunctionValue():
                yield value
            case EitherValue(then=then, otherwise=otherwise):
                yield from _functions((then, otherwise))


def _stands_for_another(definition: FunctionDef) -> bool:
    """True for a function that a decorator or the like made, in whose place that which it was made of is read."""
    return bool(definition.body) and definition.body[0].span == definition.span


def _extends(one: Value, other: ClassValue) -> bool:
    return isinstance(one, ClassValue) and (
        one.definition is other.definition or any(_extends(base, other) for base in one.bases)
    )


def _mentioned(definition: FunctionDef) -> frozenset[str]:
    """The names and attributes that stand in a function."""
    return frozenset(node.name for node in nodes_of(definition.body) if isinstance(node, (Name, Attribute)))
