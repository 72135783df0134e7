"""What answers the requests that reach the endpoint and keeps every exchange."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Protocol

from migrate.shadow import bodies
from migrate.shadow.bounds import Bounds
from migrate.shadow.mail_dates import added_by_client
from migrate.shadow.mails import ACCEPTED, Mail, RecordedMails
from migrate.shadow.messages import Answer, Exchange, Refusal, Request, Source
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay


class Answering(Protocol):
    """What answers requests and keeps every exchange, in order of arrival.

    `bounds` stops the run where more was kept than may be.
    """

    bounds: Bounds

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        """The answer to send for a complete request, at once or later."""

    def take_mail(self, mail: Mail, server: str) -> None:
        """Keeps a mail to the server with this URL."""

    def refuse(self, request: Request, status: int, reason: str) -> Answer:
        """Keeps a request that cannot be read, without its body, which cannot be redacted; the answer to send.
        `reason` holds none of it."""


def refusal(status: int, reason: str) -> Answer:
    """The answer to a request that is turned down."""
    text = json.dumps({"hubshift": reason}).encode()
    return Answer(status, (("content-type", "application/json"),), text)


class Journal:
    """Answers from a recording; what is kept is redacted. `now` is the clock of those whose mails it takes."""

    def __init__(
        self,
        replay: Replay,
        redactor: Redactor,
        mails: RecordedMails | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._replay = replay
        self._redactor = redactor
        self.mails = mails or RecordedMails((), redactor)
        self._now = now
        self.exchanges: list[Exchange] = []
        self.bounds = Bounds()

    def answer(self, request: Request) -> Answer:
        """The answer to send for a complete request."""
        try:
            reply = self._replay.reply(request)
        except bodies.UnreadableBodyError as error:
            return self.refuse(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error))
        except ValueError:
            return self.refuse(request, HTTPStatus.BAD_REQUEST, "the URL is not valid")
        self._keep(reply.request, reply.kept, reply.source, reply.refusal)
        return reply.answer

    def take_mail(self, mail: Mail, server: str) -> None:
        """Keeps a mail to the server with this URL."""
        request = mail.request(server)
        source: Source = "exact" if self.mails.take(self._redactor.request(request)) else "synthetic"
        shown = self._redactor.request(self._redactor.marked(request))
        self._keep(shown, ACCEPTED, source, added=added_by_client(request.headers, self._now()))

    def refuse(self, request: Request, status: int, reason: str) -> Answer:
        """Keeps a request that cannot be read."""
        answer = refusal(status, reason)
        url, headers = self._redactor.url(request.url), self._redactor.headers(request.headers)
        self._keep(Request(request.method, url, headers), answer, "refused")
        return answer

    def _keep(
        self,
        request: Request,
        answer: Answer,
        source: Source,
        nearest: Refusal | None = None,
        added: tuple[str, ...] = (),
    ) -> None:
        self.bounds.count(request, answer)
        self.exchanges.append(Exchange(len(self.exchanges), request, answer, source, nearest, added))
