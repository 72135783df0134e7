"""Time zones with rules (`zoneinfo`, `pytz`, `dateutil.tz`), and texts that a library reads as a time in any layout.

Reads: `ZoneInfo`, `pytz.timezone`, `pytz.utc`, `dateutil.tz`; `zone.localize(moment)`; `dateutil.parser.parse` and
    the like.
Becomes: UTC as the offset that it is; any other zone as a gap, behind which times are read as if they were UTC.
Cannot see: what the rules of a zone make of a time; which layouts are understood.
Example:
    import pytz
    import requests
    from datetime import datetime
    for order in requests.get("https://shop.example/orders").json():
        at = pytz.utc.localize(datetime.fromtimestamp(order["at"]))
        requests.post("https://erp.example/orders", json={"id": order["id"], "at": at.isoformat()})
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.time_methods import RULES, at_zone
from extractors.evaluator.values import External, Instance, Known, Pointer, Unknown, Value
from migrate.model import Call, SourceSpan

KNOWLEDGE = Knowledge()
_ZONE = "zoneinfo.ZoneInfo"
_UTC = External("datetime.timezone.utc")

for _name in ("pytz.utc", "pytz.UTC", "dateutil.tz.UTC"):
    KNOWLEDGE.values[_name] = lambda context, span: _UTC


@KNOWLEDGE.function("zoneinfo.ZoneInfo", "pytz.timezone", "dateutil.tz.gettz", "backports.zoneinfo.ZoneInfo")
def _zone(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments == Arguments((Known("UTC"),), {}):
        return _UTC
    context.gap("HS101", RULES, span, arguments.positional)
    return context.state.allocate(Instance(External(_ZONE), {}))


@KNOWLEDGE.function("dateutil.tz.tzutc")
def _utc(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return misfit(context, "tzutc", arguments, span) if arguments != Arguments((), {}) else _UTC


@KNOWLEDGE.function("datetime.timezone.utc.localize")
def _localize_utc(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return _in_zone(context, "localize", _UTC, arguments, span)


@KNOWLEDGE.method(_ZONE, "localize", "normalize", "fromutc")
def _localize(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _in_zone(context, "localize", of, arguments, span)


def _in_zone(context: Evaluator, name: str, zone: Value, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 1 or arguments.keywords or isinstance(arguments.positional[0], Unknown):
        return misfit(context, name, arguments, span)
    moment = context.snapshot(arguments.positional[0], span)
    context.has_times = True
    return at_zone(context, "python.aware", moment, zone, span)


@KNOWLEDGE.function(
    *("dateutil.parser.parse", "dateutil.parser.isoparse", "dateparser.parse", "ciso8601.parse_datetime"),
    *("pendulum.parse", "iso8601.parse_date", "arrow.get", "maya.parse"),
)
def _parse(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if not arguments.positional or isinstance(arguments.positional[0], Unknown):
        return misfit(context, "a function that reads times", arguments, span)
    text = context.snapshot(arguments.positional[0], span)
    made = Call(function="python.iso_datetime", arguments=(text,))
    return context.instead("HS101", "a time in any layout that a library understands", span, made)
