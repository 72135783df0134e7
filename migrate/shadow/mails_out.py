"""Mails that a recorded run sent, redacted, as `mails.read_mails` reads them."""

from __future__ import annotations

import email
import email.encoders
import email.policy
import json
from collections.abc import Iterable
from dataclasses import replace
from email.message import Message

from migrate.shadow.mails import Mail
from migrate.shadow.redaction import Redactor


def redacted_mail(mail: Mail, redactor: Redactor) -> Mail:
    """The mail without secrets, also where it encodes them. A part that holds one is encoded anew."""
    # Parts first: what is encoded cannot be read any more once a piece of it has been replaced.
    message = email.message_from_bytes(mail.message, policy=email.policy.compat32)
    changed = False
    for name, value in _readable(mail.message):
        clean = redactor.text(value)
        if clean != value:
            message.replace_header(name, clean)
            changed = True
    for part in message.walk():
        held = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(held, bytes) and redactor.data(held) != held:
            _encode(part, redactor.data(held))
            changed = True
    content = message.as_bytes(policy=message.policy.clone(linesep="\r\n")) if changed else mail.message
    return replace(
        mail,
        sender=redactor.text(mail.sender),
        recipients=tuple(map(redactor.text, mail.recipients)),
        message=redactor.data(content),
        user=None,
        password=None,
    )


def mail_lines(mails: Iterable[Mail]) -> str:
    """A JSON object a line, with `sender`, `recipients` and `message`; its bytes that are no UTF-8 are replaced."""
    return "".join(
        json.dumps(
            {
                "sender": mail.sender,
                "recipients": mail.recipients,
                "message": mail.message.decode("utf-8", "replace"),
            },
            ensure_ascii=False,
        )
        + "\n"
        for mail in mails
    )


def _readable(message: bytes) -> list[tuple[str, str]]:
    """The headers of a message, decoded."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    return [(name, str(value)) for name, value in parsed.items()]


def _encode(part: Message, content: bytes) -> None:
    del part["Content-Transfer-Encoding"]
    part.set_payload(content)
    email.encoders.encode_base64(part)
