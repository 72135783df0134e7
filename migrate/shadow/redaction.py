"""Secrets out of everything that is kept: each value becomes `{{NAME}}`, the same on all legs.

A value is found as it stands, percent-encoded, JSON- or XML-escaped (each character on its own, so mixtures
too), as its own base64 (`{{NAME|base64}}`) and inside `Authorization: Basic`; pieces of it and what a script
may make of it as `derived_forms` says; all these in other spellings, one within another, as `spellings` says
(`{{NAME|percent}}` for what was escaped twice). A number in JSON stays a value there (`"{{NAME|number}}"`).

Values shorter than 4 characters would match everywhere, so they are replaced only where they are a whole token: a
whole JSON string, a whole query or form value, a whole part of a header, of a cookie or of `user:password`.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from migrate.shadow import bodies
from migrate.shadow.derived_forms import PIECE, DerivedForms
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.spellings import Span, rewritten
from migrate.shadow.value_patterns import (
    LONGEST_CHARACTER,
    SHORT,
    compiled,
    packed_values,
    placeholders,
    signs,
)

_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_SEEN = 4096
_SEEN_BYTES = 4096
_PLACEHOLDER = re.compile(r"\{\{([A-Za-z0-9_.\-]+)\}\}")
_PORT = re.compile(r":[0-9]*$")
_AUTHORITY = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<user>[^/?#@]*@)?(?P<host>[^/?#]*)")


class Redactor:
    """Replaces the values of `values` (name to value). Empty values are ignored.

    The host of a URL stays as it is where it is one of `hosts`, which stand in plain sight in a script: a user's name
    may stand in them too. Where two names share a value, the alphabetically first is used. Raises ValueError for a name
    that cannot stand in `{{}}`.
    """

    def __init__(self, values: Mapping[str, str], hosts: Iterable[str] = ()) -> None:
        for name in values:
            if not _NAME.fullmatch(name):
                raise ValueError(f"a secret cannot be called {name!r}")
        named: dict[str, str] = {}
        for name in sorted(values):
            if values[name]:
                named.setdefault(values[name], name)
        order = sorted(named, key=lambda value: (-len(value), named[value]))
        self._hosts = frozenset(host.lower() for host in hosts)
        self._names = [named[value] for value in order]
        self.longest = max((len(value) for value in order), default=0) * LONGEST_CHARACTER
        """Bytes that the longest value can take when encoded."""
        placeholder = placeholders(sorted(values))
        self._written = re.compile(placeholder) if values else None
        self._anywhere = compiled(placeholder, order, rb'(?:(?<=")%b(?=")|(?<==)%b(?=[&#;\s"]|\Z))')
        self._in_header = compiled(placeholder, order, rb'(?<![^\s,;=:"])%b(?![^\s,;="])')
        self._whole = compiled(placeholder, order, rb"\A%b\Z")
        self._in_pair = compiled(placeholder, order, rb"(?:\A|(?<=:))%b(?=:|\Z)")
        self.short = any(len(value) < SHORT for value in order)
        self._packed = packed_values(order)
        self._signs = signs(order)
        self._derived = DerivedForms({named[value]: value for value in order})
        self._in_hosts = [
            (value.lower(), named[value]) for value in order if len(value) >= PIECE and value != value.lower()
        ]
        self._seen: dict[Headers, Headers] = {}
        """A client sends the same headers with most of its requests."""
        self._seen_data: dict[bytes, bytes] = {}
        """An answer is given again and again."""

    def __repr__(self) -> str:
        return f"Redactor({', '.join(sorted(self._names))})"

    def __reduce__(self) -> str:
        raise TypeError("a Redactor is not stored")

    def data(self, data: bytes) -> bytes:
        """Redacts bytes, such as a decoded body."""
        if len(data) > _SEEN_BYTES:
            return self._sub(self._anywhere, data)
        clean = self._seen_data.get(data)
        if clean is None:
            clean = self._sub(self._anywhere, data)
            if len(self._seen_data) >= _SEEN:
                self._seen_data.clear()
            self._seen_data[data] = clean
        return clean

    def kept(self, data: bytes) -> bytes:
        """Redacts bytes that somebody made of a value; what holds `{{NAME}}` itself gets the mark of `marked`."""
        return self.data(self._mark(data) if b"{{" in data or b"%7" in data else data)

    def text(self, text: str) -> str:
        """Redacts text."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def column(self, name: str) -> str | None:
        """What stands in place of all values of a database's column; None for one whose values are shown."""
        return None

    def url(self, url: str) -> str:
        """Redacts a URL; a host may be like a piece of a secret that is named after it, and stays."""
        found = _AUTHORITY.match(url)
        if found is None or self._anywhere is None:
            return self.text(url)
        user, rest = self.text(found["user"] or ""), self.text(url[found.end() :])
        return found["scheme"] + user + self._host(found["host"]) + rest

    def _host(self, host: str) -> str:
        """Redacts a host, but for what is like a piece of a secret."""
        if self._anywhere is None or _PORT.sub("", host).lower() in self._hosts:
            return host
        plain = host.encode("utf-8", "surrogatepass")
        clean = self._anywhere.sub(self._replacement, plain).decode("utf-8", "surrogatepass")
        for value, name in self._in_hosts:
            # Clients write hosts in lower case.
            if value in clean.lower():
                clean = re.sub(
                    rf"{re.escape(value)}(?![^{{}}]*}}}})", f"{{{{{name}}}}}", clean, flags=re.IGNORECASE
                )
        return clean

    def headers(self, headers: Headers) -> Headers:
        """Redacts header values; `Basic` credentials are decoded where a part of them is secret."""
        found = self._seen.get(headers)
        if found is None:
            found = tuple((name, self._header(name, value)) for name, value in headers)
            if len(self._seen) >= _SEEN:
                self._seen.clear()
            self._seen[headers] = found
        return found

    def request(self, request: Request) -> Request:
        """Redacts a request; a compressed body is packed again. Raises bodies.UnreadableBodyError."""
        plain = bodies.decoded(request.headers, request.body)
        clean = self.data(plain)
        body = request.body if clean == plain else bodies.encoded(request.headers, clean)
        return Request(request.method, self.url(request.url), self.headers(request.headers), body)

    def marked(self, request: Request) -> Request:
        """The request with `{{NAME|literal}}` where it holds the text `{{NAME}}` itself in place of the value.

        Without the mark a placeholder that nobody filled in would look like the secret. Raises
        bodies.UnreadableBodyError.
        """
        plain = bodies.decoded(request.headers, request.body)
        texts = (request.url, *(value for _, value in request.headers))
        if not (b"{{" in plain or b"%7" in plain or any("{{" in text or "%7" in text for text in texts)):
            return request
        shown = self._mark(plain)
        body = request.body if shown == plain else bodies.encoded(request.headers, shown)
        url = self._mark(request.url.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
        headers = tuple(
            (name, self._mark(value.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass"))
            for name, value in request.headers
        )
        return Request(request.method, url, headers, body)

    def _mark(self, data: bytes) -> bytes:
        if self._written is None:
            return data
        return self._written.sub(
            lambda found: re.sub(rb"((?:\}|%7[Dd]){2})\Z", rb"|literal\1", found[0]), data
        )

    def answer(self, answer: Answer) -> Answer:
        """Redacts an answer, whose body is not encoded."""
        return Answer(answer.status, self.headers(answer.headers), self.data(answer.body))

    def kept_answer(self, answer: Answer) -> Answer:
        """Redacts an answer that a leg made, with the mark of `marked` where it holds a placeholder itself."""
        headers = tuple((name, self._marked_text(value)) for name, value in answer.headers)
        return Answer(answer.status, self.headers(headers), self.kept(answer.body))

    def _marked_text(self, text: str) -> str:
        return self._mark(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def tail(self, data: bytes, size: int) -> bytes:
        """Redacts the last `size` bytes; a value that the cut would halve is dropped whole."""
        cut = max(0, len(data) - size)
        if cut and self._anywhere:
            for match in self._anywhere.finditer(
                data, max(0, cut - self.longest), min(len(data), cut + self.longest)
            ):
                if match.start() < cut < match.end():
                    cut = match.end()
        return self.data(data[cut:])

    def _header(self, name: str, value: str) -> str:
        if name.lower() == "host":
            return self._host(value)
        scheme, space, rest = value.partition(" ")
        if name.lower() in ("authorization", "proxy-authorization") and scheme.lower() == "basic" and space:
            readable = self._basic(rest.strip())
            if readable is not None:
                return f"{scheme} {rest[: len(rest) - len(rest.lstrip())]}{readable}"
            if ":" in rest and "{{" not in rest:
                # Nobody encoded the pair, which must not look like one that was.
                return _PLACEHOLDER.sub(r"{{\1|plain}}", self._in_line(value))
        return self._in_line(value)

    def _in_line(self, value: str) -> str:
        """Redacts the value of a header."""
        try:
            return self._sub(self._in_header, value.encode("latin-1")).decode("latin-1")
        except UnicodeEncodeError:
            return self._sub(self._in_header, value.encode("utf-8", "surrogatepass")).decode(
                "utf-8", "surrogatepass"
            )

    def _basic(self, credentials: str) -> str | None:
        """`user:password` with its secret parts replaced, or None where no part is secret."""
        try:
            plain = b64decode(credentials, validate=True)
        except (binascii.Error, ValueError):
            return None
        user, colon, password = plain.partition(b":")
        parts = [self._sub(self._anywhere, self._sub(self._whole, part)) for part in (user, password)]
        # Where no part is secret, the pair itself may be kept as one.
        changed = parts != [user, password]
        shown = parts[0] + colon + parts[1] if changed else self._sub(self._whole, plain)
        if shown == plain:
            return None
        text = shown.decode("utf-8", "backslashreplace")
        # Without a colon it is no pair, but the base64 of something.
        return text if colon else _PLACEHOLDER.sub(r"{{\1|base64}}", text)

    def _sub(self, pattern: re.Pattern[bytes] | None, data: bytes) -> bytes:
        return data if pattern is None else rewritten(data, _Values(self, pattern, self.short))

    def found(self, pattern: re.Pattern[bytes], data: bytes, way: str) -> list[Span]:
        """Where values, what is made of them, and placeholders stand in a text that is spelled so."""
        spans: list[Span] = []
        at = 0
        if self._signs is None or any(sign in data for sign in self._signs):
            for match in pattern.finditer(data):
                spans += self._pieces(data, at, match.start(), way)
                put = self._replacement(match)
                if match.lastindex == 1:
                    # Escaped twice it is no more than what somebody wrote.
                    put = match[0] if way else put
                else:
                    put = _spelled(put, way) if way or not _is_number(data, match) else _as_number(put)
                spans.append(Span(*match.span(), put))
                at = match.end()
        return spans + self._pieces(data, at, len(data), way)

    def _pieces(self, data: bytes, start: int, end: int, way: str) -> list[Span]:
        """Pieces of secrets between two places, between which no placeholder stands: a name may be like its value."""
        between = data if (start, end) == (0, len(data)) else data[start:end]
        return [
            Span(start + first, start + last, _spelled(put, way))
            for first, last, put in self._derived.found(between)
        ]

    def in_pair(self, data: bytes) -> list[Span]:
        """Where values stand in `user:password`."""
        if self._in_pair is None:
            return []
        return [Span(*match.span(), self._replacement(match)) for match in self._in_pair.finditer(data)]

    def in_base64(self, data: bytes) -> bool:
        """Whether base64 of a text in which a value stands may be there."""
        return self._packed is not None and self._packed.search(data) is not None

    def _replacement(self, match: re.Match[bytes]) -> bytes:
        group = match.lastindex or 1
        if group == 1:
            return (
                match[0]
                .replace(b"%7B", b"{")
                .replace(b"%7b", b"{")
                .replace(b"%7D", b"}")
                .replace(b"%7d", b"}")
            )
        name = self._names[(group - 2) // 2].encode("ascii")
        return b"{{%b}}" % name if group % 2 == 0 else b"{{%b|base64}}" % name


@dataclass(frozen=True, slots=True)
class _Values:
    """The search for all values of a redactor, as a pattern of it finds them."""

    redactor: Redactor
    pattern: re.Pattern[bytes]
    short: bool

    def found(self, data: bytes, way: str) -> list[Span]:
        """Where they stand."""
        return self.redactor.found(self.pattern, data, way)

    def in_base64(self, data: bytes) -> bool:
        """Whether base64 of them may stand there."""
        return self.redactor.in_base64(data)

    def found_in_pair(self, data: bytes) -> list[Span]:
        """Where they stand in a pair."""
        return self.redactor.in_pair(data)


def _spelled(placeholder: bytes, way: str) -> bytes:
    """The placeholder with the way in which the value was written: two texts that differ stay different."""
    if not way:
        return placeholder
    name, bar, rest = placeholder[2:-2].partition(b"|")
    return b"{{%b|%b%b}}" % (name, way.encode("ascii"), b":" + rest if bar else b"")


def _is_number(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether a value stands as a number in JSON."""
    if not match[0].isdigit() or data.lstrip()[:1] not in (b"{", b"["):
        return False
    before, after = data[: match.start()].rstrip()[-1:], data[match.end() :].lstrip()[:1]
    return (
        before in (b":", b"[", b",")
        and after in (b",", b"]", b"}")
        and (data.count(b'"', 0, match.start()) - data.count(b'\\"', 0, match.start())) % 2 == 0
    )


def _as_number(placeholder: bytes) -> bytes:
    return b'"' + placeholder[:-2] + b'|number}}"'
