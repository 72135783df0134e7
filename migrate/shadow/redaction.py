"""Secrets out of everything that is kept: each value becomes `{{NAME}}`, the same on all legs.

A value is found as it stands, percent-encoded, JSON- or XML-escaped (each character on its own, so mixtures
too), as its own base64 (`{{NAME|base64}}`) and inside `Authorization: Basic`; pieces of it and what a script
may make of it as `derived_forms` says. Values shorter than 4 characters would match everywhere, so they are
replaced only where they are a whole token: a whole JSON string, a whole query or form value, a whole part of
a header.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping

from migrate.shadow import bodies
from migrate.shadow.derived_forms import PIECE, TAG, DerivedForms
from migrate.shadow.messages import Answer, Headers, Request

SHORT = 4
_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_JSON_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_XML_ESCAPES = {
    "&": ("&amp;", "&#38;", "&#x26;"),
    "<": ("&lt;", "&#60;", "&#x3C;", "&#x3c;"),
    ">": ("&gt;", "&#62;", "&#x3E;", "&#x3e;"),
    '"': ("&quot;", "&#34;", "&#x22;"),
    "'": ("&apos;", "&#39;", "&#x27;"),
}
_LONGEST_CHARACTER = 12
"""Bytes that one character can take in any of its forms (a surrogate pair in JSON)."""

_SEEN_HEADERS = 4096
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
        self.longest = max((len(value) for value in order), default=0) * _LONGEST_CHARACTER
        """Bytes that the longest value can take when encoded."""
        placeholder = _placeholders(sorted(values))
        self._written = re.compile(placeholder) if values else None
        self._anywhere = _compiled(placeholder, order, rb'(?:(?<=")%b(?=")|(?<==)%b(?=[&#;\s"]|\Z))')
        self._in_header = _compiled(placeholder, order, rb'(?<![^\s,;=:"])%b(?![^\s,;="])')
        self._whole = _compiled(placeholder, order, rb"\A%b\Z")
        self._signs = _signs(order)
        self._derived = DerivedForms({named[value]: value for value in order})
        self._in_hosts = [
            (value.lower(), named[value]) for value in order if len(value) >= PIECE and value != value.lower()
        ]
        self._seen: dict[Headers, Headers] = {}
        """A client sends the same headers with most of its requests."""

    def __repr__(self) -> str:
        return f"Redactor({', '.join(sorted(self._names))})"

    def __reduce__(self) -> str:
        raise TypeError("a Redactor is not stored")

    def data(self, data: bytes) -> bytes:
        """Redacts bytes, such as a decoded body."""
        return self._sub(self._anywhere, data)

    def kept(self, data: bytes) -> bytes:
        """Redacts bytes that somebody made of a value; what holds `{{NAME}}` itself gets the mark of `marked`."""
        return self.data(self._mark(data) if b"{{" in data or b"%7" in data else data)

    def text(self, text: str) -> str:
        """Redacts text."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

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
            if len(self._seen) >= _SEEN_HEADERS:
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
                return f"{scheme} {readable}"
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
        if parts == [user, password]:
            # The pair itself may be kept as one secret.
            together = self._sub(self._whole, plain)
            return None if together == plain else together.decode("utf-8", "replace")
        return (parts[0] + colon + parts[1]).decode("utf-8", "replace")

    def _sub(self, pattern: re.Pattern[bytes] | None, data: bytes) -> bytes:
        if pattern is None or self._written is None or not data:
            return data
        if self._signs is None or any(sign in data for sign in self._signs):
            data = pattern.sub(self._replacement, data)
        return self._without_pieces(data, self._written)

    def _without_pieces(self, data: bytes, written: re.Pattern[bytes]) -> bytes:
        """The data without pieces of secrets; placeholders stay, though a name may be like its value."""
        if b"{{" not in data and b"%7" not in data:
            return self._derived.replaced(data)
        made: list[bytes] = []
        at = 0
        for found in written.finditer(data):
            made += [self._derived.replaced(data[at : found.start()]), found[0]]
            at = found.end()
        return b"".join([*made, self._derived.replaced(data[at:])])

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


def _placeholders(names: list[str]) -> bytes:
    """Matches `{{NAME}}` as already written, so that redacting again changes nothing."""
    known = b"|".join(re.escape(name.encode("ascii")) for name in names)
    return rb"((?:\{|%%7[Bb]){2}(?:%b)%b(?:\}|%%7[Dd]){2})" % (known, TAG)


def _compiled(placeholder: bytes, values: list[str], short: bytes) -> re.Pattern[bytes] | None:
    """One pattern: group 1 a placeholder, then two groups a value (itself, its base64)."""
    if not values:
        return None
    alternatives = [placeholder]
    for value in values:
        plain = b"".join(map(_character, value))
        if len(value) < SHORT:
            plain = short.replace(b"%b", plain)
            alternatives.append(b"(%b)|((?!))" % plain)
        else:
            alternatives.append(b"(%b)|(%b)" % (plain, _base64(value)))
    return re.compile(b"|".join(alternatives))


def _signs(values: list[str]) -> tuple[bytes, ...] | None:
    """Texts of which one at least stands wherever a value or a placeholder does, in whatever form; None if not known.

    Each escape begins with one of the first; without them a plain value stands as it is.
    """
    signs = [b"{{", b"%", b"\\", b"&"]
    for value in values:
        if not (value.isascii() and value.isprintable()) or " " in value:
            return None
        signs.append(value.encode("ascii"))
        if len(value) >= SHORT:
            # Of `+` and `/` base64 has other forms.
            signs.append(max(re.split(rb"[+/]", _packed(value)), key=len))
    return tuple(signs)


def _packed(value: str) -> bytes:
    return b64encode(value.encode("utf-8", "surrogatepass")).rstrip(b"=")


def _base64(value: str) -> bytes:
    packed = _packed(value)
    return re.escape(packed).replace(rb"\+", b"[+-]").replace(b"/", b"[/_]") + b"={0,2}"


def _character(character: str) -> bytes:
    """All the ways in which one character of a value may be written."""
    raw = character.encode("utf-8", "surrogatepass")
    units = character.encode("utf-16-be", "surrogatepass")
    forms = [re.escape(raw)]
    if "\x80" <= character <= "\xff":
        forms.append(re.escape(character.encode("latin-1")))
    forms.append(b"".join(b"%" + _hexadecimal(byte) for byte in raw))
    forms.append(
        b"".join(rb"\\u" + b"".join(map(_hexadecimal, units[i : i + 2])) for i in range(0, len(units), 2))
    )
    if character in _JSON_ESCAPES:
        forms.append(re.escape(_JSON_ESCAPES[character].encode("ascii")))
    forms.extend(re.escape(text.encode("ascii")) for text in _XML_ESCAPES.get(character, ()))
    if character == " ":
        forms.append(rb"\+")
    # The longest form first: `\"` before the backslash alone.
    ordered = [form for _, form in sorted((-len(form), form) for form in set(forms))]
    return b"(?:" + b"|".join(ordered) + b")"


def _hexadecimal(byte: int) -> bytes:
    return b"".join(
        b"[%c%c]" % (digit, digit - 32) if digit >= ord("a") else b"%c" % digit for digit in b"%02x" % byte
    )
