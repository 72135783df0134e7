"""Where the values of a JSON text stand in it, so that they can be put together anew without losing a digit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

Span = tuple[int, int]
"""Start and end of a value in the text."""

_SPACE = re.compile(r"[ \t\n\r]*")


class NotThere(LookupError):
    """There is no such value."""


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def whole(text: str) -> Span:
    """The value that the text is. Raises ValueError where it is no JSON, RecursionError where it is too deep."""
    start = _skip(text, 0)
    _, end = _DECODER.raw_decode(text, start)
    if _skip(text, end) != len(text):
        raise ValueError("something stands behind the value")
    return start, end


def find(text: str, root: Span, parts: Sequence[str]) -> Span:
    """The value that the parts of a JSON Pointer lead to. Raises NotThere."""
    span = root
    for part in parts:
        if text[span[0]] == "{":
            found = dict(members(text, span)).get(part)
        elif text[span[0]] == "[" and re.fullmatch("0|[1-9][0-9]*", part):
            found = dict(enumerate(elements(text, span))).get(int(part))
        else:
            found = None
        if found is None:
            raise NotThere(part)
        span = found
    return span


def members(text: str, span: Span) -> Iterator[tuple[str, Span]]:
    """Names and values of an object. Raises ValueError for a name that stands there twice."""
    seen: set[str] = set()
    at = _skip(text, span[0] + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        if name in seen:
            raise ValueError("a name stands twice in one object")
        seen.add(name)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        yield name, (start, end)
        at = _next(text, end)


def elements(text: str, span: Span) -> Iterator[Span]:
    """The elements of a list."""
    at = _skip(text, span[0] + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _next(text, end)


def leaves(
    text: str, span: Span, but: Sequence[str], parts: tuple[str, ...] = ()
) -> Iterator[tuple[str, Span]]:
    """The values of the objects in a value, by their JSON Pointer, except what the parts `but` lead to.

    Lists and empty objects count as one value.
    """
    if parts == tuple(but):
        return
    inner = list(members(text, span)) if text[span[0]] == "{" else []
    if not inner:
        yield "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts), span
    for name, one in inner:
        yield from leaves(text, one, but, (*parts, name))


def _next(text: str, end: int) -> int:
    """Where the next member or element begins, or what closes."""
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at
