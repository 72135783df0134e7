"""URLs with places that are left open: `{name}` stands for one value, `*` for anything, each in path and query.

A value is an identifier as people write it, and nothing that a server could take for more than one value once it has
decoded it: letters and digits of any script, `- _ ~ @ + ,`, a single dot or space between others; in a query `:` and
`=` too. So neither slashes, backslashes, `;`, `%` nor control characters, however they are encoded.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, unquote_to_bytes

from migrate.shadow import addresses
from migrate.shadow.addresses import Address

_TEMPLATE = re.compile(r"(?P<origin>https?://[^/?#{}*@\s]+)(?P<path>/[^?#\s]*)?(?:\?(?P<query>[^#\s]*))?")
_OPEN = re.compile(r"(\{\w+\}|\*)")
_MOST_ROUNDS = 16
"""No server decodes more often."""
_IN_PATH, _IN_QUERY = frozenset("-_~@+,. "), frozenset("-_~@+,. :=")


@dataclass(frozen=True)
class UrlTemplate:
    """Which URLs are meant; scheme, host and port as they stand. Without a query any is."""

    origin: str
    path: str
    query: str | None

    def fits(self, address: Address) -> bool:
        """Whether a URL is one of them."""
        return (
            address.origin == self.origin
            and _fits(self._path, address.path, _IN_PATH)
            and (self._query is None or _fits(self._query, address.query or "", _IN_QUERY))
            and self._stated_once(address.query or "")
        )

    def may_mean(self, address: Address) -> bool:
        """Whether some server could take a URL for one of them: more than what `fits`, whatever the values hold."""
        given = parameters(address.query or "")
        return (
            address.origin == self.origin
            and any(self._loose_path.fullmatch(path) for path in (address.path, unquoted(address.path)))
            and (self.query != "" or not given)
            and all(
                any(name == other and pattern.fullmatch(value) for other, value in given)
                for name, pattern in self._stated
            )
        )

    @cached_property
    def _loose_path(self) -> re.Pattern[str]:
        return _pattern(unquoted(self.path), "[^/]+")

    @cached_property
    def _stated(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple(
            (name, _pattern(value, ".*")) for name, value in parameters(self.query or "") if "*" not in name
        )

    @cached_property
    def _path(self) -> re.Pattern[str]:
        return _pattern(self.path)

    @cached_property
    def _query(self) -> re.Pattern[str] | None:
        return None if self.query is None else _pattern(self.query)

    def _stated_once(self, query: str) -> bool:
        """Whether no parameter that the template states comes more often: servers differ in which one counts."""
        stated = Counter(_parameters(self.query or ""))
        given = Counter(_parameters(query)) if stated else stated
        return all(given[name] <= count for name, count in stated.items())


def template(url: str) -> UrlTemplate:
    """The template that a text is. Raises ValueError where it is none."""
    found = _TEMPLATE.fullmatch(url)
    if found is None:
        raise ValueError("is no URL of http or https with a host that is written out")
    address = addresses.parse(found["origin"] + (found["path"] or "/"))
    return UrlTemplate(address.origin, address.path, found["query"])


def unquoted(text: str) -> str:
    """A text without escapes, however often they were escaped."""
    for _ in range(_MOST_ROUNDS):
        if "%" not in text:
            break
        text = unquote(text, errors="surrogateescape")
    return text


def parameters(query: str) -> list[tuple[str, str]]:
    """Names and values of a query as the most lenient of servers takes it apart: at `;` too, names in any case, `a[0]`
    and `a.x` as `a`."""
    pairs = (part.partition("=") for part in re.split("[&;]", query))
    return [(_as_known(name), unquoted(value.replace("+", " "))) for name, _, value in pairs if name]


def _parameters(query: str) -> list[str]:
    return [name for name, _ in parameters(query)]


def _as_known(name: str) -> str:
    return re.split(r"[\[.\0]", unquoted(name.replace("+", " ")).strip())[0].lower()


def _pattern(text: str, value: str = "([^/&]+)") -> re.Pattern[str]:
    parts = _OPEN.split(text)
    return re.compile(
        "".join(
            (".*" if part == "*" else value) if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        ),
        re.DOTALL if value == "([^/&]+)" else re.DOTALL | re.IGNORECASE,
    )


def _fits(pattern: re.Pattern[str], text: str, signs: frozenset[str]) -> bool:
    found = pattern.fullmatch(text)
    return found is not None and all(_is_value(value, signs) for value in found.groups())


def _is_value(text: str, signs: frozenset[str]) -> bool:
    """Whether this can be nothing but one value."""
    try:
        plain = unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        return False
    # Servers may replace what looks like a slash by one.
    return all(
        all(sign.isalnum() or sign in signs or unicodedata.category(sign) in ("Mn", "Mc") for sign in form)
        and ".." not in form
        and form == form.strip(". ")
        for form in (plain, unicodedata.normalize("NFKC", plain))
    )
