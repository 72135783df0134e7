"""Mails are sent as smtplib sends them, and fail with its errors."""

from __future__ import annotations

import json
import smtplib
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.message import EmailMessage

import pytest

from migrate.model import Integration, Step
from migrate.reference import run
from migrate.reference.exchange import Answer, Request
from migrate.reference.mails import MailConnections
from migrate.reference.state import State
from tests.unit.mail_servers import (
    RECIPIENT,
    REFUSED,
    SENDER,
    Taken,
    command,
    connected,
    const,
    mail,
    refusing,
    sandboxed,
)


class Nobody:
    """A transport that is never asked."""

    def send(self, request: Request) -> Answer:
        raise AssertionError(request.url)


def done(*steps: Step) -> str:
    """Why the run failed, or the empty text."""
    integration = Integration.model_validate({"id": "i", "name": "i", "steps": steps, "sources": ()})
    return run(integration, {}, Nobody()).reason


def test_a_mail_comes_with_envelope_headers_and_text() -> None:
    with sandboxed() as taken:
        login = command("login", user=const("robot"), password=const("pw"))
        assert done(connected(taken.port), login, mail(Cc=None, X_Kind="a", Reply_To="r@Shop.Example")) == ""
    (request,) = taken.mails
    assert request.method == "MAIL"
    assert request.url == "smtp://127.0.0.1"
    assert dict(request.headers) == {
        "Subject": "Import",
        "From": f"Robot <{SENDER}>",
        "To": RECIPIENT,
        "X-Kind": "a",
        "Reply-To": "r@shop.example",
    }
    assert json.loads(request.body) == {
        "sender": SENDER,
        "recipients": [RECIPIENT],
        "user": "robot",
        "password": "pw",
        "text": "Done.\n",
    }


def test_mails_go_over_tls_where_that_is_asked_for() -> None:
    with sandboxed() as taken:
        assert done(connected(taken.port), command("start-tls"), mail()) == ""
    assert [one.url for one in taken.mails] == ["smtps://127.0.0.1"]


REFUSALS: list[tuple[tuple[str, ...], tuple[str, ...], str]] = [
    (("MAIL",), (RECIPIENT,), "smtplib.SMTPSenderRefused"),
    (("RCPT",), (REFUSED,), "smtplib.SMTPRecipientsRefused"),
    (("RCPT",), (REFUSED, RECIPIENT), ""),
    (("DATA",), (RECIPIENT,), "smtplib.SMTPDataError"),
    ((), (), "smtplib.SMTPRecipientsRefused"),
]
"""What a server refuses, the recipients of a mail, and the error."""


@pytest.mark.parametrize(("refuses", "to", "kind"), REFUSALS)
def test_what_a_server_refuses_is_an_error_of_smtplib(
    refuses: tuple[str, ...], to: tuple[str, ...], kind: str
) -> None:
    with refusing(*refuses) as taken:
        assert done(connected(taken.port), mail(to=to)).partition(":")[0] == kind
        assert kind == _raised(taken, to)
    assert len(taken.mails) == (0 if kind else 2)


def _raised(taken: Taken, to: tuple[str, ...]) -> str:
    """What smtplib raises for the same mail."""
    message = EmailMessage()
    message["From"] = SENDER
    message.set_content("Done.")
    with smtplib.SMTP("127.0.0.1", taken.port, timeout=30) as server:
        try:
            server.send_message(message, to_addrs=to)
        except smtplib.SMTPException as error:
            return f"smtplib.{type(error).__name__}"
    return ""


LOGINS: list[tuple[Callable[[], AbstractContextManager[Taken]], str]] = [
    (lambda: refusing(), ""),
    (lambda: refusing("AUTH"), "smtplib.SMTPAuthenticationError"),
    (lambda: refusing("NOAUTH"), "smtplib.SMTPNotSupportedError"),
]


@pytest.mark.parametrize(("serve", "kind"), LOGINS, ids=["taken", "refused", "not offered"])
def test_a_login_fails_as_in_smtplib(serve: Callable[[], AbstractContextManager[Taken]], kind: str) -> None:
    with serve() as taken:
        login = command("login", user=const("robot"), password=const("pw"))
        assert done(connected(taken.port), login).partition(":")[0] == kind
        tls = done(connected(taken.port), command("start-tls")).partition(":")[0]
        assert tls == "smtplib.SMTPNotSupportedError"


def test_where_nothing_listens_the_connection_is_refused() -> None:
    assert done(connected(1)).partition(":")[0] == "ConnectionRefusedError"


def test_a_mail_without_connection_is_an_error_of_the_model() -> None:
    assert done(mail()).partition(":")[0] == "NameError"


def test_connections_end_with_the_run() -> None:
    integration = Integration.model_validate({"id": "i", "name": "i", "steps": (), "sources": ()})
    with sandboxed() as taken:
        with MailConnections() as connections:
            operation = connected(taken.port).operation
            assert operation.kind == "mail"
            connections.run(operation, State(integration, {}))
            connections.run(operation, State(integration, {}))
            held = connections._open["c"]
            assert held.sock is not None
        assert held.sock is None
