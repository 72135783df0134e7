"""Methods of a column of a data frame: what becomes of its values."""

from __future__ import annotations

from extractors.evaluator import Evaluator, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import FunctionValue, Symbolic, Value
from migrate.model import SourceSpan

ACCESSORS = frozenset({"str", "dt", "cat", "values"})
"""Attributes of a column that only lead to more methods of it."""
_TEXTS = {"lower": "python.lower", "upper": "python.upper", "strip": "python.strip", "title": "python.title"}


def of_column(
    context: Evaluator, column: Symbolic, name: str, arguments: Arguments, span: SourceSpan
) -> Value:
    """What a method of a column gives: the result of a function that is applied to it, else the column again."""
    given = arguments.positional[0] if arguments.positional else None
    if name in ("apply", "map", "transform") and isinstance(given, FunctionValue):
        return context.call(given, Arguments((column,), {}), span)
    function = _TEXTS.get(name)
    if function is not None and not arguments.positional:
        return Symbolic(operators.call(function, column.expression))
    return column
