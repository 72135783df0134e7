"""Calls of the functions in `equivalents`: the evaluator follows their code as if it stood at the place of the call."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from extractors.evaluator import Evaluator
from extractors.evaluator.loops import CONSUMED
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    TRUE,
    Frame,
    FunctionValue,
    GeneratorValue,
    Symbolic,
    TupleValue,
    Value,
)
from extractors.ir import FunctionDef, Located
from extractors.python import equivalents
from extractors.python.front import lower
from migrate.diagnostics import Diagnostic
from migrate.model import SourceSpan


def follow(context: Evaluator, name: str, values: tuple[Value, ...], span: SourceSpan) -> Value:
    """The value of a call of the equivalent function; of a generator function, the generator."""
    function = FunctionValue(_at(name, span), context.state.allocate(Frame({})).address)
    return context.call(function, Arguments(values, {}), span)


def plain(context: Evaluator, value: Value) -> Value:
    """The list that an iterator of a whole list (`zip`, `reversed`, `iter`) goes through, where it has not begun.

    The iterator is gone through then. Anything else stays what it is.
    """
    if not (isinstance(value, GeneratorValue) and value.function.definition == _at_of(value)):
        return value
    held = context.state.read((value.frame, "iterable"))
    if (
        not isinstance(held, (Symbolic, TupleValue))
        or context.state.read((value.frame, CONSUMED)) is not None
    ):
        return value
    context.state.write((value.frame, CONSUMED), TRUE)
    return held


def _at_of(generator: GeneratorValue) -> FunctionDef:
    return _at("iterate", generator.function.definition.span)


@cache
def _definitions() -> dict[str, FunctionDef]:
    assert equivalents.__file__ is not None
    script = lower("equivalents.py", Path(equivalents.__file__).read_bytes())
    assert not isinstance(script, Diagnostic)
    return {statement.name: statement for statement in script.body if isinstance(statement, FunctionDef)}


@lru_cache(maxsize=1024)
def _at(name: str, span: SourceSpan) -> FunctionDef:
    """The definition with the place of the call as that of all its parts: gaps and steps name the script's line."""
    placed: FunctionDef = _placed(_definitions()[name], span)
    return placed


def _placed(node: Any, span: SourceSpan) -> Any:
    if isinstance(node, tuple):
        return tuple(_placed(one, span) for one in node)
    if not isinstance(node, Located):
        return node
    parts = {field.name: _placed(getattr(node, field.name), span) for field in fields(node)}
    return replace(node, **{**parts, "span": span})
