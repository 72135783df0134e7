"""The dialect `requests` on the wire, and the command that runs a model from a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from migrate.model.values import Value
from migrate.reference.__main__ import read_integration
from migrate.reference.clients import Clients
from migrate.reference.exchange import Request, TransportError
from migrate.reference.validation import MalformedModelError


@dataclass
class Server:
    """A server on loopback that keeps what it was sent; `/redirect` leads on, `/422` has that status."""

    url: str
    received: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Server]:
    with _serving() as running:
        yield running


@contextmanager
def _serving() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            running.received.append(
                (self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            )
            status = {"/redirect": 302, "/422": 422}.get(self.path, 200)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/target")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "8")
            self.end_headers()
            self.wfile.write(b'{"a": 1}')

        do_GET = do_PUT = do_POST  # noqa: N815 - the names that the server calls

        def log_message(self, format: str, *arguments: object) -> None:
            """Says nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running = Server(f"http://127.0.0.1:{listener.server_address[1]}")
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def sent(server: Server, path: str = "/x", **fields: Any) -> tuple[str, str, dict[str, str], bytes]:
    request = Request(client="requests", method="POST", url=server.url + path)
    with Clients() as transport:
        answer = transport.send(replace(request, **fields))
    assert answer.headers["content-type"] == "application/json"
    assert (answer.content, answer.text()) == (b'{"a": 1}', '{"a": 1}')
    return server.received[-1]


@pytest.mark.parametrize(
    ("encoder", "content", "body", "media_type"),
    [
        ("requests.json", {"n": 10.0, "u": "é", "i": 2**70},
         b'{"n": 10.0, "u": "\\u00e9", "i": 1180591620717411303424}', "application/json"),
        ("requests.json", [], b"[]", "application/json"),
        ("requests.json", None, b"", None),
        ("requests.text", "é", "é".encode(), None),
        ("requests.text", "", b"", None),
        ("requests.text", None, b"", None),
        ("requests.form", {"a": [1, None, "x y"], "b": None, "c": True},
         b"a=1&a=x+y&c=True", "application/x-www-form-urlencoded"),
        ("requests.form", {}, b"", None),
        ("requests.data", "a=1&b", b"a=1&b", None),
        ("requests.data", {"a": [1, None]}, b"a=1", "application/x-www-form-urlencoded"),
        ("requests.data", [["a", 1], ["a", True]], b"a=1&a=True", "application/x-www-form-urlencoded"),
        ("requests.data", [], b"", None),
        ("requests.data", 0, b"", None),
        ("requests.data", None, b"", None),
        (None, None, b"", None),
    ],
)  # fmt: skip
def test_bodies_are_encoded_as_requests_does(
    server: Server, encoder: str | None, content: Value, body: bytes, media_type: str | None
) -> None:
    _, _, headers, received = sent(server, encoder=encoder, content=content)
    assert (received, headers.get("content-type")) == (body, media_type)


def test_url_query_headers_and_credentials(server: Server) -> None:
    method, path, headers, _ = sent(
        server,
        "/m/a b/%7e/ü?x=1#cut",
        method="PUT",
        query=(("n", 10.0), ("none", None), ("l", [1, "a b"]), ("n", False)),
        headers=(("X-Kind", "k"), ("Content-Type", "text/x")),
        credentials=("user", "pass"),
        encoder="requests.json",
        content=1,
    )
    assert (method, path) == ("PUT", "/m/a%20b/~/%C3%BC?x=1&n=10.0&l=1&l=a+b&n=False")
    assert headers["x-kind"] == "k"
    assert headers["content-type"] == "text/x"
    assert headers["authorization"] == "Basic dXNlcjpwYXNz"


def test_redirects_are_followed_where_the_operation_says_so(server: Server) -> None:
    assert sent(server, "/redirect")[:2] == ("GET", "/target")
    assert sent(server, "/redirect", follow_redirects=False)[:2] == ("POST", "/redirect")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"headers": (("X-Key", "s3cret\n"),)}, "requests.InvalidHeader"),
        ({"headers": (("X-Key", 7),)}, "requests.InvalidHeader"),
        ({"url": [], "headers": (("X-Key", 7),)}, "requests.InvalidURL"),
        ({"headers": (("X-Key", "s3cret€"),)}, "UnicodeEncodeError"),
        ({"encoder": "requests.json", "content": float("nan")}, "requests.InvalidJSONError"),
        ({"encoder": "requests.text", "content": 1}, "TypeError"),
        ({"encoder": "requests.data", "content": 1}, "TypeError"),
        ({"encoder": "requests.data", "content": [1]}, "TypeError"),
        ({"encoder": "requests.data", "content": [{"a": 1}]}, "ValueError"),
        ({"encoder": "requests.form", "content": "s3cret"}, "TypeError"),
        ({"url": "s3cret"}, "requests.MissingSchema"),
        ({"url": "http://127.0.0.1:1/s3cret"}, "requests.ConnectionError"),
        ({"client": "telnet"}, "UnknownClient telnet"),
    ],
)
def test_what_requests_refuses_fails_by_its_name_and_without_a_value(
    server: Server, fields: dict[str, Any], kind: str
) -> None:
    with pytest.raises(TransportError) as caught:
        sent(server, **fields)
    assert (str(caught.value), caught.value.__cause__, caught.value.__context__) == (kind, None, None)
    assert server.received == []


@pytest.mark.parametrize(
    ("encoder", "content", "body", "media_type"),
    [
        ("httpx.json", {"n": 10.0, "u": "é", "i": 2**70},
         '{"n":10.0,"u":"é","i":1180591620717411303424}'.encode(), "application/json"),
        ("httpx.json", [], b"[]", "application/json"),
        ("httpx.json", None, b"", None),
        ("httpx.text", "é", "é".encode(), None),
        ("httpx.text", "", b"", None),
        ("httpx.form", {"a": [1, None, "x y"], "b": None, "c": True},
         b"a=1&a=&a=x+y&b=&c=true", "application/x-www-form-urlencoded"),
        ("httpx.form", {}, b"", None),
        (None, None, b"", None),
    ],
)  # fmt: skip
def test_bodies_are_encoded_as_httpx_does(
    server: Server, encoder: str | None, content: Value, body: bytes, media_type: str | None
) -> None:
    _, _, headers, received = sent(server, client="httpx", encoder=encoder, content=content)
    assert (received, headers.get("content-type")) == (body, media_type)


def test_a_query_takes_the_place_of_that_of_the_url_with_httpx(server: Server) -> None:
    _, path, headers, _ = sent(
        server,
        "/m/a b/%7e/ü?x=1#cut",
        client="httpx",
        query=(("n", 10.0), ("none", None), ("l", [1, "a b"]), ("f", False)),
        credentials=("user", "pass"),
    )
    assert path == "/m/a%20b/%7e/%C3%BC?n=10.0&none=&l=1&l=a+b&f=false"
    assert headers["authorization"] == "Basic dXNlcjpwYXNz"
    assert sent(server, "/m?x=1", client="httpx")[1] == "/m?x=1"
    assert sent(server, "/redirect", client="httpx", follow_redirects=False)[:2] == ("POST", "/redirect")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"headers": (("X-Key", "s3cret\n"),)}, "httpx.LocalProtocolError"),
        ({"headers": (("X-Key", 7),)}, "TypeError"),
        ({"headers": (("X-Key", None),)}, "TypeError"),
        ({"url": []}, "TypeError"),
        ({"headers": (("X-Key", "s3cret€"),)}, "UnicodeEncodeError"),
        ({"encoder": "httpx.json", "content": float("nan")}, "ValueError"),
        ({"encoder": "httpx.json", "content": "\ud800"}, "UnicodeEncodeError"),
        ({"encoder": "httpx.text", "content": 1}, "TypeError"),
        ({"url": "s3cret"}, "httpx.UnsupportedProtocol"),
        ({"url": "http://127.0.0.1:x/s3cret"}, "httpx.InvalidURL"),
        ({"url": "http://127.0.0.1:1/s3cret"}, "httpx.ConnectError"),
    ],
)
def test_what_httpx_refuses_fails_by_its_name_and_without_a_value(
    server: Server, fields: dict[str, Any], kind: str
) -> None:
    with pytest.raises(TransportError) as caught:
        sent(server, client="httpx", **fields)
    assert (str(caught.value), caught.value.__cause__, caught.value.__context__) == (kind, None, None)
    assert server.received == []


def model(url: str, *steps: dict[str, object]) -> dict[str, object]:
    operation = {
        "kind": "http", "client": "requests", "method": "POST", "server": url, "path": "/{status}", "security": ["s"],
        "parameters": [
            {"name": "status", "location": "path", "value": {"kind": "variable", "name": "STATUS"}},
        ],
        "on_status": [{"first": 400, "last": 599, "action": "abort"}],
    }  # fmt: skip
    return {
        "id": "i",
        "name": "i",
        "sources": [],
        "variables": [{"name": "STATUS", "storage": "env"}],
        "secrets": [{"name": "KEY", "storage": "env"}],
        "security_schemes": [{"kind": "http-bearer", "id": "s", "secret": "KEY"}],
        "steps": [{"kind": "write", "id": "w", "operation": operation}, *steps],
    }


def command(path: Path, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "migrate.reference", str(path)],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
        cwd=Path(__file__).parents[3],
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


GAP = {"kind": "unmapped", "id": "gap", "code": "HS101", "reason": "a with block"}


@pytest.mark.parametrize(
    ("steps", "environment", "status", "line"),
    [
        ((), {"STATUS": "ok", "KEY": "s3cret"}, 0, (False, False, "", None)),
        ((), {"STATUS": "422", "KEY": "s3cret"}, 1, (True, False, "requests.HTTPError: status 422", "w")),
        ((), {"STATUS": "ok"}, 1, (True, False, "KeyError: the secret KEY is not set", "w")),
        ((), {"STATUS": "ok", "KEY": "s3\ncret"}, 1, (True, False, "requests.InvalidHeader", "w")),
        ((GAP,), {"STATUS": "ok", "KEY": "s3cret"}, 3, (True, True, "HS101: a with block", "gap")),
    ],
)
def test_the_last_line_of_the_command_says_how_it_ended_without_a_value(
    server: Server,
    tmp_path: Path,
    steps: tuple[dict[str, object], ...],
    environment: dict[str, str],
    status: int,
    line: tuple[bool, bool, str, str | None],
) -> None:  # fmt: skip
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model(server.url, *steps)))
    expected = dict(zip(("failed", "unmapped", "reason", "step"), line, strict=True))
    ended, output, errors = command(path, **environment)
    assert (ended, output.splitlines()[-1], errors) == (status, json.dumps(expected), "")
    assert "s3" not in output
    assert all(headers["authorization"] == "Bearer s3cret" for _, _, headers, _ in server.received)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the file: json_invalid"),
        ('{"id": "i", "name": "i", "sources": [], "steps": [], "s3cret": 1}', "s3cret: extra_forbidden"),
        ('{"id": "i", "name": "i", "sources": [], "steps": [{"kind": "check", "id": "c"}]}',
         "steps.0.check.expressions: missing"),
        ('{"id": "i", "name": "i", "sources": [], "steps": [{"kind": "loop-exit", "id": "e"}]}',
         "step e: loop-exit outside of a split or loop"),
    ],
)  # fmt: skip
def test_a_malformed_model_is_named_by_its_place(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text)
    assert command(path) == (2, "", f"{path}: {message}\n")


def test_a_file_that_cannot_be_read_is_a_malformed_model(tmp_path: Path) -> None:
    with pytest.raises(MalformedModelError, match="cannot be read: No such file"):
        read_integration(tmp_path / "none.json")
