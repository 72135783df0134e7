"""The inputs that every idiom is tried on: good, null, missing, empty and failing, made of its good answers."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from tests.idioms.vendor import OTHER_WRITES, Answers

FIELDS = 12
"""So many fields of an answer are varied, the first ones: an idiom needs no more."""


def inputs_of(answers: Answers) -> Iterator[tuple[str, Answers]]:
    """Each input with its name, the good one first."""
    yield "good", answers
    for key, answer in answers.items():
        yield from _of_one(answers, key, answer)
    yield "other writes are refused", {**answers, OTHER_WRITES: _refused(422)}


def _of_one(answers: Answers, key: str, answer: dict[str, Any]) -> Iterator[tuple[str, Answers]]:
    if "sequence" in answer:
        return
    for status in (404, 500):
        yield f"{key} fails with {status}", {**answers, key: _refused(status)}
    if "text" in answer:
        yield f"{key} is empty", {**answers, key: {**answer, "text": ""}}
        yield f"{key} has one line", {**answers, key: {**answer, "text": answer["text"].partition("\n")[0]}}
        return
    yield f"{key} is no JSON", {**answers, key: {**_without_body(answer), "text": "Sorry"}}
    for name, body in _variations(answer.get("json")):
        yield f"{key}: {name}", {**answers, key: {**answer, "json": body}}


def _refused(status: int) -> dict[str, Any]:
    return {"status": status, "json": {"error": "refused"}}


def _without_body(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in answer.items() if name != "json"}


def _variations(body: object) -> Iterator[tuple[str, object]]:
    if isinstance(body, list | dict):
        yield "empty", type(body)()
    for place in list(_places(body))[:FIELDS]:
        name = ".".join(map(str, place))
        yield f"{name} null", _changed(body, place, None)
        if isinstance(place[-1], str):
            yield f"{name} missing", _changed(body, place, _MISSING)
        if isinstance(_at(body, place), list):
            yield f"{name} empty", _changed(body, place, [])
        if isinstance(_at(body, place), str):
            yield f"{name} an empty text", _changed(body, place, "")
        if isinstance(_at(body, place), int):
            yield f"{name} zero", _changed(body, place, 0)


_MISSING = object()


def _places(body: object, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of all keys, and of the first item of each list."""
    children: list[tuple[str | int, object]] = []
    if isinstance(body, dict):
        children = list(body.items())
    elif isinstance(body, list) and body:
        children = [(0, body[0])]
    for key, value in children:
        yield (*before, key)
        yield from _places(value, (*before, key))


def _at(body: Any, place: tuple[str | int, ...]) -> object:
    for key in place:
        body = body[key]
    return body


def _changed(body: Any, place: tuple[str | int, ...], value: object) -> object:
    body = copy.deepcopy(body)
    parent = body
    for key in place[:-1]:
        parent = parent[key]
    if value is _MISSING:
        del parent[place[-1]]
    else:
        parent[place[-1]] = value
    return body
