"""What answers a run while it is recorded: reads by the gate, writes from here.

A write gets what people declared for it, else what an older recording holds, else a stand-in. The exchanges are kept as
they came until the run has ended: only then all credentials are known that its logins were given. They are redacted
before they leave this process; nothing is written to disk.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from migrate.shadow import addresses, bodies
from migrate.shadow.bounds import Bounds
from migrate.shadow.classification import Classification
from migrate.shadow.credential_places import PlacesRedactor, masked_answer, masked_request, of_caller
from migrate.shadow.gate import Denial
from migrate.shadow.gate_link import GateLink
from migrate.shadow.journal import refusal
from migrate.shadow.legs import Capture, Turned
from migrate.shadow.mails import Mail
from migrate.shadow.mails_out import redacted_mail
from migrate.shadow.messages import Answer, Exchange, Request, Source
from migrate.shadow.recorded_secrets import recorded_secrets
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import NOT_RECORDED, Replay

_UNANSWERED = "the command ended before it was answered"


@dataclass(slots=True)
class _Kept:
    """A request as it came, and what it was answered, once that is known; `reason` where it was turned down."""

    request: Request
    answer: Answer | None = None
    source: Source = "refused"
    reason: str = _UNANSWERED
    undeclared: bool = False


@dataclass(frozen=True, slots=True)
class Redacted:
    """All of a run, redacted; `redactor` is for what it left besides, and knows the credentials that came up in it."""

    redactor: Redactor = field(repr=False)
    exchanges: tuple[Exchange, ...]
    turned: tuple[Turned, ...]
    mails: tuple[Mail, ...]


class RecordingJournal:
    """Answers the run; `finish` gives what it kept."""

    def __init__(self, capture: Capture, secrets: dict[str, str], link: GateLink) -> None:
        self._settings = capture.settings
        self._names_credential = capture.names_credential
        self._secrets = secrets
        self._link = link
        self._classification = Classification()
        self._older = Replay(capture.older, self._classification, Redactor(secrets))
        self._kept: list[_Kept] = []
        self._mails: list[Mail] = []
        self._asked: set[asyncio.Task[Answer]] = set()
        self.bounds = Bounds()

    def answer(self, request: Request) -> Answer | Awaitable[Answer]:
        """The answer to send for a complete request."""
        try:
            bodies.decoded(request.headers, request.body)
            request = replace(request, url=addresses.parse(request.url).url)
            request.url.encode("ascii")
        except bodies.UnreadableBodyError as error:
            return self.refuse(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, str(error))
        except ValueError:
            return self.refuse(request, HTTPStatus.BAD_REQUEST, "the URL is not valid")
        declared = self._settings.answer_to(request)
        if declared is not None:
            return self._keep(request, declared.answer, "declared")
        reads = any(read.applies(request) for read in self._settings.reads)
        if reads or not self._classification.is_write(request):
            kept = _Kept(request)
            self._kept.append(kept)
            task = asyncio.create_task(self._ask(kept))
            self._asked.add(task)
            task.add_done_callback(self._asked.discard)
            return task
        reply = self._older.reply(request)
        return self._keep(request, reply.answer, reply.source)

    def take_mail(self, mail: Mail, server: str) -> None:
        """Keeps a mail."""
        self.bounds.count(Request("MAIL", server, (), mail.message), Answer(0))
        self._mails.append(mail)

    def refuse(self, request: Request, status: int, reason: str) -> Answer:
        """Keeps a request that cannot be read, without its body."""
        answer = refusal(status, reason)
        bare = Request(request.method, request.url, request.headers)
        self.bounds.count(bare, answer)
        self._kept.append(_Kept(bare, answer, "refused", reason))
        return answer

    async def finish(self) -> Redacted:
        """What was kept; reads that are still on their way are given up."""
        for task in tuple(self._asked):
            task.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)
        self._link.close()
        raw = tuple(Recorded("", kept.request, kept.answer or Answer(0)) for kept in self._kept)
        learned = recorded_secrets(Recording(raw), self._names_credential, self._secrets.values())
        known = (*self._secrets.values(), *learned.values())
        came = tuple(Recorded("", one.request, Answer(0)) for one in self._settings.incoming)
        for name, value in recorded_secrets(
            Recording(came), of_caller(self._names_credential), known
        ).items():
            learned.setdefault(name if name not in learned else f"{name}_OF_CALLER", value)
        redactor = Redactor({**learned, **self._secrets})
        exchanges, turned = [], []
        for number, kept in enumerate(self._kept):
            request = redactor.request(redactor.marked(kept.request))
            request = masked_request(replace(request, url=redactor.url(request.url)), self._names_credential)
            answer = redactor.answer(kept.answer or Answer(0))
            answer = masked_answer(answer, self._names_credential, kept.request)
            exchanges.append(Exchange(number, request, answer, kept.source))
            if kept.source == "refused":
                turned.append(Turned(number, kept.reason, kept.undeclared))
        written = PlacesRedactor({**learned, **self._secrets}, self._names_credential)
        mails = tuple(redacted_mail(mail, redactor) for mail in self._mails)
        return Redacted(written, tuple(exchanges), tuple(turned), mails)

    def _keep(self, request: Request, answer: Answer, source: Source) -> Answer:
        self.bounds.count(request, answer)
        self._kept.append(_Kept(request, answer, source))
        return answer

    async def _ask(self, kept: _Kept) -> Answer:
        result = await self._link.ask(kept.request)
        if isinstance(result, Denial):
            kept.reason, kept.undeclared = result.reason, result.undeclared
            kept.answer = _turned_down(result)
        else:
            kept.answer, kept.source = result, "live"
        self.bounds.count(kept.request, kept.answer)
        return kept.answer


def _turned_down(refused: Denial) -> Answer:
    text = json.dumps({"hubshift": refused.reason}).encode()
    return Answer(NOT_RECORDED, (("content-type", "application/json"),), text)
