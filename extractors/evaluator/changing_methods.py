"""Methods that change a list or map in place which is known at run time only."""

from __future__ import annotations

from collections.abc import Callable

from extractors.evaluator import changes, operators
from extractors.evaluator.context import Context
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.parts import Arguments
from extractors.evaluator.paths import member
from extractors.evaluator.places import Replaced
from extractors.evaluator.state import choice
from extractors.evaluator.values import (
    NONE,
    Known,
    MapItem,
    MapObject,
    Method,
    Pointer,
    Symbolic,
    Value,
)
from extractors.ir import Attribute, CallExpr, Expr, Name
from migrate.model import Constant, Expression, RecordExpression, SequenceExpression, SourceSpan, Unmapped

Change = Callable[[Context, Value, tuple[Value, ...], SourceSpan], Value | None]


def changing_method(
    context: Context, receiver: Value, name: str, arguments: Arguments, span: SourceSpan
) -> Value | None:
    """What a method that changes its receiver gives; None for other methods, and other uses of these."""
    method = _METHODS.get(name)
    if name == "update" and arguments.keywords:
        entries = tuple(MapItem(Known(key), value, None, span) for key, value in arguments.keywords.items())
        last = context.state.allocate(MapObject(entries))
        return _each(context, receiver, (*arguments.positional, last), span)
    if method is None or arguments.keywords:
        return None
    return method(context, receiver, arguments.positional, span)


def _each(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    for value in values:
        found = _update(context, receiver, (value,), span)
        if found != NONE:
            return found
    return NONE


def _append(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    if len(values) != 1:
        return None
    value = context.data(values[0], span)

    def made(old: Expression) -> Expression:
        if _is(context, receiver, old, "list"):
            return operators.call("python.add", old, SequenceExpression(items=(value,)))
        return operators.call("python.appended", old, value)

    return changes.change(context, receiver, made, "none", span) or NONE


def _insert(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    match values:
        case (Known(value=int() as position), value) if _is_list(context, receiver, span):
            added, at = context.data(value, span), Constant(value=int(position))
        case _:
            return None
    none = Constant(value=None)

    def made(old: Expression) -> Expression:
        before = operators.call("python.slice", old, none, at)
        after = operators.call("python.slice", old, at, none)
        return operators.call(
            "python.add", operators.call("python.add", before, SequenceExpression(items=(added,))), after
        )

    return changes.change(context, receiver, made, "any", span) or NONE


def _extend(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    if len(values) != 1:
        return None
    context.state.freeze_contents(values[0])
    added = context.symbolic(operators.call("python.iterate", context.contents(values[0], span)), span)
    more = context.data(added, span)

    def made(old: Expression) -> Expression:
        function = "python.add" if _is(context, receiver, old, "list") else "python.extended"
        return operators.call(function, old, more)

    return changes.change(context, receiver, made, "none", span) or NONE


def added_in_place(context: Context, old: Symbolic, value: Value, span: SourceSpan) -> Value | None:
    """What a name holds after `name += value`, where it may hold a list that others hold too; None if that is unclear.

    A list changes in place. Texts and numbers are added to a new value, which the others do not get: a run that
    comes to that stops there.
    """
    if isinstance(changes.place_of(context, old), str):
        return None
    context.state.freeze_contents(value)
    more = context.contents(value, span)
    checked = context.symbolic(operators.call("python.add_in_place", old.expression, more), span)
    if not isinstance(checked, Symbolic):
        return None
    reason = "+= on a value that is no list, but held under other names"

    def made(before: Expression) -> Expression:
        added = operators.call("python.add_in_place", before, more)
        if context.type_of(before) == "list":
            return added
        is_list = operators.call("identical_type", before, Constant(value="list"))
        return choice(is_list, added, Unmapped(code="HS101", reason=reason, span=span))

    lost = changes.change(context, old, made, "none", span)
    return lost or _again(context, old)


def _update(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    if len(values) != 1:
        return None
    found = context.state.get(values[0]) if isinstance(values[0], Pointer) else None
    if isinstance(found, MapObject) and all(entry.when is None for entry in found.items):
        for entry in found.items:
            lost = changes.set_item(context, receiver, entry.key, entry.value, entry.span or span)
            if lost is not None:
                return lost
        return NONE
    other = context.contents(values[0], span)

    def made(old: Expression) -> Expression:
        known = _is(context, receiver, old, "map") and context.type_of(other) == "map"
        return operators.call("merge" if known else "python.updated", old, other)

    return changes.change(context, receiver, made, "any", span) or NONE


def _setdefault(
    context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan
) -> Value | None:
    if not 1 <= len(values) <= 2:
        return None
    key = context.data(values[0], span)
    default = context.data(values[1] if len(values) == 2 else NONE, span)
    lost = changes.change(
        context, receiver, lambda old: operators.call("python.with_default", old, key, default), "none", span
    )
    return lost or changes.item_of(context, _again(context, receiver), key, span)


def _pop(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    if len(values) == 2:
        key, default = context.snapshot(values[0], span), context.data(values[1], span)
        whole = context.contents(receiver, span)
        value = context.symbolic(operators.call("python.get", whole, key, default), span)
        gone = _gone(values[0])
        lost = changes.change(
            context, receiver, lambda old: operators.call("python.without_key", old, key), gone, span
        )
        return lost or value
    if len(values) == 1:
        key = context.snapshot(values[0], span)
    elif not values and _is_list(context, receiver, span):
        key = Constant(value=-1)
    else:
        return None
    value = context.symbolic(member(context.contents(receiver, span), key), span)
    gone = _gone(values[0]) if values else "any"
    lost = changes.change(
        context, receiver, lambda old: operators.call("python.without_item", old, key), gone, span
    )
    return lost or (Symbolic(value.expression) if isinstance(value, Symbolic) else value)


def _clear(context: Context, receiver: Value, values: tuple[Value, ...], span: SourceSpan) -> Value | None:
    whole = context.contents(receiver, span)
    for sort, empty in (("list", SequenceExpression(items=())), ("map", RecordExpression(entries=()))):
        if _is(context, receiver, whole, sort) and not values:
            return changes.change(context, receiver, lambda old, made=empty: made, "any", span) or NONE  # type: ignore[misc]  # bound in the loop
    return None


def _gone(key: Value) -> Replaced:
    """The key that a removal takes away; where it could be a position in a list, what follows moves."""
    return Constant(value=key.value) if isinstance(key, Known) and isinstance(key.value, str) else "any"


def _is(context: Context, receiver: Value, contents: Expression, sort: str) -> bool:
    """True if the receiver is known to be a list, or a map."""
    if isinstance(receiver, Pointer) and getattr(context.state.get(receiver), "sort", "") == sort:
        return True
    return context.type_of(contents) == sort


def _is_list(context: Context, receiver: Value, span: SourceSpan) -> bool:
    return _is(context, receiver, context.contents(receiver, span), "list")


def _again(context: Context, receiver: Value) -> Value:
    """The receiver after a change."""
    if isinstance(receiver, Symbolic):
        place = changes.place_of(context, receiver)
        if not isinstance(place, str):
            return context.refreshed(Symbolic(receiver.expression, place))
    return receiver


def ask_first(context: Context, function: Value, call: CallExpr) -> None:
    """Records that an object is asked for a method before the arguments of the call do something.

    Of what is neither list nor map there is no such method, and then nothing of the arguments is done.
    """
    if not isinstance(function, Method) or function.name not in CHANGING:
        return
    receiver = function.receiver
    if not isinstance(receiver, Symbolic) or context.is_supposed(receiver.expression):
        return
    caught = bool(context.control.failure_points)
    calls = (node for node in nodes_of(call.arguments) if isinstance(node, CallExpr))
    if any(caught or not _only_gives(one.function) for one in calls):
        asked = _ASKED.get(function.name)
        if asked is not None:
            context.symbolic(operators.call(asked[0], receiver.expression, *asked[1]), call.span)


def _only_gives(function: Expr) -> bool:
    match function:
        case Attribute(name=name) | Name(name=name):
            return name in _GIVING
        case _:
            return False


_GIVING = frozenset(
    {
        *("bool", "dict", "enumerate", "float", "int", "len", "list", "range", "reversed", "round", "sorted"),
        *(
            "str",
            "sum",
            "zip",
            "copy",
            "format",
            "items",
            "join",
            "json",
            "keys",
            "lower",
            "replace",
            "split",
        ),
        *("strip", "upper", "values"),
    }
)
"""Calls that send and write nothing, however they end."""
_ASKED: dict[str, tuple[str, tuple[Expression, ...]]] = {
    "append": ("python.extended", (SequenceExpression(items=()),)),
    "extend": ("python.extended", (SequenceExpression(items=()),)),
    "insert": ("python.extended", (SequenceExpression(items=()),)),
    "update": ("python.updated", (RecordExpression(entries=()),)),
    "setdefault": ("python.updated", (RecordExpression(entries=()),)),
}
"""Changes by nothing, which fail where there is no such method; lists and maps share `pop` and `clear`."""

CHANGING = frozenset({"append", "insert", "extend", "update", "setdefault", "pop", "clear"})
"""Methods that change their receiver in place."""

_METHODS: dict[str, Change] = {
    "append": _append,
    "insert": _insert,
    "extend": _extend,
    "update": _update,
    "setdefault": _setdefault,
    "pop": _pop,
    "clear": _clear,
}
