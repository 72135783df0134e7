"""The standard library's `asyncio`: https://docs.python.org/3/library/asyncio.html.

Reads: `asyncio.run`, `await`, `async with`, `asyncio.gather(*(call(item) for item in items))` with and without
    `return_exceptions`, `asyncio.Semaphore` and `asyncio.Lock` around what a call does, `asyncio.sleep`.
Becomes: calls one after the other; a gather is a split whose items run at the same time, as many as the semaphore lets
    in, with a result for each item in the order of the list.
Cannot see: tasks, queues, `wait`, `as_completed`, time-outs, asynchronous generators; what calls that run at the same
    time share; which of them go on after an error that is not collected.
Example:
    import asyncio
    import httpx
    async def send(client, limit, order):
        async with limit:
            r = await client.post("https://erp.example/orders", json=order)
            r.raise_for_status()
    async def main():
        limit = asyncio.Semaphore(4)
        async with httpx.AsyncClient() as client:
            orders = (await client.get("https://shop.example/orders")).json()
            results = await asyncio.gather(*(send(client, limit, o) for o in orders), return_exceptions=True)
        return 1 if [r for r in results if isinstance(r, Exception)] else 0
    raise SystemExit(asyncio.run(main()))
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.coroutines import AWAIT, OUTCOMES, SEMAPHORE
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.loops import ITEM
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    FALSE,
    NONE,
    EitherValue,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    TupleValue,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_SLEEP = "asyncio.(sleep)"


@KNOWLEDGE.function("asyncio.run")
def _run(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("main")
    return (
        misfit(context, "asyncio.run", arguments, span)
        if not bound
        else context.completed(bound["main"], span)
    )


@KNOWLEDGE.function("asyncio.gather")
def _gather(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.gap("HS101", "a gather of a fixed number of calls", span)


@KNOWLEDGE.function(SEMAPHORE, "asyncio.BoundedSemaphore")
def _semaphore(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("value")
    if bound is None:
        return misfit(context, "asyncio.Semaphore", arguments, span)
    return context.state.allocate(Instance(External(SEMAPHORE), {"value": bound.get("value", Known(1))}))


@KNOWLEDGE.function("asyncio.Lock")
def _lock(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        return misfit(context, "asyncio.Lock", arguments, span)
    return context.state.allocate(Instance(External(SEMAPHORE), {"value": Known(1)}))


@KNOWLEDGE.function("asyncio.sleep")
def _sleep(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("delay")
    if not bound:
        return misfit(context, "asyncio.sleep", arguments, span)
    return context.state.allocate(Instance(External(_SLEEP), {"delay": bound["delay"]}))


@KNOWLEDGE.method(_SLEEP, AWAIT)
def _slept(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """Waits; what is no number is an error, as it is to `python.less_or_equal`."""
    delay = context.state.read((receiver.address, "delay"))
    if isinstance(delay, Symbolic):
        compared = operators.call("python.less_or_equal", delay.expression, context.snapshot(Known(0), span))
        context.symbolic(compared, span)
    context.findings.report("HS201", "the script waits here; the emitted flow does not", span)
    return NONE


@KNOWLEDGE.method(OUTCOMES, "__iter__")
def _pairs(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    pairs = context.state.read((receiver.address, "pairs"))
    assert pairs is not None
    return pairs


@KNOWLEDGE.method(OUTCOMES, ITEM)
def _outcome(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """An item of the results: an error, or the value of the call."""
    (pair,) = arguments.positional
    if not isinstance(pair, TupleValue):
        return context.gap("HS101", "a result of calls at the same time", span)
    failed, value = pair.items
    value = context.state.read((receiver.address, "lost")) or value
    if failed == FALSE:
        return value
    return EitherValue(operators.truth(context, failed, span), context.caught_error(), value)
