"""How much of a run is kept in memory. One that goes beyond is stopped: a part of it would say nothing."""

from __future__ import annotations

import asyncio
from itertools import chain

from migrate.shadow.messages import Answer, Request

MAX_KEPT_BYTES = 512 * 1024 * 1024
"""Bytes of requests and answers of one run."""
_OVERHEAD = 1024


class Bounds:
    """Counts what is kept; `reached` is set once it is more than `most` bytes."""

    def __init__(self, most: int = MAX_KEPT_BYTES) -> None:
        self._most = most
        self._kept = 0
        self.reached = asyncio.Event()

    def count(self, request: Request, answer: Answer) -> None:
        """Takes an exchange into account."""
        headers = sum(map(len, chain.from_iterable((*request.headers, *answer.headers))))
        self._kept += _OVERHEAD + len(request.url) + len(request.body) + len(answer.body) + headers
        if self._kept > self._most:
            self.reached.set()
