"""Answers from a recording: exactly, canonically, from the records of a collection, or not at all. Nothing is ever
guessed."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, replace

from migrate.shadow import bodies
from migrate.shadow.answer_sequence import AnswerSequence, Prepared
from migrate.shadow.classification import Classification
from migrate.shadow.collection_pages import NotWhole
from migrate.shadow.collection_replay import RecordedCollection
from migrate.shadow.envelope import Uncertain
from migrate.shadow.heads import Heads
from migrate.shadow.matching import Matching, Question, normal
from migrate.shadow.messages import Answer, Refusal, Request, Source
from migrate.shadow.nearest import Nearest, differences
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay_settings import ReplaySettings

NOT_RECORDED = 599
SYNTHETIC = Answer(200, (("content-type", "application/json"),), b"{}")
"""What a write gets that the recording does not know."""

SEARCHES = 1000
"""For so many requests that were not recorded the nearest one is looked for."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A redacted request, the answer to send for it, the same redacted (`kept`), and where it comes from."""

    request: Request
    answer: Answer
    kept: Answer
    source: Source
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a request asks for, whether it changes something, and what was recorded for it, if anything."""

    question: Question
    writes: bool
    sequence: AnswerSequence | None


class Replay:
    """Answers requests from `recording`. Both sides are redacted before they are compared.

    A read that was recorded n times gets its n answers in order and the last one from then on (`repeated`); a
    write beyond its recordings, or never recorded, gets SYNTHETIC; a read that was never recorded gets status
    599 and the nearest request.
    """

    def __init__(
        self,
        recording: Recording,
        classification: Classification,
        redactor: Redactor,
        settings: ReplaySettings | None = None,
    ) -> None:
        self._classification = classification
        self._redactor = redactor
        settings = settings or ReplaySettings()
        self._matching = Matching(settings.volatile)
        self._collections = [RecordedCollection(one) for one in settings.collections]
        self._heads = Heads(redactor)
        self._heads = Heads(redactor)
        self._made: dict[Hashable, Answer] = {}
        self._sequences: dict[Hashable, AnswerSequence] = {}
        self._questions: dict[Hashable, Question] = {}
        self._verbatim: dict[Hashable, _Known] = {}
        """By what stands in a request, for those that neither redaction nor the one spelling changes."""
        self._nearest = Nearest()
        self._searches = 0
        self._unreadable: list[Recorded] = []
        for number, recorded in enumerate(recording.exchanges):
            try:
                question = self._question(redactor.request(recorded.request))
            except bodies.UnreadableBodyError:
                self._unreadable.append(recorded)
            else:
                self._add(number, recorded, question)

    def _add(self, number: int, recorded: Recorded, question: Question) -> None:
        writes = self._classification.is_write(question.request)
        sequence = self._sequences.get(question.loose)
        if sequence is None:
            sequence = self._sequences[question.loose] = AnswerSequence()
        sequence.add(Prepared(recorded, question, self._redactor.answer(recorded.answer)))
        written = _written(question.request, question.body)
        self._questions[written] = question
        if self._stays(recorded.request, question):
            self._verbatim[written] = _Known(question, writes, sequence)
        for collection in self._collections:
            if writes:
                collection.add_write(number, question)
            else:
                collection.add(number, question, recorded)
        self._nearest.add(question)

    def _stays(self, request: Request, question: Question) -> bool:
        """Whether a recorded request reads, but for its headers, as it came."""
        unchanged = (question.request.url, question.body) == (request.url, request.body)
        return unchanged and self._redactor.marked(request) == request

    def reply(self, request: Request) -> Reply:
        """Answers a request as it came from the client.

        Raises bodies.UnreadableBodyError, and ValueError for a URL that is none.
        """
        head = self._heads.of(request.headers)
        written = request.method, request.url, request.body, head.media_type
        known = self._verbatim.get(written) if head.plain else None
        if known is not None:
            shown = Request(request.method, request.url, head.shown, request.body)
        else:
            known, shown = self._taken_apart(request)
        asked, sequence = known.question, known.sequence
        if sequence is not None:
            found = sequence.next(asked)
            if found is not None:
                prepared, source = found
                stands_in = prepared.recorded.stand_in
                return Reply(
                    shown, prepared.recorded.answer, prepared.kept, "synthetic" if stands_in else source
                )
            if not known.writes:
                last = sequence.again(asked)
                return Reply(shown, last.recorded.answer, last.kept, "repeated")
        if known.writes:
            return self._redacted(shown, SYNTHETIC, "synthetic")
        made = self._from_collection(asked)
        if isinstance(made, Answer):
            source = "repeated" if asked.loose in self._made else "collection"
            return self._redacted(shown, self._made.setdefault(asked.loose, made), source)
        refusal = replace(self._refusal(asked), collection=made)
        return self._redacted(shown, _not_recorded(asked.request, refusal), "refused", refusal)

    def _redacted(
        self, shown: Request, answer: Answer, source: Source, refusal: Refusal | None = None
    ) -> Reply:
        """The reply with an answer that was made here."""
        return Reply(shown, answer, self._redactor.answer(answer), source, refusal)

    def _taken_apart(self, request: Request) -> tuple[_Known, Request]:
        """What a request asks for, and how it is shown."""
        marked = self._redactor.marked(request)
        asked = self._question(self._redactor.request(request))
        shown = asked.request if marked is request else normal(self._redactor.request(marked))[0]
        writes = self._classification.is_write(asked.request)
        return _Known(asked, writes, self._sequences.get(asked.loose)), shown

    def unused(self) -> tuple[Recorded, ...]:
        """The recorded exchanges, redacted, that nobody has asked for."""
        return tuple(
            Recorded(one.recorded.place, one.question.request, one.kept)
            for sequence in self._sequences.values()
            for one in sequence.left()
        ) + tuple(
            Recorded(
                recorded.place,
                Request(recorded.request.method, self._redactor.url(recorded.request.url)),
                Answer(0),
            )
            for recorded in self._unreadable
        )

    def _question(self, redacted: Request) -> Question:
        request, address = normal(redacted)
        body = bodies.decoded(request.headers, request.body)
        known = self._questions.get(_written(request, body))
        if known is not None:
            return Question(request, known.address, body, known.pairs, known.key, known.loose)
        return self._matching.question(request, address, body)

    def _from_collection(self, asked: Question) -> Answer | str | None:
        """A page made of recorded records, or why there is none; None where nobody declared a collection."""
        reason: str | None = None
        for collection in self._collections:
            if collection.has(asked):
                try:
                    page = collection.page(asked)
                except (Uncertain, NotWhole) as problem:
                    reason = str(problem)
                    continue
                for recorded, question in page.used:
                    self._sequences[question.loose].use(recorded)
                return page.answer
        return reason

    def _refusal(self, asked: Question) -> Refusal:
        self._searches += 1
        if self._searches > SEARCHES:
            return Refusal(None, None, searched=False)
        nearest = self._nearest.to(asked)
        if nearest is None:
            return Refusal(None, None)
        text = f"{nearest.request.method} {nearest.request.url}"
        place = self._sequences[nearest.loose].prepared[0].recorded.place
        return Refusal(text, place, differences(asked, nearest))


def _written(request: Request, body: bytes) -> Hashable:
    """Equal for requests that are written the same, so that they need be taken apart only once."""
    return request.method, request.url, body, bodies.media_type(request.headers)


def _not_recorded(request: Request, refusal: Refusal) -> Answer:
    message = {
        "hubshift": "this read is not in the recording",
        "request": f"{request.method} {request.url}",
        "nearest": refusal.nearest,
        "place": refusal.place,
        "difference": [str(one) for one in refusal.differences],
    }
    if refusal.collection is not None:
        message["collection"] = refusal.collection
    text = json.dumps(message, indent=1).encode()
    return Answer(NOT_RECORDED, (("content-type", "application/json"),), text)
