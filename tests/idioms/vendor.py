"""A vendor on a loopback port that answers from a table and remembers what it was sent."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any

WRITTEN = {"status": 201, "json": {"id": "new-1"}}
"""Answers a write for which the table has nothing, unless it has `OTHER_WRITES`."""
OTHER_WRITES = "*"
UNKNOWN = {"status": 404, "json": {"error": "not found"}}


@dataclass(frozen=True)
class Sent:
    """One request: the target as it came, all headers in their order, the body's bytes."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


Answers = dict[str, dict[str, Any]]
"""By `METHOD /path?query` or `METHOD /path`: `status`, `headers`, `json` or `text`, or a `sequence` of such."""


@dataclass
class Vendor:
    """Serves one run at a time; `begin` starts the next. The port stays the same, so that hosts are equal."""

    answers: Answers = field(default_factory=dict)
    journal: list[Sent] = field(default_factory=list)
    _served: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> Vendor:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1
            disable_nagle_algorithm = True

            def log_message(self, format: str, *arguments: object) -> None:
                """Says nothing."""

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:
                    self.close_connection = True

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else b""
                if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                    body = self._chunks()
                vendor.reply(self, Sent(self.command, self.path, tuple(self.headers.items()), body))

            def _chunks(self) -> bytes:
                body = b""
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
                return body

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815  # its hooks

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def begin(self, answers: Answers) -> None:
        """Forgets what came and answers from another table."""
        self.answers, self.journal = answers, []
        self._served.clear()

    def reply(self, handler: BaseHTTPRequestHandler, sent: Sent) -> None:
        """Remembers the request and answers it."""
        with self._lock:
            self.journal.append(sent)
            answer = self._answer(sent)
        body = answer["text"].encode() if "text" in answer else json.dumps(answer.get("json")).encode()
        kind = "text/plain; charset=utf-8" if "text" in answer else "application/json"
        handler.send_response(answer.get("status", 200))
        for name, value in {"Content-Type": kind, **answer.get("headers", {})}.items():
            handler.send_header(name, value.replace("{API}", self.base))
        body = body.replace(b"{API}", self.base.encode())
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if sent.method != "HEAD":
            handler.wfile.write(body)
        handler.wfile.flush()

    def _answer(self, sent: Sent) -> dict[str, Any]:
        for key in (f"{sent.method} {sent.target}", f"{sent.method} {sent.target.partition('?')[0]}"):
            if key in self.answers:
                answer = self.answers[key]
                if "sequence" not in answer:
                    return answer
                number = self._served[key]
                self._served[key] += 1
                return dict(answer["sequence"][min(number, len(answer["sequence"]) - 1)])
        return UNKNOWN if sent.method in ("GET", "HEAD") else self.answers.get(OTHER_WRITES, WRITTEN)
