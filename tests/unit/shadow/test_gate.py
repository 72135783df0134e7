"""The gate lets a declared read out as it is, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.declared import DeclaredRead, declared_read
from migrate.shadow.gate import Denial, Gate, serving
from migrate.shadow.gate_link import GateLink
from migrate.shadow.messages import Answer, Headers, Request

READS = tuple(
    declared_read(text)
    for text in (
        "GET https://a.example/items*",
        "HEAD https://a.example/items",
        "POST https://a.example/search",
        "POST https://a.example/graphql",
        "GET https://a.example/moved",
    )
)
JSON: Headers = (("Content-Type", "application/json"),)


class Vendor(httpx.BaseTransport):
    """Keeps what reached it."""

    def __init__(self, answer: httpx.Response | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answers with JSON."""
        self.asked.append(request)
        return self._answer or httpx.Response(200, headers={"X-A": "1"}, stream=httpx.ByteStream(b"[]"))


def _gate(vendor: httpx.BaseTransport, *, most: int = 10) -> Gate:
    return Gate(READS, transport=vendor, most=most)


def test_a_declared_read_is_sent_to_the_letter_without_what_belongs_to_the_connection() -> None:
    vendor = Vendor()
    headers = (
        ("Host", "elsewhere.example"),
        ("X-Api-Key", "key"),
        ("Cookie", "a=1"),
        ("Accept-Encoding", "br"),
        ("Connection", "keep-alive"),
        ("X-Latin", "caf\xe9"),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
    )
    answer = _gate(vendor).fetch(Request("GET", "https://a.example/items?b=%2f&a=+1", headers))
    assert answer == Answer(200, (("X-A", "1"),), b"[]")
    sent = vendor.asked[0]
    assert str(sent.url) == "https://a.example/items?b=%2f&a=+1"
    assert [(name.decode(), value.decode("latin-1")) for name, value in sent.headers.raw] == [
        ("Host", "a.example"),
        ("X-Api-Key", "key"),
        ("Cookie", "a=1"),
        ("X-Latin", "caf\xe9"),
        ("X-Twice", "1"),
        ("X-Twice", "2"),
        ("Accept-Encoding", "gzip, deflate"),
    ]


NOT_DECLARED = Denial("this read is not declared", undeclared=True)
NO_SUCH_METHOD = Denial("no request of its method leaves")
OTHER_PLACE = Denial("a path with . or .. may mean another place than the one declared")
OTHER_METHOD = Denial("a header asks for another method than the one declared")
OTHER_METHOD_BY_PARAMETER = Denial("a parameter asks for another method than the one declared")
NO_QUERY = Denial("the GraphQL document is not a query alone")


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (Request("GET", "https://a.example/other"), NOT_DECLARED),
        (Request("GET", "https://b.example/items"), NOT_DECLARED),
        (Request("GET", "http://a.example/items"), NOT_DECLARED),
        (Request("DELETE", "https://a.example/items"), NO_SUCH_METHOD),
        (Request("PUT", "https://a.example/items"), NO_SUCH_METHOD),
        (Request("POST", "https://a.example/items"), NOT_DECLARED),
        (Request("get", "https://a.example/items"), NO_SUCH_METHOD),
        (Request("GET", "a.example/items"), Denial("the URL is not valid")),
        (Request("GET", "https://a.example/items/../admin"), OTHER_PLACE),
        (Request("GET", "https://a.example/items/%2e%2E/admin"), OTHER_PLACE),
        (Request("GET", "https://a.example/items/..%2fadmin"), OTHER_PLACE),
        (Request("GET", "https://a.example/items/..%5cadmin"), OTHER_PLACE),
        (
            Request("POST", "https://a.example/search", (("X-HTTP-Method-Override", "DELETE"),)),
            OTHER_METHOD,
        ),
        (Request("GET", "https://a.example/items?x=1&_method=DELETE"), OTHER_METHOD_BY_PARAMETER),
        (Request("POST", "https://a.example/search", (), b"a=1&_method=PUT"), OTHER_METHOD_BY_PARAMETER),
        (Request("GET", "https://a.example/items", (), b"{}"), Denial("a GET with a body is no plain read")),
        (
            Request("POST", "https://a.example/graphql", JSON, b'{"query": "mutation { drop }"}'),
            NO_QUERY,
        ),
        (
            Request(
                "POST", "https://a.example/graphql", JSON, b'[{"query": "{a}"}, {"query": "mutation{b}"}]'
            ),
            NO_QUERY,
        ),
        (
            Request(
                "POST",
                "https://a.example/graphql",
                (*JSON, ("Content-Encoding", "gzip")),
                gzip.compress(b'{"query": "mutation { drop }"}'),
            ),
            NO_QUERY,
        ),
        (
            Request("POST", "https://a.example/graphql", JSON, b'{"extensions": {"persistedQuery": {}}}'),
            NO_QUERY,
        ),
        (
            Request("POST", "https://a.example/search", (("Content-Encoding", "br"),), b"x"),
            Denial("the body cannot be read, so what it asks for is not known"),
        ),
    ],
    ids=str,
)
def test_what_is_no_declared_read_never_reaches_the_system(request_: Request, refusal: Denial) -> None:
    vendor = Vendor()
    assert _gate(vendor).fetch(request_) == refusal
    assert vendor.asked == []


MULTIPART = (
    b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n--b--\r\n'  # one field and its value
)


@pytest.mark.parametrize(
    "body",
    [
        b"query=mutation%7Bdelete%7D",
        b"query=%7Ba%7D&query=mutation%7Bdelete%7D",
        b"# hello\nmutation {delete}",
        b"query A {a} mutation B {delete}",
        b'{"query": "# ends with the line\\rmutation {delete}"}',
        rb'{"query": "{a(x: \"\"\"b\\\\\"\"\" c\"\"\")} mutation {delete} #\"\"\""}',
        b'{"query": "mutation {delete}", "query": "{a}"}',
        b'{"Query": "mutation {delete}"}',
        b'{"documentId": "sha256:0", "variables": {}}',
        b'{"id": "0", "variables": {}}',
        MULTIPART % (b"operations", b'{"query": "mutation {delete}"}'),
    ],
)
def test_a_mutation_in_any_form_never_reaches_the_system(body: bytes) -> None:
    assert _gate(Vendor()).fetch(Request("POST", "https://a.example/graphql", JSON, body)) == NO_QUERY


def test_a_mutation_in_the_url_never_reaches_the_system() -> None:
    asked = Request("POST", "https://a.example/graphql?query=mutation%7Bdelete%7D")
    assert _gate(Vendor()).fetch(asked) == NO_QUERY


@pytest.mark.parametrize("path", ["/items/..;/admin", "/items/..;x=1/admin", "/items/%252e%252e/admin"])
def test_another_place_in_disguise_is_not_asked(path: str) -> None:
    assert _gate(Vendor()).fetch(Request("GET", f"https://a.example{path}")) == OTHER_PLACE


@pytest.mark.parametrize(
    ("query", "headers", "body", "what"),
    [
        ("?%5Fmethod=DELETE", (), b"", "parameter"),
        ("", (), b"a=1&%5fmethod=DELETE", "parameter"),
        ("", JSON, b'{"_method": "DELETE"}', "parameter"),
        ("", (), MULTIPART % (b"_method", b"DELETE"), "parameter"),
        ("", (("X_HTTP_Method_Override", "DELETE"),), b"", "header"),
        ("", (("X-Forwarded-Method", "DELETE"),), b"", "header"),
        ("?a=1;_METHOD[]=DELETE", (), b"", "parameter"),
        ("?%255Fmethod=DELETE", (), b"", "parameter"),
        ("", JSON, rb'{"\u005fm\u0065thod" : "DELETE"}', "parameter"),
        ("", JSON, '{"_method": "DELETE"}'.encode("utf-16-le"), "parameter"),
        ("", (("Content-Encoding", "gzip"),), gzip.compress(b"_method=DELETE"), "parameter"),
        ("", (), b"--b\r\nContent-Disposition: form-data; name*=utf-8''_method\r\n\r\nDELETE", "parameter"),
    ],
)
def test_another_method_in_disguise_is_not_asked(
    query: str, headers: Headers, body: bytes, what: str
) -> None:
    denied = _gate(Vendor()).fetch(Request("POST", f"https://a.example/search{query}", headers, body))
    assert denied == Denial(f"a {what} asks for another method than the one declared")


@pytest.mark.parametrize(
    "name",
    ["X-Original-URL", "x_rewrite_url", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Host"],
)
def test_another_place_in_a_header_is_not_asked(name: str) -> None:
    denied = _gate(Vendor()).fetch(Request("GET", "https://a.example/items", ((name, "/admin"),)))
    assert denied == Denial("a header asks for another place than the one declared")


@pytest.mark.parametrize(
    "query",
    ["?query=mutation%7Bdelete%7D", "?extensions=%7B%22persistedQuery%22%3A%7B%7D%7D"],
)
def test_a_mutation_that_is_asked_for_by_get_is_not_sent(query: str) -> None:
    assert _gate(Vendor()).fetch(Request("GET", f"https://a.example/items{query}")) == NO_QUERY


def test_a_search_for_the_word_is_no_mutation() -> None:
    asked = Request("GET", "https://a.example/items?query=mutation")
    assert isinstance(_gate(Vendor()).fetch(asked), Answer)


def test_a_query_in_the_path_asks_for_no_other_method() -> None:
    denied = _gate(Vendor()).fetch(Request("GET", "https://a.example/items%3f_method=DELETE"))
    assert denied == Denial("a parameter asks for another method than the one declared")


@pytest.mark.parametrize(
    "body",
    [
        b'{"query": "query { items(filter: \\"mutation\\") { id } } # mutation"}',
        b'{"query": "{ a(text: \\"\\"\\"mutation\\"\\"\\") }", "operationName": null}',
        b'{"term": "mutation"}',
        b"grant_type=client_credentials",
        b"<search>mutation</search>",
        b'{"id": "7"}',
    ],
)
def test_a_posted_question_is_let_out(body: bytes) -> None:
    vendor = Vendor()
    assert isinstance(_gate(vendor).fetch(Request("POST", "https://a.example/graphql", JSON, body)), Answer)
    assert vendor.asked[0].read() == body


def test_a_redirect_is_handed_back_and_where_it_leads_is_asked_for_anew() -> None:
    vendor = Vendor(
        httpx.Response(302, headers={"Location": "https://a.example/admin"}, stream=httpx.ByteStream(b""))
    )
    gate = _gate(vendor)
    answer = gate.fetch(Request("GET", "https://a.example/moved"))
    assert isinstance(answer, Answer)
    assert (answer.status, len(vendor.asked)) == (302, 1)
    assert gate.fetch(Request("GET", "https://a.example/admin")) == NOT_DECLARED


def test_no_more_leave_than_may() -> None:
    vendor = Vendor()
    gate = _gate(vendor, most=2)
    request = Request("GET", "https://a.example/items")
    assert [isinstance(gate.fetch(request), Answer) for _ in range(4)] == [True, True, False, False]
    assert len(vendor.asked) == 2


@contextlib.contextmanager
def _server(body: bytes, headers: dict[str, str], *, tls: bool = False) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response_only(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # A client that goes away is what these tests are about.
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    if tls:
        context: ssl.SSLContext = CertificateAuthority().context("localhost")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _real(port: int, *, scheme: str = "http", seconds: float = 10) -> Answer | Denial:
    gate = Gate([DeclaredRead(url=f"{scheme}://localhost:{port}/x")], seconds=seconds)
    with contextlib.closing(gate):
        return gate.fetch(Request("GET", f"{scheme}://localhost:{port}/x"))


def test_chunks_and_codings_are_undone() -> None:
    packed = gzip.compress(b"plain", mtime=0)
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    with _server(chunked, {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}) as port:
        answer = _real(port)
    assert isinstance(answer, Answer)
    assert answer.body == b"plain"


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with _server(b"x", {"Content-Length": "1"}, tls=True) as port:
        refusal = _real(port, scheme="https")
    assert isinstance(refusal, Denial)
    assert refusal.reason.startswith("its certificate is not trusted: ")


@pytest.mark.parametrize(
    ("body", "headers", "reason"),
    [
        (b"x", {"Content-Length": "2"}, "no answer within 0.3 seconds"),
        (gzip.compress(bytes(65 << 20)), {"Content-Encoding": "gzip", "Connection": "close"}, "larger than"),
        (b"x", {"Content-Encoding": "br", "Content-Length": "1"}, "content encoding 'br' cannot be read"),
    ],
    ids=["never ends", "a bomb", "unknown coding"],
)
def test_an_answer_is_bounded_in_time_and_size(body: bytes, headers: dict[str, str], reason: str) -> None:
    with _server(body, headers) as port:
        refusal = _real(port, seconds=0.3 if "within" in reason else 20)
    assert isinstance(refusal, Denial)
    assert reason in refusal.reason


def test_a_system_that_is_not_there_is_named_without_its_url() -> None:
    assert _real(1) == Denial("it cannot be reached: Connection refused")


def test_answers_and_refusals_come_through_the_link_side_by_side() -> None:
    requests = [Request("GET", f"https://a.example/{name}") for name in ("items", "other", "items/2")]

    async def ask() -> list[Answer | Denial]:
        with serving(_gate(Vendor())) as held:
            link = GateLink(held.dup())
            answers = await asyncio.gather(*map(link.ask, requests))
            link.close()
            return answers

    answer = Answer(200, (("X-A", "1"),), b"[]")
    assert asyncio.run(ask()) == [answer, NOT_DECLARED, answer]


def test_who_waits_for_a_gate_that_goes_away_is_told() -> None:
    async def ask() -> Answer | Denial:
        with serving(_gate(Vendor())) as held:
            link = GateLink(held.dup())
        answer = await link.ask(Request("GET", "https://a.example/items"))
        link.close()
        return answer

    assert asyncio.run(ask()) == Denial("the gate is gone")
