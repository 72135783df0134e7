"""Answers from a recording: exactly, canonically, from the records of a collection, or not at all. Nothing is ever
guessed."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from migrate.shadow import bodies
from migrate.shadow.classification import Classification
from migrate.shadow.collection_pages import NotWhole
from migrate.shadow.collection_replay import RecordedCollection
from migrate.shadow.envelope import Uncertain
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
    """A redacted request, the answer to send for it, and where that comes from."""

    request: Request
    answer: Answer
    source: Source
    refusal: Refusal | None = None


@dataclass(slots=True)
class _Sequence:
    """The recorded exchanges of one question, in order. They differ in spelling and in volatile values only."""

    recorded: list[Recorded] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    used: list[bool] = field(default_factory=list)
    _first: int = 0
    _by: dict[Hashable, list[int]] = field(default_factory=dict)
    """Numbers of the exchanges that are left of one spelling or key, the last one first."""
    _last: dict[Hashable, int] = field(default_factory=dict)

    def add(self, recorded: Recorded, question: Question) -> None:
        self.recorded.append(recorded)
        self.questions.append(question)
        self.used.append(False)

    def next(self, asked: Question) -> tuple[Recorded, Source] | None:
        """Takes the next exchange that is left: one spelled as the request, else one that means the same, else any."""
        ways: tuple[tuple[Hashable, Source], ...] = ((asked.spelling, "exact"), (asked.key, "canonical"))
        for way, source in ways:
            number = self._left_of(way)
            if number is not None:
                return self._take(number), source
        while self._first < len(self.used) and self.used[self._first]:
            self._first += 1
        return (self._take(self._first), "canonical") if self._first < len(self.used) else None

    def again(self, asked: Question) -> Recorded:
        """The last exchange that means the same, else the last."""
        if not self._last:
            self._last = {question.key: number for number, question in enumerate(self.questions)}
        return self.recorded[self._last.get(asked.key, -1)]

    def use(self, recorded: Recorded) -> None:
        """Counts an exchange, and those with the same answer, as asked for."""
        for number, one in enumerate(self.recorded):
            if one.answer.body == recorded.answer.body:
                self.used[number] = True

    def left(self) -> Iterator[Recorded]:
        return (one for one, used in zip(self.recorded, self.used, strict=True) if not used)

    def _left_of(self, way: Hashable) -> int | None:
        if not self._by:
            for number in reversed(range(len(self.recorded))):
                question = self.questions[number]
                for one in (question.spelling, question.key):
                    self._by.setdefault(one, []).append(number)
        numbers = self._by.get(way, [])
        while numbers and self.used[numbers[-1]]:
            numbers.pop()
        return numbers[-1] if numbers else None

    def _take(self, number: int) -> Recorded:
        self.used[number] = True
        return self.recorded[number]


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
        self._made: dict[Hashable, Answer] = {}
        self._sequences: dict[Hashable, _Sequence] = {}
        self._known: dict[Hashable, Question] = {}
        self._nearest = Nearest()
        self._searches = 0
        self._unreadable: list[Recorded] = []
        for number, recorded in enumerate(recording.exchanges):
            try:
                question = self._question(redactor.request(recorded.request))
            except bodies.UnreadableBodyError:
                self._unreadable.append(recorded)
                continue
            self._known[_written(question.request, question.body)] = question
            sequence = self._sequences.get(question.loose)
            if sequence is None:
                sequence = self._sequences[question.loose] = _Sequence()
            clean = replace(recorded, request=question.request)
            sequence.add(clean, question)
            for collection in self._collections:
                if classification.is_write(question.request):
                    collection.add_write(number, question)
                else:
                    collection.add(number, question, clean)
            self._nearest.add(question)

    def reply(self, request: Request) -> Reply:
        """Answers a request as it came from the client.

        Raises bodies.UnreadableBodyError, and ValueError for a URL that is none.
        """
        marked = self._redactor.marked(request)
        asked = self._question(self._redactor.request(request))
        shown = asked.request if marked is request else normal(self._redactor.request(marked))[0]
        sequence = self._sequences.get(asked.loose)
        writes = self._classification.is_write(asked.request)
        if sequence is not None:
            found = sequence.next(asked)
            if found is not None:
                return Reply(shown, found[0].answer, "synthetic" if found[0].stand_in else found[1])
            if not writes:
                return Reply(shown, sequence.again(asked).answer, "repeated")
        if writes:
            return Reply(shown, SYNTHETIC, "synthetic")
        made = self._from_collection(asked)
        if isinstance(made, Answer):
            source: Source = "repeated" if asked.loose in self._made else "collection"
            return Reply(shown, self._made.setdefault(asked.loose, made), source)
        refusal = replace(self._refusal(asked), collection=made)
        return Reply(shown, _not_recorded(asked.request, refusal), "refused", refusal)

    def unused(self) -> tuple[Recorded, ...]:
        """The recorded exchanges, redacted, that nobody has asked for."""
        return tuple(
            Recorded(recorded.place, recorded.request, self._redactor.answer(recorded.answer))
            for sequence in self._sequences.values()
            for recorded in sequence.left()
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
        known = self._known.get(_written(request, body))
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
        place = self._sequences[nearest.loose].recorded[0].place
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
