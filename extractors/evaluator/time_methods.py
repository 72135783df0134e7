"""The methods and attributes of dates, times and durations, which are values known at run time only."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.evaluator.context import Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Value
from migrate.model import Call, Constant, Entry, Expression, RecordExpression, SourceSpan
from migrate.model.functions.times import DIRECTIVES, FIELDS, PARSED, PARTS_OF_DURATIONS, directives
from migrate.model.operands import TIMES, includes

ZONE = "datetime.timezone"
OFFSET = "(offset)"
RULES = "a time zone other than a fixed offset from UTC"
LOCAL = "the time zone of the machine that the flow runs on decides here; it must be that of the script"


@dataclass(frozen=True)
class _Method:
    """A method that is one kernel function of the value and the arguments."""

    function: str
    names: tuple[str, ...] = ()
    defaults: tuple[Value | None, ...] = ()

    @property
    def required(self) -> int:
        """How many arguments it takes at least."""
        return self.defaults.count(None)


_METHODS = {
    "isoformat": _Method("python.iso_text", ("sep", "timespec"), (Known("T"), Known("auto"))),
    "strftime": _Method("python.format_time", ("format",), (None,)),
    "timestamp": _Method("python.timestamp"),
    "total_seconds": _Method("python.total_seconds"),
    "date": _Method("python.date_of"),
    "weekday": _Method("python.weekday"),
    "isoweekday": _Method("python.iso_weekday"),
}
"""Methods that no other value known at run time has."""


def offset_of(context: Context, zone: Value) -> int | None:
    """The seconds that a zone is ahead of UTC; None for a zone that is not known, or is none."""
    if zone in (External("datetime.timezone.utc"), External("datetime.UTC")):
        return 0
    found = context.state.peek(zone) if isinstance(zone, Pointer) else None
    if isinstance(found, Instance) and found.of == External(ZONE):
        match found.attributes.get(OFFSET):
            case Known(value=int() as seconds):
                return seconds
    return None


def layout_problem(layout: Value, known: str) -> str | None:
    """Why a constant layout of a time is not followed; None where it is."""
    if not (isinstance(layout, Known) and isinstance(layout.value, str)):
        return None
    letters = directives(layout.value)
    if letters is None or not layout.value.isascii():
        return "a layout of a time that systems may write differently"
    if known == PARSED and len({*letters}) < len(letters):
        return "a layout of a time with one directive twice"
    unknown = [letter for letter in letters if letter not in known]
    return f"the directive %{unknown[0]}, which systems may write differently" if unknown else None


def attribute(context: Context, value: Symbolic, name: str, span: SourceSpan) -> Value | None:
    """`value.name` of a date, time or duration; None for what is no field."""
    kind = context.type_of(value.expression)
    if kind not in TIMES or name not in (PARTS_OF_DURATIONS if kind == "duration" else FIELDS):
        return None
    arguments = (value.expression, Constant(value=name))
    return context.symbolic(Call(function="python.time_field", arguments=arguments), span)


def method(
    context: Context, receiver: Symbolic, name: str, arguments: Arguments, span: SourceSpan
) -> Value | None:
    """What a method of a date, time or duration gives; None if the call is none of these."""
    kind = context.type_of(receiver.expression)
    if kind is not None and kind not in TIMES:
        return None
    if kind is not None and name in ("replace", "astimezone"):
        changed = _replaced if name == "replace" else _moved
        return changed(context, receiver.expression, arguments, span)
    found = _METHODS.get(name)
    bound = arguments.bind(*found.names) if found else None
    if found is None or bound is None:
        return None
    if name == "strftime" and (problem := layout_problem(bound.get("format", NONE), DIRECTIVES)):
        written = (receiver.expression, context.snapshot(bound.get("format", NONE), span))
        return context.instead("HS101", problem, span, Call(function=found.function, arguments=written))
    if name == "timestamp" and kind != "aware datetime":
        context.findings.report("HS206", LOCAL, span)
    given = [bound.get(each, default) for each, default in zip(found.names, found.defaults, strict=True)]
    used = max((place for place, each in enumerate(found.names, 1) if each in bound), default=0)
    if None in given[: max(used, found.required)]:
        return None
    expressions = (
        context.snapshot(one, span) for one in given[: max(used, found.required)] if one is not None
    )
    return context.symbolic(
        Call(function=found.function, arguments=(receiver.expression, *expressions)), span
    )


def _replaced(context: Context, value: Expression, arguments: Arguments, span: SourceSpan) -> Value | None:
    """`value.replace(year=..., tzinfo=...)`."""
    kind = context.type_of(value)
    given = arguments.bind(*(FIELDS[:3] if kind == "date" else (*FIELDS, "tzinfo")))
    if given is None or kind == "duration":
        return None
    zone = given.pop("tzinfo", None)
    if given:
        entries = tuple(
            Entry(key=name, value=context.snapshot(given[name], span)) for name in FIELDS if name in given
        )
        made = context.symbolic(
            Call(function="python.with_fields", arguments=(value, RecordExpression(entries=entries))), span
        )
        if not isinstance(made, Symbolic):
            return made
        value = made.expression
    if zone is None:
        return context.value_of(value)
    if zone == NONE:
        return context.symbolic(Call(function="python.naive", arguments=(value,)), span)
    return at_zone(context, "python.aware", value, zone, span)


def _moved(context: Context, value: Expression, arguments: Arguments, span: SourceSpan) -> Value | None:
    """`value.astimezone(zone)`."""
    given = arguments.bind("tz")
    if not given or not includes("datetime", context.type_of(value)):
        return None
    if context.type_of(value) != "aware datetime":
        context.findings.report("HS206", LOCAL, span)
    return at_zone(context, "python.at_offset", value, given["tz"], span)


def at_zone(context: Context, function: str, value: Expression, zone: Value, span: SourceSpan) -> Value:
    """A kernel function of a datetime and the offset of a zone."""
    offset = offset_of(context, zone)
    made = Call(function=function, arguments=(value, Constant(value=offset or 0)))
    return context.instead("HS101", RULES, span, made) if offset is None else context.symbolic(made, span)
