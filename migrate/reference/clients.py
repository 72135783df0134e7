"""The transport of a run: each request is sent in the dialect of its client."""

from __future__ import annotations

from types import TracebackType

from migrate.reference.curl import CurlTransport
from migrate.reference.exchange import Answer, Request, Transport, TransportError
from migrate.reference.transport import RequestsTransport


class ClientTransport:
    """Sends requests in all dialects that a model may name; one object serves one run."""

    def __init__(self) -> None:
        self._requests = RequestsTransport()
        self._transports: dict[str, Transport] = {"requests": self._requests, "curl": CurlTransport()}

    def __enter__(self) -> ClientTransport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._requests.__exit__(kind, error, trace)

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where the client would end with an error."""
        transport = self._transports.get(request.client)
        if transport is None:
            raise TransportError(f"UnknownClient {request.client}")
        return transport.send(request)
