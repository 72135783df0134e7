"""Recorded traffic: HAR 1.2 as browsers, mitmproxy and Charles write it
(http://www.softwareishard.com/blog/har-12-spec/).

An entry with `"_direction": "incoming"` (HAR leaves names with an underscore to its users) is a request that came in to
the script, with the answer that the script gave; any other is one that the script sent.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from migrate.shadow import addresses
from migrate.shadow.bodies import charset
from migrate.shadow.har_file import HarFile, NoAttachment, RecordingError, load
from migrate.shadow.messages import Answer, Headers, Request, header

__all__ = ["LeftOut", "Recorded", "Recording", "RecordingError", "read_har"]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_BROWSER_ERROR = re.compile(r"(net::)?[A-Z][A-Z_]{3,60}")
_NO_BODY = frozenset({204, 205, 304})
_STAND_INS = frozenset({"declared", "synthetic"})
"""Values of `_source` that `hubshift record` writes for answers that did not come from the system."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request of a recording with its answer; `place` is where it stands, such as `entries[3]`. `stand_in` where
    the answer did not come from the system that was asked."""

    place: str
    request: Request
    answer: Answer
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that cannot be replayed, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Recording:
    """Recorded exchanges in the file's order, the entries that had to be left out, and the mails that a mail server
    took."""

    exchanges: tuple[Recorded, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    mails: tuple[Recorded, ...] = ()
    incoming: tuple[Recorded, ...] = ()
    """Requests that came in to the script, in the file's order, each with what the script answered."""

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports other than 80 and 443 that the recorded URLs name, ascending."""
        found = {addresses.parse(recorded.request.url).port for recorded in self.exchanges}
        return tuple(sorted(port for port in found if port is not None and port not in (80, 443)))


def read_har(path: Path) -> Recording:
    """Reads a HAR file (see `har_file`). Raises RecordingError for one that is missing, cut off, or not a HAR.

    Exchanges are in the order in which the requests began, where all entries say when (the format leaves sorting to
    the reader; some tools write them as they ended), else in that of the file.
    """
    file = load(path)
    entries = _Node(file, "", file.root).member("log").member("entries").nodes()
    exchanges: list[Recorded] = []
    left_out: list[LeftOut] = []
    incoming: list[Recorded] = []
    for entry in _in_time(entries):
        comes_in = _comes_in(entry)
        result = _entry(entry, answered=not comes_in)
        if isinstance(result, Recorded):
            (incoming if comes_in else exchanges).append(result)
        else:
            left_out.append(result)
    return Recording(tuple(exchanges), tuple(left_out), incoming=tuple(incoming))


def _in_time(entries: Sequence[_Node]) -> list[_Node]:
    """The entries by the time when they began; those of one time as they stand."""
    begun: list[tuple[datetime, int]] = []
    for number, entry in enumerate(entries):
        text = entry.content.get("startedDateTime") if isinstance(entry.content, dict) else None
        try:
            time = datetime.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            time = None
        if time is None:
            return list(entries)
        begun.append((time if time.tzinfo else time.replace(tzinfo=UTC), number))
    return [entries[number] for _, number in sorted(begun)]


def _comes_in(entry: _Node) -> bool:
    direction = entry.optional("_direction")
    if direction is None or direction.text() == "outgoing":
        return False
    if direction.text() != "incoming":
        raise direction.error("neither incoming nor outgoing")
    return True


@dataclass(frozen=True, slots=True)
class _Node:
    """A JSON value that knows its place in the file."""

    file: HarFile
    place: str
    content: object

    def error(self, problem: str) -> RecordingError:
        return RecordingError(f"{self.file.path}: {self.place or 'top level'}: {problem}")

    def optional(self, name: str) -> _Node | None:
        """The named member, or None where it is absent or null."""
        if not isinstance(self.content, dict):
            raise self.error("not an object")
        found = self.content.get(name)
        place = f"{self.place}.{name}" if self.place and self.place != "log" else name
        return None if found is None else _Node(self.file, place, found)

    def member(self, name: str) -> _Node:
        found = self.optional(name)
        if found is None:
            raise self.error(f"{name} is missing")
        return found

    def items(self) -> list[object]:
        if not isinstance(self.content, list):
            raise self.error("not a list")
        return self.content

    def nodes(self) -> list[_Node]:
        return [_Node(self.file, f"{self.place}[{number}]", item) for number, item in enumerate(self.items())]

    def text(self) -> str:
        if not isinstance(self.content, str):
            raise self.error("not a string")
        return self.content

    def integer(self) -> int:
        if not isinstance(self.content, int) or isinstance(self.content, bool):
            raise self.error("not an integer")
        return self.content

    def encode(self, content_type: str | None) -> bytes:
        """The text as the bytes that were sent."""
        text = self.text()
        try:
            return text.encode(charset(content_type))
        except UnicodeEncodeError:
            pass
        try:
            # mitmproxy writes a byte that is no UTF-8 as half a pair (PEP 383).
            return text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError as error:
            raise self.error("holds half a surrogate pair") from error


def _entry(entry: _Node, *, answered: bool) -> Recorded | LeftOut:
    """The request with its answer, without which one that must be `answered` cannot be replayed."""
    request = entry.member("request")
    method = request.member("method").text()
    url = request.member("url")
    if not _TOKEN.fullmatch(method):
        raise request.member("method").error("not an HTTP method")
    scheme = url.text().partition(":")[0].lower()
    if scheme not in addresses.DEFAULT_PORTS or method == "CONNECT":
        return LeftOut(
            entry.place, f"not an http or https request ({'CONNECT' if method == 'CONNECT' else scheme[:20]})"
        )
    try:
        address = addresses.parse(url.text())
        # Path and query have been made ASCII; a host has to be.
        address.url.encode("ascii")
    except ValueError as error:
        raise url.error("not a valid URL") from error
    if _is_preflight(entry, request):
        return LeftOut(entry.place, "a browser's preflight (CORS), which no script sends")
    response = entry.optional("response")
    if response is None:
        if answered:
            return LeftOut(entry.place, "no response was recorded")
        return _unanswered(entry, method, address.url)
    status = response.member("status").integer()
    if status == 0:
        if answered:
            return LeftOut(entry.place, f"no response was recorded (status 0{_cause(entry, response)})")
        return _unanswered(entry, method, address.url)
    if 100 <= status < 200:
        return LeftOut(entry.place, f"a connection of another protocol (status {status})")
    if not 200 <= status <= 599:
        raise response.member("status").error("not a final HTTP status")
    body = _posted(request)
    if isinstance(body, str):
        return LeftOut(entry.place, body)
    content = _content(response, method, status)
    if isinstance(content, str):
        return LeftOut(entry.place, content)
    asked = Request(method.upper(), address.url, _headers(request), body)
    source = entry.optional("_source")
    stand_in = source is not None and source.content in _STAND_INS
    return Recorded(entry.place, asked, Answer(status, _answer_headers(response), content), stand_in)


def _is_preflight(entry: _Node, request: _Node) -> bool:
    kind = entry.optional("_resourceType")
    asks = header(_headers(request), "access-control-request-method") is not None
    return request.member("method").text().upper() == "OPTIONS" and (
        asks or (kind is not None and kind.content == "preflight")
    )


def _cause(entry: _Node, response: _Node) -> str:
    """What a browser says of a request that failed or was blocked, where it is one of its fixed words."""
    for holder in (response, entry):
        error = holder.optional("_error")
        if error is not None and isinstance(error.content, str) and _BROWSER_ERROR.fullmatch(error.content):
            return f", {error.content}"
    return ""


def _unanswered(entry: _Node, method: str, url: str) -> Recorded | LeftOut:
    request = entry.member("request")
    body = _posted(request)
    if isinstance(body, str):
        return LeftOut(entry.place, body)
    return Recorded(entry.place, Request(method.upper(), url, _headers(request), body), Answer(0))


def _headers(message: _Node) -> Headers:
    """Headers of a request or response; pseudo headers of HTTP/2 are dropped, joined lines taken apart."""
    found = message.optional("headers")
    headers: list[tuple[str, str]] = []
    for item in found.nodes() if found else []:
        if isinstance(item.content, list) and len(item.content) == 2:
            # As some tools write them: [name, value].
            first, second = item.nodes()
            name, text = first.text(), second.text()
        else:
            name = item.member("name").text()
            value = item.optional("value")
            text = value.text() if value is not None else ""
        if name.startswith(":"):
            continue
        if not _TOKEN.fullmatch(name):
            raise item.member("name").error("not a header name")
        for line in text.replace("\r\n", "\n").split("\n"):
            if any(c == "\x00" or c == "\r" for c in line):
                raise item.member("value").error("holds a control character")
            headers.append((name, line))
    return tuple(headers)


def _answer_headers(response: _Node) -> Headers:
    """The answer's headers; where the tool stored no content type, the content's own."""
    headers = _headers(response)
    content = response.optional("content")
    mime = content.optional("mimeType") if content else None
    if mime and mime.text() and mime.text() != "x-unknown" and header(headers, "content-type") is None:
        if not mime.text().isprintable():
            raise mime.error("holds a control character")
        headers = (*headers, ("content-type", mime.text()))
    return headers


def _posted(request: _Node) -> bytes | str:
    """The request's body, or the reason why it is not known."""
    posted = request.optional("postData")
    if posted is None:
        size = request.optional("bodySize")
        if size is not None and size.integer() > 0:
            return f"the request's body was not recorded ({size.integer()} bytes)"
        return b""
    attached = _attached(posted)
    if attached is not None:
        return attached
    mime = posted.optional("mimeType")
    content_type = mime.text() if mime else header(_headers(request), "content-type")
    text = posted.optional("text")
    params = posted.optional("params")
    if text is not None and (text.text() or params is None or not params.items()):
        return _decode(posted, text, content_type)
    if params is None:
        return b""
    pairs: list[tuple[str, str]] = []
    for param in params.nodes():
        pairs.append(
            (param.member("name").text(), found.text() if (found := param.optional("value")) else "")
        )
    if not pairs:
        return b""
    if (content_type or "").lower().startswith("multipart/"):
        return "the request's body was recorded as parts, not as sent"
    try:
        return urlencode(pairs).encode("ascii")
    except UnicodeError as error:
        raise params.error("holds half a surrogate pair") from error


def _content(response: _Node, method: str, status: int) -> bytes | str:
    """The answer's body, decoded, or the reason why it is not known."""
    content = response.optional("content")
    if content is None:
        return b""
    attached = _attached(content)
    if attached is not None:
        return attached
    text = content.optional("text")
    if text is None:
        size = content.optional("size")
        if size is not None and size.integer() > 0 and method.upper() != "HEAD" and status not in _NO_BODY:
            return f"the answer's body was not recorded ({size.integer()} bytes)"
        return b""
    mime = content.optional("mimeType")
    body = _decode(
        content, text, header(_headers(response), "content-type") or (mime.text() if mime else None)
    )
    size = content.optional("size")
    if "\ufffd" in text.text() and (size is None or size.content != len(body)):
        return "the answer's body was recorded as text that it is not (U+FFFD)"
    return body


def _attached(holder: _Node) -> bytes | str | None:
    """A body that lies in a file of its own (Playwright's `_file`), or why it is not known; None where it does not."""
    name = holder.optional("_file")
    if name is None:
        return None
    try:
        return holder.file.attached(name.text())
    except NoAttachment as reason:
        return str(reason)
    except ValueError as problem:
        raise name.error(str(problem)) from None


def _decode(holder: _Node, text: _Node, content_type: str | None) -> bytes:
    encoding = holder.optional("encoding")
    if encoding is None or encoding.text().lower() in ("", "utf8", "utf-8"):
        return text.encode(content_type)
    if encoding.text().lower() != "base64":
        raise encoding.error("only base64 is known")
    try:
        return b64decode("".join(text.text().split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise text.error("not base64") from error
