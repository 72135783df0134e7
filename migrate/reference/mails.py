"""Mails, sent by Python's own `smtplib` and `email`: their errors are the reference."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from email.message import EmailMessage
from types import TracebackType
from typing import Any

from migrate.model import Expression, MailOperation
from migrate.model.values import EvaluationError, Value, type_name
from migrate.reference.exchange import kind_of
from migrate.reference.expressions import evaluate
from migrate.reference.state import State


class MailConnections:
    """The connections of one run to mail servers, by name; all end with it."""

    def __init__(self) -> None:
        self._open: dict[str, smtplib.SMTP] = {}

    def __enter__(self) -> MailConnections:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for connection in self._open.values():
            _end(connection)

    def run(self, operation: MailOperation, state: State) -> None:
        """Does what the operation says. Raises EvaluationError, whose message quotes nothing, and UnmappedReached."""
        if operation.action != "connect" and operation.connection not in self._open:
            raise EvaluationError("NameError", f"the connection {operation.connection} is not open")
        try:
            if operation.action == "connect":
                self._connect(operation, state)
            else:
                _done(operation, self._open[operation.connection], state)
        except socket.gaierror:
            kind = "socket.gaierror"
        except (OSError, ValueError, TypeError) as failure:
            kind = kind_of(failure)
        else:
            return
        raise EvaluationError(kind, f"{operation.action} of a mail server")

    def _connect(self, operation: MailOperation, state: State) -> None:
        server, port = _value(operation.server, state), _value(operation.port, state)
        if not isinstance(server, str) or not isinstance(port, int | str):
            raise EvaluationError(
                "TypeError", f"a mail server of {type_name(server)} and port of {type_name(port)}"
            )
        waiting: Any = {} if operation.timeout_seconds is None else {"timeout": operation.timeout_seconds}
        number: Any = port  # a text of digits leads there too
        held = self._open.pop(operation.connection, None)
        if held is not None:
            _end(held)
        if operation.tls:
            context = _context(operation)
            self._open[operation.connection] = smtplib.SMTP_SSL(server, number, context=context, **waiting)
        else:
            self._open[operation.connection] = smtplib.SMTP(server, number, **waiting)


def _end(connection: smtplib.SMTP) -> None:
    with suppress(OSError):
        connection.quit()
    connection.close()


def _context(operation: MailOperation) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not operation.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _done(operation: MailOperation, connection: smtplib.SMTP, state: State) -> None:
    match operation.action:
        case "start-tls":
            connection.starttls(context=_context(operation))
        case "login":
            connection.login(_text(operation.user, state), _text(operation.password, state))
        case "send":
            recipients = _value(operation.recipients, state)
            if not isinstance(recipients, list):
                raise EvaluationError("TypeError", f"recipients are {type_name(recipients)}, not list")
            sender = _text(operation.sender, state)
            connection.send_message(_message(operation, state), sender, [str(one) for one in recipients])
        case _:
            raise ValueError(operation.action)


def _message(operation: MailOperation, state: State) -> EmailMessage:
    message = EmailMessage()
    for header in operation.headers:
        value = evaluate(header.value, state)
        if value is not None:
            if not isinstance(value, str):
                raise EvaluationError(
                    "TypeError", f"the header {header.name} is {type_name(value)}, not text"
                )
            message[header.name] = value
    if operation.text is not None:
        message.set_content(_text(operation.text, state))
    return message


def _value(expression: Expression | None, state: State) -> Value:
    return None if expression is None else evaluate(expression, state)


def _text(expression: Expression | None, state: State) -> str:
    value = _value(expression, state)
    if not isinstance(value, str):
        raise EvaluationError("TypeError", f"a part of a mail is {type_name(value)}, not text")
    return value
