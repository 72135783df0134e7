"""The `record` section of `hubshift.yaml`: which reads may leave while a run is recorded, and what writes are answered.

An operation is declared by its method and URL, with places left open as `url_templates` says.
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from migrate.shadow import addresses, url_templates
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.url_templates import UrlTemplate

METHODS = ("GET", "HEAD", "POST")
"""Methods of the requests that may be declared."""
MOST_READS = 10_000
"""Reads that one run may let out, unless people say otherwise."""
READ_SECONDS = 30.0
"""Seconds that one read may take, unless people say otherwise."""
_LOCAL = "http://localhost"


def _is_template(url: str) -> str:
    url_templates.template(url)
    return url


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_is_template)]

    @cached_property
    def _template(self) -> UrlTemplate:
        return url_templates.template(self.url)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return self._template.origin

    def fits(self, url: str) -> bool:
        """Whether an absolute URL is one of those declared. Raises ValueError for a URL that is none."""
        return self._template.fits(addresses.parse(url))


class DeclaredRead(_Declared):
    """An operation that changes nothing: a GET, or a POST that only asks (a search, a GraphQL query, a login)."""

    method: Literal["GET", "HEAD", "POST"] = "GET"

    def applies(self, request: Request) -> bool:
        """Whether the request is this operation. Raises ValueError for a URL that is none."""
        return request.method == self.method and self.fits(request.url)


class _Message(BaseModel):
    """Headers and a body, which is sent as JSON where it is no text."""

    headers: dict[str, str] = {}
    body: JsonValue = None

    @property
    def sent(self) -> tuple[Headers, bytes]:
        """Both as they are sent."""
        headers = tuple(self.headers.items())
        if self.body is None or isinstance(self.body, str):
            return headers, (self.body or "").encode()
        if not any(name.lower() == "content-type" for name in self.headers):
            headers = (*headers, ("content-type", "application/json"))
        return headers, json.dumps(self.body, ensure_ascii=False).encode()


class DeclaredAnswer(_Message, _Declared):
    """What an operation is answered without asking anybody."""

    method: str = Field(default="POST", pattern=r"[A-Z]+")
    status: int = Field(default=200, ge=200, le=599)

    def applies(self, request: Request) -> bool:
        """Whether the request is this operation. Raises ValueError for a URL that is none."""
        return request.method == self.method and self.fits(request.url)

    def may_mean(self, request: Request) -> bool:
        """Whether a server could take the request for this operation. Raises ValueError for a URL that is none."""
        return request.method == self.method and self._template.may_mean(addresses.parse(request.url))

    @property
    def answer(self) -> Answer:
        """The answer to send."""
        return Answer(self.status, *self.sent)


def _is_address(url: str) -> str:
    addresses.parse(_LOCAL + url if url.startswith("/") else url)
    return url


class IncomingRequest(_Message):
    """A request that is sent to the command, which takes in such: a web hook. `{{NAME}}` in it is a variable's value.

    A `url` may be a path alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, AfterValidator(_is_address)]
    method: str = Field(default="POST", pattern=r"[A-Z]+")

    @property
    def request(self) -> Request:
        """The request to send."""
        return Request(self.method, _LOCAL + self.url if self.url.startswith("/") else self.url, *self.sent)


class RecordSettings(BaseModel):
    """The section. Nothing leaves unless `reads` says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reads: tuple[DeclaredRead, ...] = ()
    answers: tuple[DeclaredAnswer, ...] = ()
    incoming: tuple[IncomingRequest, ...] = ()
    """Requests that are sent to the command, one after the other, before it is asked to end."""
    plain: tuple[str, ...] = ()
    """Headers, fields, parameters and variables that hold no credential, though their names say so."""
    most_reads: int = Field(default=MOST_READS, ge=0)
    """Reads that one run may let out."""
    read_seconds: float = Field(default=READ_SECONDS, gt=0, le=600)
    """Seconds that one read may take."""

    def answer_to(self, request: Request) -> DeclaredAnswer | None:
        """What is declared for an operation, in doubt too: else it could go out as a read. Raises ValueError."""
        fitting = (one for one in self.answers if one.applies(request))
        return next(fitting, None) or next((one for one in self.answers if one.may_mean(request)), None)

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
