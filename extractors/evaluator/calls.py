"""Calls: of functions and classes of the script, followed; of libraries, by what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from extractors.evaluator import containers, methods, operators
from extractors.evaluator.alternatives import for_each
from extractors.evaluator.control import PathEnds, Position, Target
from extractors.evaluator.expressions import Expressions
from extractors.evaluator.knowledge import Knowledge, library_class
from extractors.evaluator.ownership import closures
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Item, Request
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    CoroutineValue,
    EitherValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Method,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import FunctionDef, FunctionExpr, ParameterDef
from migrate.model import Constant, Expression, SourceSpan

MAX_CALL_DEPTH = 40
_DATA_CLASSES = ("builtins.", "datetime.", "decimal.", "uuid.")
"""Packages of classes whose objects are data: what an unknown method of theirs gives is made of what they hold."""
MAX_RECURSION_ON_DATA = 16
"""Calls of a function by itself that data alone could end: of a page by the one before it, say."""


class Calls(Expressions):
    """The part of the evaluator that calls."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source)
        self.knowledge = knowledge
        self.call_depth = 0
        self.entered: set[SourceSpan] = set()
        """The functions that were run."""
        self.loops_around: dict[int, int] = {}
        self.called_at: dict[int, Position] = {}
        """Where the functions that run were called, by their frame."""
        """How many kept loops lay around a call when it began, by its frame."""
        self.instances: list[Pointer] = []
        """The objects of classes of the script, in the order in which they were made."""
        self.set_aside: list[FunctionValue] = []
        """Functions of the script that stand behind what is not known, such as a decorator."""

    def is_known(self, name: str) -> bool:
        """True if there is knowledge of the qualified name."""
        return name in self.knowledge.functions or name in self.knowledge.values

    def external_attribute(self, qualified: str, name: str, span: SourceSpan) -> Value:
        """An attribute of something of a library."""
        value = self.knowledge.values.get(f"{qualified}.{name}")
        return value(self, span) if value is not None else External(f"{qualified}.{name}")

    def attribute(self, value: Value, name: str, span: SourceSpan) -> Value:
        """`value.name`, with what is known of the objects of libraries."""
        if isinstance(value, Symbolic) and self.knowledge.libraries is not None:
            given = self.knowledge.libraries.attribute(self, value, name)
            if given is not None:
                return given
        if (
            isinstance(value, ClassValue)
            and self.knowledge.libraries is not None
            and self.class_attribute(value, name) is None
        ):
            table = self.knowledge.libraries.of_class(self, value)
            if table is not None:
                return self.attribute(table, name, span)
        if isinstance(value, Pointer):
            found = self.state.peek(value)
            if (
                isinstance(found, Instance)
                and isinstance(found.of, External)
                and name not in found.attributes
            ):
                handler = self.knowledge.attributes.get((found.of.name, name))
                if handler is not None:
                    return handler(self, value, span)
            if isinstance(found, Instance) and isinstance(found.of, ClassValue):
                inherited = self._inherited(value, found, name, span)
                if inherited is not None:
                    return inherited
        return super().attribute(value, name, span)

    def _inherited(self, pointer: Pointer, instance: Instance, name: str, span: SourceSpan) -> Value | None:
        """What an object of a class of the script has from the library's class that it extends; None if nothing."""
        own = isinstance(instance.of, ClassValue) and self.class_attribute(instance.of, name) is not None
        library = library_class(instance.of)
        if own or name in instance.attributes or library is None:
            return None
        handler = self.knowledge.attributes.get((library, name))
        if handler is not None:
            return handler(self, pointer, span)
        return Method(pointer, name) if (library, name) in self.knowledge.methods else None

    def special(self, value: Value, name: str, arguments: Arguments, span: SourceSpan) -> Value | None:
        """What a special method (`__iter__`, ...) of a library's object gives; None if nothing is known of that."""
        found = self.state.peek(value) if isinstance(value, Pointer) else None
        if not (
            isinstance(value, Pointer) and isinstance(found, Instance) and isinstance(found.of, External)
        ):
            return None
        handler = self.knowledge.methods.get((found.of.name, name))
        return None if handler is None else handler(self, value, arguments, span)

    def index_object(self, pointer: Pointer, key: Value, span: SourceSpan) -> Value:
        """`object[key]` of an object of a library."""
        found = self.state.get(pointer)
        of = found.of.name if isinstance(found, Instance) and isinstance(found.of, External) else ""
        handler = self.knowledge.methods.get((of, "__getitem__"))
        if handler is None:
            return self.gap("HS102", f"indexing {of or 'an object of a class'} is not known", span)
        return handler(self, pointer, Arguments((key,), {}), span)

    def object_truth(self, pointer: Pointer, span: SourceSpan) -> Expression:
        """The truth value of an object of a library."""
        found = self.state.get(pointer)
        of = found.of.name if isinstance(found, Instance) and isinstance(found.of, External) else ""
        handler = self.knowledge.methods.get((of, "__bool__"))
        if handler is None:
            return self.snapshot(self.gap("HS102", f"the truth value of {of} is not known", span), span)
        return operators.truth(self, handler(self, pointer, Arguments((), {}), span), span)

    def assign_object_item(self, pointer: Pointer, key: Value, value: Value, span: SourceSpan) -> bool:
        """`object[key] = value` of an object of a library; False if nothing is known of that."""
        found = self.state.get(pointer)
        of = found.of.name if isinstance(found, Instance) and isinstance(found.of, External) else ""
        handler = self.knowledge.methods.get((of, "__setitem__"))
        if handler is not None:
            handler(self, pointer, Arguments((key, value), {}), span)
        return handler is not None

    def call(self, function: Value, arguments: Arguments, span: SourceSpan) -> Value:
        """Calls a function value."""
        rest = arguments.rest
        match function:
            case External() | Method() if rest is not None and not (
                arguments.positional or arguments.keywords or getattr(function, "name", "") == "format"
            ):
                return rest
            case Unknown():
                return self._not_followed(function, arguments, span)
            case EitherValue():
                return for_each(self, function, lambda one: self.call(one, arguments, span), span)
            case External(name=name):
                handler = self.knowledge.functions.get(name)
                if handler is not None:
                    return handler(self, arguments, span)
                if self.knowledge.libraries is not None:
                    described = self.knowledge.libraries.call(self, name, arguments, span)
                    if described is not None:
                        return described
                shown = name.removeprefix("builtins.")
                return self._not_followed(Unknown("HS102", f"{shown} is not known", span), arguments, span)
            case FunctionValue():
                return self._call_function(function, arguments, span)
            case ClassValue():
                return self._instantiate(function, arguments, span)
            case Method(receiver=receiver, name=name):
                return self._call_method(receiver, name, arguments, span)
            case Symbolic(expression=expression) if self.is_supposed(expression):
                return function
            case Pointer() if (called := self.special(function, "__call__", arguments, span)) is not None:
                return called
            case _:
                return self._not_followed(
                    Unknown("HS101", "calling this value is not supported", span), arguments, span
                )

    def _not_followed(
        self, why: Unknown, arguments: Arguments, span: SourceSpan, held: tuple[Value, ...] = ()
    ) -> Unknown:
        given: tuple[Value, ...] = (*arguments.positional, *arguments.keywords.values())
        given += () if arguments.rest is None else (arguments.rest,)
        unknown = self.gap(why.code, why.reason, span, (*held, *given))
        for argument in given:
            containers.ruin(self, argument, unknown)
        self.given(given, unknown, span)
        return unknown

    def _call_method(self, receiver: Value, name: str, arguments: Arguments, span: SourceSpan) -> Value:
        if isinstance(receiver, Pointer):
            found = self.state.peek(receiver)
            if isinstance(found, Instance):
                of = library_class(found.of) or ""
                handler = self.knowledge.methods.get((of, name)) or self.knowledge.methods.get((of, "*"))
                if handler is not None:
                    return handler(self, receiver, arguments, span)
                held = tuple(found.attributes.values()) if of.startswith(_DATA_CLASSES) else ()
                unknown = self._not_followed(
                    Unknown("HS102", f"{of}.{name} is not known", span), arguments, span, held
                )
                containers.ruin(self, receiver, unknown)
                return unknown
        if isinstance(receiver, Symbolic) and self.knowledge.libraries is not None:
            described = self.knowledge.libraries.method(self, receiver, name, arguments, span)
            if described is not None:
                return described
        if isinstance(
            receiver, (FunctionValue, ClassValue, External, Method, GeneratorValue, CoroutineValue)
        ):
            return self._not_followed(
                Unknown("HS101", f"the method {name} of this value", span), arguments, span
            )
        return methods.method(self, receiver, name, arguments, span)

    def unknown_base(self, of: ClassValue) -> Value | None:
        """What a class extends that is no class of the script, and gives its objects more than nothing."""
        raise NotImplementedError

    def _instantiate(self, of: ClassValue, arguments: Arguments, span: SourceSpan) -> Value:
        if of.definition.decorators and not of.record:
            return self._not_followed(Unknown("HS101", "a decorated class", span), arguments, span)
        base = self.unknown_base(of)
        if base is not None:
            self._not_followed(
                Unknown("HS101", "a class that extends one not in this file", span), arguments, span
            )
        for special in ("__getattr__", "__getattribute__", "__setattr__", "__new__", "__slots__"):
            if self.class_attribute(of, special) is not None:
                return self._not_followed(Unknown("HS101", f"a class with {special}", span), arguments, span)
        instance = self.state.allocate(Instance(of, {}))
        self.instances.append(instance)
        self.keep_values(instance, of)
        initializer = self.class_attribute(of, "__init__")
        if base is not None and initializer is None:
            self.state.set(instance, Instance(of, dict(arguments.keywords)))
        elif isinstance(initializer, FunctionValue):
            self.call(replace(initializer, bound=instance), arguments, span)
        elif initializer is not None or arguments.positional or arguments.keywords:
            return self._not_followed(
                Unknown("HS101", "a class without a plain __init__", span), arguments, span
            )
        return instance

    def once(self, held: Value, call: Callable[[], Value], span: SourceSpan) -> Value:
        """What a call gives that is made where the list `held` is empty yet, and kept in it."""
        filled = operators.truth(self, held, span)

        def keep() -> None:
            methods.method(self, held, "append", Arguments((call(),), {}), span)

        if filled == Constant(value=False):
            keep()
        elif filled != Constant(value=True):
            self.branch(filled, lambda: None, keep, span)
        return containers.item(self, held, Known(0), span)

    def kept_value(self, instance: Pointer, name: str, getter: FunctionValue, span: SourceSpan) -> Value:
        """An attribute that is computed where it is first asked for, and kept."""
        held = self.state.read((instance.address, f"({name})"))
        if held is None:
            held = self.state.allocate(ListObject(()))
            self.state.write((instance.address, f"({name})"), held)
        return self.once(held, lambda: self.call(getter, Arguments((), {}), span), span)

    def keep_values(self, instance: Pointer, of: ClassValue) -> None:
        """Gives a new object the places of what it computes once and keeps."""
        for one in self.resolution(of):
            frame = self.state.get(one.attributes)
            for name, value in frame.names.items() if isinstance(frame, Frame) else ():
                if isinstance(value, FunctionValue) and value.binding == "once":
                    self.state.write((instance.address, f"({name})"), self.state.allocate(ListObject(())))

    def resolution(self, of: ClassValue) -> tuple[ClassValue, ...]:
        """The class and the script's classes that it extends, in method resolution order."""
        raise NotImplementedError

    def decorates(self, decorator: Value) -> bool:
        """True for something of a library of which is known what it makes of a function."""
        match decorator:
            case External(name=name):
                return name in self.knowledge.functions
            case Method(receiver=Pointer() as receiver, name=name):
                pass
            case Pointer() as receiver:
                name = "__call__"
            case _:
                return False
        found = self.state.peek(receiver)
        of = found.of if isinstance(found, Instance) else None
        return isinstance(of, External) and (of.name, name) in self.knowledge.methods

    def _call_wrapped(
        self, function: FunctionValue, why: Unknown, arguments: Arguments, span: SourceSpan
    ) -> Value:
        """A call through a decorator that is not known: a run ends ahead of it, and the function is read behind it.

        The decorator may give arguments of its own: those that are missing are not known.
        """
        unknown = self.gap(why.code, why.reason, span, (*arguments.positional, *arguments.keywords.values()))
        given = len(arguments.positional) + (function.bound is not None)
        defaults = {name for name, _ in function.defaults}
        missing = {
            parameter.name: self.supposed(unknown)
            for number, parameter in enumerate(function.definition.parameters)
            if parameter.kind in ("either", "keyword")
            and (number >= given or parameter.kind == "keyword")
            and parameter.name not in defaults
        }
        arguments = Arguments(arguments.positional, {**missing, **arguments.keywords})
        return self.call(replace(function, wrapped=None), arguments, span)

    def _call_function(self, function: FunctionValue, arguments: Arguments, span: SourceSpan) -> Value:
        if function.wrapped is not None:
            return self._call_wrapped(function, function.wrapped, arguments, span)
        if self.call_depth >= MAX_CALL_DEPTH:
            reason = f"calls nested more than {MAX_CALL_DEPTH} deep (recursion?)"
            return self._not_followed(Unknown("HS104", reason, span), arguments, span)
        definition = function.definition
        if self._recurs_in_loop(definition):
            reason = "a recursion within a loop, which data alone ends"
            return self._not_followed(Unknown("HS104", reason, span), arguments, span)
        if self._recurs_on_data(definition):
            reason = f"a recursion that data has not ended after {MAX_RECURSION_ON_DATA} calls"
            return self._not_followed(Unknown("HS104", reason, span), arguments, span)
        if isinstance(definition, FunctionDef) and definition.asynchronous and definition.generator:
            return self._not_followed(Unknown("HS101", "an asynchronous generator", span), arguments, span)
        names = self._bind_arguments(function, arguments, span)
        if names is None:
            return self._not_followed(
                Unknown("HS101", "this combination of arguments is not followed", span), arguments, span
            )
        frame = self.state.allocate(Frame(names, function.closure)).address
        self.stating.enter(frame, span, bound=function.bound is not None)
        if isinstance(definition, FunctionDef) and definition.generator:
            return GeneratorValue(function, frame)
        if isinstance(definition, FunctionDef) and definition.asynchronous:
            return CoroutineValue(function, frame)
        return self.run_function(function, frame)

    def _recurs_in_loop(self, definition: FunctionDef | FunctionExpr) -> bool:
        """True if the function runs already, and a kept loop of it leads here: each pass would go on for ever."""
        around = [frame for frame, running in self.scopes.functions if running is definition]
        return bool(around) and self.loops_around[around[-1]] < len(self.loops.around)

    def _recurs_on_data(self, definition: FunctionDef | FunctionExpr) -> bool:
        """True if the function has called itself again and again, each time by a condition of run time."""
        around = [self.called_at[frame] for frame, running in self.scopes.functions if running is definition]
        if len(around) < MAX_RECURSION_ON_DATA:
            return False
        places = pairwise((*around, self.control.here()))
        return sum(one != other for one, other in places) >= MAX_RECURSION_ON_DATA

    def emit(self, item: Item) -> None:
        """Adds an item to the current region; a request with the place where the script states it."""
        if isinstance(item, Request) and item.addressed:
            place = self.stating.called_from(item.span, self.scopes.functions)
            item = replace(item, called_from=place)
        super().emit(item)

    def run_function(self, function: FunctionValue, frame: int) -> Value:
        """Runs a function's body in a frame that holds its arguments."""
        definition = function.definition
        self.loops_around[frame] = len(self.loops.around)
        outer_frame, self.frame = self.frame, frame
        target = Target("function")
        self.called_at[frame] = here = self.control.here()
        self.control.targets.append(target)
        self.call_depth += 1
        self.scopes.functions.append((frame, definition))
        self.entered.add(definition.span)
        try:
            if isinstance(definition, FunctionExpr):
                return self.evaluate(definition.body)
            value: Value | None = NONE
            try:
                self.execute_block(definition.body)
            except PathEnds:
                value = None
            result = self.arrive(target, here, value)
            if not definition.generator:
                self._forget(frame, result)
            return self.guarded_secret(definition.name, result, definition.span) if result != NONE else result
        finally:
            self.scopes.functions.pop()
            self.call_depth -= 1
            self.control.targets.pop()
            self.frame = outer_frame

    def _forget(self, frame: int, result: Value) -> None:
        """Empties the name space of a call that has returned, unless a function in it lives on."""
        found = self.state.get(frame)
        if isinstance(found, Frame) and frame not in closures(self.state.heap, result):
            self.state.set(frame, Frame({}, found.outer))

    def is_local(self, frame: int, name: str) -> bool:
        """True if the name is a local of the function that the frame belongs to."""
        if self.scopes.functions:
            owner, definition = self.scopes.functions[-1]
            return owner == frame and isinstance(definition, FunctionDef) and name in definition.assigned
        return False

    def frame_of(self, name: str) -> int:
        """The name space of an assignment: that of a `global` or `nonlocal` name lies further out."""
        if self.scopes.functions:
            frame, definition = self.scopes.functions[-1]
            if frame == self.frame and isinstance(definition, FunctionDef) and name in definition.outer:
                found = self.state.get(frame)
                address = found.outer if isinstance(found, Frame) else None
                while address is not None:
                    outer = self.state.get(address)
                    if isinstance(outer, Frame):
                        if name in outer.names or outer.outer is None:
                            return address
                        address = outer.outer
        return self.frame

    def bind_around(self, name: str, value: Value, span: SourceSpan) -> None:
        """Assigns a name by `:=`, in the function around all generator expressions."""
        owners, scope = self.scopes.functions, self.scope_of_walrus()
        places = [number for number, (frame, _) in enumerate(owners) if frame == scope]
        self.scopes.functions = owners[: places[-1] + 1] if places else owners
        super().bind_around(name, value, span)
        self.scopes.functions = owners

    def _bind_arguments(
        self, function: FunctionValue, arguments: Arguments, span: SourceSpan
    ) -> dict[str, Value] | None:
        parameters = function.definition.parameters
        positional = list(arguments.positional)
        if function.bound is not None:
            positional.insert(0, function.bound)
        keywords = dict(arguments.keywords)
        defaults = dict(function.defaults)
        names: dict[str, Value] = {}
        for parameter in parameters:
            if parameter.kind == "keywords" and arguments.rest is not None and not keywords:
                names[parameter.name] = arguments.rest
            elif not self._bind_one(parameter, positional, keywords, defaults, names, span):
                of_rest = arguments.of_rest(parameter.name)
                if of_rest is None:
                    return None
                names[parameter.name] = of_rest
        return None if positional or keywords else names

    def _bind_one(
        self,
        parameter: ParameterDef,
        positional: list[Value],
        keywords: dict[str, Value],
        defaults: dict[str, Value],
        names: dict[str, Value],
        span: SourceSpan,
    ) -> bool:
        name = parameter.name
        match parameter.kind:
            case "rest":
                names[name] = TupleValue(tuple(positional))
                positional.clear()
                return True
            case "keywords":
                entries = tuple(MapItem(Known(key), value, None, span) for key, value in keywords.items())
                names[name] = self.state.allocate(MapObject(entries))
                keywords.clear()
                return True
        if positional and parameter.kind != "keyword":
            names[name] = self.guarded_secret(name, positional.pop(0), parameter.span)
            return name not in keywords
        if name in keywords and parameter.kind != "positional":
            names[name] = keywords.pop(name)
            return True
        if name in defaults:
            names[name] = self.guarded_secret(name, defaults[name], parameter.span)
            return True
        return False
