"""Mail servers on loopback ports, for tests: the sandbox's own, which takes every mail, and ones that refuse."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from migrate.model import Constant, MailHeader, MailOperation, SequenceExpression, Write
from migrate.model.values import Value
from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.mail_server import MailServer
from migrate.shadow.mails import Mail
from migrate.shadow.messages import Request

SENDER, RECIPIENT, REFUSED = "robot@shop.example", "ops@shop.example", "gone@shop.example"


@dataclass
class Taken:
    """The port of a server, and the mails that it took."""

    port: int = 0
    mails: list[Request] = field(default_factory=list)

    def take(self, mail: Mail, server: str) -> None:
        """Keeps a mail; the port, which is another one every time, is left out."""
        self.mails.append(mail.request(server.rpartition(":")[0]))


@contextmanager
def _running(start: Callable[[], Awaitable[Callable[[], None]]]) -> Iterator[None]:
    """Runs a server on a loop of its own; `start` gives what ends it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        close = asyncio.run_coroutine_threadsafe(_begun(start), loop).result()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(close)
    finally:
        asyncio.run_coroutine_threadsafe(_rest(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _begun(start: Callable[[], Awaitable[Callable[[], None]]]) -> Callable[[], None]:
    return await start()


async def _rest() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def sandboxed() -> Iterator[Taken]:
    """The mail server of the sandbox."""
    taken = Taken()

    async def start() -> Callable[[], None]:
        server = MailServer(taken.take, CertificateAuthority(), lambda address: address)
        taken.port = await server.listen(0, address="127.0.0.1")
        return server.close

    with _running(start):
        yield taken


class Refusing:
    """Refuses what the names in `refuses` say: `MAIL`, `RCPT` (of REFUSED), `DATA`."""

    def __init__(self, refuses: tuple[str, ...], taken: Taken) -> None:
        self._refuses = refuses
        self._taken = taken

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self._refuses:
            return "550 no"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self._refuses and address == REFUSED:
            return "550 no"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        if "DATA" in self._refuses:
            return "554 no"
        content: Any = envelope.original_content
        self._taken.take(
            Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content), "smtp://127.0.0.1:"
        )
        return "250 OK"


@contextmanager
def refusing(*refuses: str) -> Iterator[Taken]:
    """A server that refuses; also `AUTH`: every login, `NOAUTH`: offers none."""
    taken = Taken()

    def protocol() -> SMTP:
        result = AuthResult(success="AUTH" not in refuses, handled=False)
        login: dict[str, Any] = (
            {} if "NOAUTH" in refuses else {"authenticator": lambda *_: result, "auth_require_tls": False}
        )
        return SMTP(Refusing(refuses, taken), hostname="relay", **login)

    async def start() -> Callable[[], None]:
        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        taken.port = int(server.sockets[0].getsockname()[1])
        return server.close

    with _running(start):
        yield taken


# --- steps -------------------------------------------------------------------------------------------------------


def const(value: Value) -> Constant:
    assert not isinstance(value, (list, dict))
    return Constant(value=value)


def command(action: Any, **fields: Any) -> Write:
    operation = MailOperation(client="smtplib", connection="c", action=action, **fields)
    return Write(id=action, operation=operation)


def connected(port: int) -> Write:
    return command("connect", server=const("127.0.0.1"), port=const(port), timeout_seconds=30.0)


def mail(
    number: int = 0, *, to: tuple[str, ...] = (RECIPIENT,), text: str = "Done.\n", **headers: Value
) -> Write:
    """A mail; an underscore in the name of a header stands for a hyphen."""
    given = {"Subject": "Import", "From": f"Robot <{SENDER}>", "To": ", ".join(to), **headers}
    sent = command(
        "send",
        sender=const(SENDER),
        recipients=SequenceExpression(items=tuple(map(const, to))),
        headers=tuple(MailHeader(name=name.replace("_", "-"), value=const(v)) for name, v in given.items()),
        text=const(text),
    )
    return sent.model_copy(update={"id": f"send{number}"})
