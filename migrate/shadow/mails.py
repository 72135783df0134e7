"""Mails as records: the envelope and the decoded message, so that no encoding or folding of a client shows.

A mail is a write of the method `MAIL` to `smtp://host:port` (`smtps`, where it went over TLS). Its headers are those of
the message, decoded; its body is the JSON object of the rest: `sender` and `recipients` of the envelope, `user` and
`password` of a login, `text`, `html` (line ends as line feeds; lists where there are several), `attachments` by name,
type and SHA-256, `structure` where the parts are not arranged as usual. Domains of addresses are in lower case
(RFC 5321, 2.4). Left out are the headers that only say how the message is encoded.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import AddressHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from pathlib import Path

from migrate.shadow.mail_dates import NAME
from migrate.shadow.messages import MAIL, Answer, Headers, Request
from migrate.shadow.recording import Recorded, RecordingError
from migrate.shadow.redaction import Redactor
from migrate.shadow.transport_headers import is_default

PORTS = (25, 465, 587)
"""Where mail servers listen, unless a script says otherwise (RFC 6409, RFC 8314)."""
ACCEPTED = Answer(250)
"""What every mail is answered."""
_ENCODING = frozenset({"mime-version", "content-type", "content-transfer-encoding", "content-disposition"})
_STRUCTURED = HeaderRegistry()
_PLAIN = HeaderRegistry(default_class=UnstructuredHeader, use_default_map=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as a server took it: envelope, and the message with its line ends, dots unstuffed.

    `user` and `password` are those of a login; None without one.
    """

    sender: str
    recipients: tuple[str, ...]
    message: bytes
    user: str | None = None
    password: str | None = None

    def request(self, server: str) -> Request:
        """The mail as the request that is recorded and compared; `server` is a URL."""
        message = email.message_from_bytes(self.message, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        content: dict[str, object] = {
            "sender": _address(self.sender),
            "recipients": [_address(one) for one in self.recipients],
        }
        if self.user is not None:
            content |= {"user": self.user, "password": self.password}
        content |= _parts(message)
        return Request(MAIL, server, _headers(message), json.dumps(content, ensure_ascii=False).encode())


def _headers(message: EmailMessage) -> Headers:
    made: list[tuple[str, str]] = []
    for name, raw in message.raw_items():
        if name.lower() not in _ENCODING:
            # What folding puts between name and value is no part of it (RFC 5322, 2.2.3).
            made.append((name, _decoded(name, "".join(raw.splitlines())).strip(" \t\r\n")))
    return tuple(made)


def _decoded(name: str, raw: str) -> str:
    """A header's value without its encoding; whatever else stands there stays as it was written."""
    if not raw.isascii():
        # Bytes that are no UTF-8 would all become one replacement character.
        held = raw.encode("utf-8", "surrogateescape")
        try:
            raw = held.decode("utf-8")
        except UnicodeDecodeError:
            return held.decode("utf-8", "backslashreplace")
    header = _STRUCTURED(name, raw)
    found: object = header
    # Addresses mean the same in quotes or not. Groups, comments and what is no address would be lost.
    if isinstance(found, AddressHeader) and not header.defects and "(" not in raw:
        named = [group for group in found.groups if group.display_name is not None]
        return str(_PLAIN(name, raw)) if named else ", ".join(map(_address, map(str, found.addresses)))
    return str(_PLAIN(name, raw))


def _address(text: str) -> str:
    """An address, alone or behind a name, with its domain in lower case."""
    local, at, domain = text.rpartition("@")
    return local + at + domain.lower()


Structure = str | list["Structure"]
"""The type of a part; a list for a part that holds others, its own type first."""


def _parts(message: EmailMessage) -> dict[str, object]:
    texts: dict[str, list[str]] = {"text": [], "html": []}
    attachments: list[dict[str, object]] = []
    for part in _leaves(message):
        content = _content(part)
        shown = {"text/plain": "text", "text/html": "html"}.get(part.get_content_type())
        text = _text(part, content) if part.get_content_disposition() != "attachment" else None
        if shown is not None and text is not None:
            texts[shown].append(text)
        else:
            attachments.append(_attachment(part, content))
    found: dict[str, object] = {n: held if len(held) > 1 else held[0] for n, held in texts.items() if held}
    structure = _structure(message)
    types: list[Structure] = [str(one["type"]) for one in attachments]
    if structure != _usual(list(found), types):
        found["structure"] = structure
    return {**found, "attachments": attachments} if attachments else found


def _leaves(part: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold no others; a mail within a mail is one of them."""
    inner = part.iter_parts() if part.get_content_maintype() == "multipart" and part.is_multipart() else None
    if inner is None:
        yield part
        return
    for one in inner:
        assert isinstance(one, EmailMessage)
        yield from _leaves(one)


def _content(part: EmailMessage) -> bytes:
    if part.is_multipart():
        (held,) = part.iter_parts()
        return held.as_bytes()
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attachment(part: EmailMessage, content: bytes) -> dict[str, object]:
    """Name, type and digest; the rest where it is not what attachments usually have."""
    found: dict[str, object] = {
        "name": part.get_filename(),
        "type": _type(part),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if part.get_content_disposition() != "attachment":
        found["disposition"] = part.get_content_disposition()
    if part["content-id"] is not None:
        found["id"] = str(part["content-id"]).strip()
    return found


def _type(part: EmailMessage) -> str:
    """The content type with the parameters that say more than how the part is encoded."""
    made = [part.get_content_type()]
    for name, value in part.get_params(failobj=[], header="content-type")[1:]:
        if name.lower() not in ("charset", "boundary", "name"):
            made.append(f"{name.lower()}={value}")
    return "; ".join([made[0], *sorted(made[1:])])


def _structure(part: EmailMessage) -> Structure:
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        inner = [one for one in part.iter_parts() if isinstance(one, EmailMessage)]
        return [_type(part), *map(_structure, inner)]
    return _type(part)


def _usual(texts: list[str], attachments: list[Structure]) -> Structure:
    """The structure that mails with such content have: plain text, or HTML, or one as the alternative of the other;
    then what is attached."""
    types: list[Structure] = [{"text": "text/plain", "html": "text/html"}[name] for name in texts]
    body: list[Structure] = types if len(types) < 2 else [["multipart/alternative", *types]]
    whole = [*body, *attachments]
    return whole[0] if len(whole) == 1 and body else ["multipart/mixed", *whole]


def _text(part: EmailMessage, content: bytes) -> str | None:
    """The text of a part; None where its charset is not known, not what it says, or has several ways to write it."""
    charset = part.get_content_charset("ascii")
    try:
        text = content.decode(charset)
        if text.encode(charset) != content:
            return None
    except (LookupError, UnicodeError):
        return None
    return text.replace("\r\n", "\n")


def read_mails(path: Path) -> tuple[Recorded, ...]:
    """The mails that a mail server took when a run was recorded: a JSON object a line, with `sender`, `recipients` and
    `message`. Raises RecordingError, which quotes none of it."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise RecordingError(f"{path}: cannot be read: not valid utf-8") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            held = json.loads(line)
            mail = Mail(
                str(held["sender"]), tuple(map(str, held["recipients"])), str(held["message"]).encode()
            )
        except (ValueError, TypeError, LookupError):
            raise RecordingError(f"{path}:{number}: no mail with sender, recipients and message") from None
        found.append(Recorded(f"mails[{number - 1}]", mail.request("smtp:"), ACCEPTED))
    return tuple(found)


class RecordedMails:
    """The recorded mails that have not come yet. Both sides are redacted before they are compared."""

    def __init__(self, recorded: Sequence[Recorded], redactor: Redactor) -> None:
        self._left = [Recorded(one.place, redactor.request(one.request), one.answer) for one in recorded]

    def take(self, request: Request) -> bool:
        """Whether this mail, redacted, was recorded, and has not come as often already."""
        key = _key(request)
        for index, one in enumerate(self._left):
            if _key(one.request) == key:
                del self._left[index]
                return True
        return False

    def unused(self) -> tuple[Recorded, ...]:
        """The recorded mails, redacted, that nobody has sent."""
        return tuple(self._left)


def _key(request: Request) -> tuple[Counter[tuple[str, str]], str]:
    headers = Counter(
        (n.lower(), v) for n, v in request.headers if n.lower() != NAME and not is_default(n.lower(), v)
    )
    body = json.loads(request.body)
    return headers, json.dumps(
        {k: v for k, v in body.items() if k not in ("user", "password")}, sort_keys=True
    )
