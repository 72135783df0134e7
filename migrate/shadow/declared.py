"""The `record` section of `hubshift.yaml`: which reads may leave while a run is recorded, and what writes are answered.

An operation is declared by its method and URL. In path and query of the URL `{name}` stands for one segment and `*` for
anything; scheme, host and port are meant as they stand. A URL without a query allows any.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from migrate.shadow import addresses
from migrate.shadow.messages import Answer, Request

METHODS = ("GET", "HEAD", "POST")
"""Methods of the requests that may be declared."""
MOST_READS = 10_000
"""Reads that one run may let out, unless people say otherwise."""
READ_SECONDS = 30.0
"""Seconds that one read may take, unless people say otherwise."""

_TEMPLATE = re.compile(r"(?P<origin>https?://[^/?#{}*@\s]+)(?P<path>/[^?#\s]*)?(?:\?(?P<query>[^#\s]*))?")
_WILD = re.compile(r"(\{\w+\}|\*)")


def _is_template(url: str) -> str:
    _compiled(url)
    return url


UrlTemplate = Annotated[str, AfterValidator(_is_template)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: UrlTemplate

    @cached_property
    def _patterns(self) -> tuple[str, re.Pattern[str], re.Pattern[str] | None]:
        return _compiled(self.url)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self._patterns[0]

    def fits(self, url: str) -> bool:
        """Whether an absolute URL is one of those declared. Raises ValueError for a URL that is none."""
        origin, path, query = self._patterns
        address = addresses.parse(url)
        return (
            address.origin == origin
            and path.fullmatch(address.path) is not None
            and (query is None or query.fullmatch(address.query or "") is not None)
            and self._stated_once(address)
        )

    def _stated_once(self, address: addresses.Address) -> bool:
        """Whether no parameter that the declaration states comes more often: servers differ in which one counts."""
        stated = Counter(name for name, _ in addresses.query_pairs(self.url.partition("?")[2]))
        given = Counter(name for name, _ in address.pairs) if stated else stated
        return all(given[name] <= count for name, count in stated.items())


class DeclaredRead(_Declared):
    """An operation that changes nothing: a GET, or a POST that only asks (a search, a GraphQL query, a login)."""

    method: Literal["GET", "HEAD", "POST"] = "GET"

    def applies(self, request: Request) -> bool:
        """Whether the request is this operation. Raises ValueError for a URL that is none."""
        return request.method == self.method and self.fits(request.url)


class DeclaredAnswer(_Declared):
    """What an operation is answered without asking anybody. A `body` that is no text is sent as JSON."""

    method: str = Field(default="POST", pattern=r"[A-Z]+")
    status: int = Field(default=200, ge=200, le=599)
    headers: dict[str, str] = {}
    body: JsonValue = None

    def applies(self, request: Request) -> bool:
        """Whether the request is this operation. Raises ValueError for a URL that is none."""
        return request.method == self.method and self.fits(request.url)

    @property
    def answer(self) -> Answer:
        """The answer to send."""
        headers = tuple(self.headers.items())
        if self.body is None:
            return Answer(self.status, headers)
        if isinstance(self.body, str):
            return Answer(self.status, headers, self.body.encode())
        if not any(name.lower() == "content-type" for name in self.headers):
            headers = (*headers, ("content-type", "application/json"))
        return Answer(self.status, headers, json.dumps(self.body, ensure_ascii=False).encode())


class RecordSettings(BaseModel):
    """The section. Nothing leaves unless `reads` says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reads: tuple[DeclaredRead, ...] = ()
    answers: tuple[DeclaredAnswer, ...] = ()
    plain: tuple[str, ...] = ()
    """Headers, fields and parameters that hold no credential, though their names say so."""
    most_reads: int = Field(default=MOST_READS, ge=0)
    """Reads that one run may let out."""
    read_seconds: float = Field(default=READ_SECONDS, gt=0, le=600)
    """Seconds that one read may take."""

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports other than 80 and 443 that the declared URLs name, ascending."""
        named = {addresses.parse(one.origin).port for one in (*self.reads, *self.answers)}
        return tuple(sorted(port for port in named if port is not None and port not in (80, 443)))


def declared_read(text: str) -> DeclaredRead:
    """A declaration on one line: `GET https://host/path*`, the method left out for a GET. Raises ValueError."""
    method, _, url = text.strip().rpartition(" ")
    return DeclaredRead.model_validate({"method": method.strip() or "GET", "url": url})


def declaration_of(request: Request) -> str:
    """The line of `reads` that would declare a redacted request; numbers and identifiers are any of their kind."""
    address = addresses.parse(request.url)
    segments = [_any(segment) for segment in address.path.split("/")]
    return f"{{method: {request.method}, url: {json.dumps(address.origin + '/'.join(segments))}}}"


_IDENTIFIER = re.compile(r"\d+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|.*(?:\{|%7B){2}.*")


def _any(segment: str) -> str:
    return "{id}" if _IDENTIFIER.fullmatch(segment) else segment


def _compiled(url: str) -> tuple[str, re.Pattern[str], re.Pattern[str] | None]:
    """Origin, pattern of the path, and of the query where one is stated. Raises ValueError."""
    found = _TEMPLATE.fullmatch(url)
    if found is None:
        raise ValueError("is no URL of http or https with a host that is written out")
    address = addresses.parse(found["origin"] + (found["path"] or "/"))
    query = found["query"]
    return address.origin, _pattern(address.path), None if query is None else _pattern(query)


def _pattern(template: str) -> re.Pattern[str]:
    parts = _WILD.split(template)
    kinds = {"*": ".*"}
    return re.compile(
        "".join(
            kinds.get(part, "[^/&]+") if number % 2 else re.escape(part) for number, part in enumerate(parts)
        )
    )
