"""Functions that keep what they gave: `functools.lru_cache` and `functools.cache`.

Reads: both around functions without parameters, and around functions of one parameter where nothing is ever forgotten
    (`cache`, `lru_cache(maxsize=None)`); `cache_clear`.
Becomes: a list or map that the flow carries, filled at the first call.
Cannot see: what is forgotten when more is kept than `maxsize` (128 where it is left out); methods; several parameters.
Example:
    from functools import lru_cache
    import requests
    @lru_cache
    def token():
        return requests.post("https://a.example/token", json={"user": "sync"}).json()["token"]
    for order in requests.get("https://a.example/orders").json():
        requests.post("https://b.example/orders", json=order, headers={"X-Session": token()})
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, methods
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    FunctionValue,
    Instance,
    Known,
    ListObject,
    MapObject,
    Pointer,
    Unknown,
    Value,
)
from extractors.python.following import follow
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_DECORATOR, _ALONE, _KEYED = "functools.(cache)", "functools.(kept)", "functools.(kept by key)"
_SIZE = Known(128)


@KNOWLEDGE.function("functools.cache")
def _cache(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords:
        return misfit(context, "functools.cache", arguments, span)
    return _keeping(context, arguments.positional[0], NONE, span)


@KNOWLEDGE.function("functools.lru_cache")
def _lru_cache(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """The decorator, or with a function that which it makes of it."""
    if len(arguments.positional) == 1 and isinstance(arguments.positional[0], FunctionValue):
        return _keeping(context, arguments.positional[0], _SIZE, span)
    bound = arguments.bind("maxsize", "typed")
    if bound is None or "typed" in bound:
        return misfit(context, "functools.lru_cache", arguments, span)
    return context.state.allocate(Instance(External(_DECORATOR), {"size": bound.get("maxsize", _SIZE)}))


@KNOWLEDGE.method(_DECORATOR, "__call__")
def _decorate(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _keeping(context, arguments.positional[0], _attribute(context, receiver, "size"), span)


def _keeping(context: Evaluator, function: Value, size: Value, span: SourceSpan) -> Value:
    if not isinstance(function, FunctionValue):
        return context.gap("HS101", "a cache around what is no function of the script", span)
    context.set_aside.append(function)
    parameters = function.definition.parameters
    if not context.scopes.class_bodies:
        if not parameters and isinstance(size, Known) and size.value != 0:
            held = context.state.allocate(ListObject(()))
            return context.state.allocate(Instance(External(_ALONE), {"function": function, "held": held}))
        if size == NONE and len(parameters) == 1 and parameters[0].kind == "either":
            kept, others = context.state.allocate(MapObject(())), context.state.allocate(MapObject(()))
            attributes: dict[str, Value] = {"function": function, "kept": kept, "others": others}
            return context.state.allocate(Instance(External(_KEYED), attributes))
    reason = "a function whose last results are kept (functools.lru_cache), by more than one value"
    unknown = Unknown("HS102", reason, span)
    return FunctionValue(
        function.definition,
        function.closure,
        function.defaults,
        function.bound,
        function.binding,
        None,
        unknown,
    )


def _attribute(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    assert value is not None
    return value


@KNOWLEDGE.method(_ALONE, "__call__")
def _call(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    function = _attribute(context, receiver, "function")
    if arguments.positional or arguments.keywords:
        raise context.fail("TypeError", "a function without parameters", span)
    held = _attribute(context, receiver, "held")
    return context.once(held, lambda: context.call(function, arguments, span), span)


@KNOWLEDGE.method(_KEYED, "__call__")
def _call_by_key(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords:
        return misfit(context, "a function whose results are kept", arguments, span)
    values = tuple(_attribute(context, receiver, name) for name in ("function", "kept", "others"))
    return follow(context, "kept_by", (*values, arguments.positional[0]), span)


@KNOWLEDGE.method(_ALONE, "cache_clear")
def _clear(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return methods.method(context, _attribute(context, receiver, "held"), "clear", arguments, span)


@KNOWLEDGE.method(_KEYED, "cache_clear")
def _clear_all(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    methods.method(context, _attribute(context, receiver, "others"), "clear", arguments, span)
    return methods.method(context, _attribute(context, receiver, "kept"), "clear", arguments, span)
