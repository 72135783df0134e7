"""Calls in threads and processes: `concurrent.futures`, `multiprocessing`, `threading`.

Reads: `map` of executors and pools, `starmap`, `imap`; `[pool.submit(call, item) for item in items]` with `result()`;
    `with` around them, `shutdown`, `close`, `join`; `as_completed` and threads of their own behind a gap.
Becomes: a split whose items run at the same time, as many as the pool has workers, with a result for each item in the
    order of the items. Of calls that were submitted all run, and an error is raised where its result is asked for; an
    error within `map` is a gap: how many of the others have begun by then is not determined.
Cannot see: what calls that run at the same time share; a fixed number of calls; which of them ends first; which kind of
    error a call ended with, where a `try` asks for that.
Example:
    from concurrent.futures import ThreadPoolExecutor
    import requests
    def stock(item):
        return requests.get("https://a.example/stock", params={"sku": item["sku"]}).json()["stock"]
    items = requests.get("https://a.example/items").json()
    with ThreadPoolExecutor(max_workers=4) as pool:
        requests.post("https://b.example/stock", json=list(pool.map(stock, items)))
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge, containers, operators
from extractors.evaluator.control import PathEnds
from extractors.evaluator.coroutines import POOL
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.loops import ITEM
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    TupleValue,
    Unknown,
    Value,
)
from extractors.python.following import follow
from migrate.model import Constant, SourceSpan

KNOWLEDGE = Knowledge()
_FUTURES, _FUTURE, _THREAD = "concurrent.futures.(list)", "concurrent.futures.(future)", "threading.(thread)"
_EXECUTORS = (
    "concurrent.futures.ThreadPoolExecutor",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.thread.ThreadPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor",
)
_POOLS = (
    "multiprocessing.Pool",
    "multiprocessing.pool.Pool",
    "multiprocessing.pool.ThreadPool",
    "multiprocessing.dummy.Pool",
)


def _register_pools(names: tuple[str, ...], *, lists: bool) -> None:
    @KNOWLEDGE.function(*names)
    def pool(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return _pool(context, arguments, span, lists=lists)


def _pool(context: Evaluator, arguments: Arguments, span: SourceSpan, *, lists: bool) -> Value:
    known = {"max_workers", "processes", "thread_name_prefix"}
    if len(arguments.positional) > 1 or not arguments.keywords.keys() <= known:
        return misfit(context, "a pool of threads or processes", arguments, span)
    named = arguments.keywords.get("max_workers") or arguments.keywords.get("processes", NONE)
    workers = arguments.positional[0] if arguments.positional else named
    return context.state.allocate(Instance(POOL, {"workers": workers, "lists": Known(lists)}))


_register_pools(_EXECUTORS, lists=False)
_register_pools(_POOLS, lists=True)


def _attribute(context: Evaluator, receiver: Pointer, name: str) -> Value:
    return context.state.read((receiver.address, name)) or NONE


@KNOWLEDGE.method(POOL.name, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(POOL.name, "__exit__", "shutdown", "close", "join", "terminate")
def _leave(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


# --- map -----------------------------------------------------------------------------------------------------------


def _workers(context: Evaluator, pool: Pointer) -> int | None:
    """How many calls run at the same time; None where the machine decides."""
    workers = _attribute(context, pool, "workers")
    return workers.value or None if isinstance(workers, Known) and isinstance(workers.value, int) else None


def _mapped(
    context: Evaluator, pool: Pointer, arguments: Arguments, span: SourceSpan, *, spread: bool
) -> Value | None:
    """An iterator over what a function gives for each item; None where the call is another."""
    given = tuple(value for name, value in arguments.keywords.items() if name not in ("chunksize", "timeout"))
    if (
        given
        or len(arguments.positional) < 2
        or any(isinstance(one, Unknown) for one in arguments.positional)
    ):
        return None
    function, *iterables = arguments.positional
    items = iterables[0]
    if len(iterables) > 1:
        items = context.call(External("builtins.zip"), Arguments(tuple(iterables), {}), span)
    several = spread or len(iterables) > 1

    def run(item: Value) -> Value:
        parts = context.fixed_items(item) if several else (item,)
        if parts is None:
            return context.gap("HS101", "arguments of a call in a pool, of a number that is not fixed", span)
        return context.call(function, Arguments(tuple(parts), {}), span)

    over = context.iterated(items, span)
    results = context.called_at_once(over, run, _workers(context, pool), span, collects=False)
    return results if isinstance(results, Unknown) else follow(context, "iterate", (results,), span)


def _register(name: str, *, spread: bool = False, listed: bool = False, unordered: bool = False) -> None:
    @KNOWLEDGE.method(POOL.name, name)
    def call(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        """An executor's `map` gives an iterator, that of a pool of `multiprocessing` a list."""
        lists = _attribute(context, receiver, "lists") == TRUE
        given = arguments
        if lists and len(arguments.positional) == 3:  # the third is the size of chunks
            given = Arguments(arguments.positional[:2], arguments.keywords)
        results = _mapped(context, receiver, given, span, spread=spread)
        if results is None:
            return misfit(context, f"{name} of a pool", arguments, span)
        if unordered:
            context.gap("HS101", "results in the order in which calls at the same time end", span)
        if lists and listed:
            return context.call(External("builtins.list"), Arguments((results,), {}), span)
        return results


_register("map", listed=True)
_register("starmap", spread=True, listed=True)
_register("imap")
_register("imap_unordered", unordered=True)


# --- submit --------------------------------------------------------------------------------------------------------


@KNOWLEDGE.method(POOL.name, "submit", "apply_async", "apply")
def _submit(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """A call: noted where the pool waits for all calls of a comprehension, else made behind a gap."""
    if not arguments.positional:
        return misfit(context, "submit of a pool", arguments, span)
    function, *values = arguments.positional
    keywords = tuple(MapItem(Known(key), value, None, span) for key, value in arguments.keywords.items())
    if _attribute(context, receiver, "waits") == TRUE:
        return TupleValue((function, TupleValue(tuple(values)), context.state.allocate(MapObject(keywords))))
    context.gap("HS101", "a call in a pool, which goes on beside what follows", span)
    value = context.call(function, Arguments(tuple(values), dict(arguments.keywords)), span)
    return context.state.allocate(Instance(External(_FUTURE), {"value": value}))


@KNOWLEDGE.method(POOL.name, "__futures__")
def _futures(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The calls that a generator notes, made at the same time."""

    def run(noted: Value) -> Value:
        match noted:
            case TupleValue(items=(TupleValue() as call, key)):
                return context.state.allocate(ListObject((run(call), key)))
            case TupleValue(items=(function, TupleValue(items=values), Pointer() as named)):
                held = context.state.get(named)
                entries = held.items if isinstance(held, MapObject) else ()
                keywords = {str(entry.key.value): entry.value for entry in entries}
                return context.call(function, Arguments(values, keywords), span)
            case _:
                return context.gap("HS101", "a call in a pool that is not followed", span)

    generator, keyed = arguments.positional
    outcomes = context.called_at_once(generator, run, _workers(context, receiver), span, collects=True)
    found = context.state.get(outcomes) if isinstance(outcomes, Pointer) else None
    if not isinstance(found, Instance):
        return outcomes
    futures = context.state.allocate(Instance(External(_FUTURES), dict(found.attributes)))
    if keyed == TRUE:
        context.gap("HS101", "a map whose keys are calls in a pool", span)
        context.state.write((futures.address, "keyed"), TRUE)
    return futures


@KNOWLEDGE.method(_FUTURES, "__iter__")
def _pairs(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _attribute(context, receiver, "pairs")


@KNOWLEDGE.method(_FUTURES, ITEM)
def _future(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    (pair,) = arguments.positional
    if not isinstance(pair, TupleValue):
        return context.gap("HS101", "a result of calls at the same time", span)
    failed, value = pair.items
    value = context.state.read((receiver.address, "lost")) or value
    future: dict[str, Value] = {"failed": failed, "value": value}
    if context.state.read((receiver.address, "keyed")) is not None:
        future["keyed"] = TRUE
    return context.state.allocate(Instance(External(_FUTURE), future))


@KNOWLEDGE.method(_FUTURES, "__getitem__")
def _submitted(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """What a map of calls holds for one of them."""
    (future,) = arguments.positional
    context.gap("HS101", "a map whose keys are calls in a pool", span)
    if not isinstance(future, Pointer):
        return misfit(context, "an item of a map of calls", arguments, span)
    return containers.item(context, _attribute(context, future, "value"), Known(1), span)


@KNOWLEDGE.method(_FUTURE, "result", "get")
def _result(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """What the call gave, or its error."""
    failed = context.state.read((receiver.address, "failed"))

    def fails() -> None:
        if context.control.failure_points:
            context.gap("HS105", "an error of a call in a pool, where its kind could matter", span)
            raise PathEnds
        raise context.fail("Exception", "a call in a pool has failed", span)

    if failed is not None:
        test = operators.truth(context, failed, span)
        if test != Constant(value=False):
            context.branch(test, fails, lambda: None, span)
    value = _attribute(context, receiver, "value")
    keyed = context.state.read((receiver.address, "keyed")) is not None
    return containers.item(context, value, Known(0), span) if keyed else value


@KNOWLEDGE.function("concurrent.futures.as_completed")
def _as_completed(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """The futures, as they end: in an order that is not determined."""
    if not arguments.positional:
        return misfit(context, "concurrent.futures.as_completed", arguments, span)
    context.gap("HS101", "results in the order in which calls at the same time end (as_completed)", span)
    return arguments.positional[0]


@KNOWLEDGE.function("concurrent.futures.wait")
def _wait(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


# --- threads -------------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("threading.Thread", "multiprocessing.Process")
def _thread(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("group", "target", "name", "args", "kwargs", "daemon")
    if bound is None or "target" not in bound:
        return misfit(context, "threading.Thread", arguments, span)
    held = {
        "target": bound["target"],
        "args": bound.get("args", TupleValue(())),
        "kwargs": bound.get("kwargs", NONE),
    }
    return context.state.allocate(Instance(External(_THREAD), held))


KNOWLEDGE.settable.add((_THREAD, "*"))


@KNOWLEDGE.method(_THREAD, "start")
def _start(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """Runs what the thread runs, behind a gap: it goes on beside what follows, and its errors end it alone."""
    context.gap("HS101", "a thread, which goes on beside what follows", span)
    values = context.fixed_items(_attribute(context, receiver, "args"))
    keywords = (
        context.state.get(held)
        if isinstance(held := _attribute(context, receiver, "kwargs"), Pointer)
        else None
    )
    entries = keywords.items if isinstance(keywords, MapObject) else ()
    named = {str(entry.key.value): entry.value for entry in entries}
    if values is not None:
        context.call(_attribute(context, receiver, "target"), Arguments(tuple(values), named), span)
    return NONE


@KNOWLEDGE.method(_THREAD, "join", "is_alive")
def _join(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.function("threading.Lock", "threading.RLock", "multiprocessing.Lock")
def _lock(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("threading.Lock"), {}))


@KNOWLEDGE.method("threading.Lock", "__enter__", "__exit__", "acquire", "release")
def _held(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE
