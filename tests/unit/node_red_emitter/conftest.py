"""A loopback server that records what it is asked, and a run of a model on the real Node-RED against it."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from emitters.node_red import install
from emitters.node_red.check import check_flow
from emitters.node_red.emitter import NodeRed
from migrate.contracts import Emission
from migrate.model import Integration

KEPT = ("content-type", "authorization", "x-api-key")
ENVIRONMENT = {"TOKEN": "t-0ken", "USER_B": "ada", "PASSWORD_B": "pa:ss wörd", "NO_PROXY": "*"}


@dataclass(frozen=True)
class Asked:
    """One request as it arrived: method, target, the headers that matter, body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What the server answers."""

    body: bytes = b"{}"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)


Rule = Callable[[Asked], Reply | None]
"""The answer to a request; None closes the connection without one."""


@dataclass
class Server:
    """A server on an ephemeral loopback port; `rule` decides the answer to each request."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    rule: Rule = lambda _: Reply()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def taken(self) -> list[Asked]:
        """What was asked since the last call."""
        taken, self.asked = self.asked, []
        return taken


@dataclass(frozen=True)
class Ran:
    """How a run on Node-RED went."""

    ok: bool
    sentence: str
    status: int
    emission: Emission
    asked: list[Asked]


@pytest.fixture
def server() -> Iterator[Server]:
    recorded = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            while "Transfer-Encoding" in self.headers and (size := int(self.rfile.readline(), 16)) >= 0:
                body += self.rfile.read(size + 2)[:-2]
                if size == 0:
                    break
            headers = tuple((name, self.headers[name]) for name in KEPT if name in self.headers)
            asked = Asked(self.command, self.path, headers, body)
            recorded.asked.append(asked)
            reply = recorded.rule(asked)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if any(name == "Content-Length" for name, _ in reply.headers):
                self.close_connection = True  # not all that was promised may follow
            else:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815 - names of http.server

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is printed."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    recorded.port = httpd.server_port
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield recorded
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture
def run(server: Server, tmp_path: Path) -> Callable[..., Ran]:
    """Emits a model and runs it on Node-RED; skips where the engine is not there."""
    if missing := install.missing():
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(missing)

    def run_(integration: Integration, environment: dict[str, str] | None = None) -> Ran:
        emission = NodeRed().emit(integration)
        artefacts = tmp_path / "artefacts"
        artefacts.mkdir(exist_ok=True)
        for artefact in emission.artefacts:
            (artefacts / artefact.path).write_text(artefact.text, encoding="utf-8")
        assert check_flow(json.loads((artefacts / "flows.json").read_text(encoding="utf-8"))) == []
        launch = NodeRed.engine.launch(artefacts, tmp_path / "engine")
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            launch.command,
            cwd=launch.folder,
            env={**kept, **(ENVIRONMENT if environment is None else environment), **launch.environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        ok, sentence = NodeRed.engine.outcome(done.returncode, done.stdout)
        assert done.stderr == ""
        return Ran(ok, sentence, done.returncode, emission, server.taken())

    return run_
