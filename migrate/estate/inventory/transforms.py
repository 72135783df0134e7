"""What a mapping rule does to its sources, in one word: that of the function that is applied last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migrate.estate.inventory.rows import Transform
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    LoopValue,
    RecordExpression,
    SequenceExpression,
    Unmapped,
    walk,
)

_OF_FUNCTIONS: dict[str, Transform] = {
    "concat": "format",
    "python.join": "concat",
    "python.format": "format",
    "python.zero_fill": "format",
    "python.left_justify": "format",
    "python.right_justify": "format",
    "python.center": "format",
    "python.lower": "lower",
    "python.upper": "lower",
    "python.title": "lower",
    "python.capitalize": "lower",
    "python.swapcase": "lower",
    "python.casefold": "lower",
    "jq.ascii_downcase": "lower",
    "python.integer": "cast",
    "python.float": "cast",
    "python.text": "cast",
    "python.truth": "cast",
    "python.decode": "cast",
    "python.encode": "cast",
    "jq-1.6.tostring": "cast",
    "python.json_text": "cast",
}
_OF_TIMES = frozenset(
    {
        "python.datetime",
        "python.date",
        "python.iso_datetime",
        "python.iso_date",
        "python.iso_text",
        "python.parse_time",
        "python.format_time",
        "python.timestamp",
        "python.utc_from_timestamp",
        "python.local_from_timestamp",
        "python.date_of",
        "python.time_field",
        "python.with_fields",
        "python.aware",
        "python.naive",
        "python.at_offset",
        "python.times_as_text",
        "python.iso_weekday",
        "python.weekday",
    }
)
TIMES_OF_STEPS = ("utc", "local", "seconds", "nanoseconds")
"""Parts of a look at the clock."""


def of_function(function: str, arguments: tuple[Expression, ...]) -> Transform:
    """The word for a function that makes something new of its arguments."""
    if function in _OF_TIMES:
        return "date"
    word: Transform = _OF_FUNCTIONS.get(function, "other")
    if word in ("cast", "format") and any(_is_time(part) for one in arguments for part in walk(one)):
        return "date"
    if function == "concat" and len([one for one in arguments if not isinstance(one, Constant)]) == 0:
        return "const"
    if function == "python.add" and any(_is_text(one) for one in arguments):
        return "concat"
    if function == "python.modulo" and _is_text(arguments[0]):
        return "format"
    return word


def in_one(words: Iterable[Transform]) -> Transform:
    """The word for a value that is one of several: constants and copies stand back; what remains decides."""
    found = dict.fromkeys(words)
    for weak in ("const", "copy"):
        if len(found) > 1:
            found.pop(weak, None)
    return next(iter(found), "const") if len(found) < 2 else "conditional"


def sides(choice: Choice) -> Iterator[Expression]:
    """The sides of a choice that only gives a default: `x or ""`, or a variable that keeps its value. Else none."""
    match choice:
        case Choice(then=then, otherwise=LoopValue()):
            yield then
        case Choice(then=LoopValue(), otherwise=otherwise):
            yield otherwise
        case Choice(test=test, then=then, otherwise=default) if _is_there(test, then) and _is_default(
            default
        ):
            yield then
        case Choice(test=Call(function="not", arguments=(test,)), then=default, otherwise=otherwise) if (
            _is_there(test, otherwise) and _is_default(default)
        ):
            yield otherwise
        case Choice(test=Call(function="is_null", arguments=(tested,)), then=default, otherwise=otherwise):
            if tested == otherwise and _is_default(default):
                yield otherwise


def _is_default(value: Expression) -> bool:
    match value:
        case Constant() | SequenceExpression(items=()) | RecordExpression(entries=()):
            return True
        case _:
            return False


def _is_there(test: Expression, value: Expression) -> bool:
    """True for the test whether a value is there at all."""
    match test:
        case Call(function="python.truth", arguments=(tested,)):
            return tested == value
        case Call(function="not", arguments=(Call(function="is_null", arguments=(tested,)),)):
            return tested == value
        case _:
            return False


def _is_time(part: Expression) -> bool:
    return isinstance(part, Call) and part.function in _OF_TIMES


def _is_text(expression: Expression) -> bool:
    match expression:
        case (
            Constant(value=str()) | Call(function="concat" | "python.text" | "python.format" | "python.join")
        ):
            return True
        case Call(function="python.add", arguments=arguments):
            return any(_is_text(one) for one in arguments)
        case Unmapped(made_of=made_of):
            return any(_is_text(one) for one in made_of)
        case _:
            return False
