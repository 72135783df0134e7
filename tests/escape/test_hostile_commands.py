"""Commands that mean no good, or end badly: a clear message, the right exit status, nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emitters.node_red import install
from migrate.cli import app
from migrate.shadow.legs import Leg
from migrate.shadow.recording import Recording
from migrate.shadow.sandbox import SandboxUnavailable, probe, run

REASON = probe()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")

PROJECT = Path(__file__).parents[2]
REVIEW, FAILED = 1, 2


@dataclass(frozen=True)
class Hostile:
    """A script, and what `record` says to it: exit status, and a part of the message.

    `seconds` bounds the command.
    """

    source: str
    status: int
    message: str
    seconds: float = 60


HOSTILE = {
    "hangs": Hostile("import signal; signal.pause()", FAILED, "did not end within 1 seconds", 1),
    "hangs, and ignores signals": Hostile(
        """
        import signal
        for number in set(signal.valid_signals()) - {9, 19}:
            signal.signal(number, signal.SIG_IGN)
        while True:
            signal.pause()
        """,
        FAILED,
        "did not end within 1 seconds",
        1,
    ),
    "forks without end": Hostile(
        """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """,
        FAILED,
        "ran more than 4096 processes at a time",
        120,
    ),
    "becomes a daemon": Hostile(
        """
        import os, signal
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.pause()
            os._exit(0)
        """,
        REVIEW,
        "1 processes were left running, and were killed",
    ),
    "floods its output": Hostile(
        """
        import os
        for _ in range(512):
            os.write(1, bytes(1 << 20)); os.write(2, b"x" * (1 << 20))
        os._exit(3)
        """,
        REVIEW,
        "the command failed: it ended with exit status 3",
        300,
    ),
    "floods with requests": Hostile(
        """
        import requests
        while True:
            requests.post("http://a.example/x", data=bytes(60 << 20))
        """,
        FAILED,
        "sent and received more than the 512 MB that are kept of a run",
        300,
    ),
    "fills the disk": Hostile(
        """
        for name in ("here", "/tmp/there"):
            with open(name, "wb", 0) as file:
                try:
                    for _ in range(2000):
                        file.write(bytes(1 << 20))
                except OSError as error:
                    print(error.strerror)
        """,
        REVIEW,
        "more, or larger, files were changed than are kept, so none is recorded",
        300,
    ),
    "makes files without end": Hostile(
        """
        import itertools
        for number in itertools.count():
            open(f"f{number}", "w").close()
        """,
        REVIEW,
        "it ended with OSError",
        300,
    ),
    "fails": Hostile("raise ValueError('k3y')", REVIEW, "the command failed: it ended with ValueError"),
    "dies of a signal": Hostile(
        "import os; os.kill(os.getpid(), 11)", REVIEW, "the command failed: it ended with exit status -11"
    ),
    "closes its output": Hostile("import os; os.closerange(0, 255); os._exit(4)", REVIEW, "exit status 4"),
    "prints bytes": Hostile(
        "import os; os.write(2, bytes(range(256))); os._exit(5)", REVIEW, "exit status 5"
    ),
    "garbles its requests": Hostile(
        """
        import socket
        no_tls, no_path = b"\\x16\\x03\\x01nonsense", b"GET /\\xff\\x00 HTTP/9\\r\\n\\r\\n"
        for data in (no_tls, no_path, b"POST / HTTP/1.1\\r\\nHost: a\\r\\n"):
            socket.create_connection(("a.example", 80)).sendall(data)
        """,
        REVIEW,
        "got no answer: ",
    ),
    "cannot be started": Hostile("", FAILED, "cannot be started: No such file or directory"),
}


def _processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and os.readlink(process / "cwd").startswith(str(folder)):
                found.append(process.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_record_stands_it(name: str, tmp_path: Path) -> None:
    hostile = HOSTILE[name]
    legacy = tmp_path / "legacy"
    legacy.mkdir()
    (legacy / "script.py").write_text(textwrap.dedent(hostile.source), encoding="utf-8")
    command = [sys.executable, "script.py"] if hostile.source else ["./none"]
    options = ["-o", str(tmp_path / "out"), "-C", str(legacy), "--timeout", str(hostile.seconds)]
    done = CliRunner().invoke(app, ["record", *options, "--", *command])
    assert (done.exit_code, hostile.message in done.output) == (hostile.status, True), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert _processes_in(tmp_path) == []
    kept = ["legacy"] if hostile.status == FAILED else ["legacy", "out"]
    assert sorted(path.name for path in tmp_path.iterdir()) == kept
    assert [path.name for path in legacy.iterdir()] == ["script.py"]
    if hostile.status != FAILED:
        assert json.loads((tmp_path / "out" / "recording.har").read_text("utf-8"))["log"]["version"] == "1.2"


@pytest.mark.parametrize("name", ["forks without end", "floods with requests"])
def test_a_leg_that_goes_beyond_all_bounds_is_not_run(name: str, tmp_path: Path) -> None:
    hostile = HOSTILE[name]
    (tmp_path / "script.py").write_text(textwrap.dedent(hostile.source), encoding="utf-8")
    leg = Leg("legacy", (sys.executable, "script.py"), tmp_path, hostile.seconds)
    with pytest.raises(SandboxUnavailable, match=hostile.message):
        run(leg, Recording())
    assert _processes_in(tmp_path) == []


# What follows sets up a namespace of its own for the command, by a tool that not every machine has.
needs_unshare = pytest.mark.skipif(shutil.which("unshare") is None, reason="the command unshare is missing")

SCRIPT = """
import requests
requests.post("https://erp.example/orders", json={"number": 1})
open("left.txt", "w").write("x" * 100_000)
"""


def _in_namespace(prepare: str, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs hubshift in a user and mount namespace after a line of shell; lists the files in `full` at the end."""
    line = f'{prepare} && "$@"; echo "status $?"; find full -type f'
    return subprocess.run(
        ["unshare", "-Urm", "sh", "-c", line, "sh", sys.executable, "-m", "migrate.cli", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def legacy(tmp_path: Path) -> Path:
    """A folder with a script, a recording of it, and a place for what is made."""
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "empty.har").write_text('{"log": {"entries": []}}', encoding="ascii")
    return tmp_path


RECORD = ("record", "-o", "full/out", "--", sys.executable, "script.py")
SHADOW = ("shadow", "script.py", "--recording", "empty.har", "--to", "node-red")


@needs_unshare
@pytest.mark.parametrize(
    ("command", "message"),
    [
        (RECORD, "hubshift: not recorded: this machine lets nobody make user and network namespaces"),
        ((*SHADOW, "--writes-out", "full/writes"), "verdict: NOT RUN"),
    ],
    ids=["record", "shadow"],
)
def test_without_user_namespaces_nothing_is_run(command: tuple[str, ...], message: str, legacy: Path) -> None:
    done = _in_namespace("echo 0 > /proc/sys/user/max_user_namespaces", legacy, *command)
    assert message in done.stdout + done.stderr
    assert done.stdout.endswith("status 2\n")


@needs_unshare
@pytest.mark.parametrize(
    "command",
    [RECORD, (*SHADOW, "--writes-out", "full/out"), (*SHADOW, "--report", "full/out")],
    ids=["record", "writes", "report"],
)
def test_on_a_full_disk_nothing_is_half_written(command: tuple[str, ...], legacy: Path) -> None:
    done = _in_namespace("mount -t tmpfs -o size=8k none full", legacy, *command)
    _, ended, listed = done.stdout.partition("status 2\n")
    assert ended, done.stdout + done.stderr
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    # A folder of a recording is there whole or not at all, as is each file of the others.
    assert [name for name in listed.split() if "/." in name or command is RECORD] == []


ORDER = """
import requests
requests.post("https://erp.example/orders", json={"number": 1})
"""


@needs_unshare
@pytest.mark.parametrize("size", ["4k", "8k"])
@pytest.mark.parametrize(
    "command", [(*SHADOW, "--writes-out", "out"), ("demo", "--flow", "absences_to_desk", "-o", "out")]
)
def test_where_there_is_no_room_for_temporary_files_that_place_is_named(
    command: tuple[str, ...], size: str, legacy: Path
) -> None:
    if install.missing() is not None:
        # Without the engine nothing is run, so nothing is written.
        pytest.skip(str(install.missing()))
    (legacy / "script.py").write_text(ORDER, encoding="utf-8")
    line = f"mount -t tmpfs -o size={size} none full && export TMPDIR=$PWD/full"
    done = _in_namespace(line, legacy, *command)
    assert f"hubshift: {legacy / 'full'}: No space left on device\n" in done.stderr, done.stdout + done.stderr
    assert done.stdout.endswith("status 2\n")
    assert [path for path in legacy.rglob("*") if path.name.startswith(".hubshift-")] == []
