"""Mails are compared as what they say: envelope, headers, texts, what is attached and how it is arranged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from migrate.shadow.comparison import compare
from migrate.shadow.mails import Mail
from migrate.shadow.messages import Answer, Exchange
from migrate.shadow.writes import Write


def message() -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "Open: Zoë"
    made["From"] = "A <a@a.example>"
    made["To"] = "b@b.example, c@b.example"
    made.set_content("two\nlines\n")
    made.add_alternative("<p>two</p>\n", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    return made


def sent(content: EmailMessage | bytes, **envelope: Any) -> Write:
    raw = content if isinstance(content, bytes) else content.as_bytes()
    mail = Mail(
        **{"sender": "a@a.example", "recipients": ("b@b.example", "c@b.example"), "message": raw, **envelope}
    )
    return Write.of(Exchange(0, mail.request("smtp://mail:25"), Answer(250), "exact"))


def body(write: Write) -> Any:
    return write.body


def header(name: str, value: str | None) -> Callable[[EmailMessage], None]:
    def do(made: EmailMessage) -> None:
        del made[name]
        if value is not None:
            made[name] = value

    return do


def part(number: int) -> Callable[[EmailMessage], EmailMessage]:
    """Of the leaves: plain text, HTML, attachment."""
    return lambda made: [one for one in made.walk() if not one.is_multipart()][number]


def of_part(number: int, do: Callable[[EmailMessage], object]) -> Callable[[EmailMessage], object]:
    return lambda made: do(part(number)(made))


def disposition(value: str) -> Callable[[EmailMessage], object]:
    return lambda one: header("Content-Disposition", value)(one)


CHANGES: dict[str, Callable[[EmailMessage], object]] = {
    "subject": header("Subject", "Open: Zoe"),
    "no subject": header("Subject", None),
    "empty subject": header("Subject", ""),
    "second recipient": header("To", "b@b.example"),
    "recipients in another order": header("To", "c@b.example, b@b.example"),
    "name of the sender": header("From", "B <a@a.example>"),
    "local part in another case": header("From", "A <A@a.example>"),
    "carbon copy": header("Cc", "d@b.example"),
    "blind copy in the message": header("Bcc", "d@b.example"),
    "reply to": header("Reply-To", "d@b.example"),
    "own header": header("X-Priority", "1"),
    "group of recipients": header("To", "all: b@b.example, c@b.example;"),
    "message id": header("Message-ID", "<a.b@c>"),
    "text": of_part(0, lambda one: one.set_payload("two\nlinez\n")),
    "line end": of_part(0, lambda one: one.set_payload("two\nlines")),
    "form of the text": of_part(0, lambda one: one.set_param("format", "flowed")),
    "html": of_part(1, lambda one: one.set_payload("<p>three</p>\n")),
    "html as plain text": of_part(1, lambda one: one.set_type("text/plain")),
    "attachment": of_part(2, lambda one: one.set_payload("JVBERg0=")),
    "name of the attachment": of_part(2, disposition('attachment; filename="b.pdf"')),
    "no name of the attachment": of_part(2, disposition("attachment")),
    "attachment shown inline": of_part(2, disposition('inline; filename="a.pdf"')),
    "type of the attachment": of_part(2, lambda one: one.set_type("application/octet-stream")),
    "id of the attachment": of_part(2, header("Content-ID", "<logo>")),
    "method of an invitation": of_part(2, lambda one: one.set_param("method", "REQUEST")),
    "text attached": of_part(0, disposition('attachment; filename="a.txt"')),
    "second attachment": lambda made: made.add_attachment(
        b"%PDF", maintype="application", subtype="pdf", filename="a.pdf"
    ),
    "mixed as related": lambda made: made.set_type("multipart/related"),
    "alternatives as two texts": lambda made: next(made.iter_parts()).set_type("multipart/mixed"),
    "second text": lambda made: made.attach(part(0)(message())),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_another_mail_differs(change: Callable[[EmailMessage], object]) -> None:
    other = message()
    change(other)
    for left, right in ((message(), other), (other, message())):
        assert compare([sent(left)], [sent(right)]).differences
    assert compare([sent(other)], [sent(other)]).classes == {"equal": 1}


@pytest.mark.parametrize(
    "envelope",
    [
        {"recipients": ("b@b.example",)},
        {"recipients": ("b@b.example", "c@b.example", "bcc@b.example")},
        {"recipients": ("c@b.example", "b@b.example")},
        {"sender": "bounce@a.example"},
        {"sender": ""},
        {"user": "robot", "password": "p"},
        {"user": "", "password": ""},
    ],
)
def test_another_envelope_differs(envelope: dict[str, Any]) -> None:
    assert compare([sent(message())], [sent(message(), **envelope)]).differences


def texts(*contents: str) -> EmailMessage:
    made = EmailMessage()
    made.make_mixed()
    for content in contents:
        one = EmailMessage()
        one.set_content(content)
        made.attach(one)
    return made


def forwarded(subject: str) -> EmailMessage:
    inner = EmailMessage()
    inner["Subject"] = subject
    inner.set_content("x")
    made = EmailMessage()
    made.set_content("see below")
    made.add_attachment(inner)
    return made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (texts("a\n", "b\n"), texts("a\nb\n")),
        (texts("a\n", "b\n"), texts("b\n", "a\n")),
        (texts("a\n"), texts("a\n", "")),
        (forwarded("one"), forwarded("two")),
    ],
)
def test_mails_of_other_parts_differ(one: EmailMessage, other: EmailMessage) -> None:
    assert compare([sent(one)], [sent(other)]).differences


SIMPLE = b"Subject: x\r\nContent-Type: text/plain; charset=%b\r\n\r\n%b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SIMPLE % (b"utf-7", b"a"), SIMPLE % (b"utf-7", b"+AGE-")),
        (SIMPLE % (b"utf-8", b"\xff"), SIMPLE % (b"utf-8", b"\xfe")),
        (b"Subject: \xfc\r\n\r\nx", b"Subject: \xfd\r\n\r\nx"),
        (b"Message-ID: <a b@x>\r\n\r\nx", b"Message-ID: <a c@x>\r\n\r\nx"),
        (b"To: undisclosed: ;\r\n\r\nx", b"To: \r\n\r\nx"),
        (b"To: broken <a\r\n\r\nx", b"To: broken <a>\r\n\r\nx"),
        (b"To: a@b.c (Ann)\r\n\r\nx", b"To: a@b.c\r\n\r\nx"),
        (b"X-A: 1\r\nX-A: 2\r\n\r\nx", b"X-A: 1, 2\r\n\r\nx"),
    ],
)
def test_what_is_not_well_formed_is_compared_as_it_is_written(one: bytes, other: bytes) -> None:
    for left, right in ((one, other), (other, one)):
        assert compare([sent(left)], [sent(right)]).differences


def test_how_a_client_encodes_a_mail_says_nothing() -> None:
    plain = b"Subject: =?utf-8?q?Zo=C3=AB?=\r\nContent-Type: text/plain; charset=utf-8\r\n"
    one = plain + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nZo=C3=AB\r\n"
    other = (
        b'Subject: =?utf-8?b?Wm/Dqw==?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nWm/Dqw0K\r\n"
    )
    assert compare([sent(one)], [sent(other)]).classes == {"equal": 1}
    assert body(sent(one))["text"] == "Zoë\n"


def test_the_record_of_a_mail() -> None:
    record = body(sent(message()))
    assert json.loads(json.dumps(record)) == {
        "sender": "a@a.example",
        "recipients": ["b@b.example", "c@b.example"],
        "text": "two\nlines\n",
        "html": "<p>two</p>\n",
        "attachments": [
            {
                "name": "a.pdf",
                "type": "application/pdf",
                "sha256": hashlib.sha256(b"%PDF").hexdigest(),
            }
        ],
    }
