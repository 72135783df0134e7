"""Python's `uuid`.

Reads: `uuid4()`, made a text by `str`, in a format, or by its `hex`.
Becomes: a step that gives a new UUID as text, and functions of it.
Cannot see: the other versions; UUIDs that are parsed; the bytes and fields of one.
Example:
    import uuid
    import requests
    run = str(uuid.uuid4())
    for order in requests.get("https://shop.example/orders", headers={"X-Request-Id": uuid.uuid4().hex}).json():
        requests.post("https://erp.example/orders", json={"id": order["id"], "run": run})
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.values import TRUE, External, Instance, Pointer, Symbolic, Value
from migrate.model import Call, Constant, Expression, Reference, SourceSpan, UuidOperation

KNOWLEDGE = Knowledge()
_UUID = "uuid.UUID"
_TEXT = "(text)"


@KNOWLEDGE.function("uuid.uuid4")
def _uuid4(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments != Arguments((), {}):
        return misfit(context, "uuid4", arguments, span)
    made = context.new_id("uuid")
    context.emit(Request(made, UuidOperation(span=span), span))
    text = Symbolic(Reference(step=made, part="text"))
    return context.state.allocate(Instance(External(_UUID), {_TEXT: text}))


def _held(context: Evaluator, receiver: Pointer) -> Expression:
    held = context.state.read((receiver.address, _TEXT))
    assert isinstance(held, Symbolic)
    return held.expression


@KNOWLEDGE.method(_UUID, "__str__")
def _text(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.symbolic(_held(context, receiver), span)


@KNOWLEDGE.method(_UUID, "__bool__")
def _truth(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE


def _hex(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    parts = (_held(context, receiver), Constant(value="-"), Constant(value=""))
    return context.symbolic(Call(function="python.replace", arguments=parts), span)


KNOWLEDGE.attributes[_UUID, "hex"] = _hex
