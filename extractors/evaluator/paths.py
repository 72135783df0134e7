"""Paths into values: which part of which object an expression is, and with which objects its value shares parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Literal

from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    RecordExpression,
    Reference,
    SequenceExpression,
)

Keys = tuple[Expression, ...]
Relation = Literal["same", "different", "unsure"]

_SHARING = frozenset(
    {
        "python.iterate",
        "python.values",
        "python.items",
        "python.slice",
        "python.add",
        "merge",
        "python.multiply",
    }
)
"""Functions that give a new list or map which holds the parts of their arguments."""


def path_of(expression: Expression) -> tuple[Reference, Keys] | None:
    """The answer or item that the expression is a part of, with the keys that lead to it; None for anything else."""
    keys: list[Expression] = []
    while True:
        match expression:
            case Reference(part="body" | "item" | "rows"):
                return expression, tuple(keys)
            case Call(function="python.member", arguments=(container, key)):
                pass
            case Call(function="python.get", arguments=(container, key, *default)) if (
                not default or default == [Constant(value=None)]
            ):
                pass
            case _:
                return None
        keys.insert(0, key)
        expression = container


def shared(expression: Expression) -> Iterator[tuple[Reference | LoopValue, Keys]]:
    """The parts of answers, items and loop variables that the value is, or holds."""
    found = path_of(expression)
    if found is not None:
        yield found
        return
    inner: Iterable[Expression] = ()
    match expression:
        case LoopValue():
            yield expression, ()
        case Choice(then=then, otherwise=otherwise):
            inner = (then, otherwise)
        case Lookup(cases=cases, otherwise=otherwise):
            inner = (*(case.value for case in cases), *((otherwise,) if otherwise is not None else ()))
        case SequenceExpression(items=items):
            inner = items
        case RecordExpression(entries=entries):
            inner = tuple(entry.value for entry in entries)
        case Call(function="python.member" | "python.get", arguments=(container, key, *default)):
            whole = path_of(container)
            if whole is None:
                inner = (container, *default)
            else:
                yield whole[0], (*whole[1], key)
                inner = default
        case Call(function="python.with_item" | "python.with_default", arguments=(container, _, value)):
            inner = (container, value)
        case Call(function="python.without_item", arguments=(container, *_)):
            inner = (container,)
        case Call(function="python.deep_copy"):
            pass
        case Call(function=function, arguments=arguments) if function in _SHARING or _may_share(function):
            inner = arguments
    for one in inner:
        yield from shared(one)


ANY_KEY = Constant(value=None)
"""A key of which nothing is known: no list or map of a model has it."""

Part = tuple[Reference | LoopValue, Keys]


def identities(expression: Expression) -> Iterator[Part]:
    """The parts of answers and items that the value itself can be, other than those that it only holds."""
    found = path_of(expression)
    if found is not None:
        yield found
        return
    match expression:
        case LoopValue():
            yield expression, ()
        case Choice(then=then, otherwise=otherwise):
            yield from identities(then)
            yield from identities(otherwise)
        case Lookup(cases=cases, otherwise=otherwise):
            for one in (*(case.value for case in cases), *((otherwise,) if otherwise is not None else ())):
                yield from identities(one)
        case Call(function="python.member" | "python.get", arguments=(container, key, *default)):
            yield from items(container, key)
            for one in default:
                yield from identities(one)
        case Call(function="python.minimum" | "python.maximum", arguments=(container, *default)):
            yield from items(container)
            for one in default:
                yield from identities(one)


def items(container: Expression, key: Expression | None = None) -> Iterator[Part]:
    """What an item of a list or map can be: that at the key, or any."""
    found = path_of(container)
    if found is not None:
        yield found[0], (*found[1], key if key is not None else ANY_KEY)
        return
    inner: Iterable[Expression] = ()
    match container:
        case LoopValue():
            yield container, ()
        case Call(function="python.with_item" | "python.with_default", arguments=(base, other, value)):
            related = "unsure" if key is None else relation(key, other)
            if related != "different":
                yield from identities(value)
            if related != "same":
                yield from items(base, key)
        case RecordExpression(entries=entries):
            for entry in entries:
                if key is None or relation(key, Constant(value=entry.key)) != "different":
                    yield from identities(entry.value)
        case SequenceExpression(items=listed):
            for item in listed:
                yield from identities(item)
        case Choice(then=then, otherwise=otherwise):
            inner = (then, otherwise)
        case Call(function="python.items", arguments=(of,)):
            inner = (of,)
        case Call(function="python.member" | "python.get", arguments=(outer, _, *_)):
            inner = (outer,)
        case Call(function=function, arguments=arguments) if function != "python.deep_copy":
            inner = arguments
    for one in inner:
        yield from items(one, key if _keeps_keys(container) else None)


def _keeps_keys(container: Expression) -> bool:
    """True if a part of the value has the key under which its part of the argument has it."""
    copying = ("merge", "python.copy", "python.dict")
    return isinstance(container, Choice) or (isinstance(container, Call) and container.function in copying)


def _may_share(function: str) -> bool:
    """True unless all values of the function are known to be scalars."""
    from migrate.model.functions import FUNCTIONS

    result = FUNCTIONS[function].result
    return not isinstance(result, str) or result in ("list", "map")


def relation(one: Expression, other: Expression) -> Relation:
    """Whether two keys are the same one."""
    if one == other:
        return "same"
    texts = (isinstance(k, Constant) and isinstance(k.value, str) for k in (one, other))
    return "different" if all(texts) else "unsure"


def holds(outer: Keys, inner: Keys) -> Relation:
    """Whether the part at `outer` is, or holds, the part at `inner`: `same`, `different` if not, or `unsure`."""
    if len(outer) > len(inner):
        return "different"
    found = [relation(a, b) for a, b in zip(outer, inner, strict=False)]
    if "different" in found:
        return "different"
    return "unsure" if "unsure" in found else "same"


def member(container: Expression, key: Expression) -> Expression:
    """`container[key]` in its simplest form. Whatever can fail in the container was evaluated before."""
    match container:
        case Call(function="merge", arguments=(base, RecordExpression(entries=entries))) if _is_text(key):
            for entry in reversed(entries):
                if Constant(value=entry.key) == _plain(key):
                    return entry.value if entry.when is None else _member(container, key)
            return member(base, key)
        case Call(function="python.with_item", arguments=(base, other, value)):
            match relation(key, other):
                case "same":
                    return value
                case "different":
                    return member(base, key)
        case RecordExpression(entries=entries) if _is_text(key):
            for entry in reversed(entries):
                if Constant(value=entry.key) == _plain(key) and entry.when is None:
                    return entry.value
    return _member(container, key)


def lookup(container: Expression, key: Expression, *default: Expression) -> Expression:
    """`container.get(key, default)` in its simplest form, as `member`."""
    if _is_text(key):
        match container:
            case Call(function="merge", arguments=(base, RecordExpression(entries=entries))):
                if all(Constant(value=entry.key) != _plain(key) for entry in entries):
                    return lookup(base, key, *default)
            case Call(function="python.with_item", arguments=(base, other, value)):
                match relation(key, other):
                    case "same":
                        return value
                    case "different":
                        return lookup(base, key, *default)
    return Call(function="python.get", arguments=(container, key, *default))


def _member(container: Expression, key: Expression) -> Expression:
    return Call(function="python.member", arguments=(container, key))


def _is_text(key: Expression) -> bool:
    return isinstance(key, Constant) and isinstance(key.value, str)


def _plain(key: Expression) -> Expression:
    return Constant(value=key.value) if isinstance(key, Constant) else key


def part(container: Expression, keys: Keys, optional: Collection[int] = ()) -> Expression:
    """The part that the keys lead to; None where nothing is at an optional one, which is given by its number."""
    for number, key in enumerate(keys):
        container = lookup(container, key) if number in optional else member(container, key)
    return container


def optional_keys(expression: Expression) -> frozenset[int]:
    """The numbers of the keys of a path (`path_of`) at which there may be nothing."""
    found: list[bool] = []
    while isinstance(expression, Call):
        found.insert(0, expression.function == "python.get")
        expression = expression.arguments[0]
    return frozenset(number for number, missing in enumerate(found) if missing)


def with_part(container: Expression, keys: Keys, value: Expression) -> Expression:
    """The container with another value as the part that the keys lead to."""
    if not keys:
        return value
    key, *rest = keys
    inner = with_part(member(container, key), tuple(rest), value)
    return with_item(container, key, inner)


def with_item(container: Expression, key: Expression, value: Expression) -> Expression:
    """The container with another item at the key; one that was set there last is forgotten."""
    match container:
        case Call(function="python.with_item", arguments=(base, other, _)) if other == key:
            container = base
    return Call(function="python.with_item", arguments=(container, key, value))
