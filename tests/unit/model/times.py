"""Dates, times and durations that tell functions apart, and the arguments that go with them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from migrate.model.functions import FUNCTIONS, times

_EAST, _WEST = timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=3, seconds=7))
NAIVE: list[Any] = [
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23, 59, 59, 999999),
    datetime(2024, 2, 29),
    datetime(2023, 12, 31, 23, 59, 59),
    datetime(1969, 12, 31, 12, 5, 0, 500000),
    datetime(2024, 3, 10, 2, 30, 7, 123456),
    datetime(1900, 2, 28, 0, 0, 0, 1),
]  # naive ones are what is meant
AWARE: list[Any] = [
    datetime(2024, 2, 29, tzinfo=UTC),
    datetime(2024, 2, 29, 5, 30, tzinfo=_EAST),
    datetime(2024, 2, 28, 20, 59, 53, 5, tzinfo=_WEST),
    datetime(1, 1, 1, tzinfo=_EAST),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=_WEST),
]
DATES: list[Any] = [date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), date(2021, 1, 3), date(1000, 12, 1)]
DURATIONS: list[Any] = [
    timedelta(),
    timedelta(days=1),
    timedelta(days=-1, microseconds=1),
    timedelta(hours=25, microseconds=-3),
    timedelta(microseconds=1),
    timedelta(days=999999999, seconds=86399, microseconds=999999),
    timedelta(days=-999999999),
    timedelta(days=366, seconds=5),
]
TIMES = [*NAIVE, *AWARE, *DATES, *DURATIONS]
_OTHERS: list[Any] = [
    None,
    True,
    0,
    1,
    -2,
    3,
    0.0,
    0.5,
    -1.5,
    1e300,
    float("inf"),
    float("nan"),
    "",
    "a",
    [],
    {},
]
_ODD: list[Any] = [*TIMES, *_OTHERS]
_FIELDS: list[Any] = [
    0,
    1,
    2,
    12,
    13,
    28,
    29,
    31,
    60,
    2023,
    2024,
    9999,
    10000,
    -1,
    2**31,
    1.0,
    True,
    None,
    "1",
]
_STAMPS: list[Any] = [
    *(
        0,
        -1,
        1,
        True,
        1709208000,
        -62135596800,
        -62135596801,
        253402300799,
        253402300800,
        2**55,
        2**63,
        -(2**63) - 1,
    ),
    *(
        0.0,
        0.5,
        1e-6,
        5e-7,
        1.5e-6,
        2.5e-6,
        0.9999995,
        0.9999996,
        -0.5,
        -1e-7,
        1709208000.123456,
        1709208000.9999999,
    ),
    *(253402300799.9999, 1e16, 1e300, float("inf"), float("nan"), None, "1", []),
]
_ISO: list[Any] = [
    *(
        "2024-02-29",
        "2023-02-29",
        "2024-13-01",
        "0000-01-01",
        "2024-2-9",
        "",
        "n/a",
        "not a date at all",
        "20240229",
    ),
    *(
        "2024-W09-4",
        "2024-02-29T12:30:45",
        "2024-02-29 12:30:45.5",
        "2024-02-29T12:30:45.123456789",
        "2024-02-29T12",
    ),
    *("2024-02-29T12:30", "2024-02-29T12:30Z", "2024-02-29T12:30:00+02:00", "2024-02-29T12:30:00-00:00"),
    *(
        "2024-02-29T12:30:00+24:00",
        "2024-02-29T12:30:00.5-11:59:59",
        "2024-02-29T25:00",
        "2024-02-29T23:60",
        "2024-02",
    ),
    *(
        "2024-02-29T12:30:60",
        "2024-02-29é12:30",
        "2024-02-29T12:30:00,25",
        "2024-02-29T12:30:00 ",
        None,
        5,
        [],
        "٢٠٢٤-02-29",
    ),
]
_TEXTS: list[Any] = [
    *(
        "2024-02-29",
        "2024-2-9",
        "29/02/2024",
        "29.02.24",
        "31/04/2024",
        " 1/02/2024",
        "2024-02-29T12:30:45Z",
        "12:30 PM",
    ),
    *(
        "12:30 am",
        "1:05 pm",
        "13:05 pm",
        "Thu Feb 29 2024",
        "thursday, february 29",
        "Feb 29",
        "2024-02-29 12:30:45.5",
    ),
    *(
        "2024-02-29T12:30:45+0530",
        "2024-02-29T12:30:45-05:30",
        "2024-02-29T12:30:45+05:30:15",
        "2024-02-29T12:30:45z",
    ),
    *("2024-02-29T12:30:61Z", "100%", "", "x", "2024-02-29 ", "2024  02\t29", "69", "68", None, 5),
]
_LAYOUTS: list[Any] = [
    *(
        "%Y-%m-%d",
        "%d/%m/%Y",
        "%d.%m.%y",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%dT%H:%M:%SZ",
        "%I:%M %p",
        "%a %b %d %Y",
        "%b %d",
    ),
    *(
        "%A, %B %d",
        "%Y-%m-%d %H:%M:%S.%f",
        "%y",
        "100%%",
        "",
        "%Y %m %d",
        "%Y%m%d",
        "%d %d",
        "%q",
        "%",
        None,
        5,
        "(%Y)",
    ),
]
_WRITTEN: list[Any] = [
    *(
        "%Y-%m-%d",
        "%Y%m%dT%H%M%S",
        "%a %A %b %B %d",
        "%H:%I:%M:%S %p %f",
        "%j %U %W %w %y",
        "%z|%Z",
        "100%%",
        "",
        "é%Y",
    ),
    *("%-d", "%", "%s", None, 5),
]
_OFFSETS: list[Any] = [0, 3600, -19800, 86399, 86400, -86400, True, 1.0, None, "0", 2**70]
_NAMES: list[Any] = [*times.FIELDS, "days", "seconds", "microseconds", "tzinfo", "", None]
_CHANGES: list[Any] = [
    *({}, {"year": 2023}, {"day": 31}, {"month": 2, "day": 29}, {"hour": 0, "minute": 0}, {"microsecond": 0}),
    *({"hour": 24}, {"year": 1.0}, {"days": 1}, {"year": 2**40}, None, [], {"second": True}),
]
_PRECISE: list[Any] = [
    "auto",
    "hours",
    "minutes",
    "seconds",
    "milliseconds",
    "microseconds",
    "days",
    "",
    None,
]
_AMOUNTS: list[Any] = [
    0,
    1,
    -1,
    0.5,
    1.5,
    -0.1,
    1e-7,
    5e-7,
    1e10,
    1e300,
    True,
    None,
    "1",
    float("nan"),
    10**12,
]

_SECOND: dict[str, list[Any]] = {
    "aware": _OFFSETS,
    "at_offset": _OFFSETS,
    "format_time": _WRITTEN,
    "time_field": _NAMES,
    "with_fields": _CHANGES,
}
_TWO = ("add", "subtract", "multiply", "divide", "floor_divide", "modulo", "less", "less_or_equal", "equals")
_ONE = (
    *(
        "negate",
        "absolute",
        "truth",
        "text",
        "representation",
        "json_text",
        "round",
        "integer",
        "float",
        "length",
    ),
    *("iterate", "copy", "deep_copy", "strip", "replace", "json_value", "all", "quote"),
)


def cases(name: str) -> Iterator[tuple[Any, ...]]:
    """Arguments of a function with dates, times and durations among them, or for making such."""
    short = name.removeprefix("python.")
    if short in ("datetime", "date", "timedelta"):
        yield from _fields(short)
    elif short in ("iso_datetime", "iso_date"):
        yield from ((text,) for text in _ISO)
    elif short in ("utc_from_timestamp", "local_from_timestamp"):
        yield from ((stamp,) for stamp in _STAMPS)
    elif short == "parse_time":
        yield from itertools.product(_TEXTS, _LAYOUTS)
    elif short == "iso_text":
        yield from ((value,) for value in _ODD)
        yield from itertools.product(_ODD, ["T", " ", "", "ab", None], _PRECISE)
    elif short in _SECOND:
        yield from itertools.product(_ODD, _SECOND[short])
    elif short in _TWO:
        yield from itertools.product(TIMES, TIMES)
        yield from ((time, other) for time in TIMES for other in _OTHERS)
        yield from ((other, time) for time in TIMES for other in _OTHERS)
    elif name == "is_null" or short in _ONE:
        yield from ((value, "a", "b") if short == "replace" else (value,) for value in TIMES)
    elif name == "identical_type":
        kinds = ("datetime", "date", "duration", "map", "list", "text", "null", "integer")
        yield from itertools.product(TIMES, kinds)
    elif short in ("sorted", "maximum", "minimum"):
        yield from ((pool,) for pool in (NAIVE, AWARE, DATES, DURATIONS, TIMES, [*DATES, None]))
    elif short == "format":
        yield from itertools.product(TIMES, ["", "%Y-%m-%d %H:%M", ">10", 5])
    elif short == "contains":
        yield from ((pool, time) for time in TIMES for pool in (NAIVE, DURATIONS, TIMES, [1, "a"], "abc"))
    elif short == "times_as_text":
        yield from ((value,) for value in [*_ODD, [*TIMES, 1], {"a": TIMES[:3], "b": {"c": TIMES[8]}}])
    elif FUNCTIONS[name] in _of_times():
        yield from ((value,) for value in _ODD)


def _of_times() -> list[Any]:
    return [one for one in FUNCTIONS.values() if one.implementation.__module__ == times.__name__]


def _fields(short: str) -> Iterator[tuple[Any, ...]]:
    if short == "timedelta":
        yield ()
        for place in range(7):
            yield from ((*(0,) * place, amount) for amount in _AMOUNTS)
        yield from ((1.5, 2.25, *pair) for pair in itertools.product(_AMOUNTS, repeat=2))
        return
    yield from itertools.product((2024, 2023, 0, 10000, True), _FIELDS, _FIELDS)
    if short == "datetime":
        for field, place in itertools.product(_FIELDS, range(4)):
            yield 2024, 2, 29, *(0,) * place, field
