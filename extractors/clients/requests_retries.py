"""Requests of a session that urllib3 2 sends again: `urllib3.Retry` on a mounted `requests.adapters.HTTPAdapter`.

Source: urllib3's `Retry.increment` and `Retry.is_retry`, and what `HTTPAdapter.send` of requests 2.32 makes of the end.
"""

from __future__ import annotations

from dataclasses import dataclass

from extractors.clients.request_arguments import attributes_of, named
from extractors.clients.requests_sending import sent
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    TupleValue,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
ADAPTER, RETRY = "requests.adapters.HTTPAdapter", "urllib3.Retry"
SESSION = "requests.Session"
RETRIES = "(retries)"
"""The attribute of a session that holds what was mounted, by the beginning of the addresses."""
_ATTEMPTS = External("urllib3.(attempts)")
"""What makes the attempts: code of the language that the script is written in."""
_CALL = "requests.(request of a session)"
_NAMES = ("total", "connect", "read", "redirect", "status", "other", "allowed_methods", "status_forcelist")
_WAITS = ("backoff_factor", "backoff_max", "backoff_jitter", "remove_headers_on_redirect")
"""Settings that change nothing of which requests are sent, but for a pause."""
_COUNTS = ("connect", "read", "status", "other")
MOST = 3
"""With more attempts than these the model would be many times as long."""
_IDEMPOTENT = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PUT", "TRACE"})
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True)
class Retries:
    """How often a request is sent again, for which methods (None: all), and after which statuses."""

    total: int
    methods: frozenset[str] | None
    statuses: tuple[int, ...]
    raises: bool
    asks: bool
    """True if an answer may ask for it by the header Retry-After."""


@KNOWLEDGE.function(ADAPTER, "requests.sessions.HTTPAdapter")
def _adapter(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("pool_connections", "pool_maxsize", "max_retries", "pool_block")
    if bound is None:
        return context.gap("HS101", "this call of HTTPAdapter", span)
    return context.state.allocate(
        Instance(External(ADAPTER), {"max_retries": bound.get("max_retries", Known(0))})
    )


@KNOWLEDGE.function(
    RETRY,
    "urllib3.util.Retry",
    "urllib3.util.retry.Retry",
    "requests.adapters.Retry",
    "requests.packages.urllib3.Retry",
    "requests.packages.urllib3.util.Retry",
    "requests.packages.urllib3.util.retry.Retry",
)
def _retry(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(RETRY), named(arguments, _NAMES) or {"?": NONE}))


@KNOWLEDGE.method(SESSION, "mount")
def _mount(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """An adapter for addresses that begin so: for all of a scheme, or it does what the one does that is there."""
    bound = arguments.bind("prefix", "adapter") or {}
    adapter, prefix = bound.get("adapter", NONE), bound.get("prefix", NONE)
    found = context.state.get(adapter) if isinstance(adapter, Pointer) else None
    if not (isinstance(found, Instance) and found.of == External(ADAPTER)):
        return context.gap("HS102", "an adapter that is not known is mounted on a session", span)
    given = found.attributes["max_retries"]
    held = attributes_of(context, receiver).get(RETRIES)
    mounted = context.state.get(held) if isinstance(held, Pointer) else None
    kept = mounted.items if isinstance(mounted, MapObject) else ()
    if _of(context, given) is None:
        return context.gap("HS102", "requests of this session are tried again by urllib3's Retry", span)
    if not isinstance(prefix, Known) or prefix.value not in _SCHEMES:
        # The adapter of a longer beginning: the same as without it where it tries nothing again, nor did others.
        if _of(context, given) == NEVER and not kept:
            return NONE
        return context.gap("HS102", "requests of this session are tried again by urllib3's Retry", span)
    if given not in (NONE, Known(0)):
        reason = "the script connects again where a connection is refused; the emitted flow does not"
        context.findings.report("HS201", reason, span)
    items = (*(item for item in kept if item.key != prefix), MapItem(prefix, given))
    context.state.write((receiver.address, RETRIES), context.state.allocate(MapObject(items)))
    return NONE


NEVER = Retries(0, frozenset(), (), False, False)


def _of(context: Evaluator, value: Value) -> Retries | None:
    """What an adapter was given for its retries; None where that is not followed."""
    if value == NONE or (isinstance(value, Known) and isinstance(value.value, int)):
        return NEVER  # a number is that of attempts to connect
    found = context.state.get(value) if isinstance(value, Pointer) else None
    if not isinstance(found, Instance) or found.of != External(RETRY):
        return None
    given = dict(found.attributes)
    total = given.pop("total", Known(10))
    given.pop("redirect", None)  # requests follows redirects by itself
    counts = [given.pop(name, NONE) for name in _COUNTS]
    if not isinstance(total, Known) or type(total.value) is not int or not 0 <= total.value <= MOST:
        return None
    if any(one != NONE and not _at_least(one, total.value) for one in counts):
        return None
    methods = _methods(context, given.pop("allowed_methods", None))
    statuses = _items(context, given.pop("status_forcelist", NONE))
    switches = [given.pop(name, TRUE) for name in ("raise_on_status", "respect_retry_after_header")]
    given.pop("raise_on_redirect", None)
    numbers = tuple(one.value for one in statuses or () if isinstance(one, Known) and type(one.value) is int)
    if statuses is None or len(numbers) != len(statuses) or methods == frozenset():
        return None
    if any(one not in (TRUE, FALSE) for one in switches) or not set(given) <= set(_WAITS):
        return None
    return Retries(total.value, methods, numbers, switches[0] == TRUE, switches[1] == TRUE)


def _at_least(value: Value, total: int) -> bool:
    return isinstance(value, Known) and type(value.value) is int and value.value >= total


def _methods(context: Evaluator, value: Value | None) -> frozenset[str] | None:
    """The methods whose requests are sent again; None for all, and nothing where that is not known."""
    if value is None:
        return _IDEMPOTENT
    if value in (NONE, FALSE):
        return None
    found = _items(context, value) or ()
    texts = [str(one.value).upper() for one in found if isinstance(one, Known)]
    return frozenset(texts) if len(texts) == len(found) else frozenset()


def _items(context: Evaluator, value: Value) -> tuple[Value, ...] | None:
    if value == NONE:
        return ()
    given = context.fixed_items(value)
    if given is None and isinstance(value, Pointer):
        found = context.state.get(value)
        given = getattr(found, "items", None) if getattr(found, "sort", "") == "set" else None
    return given


def retries_of(context: Evaluator, session: dict[str, Value], method: Value) -> Retries | str | None:
    """How a request of a session is sent again; None if it is not, a text where that is not known."""
    held = session.get(RETRIES)
    mounted = context.state.get(held) if isinstance(held, Pointer) else None
    if not isinstance(mounted, MapObject):
        return None
    each = [_of(context, item.value) or NEVER for item in mounted.items]
    if len(each) < len(_SCHEMES):
        each.append(NEVER)
    verb = str(method.value).upper() if isinstance(method, Known) else ""
    each = [NEVER if one.methods is not None and verb not in one.methods else one for one in each]
    one, other = each
    if one != other:
        return _by_scheme(mounted)
    return None if one == NEVER else one


def _by_scheme(mounted: MapObject) -> str:
    prefix = mounted.items[0].key
    return f"it is tried again where its address begins with {prefix.value!r}"


def sent_again(
    context: Evaluator,
    retries: Retries,
    receiver: Pointer,
    bound: dict[str, Value],
    method: Value,
    span: SourceSpan,
) -> Value:
    """A request in a loop of attempts."""
    context.findings.report("HS201", "the script waits between attempts; the emitted flow does not", span)
    arguments = tuple(MapItem(Known(name), value) for name, value in bound.items())
    call = context.state.allocate(
        Instance(
            External(_CALL),
            {"session": receiver, "method": method, "bound": context.state.allocate(MapObject(arguments))},
        )
    )
    asking = (413, 429, 503) if retries.asks else ()
    numbers: tuple[tuple[int, ...], ...] = (tuple(range(retries.total)), retries.statuses, asking)
    timeout, unreachable, exhausted = (
        External(f"requests.exceptions.{name}") for name in ("ReadTimeout", "ConnectionError", "RetryError")
    )
    given: list[Value] = [TupleValue(tuple(Known(one) for one in each)) for each in numbers]
    ends = (timeout, unreachable, exhausted, Known(retries.raises))
    return context.call(_ATTEMPTS, Arguments((call, *given, *ends), {}), span)


@KNOWLEDGE.method(_CALL, "__call__")
def _once(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    held = attributes_of(context, receiver)
    bound, session = held["bound"], held["session"]
    assert isinstance(session, Pointer)
    found = context.state.get(bound) if isinstance(bound, Pointer) else None
    given = found.items if isinstance(found, MapObject) else ()
    named_ = {str(item.key.value): item.value for item in given}
    return sent(context, named_, held["method"], attributes_of(context, session), span)
