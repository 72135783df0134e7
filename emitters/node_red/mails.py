"""Mails: a function node for each command, with the module nodemailer, which speaks SMTP.

The contributed node `node-red-node-email` is built on nodemailer too, but decides by the text whether a mail is HTML,
and has its server and credentials in its settings alone. Node-RED installs a module that a function node names when the
flow is deployed.
"""

from __future__ import annotations

from typing import assert_never

from emitters.node_red.expressions_javascript import JavaScript, quoted
from emitters.node_red.files import Library
from migrate.model import Expression, Integration, MailOperation, Read, Write, walk_steps

NODEMAILER: Library = {"var": "nodemailer", "module": "nodemailer"}


def mail_call(operation: MailOperation, javascript: JavaScript) -> str:
    """The call of a command; it gives a promise."""

    def value(expression: Expression | None) -> str:
        return "null" if expression is None else javascript.value(expression)

    name = quoted(operation.connection)
    verify = f"verify: {'true' if operation.verify_tls else 'false'}"
    match operation.action:
        case "connect":
            seconds = operation.timeout_seconds
            # Without TLS nothing is verified.
            options = ["secure: true", verify] if operation.tls else []
            if seconds is not None:
                options.append(f"timeout: {int(seconds) if seconds.is_integer() else repr(seconds)}")
            at = f"{value(operation.server)}, {value(operation.port)}"
            more = f", {{ {', '.join(options)} }}" if options else ""
            return f"await py.connect_mail(nodemailer, {name}, {at}{more})"
        case "start-tls":
            return f"await py.start_mail_tls({name}, {{ {verify} }})"
        case "login":
            return f"await py.login_mail({name}, {value(operation.user)}, {value(operation.password)})"
        case "send":
            rows = "".join(f"    [{quoted(one.name)}, {value(one.value)}],\n" for one in operation.headers)
            lines = [
                f"  sender: {value(operation.sender)},\n",
                f"  recipients: {value(operation.recipients)},\n",
                f"  headers: [\n{rows}  ],\n",
                f"  text: {value(operation.text)},\n",
            ]
            return f"await py.send_mail({name}, {{\n{''.join(lines)}}})"
        case _:
            assert_never(operation.action)


def has_mails(integration: Integration) -> bool:
    """True if a step speaks to a mail server."""
    return any(
        isinstance(step, Read | Write) and isinstance(step.operation, MailOperation)
        for step in walk_steps(integration.steps)
    )
