"""Python's `smtplib`.

Reads: `SMTP` and `SMTP_SSL` with host, port and timeout; `connect`, `starttls`, `login`, `send_message` of an
    `EmailMessage`, `quit`, `close`, `ehlo`, `helo`, `noop`, `set_debuglevel`; `with`.
Becomes: a connection, and a write for each mail, with the envelope that the headers or the arguments give.
Cannot see: `sendmail`; messages of `email.mime`; what is answered to a command; options of a mail or recipient; a
    server that ends the connection before `quit`; a port behind the host, `mail.example:2525`, known at run time only.
Example:
    import os
    import smtplib
    from email.message import EmailMessage
    message = EmailMessage()
    message["Subject"] = "Nightly import"
    message["From"] = "import@shop.example"
    message["To"] = os.environ["MAIL_TO"]
    message.set_content("Done.")
    with smtplib.SMTP("mail.shop.example", 587, timeout=30) as server:
        server.starttls()
        server.login("import", os.environ["SMTP_PASSWORD"])
        server.send_message(message)
"""

from __future__ import annotations

from typing import Any

from extractors.clients.email import addresses, joined, message, misfit
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.attempts import CLOSED
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    Pointer,
    Unknown,
    Value,
)
from migrate.model import Choice, Constant, Expression, MailOperation, SequenceExpression, SourceSpan
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached

KNOWLEDGE = Knowledge()
CONNECTION, REPLY, VERIFYING = "smtplib.SMTP", "smtplib.Reply", "ssl.SSLContext"
_ID = "(connection)"
_PORTS = {False: 25, True: 465}


@KNOWLEDGE.function("smtplib.SMTP")
def _plain(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("host", "port", "local_hostname", "timeout")
    return _made(context, bound, arguments, span, tls=False)


@KNOWLEDGE.function("smtplib.SMTP_SSL")
def _secured(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = dict(arguments.keywords)
    positional = dict(zip(("host", "port"), arguments.positional, strict=False))
    fits = len(arguments.positional) <= 2 and not positional.keys() & bound.keys()
    return _made(context, {**positional, **bound} if fits else None, arguments, span, tls=True)


def _made(
    context: Evaluator, bound: dict[str, Value] | None, arguments: Arguments, span: SourceSpan, *, tls: bool
) -> Value:
    known = {"host", "port", "timeout"} | ({"context"} if tls else set())
    timeout = (bound or {}).get("timeout", NONE)
    if bound is None or not bound.keys() <= known or not isinstance(timeout, Known):
        return misfit(context, "the options of this connection to a mail server", arguments, span)
    verified = _verified(context, bound.get("context", NONE))
    if verified is None:
        return misfit(context, "the TLS settings of this connection to a mail server", arguments, span)
    connection = context.state.allocate(
        Instance(
            External(CONNECTION),
            {
                _ID: Known(context.new_id("connection")),
                CLOSED: TRUE,
                "tls": Known(tls),
                "verified": Known(verified),
                "timeout": timeout,
            },
        )
    )
    if "host" in bound and bound["host"] != Known(""):
        return _connected(context, connection, bound, arguments, span)
    return connection


@KNOWLEDGE.function("ssl.create_default_context")
def _tls_context(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        return misfit(context, "the options of a TLS context", arguments, span)
    return context.state.allocate(Instance(External(VERIFYING), {}))


def _verified(context: Evaluator, given: Value) -> bool | None:
    """Whether the server's certificate is verified with this argument `context`; None where that is not known."""
    found = context.state.get(given) if isinstance(given, Pointer) else None
    if isinstance(found, Instance) and found.of == External(VERIFYING):
        return True
    return False if given == NONE else None


def _connected(
    context: Evaluator, connection: Pointer, bound: dict[str, Value], arguments: Arguments, span: SourceSpan
) -> Value:
    """Opens the connection; the connection, or the gap."""
    tls = _held(context, connection, "tls") == TRUE
    host, port = bound["host"], bound.get("port", Known(0))
    if isinstance(host, Known) and isinstance(host.value, str) and not _number(port):
        name, colon, digits = host.value.rpartition(":")
        if colon and ":" not in name and digits.isdigit():
            host, port = Known(name), Known(int(digits))
    if port in (Known(0), Known("")):
        port = Known(_PORTS[tls])
    if isinstance(host, Unknown) or isinstance(port, Unknown) or host in (Known(""), NONE):
        return misfit(context, "the server or port of this connection", arguments, span)
    timeout = _held(context, connection, "timeout")
    seconds = timeout.value if isinstance(timeout, Known) else None
    context.state.write((connection.address, CLOSED), FALSE)
    _emit(
        context,
        connection,
        "connect",
        span,
        server=context.snapshot(host, span),
        port=context.snapshot(port, span),
        timeout_seconds=float(seconds) if isinstance(seconds, int | float) else None,
    )
    return connection


def _number(value: Value) -> bool:
    return not isinstance(value, Known) or bool(value.value)


def _held(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    return NONE if value is None else value


def _emit(context: Evaluator, connection: Pointer, action: Any, span: SourceSpan, **fields: Any) -> None:
    name, tls = (_held(context, connection, one) for one in (_ID, "tls"))
    assert isinstance(name, Known)
    operation = MailOperation(
        client="smtplib",
        connection=str(name.value),
        action=action,
        tls=tls == TRUE,
        verify_tls=_held(context, connection, "verified") == TRUE,
        span=span,
        **fields,
    )
    context.emit(Request(context.new_id("mail"), operation, span))


def _open(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Unknown | None:
    """The gap where the connection is not surely open."""
    if _held(context, receiver, CLOSED) == FALSE:
        return None
    return misfit(context, "a connection to a mail server that may be closed", arguments, span)


def _reply(context: Evaluator) -> Value:
    """What a server answers, of which nothing is known."""
    return context.state.allocate(Instance(External(REPLY), {}))


@KNOWLEDGE.method(CONNECTION, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(CONNECTION, "__bool__")
def _truth(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return TRUE


@KNOWLEDGE.method(CONNECTION, "connect")
def _connect(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("host", "port")
    if bound is None or "host" not in bound or _held(context, receiver, CLOSED) != TRUE:
        return misfit(context, "this call of connect", arguments, span)
    made = _connected(context, receiver, bound, arguments, span)
    return made if isinstance(made, Unknown) else _reply(context)


@KNOWLEDGE.method(CONNECTION, "set_debuglevel")
def _talk(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(CONNECTION, "ehlo", "helo", "noop", "ehlo_or_helo_if_needed")
def _greet(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    gap = _open(context, receiver, arguments, span)
    if gap is None and (arguments.positional or arguments.keywords):
        gap = misfit(context, "the name that a mail server is greeted with", arguments, span)
    return _reply(context) if gap is None else gap


@KNOWLEDGE.method(CONNECTION, "quit", "close")
def _quit(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    context.state.write((receiver.address, CLOSED), TRUE)
    return _reply(context)


@KNOWLEDGE.method(CONNECTION, "starttls")
def _starttls(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    gap = _open(context, receiver, arguments, span)
    verified = _verified(context, arguments.keywords.get("context", NONE))
    if gap is None and (arguments.positional or arguments.keywords.keys() - {"context"} or verified is None):
        gap = misfit(context, "the TLS settings of this connection to a mail server", arguments, span)
    if gap is not None:
        return gap
    _emit(context, receiver, "start-tls", span)
    return _reply(context)


@KNOWLEDGE.method(CONNECTION, "login")
def _login(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("user", "password")
    if bound is None or len(bound) < 2 or any(isinstance(one, Unknown) for one in bound.values()):
        return misfit(context, "this call of login", arguments, span)
    gap = _open(context, receiver, arguments, span)
    if gap is not None:
        return gap
    password = context.guarded_secret("password", bound["password"], span)
    user, secret = (context.snapshot(one, span) for one in (bound["user"], password))
    _emit(context, receiver, "login", span, user=user, password=secret)
    return _reply(context)


@KNOWLEDGE.method(CONNECTION, "send_message")
def _send_message(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("msg", "from_addr", "to_addrs")
    sent = message(context, bound["msg"], span) if bound is not None and "msg" in bound else None
    if bound is None or sent is None:
        return misfit(context, "a mail whose headers or text are not followed", arguments, span)
    gap = _open(context, receiver, arguments, span)
    if gap is not None:
        return gap
    sender = _sender(context, bound.get("from_addr", NONE), sent.headers, span)
    recipients = _recipients(context, bound.get("to_addrs", NONE), sent.headers, span)
    if sender is None or recipients is None or sent.text is None:
        what = "a mail without sender, recipients or text, or with some that are not followed"
        return misfit(context, what, arguments, span)
    _emit(
        context,
        receiver,
        "send",
        span,
        sender=sender,
        recipients=recipients,
        headers=sent.sent(),
        text=sent.text,
    )
    return _reply(context)


def _sender(
    context: Evaluator, given: Value, headers: dict[str, Expression], span: SourceSpan
) -> Expression | None:
    """The sender of the envelope: the one given, else the first address of Sender, or of From."""
    header = headers.get("sender", headers.get("from"))
    if given != NONE:
        header = _one_address(given)
    # One that is set on some ways only is null on the others.
    if header is None or isinstance(header, Choice):
        return None
    listed = addresses(header)
    if isinstance(listed, SequenceExpression):
        return listed.items[0]
    return operators.call("python.member", listed, Constant(value=0))


def _recipients(
    context: Evaluator, given: Value, headers: dict[str, Expression], span: SourceSpan
) -> Expression | None:
    """The recipients of the envelope: those given, else the addresses of To, Bcc and Cc, in that order."""
    if given == NONE:
        named = [headers[name] for name in ("to", "bcc", "cc") if name in headers]
        return joined([addresses(header) for header in named])
    items = (given,) if isinstance(given, Known) else context.fixed_items(given)
    named_ones = [_one_address(item) for item in items or ()]
    found = [addresses(one) for one in named_ones if one is not None]
    return joined(found) if found and len(found) == len(named_ones) else None


def _one_address(value: Value) -> Constant | None:
    """A constant text with one address."""
    if not (isinstance(value, Known) and isinstance(value.value, str)) or "," in value.value:
        return None
    try:
        FUNCTIONS["email.addresses"](value.value)
    except (EvaluationError, UnmappedReached):
        return None
    return Constant(value=value.value)
