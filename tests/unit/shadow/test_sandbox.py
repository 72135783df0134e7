"""A leg reaches the endpoint and nothing else, changes nothing, and leaves nothing behind."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import textwrap
from pathlib import Path

import certifi
import pytest

from migrate.shadow.classification import Classification
from migrate.shadow.legs import SCRATCH
from migrate.shadow.messages import Answer, Request
from migrate.shadow.recording import Recorded, Recording
from migrate.shadow.sandbox import Leg, LegRun, SandboxUnavailable, probe, run
from migrate.shadow.written_files import DeletedFile, TextFile

REASON = probe()
pytestmark = pytest.mark.skipif(REASON is not None, reason=f"no sandbox here: {REASON}")

URLS = (
    "https://api.example.com/items",
    "http://203.0.113.50/items",
    "http://127.0.0.1:8081/x",
    "https://h:8082/y",
)
RECORDING = Recording(
    tuple(
        Recorded(f"entries[{number}]", Request("GET", url), Answer(200, (), b"recorded"))
        for number, url in enumerate(URLS)
    )
)


def _leg(folder: Path, source: str, environment: dict[str, str] | None = None, *, seconds: float = 30) -> Leg:
    (folder / "script.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return Leg("legacy", (sys.executable, "script.py"), folder, seconds, environment or {})


def _run(folder: Path, source: str, environment: dict[str, str] | None = None) -> LegRun:
    return run(_leg(folder, source, environment), RECORDING)


def test_requests_by_name_by_address_and_to_other_ports_are_answered_from_the_recording(
    tmp_path: Path,
) -> None:
    result = _run(
        tmp_path,
        f"""
        import requests
        for url in {URLS!r}:
            print(requests.get(url, timeout=5).text)
        print(requests.get("https://api.example.com/other", timeout=5).status_code)
        print(requests.post("https://api.example.com/items", json={{"id": 12345678901234567890}}).text)
        """,
    )
    assert (result.stdout, result.exit_status) == ("recorded\n" * 4 + "599\n{}\n", 0), result.stderr
    assert [exchange.source for exchange in result.exchanges] == ["exact"] * 4 + ["refused", "synthetic"]
    assert [exchange.sequence for exchange in result.exchanges] == list(range(6))
    assert result.exchanges[5].request.body == b'{"id": 12345678901234567890}'
    assert (result.names, result.unused, result.refused_connections) == (("api.example.com", "h"), (), 0)


def test_a_library_that_reads_no_variable_trusts_the_endpoint(tmp_path: Path) -> None:
    source = f"""
        import os, ssl, urllib.request
        del os.environ["SSL_CERT_FILE"]
        context = ssl.create_default_context(cafile={certifi.where()!r})
        print(urllib.request.urlopen("https://api.example.com/items", context=context).read())
        """
    leg = _leg(tmp_path, source)
    distrusted = run(leg, RECORDING)
    assert distrusted.exit_status == 1
    assert [exchange.request.method for exchange in distrusted.exchanges] == ["TLS"]
    trusting = Leg("t", leg.command, tmp_path, 30, certificate_files=(Path(certifi.where()),))
    assert run(trusting, RECORDING).stdout == "b'recorded'\n"


def test_nothing_outside_can_be_reached(tmp_path: Path) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    hidden, beside = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    # The second one is outside the emptied folders, where sockets are found and masked.
    with listener, hidden, beside, tempfile.TemporaryDirectory(dir=Path(__file__).parent) as elsewhere:
        hidden.bind(str(tmp_path.parent / "hidden"))
        hidden.listen()
        where = os.path.join(elsewhere, "s")
        beside.bind(where)
        beside.listen()
        result = _run(
            tmp_path,
            f"""
            import socket
            for family, address in (
                (socket.AF_INET, ("127.0.0.1", {listener.getsockname()[1]})),
                (socket.AF_UNIX, {str(tmp_path.parent / "hidden")!r}),
                (socket.AF_UNIX, {where!r}),
                (socket.AF_VSOCK, (1, 1)),
            ):
                try:
                    socket.socket(family).connect(address)
                    print("reached")
                except OSError as error:
                    print(error.strerror)
            """,
        )
        emptied = elsewhere.startswith(("/tmp/", "/run/", "/var/tmp/"))
        assert result.stdout.splitlines() == [
            "Connection refused",
            "No such file or directory",
            "No such file or directory" if emptied else "Connection refused",
            "Address family not supported by protocol",
        ]
        assert result.refused_connections == 1


def test_nothing_outside_can_be_written_and_its_own_folder_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("original", encoding="ascii")
    (tmp_path / "dropped").touch()
    result = _run(
        tmp_path,
        f"""
        import os
        open("kept", "w").write("changed"); open("new", "w").close(); os.unlink("dropped")
        print(open("kept").read(), os.getcwd() == {str(tmp_path)!r})
        for path in ({__file__!r}, "/etc/x", os.path.expanduser("~{os.environ.get("USER", "root")}/x"),
                     "/proc/sys/kernel/hostname", "/sys/x"):
            try:
                open(path, "a").close()
                print("written")
            except OSError as error:
                pass
        print([name for name in os.listdir("/dev") if name.startswith(("sd", "vd", "nvme", "mem", "kmsg"))])
        print(sorted(os.listdir("/run")), os.listdir("/var/tmp"), os.listdir("/dev/shm"))
        print(os.listdir(os.environ["HOME"]))
        """,
    )
    assert result.stdout == "changed True\n[]\n['hubshift'] [] []\n['.curlrc']\n", result.stderr
    assert result.changed_files == ("dropped", "kept", "new")
    assert result.files == (DeletedFile("dropped"), TextFile("kept", "changed"), TextFile("new", ""))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dropped", "kept", "script.py"]
    assert (tmp_path / "kept").read_text("ascii") == "original"


def test_a_leg_starts_in_its_working_folder_with_the_files_that_are_laid_over_it(tmp_path: Path) -> None:
    for name in ("own", "start", "files"):
        (tmp_path / name).mkdir()
    (tmp_path / "start" / "state").write_text("old", encoding="ascii")
    (tmp_path / "start" / "same").write_text("same", encoding="ascii")
    (tmp_path / "files" / "state").write_text("laid over", encoding="ascii")
    code = """
        print(open("state").read())
        open("same", "w").write("same"); open("state", "a").write(", TOKEN-VALUE")
        import os; os.makedirs("out/deep"); open("out/deep/new", "w").write("1")
        open(os.path.join(os.environ["OWN"], "mine"), "w").write("not kept")
        """
    (tmp_path / "own" / "script.py").write_text(textwrap.dedent(code), encoding="ascii")
    leg = Leg(
        "leg",
        (sys.executable, str(tmp_path / "own" / "script.py")),
        tmp_path / "own",
        60,
        {"OWN": str(tmp_path / "own")},
        working=tmp_path / "start",
        files=tmp_path / "files",
    )
    result = run(leg, Recording(), secrets={"TOKEN": "TOKEN-VALUE"})
    assert (result.stdout, result.stderr) == ("laid over\n", "")
    assert result.files == (TextFile("out/deep/new", "1"), TextFile("state", "laid over, {{TOKEN}}"))
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "files",
        "own",
        "same",
        "script.py",
        "start",
        "state",
        "state",
    ]


def test_the_leg_has_no_privileges_and_sees_no_other_process(tmp_path: Path) -> None:
    result = _run(
        tmp_path,
        """
        import os, re
        status = open("/proc/self/status").read()
        print(re.findall(r"Cap\\w+:\\s*0*(\\w)", status), re.findall("NoNewPrivs:\\t1", status))
        print(sorted(int(name) for name in os.listdir("/proc") if name.isdigit()) == [1, os.getpid()])
        print(sorted(map(int, os.listdir("/proc/self/fd")))[:3], len(os.listdir("/proc/self/fd")))
        for name in ("environ", "mem", "fd/0"):
            try:
                open(f"/proc/1/{name}", "rb").read(1)
                print("read")
            except OSError as error:
                print(error.strerror)
        """,
    )
    assert result.stdout.splitlines() == [
        "['0', '0', '0', '0', '0'] ['NoNewPrivs:\\t1']",
        "True",
        "[0, 1, 2] 4",
        *["Permission denied"] * 3,
    ], result.stderr


def test_the_environment_is_what_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTSIDE", "secret of the caller")
    result = _run(tmp_path, "import os; print(sorted(os.environ))", {"GIVEN": "1", "SSL_CERT_DIR": "/x"})
    assert result.stdout.strip() == str(
        sorted(
            [
                "CURL_CA_BUNDLE", "GIVEN", "HOME", "LC_ALL", "NODE_EXTRA_CA_CERTS", "PATH",
                "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "TZ",
            ]
        )
    )  # fmt: skip


def test_secrets_reach_the_leg_and_come_back_as_names(tmp_path: Path) -> None:
    source = """
        import os, sys, requests
        print("token", os.environ["TOKEN"])
        print(os.environ["TOKEN"], file=sys.stderr)
        requests.post("https://api.example.com/" + os.environ["TOKEN"], auth=("robot", os.environ["TOKEN"]))
        open(os.environ["TOKEN"], "w").close()
        """
    leg = _leg(tmp_path, source, {"TOKEN": "s3cret-value"})
    result = run(leg, RECORDING, Classification(), {"TOKEN": "s3cret-value"})
    assert (result.stdout, result.stderr) == ("token {{TOKEN}}\n", "{{TOKEN}}\n")
    assert result.exchanges[0].request.url == "https://api.example.com/{{TOKEN}}"
    assert ("Authorization", "Basic robot:{{TOKEN}}") in result.exchanges[0].request.headers
    assert result.changed_files == ("{{TOKEN}}",)
    assert "s3cret" not in repr((leg, result))


def test_all_that_a_leg_forked_is_killed_when_it_ends(tmp_path: Path) -> None:
    result = _run(
        tmp_path,
        """
        import os, signal, sys, time
        for _ in range(5):
            if os.fork() == 0:
                os.setsid()
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                while True:
                    if os.fork() == 0:
                        signal.pause()
                    signal.pause()
        sys.exit(3)
        """,
    )
    # The children hold standard output open: it has come to its end, so they are gone.
    assert (result.exit_status, result.timed_out) == (3, False)
    assert not _processes_with(str(tmp_path))


def _processes_with(folder: str) -> list[str]:
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and os.readlink(process / "cwd").startswith(folder):
                found.append(process.name)
        except OSError:
            continue
    return found


def test_a_leg_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    source = """
        import os, signal, requests
        print("begun", flush=True)
        requests.post("https://api.example.com/x", json={})
        os.fork()
        signal.pause()
        """
    result = run(_leg(tmp_path, source, seconds=1.5), RECORDING)
    assert (result.timed_out, result.exit_status, result.stdout) == (True, None, "begun\n")
    assert [exchange.request.method for exchange in result.exchanges] == ["POST"]
    assert not _processes_with(str(tmp_path))


def test_requests_of_a_leg_that_does_not_wait_for_answers_are_kept(tmp_path: Path) -> None:
    result = _run(
        tmp_path,
        r"""
        import os, socket
        for number in range(50):
            client = socket.create_connection(("api.example.com", 80))
            client.sendall(b"POST /%d HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n" % number)
        client = socket.create_connection(("api.example.com", 80))
        client.sendall(b"POST /cut HTTP/1.1\r\nHo")
        os._exit(0)
        """,
    )
    assert sorted(exchange.request.url.rpartition("/")[2] for exchange in result.exchanges) == sorted(
        [*map(str, range(50)), "cut"]
    )
    assert [e.source for e in result.exchanges if e.request.url.endswith("cut")] == ["refused"]


def test_output_is_bound_and_the_end_is_kept(tmp_path: Path) -> None:
    result = _run(tmp_path, "print('x' * 10_000_000 + 'end')")
    assert (len(result.stdout), result.stdout[-4:]) == (65536, "end\n")


def test_scratch_and_visible_folders_are_seen(tmp_path: Path) -> None:
    scratch, visible, work = tmp_path / "scratch", tmp_path / "visible", tmp_path / "work"
    for folder in (scratch, visible, work):
        folder.mkdir()
        (folder / "file").write_text(folder.name, encoding="ascii")
    source = f"""
        import os
        open(os.path.expanduser("~/file"), "a").write("!")
        print(open("{SCRATCH}/file").read(), open({str(visible / "file")!r}).read(), open("file").read())
        try:
            open({str(visible / "file")!r}, "a")
        except OSError as error:
            print(error.strerror)
        """
    leg = _leg(work, source)
    result = run(Leg("l", leg.command, work, 30, scratch=scratch, visible=(visible,)), RECORDING)
    assert result.stdout == "scratch! visible work\nRead-only file system\n", result.stderr
    assert (scratch / "file").read_text("ascii") == "scratch"


@pytest.mark.parametrize(("command", "status"), [(("./none",), 127), (("sh", "-c", "kill -9 $$"), -9)])
def test_how_a_leg_ended_is_told(tmp_path: Path, command: tuple[str, ...], status: int) -> None:
    assert run(Leg("l", command, tmp_path, 30), RECORDING).exit_status == status


def test_a_folder_that_is_not_there_is_not_run(tmp_path: Path) -> None:
    with pytest.raises(SandboxUnavailable, match="is no folder that a leg can run in"):
        run(Leg("l", ("true",), tmp_path / "none", 30), RECORDING)
