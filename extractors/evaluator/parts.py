"""What the parts of the evaluator ask of each other, wherever it is defined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from extractors.evaluator.values import ClassValue, GeneratorValue, Pointer, Symbolic, Unknown, Value
from extractors.ir import Block, Expr, Spread
from migrate.model import Call, Constant, Expression, SourceSpan

AFTER_ERROR = "(after error)"
"""The special method that names what a `with` statement does with its manager after an error in its body."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of a call; behind a gap also the `rest`, of which the number or the names are not known."""

    positional: tuple[Value, ...]
    keywords: dict[str, Value]
    rest: Symbolic | None = None

    def of_rest(self, key: str | int) -> Value | None:
        """What the rest may hold for a parameter, or at a place; None where all that is given is known."""
        if self.rest is None:
            return None
        return Symbolic(Call(function="python.member", arguments=(self.rest.expression, Constant(value=key))))

    def bind(self, *names: str) -> dict[str, Value] | None:
        """Values by parameter name; None if the call does not fit."""
        if len(self.positional) > len(names):
            return None
        bound = dict(zip(names, self.positional, strict=False))
        for name, value in self.keywords.items():
            if name in bound or name not in names:
                return None
            bound[name] = value
        return bound


class Parts(ABC):
    """The operations that stand in one part and are used in parts below it."""

    @abstractmethod
    def evaluate(self, expression: Expr) -> Value:
        """The value of an expression; its effects go to the current region."""

    @abstractmethod
    def execute_block(self, block: Block) -> None:
        """Runs statements; raises `PathEnds` when no path leads to their end."""

    @abstractmethod
    def call(self, function: Value, arguments: Arguments, span: SourceSpan) -> Value:
        """Calls a function value."""

    @abstractmethod
    def index_object(self, pointer: Pointer, key: Value, span: SourceSpan) -> Value:
        """`object[key]` of an object of a library."""

    @abstractmethod
    def object_truth(self, pointer: Pointer, span: SourceSpan) -> Expression:
        """The truth value of an object of a library."""

    @abstractmethod
    def assign(self, target: Expr | Spread, value: Value) -> None:
        """`target = value`."""

    @abstractmethod
    def assign_object_item(self, pointer: Pointer, key: Value, value: Value, span: SourceSpan) -> bool:
        """`object[key] = value` of an object of a library; False if nothing is known of that."""

    @abstractmethod
    def special(self, value: Value, name: str, arguments: Arguments, span: SourceSpan) -> Value | None:
        """What a special method (`__iter__`, ...) of a library's object gives; None if nothing is known of that."""

    @abstractmethod
    def is_caught(self, pointer: Pointer) -> bool:
        """True for the object of a caught error."""

    @abstractmethod
    def caught_text(self, pointer: Pointer, function: str, span: SourceSpan) -> Value:
        """What `str` or `repr` make of a caught error."""

    @abstractmethod
    def given(self, values: Iterable[Value], unknown: Unknown, span: SourceSpan) -> None:
        """Code that is not known got the values: it may call the functions among them."""

    @abstractmethod
    def is_known(self, name: str) -> bool:
        """True if there is knowledge of the qualified name."""

    @abstractmethod
    def collect(self, generator: GeneratorValue, into: Pointer, span: SourceSpan) -> None:
        """Goes through a generator and appends what it gives to a list."""

    @abstractmethod
    def class_attribute(self, of: ClassValue, name: str) -> Value | None:
        """An attribute of a class or of its bases; None where there is none."""
