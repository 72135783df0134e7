"""Python's built-in functions as compositions over the kernel; what is not exact here is a gap."""

from __future__ import annotations

import builtins

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.context import Arguments
from extractors.evaluator.exits import exit_run
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import (
    NONE,
    External,
    Instance,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.python.scalars import misfit as _misfit
from migrate.model import Constant, SourceSpan

KNOWLEDGE = Knowledge()

for _name in vars(builtins):
    if isinstance(getattr(builtins, _name), type) and issubclass(getattr(builtins, _name), BaseException):
        KNOWLEDGE.values[f"builtins.{_name}"] = lambda context, span, name=_name: External(f"builtins.{name}")  # type: ignore[misc]  # bound in the loop
MAX_RANGE = 64


@KNOWLEDGE.function("builtins.len")
def _len(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or isinstance(arguments.positional[0], Unknown):
        return _misfit(context, "len", arguments, span)
    value = arguments.positional[0]
    fixed = context.fixed_items(value)
    if fixed is not None:
        return Known(len(fixed))
    return context.symbolic(operators.call("python.length", context.snapshot(value, span)), span)


@KNOWLEDGE.function("builtins.dict")
def _dict(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    from extractors.evaluator import containers

    pointer = context.state.allocate(MapObject(()))
    if len(arguments.positional) > 1:
        return _misfit(context, "dict", arguments, span)
    for value in arguments.positional:
        found = context.state.get(value) if isinstance(value, Pointer) else None
        if isinstance(value, Symbolic) or isinstance(found, MapObject):
            # Only a map is merged; a list of pairs, which Python takes too, ends the run here with an error.
            if not isinstance(found, MapObject) and context.type_of(context.snapshot(value, span)) != "map":
                return context.gap("HS101", "dict() of a value that could be a list of pairs", span)
            containers.update_map(context, pointer, value, span)
        else:
            return _misfit(context, "dict", arguments, span)
    for name, value in arguments.keywords.items():
        containers.set_item(context, pointer, Known(name), context.guarded_secret(name, value, span), span)
    return pointer


@KNOWLEDGE.function("builtins.list", "builtins.tuple")
def _list(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if not arguments.positional and not arguments.keywords:
        return context.state.allocate(ListObject(()))
    if len(arguments.positional) == 1:
        value = arguments.positional[0]
        fixed = context.fixed_items(value)
        if fixed is not None:
            return context.state.allocate(ListObject(fixed))
        if isinstance(value, Symbolic):
            return context.symbolic(operators.call("python.iterate", value.expression), span)
    return _misfit(context, "list", arguments, span)


@KNOWLEDGE.function("builtins.range")
def _range(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    numbers = [v.value for v in arguments.positional if isinstance(v, Known) and isinstance(v.value, int)]
    if (
        len(numbers) == len(arguments.positional)
        and 1 <= len(numbers) <= 3
        and not (len(numbers) == 3 and numbers[2] == 0)
    ):
        made = range(*numbers)
        if len(made) <= MAX_RANGE:
            return TupleValue(tuple(Known(number) for number in made))
        return context.unknown("HS104", f"a range of more than {MAX_RANGE} numbers", span)
    return context.unknown("HS101", "a range that is known at run time only", span)


@KNOWLEDGE.function("builtins.enumerate")
def _enumerate(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) == 1 and not arguments.keywords:
        fixed = context.fixed_items(arguments.positional[0])
        if fixed is not None:
            return TupleValue(tuple(TupleValue((Known(i), one)) for i, one in enumerate(fixed)))
    return _lazily_unknown(context, "enumerate", span)


@KNOWLEDGE.function("builtins.zip")
def _zip(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    lists = [context.fixed_items(value) for value in arguments.positional]
    if not arguments.keywords and lists and all(one is not None for one in lists):
        return TupleValue(
            tuple(TupleValue(tuple(row)) for row in zip(*(one or () for one in lists), strict=False))
        )
    return _lazily_unknown(context, "zip", span)


def _lazily_unknown(context: Evaluator, name: str, span: SourceSpan) -> Unknown:
    return context.unknown("HS101", f"{name} of a list whose length is known at run time only", span)


@KNOWLEDGE.function("builtins.isinstance")
def _isinstance(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2 or not isinstance(arguments.positional[0], (Known, Symbolic)):
        return _misfit(context, "isinstance", arguments, span)
    value, kinds = arguments.positional
    if holds_tuple(context, value):
        return _misfit(context, "isinstance", arguments, span)
    names = {"str": ("text",), "int": ("integer", "boolean"), "float": ("float",), "bool": ("boolean",)}
    names |= {"list": ("list",), "dict": ("map",)}
    wanted: list[str] = []
    for kind in kinds.items if isinstance(kinds, TupleValue) else (kinds,):
        if not isinstance(kind, External) or kind.name.removeprefix("builtins.") not in names:
            return _misfit(context, "isinstance", arguments, span)
        wanted.extend(names[kind.name.removeprefix("builtins.")])
    result = None
    from extractors.evaluator.state import either

    for one in wanted:
        test = operators.call("identical_type", context.snapshot(value, span), Constant(value=one))
        result = test if result is None else either(result, test)
    assert result is not None
    return context.symbolic(result, span)


@KNOWLEDGE.function("builtins.print")
def _print(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Prints to the terminal: its arguments have been evaluated, and nothing that is carried over happens."""
    return NONE


@KNOWLEDGE.function("builtins.exit", "builtins.quit", "sys.exit")
def _exit(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    raise exit_run(context, arguments.positional[0] if arguments.positional else NONE, span)


def _register_decorator(name: str) -> None:
    @KNOWLEDGE.function(f"builtins.{name}")
    def make(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return _misfit(context, name, arguments, span)


for _name in ("staticmethod", "classmethod", "property"):
    _register_decorator(_name)

_EXCEPTIONS = ("Exception", "ValueError", "RuntimeError", "KeyError", "TypeError", "SystemExit")


def _register_class(name: str) -> None:
    @KNOWLEDGE.function(f"builtins.{name}")
    def make(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return context.state.allocate(Instance(External("builtins.Exception"), {}))


for _name in (*_EXCEPTIONS, "object"):
    _register_class(_name)


def _register_name(name: str) -> None:
    def external(context: Evaluator, span: SourceSpan) -> Value:
        return External(f"builtins.{name}")

    KNOWLEDGE.values.setdefault(f"builtins.{name}", external)


for _name in dir(builtins):
    if not _name.startswith("_"):
        _register_name(_name)
