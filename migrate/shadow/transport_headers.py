"""The rule `transport-headers`: headers that a client sends by itself, not the integration.

`host`, `content-length` and their like follow from the rest of the request, so they are never compared.
`user-agent`, `accept`, `connection` and the `message-id` of a mail are left out only where both values are some
client's default: what a script sets is compared. A mail's `date` has a rule of its own (see `mail_dates`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from migrate.shadow.messages import MAIL
from migrate.shadow.writes import Write

ALWAYS = frozenset({"host", "content-length", "transfer-encoding", "keep-alive"})

_CLIENTS = (
    r"python-requests/[\w.]+|Python-urllib/[\d.]+|python-urllib3?/[\w.]+|python-httpx/[\w.]+"
    r"|Python/[\d.]+ aiohttp/[\w.]+"
    r"|curl/[\w.-]+|Wget/[\w.-]+|got(?:/[\w.]+)? \(https://github\.com/sindresorhus/got\)|got/[\w.]+"
    r"|axios/[\w.]+|node(?:-fetch)?|undici"
    r"|Go-http-client/[\d.]+|Java(?:-http-client)?/[\w.]+|Apache-HttpClient/.+|Ruby"
)
_CODINGS = r"(?:gzip|deflate|br|zstd|identity|compress|x-gzip)"
DEFAULTS = {
    "user-agent": re.compile(_CLIENTS),
    "accept": re.compile(r"\*/\*|application/json, text/plain, \*/\*"),
    "accept-encoding": re.compile(rf"{_CODINGS}(?:, ?{_CODINGS})*"),
    "accept-language": re.compile(r"\*"),
    "connection": re.compile(r"keep-alive|close", re.IGNORECASE),
    "sec-fetch-mode": re.compile(r"cors"),
    "message-id": re.compile(r"<[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}@[^<>@]*>"),
}
_PARAMETER = re.compile(r';(?P<space>\s*)(?P<name>[^\s;="]+)=(?P<value>"(?:[^"\\]|\\.)*"|[^\s;"]*)')


def is_default(name: str, value: str | None) -> bool:
    """Whether a client by itself sends this header (lower-case name) so, or leaves it out (None)."""
    if name in ALWAYS:
        return True
    return name in DEFAULTS and (value is None or DEFAULTS[name].fullmatch(value) is not None)


def compared_headers(write: Write) -> dict[str, str]:
    """The headers that count, as they are compared: content types as `content_type` says; the date of a mail by itself
    (see `mail_dates`)."""
    headers = dict(_compared(write.headers))
    if write.method == MAIL:
        headers.pop("date", None)
    return headers


@lru_cache(maxsize=1024)
def content_type(value: str) -> str:
    """A content type by the rule `content-type-case`: type, names of parameters and the value of `charset` in lower
    case. Other values, such as a `boundary`, are not the same in another case (RFC 9110, 8.3.1; RFC 2046, 5.1.1)."""
    kind, mark, parameters = value.partition(";")
    return kind.lower() + _PARAMETER.sub(_lower, mark + parameters)


def _lower(found: re.Match[str]) -> str:
    name, value = found["name"].lower(), found["value"]
    return f";{found['space']}{name}={value.lower() if name == 'charset' else value}"


@lru_cache(maxsize=1024)
def _compared(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, content_type(value) if name == "content-type" else value)
        for name, value in headers
        if not is_default(name, value)
    )
