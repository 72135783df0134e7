"""Python's `re`.

Reads: `sub`, `search`, `match`, `fullmatch`, `findall`, `finditer`, `split`, `compile` and the same of what it gives;
    flags; of a match `group`, `groups`, `groupdict`, `[…]`, its truth. Patterns and replacements are constants.
Becomes: functions of the text; a match is a list of its groups.
Cannot see: patterns that are known at run time only, replacements by a function, positions of matches; on Node-RED a
    pattern that JavaScript has no exact counterpart of is a loss.
Example:
    import re
    import requests
    for order in requests.get("https://shop.example/orders").json():
        found = re.search(r"^(?P<year>\\d{4})-(\\d+)$", order["number"])
        if found:
            phone = re.sub(r"[^0-9+]", "", order["phone"])
            requests.post("https://erp.example/orders", json={"year": found["year"], "phone": phone})
"""

from __future__ import annotations

import re

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.loops import ITEM
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import negation
from extractors.evaluator.values import (
    NONE,
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Call, Constant, Expression, SourceSpan

KNOWLEDGE = Knowledge()
PATTERN, MATCH, MATCHES = "re.Pattern", "re.Match", "re.Matches"
_SOURCE, _FLAGS, _FOUND = "pattern", "flags", "(found)"


def _constant(name: str, number: int) -> None:
    KNOWLEDGE.values[f"re.{name}"] = lambda context, span: Known(number)


for _flag in re.RegexFlag:
    if _flag.name is not None and _flag not in (re.LOCALE, re.DEBUG, re.TEMPLATE):
        _constant(_flag.name, int(_flag))
for _letter, _flag in (("I", re.I), ("M", re.M), ("S", re.S), ("X", re.X), ("A", re.A), ("U", re.U)):
    _constant(_letter, int(_flag))


@KNOWLEDGE.function("re.escape")
def _escape(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional:
        case (Known(value=str() as text),):
            return Known(re.escape(text))
    return misfit(context, "re.escape", arguments, span)


@KNOWLEDGE.function("re.compile")
def _compile(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind(_SOURCE, _FLAGS) or {}
    pattern = _pattern(bound)
    if pattern is None:
        return misfit(context, "re.compile", arguments, span)
    held: dict[str, Value] = {_SOURCE: Known(pattern.pattern), _FLAGS: Known(_flags(pattern))}
    return context.state.allocate(Instance(External(PATTERN), held))


def _pattern(bound: dict[str, Value]) -> re.Pattern[str] | None:
    match bound.get(_SOURCE), bound.get(_FLAGS, Known(0)):
        case Known(value=str() as source), Known(value=int() as flags):
            try:
                return re.compile(source, flags)
            except (re.error, ValueError, RecursionError):
                return None
    return None


def _flags(pattern: re.Pattern[str]) -> int:
    """The flags of a pattern, but those that every one has or that stand in it."""
    return pattern.flags & ~int(re.UNICODE)


def _own(context: Evaluator, receiver: Pointer) -> dict[str, Value]:
    found = context.state.peek(receiver)
    return found.attributes if isinstance(found, Instance) else {}


_NAMES = {
    "search": ("string",),
    "match": ("string",),
    "fullmatch": ("string",),
    "findall": ("string",),
    "finditer": ("string",),
    "split": ("string", "maxsplit"),
    "sub": ("repl", "string", "count"),
}


def _register(name: str) -> None:
    @KNOWLEDGE.function(f"re.{name}")
    def of_module(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        bound = arguments.bind(_SOURCE, *_NAMES[name], _FLAGS)
        given = arguments.positional[0] if arguments.positional else NONE
        found = context.state.peek(given) if isinstance(given, Pointer) else None
        if bound is not None and isinstance(found, Instance) and found.of == External(PATTERN):
            bound.update(found.attributes)
        return _applied(context, name, bound, arguments, span)

    @KNOWLEDGE.method(PATTERN, name)
    def of_pattern(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        bound = arguments.bind(*_NAMES[name])
        if bound is not None:
            bound = {**_own(context, receiver), **bound}
        return _applied(context, name, bound, arguments, span)


for _name in _NAMES:
    _register(_name)


def _applied(
    context: Evaluator, name: str, bound: dict[str, Value] | None, arguments: Arguments, span: SourceSpan
) -> Value:
    pattern, text = _pattern(bound or {}), (bound or {}).get("string")
    further = _further(name, bound or {}, pattern)
    if bound is None or pattern is None or further is None or not isinstance(text, Known | Symbolic):
        return misfit(context, f"re.{name}", arguments, span)
    if name == "findall" and pattern.groups > 1:
        return context.gap("HS101", "re.findall with several groups, which gives tuples", span, (text,))
    subject = context.snapshot(text, span)
    call = operators.call(f"re.{name}", subject, Constant(value=pattern.pattern), *further)
    found = context.symbolic(call, span)
    if not isinstance(found, Symbolic) or name in ("sub", "split", "findall"):
        return found
    held: dict[str, Value] = {_SOURCE: Known(pattern.pattern), _FLAGS: Known(_flags(pattern)), _FOUND: found}
    return context.state.allocate(Instance(External(MATCHES if name == "finditer" else MATCH), held))


def _further(name: str, bound: dict[str, Value], pattern: re.Pattern[str] | None) -> list[Expression] | None:
    """The arguments behind the pattern; None where one is not known before the run."""
    if pattern is None:
        return None
    flags = Constant(value=_flags(pattern))
    count = bound.get("count" if name == "sub" else "maxsplit", Known(0))
    if not isinstance(count, Known) or not isinstance(count.value, int):
        return None
    numbers: list[Expression] = [flags, Constant(value=count.value)] if count.value else [flags]
    if name == "sub":
        match bound.get("repl"):
            case Known(value=str() as template) if _is_template(pattern, template):
                return [Constant(value=template), *(numbers if numbers != [Constant(value=0)] else [])]
        return None
    return numbers if numbers != [Constant(value=0)] else []


def _is_template(pattern: re.Pattern[str], template: str) -> bool:
    try:
        re.sub(pattern, template, "")
        re._parser.parse_template(template, pattern)  # type: ignore[attr-defined]  # checked though nothing matches
    except (re.error, IndexError):
        return False
    return True


# --- matches -----------------------------------------------------------------------------------------------------


def _found(context: Evaluator, receiver: Pointer) -> Expression:
    held = _own(context, receiver)[_FOUND]
    assert isinstance(held, Symbolic)
    return held.expression


@KNOWLEDGE.method(MATCH, "__bool__")
def _truth(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(negation(operators.call("is_null", _found(context, receiver))))


@KNOWLEDGE.method(MATCH, "__is_none__")
def _is_none(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(operators.call("is_null", _found(context, receiver)))


def _number(context: Evaluator, receiver: Pointer, group: Value) -> int | None:
    """The number of a group by number or name."""
    pattern = _pattern(_own(context, receiver))
    match group:
        case Known(value=int() as number) if pattern is not None and 0 <= number <= pattern.groups:
            return number
        case Known(value=str() as name) if pattern is not None:
            return pattern.groupindex.get(name)
    return None


def _one(context: Evaluator, receiver: Pointer, number: int, span: SourceSpan) -> Value:
    group = Call(function="re.group", arguments=(_found(context, receiver), Constant(value=number)))
    return context.symbolic(group, span)


@KNOWLEDGE.method(MATCH, "group", "__getitem__")
def _group(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    numbers = [_number(context, receiver, one) for one in arguments.positional or (Known(0),)]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers) or arguments.keywords:
        return misfit(context, "a group of a match", arguments, span)
    values = tuple(_one(context, receiver, number, span) for number in known)
    return values[0] if len(values) == 1 else TupleValue(values)


@KNOWLEDGE.method(MATCH, "groups")
def _groups(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    pattern = _pattern(_own(context, receiver))
    if pattern is None or arguments.positional or arguments.keywords:
        return misfit(context, "groups", arguments, span)
    _one(context, receiver, 0, span)
    return TupleValue(tuple(_one(context, receiver, number, span) for number in range(1, pattern.groups + 1)))


@KNOWLEDGE.method(MATCH, "groupdict")
def _groupdict(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    pattern = _pattern(_own(context, receiver))
    if pattern is None or arguments.positional or arguments.keywords:
        return misfit(context, "groupdict", arguments, span)
    _one(context, receiver, 0, span)
    items = (
        MapItem(Known(name), _one(context, receiver, number, span), None, span)
        for name, number in pattern.groupindex.items()
    )
    return context.state.allocate(MapObject(tuple(items)))


@KNOWLEDGE.method(MATCHES, "__iter__")
def _matches(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return Symbolic(_found(context, receiver))


@KNOWLEDGE.method(MATCHES, ITEM)
def _match(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    item = arguments.positional[0]
    if not isinstance(item, Symbolic):
        return Unknown("HS103", "a match that is not known", span)
    held = {**_own(context, receiver), _FOUND: item}
    return context.state.allocate(Instance(External(MATCH), held))
