"""The dialect `httpx`, spoken by httpx itself: its encoders and errors are the reference."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx

from migrate.model.values import Value
from migrate.reference.exchange import Answer, Request, TransportError, kind_of

_FAILURES = (
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.CookieConflict,
    httpx.StreamError,
)
_Settings = tuple[str | None, bool]


class HttpxTransport:
    """Sends requests over one `httpx.Client` a client of the script, which keeps cookies, or over a new one.

    Proxies and certificate bundles come from the process's environment, as they do for the script.
    """

    def __init__(self) -> None:
        self._clients: dict[_Settings, httpx.Client] = {}

    def __enter__(self) -> HttpxTransport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            client.close()

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where httpx raises."""
        settings = (request.session, request.verify_tls)
        try:
            client = self._clients.get(settings) or httpx.Client(verify=request.verify_tls)
            if request.session is not None:
                self._clients[settings] = client
            try:
                return _sent(client, request)
            finally:
                if request.session is None:
                    client.close()
        except _FAILURES as failure:
            kind = kind_of(failure)
        raise TransportError(kind)


def _sent(client: httpx.Client, request: Request) -> Answer:
    # httpx decides what becomes of values that its signature does not name; no parameters leave a query of the URL.
    url: Any = request.url
    query: Any = dict(request.query) or None
    headers: Any = list(request.headers)
    response = client.request(
        request.method,
        url,
        params=query,
        headers=headers,
        auth=request.credentials,
        timeout=request.timeout_seconds,
        follow_redirects=request.follow_redirects,
        **_body(request.encoder, request.content),
    )
    answered = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, answered, response.content, lambda: response.text, response.json)


def _body(encoder: str | None, content: Value) -> Mapping[str, Any]:
    """The keyword arguments of `httpx.request` that make a body of the content."""
    match encoder, content:
        case None, _:
            return {}
        case "httpx.json", _:
            return {"json": content}
        case "httpx.text", str() | None:
            return {"content": content}
        case "httpx.form", dict() | None:
            return {"data": content}
        case _:
            raise TypeError(f"{encoder} cannot encode this type")
