"""Classes of errors: Python's own, those of libraries, and those that a script defines."""

from __future__ import annotations

import builtins
from typing import ClassVar

from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.statements import Statements
from extractors.evaluator.values import (
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Pointer,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import (
    Assign,
    Attribute,
    CallExpr,
    ClassDef,
    ExpressionStatement,
    FunctionDef,
    LiteralExpr,
    Name,
    Pass,
    Stmt,
)
from migrate.model import SourceSpan
from migrate.model.errors import ERRORS, is_a


class ErrorClasses(Statements):
    """The part of the evaluator that knows what a class of errors is."""

    CAUGHT: ClassVar = External("builtins.Exception")
    """The class of the object of a caught error."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.error_classes: dict[str, tuple[ClassValue, str]] = {}
        """The script's own classes of errors by name, each with the kind that it extends."""

    def kinds(self, matched: Value) -> tuple[str, ...] | None:
        """The kinds that `except matched` handles, () for all errors; None where that is not known."""
        if isinstance(matched, TupleValue):
            found = [self.kinds(item) for item in matched.items]
            known = [one for one in found if one is not None]
            if len(known) < len(found):
                return None
            return () if () in known else tuple(dict.fromkeys(kind for one in known for kind in one))
        if matched == External("builtins.BaseException"):
            return ()
        kind = self.kind(matched)
        if kind is None or kind == "Exception":
            return None if kind is None else ()
        special = (name for name in self.error_classes if name != kind and self._extends(name, kind))
        return (kind, *special)

    def _extends(self, kind: str, general: str) -> bool:
        own = self.error_classes.get(kind)
        return is_a(kind, general) or (own is not None and self._extends(own[1], general))

    def kind(self, of: Value) -> str | None:
        """The kind that a class of errors stands for; None for what is none, or not known."""
        match of:
            case External(name=name) if name.startswith("builtins."):
                own = getattr(builtins, name.removeprefix("builtins."), None)
                return own.__name__ if isinstance(own, type) and own.__name__ in ERRORS else None
            case External(name=name):
                name = name.removeprefix("requests.packages.")  # where it keeps urllib3
                library, _, rest = name.partition(".")
                kind = f"{library}.{rest.rpartition('.')[2]}"
                return kind if kind in ERRORS else None
            case ClassValue():
                return self._own_kind(of)
            case _:
                return None

    def _own_kind(self, of: ClassValue) -> str | None:
        """A class of the script that extends one known kind, and whose objects only keep what they are given."""
        name = of.definition.name
        if name in self.error_classes:
            return name if self.error_classes[name][0] == of else None
        parent = self.kind(of.bases[0]) if len(of.bases) == 1 else None
        if parent is None or name in ERRORS or of.definition.decorators or not self._only_keeps(of):
            return None
        self.error_classes[name] = (of, parent)
        return name

    def _only_keeps(self, of: ClassValue) -> bool:
        maker = self.class_attribute(of, "__init__")
        definition = maker.definition if isinstance(maker, FunctionValue) else None
        return maker is None or (
            isinstance(definition, FunctionDef) and all(_keeps(one) for one in definition.body)
        )

    def define_class(self, definition: ClassDef) -> Value:
        """As it is; what extends a class of errors is known from here on."""
        made = super().define_class(definition)
        self.kind(made)
        return made

    def is_caught(self, pointer: Pointer) -> bool:
        """True for the object of a caught error."""
        found = self.state.get(pointer)
        return isinstance(found, Instance) and found.of == self.CAUGHT

    def attribute(self, value: Value, name: str, span: SourceSpan) -> Value:
        """`value.name`; of a caught error only its answer is known."""
        known = isinstance(value, Pointer) and self.state.read((value.address, name)) is not None
        if isinstance(value, Pointer) and self.is_caught(value) and not known:
            answer = self.state.read((value.address, "response"))
            found = self.state.peek(answer) if isinstance(answer, Pointer) else None
            of = found.of if isinstance(found, Instance) else None
            if answer is not None and isinstance(of, External) and of.name in self.knowledge.refused_answers:
                return self.attribute(answer, name, span)
            return Unknown("HS105", f"the attribute {name} of a caught error", span)
        return super().attribute(value, name, span)


def _keeps(statement: Stmt) -> bool:
    """`self.x = x`, `super().__init__(...)`, a docstring, `pass`."""
    match statement:
        case Assign(targets=(Attribute(value=Name()),), value=Name() | LiteralExpr()):
            return True
        case ExpressionStatement(
            value=CallExpr(function=Attribute(value=CallExpr(function=Name(name="super")), name="__init__"))
        ):
            return True
        case ExpressionStatement(value=LiteralExpr()) | Pass():
            return True
        case _:
            return False
