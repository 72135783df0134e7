"""What is new each time: the clock of this machine, and random UUIDs. A run can be given another source of both."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from migrate.model import ClockOperation, UuidOperation
from migrate.model.values import Value

_SECOND = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Clock:
    """Where a run takes the time (nanoseconds since 1970 in UTC) and its UUIDs (texts of version 4) from."""

    nanoseconds: Callable[[], int] = time.time_ns
    uuid: Callable[[], str] = lambda: str(uuid.uuid4())

    def read(self, operation: ClockOperation | UuidOperation) -> dict[str, Value]:
        """The results of the operation."""
        if isinstance(operation, UuidOperation):
            return {"text": self.uuid()}
        now = self.nanoseconds()
        utc = _EPOCH + timedelta(microseconds=now // 1000)
        return {
            "utc": utc.replace(tzinfo=None),
            "local": utc.astimezone().replace(tzinfo=None),
            "nanoseconds": now,
            "seconds": float(now // _SECOND) if now % _SECOND == 0 else float(now) / 1e9,
        }
