"""Texts made of values: `str`, `repr`, f-strings, format specifications and printf's notation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from extractors.evaluator.context import MAX_MADE_OF, Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import NotData
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.values import Known, MapObject, Pointer, Symbolic, TupleValue, Unknown, Value
from migrate.model import Call, Constant, Expression, SourceSpan, Unmapped, size_of
from migrate.secrets.recognition import looks_like_secret

_PLACE = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<layout>[#0 +-]*(?:\d+|\*)?(?:\.(?:\d+|\*)?)?)[hlL]?(?P<letter>.)",
    re.DOTALL,
)
_PRINTED: dict[str, Callable[[object], str]] = {
    "python.text": str,
    "python.representation": repr,
    "python.ascii": ascii,
}
CONVERSIONS = {"s": "python.text", "r": "python.representation", "a": "python.ascii"}
"""What `!s`, `!r` and `!a` of a format, and `%s`, `%r` and `%a`, make of a value."""


def text(context: Context, value: Value, span: SourceSpan, function: str = "python.text") -> Value:
    """`str(value)`, or what another function of `CONVERSIONS` makes of it."""
    if holds_tuple(context, value):
        return context.gap("HS101", "the text of a tuple", span)
    match value:
        case Known(value=bytes() | complex()):
            return context.unknown("HS101", "the text of bytes or of a complex number", span)
        case Known(value=scalar):
            return Known(_PRINTED[function](scalar))
        case Unknown():
            return replace(value, text=True)
        case Pointer() if context.is_caught(value):
            return context.caught_text(value, function, span)
        case Pointer() if function == "python.text":
            own = context.special(value, "__str__", Arguments((), {}), span)
            if own is not None:
                return own
    expression = context.snapshot(value, span)
    if context.may_be_error(expression):
        return Unknown("HS105", "the text of a caught error", span, text=True)
    if function == "python.text" and context.type_of(expression) == "text":
        return Symbolic(expression)
    return context.symbolic(Call(function=function, arguments=(expression,)), span)


def concatenate(context: Context, parts: list[Value], span: SourceSpan) -> Value:
    """Texts one after the other; every part is known to be a text. A part that a gap has left unknown stays one."""
    flat: list[Expression] = []
    for part in map(context.supposed, parts):
        if isinstance(part, Unknown):
            return replace(part, text=True, made_of=shape(context, parts))
        expression = context.snapshot(part, span)
        pieces = (
            expression.arguments
            if isinstance(expression, Call) and expression.function == "concat"
            else (expression,)
        )
        for piece in pieces:
            last = flat[-1] if flat else None
            if isinstance(piece, Constant) and isinstance(last, Constant):
                flat[-1] = Constant(value=str(last.value) + str(piece.value))
            else:
                flat.append(piece)
    flat = [piece for piece in flat if piece != Constant(value="")]
    if not flat:
        return Known("")
    if len(flat) == 1:
        return context.symbolic(flat[0], span)
    return context.symbolic(Call(function="concat", arguments=tuple(flat)), span)


def shape(context: Context, parts: list[Value]) -> tuple[Expression, ...]:
    """A text of which parts are not known, as far as it is; nothing where what is known could be a credential."""
    held: list[Expression] = []
    for part in parts:
        if isinstance(part, Unknown):
            known = likeness(context.state.data(part))
            bare = Unmapped(code=part.code, reason=part.reason, span=part.span)
            held += (bare,) if known is None else known.arguments
            continue
        try:
            held.append(context.state.data(part))
        except NotData:
            return ()
    made = Call(function="concat", arguments=tuple(held))
    texts = (one.value for one in held if isinstance(one, Constant))
    if size_of(made) > MAX_MADE_OF or any(looks_like_secret(str(one)) for one in texts):
        return ()
    return (made,)


def likeness(expression: Expression) -> Call | None:
    """The text that a text with parts that are not known is made of; None for anything else."""
    match expression:
        case Unmapped(reason=reason, made_of=(Call(function="concat") as made,)):
            unknown = (part for part in made.arguments if isinstance(part, Unmapped))
            return made if any(one.reason == reason for one in unknown) else None
        case _:
            return None


def formatted(context: Context, value: Value, specification: Value, span: SourceSpan) -> Value:
    """`format(value, specification)`."""
    if specification == Known(""):
        return text(context, value, span)
    for each in (value, specification):
        if isinstance(each, Unknown):
            return context.doubtful(each, span)
    if holds_tuple(context, value):
        return context.gap("HS101", "the format of a tuple", span)
    if isinstance(value, Known) and isinstance(specification, Known):
        return _folded(context, lambda: format(value.value, str(specification.value)), span)
    arguments = (context.snapshot(value, span), context.snapshot(specification, span))
    return context.symbolic(Call(function="python.format", arguments=arguments), span)


def _folded(context: Context, compute: Callable[[], str], span: SourceSpan) -> Value:
    try:
        return Known(compute())
    except (TypeError, ValueError, OverflowError) as failure:
        raise context.fail(type(failure).__name__, "a constant format", span) from None


def printf(context: Context, template: str, right: Value, span: SourceSpan) -> Value:
    """`template % right`, place by place; right is an `Unknown` only for a template that takes all values."""
    places = list(_places(template))
    if any(isinstance(place, re.Match) and "*" in place["layout"] for place in places):
        return context.gap("HS101", "%-formatting with a width that is a value", span)
    keyed = [place["key"] is not None for place in places if isinstance(place, re.Match)]
    if None in places or not keyed or (any(keyed) and not all(keyed)):
        return _printf_at_run_time(context, template, right, span)
    values = list(right.items) if isinstance(right, TupleValue) else [right]
    parts: list[Value] = []
    for place in places:
        if not isinstance(place, re.Match):
            parts.append(Known(place))
        elif place["key"] is not None:
            parts.append(_conversion(context, place, _of_key(context, right, place["key"], span), span))
        elif values:
            parts.append(_conversion(context, place, values.pop(0), span))
        else:
            raise context.fail("TypeError", "a constant format", span)
    if values and not any(keyed):
        raise context.fail("TypeError", "a constant format", span)
    return concatenate(context, parts, span)


def is_text(context: Context, value: Value) -> bool:
    """True for what is certain to be a text."""
    match value:
        case Known(value=str()):
            return True
        case Unknown(text=known):
            return known
        case Symbolic(expression=expression):
            return context.type_of(expression) == "text"
        case _:
            return False


def takes_all(template: str) -> bool:
    """True for a format with one place that takes every value but a tuple."""
    places = [place for place in _places(template) if not isinstance(place, str)]
    return len(places) == 1 and places[0] is not None and places[0]["letter"] in CONVERSIONS


def _places(template: str) -> list[str | re.Match[str] | None]:
    """The texts and the places of a format; None for what is neither."""
    found: list[str | re.Match[str] | None] = []
    position = 0
    while position < len(template):
        sign = template.find("%", position)
        if sign != position:
            position, start = (len(template) if sign < 0 else sign), position
            found.append(template[start:position])
        elif template.startswith("%%", position):
            found.append("%")
            position += 2
        else:
            place = _PLACE.match(template, position)
            found.append(place if place and place["letter"] in "diouxXeEfFgGcrsa" else None)
            position = place.end() if place else len(template)
    return found


def _printf_at_run_time(context: Context, template: str, right: Value, span: SourceSpan) -> Value:
    if holds_tuple(context, right):
        return context.gap("HS101", "%-formatting that is not followed", span)
    arguments = (Constant(value=template), context.snapshot(right, span))
    return context.symbolic(Call(function="python.modulo", arguments=arguments), span)


def _of_key(context: Context, right: Value, key: str, span: SourceSpan) -> Value:
    """What `%(key)s` takes from a map."""
    found = context.state.get(right) if isinstance(right, Pointer) else None
    if isinstance(found, MapObject):
        item = found.find(Known(key))
        if item is None:
            raise context.fail("KeyError", "a constant format", span)
        if item.when is None:
            return item.value
    if isinstance(right, TupleValue):
        raise context.fail("TypeError", "a constant format", span)
    arguments = (context.snapshot(right, span), Constant(value=key))
    return context.symbolic(Call(function="python.member", arguments=arguments), span)


def _conversion(context: Context, place: re.Match[str], value: Value, span: SourceSpan) -> Value:
    """One value, as a place of a format in printf's notation has it."""
    letter = place["letter"]
    if not place["layout"] and letter in CONVERSIONS:
        return text(context, value, span, CONVERSIONS[letter])
    if isinstance(value, Unknown):
        return replace(value, text=True) if letter in CONVERSIONS else context.doubtful(value, span)
    if holds_tuple(context, value):
        return context.gap("HS101", "the format of a tuple", span)
    single = f"%{place['layout']}{letter}"
    if isinstance(value, Known):
        return _folded(context, lambda: single % (value.value,), span)
    return _printf_at_run_time(context, single, value, span)
