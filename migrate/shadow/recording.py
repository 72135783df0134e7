"""Recorded traffic: HAR 1.2 as browsers, mitmproxy and Charles write it
(http://www.softwareishard.com/blog/har-12-spec/).

An entry with `"_direction": "incoming"` (HAR leaves names with an underscore to its users) is a request that came in to
the script, with the answer that the script gave; any other is one that the script sent.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from migrate.shadow import addresses
from migrate.shadow.bodies import charset
from migrate.shadow.messages import Answer, Headers, Request, header

MAX_FILE_BYTES = 512 * 1024 * 1024
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NO_BODY = frozenset({204, 205, 304})
_STAND_INS = frozenset({"declared", "synthetic"})
"""Values of `_source` that `hubshift record` writes for answers that did not come from the system."""


class RecordingError(Exception):
    """The file is no usable recording; the message names the file and the place in it, never its content."""


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
    """Reads a HAR file. Raises RecordingError for a file that is missing, cut off, or not a HAR."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise RecordingError(f"{path}: larger than {MAX_FILE_BYTES} bytes")
        raw = path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error
    root = _Node(path, "", _load(path, raw))
    entries = root.member("log").member("entries").items()
    exchanges: list[Recorded] = []
    left_out: list[LeftOut] = []
    incoming: list[Recorded] = []
    for number, item in enumerate(entries):
        entry = _Node(path, f"entries[{number}]", item)
        comes_in = _comes_in(entry)
        result = _entry(entry, answered=not comes_in)
        if isinstance(result, Recorded):
            (incoming if comes_in else exchanges).append(result)
        else:
            left_out.append(result)
    return Recording(tuple(exchanges), tuple(left_out), incoming=tuple(incoming))


def _comes_in(entry: _Node) -> bool:
    direction = entry.optional("_direction")
    if direction is None or direction.text() == "outgoing":
        return False
    if direction.text() != "incoming":
        raise direction.error("neither incoming nor outgoing")
    return True


def _load(path: Path, raw: bytes) -> object:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RecordingError(f"{path}:{line}: not UTF-8 text (byte {error.start})") from error
    try:
        root: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise RecordingError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise RecordingError(f"{path}: nested too deeply") from error
    except ValueError as error:
        raise RecordingError(f"{path}: holds a number of too many digits") from error
    return root


@dataclass(frozen=True, slots=True)
class _Node:
    """A JSON value that knows its place in the file."""

    path: Path
    place: str
    content: object

    def error(self, problem: str) -> RecordingError:
        return RecordingError(f"{self.path}: {self.place or 'top level'}: {problem}")

    def optional(self, name: str) -> _Node | None:
        """The named member, or None where it is absent or null."""
        if not isinstance(self.content, dict):
            raise self.error("not an object")
        found = self.content.get(name)
        place = f"{self.place}.{name}" if self.place and self.place != "log" else name
        return None if found is None else _Node(self.path, place, found)

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
        return [_Node(self.path, f"{self.place}[{number}]", item) for number, item in enumerate(self.items())]

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
            return text.encode("utf-8")
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
    response = entry.optional("response")
    if response is None:
        if answered:
            return LeftOut(entry.place, "no response was recorded")
        return _unanswered(entry, method, address.url)
    status = response.member("status").integer()
    if status == 0:
        if answered:
            return LeftOut(entry.place, "no response was recorded (status 0)")
        return _unanswered(entry, method, address.url)
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
        name = item.member("name").text()
        text = item.member("value").text()
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
    text = content.optional("text")
    if text is None:
        size = content.optional("size")
        if size is not None and size.integer() > 0 and method.upper() != "HEAD" and status not in _NO_BODY:
            return f"the answer's body was not recorded ({size.integer()} bytes)"
        return b""
    mime = content.optional("mimeType")
    return _decode(
        content, text, header(_headers(response), "content-type") or (mime.text() if mime else None)
    )


def _decode(holder: _Node, text: _Node, content_type: str | None) -> bytes:
    encoding = holder.optional("encoding")
    if encoding is None or not encoding.text():
        return text.encode(content_type)
    if encoding.text().lower() != "base64":
        raise encoding.error("only base64 is known")
    try:
        return b64decode("".join(text.text().split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise text.error("not base64") from error
