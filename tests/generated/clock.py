"""A clock that both sides read alike: each look at it is a little later, and UUIDs are numbered."""

from __future__ import annotations

import contextlib
import datetime
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from unittest.mock import patch

from migrate.reference.clock import Clock

START = 1_709_208_059_999_001_000
"""Nanoseconds since 1970: 2024-02-29, a moment before 12:01."""
STEP = 333_000_007
SCRIPT = "script.py"
"""The name under which scripts are compiled; what a library asks the clock is none of their looks."""


@dataclass
class Ticking:
    """The looks of one run, counted."""

    looks: int = 0
    uuids: int = 0

    def nanoseconds(self) -> int:
        """The time of the next look."""
        self.looks += 1
        return START + self.looks * STEP

    def uuid(self) -> uuid.UUID:
        """The next UUID of version 4."""
        self.uuids += 1
        return uuid.UUID(int=self.uuids * 0x1234_5678_9ABC_DEF0_1357, version=4)

    def clock(self) -> Clock:
        """As the reference runner takes it."""
        return Clock(self.nanoseconds, lambda: str(self.uuid()))


@contextlib.contextmanager
def ticking(clock: Ticking) -> Iterator[None]:
    """Scripts that run in here read this clock; the libraries around them read that of the machine."""

    class Moments(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, cls.__mro__[1])

    def now(zone: Any = None) -> Any:
        micros = clock.nanoseconds() // 1000
        utc = moment(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(microseconds=micros)
        return utc.astimezone().replace(tzinfo=None) if zone is None else utc.astimezone(zone)

    moment: Any = Moments(
        "datetime.datetime",  # which repr shows
        (datetime.datetime,),
        {
            "now": staticmethod(lambda tz=None: now(tz)),
            "today": staticmethod(lambda: now()),
            "utcnow": staticmethod(lambda: now(UTC).replace(tzinfo=None)),
        },
    )
    day: Any = Moments("datetime.date", (datetime.date,), {"today": staticmethod(lambda: now().date())})
    patched: list[tuple[Any, str, Callable[..., Any]]] = [
        (time, "time", lambda: clock.nanoseconds() / 1e9),
        (time, "time_ns", lambda: clock.nanoseconds()),
        (time, "monotonic", lambda: clock.nanoseconds() / 1e9),
        (time, "perf_counter", lambda: clock.nanoseconds() / 1e9),
        (time, "gmtime", lambda: now(UTC).timetuple()),
        (time, "strftime", lambda layout: now().strftime(layout)),
        (uuid, "uuid4", clock.uuid),
    ]
    with contextlib.ExitStack() as stack:
        for module, name, own in patched:
            stack.enter_context(patch.object(module, name, _for_scripts(getattr(module, name), own)))
        stack.enter_context(patch.object(datetime, "datetime", moment))
        stack.enter_context(patch.object(datetime, "date", day))
        yield


def _for_scripts(original: Callable[..., Any], own: Callable[..., Any]) -> Callable[..., Any]:
    def look(*arguments: Any) -> Any:
        by_script = sys._getframe(1).f_code.co_filename == SCRIPT
        return (own if by_script and not (own.__code__.co_argcount < len(arguments)) else original)(
            *arguments
        )

    return look
