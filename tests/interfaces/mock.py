"""A mock server made from documents alone: it refuses what they do not describe, and answers as they say."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from migrate.interfaces import Exchange
from tests.interfaces.described import (
    FORM,
    JSON,
    Document,
    Operation,
    Schema,
    example,
    faults_of_request,
    found,
)


@contextmanager
def served(documents: Sequence[Document]) -> Iterator[tuple[str, int]]:
    """The address of a server that stands for all the systems, told apart by what a request says of its host."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is logged."""

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            url = f"{self.headers['X-Scheme']}://{self.headers['Host']}{self.path}"
            media_type = (self.headers.get("Content-Type") or "").partition(";")[0] if body else ""
            exchange = Exchange(self.command, url, media_type, _decoded(media_type, body), 0, "", None)
            status, content = answered(documents, exchange, {k.lower(): v for k, v in self.headers.items()})
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", JSON)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  # as the library calls them

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield "127.0.0.1", server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answered(
    documents: Sequence[Document], exchange: Exchange, headers: dict[str, str]
) -> tuple[int, object]:
    """Status and content of an answer: 404 for no operation, 400 for a request that is not as described."""
    operation = found(documents, exchange.method, exchange.url)
    if operation is None:
        return 404, None
    faults = faults_of_request(operation, exchange, headers)
    if faults:
        return 400, faults
    return _success(operation)


def _success(operation: Operation) -> tuple[int, object]:
    responses = operation.content["responses"]
    status = next(one for one in responses if one[:1] in "23")
    content = responses[status].get("content", {})
    schema: Schema = next((one.get("schema", {}) for one in content.values()), {})
    return (200 if status == "2XX" else int(status)), example(operation.document, schema)


def _decoded(media_type: str, body: bytes) -> object:
    if media_type == JSON:
        return json.loads(body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True)) if media_type == FORM else None
