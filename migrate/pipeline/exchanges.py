"""Recorded traffic as plain requests and answers with their bodies decoded, for those who look at forms alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

from migrate.interfaces import Exchange
from migrate.shadow import bodies
from migrate.shadow.messages import Headers
from migrate.shadow.recording import read_har

_FORM = "application/x-www-form-urlencoded"


def exchanges_of(recordings: Iterable[Path]) -> Iterator[Exchange]:
    """The requests that scripts sent, with their answers. Raises `RecordingError`; stand-ins are left out."""
    for path in recordings:
        for recorded in read_har(path).exchanges:
            if recorded.stand_in:
                continue
            asked, answer = recorded.request, recorded.answer
            sent = _decoded(asked.headers, asked.body)
            yield Exchange(
                asked.method,
                asked.url,
                bodies.media_type(asked.headers) if asked.body else "",
                _content(asked.headers, sent),
                answer.status,
                bodies.media_type(answer.headers) if answer.body else "",
                _content(answer.headers, answer.body),
            )


def _decoded(headers: Headers, body: bytes) -> bytes:
    try:
        return bodies.decoded(headers, body)
    except bodies.UnreadableBodyError:
        return b""


def _content(headers: Headers, body: bytes) -> object:
    """A body as a value; None for what is neither JSON nor a form."""
    media_type = bodies.media_type(headers)
    try:
        if media_type == "application/json" or media_type.endswith("+json"):
            return json.loads(body)
        if media_type == _FORM:
            return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))
    except (ValueError, RecursionError):
        pass
    return None
