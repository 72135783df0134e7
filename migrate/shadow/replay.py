"""Answers from a recording: exactly, canonically, or not at all. Nothing is ever guessed."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from migrate.shadow import addresses, bodies
from migrate.shadow.classification import Classification
from migrate.shadow.messages import Answer, Request, Source
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor

NOT_RECORDED = 599
SYNTHETIC = Answer(200, (("content-type", "application/json"),), b"{}")
"""What a write gets that the recording does not know."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A redacted request, the answer to send for it, and where that comes from."""

    request: Request
    answer: Answer
    source: Source


@dataclass(frozen=True, slots=True)
class _Key:
    """What a request asks for, whatever its spelling. Headers do not take part."""

    method: str
    address: addresses.Address
    body: Hashable

    @classmethod
    def of(cls, request: Request) -> _Key:
        """Takes a redacted request."""
        address = addresses.parse(request.url)
        plain = bodies.decoded(request.headers, request.body)
        return cls(request.method, address, bodies.canonical(request.headers, plain))

    @property
    def canonical(self) -> Hashable:
        return self.method, self.address.origin, self.address.path, self.address.pairs, self.body


@dataclass(slots=True)
class _Sequence:
    """The recorded exchanges of one key, in order; `left` are those not yet asked for."""

    key: _Key
    recorded: list[Recorded] = field(default_factory=list)
    left: list[Recorded] = field(default_factory=list)

    def next(self, request: Request) -> tuple[Recorded, Source] | None:
        """Takes the next exchange that is left, one spelled as the request first."""
        for index, recorded in enumerate(self.left):
            if _same(recorded.request, request):
                return self.left.pop(index), "exact"
        return (self.left.pop(0), "canonical") if self.left else None


class Replay:
    """Answers requests from `recording`. Both sides are redacted before they are compared.

    A read that was recorded n times gets its n answers in order and the last one from then on (`repeated`); a
    write beyond its recordings, or never recorded, gets SYNTHETIC; a read that was never recorded gets status
    599 and the nearest request.
    """

    def __init__(self, recording: Recording, classification: Classification, redactor: Redactor) -> None:
        self._classification = classification
        self._redactor = redactor
        self._sequences: dict[Hashable, _Sequence] = {}
        self._unreadable: list[Recorded] = []
        for recorded in recording.exchanges:
            try:
                request = _normal(redactor.request(recorded.request))
            except bodies.UnreadableBodyError:
                self._unreadable.append(recorded)
                continue
            key = _Key.of(request)
            sequence = self._sequences.setdefault(key.canonical, _Sequence(key))
            clean = replace(recorded, request=request)
            sequence.recorded.append(clean)
            sequence.left.append(clean)

    def reply(self, request: Request) -> Reply:
        """Answers a request as it came from the client.

        Raises bodies.UnreadableBodyError, and ValueError for a URL that is none.
        """
        shown = _normal(self._redactor.request(self._redactor.marked(request)))
        request = _normal(self._redactor.request(request))
        key = _Key.of(request)
        sequence = self._sequences.get(key.canonical)
        writes = self._classification.is_write(request)
        if sequence is not None:
            found = sequence.next(request)
            if found is not None:
                return Reply(shown, found[0].answer, found[1])
            if not writes:
                return Reply(shown, sequence.recorded[-1].answer, "repeated")
        if writes:
            return Reply(shown, SYNTHETIC, "synthetic")
        return Reply(shown, self._not_recorded(request, key), "refused")

    def unused(self) -> tuple[Recorded, ...]:
        """The recorded exchanges, redacted, that nobody has asked for."""
        return tuple(
            Recorded(recorded.place, recorded.request, self._redactor.answer(recorded.answer))
            for sequence in self._sequences.values()
            for recorded in sequence.left
        ) + tuple(
            Recorded(
                recorded.place,
                Request(recorded.request.method, self._redactor.url(recorded.request.url)),
                Answer(0),
            )
            for recorded in self._unreadable
        )

    def _not_recorded(self, request: Request, key: _Key) -> Answer:
        nearest = min(self._sequences.values(), key=lambda other: _distance(key, other.key), default=None)
        message = {
            "hubshift": "this read is not in the recording",
            "request": f"{request.method} {request.url}",
            "nearest": f"{nearest.key.method} {nearest.key.address.url}" if nearest else None,
            "difference": _difference(key, nearest.key) if nearest else [],
        }
        return Answer(
            NOT_RECORDED, (("content-type", "application/json"),), json.dumps(message, indent=1).encode()
        )


def _normal(request: Request) -> Request:
    return replace(request, url=addresses.parse(request.url).url)


def _same(recorded: Request, request: Request) -> bool:
    if recorded.url != request.url:
        return False
    return bodies.decoded(recorded.headers, recorded.body) == bodies.decoded(request.headers, request.body)


def _distance(asked: _Key, other: _Key) -> tuple[int, ...]:
    """How far a recorded request is from the one asked for; smaller is nearer."""
    ours, theirs = asked.address.path.split("/"), other.address.path.split("/")
    return (
        asked.address.origin != other.address.origin,
        abs(len(ours) - len(theirs)) + sum(a != b for a, b in zip(ours, theirs, strict=False)),
        asked.method != other.method,
        len(set(asked.address.pairs) ^ set(other.address.pairs)),
        asked.body != other.body,
    )


def _difference(asked: _Key, other: _Key) -> list[str]:
    """What differs, in words; the text is already redacted."""
    lines = [
        f"{name}: {ours} instead of {theirs}"
        for name, ours, theirs in (
            ("method", asked.method, other.method),
            ("server", asked.address.origin, other.address.origin),
            ("path", asked.address.path, other.address.path),
        )
        if ours != theirs
    ]
    ours_only = [pair for pair in asked.address.pairs if pair not in other.address.pairs]
    theirs_only = [pair for pair in other.address.pairs if pair not in asked.address.pairs]
    lines += [f"query: {_pair(pair)} is not in the recorded request" for pair in ours_only]
    lines += [f"query: {_pair(pair)} is only in the recorded request" for pair in theirs_only]
    if not (ours_only or theirs_only) and asked.address.pairs != other.address.pairs:
        lines.append("query: values of one name in another order or number")
    if asked.body != other.body:
        lines.append("body: differs")
    return lines


def _pair(pair: tuple[str, str | None]) -> str:
    name, value = pair
    return name if value is None else f"{name}={value}"
