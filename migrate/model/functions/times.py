"""Dates, times and durations: datetimes without a zone (naive) or at a fixed offset from UTC (aware), dates, durations.

Arithmetic and order are those of `python.add`, `python.subtract`, `python.less` and so on. A local time is that of the
zone of the machine that the flow runs on. Source: "datetime" of the Library Reference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.operands import Operand, includes
from migrate.model.values import UnmappedReached

DIRECTIVES = "aAbBdHIjmMpSUwWyYzZf%"
"""Directives of `strftime` that mean the same everywhere: `%a` and its like as in the locale C."""
PARSED = "dHmMSyYzfIpbBaA%"
"""Directives of `strptime`."""
FIELDS = ("year", "month", "day", "hour", "minute", "second", "microsecond")
PARTS_OF_DURATIONS = ("days", "seconds", "microseconds")
DAY = 86_400
_DATES = [("date",), ("datetime",)]
_PRECISIONS = ("auto", "hours", "minutes", "seconds", "milliseconds", "microseconds")


def directives(layout: str) -> list[str] | None:
    """The letters of the directives in a layout, in order; None for one that ends in a lone `%`."""
    found = re.findall(r"%(.?)", layout, re.DOTALL)
    return None if "" in found else found


def _is_layout(operand: Operand, known: str) -> bool:
    text = operand.constant.value if operand.constant else None
    return isinstance(text, str) and set(directives(text) or "?") <= set(known) and text.isascii()


def _constants(operands: Sequence[Operand], compute: Any) -> bool:
    """True if the operands are constants of which something can be made."""
    if not all(one.constant for one in operands):
        return False
    try:
        compute(*(one.constant.value for one in operands if one.constant))
    except (TypeError, ValueError, OverflowError):
        return False
    return True


def _offset(seconds: Any) -> timezone:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        raise TypeError
    return timezone(timedelta(seconds=seconds))


def _is_offset(operand: Operand) -> bool:
    value = operand.constant.value if operand.constant else None
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < DAY


def _require_datetime(value: Any) -> None:
    if not isinstance(value, datetime):
        raise AttributeError


def _require_date(value: Any) -> None:
    if not isinstance(value, date):
        raise AttributeError


@kernel(
    "python.datetime",
    result="naive datetime",
    total_on=lambda operands: _constants(operands, datetime),
)
def _datetime(
    year: Any,
    month: Any,
    day: Any,
    hour: Any = 0,
    minute: Any = 0,
    second: Any = 0,
    microsecond: Any = 0,
) -> datetime:
    """`datetime(year, month, day, ...)`, naive; a field out of its range is an error."""
    return datetime(year, month, day, hour, minute, second, microsecond)


@kernel("python.date", result="date", total_on=lambda operands: _constants(operands, date))
def _date(year: Any, month: Any, day: Any) -> date:
    """`date(year, month, day)`; a field out of its range is an error."""
    return date(year, month, day)


@kernel("python.timedelta", result="duration", total_on=lambda operands: _constants(operands, timedelta))
def _timedelta(
    days: Any = 0,
    seconds: Any = 0,
    microseconds: Any = 0,
    milliseconds: Any = 0,
    minutes: Any = 0,
    hours: Any = 0,
    weeks: Any = 0,
) -> timedelta:
    """`timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks)`, to the microsecond, half to even.

    More than 999,999,999 days are an error.
    """
    return timedelta(days, seconds, microseconds, milliseconds, minutes, hours, weeks)


@kernel("python.aware", result="aware datetime", total_on=[("datetime", _is_offset)])
def _aware(value: Any, offset: Any) -> datetime:
    """`value.replace(tzinfo=timezone(timedelta(seconds=offset)))`: the same fields at an offset from UTC."""
    _require_datetime(value)
    changed: datetime = value.replace(tzinfo=_offset(offset))
    return changed


@kernel("python.naive", result="naive datetime", total_on=[("datetime",)])
def _naive(value: Any) -> datetime:
    """`value.replace(tzinfo=None)`: the same fields without an offset."""
    _require_datetime(value)
    changed: datetime = value.replace(tzinfo=None)
    return changed


@kernel("python.at_offset", result="aware datetime")
def _at_offset(value: Any, offset: Any) -> datetime:
    """`value.astimezone(timezone(timedelta(seconds=offset)))`: the same moment; a naive datetime is a local time."""
    _require_datetime(value)
    moved: datetime = value.astimezone(_offset(offset))
    return moved


@kernel("python.iso_datetime", result="datetime")
def _iso_datetime(text: Any) -> datetime:
    """`datetime.fromisoformat(text)`: most forms of ISO 8601, naive where there is no offset (of Python 3.11)."""
    return datetime.fromisoformat(text)


@kernel("python.iso_date", result="date")
def _iso_date(text: Any) -> date:
    """`date.fromisoformat(text)` of Python 3.11."""
    return date.fromisoformat(text)


def _parsed_type(operands: Sequence[Operand]) -> str:
    layout = operands[1].constant.value if operands[1].constant else None
    if not isinstance(layout, str):
        return "datetime"
    return "aware datetime" if "z" in (directives(layout) or ()) else "naive datetime"


@kernel("python.parse_time", result=_parsed_type)
def _parse_time(text: Any, layout: Any) -> datetime:
    """`datetime.strptime(text, layout)`: naive without `%z`; names of days and months in English.

    A layout with one directive twice, which is an error of another library, is not followed.
    """
    found = directives(layout) if isinstance(layout, str) and isinstance(text, str) else None
    if found is not None and len(set(found) - {"%"}) < len(found) - found.count("%"):
        raise UnmappedReached("python.parse_time: a directive twice")
    return datetime.strptime(text, layout)


@kernel(
    "python.format_time",
    result="text",
    total_on=[(kind, lambda one: _is_layout(one, DIRECTIVES)) for kind in ("date", "datetime")],
)
def _format_time(value: Any, layout: Any) -> str:
    """`value.strftime(layout)` of a date or datetime; names of days and months in English."""
    _require_date(value)
    text: str = value.strftime(layout)
    return text


def _iso_is_safe(operands: Sequence[Operand]) -> bool:
    value, *layout = operands
    if not layout:
        return value.type == "date" or includes("datetime", value.type)
    texts = [one.constant.value if one.constant else None for one in layout]
    separator, precision = (*texts, "auto")[:2]
    plain = isinstance(separator, str) and len(separator) == 1 and separator.isascii()
    return includes("datetime", value.type) and plain and precision in _PRECISIONS


@kernel("python.iso_text", result="text", total_on=_iso_is_safe)
def _iso_text(value: Any, separator: Any = "T", timespec: Any = "auto") -> str:
    """`value.isoformat(...)`: of a date, or of a datetime with separator and precision.

    The precision `auto` shows microseconds where there are any, as six figures; `hours`, `minutes`, `seconds`,
    `milliseconds` and `microseconds` cut off what is finer.
    """
    _require_date(value)
    if not isinstance(value, datetime):
        if (separator, timespec) != ("T", "auto"):
            raise TypeError
        return str(value.isoformat())
    return value.isoformat(separator, timespec)


@kernel("python.timestamp", result="float", total_on=[("aware datetime",)])
def _timestamp(value: Any) -> float:
    """`value.timestamp()`: seconds since 1970 in UTC; a naive datetime is a local time."""
    _require_datetime(value)
    seconds: float = value.timestamp()
    return seconds


@kernel("python.utc_from_timestamp", result="naive datetime")
def _utc_from_timestamp(seconds: Any) -> datetime:
    """`datetime.utcfromtimestamp(seconds)`: naive, in UTC, to the microsecond, half to even."""
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except OSError:
        raise UnmappedReached("python.utc_from_timestamp: an error of the operating system") from None


@kernel("python.local_from_timestamp", result="naive datetime")
def _local_from_timestamp(seconds: Any) -> datetime:
    """`datetime.fromtimestamp(seconds)`: naive, a local time, to the microsecond, half to even."""
    try:
        return datetime.fromtimestamp(seconds)
    except OSError:
        raise UnmappedReached("python.local_from_timestamp: an error of the operating system") from None


@kernel("python.date_of", result="date", total_on=[("datetime",)])
def _date_of(value: Any) -> date:
    """`value.date()` of a datetime."""
    _require_datetime(value)
    day: date = value.date()
    return day


def _has_field(operands: Sequence[Operand]) -> bool:
    value, field = operands
    name = field.constant.value if field.constant else None
    if includes("datetime", value.type):
        return name in FIELDS
    return name in {"date": FIELDS[:3], "duration": PARTS_OF_DURATIONS}.get(value.type or "", ())


@kernel("python.time_field", result="integer", total_on=_has_field)
def _time_field(value: Any, name: Any) -> int:
    """`value.year` and its like of a date or datetime, `value.days`, `.seconds`, `.microseconds` of a duration."""
    if not isinstance(value, date | timedelta) or name not in (*FIELDS, *PARTS_OF_DURATIONS):
        raise AttributeError
    field: int = getattr(value, name)
    return field


@kernel("python.total_seconds", result="float", total_on=[("duration",)])
def _total_seconds(value: Any) -> float:
    """`value.total_seconds()` of a duration."""
    if not isinstance(value, timedelta):
        raise AttributeError
    return value.total_seconds()


@kernel("python.with_fields", result=lambda operands: operands[0].type)
def _with_fields(value: Any, fields: Any) -> Any:
    """`value.replace(year=..., ...)` of a date or datetime, the fields in a map; others are an error."""
    _require_date(value)
    if not isinstance(fields, dict) or not fields.keys() <= {*FIELDS}:
        raise TypeError
    return value.replace(**fields)


@kernel("python.weekday", result="integer", total_on=_DATES)
def _weekday(value: Any) -> int:
    """`value.weekday()` of a date or datetime: Monday is 0."""
    _require_date(value)
    number: int = value.weekday()
    return number


@kernel("python.iso_weekday", result="integer", total_on=_DATES)
def _iso_weekday(value: Any) -> int:
    """`value.isoweekday()` of a date or datetime: Monday is 1."""
    _require_date(value)
    number: int = value.isoweekday()
    return number


@kernel("python.times_as_text", result=None, total=True)
def _times_as_text(value: Any) -> Any:
    """The value with `str` of each date, time and duration in it, as `json.dumps(value, default=str)` asks for it."""
    match value:
        case list():
            return [_times_as_text(one) for one in value]
        case dict():
            return {key: _times_as_text(one) for key, one in value.items()}
        case date() | timedelta():
            return str(value)
        case _:
            return value
