"""Classes of the script: the order in which attributes are looked up, `super()`, special methods."""

from __future__ import annotations

from dataclasses import replace

from extractors.evaluator import operators
from extractors.evaluator.calls import Calls
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.parts import AFTER_ERROR, Arguments
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    External,
    Frame,
    FunctionValue,
    GeneratorValue,
    Instance,
    Known,
    Pointer,
    Symbolic,
    Value,
)
from extractors.ir import FunctionDef, Name, Return
from migrate.model import Constant, Expression, SourceSpan

SUPER = External("builtins.super")
_FOLLOWED = frozenset({"__enter__", "__exit__", "__iter__", "__len__", "__contains__", "__str__"})
_OWNER, _RECEIVER = "(owner)", "(receiver)"
_PLAIN_BASES = frozenset(
    map(
        External,
        ("builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"),
    )
)
"""Bases from elsewhere that give an object nothing of their own."""


class Classes(Calls):
    """The part of the evaluator that knows objects of classes."""

    # --- attributes of classes ---------------------------------------------------------------------------------

    def class_attribute(self, of: ClassValue, name: str) -> Value | None:
        """An attribute of a class or of its bases, in the order of the language (method resolution order)."""
        for one in self.resolution(of):
            attributes = self.state.get(one.attributes)
            if isinstance(attributes, Frame) and name in attributes.names:
                return attributes.names[name]
        return None

    def resolution(self, of: ClassValue) -> tuple[ClassValue, ...]:
        """The class and the script's classes that it extends, in method resolution order (C3)."""
        bases = [base for base in of.bases if isinstance(base, ClassValue)]
        lines = [list(self.resolution(base)) for base in bases] + [list(bases)]
        found = [of]
        while lines := [line for line in lines if line]:
            heads = (line[0] for line in lines)
            head = next((one for one in heads if not any(one in line[1:] for line in lines)), lines[0][0])
            found.append(head)
            lines = [[one for one in line if one != head] for line in lines]
        return tuple(found)

    def unknown_base(self, of: ClassValue) -> Value | None:
        """What a class extends that is no class of the script, and gives its objects more than nothing."""
        for one in self.resolution(of):
            for base in one.bases:
                plain = base in _PLAIN_BASES or (
                    isinstance(base, External) and base.name in self.knowledge.plain_bases
                )
                if not (isinstance(base, ClassValue) or plain or one.record):
                    return base
        return None

    # --- super -------------------------------------------------------------------------------------------------

    def super_of(self, arguments: Arguments, span: SourceSpan) -> Value | None:
        """`super()` in a method, or `super(Class, self)`; None where it is neither."""
        match arguments.positional:
            case ():
                return self._implied_super()
            case (ClassValue() as owner, receiver) if not arguments.keywords:
                return self._super(owner, receiver)
            case _:
                return None

    def _implied_super(self) -> Value | None:
        if not self.scopes.functions:
            return None
        frame, definition = self.scopes.functions[-1]
        found = self.state.get(frame)
        if not isinstance(found, Frame) or not definition.parameters:
            return None
        receiver = found.names.get(definition.parameters[0].name)
        of = self._class_of(receiver)
        if receiver is None or of is None:
            return None
        for one in self.resolution(of):
            if any(statement is definition for statement in one.definition.body):
                return self._super(one, receiver)
        return None

    def _super(self, owner: ClassValue, receiver: Value) -> Value | None:
        of = self._class_of(receiver)
        if of is None or owner not in self.resolution(of):
            return None
        return self.state.allocate(Instance(SUPER, {_OWNER: owner, _RECEIVER: receiver}))

    def _class_of(self, value: Value | None) -> ClassValue | None:
        if isinstance(value, ClassValue):
            return value
        found = self.state.peek(value) if isinstance(value, Pointer) else None
        return found.of if isinstance(found, Instance) and isinstance(found.of, ClassValue) else None

    def attribute(self, value: Value, name: str, span: SourceSpan) -> Value:
        """`value.name`; of `super()` what the classes behind its own have."""
        found = self.state.peek(value) if isinstance(value, Pointer) else None
        if isinstance(found, Instance) and found.of == SUPER:
            return self._of_super(found, name, span)
        return super().attribute(value, name, span)

    def _of_super(self, found: Instance, name: str, span: SourceSpan) -> Value:
        owner, receiver = found.attributes[_OWNER], found.attributes[_RECEIVER]
        of = self._class_of(receiver)
        assert of is not None
        assert isinstance(owner, ClassValue)
        line = self.resolution(of)
        for one in line[line.index(owner) + 1 :]:
            attributes = self.state.get(one.attributes)
            if isinstance(attributes, Frame) and name in attributes.names:
                return self._bound(attributes.names[name], receiver, of, span)
        if name == "__init__" and self.unknown_base(of) is None:
            return External("builtins.object.__init__")
        return self.gap("HS101", f"super().{name}, which no class of the script has", span)

    def _bound(self, value: Value, receiver: Value, of: ClassValue, span: SourceSpan) -> Value:
        """An attribute of a class as an object of it has it."""
        if not isinstance(value, FunctionValue):
            return value
        match value.binding:
            case "instance":
                return value if isinstance(receiver, ClassValue) else replace(value, bound=receiver)
            case "class":
                return replace(value, bound=of)
            case "property":
                return self.call(replace(value, bound=receiver), Arguments((), {}), span)
            case "once":
                return self.gap("HS101", "a property that keeps its value, by super()", span)
            case _:
                return value

    # --- special methods ---------------------------------------------------------------------------------------

    def own_special(self, value: Value, name: str) -> FunctionValue | None:
        """A special method that the class of an object defines, bound to it."""
        found = self.state.peek(value) if isinstance(value, Pointer) else None
        if not (isinstance(found, Instance) and isinstance(found.of, ClassValue)):
            return None
        method = self.class_attribute(found.of, name)
        plain = isinstance(method, FunctionValue) and method.binding == "instance"
        return replace(method, bound=value) if plain and isinstance(method, FunctionValue) else None

    def special(self, value: Value, name: str, arguments: Arguments, span: SourceSpan) -> Value | None:
        """As of a library's object; of an object of a class what its own method gives."""
        if name == AFTER_ERROR:
            leave = self.own_special(value, "__exit__")
            if leave is not None:
                return Known("__exit__")
        method = self.own_special(value, name) if name in _FOLLOWED else None
        if method is None:
            return super().special(value, name, arguments, span)
        match name:
            case "__enter__":
                leave = self.own_special(value, "__exit__")
                if leave is None or not _only_leaves(leave):
                    self.gap("HS105", "__exit__ that asks for the error or may keep it from going on", span)
            case "__exit__":
                arguments = Arguments((NONE, NONE, NONE), {})
            case "__str__" if self.own_special(value, "__format__") is not None:
                return self.gap("HS101", "the text of an object of a class with __format__", span)
        return self._checked(name, self.call(method, arguments, span), span)

    def _checked(self, name: str, given: Value, span: SourceSpan) -> Value:
        """What a special method gives, where it is of the sort that it must be of."""
        match name, given:
            case "__contains__", _:
                return self.symbolic(operators.truth(self, given, span), span)
            case "__iter__", GeneratorValue():
                return given
            case "__str__" | "__len__", Known() | Symbolic():
                wanted = "text" if name == "__str__" else "integer"
                if self.type_of(self.snapshot(given, span)) == wanted:
                    return given
            case "__enter__" | "__exit__", _:
                return given
        return self.gap("HS101", f"what {name} gives here", span)

    def index_object(self, pointer: Pointer, key: Value, span: SourceSpan) -> Value:
        """`object[key]`."""
        method = self.own_special(pointer, "__getitem__")
        if method is not None:
            return self.call(method, Arguments((key,), {}), span)
        fixed = self.fixed_items(pointer)
        if fixed is not None and isinstance(key, Known) and isinstance(key.value, int):
            if not -len(fixed) <= key.value < len(fixed):
                raise self.fail("IndexError", "a named tuple", span)
            return fixed[key.value]
        return super().index_object(pointer, key, span)

    def assign_object_item(self, pointer: Pointer, key: Value, value: Value, span: SourceSpan) -> bool:
        """`object[key] = value`; False if nothing is known of that."""
        method = self.own_special(pointer, "__setitem__")
        if method is None:
            return super().assign_object_item(pointer, key, value, span)
        self.call(method, Arguments((key, value), {}), span)
        return True

    def object_truth(self, pointer: Pointer, span: SourceSpan) -> Expression:
        """The truth value of an object."""
        for name in ("__bool__", "__len__"):
            method = self.own_special(pointer, name)
            if method is not None:
                return operators.truth(self, self.call(method, Arguments((), {}), span), span)
        found = self.state.get(pointer)
        if isinstance(found, Instance) and isinstance(found.of, ClassValue):
            return Constant(value=True)
        return super().object_truth(pointer, span)

    def call(self, function: Value, arguments: Arguments, span: SourceSpan) -> Value:
        """Calls a value; an object by its `__call__`."""
        method = self.own_special(function, "__call__") if isinstance(function, Pointer) else None
        return super().call(function if method is None else method, arguments, span)


def _only_leaves(method: FunctionValue) -> bool:
    """True for an `__exit__` that does the same after an error as without one, and lets the error go on."""
    definition = method.definition
    if not isinstance(definition, FunctionDef):
        return False
    own = {parameter.name for parameter in definition.parameters[1:]}
    nodes = tuple(nodes_of(definition.body))
    returned = any(isinstance(node, Return) and node.value is not None for node in nodes)
    return not returned and not any(isinstance(node, Name) and node.name in own for node in nodes)
