"""Answers from a recording: hubshift's endpoint against the server replay of mitmproxy."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks import peers
from benchmarks.load import Client
from benchmarks.rounds import Figures, Result, Target, in_turn
from benchmarks.traffic import Asked, traffic, write_har

REQUESTS = 4000
ROUNDS = 20
CONNECTIONS = 8
TARGET = Target(15)
_START_SECONDS = 60.0
_MITMDUMP = "from mitmproxy.tools.main import mitmdump; mitmdump()"
# Neither side may ask a real server, wait for one, or write a line for each request.
_OPTIONS = ["server_replay_extra=kill", "connection_strategy=lazy", "flow_detail=0"]


def measure(requests: int = REQUESTS, rounds: int = ROUNDS) -> Result:
    """Requests a second of both on the same recording and load; a round sends the next part of it to each."""
    asked = traffic(requests)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        har = folder / "recording.har"
        write_har(asked, har)
        ours = stack.enter_context(_endpoint(har))
        theirs = stack.enter_context(_mitmproxy(peers.interpreter("mitmproxy"), har, folder / "mitmproxy"))
        mine, others = in_turn(
            rounds,
            _side(stack.enter_context(Client(ours, CONNECTIONS)), asked, rounds, absolute=False),
            _side(stack.enter_context(Client(theirs, CONNECTIONS)), asked, rounds, absolute=True),
        )
    unit = "requests/s"
    return Result(
        f"replay: {requests:,} requests over {CONNECTIONS} connections, in {rounds} rounds",
        (Figures("hubshift", unit, tuple(mine)), Figures("mitmproxy", unit, tuple(others))),
        tuple(a / b for a, b in zip(mine, others, strict=True)),
        TARGET,
    )


def _side(client: Client, asked: Sequence[Asked], rounds: int, *, absolute: bool) -> Callable[[], float]:
    """What sends the next part of the requests and returns how many a second were answered."""
    exchanges = [(one.sent(absolute=absolute), one.answer) for one in asked]
    size = len(exchanges) // rounds
    parts = iter([exchanges[start : start + size] for start in range(0, size * rounds, size)])
    return lambda: size / client.send_all(next(parts))


@contextlib.contextmanager
def _endpoint(har: Path) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.endpoint", str(har)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@contextlib.contextmanager
def _mitmproxy(python: Path, har: Path, home: Path) -> Iterator[int]:
    port = _free_port()
    options = [f"confdir={home}", f"server_replay={har}", "listen_host=127.0.0.1", f"listen_port={port}"]
    command = [str(python), "-c", _MITMDUMP, "--quiet"]
    for option in (*options, *_OPTIONS):
        command += ["--set", option]
    # It writes a traceback for each connection that the client closes in the end.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise peers.PeerError("mitmproxy did not start")
