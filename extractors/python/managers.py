"""The standard library's `contextlib`: https://docs.python.org/3/library/contextlib.html.

Reads: `contextmanager` around generator functions and methods with one `yield`, `suppress`, `closing`, `nullcontext`.
Becomes: what the function does around its `yield`, with the body of the `with` statement in place of it.
Cannot see: `ExitStack` beyond what it is given to enter; asynchronous managers of functions.
Example:
    from contextlib import contextmanager, suppress
    import requests
    @contextmanager
    def reported(name):
        try:
            yield name
        finally:
            requests.post("https://a.example/ends", json={"of": name})
    with reported("orders"):
        for order in requests.get("https://a.example/orders").json():
            with suppress(KeyError):
                requests.post("https://b.example/orders", json={"id": order["id"]})
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.managers import MANAGER
from extractors.evaluator.parts import AFTER_ERROR, Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    FunctionValue,
    GeneratorValue,
    Instance,
    Known,
    Method,
    Pointer,
    TupleValue,
    Value,
)
from extractors.ir import FunctionDef
from extractors.python.following import follow
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_STACK, _CLOSING = "contextlib.ExitStack", "contextlib.closing"


@KNOWLEDGE.function("contextlib.contextmanager")
def _contextmanager(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """What gives a manager for each call of the function."""
    match arguments.positional:
        case (FunctionValue(definition=FunctionDef(generator=True)) as function,):
            context.set_aside.append(function)
            return follow(context, "managing", (MANAGER, function), span)
        case _:
            return misfit(context, "contextlib.contextmanager", arguments, span)


@KNOWLEDGE.function(MANAGER.name)
def _manager(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    (generator,) = arguments.positional
    if not isinstance(generator, GeneratorValue):
        return generator
    return context.state.allocate(Instance(MANAGER, {"generator": generator}))


def _managed(context: Evaluator, name: str, value: Value, span: SourceSpan) -> Value:
    generator = follow(context, name, (value,), span)
    return _manager(context, Arguments((generator,), {}), span)


@KNOWLEDGE.function("contextlib.suppress")
def _suppress(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.keywords or context.kinds(TupleValue(arguments.positional)) is None:
        return misfit(context, "contextlib.suppress", arguments, span)
    return _managed(context, "suppress", TupleValue(arguments.positional), span)


@KNOWLEDGE.function("contextlib.closing")
def _closing(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Of a library's object its `close`, which needs no telling after an error that ends the run."""
    match arguments.positional:
        case (Pointer() as thing,) if not arguments.keywords:
            found = context.state.peek(thing)
            if isinstance(found, Instance) and isinstance(found.of, External):
                return context.state.allocate(Instance(External(_CLOSING), {"thing": thing}))
            return _managed(context, "closing", thing, span)
        case _:
            return misfit(context, "contextlib.closing", arguments, span)


def _thing(context: Evaluator, receiver: Pointer) -> Value:
    thing = context.state.read((receiver.address, "thing"))
    assert thing is not None
    return thing


@KNOWLEDGE.method(_CLOSING, "__enter__")
def _enter_closing(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _thing(context, receiver)


@KNOWLEDGE.method(_CLOSING, AFTER_ERROR)
def _close_after_error(
    context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan
) -> Value:
    return Known("__exit__")


@KNOWLEDGE.method(_CLOSING, "__exit__")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.call(Method(_thing(context, receiver), "close"), Arguments((), {}), span)


@KNOWLEDGE.function("contextlib.nullcontext")
def _nullcontext(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("enter_result")
    if bound is None:
        return misfit(context, "contextlib.nullcontext", arguments, span)
    return _managed(context, "given", bound.get("enter_result", NONE), span)


@KNOWLEDGE.function(_STACK)
def _stack(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    context.gap("HS101", "a stack of context managers", span)
    return context.state.allocate(Instance(External(_STACK), {}))


@KNOWLEDGE.method(_STACK, "__enter__")
def _enter_stack(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(_STACK, "__exit__", "callback", "push", "close", "pop_all")
def _leave_stack(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(_STACK, "enter_context")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """What the manager gives; its end is behind the gap that the stack is."""
    if len(arguments.positional) != 1:
        return misfit(context, "ExitStack.enter_context", arguments, span)
    entered = context.special(arguments.positional[0], "__enter__", Arguments((), {}), span)
    return misfit(context, "ExitStack.enter_context", arguments, span) if entered is None else entered
