"""The gate: the one way by which a request of a recorded run leaves, and only a declared read does.

    the command ─▶ endpoint (no route out) ─▶ gate_link ══ socket ══▶ Gate (outside) ─▶ the system

What may leave is decided here, outside the sandbox, from the request itself; what the other side thinks of it does not
count. A redirect is handed back, so that where it leads to is a request of its own. Nothing is kept.
"""

from __future__ import annotations

import contextlib
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from migrate.shadow import addresses, bodies, gate_link
from migrate.shadow.bodies import MAX_BODY_BYTES
from migrate.shadow.declared import METHODS, MOST_READS, READ_SECONDS, DeclaredRead
from migrate.shadow.graphql_documents import changes_by_graphql
from migrate.shadow.messages import Answer, Headers, Request, header
from migrate.shadow.method_parameters import asks_for_another_method
from migrate.shadow.url_templates import unquoted

if TYPE_CHECKING:
    import httpx

_AT_ONCE = 16
# Of a connection, not of a request; or what the client here does itself.
_NOT_SENT = frozenset(
    {
        "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_OVERRIDES = re.compile(
    r"x-(?:http-|original-|forwarded-|http-original-)?method(?:-override)?|x-http-override"
)
_PLACES = re.compile(
    r"x-(?:original|rewrite|forwarded|envoy-original)-(?:url|uri|path|prefix|host|server)|x-host|forwarded|base-url"
)
"""Headers by which some servers take another place than that of the request."""


@dataclass(frozen=True, slots=True)
class Denial:
    """Why a request was not let out, or came back without an answer; holds nothing of the request.

    `undeclared` where a declaration would let it out.
    """

    reason: str
    undeclared: bool = False


class Gate:
    """Lets declared reads out, each within `seconds` and at most `most` of them in all.

    `transport` is how requests travel; without it as httpx does, with certificates verified, no proxy and no
    redirect followed.
    """

    def __init__(
        self,
        reads: Sequence[DeclaredRead],
        *,
        most: int = MOST_READS,
        seconds: float = READ_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        import httpx

        self._reads = tuple(reads)
        self._left = most
        self._seconds = seconds
        self._counting = threading.Lock()
        self._client = httpx.Client(
            transport=transport or httpx.HTTPTransport(verify=ssl.create_default_context(), trust_env=False),
            follow_redirects=False,
            trust_env=False,
            timeout=seconds,
        )
        # What the client would add of its own.
        self._client.headers.clear()

    def fetch(self, request: Request) -> Answer | Denial:
        """The system's answer to a declared read, or why there is none."""
        import httpx

        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        with self._counting:
            if self._left <= 0:
                return Denial("as many reads were let out as may be")
            self._left -= 1
        try:
            return self._sent(request)
        except httpx.TimeoutException:
            return Denial(f"no answer within {self._seconds:g} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            return Denial(_reason(error))

    def close(self) -> None:
        """Ends all connections."""
        self._client.close()

    def _refusal(self, request: Request) -> Denial | None:
        """Why a request may not leave."""
        if request.method not in METHODS:
            return Denial("no request of its method leaves")
        try:
            declared = any(read.applies(request) for read in self._reads)
            address = addresses.parse(request.url)
        except ValueError:
            return Denial("the URL is not valid")
        if not declared:
            return Denial("this read is not declared", undeclared=True)
        if any(part.partition(";")[0] in (".", "..") for part in re.split(r"[/\\]", unquoted(address.path))):
            return Denial("a path with . or .. may mean another place than the one declared")
        names = {name.lower().replace("_", "-") for name, _ in request.headers}
        if any(map(_OVERRIDES.fullmatch, names)):
            return Denial("a header asks for another method than the one declared")
        if any(map(_PLACES.fullmatch, names)):
            return Denial("a header asks for another place than the one declared")
        if request.method != "POST" and request.body:
            return Denial(f"a {request.method} with a body is no plain read")
        try:
            plain = bodies.decoded(request.headers, request.body)
        except bodies.UnreadableBodyError:
            return Denial("the body cannot be read, so what it asks for is not known")
        if asks_for_another_method(address.path.partition("%3F")[2], address.query or "", plain):
            return Denial("a parameter asks for another method than the one declared")
        if changes_by_graphql(plain, address.query or ""):
            return Denial("the GraphQL document is not a query alone")
        return None

    def _sent(self, request: Request) -> Answer:
        """Raises httpx.HTTPError, and ValueError where the answer is too large or unreadable."""
        import httpx

        # What was checked is what is sent, to the letter.
        url = addresses.parse(request.url).url
        headers = [(name, value) for name, value in request.headers if name.lower() not in _NOT_SENT]
        packed = header(request.headers, "accept-encoding") is not None
        headers.append(("Accept-Encoding", "gzip, deflate" if packed else "identity"))
        out = self._client.build_request(
            request.method,
            url,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
            content=request.body or None,
        )
        end = time.monotonic() + self._seconds
        received = bytearray()
        answer = self._client.send(out, stream=True)
        try:
            for chunk in answer.iter_raw():
                received += chunk
                if len(received) > MAX_BODY_BYTES:
                    raise ValueError(f"the answer's body is larger than {MAX_BODY_BYTES} bytes")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("", request=out)
        finally:
            answer.close()
        given: Headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in answer.headers.raw)
        try:
            body = bodies.decoded(given, bytes(received))
        except bodies.UnreadableBodyError as error:
            raise ValueError(str(error)) from None
        return Answer(answer.status_code, given, body)


@contextlib.contextmanager
def serving(gate: Gate) -> Iterator[socket.socket]:
    """Answers what comes by a socket pair; the other end of it is given out."""
    ours, theirs = socket.socketpair()
    writing = threading.Lock()
    asked: queue.SimpleQueue[tuple[int, Request] | None] = queue.SimpleQueue()

    def work() -> None:
        while (one := asked.get()) is not None:
            number, result = one[0], gate.fetch(one[1])
            with writing, contextlib.suppress(OSError):
                if isinstance(result, Answer):
                    ours.sendall(gate_link.answered(number, result))
                else:
                    ours.sendall(gate_link.refused(number, result.reason, undeclared=result.undeclared))

    def listen() -> None:
        with contextlib.suppress(OSError, ValueError), ours.makefile("rb") as incoming:
            while (frame := gate_link.read(incoming)) is not None:
                asked.put(gate_link.request_in(frame))

    listening = threading.Thread(target=listen, name="gate", daemon=True)
    listening.start()
    for number in range(_AT_ONCE):
        # Nobody waits for a read whose run has ended, so these end when they like.
        threading.Thread(target=work, name=f"gate-{number}", daemon=True).start()
    try:
        yield theirs
    finally:
        theirs.close()
        with contextlib.suppress(OSError):
            ours.shutdown(socket.SHUT_RDWR)
        listening.join()
        for _ in range(_AT_ONCE):
            asked.put(None)
        ours.close()
        gate.close()


def _reason(error: Exception) -> str:
    """What went wrong, without the texts of libraries, which quote URLs."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted: {cause.verify_message}"
        if isinstance(cause, socket.gaierror):
            return "its name is not known"
        if isinstance(cause, OSError) and cause.strerror:
            return f"it cannot be reached: {cause.strerror}"
        cause = cause.__cause__ or cause.__context__
    return str(error) if type(error) is ValueError else f"it cannot be reached: {type(error).__name__}"
