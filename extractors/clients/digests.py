"""Digests and signatures, by the standard library: `hashlib`, `hmac`, `secrets.compare_digest`.

Reads: `hashlib.sha256(data)` and its like (MD5, SHA-1, SHA-2), `hmac.new(key, data, digestmod)`, `hmac.digest`, with
`digest()` and `hexdigest()`; `hmac.compare_digest`.
Becomes: functions of the bytes; a text as bytes stands for its UTF-8.
Cannot see: `update`, BLAKE2 and SHA-3, bytes that are cut or put together.
Example:
    import hashlib
    import hmac
    import os
    import requests
    order = requests.get("https://shop.example/orders/7").text
    signature = hmac.new(os.environ["SHOP_SECRET"].encode(), order.encode(), hashlib.sha256).hexdigest()
    requests.post("https://erp.example/orders", data=order.encode(), headers={"X-Signature": signature})
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, utf8
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import External, Instance, Known, Pointer, Symbolic, Value
from migrate.model import Call, Constant, Expression, SourceSpan
from migrate.model.functions.digests import ALGORITHMS

KNOWLEDGE = Knowledge()
_DIGEST = "hashlib.Digest"
_HELD = "(digest)"


def _made(context: Evaluator, expression: Expression, span: SourceSpan) -> Value:
    """An object that gives a digest when it is asked."""
    value = context.symbolic(expression, span)
    return context.state.allocate(Instance(External(_DIGEST), {_HELD: value}))


def _algorithm(value: Value | None) -> str | None:
    """The name of a digest: a text, or the function of `hashlib`; None for what is not known."""
    match value:
        case Known(value=str() as text):
            name = text.lower().replace("-", "")
        case External(name=name) if name.startswith("hashlib."):
            name = name.removeprefix("hashlib.")
        case _:
            return None
    return name if name in ALGORITHMS else None


def _plain(algorithm: str) -> None:
    @KNOWLEDGE.function(f"hashlib.{algorithm}")
    def digest(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        data = (
            utf8.data_of(context, arguments.positional[0], span) if len(arguments.positional) == 1 else None
        )
        if data is None or not arguments.keywords.keys() <= {"usedforsecurity"}:
            return misfit(context, f"hashlib.{algorithm}", arguments, span)
        return _made(
            context, Call(function="python.digest", arguments=(data, Constant(value=algorithm))), span
        )


for _name in ALGORITHMS:
    _plain(_name)


def _key(context: Evaluator, value: Value, span: SourceSpan) -> Expression | None:
    """The key of a signature; one that stands in the source is a secret, whatever its name."""
    text = utf8.text_of(context, value)
    if isinstance(text, Known) and text.value:
        return context.snapshot(context.hard_coded("SIGNING_KEY", str(text.value), span), span)
    return utf8.data_of(context, value, span)


def _signed(context: Evaluator, bound: dict[str, Value] | None, span: SourceSpan) -> Expression | None:
    """The signature of a message under a key; None if the call is not followed."""
    if bound is None or not bound.keys() >= {"key", "msg", "digestmod"}:
        return None
    key, data = _key(context, bound["key"], span), utf8.data_of(context, bound["msg"], span)
    algorithm = _algorithm(bound["digestmod"])
    if key is None or data is None or algorithm is None:
        return None
    return Call(function="python.hmac", arguments=(key, data, Constant(value=algorithm)))


@KNOWLEDGE.function("hmac.new", "hmac.HMAC")
def _new(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    found = _signed(context, arguments.bind("key", "msg", "digestmod"), span)
    return misfit(context, "hmac.new", arguments, span) if found is None else _made(context, found, span)


@KNOWLEDGE.function("hmac.digest")
def _at_once(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("key", "msg", "digest") or {}
    found = _signed(
        context, {"digestmod" if name == "digest" else name: v for name, v in bound.items()}, span
    )
    return (
        misfit(context, "hmac.digest", arguments, span) if found is None else utf8.raw(context, found, span)
    )


def _held(context: Evaluator, receiver: Pointer) -> Expression | None:
    held = context.state.read((receiver.address, _HELD))
    return held.expression if isinstance(held, Symbolic) else None


@KNOWLEDGE.method(_DIGEST, "hexdigest")
def _hexdigest(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    held = _held(context, receiver)
    if held is None or arguments.positional or arguments.keywords:
        return misfit(context, "hexdigest", arguments, span)
    return context.symbolic(Call(function="python.hex", arguments=(held,)), span)


@KNOWLEDGE.method(_DIGEST, "digest")
def _digest(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    held = _held(context, receiver)
    if held is None or arguments.positional or arguments.keywords:
        return misfit(context, "digest", arguments, span)
    return utf8.raw(context, held, span)


@KNOWLEDGE.method("builtins.bytes", "hex")
def _hex(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    data = utf8.raw_of(context, receiver)
    if data is None or arguments.positional or arguments.keywords:
        return misfit(context, "bytes.hex", arguments, span)
    return context.symbolic(Call(function="python.hex", arguments=(data,)), span)


@KNOWLEDGE.function("hmac.compare_digest", "secrets.compare_digest")
def _compare(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2 or arguments.keywords:
        return misfit(context, "compare_digest", arguments, span)
    sides = [_compared(context, value, span) for value in arguments.positional]
    if None in sides:
        return misfit(context, "compare_digest", arguments, span)
    made = tuple(side for side in sides if side is not None)
    return context.symbolic(Call(function="python.compare_digest", arguments=made), span)


def _compared(context: Evaluator, value: Value, span: SourceSpan) -> Expression | None:
    """A side of a comparison: bytes, or what could be a text; None for what is not followed."""
    if isinstance(value, Symbolic) or (
        isinstance(value, Known) and not isinstance(value.value, (bytes, complex))
    ):
        return context.snapshot(value, span)
    text = utf8.text_of(context, value)
    if text is not None:
        return Call(function="python.encode", arguments=(context.snapshot(text, span),))
    return utf8.raw_of(context, value)
