"""The value domain and how evaluation fails.

Values are missing-free JSON: null (`None`), boolean, unbounded integer (`int`), binary64 (`float`), text (`str`), list
(`list`) and ordered map (`dict` with text keys); and what no JSON holds: bytes (`bytes`), naive and aware datetimes
(`datetime`, aware ones at a fixed offset from UTC), dates (`date`) and durations (`timedelta`), to the microsecond.
They are never changed once made.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NoReturn

Value = (
    None | bool | int | float | str | bytes | datetime | date | timedelta | list["Value"] | dict[str, "Value"]
)


class EvaluationError(Exception):
    """An expression failed as it would have failed in the script.

    `kind` is the name of the error there (`KeyError`, `TypeError`, ...). The message names functions and keys, never
    values: a value could be a secret. `original` is the error that the script gets, None where what it says is not
    known; that can hold values.
    """

    def __init__(self, kind: str, message: str, original: Exception | None = None) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.original = original


class UnmappedReached(Exception):
    """A run came to something that the extractor could not read, so it cannot go on truthfully."""


class ErrorValue:
    """An error that a script keeps as a value. Of what it is nothing is known but that it is one.

    It is kept in lists and maps; every other use of it is an UnmappedReached.
    """

    def _used(self, *_: object) -> NoReturn:
        raise UnmappedReached("HS105: an error is used as a value")

    __eq__ = __hash__ = __bool__ = __str__ = __repr__ = __format__ = _used


def type_name(value: object) -> str:
    """The name of a value's type, as messages use it."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "float"
        case str():
            return "text"
        case bytes():
            return "bytes"
        case datetime():
            return "naive datetime" if value.tzinfo is None else "aware datetime"
        case date():
            return "date"
        case timedelta():
            return "duration"
        case list():
            return "list"
        case ErrorValue():
            raise UnmappedReached("HS105: an error is used as a value")
        case _:
            return "map"
