"""Answers requests that were not recorded as the recorded system would most likely have done: to make inputs, never to
judge.

A varied answer makes a flow send other requests. Each gets the answer of a recorded request to the same place: the next
that nobody has asked for, or the last.
"""

from __future__ import annotations

import re
from collections import defaultdict

from migrate.shadow.classification import Classification
from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay, Reply

_NOT_FOUND = Answer(404, (("content-type", "application/json"),), b'{"message": "not found"}')
_MOST = 120
_ENOUGH = Answer(500, (("content-type", "application/json"),), b"{}")


class Lenient(Replay):
    """A replay that answers everything; all its answers count as recorded (`exact`)."""

    def __init__(
        self, strict: Replay, recording: Recording, classification: Classification, redactor: Redactor
    ) -> None:
        super().__init__(Recording(), classification, redactor)
        self._strict = strict
        self._redact = redactor.answer
        self._by_place: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
        self._asked = 0
        for one in recording.exchanges:
            self._by_place[place_of(redactor.request(one.request))].append(one)

    def reply(self, request: Request) -> Reply:
        """The answer, recorded or from the same place."""
        found = self._strict.reply(request)
        answer = self._answer(found)
        return Reply(found.request, answer, self._redact(answer), "exact")

    def _answer(self, found: Reply) -> Answer:
        self._asked += 1
        if self._asked > _MOST:
            return _ENOUGH
        if found.source not in ("refused", "synthetic", "repeated"):
            return found.answer
        left = self._by_place[place_of(found.request)]
        if not left:
            return _NOT_FOUND if found.source == "refused" else found.answer
        used = {one.place for one in self._strict.unused()}
        fresh = next((one for one in left if one.place in used), None)
        if fresh is not None and len(left) > 1:
            left.remove(fresh)
        return (fresh or left[-1]).answer

    def unused(self) -> tuple[Recorded, ...]:
        """Nothing: what was not asked for is not part of the input that is made."""
        return ()


def place_of(request: Request) -> tuple[str, str]:
    """Method and path of a request, the same where only numbers and the like differ."""
    return request.method, re.sub(r"/[^/]*\d[^/]*(?=/|$)", "/*", request.url.partition("?")[0])
