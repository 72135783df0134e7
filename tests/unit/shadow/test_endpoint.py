"""The endpoint speaks HTTP/1.1 as servers do and loses no request, however garbled."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import Awaitable, Callable

import dns.message
import dns.rdatatype
import pytest

from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.classification import Classification
from migrate.shadow.endpoint import Endpoint
from migrate.shadow.journal import Journal
from migrate.shadow.messages import Answer, Exchange, Request
from migrate.shadow.names import NameServer
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay
from migrate.shadow.request_reader import MAX_HEADER_BYTES

AUTHORITY = CertificateAuthority()
RECORDING = Recording(
    (
        Recorded(
            "entries[0]",
            Request("GET", "http://a.example/x"),
            Answer(200, (("Content-Encoding", "gzip"), ("Content-Length", "99"), ("X-A", "1")), b"body"),
        ),
        Recorded(
            "entries[1]",
            Request("HEAD", "http://a.example/x"),
            Answer(200, (("Content-Length", "4"),)),
        ),
        Recorded("entries[2]", Request("GET", "https://a.example/x"), Answer(204, (), b"")),
        Recorded("entries[3]", Request("POST", "http://a.example/x", (), b"abc"), Answer(201, (), b"made")),
        Recorded("entries[4]", Request("GET", "http://a.example/lost"), Answer(0, (), b"body")),
    )
)
GET = b"GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n"


def _serve(client: Callable[[int], Awaitable[bytes]]) -> tuple[bytes, list[Exchange]]:
    """Runs a client against an endpoint; what it received, and what was kept."""

    async def session() -> tuple[bytes, list[Exchange]]:
        redactor = Redactor({"KEY": "s3cret-value"})
        journal = Journal(Replay(RECORDING, Classification(), redactor), redactor)
        endpoint = Endpoint(journal, AUTHORITY)
        port = endpoint.listen(0, address="127.0.0.1")
        received = await client(port)
        await endpoint.finish()
        return received, journal.exchanges

    return asyncio.run(session())


def _send(data: bytes) -> tuple[bytes, list[Exchange]]:
    async def client(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        writer.write_eof()
        received = await reader.read()
        writer.close()
        return received

    return _serve(client)


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.load_verify_locations(cadata=AUTHORITY.pem.decode())
    return context


ANSWER = b"HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 4\r\n\r\nbody"


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (GET, ANSWER),
        (GET + GET, ANSWER + ANSWER),
        (GET.replace(b"/x", b"http://a.example:80/x"), ANSWER),
        (GET.replace(b"\r\n\r\n", b"\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n") + GET, ANSWER + ANSWER),
        (
            GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
            ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        ),
        (GET + GET.replace(b"/x", b"/lost") + GET, ANSWER),
        (GET.replace(b"GET", b"HEAD"), b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
        (
            b"POST /x HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n"
            b"Expect: 100-continue\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nmade",
        ),
        (
            b"POST /x HTTP/1.1\r\nHost: a.example\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
            % (len(gzip.compress(b"abc", mtime=3)), gzip.compress(b"abc", mtime=3)),
            b"HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nmade",
        ),
    ],
)
def test_recorded_answers_are_sent_as_http(sent: bytes, received: bytes) -> None:
    assert _send(sent)[0] == received


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        (b"\x00\x01\x02 nonsense\r\n\r\n", 400, "the request is garbled"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "the request is garbled"),
        (GET[:20], 400, "the request was cut off"),
        (b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab", 400, "the request was cut off"),
        (b"GET ftp://a/x HTTP/1.1\r\n\r\n", 400, "the request's target is neither a path nor a URL"),
        (b"GET /x HTTP/1.1\r\nHost: a:b\r\n\r\n", 400, "the URL is not valid"),
        (
            b"GET /x HTTP/1.1\r\nX: " + b"y" * MAX_HEADER_BYTES + b"\r\n\r\n",
            431,
            f"the request's headers are larger than {MAX_HEADER_BYTES} bytes",
        ),
        (
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n",
            413,
            "the request's body is larger than 67108864 bytes",
        ),
        (
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
            415,
            "content encoding 'br' cannot be read",
        ),
        (
            b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
            415,
            "the body is not gzip",
        ),
    ],
)
def test_requests_that_cannot_be_read_are_kept_as_refused(sent: bytes, status: int, reason: str) -> None:
    _, exchanges = _send(sent)
    assert [(exchange.answer.status, exchange.source) for exchange in exchanges] == [(status, "refused")]
    assert exchanges[0].answer.body == f'{{"hubshift": "{reason}"}}'.encode()


def test_what_came_before_a_garbled_request_is_answered() -> None:
    received, exchanges = _send(GET + b"\x00")
    assert received.startswith(ANSWER)
    assert [exchange.source for exchange in exchanges] == ["exact", "refused"]


def test_secrets_are_not_kept() -> None:
    request = b"POST /x?k=s3cret-value HTTP/1.1\r\nHost: a.example\r\nX-Key: s3cret-value\r\n"
    _, exchanges = _send(request + b"Content-Length: 12\r\n\r\ns3cret-value" + request + b"\x00")
    assert "s3cret" not in repr(exchanges)
    assert exchanges[0].request.body == b"{{KEY}}"
    assert len(exchanges) == 2


@pytest.mark.parametrize(
    ("name", "url"), [("a.example", "https://a.example/x"), ("127.0.0.1", "https://127.0.0.1/x")]
)
def test_tls_has_a_certificate_for_each_name_and_address(name: str, url: str) -> None:
    async def client(port: int) -> bytes:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=_trusting(), server_hostname=name
        )
        writer.write(
            GET.replace(b"a.example", name.encode()).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        )
        received = await reader.read()
        writer.close()
        return received

    received, exchanges = _serve(client)
    assert received.startswith(b"HTTP/1.1 ")
    assert exchanges[0].request.url == url


def test_a_client_that_does_not_trust_the_endpoint_is_kept_as_refused() -> None:
    async def client(port: int) -> bytes:
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("127.0.0.1", port, ssl=ssl.create_default_context())
        return b""

    _, exchanges = _serve(client)
    assert [(exchange.request.method, exchange.answer.status) for exchange in exchanges] == [("TLS", 0)]
    assert b"no TLS connection" in exchanges[0].answer.body


def test_a_tunnel_leads_to_the_host_that_it_names() -> None:
    async def client(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        await writer.start_tls(_trusting(), server_hostname="a.example")
        writer.write(GET)
        received = await reader.readuntil(b"\r\n\r\n")
        writer.close()
        return received

    received, exchanges = _serve(client)
    assert received == b"HTTP/1.1 204 No Content\r\n\r\n"
    assert [exchange.request.url for exchange in exchanges] == ["https://a.example/x"]


def test_every_name_is_this_machine_by_an_address_of_its_own() -> None:
    server = NameServer()
    asked = [
        ("API.example.com", "A", ["127.1.0.0"]),
        ("API.example.com", "AAAA", []),
        ("b.example", "MX", []),
    ]
    for name, kind, expected in (
        *asked,
        ("b.example", "A", ["127.1.0.1"]),
        ("api.example.com", "A", ["127.1.0.0"]),
    ):
        answer = server.answer(dns.message.make_query(name, kind).to_wire())
        assert answer is not None
        assert [str(item) for rrset in dns.message.from_wire(answer).answer for item in rrset] == expected
    assert server.answer(b"\x00") is None
    assert list(server.asked) == ["api.example.com", "b.example"]
    addresses = ("127.1.0.1", "127.1.0.0", "127.1.0.2", "127.0.0.1", "::1")
    assert [server.name_of(one) for one in addresses] == ["b.example", "api.example.com", *addresses[2:]]
