"""The dialect `curl`: what the command sends for `-X`, `-G`, `--data-urlencode`, `--data-binary`, `-u` and `-H`.

Each operation is a process of its own: nothing is kept between two of them. Where versions of curl differ, or where an
argument would mean something else than it says (a glob, a file), the run ends as at a gap. Source: the manual of curl
7.88 (`curl.1`), and curl 7.88.
"""

from __future__ import annotations

import http.client
import re
import ssl
from base64 import b64encode
from os import environ
from typing import NoReturn

from migrate.model.values import EvaluationError, UnmappedReached, Value, type_name
from migrate.reference.exchange import Answer, Request, TransportError

LONGEST_ARGUMENT = 131_071
"""Bytes that one argument of a command may have on Linux (MAX_ARG_STRLEN, without the NUL)."""

_URL = re.compile(
    r"(https?)://([A-Za-z0-9.-]+)(?::([0-9]{1,5}))?(?=[/?#]|$)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL
)
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "expect", "cookie"})
"""Headers that say something of the transport, so that a script's own would change it."""


class CurlTransport:
    """Sends each request over a connection of its own, to the host itself; certificates as `CURL_CA_BUNDLE` says."""

    def send(self, request: Request) -> Answer:
        """The answer of any status. Raises TransportError where curl ends with an error that is none of HTTP's."""
        scheme, host, port, target = _located(_with_query(request.url, request.query))
        headers = {"User-Agent": "curl/7.88.1", "Accept": "*/*"}
        if request.credentials is not None:
            joined = _bytes(":".join(request.credentials), "credential")
            headers["Authorization"] = f"Basic {b64encode(joined).decode()}"
        body = None if request.encoder is None else _data(request.content)
        if body is not None:
            headers |= {"Content-Length": str(len(body)), "Content-Type": "application/x-www-form-urlencoded"}
        for name, text in request.headers:
            headers = {other: value for other, value in headers.items() if other.lower() != name.lower()}
            headers[name] = _header(name, text)
        try:
            return _exchanged(
                _connection(scheme, host, port, request.verify_tls), request, target, headers, body
            )
        except (OSError, http.client.HTTPException):
            pass  # the error itself could quote the request
        raise TransportError("curl.Error")


def _undefined(what: str) -> NoReturn:
    raise UnmappedReached(f"curl: {what}")


def _with_query(url: Value, query: tuple[tuple[str, Value], ...]) -> str:
    if not isinstance(url, str):
        raise EvaluationError("TypeError", f"a URL is {type_name(url)}, not text")
    for at, (name, value) in enumerate(query):
        if not isinstance(value, str):
            raise EvaluationError("TypeError", f"the query parameter {name} is {type_name(value)}, not text")
        if not re.fullmatch(r"[A-Za-z0-9._~-]*", name + value):
            _undefined("a query parameter that versions escape differently")
        url += f"{'?' if at == 0 and '?' not in url else '&'}{name}={value}"
    return url


def _located(url: str) -> tuple[str, str, int | None, str]:
    """Scheme, host, port and request target, as they are sent."""
    if re.search(r"[{}\[\]\\]", url):
        _undefined("a URL with signs of a glob")
    if re.search(r"[\x00-\x20\x7f]", url):
        raise TransportError("curl.URL_MALFORMAT")
    found = _URL.fullmatch(url)
    if found is None or not url.isascii():
        _undefined("a URL that is not plain ASCII, or not of http and https")
    scheme, host, port, path, query = found.groups()
    if any(re.fullmatch(r"(?:\.|%2e){1,2}", segment, re.IGNORECASE) for segment in path.split("/")):
        _undefined("a URL with segments of dots")
    return scheme, host, int(port) if port else None, (path or "/") + (query or "")


def _data(content: Value) -> bytes:
    if not isinstance(content, str):
        raise EvaluationError("TypeError", f"a body is {type_name(content)}, not text")
    if content.startswith("@") or "\0" in content:
        _undefined("a body that is the name of a file, or holds NUL")
    body = _bytes(content, "body")
    if len(body) > LONGEST_ARGUMENT:
        _undefined("a body that no command line holds")
    return body


def _bytes(text: str, what: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        _undefined(f"half a surrogate pair in a {what}")


def _header(name: str, text: Value) -> str:
    if not isinstance(text, str):
        raise EvaluationError("TypeError", f"the header {name} is {type_name(text)}, not text")
    if name.lower() in _OWN or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        _undefined("a header that curl sets itself")
    if not re.fullmatch(r"[!-~](?:[ -~]*[!-~])?", text):
        _undefined("a header that is empty, or not plain ASCII")
    return text


def _connection(scheme: str, host: str, port: int | None, verify: bool) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port)
    context = ssl.create_default_context(cafile=environ.get("CURL_CA_BUNDLE") or None)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(host, port, context=context)


def _exchanged(
    connection: http.client.HTTPConnection,
    request: Request,
    target: str,
    headers: dict[str, str],
    body: bytes | None,
) -> Answer:
    try:
        connection.putrequest(request.method, target, skip_accept_encoding=True)
        for name, text in headers.items():
            connection.putheader(name, text)
        connection.endheaders(body)
        response = connection.getresponse()
        content = response.read()
        received: dict[str, str] = {}
        for name, text in response.getheaders():
            earlier = received.get(name.lower())
            received[name.lower()] = text if earlier is None else f"{earlier}, {text}"
    finally:
        connection.close()
    return Answer(response.status, received, content, lambda: _text(content, received), _not_decoded)


def _text(content: bytes, headers: dict[str, str]) -> str:
    """The answer as the next command reads it; curl undoes no content encoding unless it is asked to."""
    if headers.get("content-encoding", "identity") != "identity":
        _undefined("an answer in a content encoding")
    try:
        return content.decode()
    except UnicodeDecodeError:
        _undefined("an answer that is not UTF-8")


def _not_decoded() -> Value:
    raise ValueError("curl decodes no answer")
