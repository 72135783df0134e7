"""What a mapping rule does, in one word: the outermost of what happens to the value."""

from __future__ import annotations

from migrate.estate.inventory.rows import Transform
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    Reference,
    SecretReference,
    Unmapped,
    VariableReference,
)

_OF_FUNCTIONS: dict[str, Transform] = {
    "concat": "concat",
    "python.join": "concat",
    "python.format": "format",
    "python.zero_fill": "format",
    "python.left_justify": "format",
    "python.right_justify": "format",
    "python.center": "format",
    "python.round": "format",
    "python.lower": "lower",
    "python.casefold": "lower",
    "jq.ascii_downcase": "lower",
    "python.integer": "cast",
    "python.float": "cast",
    "python.text": "cast",
    "python.truth": "cast",
    "jq-1.6.tostring": "cast",
    "python.json_text": "cast",
}
_OF_TIMES = (
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
)
_MEMBERS = ("python.member", "python.get", "jq.field", "sqlite3.row_item")
_COPIES = (
    "python.iterate",
    "python.unpack",
    "python.json_value",
    "python.copy",
    "python.deep_copy",
    "python.values",
)
_TIMES_OF_STEPS = ("utc", "local", "seconds", "nanoseconds")


def transform_of(expression: Expression) -> Transform:
    """The word for an expression. A field with a default is a copy, as is a field out of a list."""
    match expression:
        case Constant():
            return "const"
        case Reference(part=part):
            return "date" if part in _TIMES_OF_STEPS else "copy"
        case VariableReference() | SecretReference() | LoopValue():
            return "copy"
        case Lookup():
            return "lookup"
        case Choice(test=Call(function="python.truth", arguments=(tested,)), then=then, otherwise=otherwise):
            if tested == then and isinstance(otherwise, Constant):
                return transform_of(then)
            return "conditional"
        case Choice():
            return "conditional"
        case Call(function=function, arguments=(container, key, *_)) if function in _MEMBERS:
            if not isinstance(key, Constant):
                return "lookup"
            return "copy" if isinstance(container, Unmapped) else transform_of(container)
        case Call(function=function, arguments=arguments):
            return _of_call(function, arguments)
        case _:
            return "other"


def _of_call(function: str, arguments: tuple[Expression, ...]) -> Transform:
    if function in _OF_TIMES:
        return "date"
    if function in _OF_FUNCTIONS:
        return _OF_FUNCTIONS[function]
    if function in _COPIES:
        return transform_of(arguments[0])
    if function == "python.add" and any(_is_text(one) for one in arguments):
        return "concat"
    return "other"


def _is_text(expression: Expression) -> bool:
    match expression:
        case Constant(value=str()) | Call(function="concat" | "python.text"):
            return True
        case Call(function="python.add", arguments=arguments):
            return any(_is_text(one) for one in arguments)
        case _:
            return False
