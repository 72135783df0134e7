"""Mock vendors on loopback ports, and what carries a declared read to them."""

from __future__ import annotations

import httpx

from fixtures.loopback import Loopback, serving
from fixtures.vendor import Answer, Request, Vendor

__all__ = ["Answer", "Loopback", "Request", "ToLoopback", "Vendor", "serving"]


class ToLoopback(httpx.BaseTransport):
    """Carries each request to a port of this machine, whatever its host; the `Host` header stays."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._inner = httpx.HTTPTransport(trust_env=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends the request."""
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Ends all connections."""
        self._inner.close()
