"""Credentials that a recording holds: what a login answered, and what the recorded client sent.

A script passes such values on (`Bearer` and the token that the login gave), so they are masked like its own secrets.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Collection, Iterator
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, unquote, urlsplit

from migrate.shadow import bodies
from migrate.shadow.bodies import Json
from migrate.shadow.credential_places import values_in
from migrate.shadow.messages import Headers
from migrate.shadow.recording import Recorded, Recording

SHORTEST = 8
"""Values of fewer characters are not taken for credentials: they stand in other texts by chance."""

_PLACEHOLDER = re.compile(rb"\{\{([A-Za-z0-9_.-]+)(?:\|[a-z0-9+:]*)?\}\}")
_WORD = re.compile(r"[a-z]+|[A-Z]+|[0-9]+|[A-Z][a-z]+")


def recorded_secrets(
    recording: Recording, names_credential: Callable[[str], bool], known: Collection[str] = ()
) -> dict[str, str]:
    """Names (`RECORDED_ACCESS_TOKEN`) and values of the credentials in a recording, in its order.

    `names_credential` tells whether a header, field or parameter of that name holds one. Values that are for the
    greater part one of the `known` secrets, or that hold a placeholder of one, are left to these.
    """
    found: dict[str, str] = {}
    for name, value in _candidates(recording, names_credential):
        if len(value) < SHORTEST or _WORD.fullmatch(value) or "{{" in value or value in found.values():
            continue
        if any(2 * len(one) >= len(value) and one in value for one in known):
            continue
        stem = "RECORDED_" + (re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "VALUE")
        unique, number = stem, 2
        while unique in found:
            unique, number = f"{stem}_{number}", number + 1
        found[unique] = value
    return found


def names_masked(recording: Recording) -> frozenset[str]:
    """The names of all placeholders (`{{NAME}}`) in a recording: somebody knew these to be secrets."""
    return frozenset(
        found[1].decode("ascii")
        for recorded in (*recording.exchanges, *recording.mails, *recording.incoming)
        for data in _texts(recorded)
        for found in _PLACEHOLDER.finditer(data)
    )


def _texts(recorded: Recorded) -> Iterator[bytes]:
    request, answer = recorded.request, recorded.answer
    yield request.url.encode("utf-8", "surrogatepass")
    for headers, body in ((request.headers, request.body), (answer.headers, answer.body)):
        yield from (value.encode("utf-8", "surrogatepass") for _, value in headers)
        try:
            yield bodies.decoded(headers, body)
        except bodies.UnreadableBodyError:
            yield body


def _candidates(recording: Recording, names_credential: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    for recorded in recording.exchanges:
        request, answer = recorded.request, recorded.answer
        pairs = [*_of_url(request.url), *_of_body(request.headers, request.body)]
        pairs += [*_of_headers(request.headers), *_of_headers(answer.headers), *_of_body((), answer.body)]
        for name, value in pairs:
            if name in ("cookie", "authorization") or names_credential(name):
                yield name, value


def _of_url(url: str) -> Iterator[tuple[str, str]]:
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return
    if password:
        yield "password", unquote(password)
    yield from parse_qsl(parts.query, keep_blank_values=True)


def _of_headers(headers: Headers) -> Iterator[tuple[str, str]]:
    for name, text in headers:
        match name.lower():
            case "cookie" | "set-cookie":
                try:
                    held = SimpleCookie(text)
                except CookieError:
                    held = SimpleCookie()
                yield from (("cookie", one.value) for one in held.values())
            case "authorization" | "proxy-authorization":
                scheme, _, rest = text.partition(" ")
                yield "authorization", rest.strip() or text
                if scheme.lower() == "basic":
                    yield "password", _password(rest.strip())
            case _:
                yield name, text


def _of_body(headers: Headers, body: bytes) -> Iterator[tuple[str, str]]:
    try:
        plain = bodies.decoded(headers, body)
    except bodies.UnreadableBodyError:
        return
    yield from _of_text(plain)


def _of_text(plain: bytes, depth: int = 3) -> Iterator[tuple[str, str]]:
    held = bodies.value((("Content-Type", "application/json"),), plain)
    if not isinstance(held, str):
        yield from _fields(held, depth)
    elif re.fullmatch(r"[^\s<>{}\"]*=[^\s<>{}\"]*", held):
        yield from parse_qsl(held)
    else:
        yield from values_in(plain)


def _fields(value: Json, depth: int, named: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _fields(one, depth, name)
    elif isinstance(value, list):
        for one in value:
            yield from _fields(one, depth, named)
    elif isinstance(value, str):
        yield named, value
        if depth and value[:1] in ("{", "["):
            yield from _of_text(value.encode("utf-8", "surrogatepass"), depth - 1)


def _password(credentials: str) -> str:
    try:
        return b64decode(credentials, validate=True).partition(b":")[2].decode("utf-8")
    except (binascii.Error, ValueError):
        return ""
