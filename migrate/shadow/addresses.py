"""One spelling for each URL: RFC 3986 section 6.2.2 and 6.2.3, without touching what a server could tell
apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_plus, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9]+(?:[.-][a-z0-9]+)*)(?P<path>/[A-Za-z0-9._~!$&'()*+,;=:@/-]*)"
    r"(?:\?(?P<query>[A-Za-z0-9._~!$&'()*+,;=:@/?%-]*))?"
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart; `host` is lower case, `port` is never the scheme's default, `query` keeps its
    spelling."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str | None

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser would call it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port is not None else "")

    @property
    def url(self) -> str:
        """The URL put together again."""
        return self.origin + self.path + (f"?{self.query}" if self.query is not None else "")

    @property
    def pairs(self) -> tuple[tuple[str, str | None], ...]:
        """Decoded query, sorted by name; values of one name keep their order; `a` and `a=` stay different."""
        return query_pairs(self.query or "")


def parse(url: str) -> Address:
    """Takes an absolute http or https URL apart; user, password and fragment are dropped. Raises
    ValueError."""
    plain = _PLAIN_URL.fullmatch(url)
    if plain is not None:
        # Nothing to change; nearly all URLs that programs make are such.
        return Address(plain["scheme"], plain["host"], None, plain["path"], plain["query"])
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ValueError("not an absolute http or https URL")
    port = parts.port
    start = url.find("?")
    end = url.find("#")
    has_query = start >= 0 and (end < 0 or start < end)
    return Address(
        scheme=scheme,
        host=parts.hostname.lower(),
        port=None if port == DEFAULT_PORTS[scheme] else port,
        path=_ESCAPE.sub(_plain, _ascii(parts.path)) or "/",
        query=_ascii(parts.query) if has_query else None,
    )


def query_pairs(query: str) -> tuple[tuple[str, str | None], ...]:
    """Decodes `a=1&b` (also a form body) to pairs, sorted by name."""
    pairs: list[tuple[str, str | None]] = []
    for part in query.split("&"):
        if part:
            name, equals, value = part.partition("=")
            pairs.append((_decoded(name), _decoded(value) if equals else None))
    return tuple(sorted(pairs, key=lambda pair: pair[0]))


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="surrogateescape")


def _plain(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        c if c.isascii() else "".join(f"%{b:02X}" for b in c.encode("utf-8", "surrogatepass")) for c in text
    )
