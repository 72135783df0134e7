"""What is known of libraries: what a call, method or attribute of theirs does, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from extractors.evaluator.context import Context
from extractors.evaluator.handed_on import HandOn
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import ClassValue, External, Pointer, Symbolic, Unknown, Value
from migrate.model import SourceSpan

FunctionHandler = Callable[[Any, Arguments, SourceSpan], Value]
MethodHandler = Callable[[Any, Pointer, Arguments, SourceSpan], Value]
AttributeHandler = Callable[[Any, Pointer, SourceSpan], Value]
SetterHandler = Callable[[Any, Pointer, str, Value, SourceSpan], None]


class Libraries(Protocol):
    """What is said of libraries whose calls are described, not run; None where nothing is."""

    def call(self, context: Any, name: str, arguments: Arguments, span: SourceSpan) -> Value | None:
        """A call of a function or class by its qualified name."""

    def method(
        self, context: Any, receiver: Symbolic, name: str, arguments: Arguments, span: SourceSpan
    ) -> Value | None:
        """A call of a method of something that such a call has given."""

    def attribute(self, context: Any, value: Symbolic, name: str) -> Value | None:
        """An attribute of something that such a call has given, where it is more than a field."""

    def of_class(self, context: Any, value: ClassValue) -> Value | None:
        """What a class of the script is that extends one of a library which makes it stand for a table."""

    def items(self, context: Any, value: Symbolic) -> Value | None:
        """What a loop over something that such a call has given goes through, where that is not the thing itself."""

    def sets(self, name: str) -> bool:
        """True for a setting of a library, such as `stripe.api_key`."""


class Knowledge:
    """What is known of libraries: functions by qualified name, methods by class and name, constants."""

    def __init__(self) -> None:
        self.functions: dict[str, FunctionHandler] = {}
        self.methods: dict[tuple[str, str], MethodHandler] = {}
        self.attributes: dict[tuple[str, str], AttributeHandler] = {}
        self.values: dict[str, Callable[[Any, SourceSpan], Value]] = {}
        self.libraries: Libraries | None = None
        self.settable: set[tuple[str, str]] = set()
        """Attributes of libraries' objects that only keep what is set."""
        self.setters: dict[tuple[str, str], SetterHandler] = {}
        """What setting an attribute of a library's object does; `*` stands for every other attribute."""
        self.refused_answers: set[str] = set()
        """Classes of answers that are themselves the error which is raised for their status."""
        self.handed_on: dict[str, HandOn] = {}
        """Classes whose objects never change, with what a loop carries of one."""
        self.plain_bases: set[str] = set()
        """Classes of libraries that a script extends, and that do nothing when an object is made."""

    def function(self, *names: str) -> Callable[[FunctionHandler], FunctionHandler]:
        """Registers what calling a function does."""

        def register(handler: FunctionHandler) -> FunctionHandler:
            self.functions.update(dict.fromkeys(names, handler))
            return handler

        return register

    def method(self, of: str, *names: str) -> Callable[[MethodHandler], MethodHandler]:
        """Registers what calling a method of a library's class does."""

        def register(handler: MethodHandler) -> MethodHandler:
            self.methods.update({(of, name): handler for name in names})
            return handler

        return register

    def sets(self, of: str, name: str) -> bool:
        """True if a script may set that attribute of a library's object, or any (`*`)."""
        return (of, name) in self.settable or (of, "*") in self.settable

    def setter(self, of: str, *names: str) -> Callable[[SetterHandler], SetterHandler]:
        """Registers what setting an attribute of a library's object does."""

        def register(handler: SetterHandler) -> SetterHandler:
            self.setters.update({(of, name): handler for name in names})
            return handler

        return register

    def include(self, other: Knowledge) -> None:
        """Takes over what another table knows."""
        self.functions.update(other.functions)
        self.methods.update(other.methods)
        self.attributes.update(other.attributes)
        self.values.update(other.values)
        self.libraries = other.libraries or self.libraries
        self.settable |= other.settable
        self.setters.update(other.setters)
        self.refused_answers |= other.refused_answers
        self.plain_bases |= other.plain_bases
        self.handed_on.update(other.handed_on)


def misfit(context: Context, name: str, arguments: Arguments, span: SourceSpan) -> Value:
    """The gap for a call that is not followed, with the reason for which an argument is unknown if one is."""
    given = (*arguments.positional, *arguments.keywords.values())
    for argument in given:
        if isinstance(argument, Unknown):
            return context.gap(argument.code, argument.reason, span, given)
    return context.gap("HS101", f"this call of {name}", span, given)


def library_class(of: Value) -> str | None:
    """The class of a library that a class is, or that a class of the script extends; None where there is none."""
    match of:
        case External(name=name):
            return name
        case ClassValue(bases=bases):
            return next((found for base in bases if (found := library_class(base)) is not None), None)
        case _:
            return None
