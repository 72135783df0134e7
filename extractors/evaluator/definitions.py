"""Definitions of functions and classes."""

from __future__ import annotations

from extractors.evaluator.imports import Imports
from extractors.evaluator.values import ClassValue, External, Frame, FunctionValue, Value
from extractors.ir import ClassDef, FunctionDef

_BINDINGS = {
    "builtins.staticmethod": "none",
    "builtins.classmethod": "class",
    "builtins.property": "property",
}


class Definitions(Imports):
    """The part of the evaluator that binds what is defined."""

    def define_function(self, definition: FunctionDef) -> Value:
        """The function that a definition makes, with its defaults evaluated."""
        binding, known = "instance", True
        match [self.evaluate(decorator) for decorator in definition.decorators]:
            case []:
                pass
            case [External(name=name)] if name in _BINDINGS and self.scopes.class_bodies:
                binding = _BINDINGS[name]
            case _:
                known = False
        defaults = tuple(
            (p.name, self.evaluate(p.default)) for p in definition.parameters if p.default is not None
        )
        made = FunctionValue(definition, self.closure(), defaults, binding=binding)
        if known:
            return made
        self.set_aside.append(made)
        return self.unknown("HS101", f"the decorated function {definition.name}", definition.span)

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
        bases = tuple(self.evaluate(base.value) for base in definition.bases)
        if any(base.keyword is not None for base in definition.bases):
            return self.unknown("HS101", f"the class {definition.name} with a metaclass", definition.span)
        if len(bases) > 1:
            return self.unknown("HS101", f"the class {definition.name} with several bases", definition.span)
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
        return ClassValue(definition, attributes.address, bases)
