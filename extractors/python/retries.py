"""Functions that are tried again after errors: tenacity 9, backoff 2, retrying 1.4; and ratelimit 2.

Reads: `tenacity.retry` with `stop_after_attempt`, waits, `retry_if_exception_type`, `reraise`, and log functions;
    `backoff.on_exception` with `max_tries`; `retrying.retry` with `stop_max_attempt_number` and waits;
    `ratelimit.sleep_and_retry` around `ratelimit.limits`.
Becomes: the calls with the same number of attempts, then the error of the last one (tenacity's own `RetryError` without
    `reraise`). The emitted flow does not wait in between.
Cannot see: other stops, conditions on results or errors, functions that are told of each attempt,
    asynchronous functions.
Example:
    import requests
    from tenacity import retry, stop_after_attempt, wait_fixed
    @retry(stop=stop_after_attempt(3), wait=wait_fixed(2), reraise=True)
    def send(order):
        requests.post("https://b.example/orders", json=order).raise_for_status()
    for order in requests.get("https://a.example/orders").json():
        send(order)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    FunctionValue,
    Instance,
    Known,
    Pointer,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import FunctionDef
from extractors.python.following import follow
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
MAX_IN_TURN = 5
"""More attempts than these stay a loop."""
_ATTEMPTS = External("tenacity.(attempts)")
_DECORATOR, _SETTING = "tenacity.(decorator)", "tenacity.(setting)"
_RETRY_ERROR, _EVERY_ERROR = External("tenacity.RetryError"), External("builtins.Exception")
_UNCLEAR = Known("unclear")
_LIMITED = "ratelimit.limits around a function: more calls in a period are an error"
_WAITS = frozenset(
    f"wait_{name}"
    for name in (
        "fixed",
        "none",
        "random",
        "exponential",
        "random_exponential",
        "full_jitter",
        "incrementing",
        "chain",
        "exponential_jitter",
    )
)
_LOGS = frozenset({"before_log", "after_log", "before_sleep_log", "before_nothing", "after_nothing"})


def _again(
    context: Evaluator, function: Value, times: Value, errors: Value, error: Value, span: SourceSpan
) -> Value:
    """The function, tried so many times after such errors; `error` is raised at the end, None: what it raised."""
    definition = function.definition if isinstance(function, FunctionValue) else None
    match times:
        case Known(value=bool()):
            counted = False
        case Known(value=int() | None as number):
            counted = number is None or number > 0
        case _:
            counted = False
    if (
        not isinstance(function, FunctionValue)
        or not isinstance(definition, FunctionDef)
        or definition.asynchronous
        or definition.generator
        or not counted
        or context.kinds(errors) is None
    ):
        return _not_exact(function, span)
    context.set_aside.append(function)
    context.findings.report("HS201", "the script waits between attempts; the emitted flow does not", span)
    return follow(context, "trying", (_ATTEMPTS, function, times, errors, error), span)


@KNOWLEDGE.function("urllib3.(attempts)")
def _of_an_adapter(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """The attempts of a request that an adapter of `requests` sends again."""
    return follow(context, "sent_again", arguments.positional, span)


@KNOWLEDGE.function(_ATTEMPTS.name)
def _attempts(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """A call: a loop of attempts; one by one where what it gives is no data, which no loop hands on."""
    function, times, errors, error, *given = arguments.positional
    assert isinstance(function, FunctionValue)
    assert isinstance(times, Known)
    if not isinstance(times.value, int):
        return follow(context, "tried_for_ever", (function, errors, *given), span)

    def loop() -> Value:
        if error == NONE:
            return follow(context, "tried_again", (function, times, errors, *given), span)
        return follow(context, "tried_again_or", (function, times, errors, error, *given), span)

    if times.value > MAX_IN_TURN or context.gives_data(function.definition.span, loop):
        return loop()
    turns = TupleValue(tuple(Known(number) for number in range(1, times.value)))
    return follow(context, "tried_in_turn", (function, turns, errors, error, *given), span)


def _not_exact(function: Value, span: SourceSpan) -> Value:
    """The function behind a gap: how often it is tried, and after what, is not what is known here."""
    why = Unknown("HS102", "a function that is tried again in a way that is not followed", span)
    return replace(function, wrapped=why) if isinstance(function, FunctionValue) else why


def _decorator(context: Evaluator, times: Value, errors: Value = _EVERY_ERROR, error: Value = NONE) -> Value:
    settings = {"times": times, "errors": errors, "error": error}
    return context.state.allocate(Instance(External(_DECORATOR), settings))


@KNOWLEDGE.method(_DECORATOR, "__call__")
def _decorate(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    found = context.state.get(receiver)
    assert isinstance(found, Instance)
    settings, function = found.attributes, arguments.positional[0]
    return _again(context, function, settings["times"], settings["errors"], settings["error"], span)


# --- tenacity ----------------------------------------------------------------------------------------------------


def _register_setting(name: str) -> None:
    @KNOWLEDGE.function(f"tenacity.{name}", *_submodule(name))
    def make(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        given = TupleValue((*arguments.positional, *arguments.keywords.values()))
        return context.state.allocate(Instance(External(_SETTING), {"name": Known(name), "given": given}))


def _submodule(name: str) -> Iterable[str]:
    module = {"wait": "wait", "stop": "stop", "retry": "retry"}.get(name.partition("_")[0])
    return (f"tenacity.{module}.{name}",) if module else ()


for _name in (*sorted(_WAITS), *sorted(_LOGS), "stop_after_attempt", "retry_if_exception_type"):
    _register_setting(_name)


def _setting(context: Evaluator, value: Value) -> tuple[str, tuple[Value, ...]]:
    """The name of a function of tenacity and what it was given; "" for anything else."""
    found = context.state.peek(value) if isinstance(value, Pointer) else None
    if not isinstance(found, Instance) or found.of != External(_SETTING):
        return "", ()
    name, given = found.attributes["name"], found.attributes["given"]
    assert isinstance(name, Known)
    assert isinstance(given, TupleValue)
    return str(name.value), given.items


@KNOWLEDGE.function("tenacity.retry")
def _retry(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) == 1 and not arguments.keywords:
        return _again(context, arguments.positional[0], NONE, _EVERY_ERROR, _RETRY_ERROR, span)
    bound = arguments.bind("sleep", "stop", "wait", "retry", "before", "after", "before_sleep", "reraise")
    unclear = _decorator(context, _UNCLEAR)
    if bound is None or arguments.positional:
        return unclear
    times: Value = NONE
    errors: Value = _EVERY_ERROR
    for key, value in bound.items():
        match key, _setting(context, value):
            case "stop", ("stop_after_attempt", (Known(value=int()) as number,)):
                times = number
            case "retry", ("retry_if_exception_type", given):
                errors = given[0] if given else _EVERY_ERROR
            case "wait", (name, _) if name in _WAITS:
                pass
            case (("before" | "after" | "before_sleep"), (name, _)) if name in _LOGS:
                pass
            case "reraise", _ if isinstance(value, Known) and isinstance(value.value, bool):
                pass
            case _:
                return unclear
    error = NONE if bound.get("reraise") == Known(True) else _RETRY_ERROR
    return _decorator(context, times, errors, error)


# --- backoff, retrying, ratelimit --------------------------------------------------------------------------------


@KNOWLEDGE.function("backoff.on_exception")
def _on_exception(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    names = (
        "wait_gen",
        "exception",
        "max_tries",
        "max_time",
        "jitter",
        "logger",
        "factor",
        "base",
        "interval",
    )
    bound = arguments.bind(*names, "max_value", "backoff_log_level", "giveup_log_level")
    if bound is None or "exception" not in bound or bound.get("max_time", NONE) != NONE:
        return _decorator(context, _UNCLEAR)
    return _decorator(context, bound.get("max_tries", NONE), bound["exception"])


@KNOWLEDGE.function("retrying.retry")
def _retrying(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    every = External("builtins.BaseException")
    if len(arguments.positional) == 1 and not arguments.keywords:
        return _again(context, arguments.positional[0], NONE, every, NONE, span)
    settings = dict(arguments.keywords)
    times = settings.pop("stop_max_attempt_number", NONE)
    if arguments.positional or any(not name.startswith("wait_") or name == "wait_func" for name in settings):
        times = _UNCLEAR
    return _decorator(context, times, every)


def _register_value(name: str) -> None:
    KNOWLEDGE.values[name] = lambda context, span: External(name)


for _name in ("expo", "fibo", "constant", "full_jitter", "random_jitter"):
    _register_value(f"backoff.{_name}")


@KNOWLEDGE.function("ratelimit.limits", "ratelimit.RateLimitDecorator")
def _limits(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("ratelimit.(limits)"), {}))


@KNOWLEDGE.method("ratelimit.(limits)", "__call__")
def _limited(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    function = arguments.positional[0]
    if not isinstance(function, FunctionValue) or function.wrapped is not None:
        return function
    return replace(function, wrapped=Unknown("HS102", _LIMITED, span))


@KNOWLEDGE.function("ratelimit.sleep_and_retry")
def _sleep_and_retry(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Waits until the limit allows the call; without a limit it does nothing."""
    function = arguments.positional[0]
    if not isinstance(function, FunctionValue):
        return _not_exact(function, span)
    context.findings.report("HS201", "the script waits between calls; the emitted flow does not", span)
    limited = function.wrapped is not None and function.wrapped.reason == _LIMITED
    return replace(function, wrapped=None) if limited else function
