"""An HTTP operation as a script states it: server, method, path template, parameters, body, policies."""

from __future__ import annotations

from typing import Literal

from migrate.model.base import Evidence, Node
from migrate.model.expressions import Expression

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing at the receiver (RFC 9110, 9.2.1), unless a mark says otherwise."""


class Parameter(Node):
    """A named value of a request.

    `path`: the text that replaces `{name}` in server or path, verbatim (the client's URL encoder runs afterwards).
    `query`: added by the client's query encoder, which also decides what null and lists become.
    `header`: a text; null leaves the header out, any other value is an error.
    """

    name: str
    location: Literal["path", "query", "header"]
    value: Expression
    evidence: Evidence = "folded"


class Body(Node):
    """What is sent: a value and the encoder (a codec of the catalogue) that makes bytes of it."""

    encoder: str
    content: Expression


class StatusRule(Node):
    """What happens when the answer's status lies in first..last: `abort` ends the run with an error."""

    first: int
    last: int
    action: Literal["abort"]


class Operation(Node):
    """One HTTP request with the client's defaults made explicit.

    `server` is scheme and host, or `{name}` of a path parameter; `path` is a template and may carry the inline query of
    the script. The URL is server + path with placeholders filled in, then the query parameters, then the client's own
    normalisation (`client` names the dialect). Operations of one `session` share cookies; without one, nothing is kept.
    """

    client: Literal["requests"]
    session: str | None = None
    method: str
    server: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    security: tuple[str, ...] = ()
    body: Body | None = None
    decoder: str | None = None
    on_status: tuple[StatusRule, ...] = ()
    timeout_seconds: float | None = None
    follow_redirects: bool = True
    verify_tls: bool = True
    evidence: Evidence = "folded"

    def located(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location."""
        return tuple(p for p in self.parameters if p.location == location)
