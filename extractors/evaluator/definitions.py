"""Definitions of functions and classes."""

from __future__ import annotations

from dataclasses import replace

from extractors.evaluator.imports import Imports
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import ClassValue, External, Frame, FunctionValue, Method, Unknown, Value
from extractors.ir import ClassDef, Expr, FunctionDef

_BINDINGS = {
    "builtins.staticmethod": "none",
    "builtins.classmethod": "class",
    "builtins.property": "property",
    "abc.abstractproperty": "property",
    "functools.cached_property": "once",
}
_SAME = frozenset(
    {
        "functools.(wrapper)",
        "abc.abstractmethod",
        "typing.overload",
        "typing.override",
        "typing.final",
        "typing.no_type_check",
    }
)
"""Decorators that give the function that they get."""
_GENERIC = (External("typing.Generic"), External("typing.Protocol"))


class Definitions(Imports):
    """The part of the evaluator that binds what is defined."""

    def define_function(self, definition: FunctionDef) -> Value:
        """The function that a definition makes, with its defaults evaluated."""
        decorators = [self.evaluate(decorator) for decorator in definition.decorators]
        defaults = tuple(
            (p.name, self.evaluate(p.default)) for p in definition.parameters if p.default is not None
        )
        made: Value = FunctionValue(definition, self.closure(), defaults)
        for decorator, expression in zip(reversed(decorators), reversed(definition.decorators), strict=True):
            made = self._decorated(made, decorator, expression, definition)
        return made

    def _decorated(self, value: Value, decorator: Value, expression: Expr, definition: FunctionDef) -> Value:
        """What a decorator makes of a function."""
        span = definition.span
        match decorator, value:
            case External(name=name), _ if name in _SAME:
                return value
            case External(name=name), FunctionValue() if name in _BINDINGS and self.scopes.class_bodies:
                return replace(value, binding=_BINDINGS[name])
            case Method(receiver=FunctionValue(binding="property") as found, name="setter"), FunctionValue():
                return replace(found, setter=value)
            case ((FunctionValue() | ClassValue()), _):
                return self.call(decorator, Arguments((value,), {}), expression.span)
            case _ if self.decorates(decorator):
                return self.call(decorator, Arguments((value,), {}), expression.span)
            case _, FunctionValue():
                self.set_aside.append(value)
                reason = Unknown("HS101", f"the decorated function {definition.name}", span)
                return replace(value, wrapped=value.wrapped or reason)
            case _:
                return self.unknown("HS101", f"the decorated function {definition.name}", span)

    def closure(self) -> int:
        """The name space that a function closes over: that of a class body is passed over, as in Python."""
        found = self.state.get(self.frame)
        if (
            self.scopes.class_bodies
            and self.frame == self.scopes.class_bodies[-1]
            and isinstance(found, Frame)
            and found.outer is not None
        ):
            return found.outer
        return self.frame

    def define_class(self, definition: ClassDef) -> Value:
        """The class that a definition makes, its body run."""
        metaclasses = [base.value for base in definition.bases if base.keyword is not None]
        if any(self.evaluate(one) != External("abc.ABCMeta") for one in metaclasses):
            return self.unknown("HS101", f"the class {definition.name} with a metaclass", definition.span)
        bases = tuple(self.evaluate(base.value) for base in definition.bases if base.keyword is None)
        bases = tuple(base for base in bases if base not in _GENERIC)
        record = self.record_sort(definition, bases)
        outer = self.frame
        attributes = self.state.allocate(Frame({}, self.closure()))
        self.frame = attributes.address
        self.scopes.classes.add(self.frame)
        self.scopes.class_bodies.append(self.frame)
        try:
            self.execute_block(definition.body)
        finally:
            self.scopes.class_bodies.pop()
            self.frame = outer
        made = ClassValue(definition, attributes.address, bases, record)
        if record == "enum":
            self.make_members(made)
        return made
