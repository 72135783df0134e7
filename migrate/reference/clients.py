"""All dialects of HTTP clients: each request is sent as the client does that its operation names."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType

from migrate.model.values import UnmappedReached
from migrate.reference.curl import CurlTransport
from migrate.reference.exchange import Answer, Request, Transport, TransportError
from migrate.reference.httpx_transport import HttpxTransport
from migrate.reference.transport import RequestsTransport
from migrate.reference.urllib_transport import UrllibTransport


class UnmappedTransport:
    """A client whose dialect is not known sends nothing."""

    def send(self, request: Request) -> Answer:
        """Raises UnmappedReached."""
        raise UnmappedReached("HS102: the client of this request is not known")


class Clients:
    """One transport for each client; one object serves one run."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._transports: dict[str, Transport] = {}

    def __enter__(self) -> Clients:
        self._transports = {
            "requests": self._open.enter_context(RequestsTransport()),
            "httpx": self._open.enter_context(HttpxTransport()),
            "curl": CurlTransport(),
            "urllib": UrllibTransport(),
            "unmapped": UnmappedTransport(),
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where the client would end with an error."""
        transport = self._transports.get(request.client)
        if transport is None:
            raise TransportError(f"UnknownClient {request.client}")
        return transport.send(request)
