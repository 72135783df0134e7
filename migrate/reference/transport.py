"""The dialect `requests`, spoken by requests itself: its encoders and errors are the reference."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import requests
import urllib3.exceptions

from migrate.model.values import Value
from migrate.reference.exchange import Answer, Request, TransportError, kind_of

_FAILURES = (
    OSError,  # requests.RequestException is one, as are TLS and socket errors
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
    http.client.HTTPException,
    urllib3.exceptions.HTTPError,
)


class RequestsTransport:
    """Sends requests over one `requests.Session` a session of the script, which keeps cookies, or over a new one.

    Proxies, certificate bundles and `.netrc` come from the process's environment, as they do for the script.
    """

    def __init__(self) -> None:
        self._sessions: dict[str, requests.Session] = {}

    def __enter__(self) -> RequestsTransport:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            session.close()

    def _kept(self, name: str) -> requests.Session:
        if name not in self._sessions:
            self._sessions[name] = requests.Session()
        return self._sessions[name]

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where requests raises."""
        # requests decides what becomes of values that its signature does not name.
        url: Any = request.url
        query: Any = request.query
        headers: Any = dict(request.headers)
        session = requests.Session() if request.session is None else self._kept(request.session)
        try:
            response = session.request(
                request.method,
                url,
                params=query,
                headers=headers,
                auth=request.credentials,
                timeout=request.timeout_seconds,
                allow_redirects=request.follow_redirects,
                verify=request.verify_tls,
                **_body(request.encoder, request.content),
            )
            answered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(
                response.status_code, answered, response.content, lambda: response.text, response.json
            )
        except _FAILURES as failure:
            kind = kind_of(failure)
        finally:
            if request.session is None:
                session.close()
        raise TransportError(kind)


def _body(encoder: str | None, content: Value) -> Mapping[str, Any]:
    """The keyword arguments of `requests.request` that make a body of the content."""
    match encoder, content:
        case None, _:
            return {}
        case "requests.json", _:
            return {"json": content}
        case "requests.data", _:
            return {"data": content}
        case "requests.text", str() | None:
            return {"data": content}
        case "requests.form", dict() | None:
            return {"data": content}
        case _:
            raise TypeError(f"{encoder} cannot encode this type")
