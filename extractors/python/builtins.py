"""Python's built-in functions as compositions over the kernel; what is not exact here is a gap."""

from __future__ import annotations

import builtins

from extractors.evaluator import Evaluator, Knowledge, operators, utf8
from extractors.evaluator.exits import exit_run
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    CollectionValue,
    External,
    Instance,
    Known,
    Pointer,
    Unknown,
    Value,
    ViewValue,
)
from extractors.python import attributes, functional, iteration, kinds
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
KNOWLEDGE.include(attributes.KNOWLEDGE)
KNOWLEDGE.include(iteration.KNOWLEDGE)
KNOWLEDGE.include(kinds.KNOWLEDGE)
KNOWLEDGE.include(functional.KNOWLEDGE)

for _name in vars(builtins):
    if isinstance(getattr(builtins, _name), type) and issubclass(getattr(builtins, _name), BaseException):
        KNOWLEDGE.values[f"builtins.{_name}"] = lambda context, span, name=_name: External(f"builtins.{name}")  # type: ignore[misc]  # bound in the loop


@KNOWLEDGE.function("builtins.len")
def _len(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or isinstance(arguments.positional[0], Unknown):
        return misfit(context, "len", arguments, span)
    value: Value = arguments.positional[0]
    fixed = context.fixed_items(value)
    if fixed is not None:
        return Known(len(fixed))
    size = utf8.size_of(context, value, span)
    if size is not None:
        return context.symbolic(size, span)
    length = context.special(value, "__len__", Arguments((), {}), span)
    if length is not None:
        return length
    if isinstance(value, CollectionValue):
        value = value.items
    if isinstance(value, ViewValue):
        value = value.of
    counted = context.state.members(value) or context.snapshot(value, span)
    return context.symbolic(operators.call("python.length", counted), span)


@KNOWLEDGE.method("builtins.bytes", "__bool__")
def _are_any(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The truth of bytes: that of the text that they hold, or else that there are some."""
    text = utf8.text_of(context, receiver)
    if text is not None:
        return text
    size = utf8.size_of(context, receiver, span)
    return (
        context.gap("HS102", "the truth value of bytes", span)
        if size is None
        else context.symbolic(size, span)
    )


@KNOWLEDGE.function("builtins.exit", "builtins.quit", "sys.exit")
def _exit(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    raise exit_run(context, arguments.positional[0] if arguments.positional else NONE, span)


def _register_decorator(name: str) -> None:
    @KNOWLEDGE.function(f"builtins.{name}")
    def make(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return misfit(context, name, arguments, span)


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
