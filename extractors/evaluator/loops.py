"""Loops: taken apart where their items are fixed, run inside out over generators of the script, else kept."""

from __future__ import annotations

from collections.abc import Callable

from extractors.evaluator import containers, methods, operators, unpacking
from extractors.evaluator.control import PathEnds, Target
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import LeaveLoop, NextPass
from extractors.evaluator.state import NotData
from extractors.evaluator.unrolling import MAX_UNROLLED, Unrolling
from extractors.evaluator.values import (
    NONE,
    TRUE,
    CollectionValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    Instance,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Symbolic,
    Unknown,
    Value,
    ViewValue,
)
from extractors.ir import (
    Block,
    Comprehension,
    Expr,
    ExpressionStatement,
    ForEach,
    FunctionDef,
    If,
    Name,
    ParameterDef,
    While,
    YieldExpr,
)
from migrate.model import Call, Constant, SequenceExpression, SourceSpan, Unmapped

_SOURCE = ".0"
"""The name of the first iterable in a generator expression's frame."""
ITEM = "(item)"
"""The special method that makes an item of a library's iterator out of its value."""
CONSUMED = "(consumed)"
"""A name in a generator's frame that says that it was gone through."""


class Loops(Unrolling):
    """The part of the evaluator that loops."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.receivers: list[Callable[[Value], Value]] = []
        """What takes the values that the generators around this place yield, the innermost last."""

    def leave_loop(self, breaks: bool, span: SourceSpan) -> PathEnds:
        """A break or continue: of the innermost loop of the same function."""
        for target in self.control.visible_targets():
            match target.what:
                case "loop":
                    if breaks:
                        item = LeaveLoop(span)
                        self.emit(item)
                        target.breaks.append((self.state, item))
                    else:
                        self.emit(NextPass(span))
                        target.continues.append((tuple(self.control.conditions[target.depth :]), self.state))
                    return PathEnds()
                case "consumer" | "unrolled" | "final break" if breaks:
                    return self.leave(target, NONE, span)
                case "pass" | "final continue" if not breaks:
                    return self.leave(target, NONE, span)
                case "function":
                    break
        return self.fail("SyntaxError", "break or continue outside of a loop", span)

    # --- loops of the script -------------------------------------------------------------------------------------

    def while_loop(self, statement: While) -> None:
        """A loop with a test at its head."""
        self._repeat(
            statement.span,
            None,
            lambda _: None,
            lambda: self.execute_block(statement.body),
            statement.test,
            statement.otherwise,
        )

    def for_loop(self, statement: ForEach) -> None:
        """A loop over items: unrolled, over a generator of the script, or kept."""
        if statement.asynchronous:
            self.lost(statement, "HS101", "asynchronous code is not followed")
            return
        iterable = self.evaluate(statement.iterable)
        self._for(
            iterable,
            lambda item: self.assign(statement.target, item),
            lambda: self.execute_block(statement.body),
            statement.otherwise,
            statement.span,
        )

    def visit(
        self,
        iterable: Value,
        run: Callable[[Value], None],
        span: SourceSpan,
    ) -> None:
        """Does something for each item, as a loop of the script would; where it cannot be gone through behind a gap."""
        held: list[Value] = []
        self._for(iterable, held.append, lambda: run(held.pop()), (), span)

    def _for(
        self,
        iterable: Value,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        if isinstance(iterable, Unknown):
            iterable = self.supposed(self.doubtful(iterable, span))
        iterable = self._rows_of(iterable)
        if isinstance(iterable, GeneratorValue):
            self._consume(iterable, bind, body, otherwise, span)
            return
        if isinstance(iterable, CollectionValue):
            if iterable.sort == "set":
                self.gap("HS101", "a loop over a set, whose order is not that of its making", span)
            iterable = iterable.items
        fixed = self.fixed_items(iterable)

        def keep() -> None:
            self._keep(iterable, bind, body, otherwise, span)

        if fixed is None or len(fixed) > MAX_UNROLLED:
            keep()
            return
        self._unroll_or_keep(
            iterable,
            fixed,
            lambda item: self._one_pass(lambda: bind(item), body),
            lambda: self._take_apart(iterable, fixed, bind, body, otherwise, span),
            keep,
            span,
        )

    def _take_apart(
        self,
        iterable: Value,
        fixed: tuple[Value, ...],
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        """A loop over fixed items, pass by pass."""
        source = iterable.of if isinstance(iterable, ViewValue) else iterable
        before = self.state.get(source) if isinstance(source, Pointer) else None
        self._unroll(fixed, bind, body, otherwise, span)
        changes = isinstance(source, Pointer) and self.state.get(source) != before
        if changes and self._matters(iterable, fixed):
            self.gap("HS101", "a list or map that changes while a loop goes through it", span)

    def _keep(
        self,
        iterable: Value,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        """A loop over items that are known at run time only, or too many to take it apart."""
        if isinstance(iterable, ViewValue):
            self._go_through_view(iterable, bind, body, otherwise, span)
            return
        items = self.special(iterable, "__iter__", Arguments((), {}), span)
        if items is not None:

            def bind_one(item: Value) -> None:
                made = self.special(iterable, ITEM, Arguments((item,), {}), span)
                bind(item if made is None else made)

            self._for(items, bind_one, body, otherwise, span)
            return
        if isinstance(iterable, Pointer) and isinstance(self.state.get(iterable), (Instance, Frame)):
            iterable = self.supposed(self.gap("HS101", "a loop over an object of a class", span))
        try:
            over = self.state.data(iterable)
        except NotData as problem:
            iterable = self.gap("HS103", f"a loop over a value that is no data: {problem}", span)
            over = self.snapshot(self.supposed(iterable), span)
        if isinstance(over, Unmapped) and not self.is_supposed(over):
            over = self.snapshot(self.supposed(self.gap(over.code, over.reason, span)), span)
        if isinstance(iterable, Pointer):
            self.state.freeze(iterable)
        if isinstance(over, Call) and over.function == "python.tuple":
            over = SequenceExpression(items=over.arguments)
        elif self.type_of(over) != "list":
            over = operators.call("python.iterate", over)
        self.symbolic(over, span)
        self._repeat(span, over, bind, body, None, otherwise, iterable)

    def _go_through_view(
        self,
        view: ViewValue,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        """A loop over a view of a map that is known at run time only, and that the loop leaves as it is."""
        over = unpacking.items_of(self, view, span)
        if isinstance(over, Unknown):
            over = self.snapshot(self.supposed(self.doubtful(over, span)), span)
        self.symbolic(over, span)
        before = self.state.get(view.of)
        self._repeat(span, over, bind, body, None, otherwise)
        if self.state.get(view.of) != before:
            self.gap("HS101", "a map that changes while a loop goes through it", span)

    # --- generators ----------------------------------------------------------------------------------------------

    def _consume(
        self,
        generator: GeneratorValue,
        bind: Callable[[Value], None],
        body: Callable[[], None],
        otherwise: Block,
        span: SourceSpan,
    ) -> None:
        """A loop over a generator of the script: the generator runs, and the loop's body in place of its `yield`."""
        if self.state.read((generator.frame, CONSUMED)) is not None:
            self.gap("HS101", "a generator that is gone through a second time", span)
            return
        self.state.write((generator.frame, CONSUMED), TRUE)
        frame = self.frame
        consumer = Target("consumer")
        attempts = len(self.control.failure_points)
        here = self.control.here()

        def receive(value: Value) -> Value:
            if len(self.control.failure_points) > attempts:
                return self.gap(
                    "HS105", "a yield within a try block, which the consumer's errors pass by", span
                )
            inner_frame, inner_receiver = self.frame, self.receivers.pop()
            owners, self.scopes.functions = self.scopes.functions, outer_owners
            self.frame = frame
            try:
                self._one_pass(lambda: bind(value), body, consumer)
            finally:
                self.frame = inner_frame
                self.scopes.functions = owners
                self.receivers.append(inner_receiver)
            return NONE

        outer_owners = list(self.scopes.functions)
        self.control.targets.append(consumer)
        self.receivers.append(receive)
        value: Value | None = NONE
        try:
            try:
                self.run_function(generator.function, generator.frame)
                if otherwise:
                    self._run_else(otherwise, None, self.control.open_exits(here), span)
            except PathEnds:
                value = None
        finally:
            self.receivers.pop()
            self.control.targets.pop()
        self.arrive(consumer, here, value)

    def yielded(self, expression: YieldExpr) -> Value:
        """A `yield`: the consuming loop's body runs here."""
        if not self.receivers:
            return self.gap("HS101", "a generator that is not consumed by a for loop", expression.span)
        value = self.evaluate(expression.value) if expression.value is not None else NONE
        if not expression.delegates:
            return self.receivers[-1](value)

        def pass_on(item: Value) -> None:
            self.receivers[-1](item)

        held: list[Value] = []
        self._for(value, held.append, lambda: pass_on(held.pop()), (), expression.span)
        return Unknown("HS101", "the value of yield from", expression.span)

    # --- comprehensions ------------------------------------------------------------------------------------------

    def comprehension(self, expression: Comprehension) -> Value:
        """A comprehension, as the loops that it abbreviates; a generator expression as the generator that it is."""
        if expression.sort == "generator":
            return self._generator(expression)
        if expression.sort == "set":
            elements = self._generator(expression)
            return self.call(External("builtins.set"), Arguments((elements,), {}), expression.span)
        made = MapObject(()) if expression.sort == "map" else ListObject(())
        pointer = self.state.allocate(made)
        first = self.evaluate(expression.clauses[0].iterable)
        outer = self.frame
        self.frame = self.state.allocate(Frame({}, self.closure())).address
        self.scopes.comprehensions.add(self.frame)
        try:
            self._clauses(expression, 0, pointer, first)
        finally:
            self.scopes.comprehensions.discard(self.frame)
            self.frame = outer
        return pointer

    def _generator(self, expression: Comprehension) -> Value:
        """A generator expression: its first iterable is evaluated here, all else where it is gone through."""
        first, span = expression.clauses[0], expression.span
        iterable = self.iterated(self.evaluate(first.iterable), first.iterable.span)
        if isinstance(iterable, Unknown):
            return iterable
        body: Block = (ExpressionStatement(span, YieldExpr(expression.value.span, expression.value, False)),)
        for number, clause in reversed(tuple(enumerate(expression.clauses))):
            for condition in reversed(clause.conditions):
                body = (If(condition.span, condition, body, ()),)
            source = clause.iterable if number else Name(clause.iterable.span, _SOURCE)
            body = (ForEach(clause.span, clause.target, source, body, ()),)
        parameter = ParameterDef(span, _SOURCE, None, "either")
        targets = [clause.target for clause in expression.clauses]
        assigned = frozenset(node.name for node in nodes_of(tuple(targets)) if isinstance(node, Name))
        definition = FunctionDef(
            span, "<genexpr>", (parameter,), body, (), False, True, assigned | {_SOURCE}, frozenset()
        )
        function = FunctionValue(definition, self.closure())
        frame = self.state.allocate(Frame({_SOURCE: iterable}, function.closure)).address
        self.scopes.comprehensions.add(frame)
        return GeneratorValue(function, frame)

    def collect(self, generator: GeneratorValue, into: Pointer, span: SourceSpan) -> None:
        """Goes through a generator and appends what it gives to a list."""
        held: list[Value] = []

        def append() -> None:
            methods.method(self, into, "append", Arguments((held.pop(),), {}), span)

        self._for(generator, held.append, append, (), span)

    def _rows_of(self, value: Value) -> Value:
        """What a loop goes through, where that is not the value itself but what a cursor of a library has read."""
        libraries = self.knowledge.libraries
        if not isinstance(value, Symbolic) or libraries is None:
            return value
        return libraries.items(self, value) or value

    def iterated(self, value: Value, span: SourceSpan) -> Value:
        """`iter(value)`: the same value, or its items where asking for them can fail."""
        value = self._rows_of(value)
        match value:
            case Symbolic(expression=expression) if self.type_of(expression) != "list":
                return self.symbolic(operators.call("python.iterate", expression), span)
            case Known(value=scalar) if not isinstance(scalar, str):
                raise self.fail("TypeError", "a value that is not iterable", span)
            case _:
                return value

    def _clauses(
        self,
        expression: Comprehension,
        number: int,
        pointer: Pointer,
        iterable: Value | None,
    ) -> None:
        clause = expression.clauses[number]
        if iterable is None:
            iterable = self.evaluate(clause.iterable)

        def body() -> None:
            self._filtered(clause.conditions, lambda: self._element(expression, number, pointer))

        self._for(iterable, lambda item: self.assign(clause.target, item), body, (), clause.span)

    def _filtered(self, conditions: tuple[Expr, ...], then: Callable[[], None]) -> None:
        if not conditions:
            then()
            return
        test = self.condition(conditions[0])
        if isinstance(test, Constant):
            if test.value is True:
                self._filtered(conditions[1:], then)
            return
        self.branch(test, lambda: self._filtered(conditions[1:], then), lambda: None, conditions[0].span)

    def _element(self, expression: Comprehension, number: int, pointer: Pointer) -> None:
        if number + 1 < len(expression.clauses):
            self._clauses(expression, number + 1, pointer, None)
            return
        if expression.key is not None:
            key = self.evaluate(expression.key)
            containers.set_item(self, pointer, key, self.evaluate(expression.value), expression.span)
            return
        value = self.evaluate(expression.value)
        methods.method(self, pointer, "append", Arguments((value,), {}), expression.span)
