"""Python's `datetime`.

Reads: `datetime.now`, `utcnow`, `today`, `date.today`; `datetime`, `date`, `timedelta`, `timezone` with constants or
    values; `fromisoformat`, `strptime`, `fromtimestamp`, `utcfromtimestamp`; methods and attributes of what they give;
    arithmetic and comparisons.
Becomes: a look at the clock, as a step of its own, and functions of its results; a note where the zone of the machine
    decides.
Cannot see: zones with rules (`zoneinfo`, `pytz`), times of a day without a date, `fold`; directives of `strftime` that
    systems write differently.
Example:
    from datetime import datetime, timedelta, timezone
    import requests
    now = datetime.now(timezone.utc)
    since = (now - timedelta(days=1)).strftime("%Y-%m-%d")
    for order in requests.get("https://shop.example/orders", params={"since": since}).json():
        requests.post("https://erp.example/orders", json={"id": order["id"], "at": now.isoformat()})
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.time_methods import LOCAL, OFFSET, RULES, ZONE, at_zone, layout_problem, offset_of
from extractors.evaluator.values import NONE, External, Instance, Known, Symbolic, Unknown, Value
from migrate.model import Call, ClockOperation, Constant, Expression, Reference, SourceSpan
from migrate.model.functions import FUNCTIONS
from migrate.model.functions.times import DAY, FIELDS, PARSED

KNOWLEDGE = Knowledge()
_DURATION = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")

for _name in ("datetime", "date", "timedelta", "timezone", "timezone.utc", "UTC"):
    KNOWLEDGE.values[f"datetime.{_name}"] = lambda context, span, name=_name: External(f"datetime.{name}")  # type: ignore[misc]  # bound in the loop


def looked_at_clock(context: Evaluator, part: str, span: SourceSpan) -> Expression:
    """A look at the clock, as an effect, and the part of it that is asked for."""
    made = context.new_id("now")
    context.emit(Request(made, ClockOperation(span=span), span))
    context.has_times = True
    return Reference.model_validate({"step": made, "part": part})


def _made(context: Evaluator, function: str, arguments: tuple[Expression, ...], span: SourceSpan) -> Value:
    context.has_times = True
    return context.symbolic(Call(function=function, arguments=arguments), span)


@KNOWLEDGE.function("datetime.datetime.now")
def _now(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("tz")
    if bound is None:
        return misfit(context, "datetime.now", arguments, span)
    zone = bound.get("tz", NONE)
    return _local(context, span) if zone == NONE else _moment_in(context, zone, span)


def _local(context: Evaluator, span: SourceSpan) -> Value:
    context.findings.report("HS206", LOCAL, span)
    return context.symbolic(looked_at_clock(context, "local", span), span)


def _moment_in(context: Evaluator, zone: Value, span: SourceSpan) -> Value:
    """`datetime.now(zone)`."""
    offset = offset_of(context, zone)
    utc = (looked_at_clock(context, "utc", span), Constant(value=0))
    if offset is None:
        return context.instead("HS101", RULES, span, Call(function="python.aware", arguments=utc))
    moment = _made(context, "python.aware", utc, span)
    if offset == 0 or not isinstance(moment, Symbolic):
        return moment
    return _made(context, "python.at_offset", (moment.expression, Constant(value=offset)), span)


@KNOWLEDGE.function("datetime.datetime.utcnow")
def _utcnow(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments != Arguments((), {}):
        return misfit(context, "datetime.utcnow", arguments, span)
    return context.symbolic(looked_at_clock(context, "utc", span), span)


@KNOWLEDGE.function("datetime.datetime.today")
def _now_today(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments != Arguments((), {}):
        return misfit(context, "datetime.today", arguments, span)
    return _local(context, span)


@KNOWLEDGE.function("datetime.date.today")
def _today(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    now = _now_today(context, arguments, span)
    if not isinstance(now, Symbolic):
        return now
    return _made(context, "python.date_of", (now.expression,), span)


@KNOWLEDGE.function("datetime.datetime")
def _datetime(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind(*FIELDS, "tzinfo") or {}
    zone = bound.pop("tzinfo", NONE)
    if not bound.keys() >= set(FIELDS[:3]) or _unknown(bound):
        return misfit(context, "datetime", arguments, span)
    given = [name for name in FIELDS if name in bound]
    named = FIELDS[: FIELDS.index(given[-1]) + 1]
    made = _made(context, "python.datetime", _values(context, bound, named, span), span)
    if zone == NONE or not isinstance(made, Symbolic):
        return made
    return at_zone(context, "python.aware", made.expression, zone, span)


@KNOWLEDGE.function("datetime.date")
def _date(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind(*FIELDS[:3]) or {}
    if len(bound) < 3 or _unknown(bound):
        return misfit(context, "date", arguments, span)
    return _made(context, "python.date", _values(context, bound, FIELDS[:3], span), span)


@KNOWLEDGE.function("datetime.timedelta")
def _timedelta(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind(*_DURATION)
    if bound is None or _unknown(bound):
        return misfit(context, "timedelta", arguments, span)
    given = [name for name in _DURATION if name in bound] or ["days"]
    named = _DURATION[: _DURATION.index(given[-1]) + 1]
    return _made(context, "python.timedelta", _values(context, bound, named, span), span)


def _unknown(bound: dict[str, Value]) -> bool:
    return any(isinstance(value, Unknown) for value in bound.values())


def _values(
    context: Evaluator, bound: dict[str, Value], names: Sequence[str], span: SourceSpan
) -> tuple[Expression, ...]:
    """The arguments by name; one that is left out is 0."""
    return tuple(context.snapshot(bound.get(name, Known(0)), span) for name in names)


@KNOWLEDGE.function("datetime.timezone")
def _timezone(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments:
        case Arguments(
            positional=(Symbolic(expression=Call(function="python.timedelta", arguments=parts)),), keywords={}
        ) if not arguments.keywords and all(isinstance(part, Constant) for part in parts):
            offset = FUNCTIONS["python.timedelta"](
                *(part.value for part in parts if isinstance(part, Constant))
            )
            seconds = offset.total_seconds() if isinstance(offset, timedelta) else float(DAY)
            if abs(seconds) < DAY and seconds.is_integer():
                zone = Instance(External(ZONE), {OFFSET: Known(int(seconds))})
                return context.state.allocate(zone)
    return misfit(context, "timezone", arguments, span)


def _of_text(name: str, function: str) -> None:
    @KNOWLEDGE.function(name)
    def parse(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        texts = arguments.positional
        if len(texts) != 1 or arguments.keywords or isinstance(texts[0], Unknown):
            return misfit(context, name, arguments, span)
        return _made(context, function, (context.snapshot(texts[0], span),), span)


_of_text("datetime.datetime.fromisoformat", "python.iso_datetime")
_of_text("datetime.date.fromisoformat", "python.iso_date")


@KNOWLEDGE.function("datetime.datetime.strptime")
def _strptime(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2 or arguments.keywords:
        return misfit(context, "strptime", arguments, span)
    text, layout = arguments.positional
    if isinstance(text, Unknown) or isinstance(layout, Unknown):
        return misfit(context, "strptime", arguments, span)
    expressions = (context.snapshot(text, span), context.snapshot(layout, span))
    if problem := layout_problem(layout, PARSED):
        parsed = Call(function="python.parse_time", arguments=expressions)
        return context.instead("HS101", problem, span, parsed)
    return _made(context, "python.parse_time", expressions, span)


@KNOWLEDGE.function("datetime.datetime.utcfromtimestamp")
def _utc_from_timestamp(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords or isinstance(arguments.positional[0], Unknown):
        return misfit(context, "utcfromtimestamp", arguments, span)
    seconds = context.snapshot(arguments.positional[0], span)
    return _made(context, "python.utc_from_timestamp", (seconds,), span)


@KNOWLEDGE.function("datetime.datetime.fromtimestamp")
def _from_timestamp(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("timestamp", "tz") or {}
    if "timestamp" not in bound or _unknown(bound):
        return misfit(context, "fromtimestamp", arguments, span)
    seconds = (context.snapshot(bound["timestamp"], span),)
    zone = bound.get("tz", NONE)
    if zone == NONE:
        context.findings.report("HS206", LOCAL, span)
        return _made(context, "python.local_from_timestamp", seconds, span)
    offset = offset_of(context, zone)
    if offset is None:
        moment = Call(function="python.utc_from_timestamp", arguments=seconds)
        aware = Call(function="python.aware", arguments=(moment, Constant(value=0)))
        return context.instead("HS101", RULES, span, aware)
    utc = _made(context, "python.utc_from_timestamp", seconds, span)
    if not isinstance(utc, Symbolic):
        return utc
    aware = Call(function="python.aware", arguments=(utc.expression, Constant(value=0)))
    if offset == 0:
        return context.symbolic(aware, span)
    return _made(context, "python.at_offset", (aware, Constant(value=offset)), span)


@KNOWLEDGE.function("datetime.date.fromtimestamp")
def _date_from_timestamp(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    moment = _from_timestamp(context, arguments, span) if not arguments.keywords else NONE
    if not isinstance(moment, Symbolic) or len(arguments.positional) != 1:
        return misfit(context, "date.fromtimestamp", arguments, span) if moment == NONE else moment
    return _made(context, "python.date_of", (moment.expression,), span)
