"""The server that stands for every mail server: SMTP (RFC 5321), plain or TLS, on any address and given ports.

It takes every mail and every login. aiosmtpd speaks the protocol.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from migrate.shadow.bodies import MAX_BODY_BYTES
from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.mails import Mail

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

_TLS_FROM_THE_START = 465


class MailServer:
    """Listens once started; `took` gets each mail with the URL of the server that it was sent to.

    `name_of` says which name was asked for when an address was given out.
    """

    def __init__(
        self,
        took: Callable[[Mail, str], None],
        authority: CertificateAuthority,
        name_of: Callable[[str], str],
    ) -> None:
        self._took = took
        self._authority = authority
        self._name_of = name_of
        self._servers: list[asyncio.Server] = []

    async def listen(self, port: int, *, address: str = "0.0.0.0") -> int:
        """Serves a port of an IPv4 or IPv6 address; returns the port (0 asks for a free one). Raises OSError."""
        context = self._authority.context("mail.invalid") if port == _TLS_FROM_THE_START else None
        server = await asyncio.get_running_loop().create_server(
            lambda: self._protocol(secured=context is not None), address, port, ssl=context
        )
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stops listening."""
        for server in self._servers:
            server.close()

    def _protocol(self, *, secured: bool) -> SMTP:
        # Most runs send no mail, and the import takes a while.
        from aiosmtpd.smtp import SMTP

        return SMTP(
            _Handler(self._took, self._name_of),
            hostname="sandbox",
            ident="ESMTP",
            data_size_limit=MAX_BODY_BYTES,
            enable_SMTPUTF8=True,
            tls_context=None if secured else self._authority.context("mail.invalid"),
            auth_require_tls=False,
            authenticator=_authenticate,
            timeout=600,
        )


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    """Takes every login that states user and password."""
    from aiosmtpd.smtp import AuthResult, LoginPassword

    return AuthResult(success=isinstance(data, LoginPassword), handled=False, auth_data=data)


class _Handler:
    def __init__(self, took: Callable[[Mail, str], None], name_of: Callable[[str], str]) -> None:
        self._took = took
        self._name_of = name_of

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Takes a mail."""
        from aiosmtpd.smtp import LoginPassword

        given: object = session.auth_data
        login = given if isinstance(given, LoginPassword) else None
        content: Any = envelope.original_content
        mail = Mail(
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            content or b"",
            None if login is None else login.login.decode("utf-8", "replace"),
            None if login is None else login.password.decode("utf-8", "replace"),
        )
        self._took(mail, self._url(server))
        return "250 OK"

    def _url(self, server: SMTP) -> str:
        transport: Any = server.transport
        held: socket.socket = transport.get_extra_info("socket")
        address, port = held.getsockname()[:2]
        scheme = "smtps" if transport.get_extra_info("sslcontext") is not None else "smtp"
        name = self._name_of(address)
        return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}"
