"""Python's questions about types: `isinstance`, `type`, and methods that are asked of a type itself (`str.strip`)."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.alternatives import for_each
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import either
from extractors.evaluator.values import (
    FALSE,
    TRUE,
    ClassValue,
    CollectionValue,
    DataObject,
    EitherValue,
    External,
    Instance,
    Known,
    ListObject,
    MapObject,
    Method,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, SourceSpan

KNOWLEDGE = Knowledge()

_CLASSES = {
    "map": "dict",
    "list": "list",
    "text": "str",
    "boolean": "bool",
    "integer": "int",
    "float": "float",
    "null": "NoneType",
}
"""The class of the values of each type."""
_TYPES = {
    "dict": ("map",),
    "list": ("list",),
    "str": ("text",),
    "bool": ("boolean",),
    "int": ("integer", "boolean"),
    "float": ("float",),
    "NoneType": ("null",),
    "object": tuple(_CLASSES),
    "datetime.datetime": ("datetime",),
    "datetime.date": ("datetime", "date"),
    "datetime.timedelta": ("duration",),
    **dict.fromkeys(("tuple", "set", "frozenset", "bytes", "complex", "range", "bytearray"), ()),
}
"""The types whose values are instances of each built-in class; those of the last ones are no JSON."""
_ABSTRACT = {
    "collections.abc.Mapping": "dict",
    "collections.abc.MutableMapping": "dict",
    "typing.Mapping": "dict",
    "typing.Dict": "dict",
    "typing.List": "list",
    "types.NoneType": "NoneType",
}


def class_name(context: Evaluator, value: Value) -> str | None:
    """The name of the built-in class of a value; None where that depends on the data or it is another class."""
    match value:
        case Known(value=scalar):
            return type(scalar).__name__
        case TupleValue():
            return "tuple"
        case CollectionValue(sort="range" | "set" | "tuple" as sort):
            return sort
        case Symbolic(expression=expression) if not context.tuples.inside(expression):
            return _CLASSES.get(context.type_of(expression) or "")
        case Pointer():
            match context.state.get(value):
                case ListObject(sort=sort_):
                    return sort_
                case MapObject() | DataObject(sort="map"):
                    return "dict"
                case DataObject(sort="list"):
                    return "list"
    return None


@KNOWLEDGE.function("builtins.isinstance")
def _isinstance(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2 or arguments.keywords:
        return misfit(context, "isinstance", arguments, span)
    value, classes = arguments.positional
    if isinstance(value, EitherValue):
        return for_each(
            context, value, lambda one: _isinstance(context, Arguments((one, classes), {}), span), span
        )
    errors, wanted = _errors_apart(context, classes)
    if isinstance(value, Pointer) and context.is_caught(value):
        return (
            TRUE
            if errors & {"Exception", "BaseException"}
            else misfit(context, "isinstance", arguments, span)
        )
    if errors and isinstance(value, Symbolic) and context.may_be_error(value.expression):
        return misfit(context, "isinstance", arguments, span)
    if not wanted:
        return FALSE
    own = _ancestors(context, value)
    if own is not None:
        known = all(isinstance(one, ClassValue) or _builtin(one) is not None for one in wanted)
        if known:
            return TRUE if any(one in own or _builtin(one) == "object" for one in wanted) else FALSE
        return misfit(context, "isinstance", arguments, span)
    names = [_builtin(one) for one in wanted if not isinstance(one, ClassValue)]
    if any(name is None for name in names):
        return misfit(context, "isinstance", arguments, span)
    name = class_name(context, value)
    if name is not None:
        bases = {base.__name__ for base in getattr(builtins, name, object).__mro__}
        return TRUE if {name, "object", *bases} & set(names) else FALSE
    if not isinstance(value, Symbolic) or context.tuples.inside(value.expression):
        return misfit(context, "isinstance", arguments, span)
    if "object" in names:
        return TRUE
    result: Expression = Constant(value=False)
    for kind in dict.fromkeys(kind for name in reversed(names) for kind in reversed(_TYPES[name or ""])):
        result = either(operators.call("identical_type", value.expression, Constant(value=kind)), result)
    return context.symbolic(result, span)


def _errors_apart(context: Evaluator, classes: Value) -> tuple[set[str], list[Value]]:
    """The kinds of errors among the classes, which no data is one of, and the other classes."""
    kinds: set[str] = set()
    others: list[Value] = []
    for one in _flat(classes):
        kind = "BaseException" if one == External("builtins.BaseException") else context.kind(one)
        if kind is None or isinstance(one, ClassValue):
            others.append(one)
        else:
            kinds.add(kind)
    return kinds, others


def _flat(classes: Value) -> Iterator[Value]:
    if isinstance(classes, TupleValue):
        for one in classes.items:
            yield from _flat(one)
    else:
        yield classes


def _builtin(of: Value) -> str | None:
    """The name of a built-in class."""
    if not isinstance(of, External):
        return None
    name = _ABSTRACT.get(of.name, of.name.removeprefix("builtins."))
    return name if name in _TYPES else None


def _ancestors(context: Evaluator, value: Value) -> list[Value] | None:
    """The classes of the script that an instance is one of; None for anything else."""
    found = context.state.get(value) if isinstance(value, Pointer) else None
    if not isinstance(found, Instance) or not isinstance(found.of, ClassValue):
        return None
    found_: list[Value] = []
    waiting: list[Value] = [found.of]
    while waiting:
        one = waiting.pop()
        found_.append(one)
        if isinstance(one, ClassValue):
            waiting.extend(one.bases)
    return found_


@KNOWLEDGE.function("builtins.type")
def _type(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords:
        return misfit(context, "type", arguments, span)
    value = arguments.positional[0]
    name = class_name(context, value)
    if name is not None:
        return External(f"builtins.{name}")
    if (own := _ancestors(context, value)) is not None:
        return own[0]
    if not isinstance(value, Symbolic) or context.tuples.inside(value.expression):
        return misfit(context, "type", arguments, span)
    if context.may_be_time(value.expression):
        return misfit(context, "type", arguments, span)
    *kinds, last = _CLASSES.items()
    found: Value = External(f"builtins.{last[1]}")
    for kind, of in reversed(kinds):
        test = operators.call("identical_type", value.expression, Constant(value=kind))
        found = EitherValue(test, External(f"builtins.{of}"), found)
    return found


def _register_name(of: str) -> None:
    def name(context: Evaluator, span: SourceSpan) -> Value:
        return Known(of)

    KNOWLEDGE.values[f"builtins.{of}.__name__"] = name


def _register_method(name: str) -> None:
    @KNOWLEDGE.function(f"builtins.str.{name}")
    def call(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        if not arguments.positional or isinstance(arguments.positional[0], Unknown):
            return misfit(context, f"str.{name}", arguments, span)
        text, *others = arguments.positional
        kind = class_name(context, text)
        if kind is None and not isinstance(text, Symbolic):
            return misfit(context, f"str.{name}", arguments, span)

        def other_type() -> None:
            raise context.fail("TypeError", f"str.{name} of a value that is no text", span)

        if kind is None:
            test = operators.call("identical_type", context.snapshot(text, span), Constant(value="text"))
            context.branch(test, lambda: None, other_type, span)
        elif kind != "str":
            other_type()
        return context.call(Method(text, name), Arguments(tuple(others), arguments.keywords), span)


for _name in _TYPES:
    _register_name(_name)
for _name in dir(str):
    if not _name.startswith("_") and _name != "maketrans":
        _register_method(_name)
