"""Evaluation of expressions, in the order in which Python evaluates them."""

from __future__ import annotations

from extractors.evaluator import changing_methods, comparison, containers, operators, texts, unpacking
from extractors.evaluator.alternatives import for_each, narrowed
from extractors.evaluator.attributes import Attributes
from extractors.evaluator.liveness import is_unread
from extractors.evaluator.merging import ABSENT
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import NotData, negation
from extractors.evaluator.types import unassigned
from extractors.evaluator.values import (
    FALSE,
    NONE,
    CollectionValue,
    DataObject,
    EitherValue,
    Frame,
    FunctionValue,
    GeneratorValue,
    Known,
    ListObject,
    MapObject,
    Method,
    Pointer,
    Ruined,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import (
    AssignExpr,
    Attribute,
    AwaitExpr,
    Binary,
    Builtin,
    CallExpr,
    Comparison,
    Comprehension,
    Conditional,
    Expr,
    FunctionExpr,
    Index,
    LiteralExpr,
    Logical,
    MapExpr,
    Name,
    SequenceExpr,
    Slice,
    Spread,
    TemplateText,
    Unary,
    Unsupported,
    YieldExpr,
)
from migrate.model import Constant, LoopValue, SourceSpan, Unmapped, leaves
from migrate.model.expressions import Expression


class Expressions(Attributes):
    """The part of the evaluator that computes expressions."""

    def evaluate(self, expression: Expr) -> Value:
        """The value of an expression; its effects go to the current region."""
        return self.supposed(self._value(expression))

    def _value(self, expression: Expr) -> Value:
        match expression:
            case LiteralExpr(value=constant):
                return self.literal(constant, expression.span)
            case Name(name=name):
                return self.look_up(name, expression.span)
            case Builtin(name=name):
                return self.external_attribute("builtins", name, expression.span)
            case Attribute(value=inner, name=name):
                return self._field(self.attribute(self.evaluate(inner), name, expression.span))
            case Index(value=inner, index=index):
                container = self.evaluate(inner)
                return containers.item(self, container, self.evaluate(index), expression.span)
            case Slice():
                return self._slice(expression)
            case CallExpr():
                return self._call(expression)
            case TemplateText():
                return self._template(expression)
            case Unary(operator="not", operand=operand):
                value = self.evaluate(operand)
                if isinstance(value, Unknown):
                    return value
                return self.symbolic(negation(operators.truth(self, value, expression.span)), expression.span)
            case Unary(operator=sign, operand=operand):
                return self._unary(sign, self.evaluate(operand), expression.span)
            case Binary(operator=sign, left=left, right=right):
                one = self.evaluate(left)
                return self._binary(sign, one, self.evaluate(right), expression.span)
            case Comparison():
                return self._comparison(expression)
            case Logical():
                return self._logical(expression)
            case Conditional(test=test, then=then, otherwise=otherwise):
                return self.select(
                    self.condition(test),
                    lambda: self.evaluate(then),
                    lambda: self.evaluate(otherwise),
                    expression.span,
                )
            case SequenceExpr():
                return self._sequence(expression)
            case MapExpr():
                return self._map(expression)
            case Comprehension():
                return self.comprehension(expression)
            case FunctionExpr(parameters=parameters):
                defaults = tuple(
                    (p.name, self.evaluate(p.default)) for p in parameters if p.default is not None
                )
                return FunctionValue(expression, self.frame, defaults)
            case AssignExpr(name=name, value=inner):
                value = self.evaluate(inner)
                self.bind_around(name, value, expression.span)
                return value
            case AwaitExpr():
                return self.awaited(expression)
            case YieldExpr():
                return self.yielded(expression)
            case Unsupported(reason=reason, assigned=assigned):
                unknown = self.gap("HS101", reason, expression.span)
                for name in sorted(assigned):
                    self.state.write((self.frame_of(name), name), unknown)
                return unknown

    # --- parts that other files give -----------------------------------------------------------------------------

    def comprehension(self, expression: Comprehension) -> Value:
        """A comprehension."""
        raise NotImplementedError

    def awaited(self, expression: AwaitExpr) -> Value:
        """An `await`."""
        raise NotImplementedError

    def yielded(self, expression: YieldExpr) -> Value:
        """A `yield`."""
        raise NotImplementedError

    def _slice(self, expression: Slice) -> Value:
        value = self.evaluate(expression.value)
        bounds = [self.evaluate(b) if b is not None else NONE for b in (expression.start, expression.stop)]
        step = self.evaluate(expression.step) if expression.step is not None else NONE
        own = self.special(value, "__slice__", Arguments((*bounds, step), {}), expression.span)
        return (
            own
            if own is not None
            else containers.part(self, value, bounds[0], bounds[1], step, expression.span)
        )

    # --- names and constants -------------------------------------------------------------------------------------

    def look_up(self, name: str, span: SourceSpan) -> Value:
        """The value of a name, from the innermost name space outwards."""
        address: int | None = self.frame
        while address is not None:
            found = self.state.get(address)
            if isinstance(found, Ruined):
                return found.unknown
            if isinstance(found, Frame):
                if name in found.names:
                    value = found.names[name]
                    self.liveness.note_read(name, value)
                    return self.read_value(value, span)
                if self.is_local(address, name):
                    raise self.fail("UnboundLocalError", f"{name} is not assigned yet", span)
                address = found.outer
            else:
                break
        if self.is_known(f"builtins.{name}"):
            return self.external_attribute("builtins", name, span)
        return self.not_assigned(name, span)

    def not_assigned(self, name: str, span: SourceSpan) -> Value:
        """A name that nothing assigns."""
        return self.unknown("HS103", f"the name {name} is not assigned in this file", span)

    def read_value(self, value: Value, span: SourceSpan) -> Value:
        """What a name or an attribute holds; that it may hold nothing shows where it is read."""
        match value:
            case EitherValue():
                one = narrowed(value, (*self.control.conditions, *self.state.facts))
                if isinstance(one, EitherValue) and ABSENT in (one.then, one.otherwise):
                    return for_each(self, one, lambda side: self.read_value(side, span), span)
                return one if isinstance(one, EitherValue) else self.read_value(one, span)
            case Unknown() if value == ABSENT or is_unread(value):
                return self.gap(value.code, value.reason, span)
            case Symbolic(expression=expression, place=None) if any(
                self._may_be_absent(p) for p in leaves(expression)
            ):
                found = self.symbolic(expression, span)
                return found if isinstance(found, Unknown) else value
        return value

    def _may_be_absent(self, part: Expression) -> bool:
        match part:
            case LoopValue(loop=loop, name=name):
                return unassigned(loop, name) in self.loops.types
            case _:
                return isinstance(part, Unmapped)

    def is_local(self, frame: int, name: str) -> bool:
        """True if the name is a local of the function that the frame belongs to."""
        return False

    def is_known(self, name: str) -> bool:
        """True if there is knowledge of the qualified name."""
        raise NotImplementedError

    def bind(self, name: str, value: Value, span: SourceSpan) -> None:
        """Assigns a name in the current name space (or the outer one that a declaration names)."""
        value = self.guarded_secret(name, value, span)
        if isinstance(value, Pointer):
            found = self.state.peek(value)
            if isinstance(found, MapObject) and not found.table:
                self.state.set(value, MapObject(found.items, name))
        self.state.write((self.frame_of(name), name), value)

    def bind_around(self, name: str, value: Value, span: SourceSpan) -> None:
        """Assigns a name by `:=`."""
        frame, self.frame = self.frame, self.scope_of_walrus()
        self.bind(name, value, span)
        self.frame = frame

    def scope_of_walrus(self) -> int:
        """The name space in which `:=` binds: that around all comprehensions (PEP 572)."""
        frame = self.frame
        while frame in self.scopes.comprehensions:
            found = self.state.get(frame)
            if not isinstance(found, Frame) or found.outer is None:
                break
            frame = found.outer
        return frame

    def frame_of(self, name: str) -> int:
        """The address of the name space in which an assignment of the name takes place."""
        return self.frame

    # --- compound expressions ------------------------------------------------------------------------------------

    def condition(self, test: Expr) -> Expression:
        """The truth value of a test; behind a gap where it cannot be determined."""
        return self._truth(self.evaluate(test), test.span)

    def _truth(self, value: Value, span: SourceSpan) -> Expression:
        if isinstance(value, Unknown):
            reason = f"a condition cannot be determined: {value.reason}"
            value = self.supposed(self.gap(value.code, reason, span))
        return operators.truth(self, value, span)

    def _unary(self, sign: str, value: Value, span: SourceSpan) -> Value:
        if isinstance(value, Unknown):
            return self.doubtful(value, span)
        if isinstance(value, Known) and isinstance(value.value, (int, float)):
            scalar = value.value
            if sign == "~":
                return (
                    Known(~scalar) if isinstance(scalar, int) else self.unknown("HS101", "~ of a float", span)
                )
            return Known(-scalar if sign == "-" else +scalar)
        if sign == "-":
            return self.symbolic(operators.call("python.negate", self.snapshot(value, span)), span)
        return self.unknown("HS101", f"the operator {sign} on a value known at run time only", span)

    def _comparison(self, expression: Comparison) -> Value:
        left = self.evaluate(expression.left)
        return self._chain(left, expression.rest, expression.span)

    def _chain(self, left: Value, rest: tuple[tuple[str, Expr], ...], span: SourceSpan) -> Value:
        (sign, operand), *more = rest
        right = self.evaluate(operand)
        value = comparison.compare(self, sign, left, right, span)
        if not more or isinstance(value, Unknown):
            return value
        test = operators.truth(self, value, span)
        return self.select(test, lambda: self._chain(right, tuple(more), span), lambda: FALSE, span)

    def _logical(self, expression: Logical) -> Value:
        operands: list[Expr] = [expression.right]
        inner = expression.left
        while isinstance(inner, Logical) and inner.operator == expression.operator:
            operands.insert(0, inner.right)
            inner = inner.left
        return self._short_circuit(expression.operator, [inner, *operands], expression.span)

    def _short_circuit(self, sign: str, operands: list[Expr], span: SourceSpan) -> Value:
        """`a or b or c`, as a or (b or c), which is the same and keeps expressions small."""
        left = self.evaluate(operands[0])
        if len(operands) == 1:
            return left
        test = self._truth(left, operands[0].span)
        if sign == "and":
            return self.select(
                test, lambda: self._short_circuit(sign, operands[1:], span), lambda: left, span
            )
        return self.select(test, lambda: left, lambda: self._short_circuit(sign, operands[1:], span), span)

    def _template(self, expression: TemplateText) -> Value:
        parts: list[Value] = []
        for part in expression.parts:
            if isinstance(part, str):
                parts.append(Known(part))
                continue
            value = self.evaluate(part.value)
            specification: Value = Known("") if part.format is None else self._template(part.format)
            if part.conversion is not None:
                value = texts.text(self, value, part.span, texts.CONVERSIONS[part.conversion])
            parts.append(texts.formatted(self, value, specification, part.span))
        return texts.concatenate(self, parts, expression.span)

    def _sequence(self, expression: SequenceExpr) -> Value:
        pieces: list[tuple[Value, ...] | Expression] = []
        for item in expression.items:
            piece = self._spread(item) if isinstance(item, Spread) else (self.evaluate(item),)
            if isinstance(piece, Unknown):
                return piece
            pieces.append(piece)
        items = [one for piece in pieces if isinstance(piece, tuple) for one in piece]
        if all(isinstance(piece, tuple) for piece in pieces):
            if expression.sort == "tuple":
                return TupleValue(tuple(items))
            return self.state.allocate(ListObject(tuple(items), expression.sort))
        if expression.sort == "set":
            return self.gap("HS101", "a set of values known at run time only", expression.span)
        made = unpacking.joined(self, pieces, expression.span)
        return CollectionValue(made, "tuple") if expression.sort == "tuple" else made

    def _spread(self, item: Spread) -> tuple[Value, ...] | Expression | Unknown:
        """The values that `*value` gives, or a list where they are known at run time only."""
        value = self.evaluate(item.value)
        if isinstance(value, GeneratorValue):
            value = self.collected(value, item.span)
        fixed = self.fixed_items(value)
        if fixed is not None:
            return fixed
        items = unpacking.items_of(self, value, item.span)
        if not isinstance(items, Unknown):
            self.symbolic(items, item.span)
        return items

    def _map(self, expression: MapExpr) -> Value:
        pointer = self.state.allocate(MapObject(()))
        for entry in expression.entries:
            if entry.key is None:
                containers.update_map(self, pointer, self.evaluate(entry.value), entry.span)
                continue
            key = self.evaluate(entry.key)
            value = self.evaluate(entry.value)
            if isinstance(key, Known) and isinstance(key.value, str):
                value = self.guarded_secret(key.value, value, entry.span)
            containers.set_item(self, pointer, key, value, entry.span)
        self._guard_pair(pointer, expression.span)
        return pointer

    def _binary(self, sign: str, left: Value, right: Value, span: SourceSpan) -> Value:
        """`left sign right`; of a map and anything, `|` makes what a display with the entries of both makes."""
        unknown = isinstance(left, Unknown) or isinstance(right, Unknown)
        if sign != "|" or unknown or not (self._is_map(left) or self._is_map(right)):
            return operators.binary(self, sign, left, right, span)
        made = self.state.allocate(MapObject(()))
        containers.update_map(self, made, left, span)
        containers.update_map(self, made, right, span)
        return made

    def _is_map(self, value: Value) -> bool:
        match value:
            case Pointer():
                found = self.state.peek(value)
                return isinstance(found, MapObject) or (isinstance(found, DataObject) and found.sort == "map")
            case Symbolic(expression=expression):
                return self.type_of(expression) == "map"
            case _:
                return False

    def _guard_pair(self, pointer: Pointer, span: SourceSpan) -> None:
        """`{"name": "password", "value": ...}`: the value is what the name says."""
        found = self.state.peek(pointer)
        if not isinstance(found, MapObject) or len(found.items) != 2:
            return
        name, value = found.find(Known("name")) or found.find(Known("key")), found.find(Known("value"))
        if name is not None and value is not None and isinstance(name.value, Known):
            guarded = self.guarded_secret(str(name.value.value), value.value, span)
            containers.set_item(self, pointer, value.key, guarded, value.span or span)

    # --- calls ---------------------------------------------------------------------------------------------------

    def _field(self, value: Value) -> Value:
        """The value; in the place of a method that is not called a field, where a gap left open what it is one of."""
        match value:
            case Method(receiver=Symbolic(expression=receiver), name=name) if self.is_supposed(receiver):
                return Symbolic(operators.call("python.member", receiver, Constant(value=name)))
        return value

    def _callee(self, function: Expr) -> Value:
        match function:
            case Attribute(value=inner, name=name):
                return self.supposed(self.attribute(self.evaluate(inner), name, function.span))
        return self.evaluate(function)

    def _call(self, expression: CallExpr) -> Value:
        function = self._callee(expression.function)
        changing_methods.ask_first(self, function, expression)
        positional: list[Value] = []
        named: list[Value] = []
        names: list[str] = []
        self.held += [positional, named]
        try:
            rest = self._arguments(expression, positional, names, named)
        finally:
            del self.held[-2:]
        given = Arguments(tuple(positional), dict(zip(names, named, strict=True)), rest)
        self.stating.evaluated[expression.span] = expression
        self.stating.under_way.append(expression)
        try:
            return self.call(function, given, expression.span)
        finally:
            self.stating.under_way.pop()

    def _is_supposed_value(self, value: Value) -> bool:
        """True for what a gap has left unknown: no run comes to where it is given as several arguments."""
        value = self.supposed(value)
        return isinstance(value, Symbolic) and self.is_supposed(value.expression)

    def _arguments(
        self, expression: CallExpr, positional: list[Value], names: list[str], named: list[Value]
    ) -> Symbolic | None:
        """Evaluates the arguments of a call, in order; gives those of unknown number or names, behind a gap."""
        rest: Symbolic | None = None
        for argument in expression.arguments:
            value = self.evaluate(argument.value)
            if argument.spread is not None and self._is_supposed_value(value):
                rest = Symbolic(self.state.data(value))
            elif argument.spread == "list":
                if isinstance(value, GeneratorValue):
                    value = self.collected(value, argument.span)
                fixed = self.fixed_items(value)
                if fixed is None:
                    reason = "a call with a list of arguments known at run time only"
                    rest = self._rest(value, reason, argument.span)
                positional.extend(fixed or ())
            elif argument.spread == "map":
                found = self.state.get(value) if isinstance(value, Pointer) else None
                items = found.items if isinstance(found, MapObject) else ()
                if not isinstance(found, MapObject) or any(item.when is not None for item in items):
                    reason = "a call with keyword arguments known at run time only"
                    rest = self._rest(value, reason, argument.span)
                names.extend(str(item.key.value) for item in items)
                named.extend(item.value for item in items)
            elif argument.keyword is not None:
                names.append(argument.keyword)
                named.append(self.guarded_secret(argument.keyword, value, argument.span))
            elif rest is None or argument.keyword is not None:
                positional.append(value)
        return rest

    def _rest(self, value: Value, reason: str, span: SourceSpan) -> Symbolic:
        """Arguments that are spread, and of which the number or the names are not known: a gap, and what they are."""
        unknown = self.gap("HS101", reason, span, (value,))
        try:
            return Symbolic(self.state.data(value))
        except NotData:
            return Symbolic(self.state.data(unknown))
