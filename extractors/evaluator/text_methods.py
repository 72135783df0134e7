"""The methods of `str`: computed where all is known, else kernel calls."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.evaluator import containers, texts, utf8
from extractors.evaluator.context import Context
from extractors.evaluator.control import PathEnds
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import either
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import (
    FALSE,
    NONE,
    Known,
    ListObject,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Call, Choice, Constant, Expression, SourceSpan
from migrate.model.functions import FUNCTIONS
from migrate.model.operands import NUMBERS


@dataclass(frozen=True)
class _Method:
    """A method that is one kernel function of the text and the arguments; these have names where Python allows it."""

    function: str
    names: tuple[str, ...] = ()
    defaults: tuple[Value, ...] = ()

    def arguments(self, given: Arguments) -> tuple[Value, ...] | None:
        """The arguments in order, without those left out at the end; None if the call does not fit."""
        if not self.names:
            return None if given.keywords else given.positional
        bound = given.bind(*self.names)
        if bound is None:
            return None
        last = max((self.names.index(name) + 1 for name in bound), default=0)
        return tuple(
            bound.get(name, default) for name, default in zip(self.names[:last], self.defaults, strict=False)
        )


_SPLITTING = (("sep", "maxsplit"), (NONE, Known(-1)))
_METHODS = {
    "strip": _Method("python.strip"),
    "lstrip": _Method("python.lstrip"),
    "rstrip": _Method("python.rstrip"),
    "removeprefix": _Method("python.remove_prefix"),
    "removesuffix": _Method("python.remove_suffix"),
    "split": _Method("python.split", *_SPLITTING),
    "rsplit": _Method("python.rsplit", *_SPLITTING),
    "splitlines": _Method("python.lines", ("keepends",), (FALSE,)),
    "partition": _Method("python.partition"),
    "rpartition": _Method("python.rpartition"),
    "join": _Method("python.join"),
    "replace": _Method("python.replace"),
    "startswith": _Method("python.starts_with"),
    "endswith": _Method("python.ends_with"),
    "find": _Method("python.find"),
    "rfind": _Method("python.rfind"),
    "index": _Method("python.index"),
    "rindex": _Method("python.rindex"),
    "count": _Method("python.count"),
    "lower": _Method("python.lower"),
    "upper": _Method("python.upper"),
    "title": _Method("python.title"),
    "capitalize": _Method("python.capitalize"),
    "casefold": _Method("python.casefold"),
    "swapcase": _Method("python.swapcase"),
    "isdigit": _Method("python.is_digit"),
    "isdecimal": _Method("python.is_decimal"),
    "isnumeric": _Method("python.is_numeric"),
    "isalpha": _Method("python.is_alpha"),
    "isalnum": _Method("python.is_alphanumeric"),
    "isspace": _Method("python.is_space"),
    "isupper": _Method("python.is_upper"),
    "islower": _Method("python.is_lower"),
    "isascii": _Method("python.is_ascii"),
    "ljust": _Method("python.left_justify"),
    "rjust": _Method("python.right_justify"),
    "center": _Method("python.center"),
    "zfill": _Method("python.zero_fill"),
}
_FIELD = re.compile(r"(?P<first>[^.\[\]]*)(?P<keys>(?:\[[^\]]+\])*)")


def method(
    context: Context, receiver: Value, name: str, arguments: Arguments, span: SourceSpan
) -> Value | None:
    """What a method of a text gives; None if the call is none of these. Neither it nor an argument is unknown."""
    if name == "format" and isinstance(receiver, Known) and isinstance(receiver.value, str):
        return _Template(context, arguments, span).fill(receiver.value)
    if name == "format" and isinstance(receiver, Symbolic):
        return _Template(context, arguments, span).fill_expression(receiver.expression)
    if name == "encode":
        return utf8.encode(context, receiver, arguments, span)
    found = _METHODS.get(name)
    values = found.arguments(arguments) if found else None
    if found is None or values is None:
        return None
    function = FUNCTIONS[found.function]
    if not function.minimum <= 1 + len(values) <= function.maximum:
        return None
    if isinstance(receiver, Known) and all(isinstance(value, Known) for value in values):
        return _folded(context, receiver, name, values, span)
    if name == "join" and isinstance(receiver, Known) and (known := _texts(context, values[0])) is not None:
        return Known(str(receiver.value).join(known))
    if name in ("startswith", "endswith") and isinstance(values[0], TupleValue):
        return _any_of(context, function.name, receiver, values[0].items, span)
    if name in ("index", "count") and any(holds_tuple(context, value) for value in values):
        return context.gap("HS101", "looking for a tuple", span)
    expressions = tuple(context.snapshot(value, span) for value in (receiver, *values))
    return context.symbolic(Call(function=function.name, arguments=expressions), span)


def _folded(context: Context, receiver: Known, name: str, values: Sequence[Value], span: SourceSpan) -> Value:
    scalars = [value.value for value in values if isinstance(value, Known)]
    try:
        result = getattr(receiver.value, name)(*scalars)
    except (TypeError, ValueError, OverflowError, MemoryError) as failure:
        raise context.fail(type(failure).__name__, "a constant expression", span) from None
    match result:
        case list():
            return context.state.allocate(ListObject(tuple(map(Known, result))))
        case tuple():
            return TupleValue(tuple(map(Known, result)))
        case _:
            return Known(result)


def _texts(context: Context, value: Value) -> list[str] | None:
    """The texts in a list, if it and all of them are known."""
    items = context.fixed_items(value) or ()
    found = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, str)]
    return found if items and len(found) == len(items) else None


def _any_of(
    context: Context, function: str, receiver: Value, items: tuple[Value, ...], span: SourceSpan
) -> Value:
    """`text.startswith((one, other))`: asked one by one, as Python does."""
    if not items or any(isinstance(item, (Unknown, TupleValue)) for item in items):
        return context.gap("HS101", "a prefix or suffix out of this tuple", span)
    text = context.snapshot(receiver, span)
    found: Expression | None = None
    for item in reversed(items):
        test = Call(function=function, arguments=(text, context.snapshot(item, span)))
        found = test if found is None else either(test, found)
    assert found is not None
    return context.symbolic(found, span)


def _is_written(expression: Expression) -> bool:
    """True if a text that stands in the script is a part of the text."""
    match expression:
        case Constant(value=str()):
            return True
        case Choice(then=then, otherwise=otherwise):
            return _is_written(then) and _is_written(otherwise)
        case Call(function="concat" | "python.add", arguments=arguments):
            return any(map(_is_written, arguments))
        case _:
            return False


def _holds_no_braces(context: Context, part: Expression) -> bool:
    """True for texts of numbers and of times, and for what is escaped for a URL."""
    match part:
        case Call(function="python.quote" | "python.quote_plus" | "python.iso_text"):
            return True
        case Call(function="python.text", arguments=(value,)):
            return context.type_of(value) in NUMBERS
        case _:
            return False


class _Template:
    """One call of `template.format(...)`."""

    def __init__(self, context: Context, arguments: Arguments, span: SourceSpan) -> None:
        self.context = context
        self.arguments = arguments
        self.span = span
        self.automatic = 0
        self.manual = False

    def fill(self, template: str, depth: int = 0) -> Value:
        """The text, or why there is none."""
        try:
            pieces = list(string.Formatter().parse(template))
        except ValueError:
            raise self._fail("ValueError") from None
        parts: list[Value] = []
        for head, field, specification, conversion in pieces:
            parts.append(Known(head))
            if field is not None:
                parts.append(self._part(field, specification or "", conversion, depth))
        return texts.concatenate(self.context, parts, self.span)

    def fill_expression(self, template: Expression) -> Value | None:
        """The text of a template of which parts are known at run time only; None if no part of it is a constant.

        A part that may hold braces itself is a gap, and taken for one without.
        """
        match template:
            case Constant(value=str() as text):
                return self.fill(text)
            case Choice(test=test, then=then, otherwise=otherwise) if _is_written(template):
                start = self.automatic, self.manual

                def side(of: Expression) -> Value:
                    self.automatic, self.manual = start
                    return self.fill_expression(of) or Symbolic(of)

                return self.context.select(test, lambda: side(then), lambda: side(otherwise), self.span)
            case Call(function="concat" | "python.add", arguments=arguments) if _is_written(template):
                parts = [self.fill_expression(one) or self._as_it_is(one) for one in arguments]
                return texts.concatenate(self.context, parts, self.span)
            case _:
                return None

    def _as_it_is(self, part: Expression) -> Value:
        """A part of a template that is known at run time only."""
        if _holds_no_braces(self.context, part):
            return Symbolic(part)
        reason = "the method format of a text that may hold braces known at run time only"
        return self.context.instead("HS101", reason, self.span, part)

    def _part(self, field: str, specification: str, conversion: str | None, depth: int) -> Value:
        found = _FIELD.fullmatch(field)
        if found is None:
            return self.context.gap("HS101", "a format that reads attributes", self.span)
        value = self._argument(found["first"])
        for key in re.findall(r"\[([^\]]+)\]", found["keys"]):
            index = Known(int(key) if key.isascii() and key.isdigit() else key)
            value = containers.item(self.context, value, index, self.span)
        if conversion is not None:
            if conversion not in texts.CONVERSIONS:
                raise self._fail("ValueError")
            value = texts.text(self.context, value, self.span, texts.CONVERSIONS[conversion])
        if "{" in specification and depth:
            raise self._fail("ValueError")
        form = self.fill(specification, depth + 1) if "{" in specification else Known(specification)
        return texts.formatted(self.context, value, form, self.span)

    def _argument(self, name: str) -> Value:
        """The argument of a field; fields without a name are numbered, unless others have numbers."""
        placed, index = name == "" or (name.isascii() and name.isdigit()), 0
        if placed:
            if self.manual is (name == "") and (self.automatic or self.manual):
                raise self._fail("ValueError")
            self.manual = name != ""
            index = int(name) if name else self.automatic
            self.automatic += name == ""
            if index < len(self.arguments.positional):
                return self.arguments.positional[index]
        elif name in self.arguments.keywords:
            return self.arguments.keywords[name]
        of_rest = self.arguments.of_rest(index if placed else name)
        if of_rest is None:
            raise self._fail("IndexError" if placed else "KeyError")
        return of_rest

    def _fail(self, error: str) -> PathEnds:
        return self.context.fail(error, "a constant format", self.span)
