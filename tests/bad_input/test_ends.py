"""How a command ends that is interrupted, that cannot write, or that nobody listens to."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"]})
"""
ENDLESS = (
    'import requests\nrequests.get("https://a.example")\ndef f0():\n    pass\n'
    + "".join(f"def f{number}():\n    f{number - 1}()\n    f{number - 1}()\n" for number in range(1, 36))
    + "f35()\n"
)
"""Reading it takes longer than any test: a function called 2 ** 35 times."""
EMPTY_RECORDING = '{"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": []}}'
COMMAND = (sys.executable, "-m", "migrate.cli")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}


def _heed_interrupts() -> None:
    """What runs in the background has Ctrl-C ignored, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def at_a_terminal(marker: str, number: int, *arguments: str | Path) -> tuple[int, str, bytes]:
    """Starts a command with a terminal as standard error, sends a signal when that shows a text, and waits.

    Returns the exit status, the last line at the terminal, and standard output.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stderr=theirs,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        env=ENVIRONMENT,
        preexec_fn=_heed_interrupts,
    ) as process:
        os.close(theirs)
        shown = b""
        while marker.encode() not in shown:
            shown += os.read(ours, 4096)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        while True:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # Linux says so at the end of what stood there
                break
    os.close(ours)
    return process.returncode, shown.decode().rpartition("\r\x1b[K")[2], output


def processes_on(folder: Path) -> list[str]:
    """The command lines of all processes that name a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "hubshift: interrupted\r\n"), (signal.SIGTERM, 143, "")],
    ids=["Ctrl-C", "kill"],
)
def test_an_audit_that_is_interrupted_writes_nothing(
    number: int, status: int, said: str, tmp_path: Path
) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    done = at_a_terminal("reading endless.py", number, "audit", tmp_path, "-o", tmp_path / "out")
    assert done == (status, said, b"")
    assert list(tmp_path.iterdir()) == [script]


@pytest.mark.parametrize(
    ("number", "status", "said"),
    [(signal.SIGINT, 130, "hubshift: interrupted\r\n"), (signal.SIGTERM, 143, "")],
    ids=["Ctrl-C", "kill"],
)
def test_a_shadow_run_that_is_interrupted_leaves_no_process(
    number: int, status: int, said: str, tmp_path: Path
) -> None:
    script, recording = tmp_path / "waiting.py", tmp_path / "empty.har"
    script.write_text(
        "import requests\nwhile True:\n    requests.get('https://a.example')\n", encoding="utf-8"
    )
    recording.write_text(EMPTY_RECORDING, encoding="utf-8")
    out = tmp_path / "out"
    arguments = ("shadow", script, "--recording", recording, "--to", "node-red", "--writes-out", out)
    done = at_a_terminal("running legacy", number, *arguments)
    assert done == (status, said, b"")
    assert processes_on(tmp_path) == []
    assert sorted(tmp_path.iterdir()) == [recording, script]


def processes_with(setting: str) -> list[str]:
    """The command lines of all processes that have a variable in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if setting.encode() in path.read_bytes().split(b"\0"):
                found.append(path.with_name("cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_a_demonstration_that_is_interrupted_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENVIRONMENT, "HUBSHIFT_TEST", str(tmp_path))
    arguments = ("demo", "--flow", "orders_to_ferrum", "-o", tmp_path / "out")
    done = at_a_terminal("running the flows", signal.SIGINT, *arguments)
    assert done == (130, "hubshift: interrupted\r\n", b"")
    assert processes_with(f"HUBSHIFT_TEST={tmp_path}") == []
    assert not (tmp_path / "out" / "report.html").exists()


def test_who_closes_the_pipe_hears_nothing_more(tmp_path: Path) -> None:
    for number in range(200):
        (tmp_path / f"{number}.py").write_text("import requests\n(", encoding="utf-8")
    with subprocess.Popen(
        [*COMMAND, "audit", str(tmp_path), "-o", str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait(timeout=60)) == (b"", 2)


def test_a_full_standard_output_is_said(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(GOOD, encoding="utf-8")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "audit", str(tmp_path), "-o", str(tmp_path / "out")],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=ENVIRONMENT,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr) == (2, "hubshift: standard output: No space left on device\n")


@pytest.mark.parametrize("command", ["audit", "emit"])
def test_on_a_full_disk_all_files_stay_as_they_were(command: str, tmp_path: Path) -> None:
    scripts, out = tmp_path / "scripts", tmp_path / "out"
    scripts.mkdir()
    out.mkdir()
    (scripts / "one.py").write_text(GOOD, encoding="utf-8")
    target = ("--to", "node-red") if command == "emit" else ()
    line = [*COMMAND, command, str(scripts / "one.py"), *target, "-o", str(out)]
    script = (
        'mount -t tmpfs -o size=8k tmpfs "$OUT" || exit 99\n'
        'echo old > "$OUT/flows.json"; echo old > "$OUT/model.json"\n'
        '"$@"; status=$?; ls -A "$OUT"; cat "$OUT"/*.json; exit $status'
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *line],
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "OUT": str(out)},
        check=False,
        timeout=60,
    )
    if done.returncode == 99 or "unshare" in done.stderr:
        # A file system of its own, which can be full, is made in a user namespace; not every machine has them.
        pytest.skip("no user namespaces here")
    first = "report.html" if command == "audit" else "flows.json"
    assert (done.returncode, done.stdout) == (2, "flows.json\nmodel.json\nold\nold\n")
    assert done.stderr == f"hubshift: {out / first}: cannot be written: No space left on device\n"
