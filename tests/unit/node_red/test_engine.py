"""Flows run once on the real Node-RED, against a server on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from emitters.node_red import install, python_values
from emitters.node_red.check import check_flow

pytestmark = pytest.mark.engine

PLACE = {"z": "tab", "x": 100, "y": 80}
TAB = {"id": "tab", "type": "tab", "label": "Test", "disabled": False}


class Server(ThreadingHTTPServer):
    """Answers everything with one JSON body and keeps what it got."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[tuple[str, str, bytes]] = []


class Handler(BaseHTTPRequestHandler):
    """Keeps a request."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self) -> None:
        """Keep the request, answer 200."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        assert isinstance(self.server, Server)
        self.server.got.append((self.command, self.path, body))
        answer = b'{"amount": 10.0, "id": 12345678901234567890}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_POST(self) -> None:
        """As GET."""
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on an ephemeral port."""
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def inject(**changes: Any) -> dict[str, Any]:
    """The node that starts a flow."""
    return {
        "id": "start",
        "type": "inject",
        "name": "",
        **PLACE,
        "props": [],
        "repeat": "",
        "crontab": "",
        "once": False,
        "onceDelay": 0.1,
        "wires": [["first"]],
        **changes,
    }


def function(name: str, code: str, *wires: list[str], **changes: Any) -> dict[str, Any]:
    """A function node with an id that is its name."""
    return {
        "id": name,
        "type": "function",
        "name": name,
        **PLACE,
        "func": code,
        "outputs": len(wires),
        "initialize": "",
        "finalize": "",
        "libs": [],
        "timeout": 0,
        "noerr": 0,
        "wires": [*wires],
        **changes,
    }


def request(name: str, *wires: str) -> dict[str, Any]:
    """An http request node that takes method and URL from the message and answers with bytes."""
    return {
        "id": name,
        "type": "http request",
        "name": name,
        **PLACE,
        "method": "use",
        "ret": "bin",
        "paytoqs": "ignore",
        "url": "",
        "tls": "",
        "persist": True,
        "proxy": "",
        "insecureHTTPParser": False,
        "authType": "",
        "senderr": True,
        "headers": [],
        "wires": [[*wires]],
    }


def catch(*wires: str, **changes: Any) -> dict[str, Any]:
    """A node that catches every error of the tab."""
    return {
        "id": "catch",
        "type": "catch",
        "name": "",
        **PLACE,
        "scope": None,
        "uncaught": False,
        "wires": [[*wires]],
        **changes,
    }


def run(
    folder: Path, nodes: list[dict[str, Any]], *options: str, **environment: str
) -> tuple[int, dict[str, Any]]:
    """Exit status and report of one run; skips where the engine is not installed."""
    node, modules = install.node(), install.node_red_modules()
    if node is None or modules is None:
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(install.missing() or "Node-RED is missing")
    (folder / "flows.json").write_text(json.dumps([TAB, *nodes]), encoding="utf-8")
    script = install.ENGINE / "run_once.js"
    done = subprocess.run(
        [node, script, modules, folder, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    return done.returncode, json.loads(done.stdout)


def test_a_flow_reads_maps_and_writes_what_python_would(tmp_path: Path, server: Server) -> None:
    nodes = [
        inject(crontab="0 2 * * *"),
        function(
            "first",
            'msg.method = "GET"; msg.url = env.get("BASE_URL") + "/in"; return msg;',
            ["get"],
            initialize=f'flow.set("python", {python_values.source()});',
        ),
        request("get", "map"),
        function(
            "map",
            'const python = flow.get("python");\n'
            "const row = python.parse(msg.payload);\n"
            'const body = python.dict([["id", python.member(row, "id")],'
            '["amount", python.member(row, "amount")],'
            ' ["label", python.concat(python.text(python.member(row, "amount")), "!")]]);\n'
            'return { method: "POST", url: python.append_query(env.get("BASE_URL") + "/out", { q: "a b" }),'
            ' payload: python.stringify(body), headers: python.headers({ "Content-Type": "text/plain" }) };',
            ["post"],
        ),
        request("post", "last"),
        function("last", "return null;"),
    ]
    base = f"http://127.0.0.1:{server.server_port}"
    assert check_flow([TAB, *nodes]) == []
    status, report = run(tmp_path, nodes, BASE_URL=base)
    assert (status, report["outcome"], report["errors"]) == (0, "clean", [])
    assert server.got == [
        ("GET", "/in", b""),
        ("POST", "/out?q=a+b", b'{"id": 12345678901234567890, "amount": 10.0, "label": "10.0!"}'),
    ]
    assert report["started_ms"] < 10_000


def test_values_survive_copies_between_nodes(tmp_path: Path, server: Server) -> None:
    check = 'msg.method = "POST"; msg.payload = flow.get("python").stringify(msg.row); return msg;'
    text = '{"7": 10.0, "2": [1.5, 1e300, 12345678901234567890], "x": {"__proto__": null}}'
    nodes = [
        inject(),
        function(
            "first",
            f'msg.row = flow.get("python").parse({json.dumps(text)});'
            'msg.url = env.get("BASE_URL"); return msg;',
            ["one", "two"],
            initialize=f'flow.set("python", {python_values.source()});',
        ),
        function("one", check, ["post"]),
        function("two", check, ["post"]),
        request("post"),
    ]
    assert run(tmp_path, nodes, BASE_URL=f"http://127.0.0.1:{server.server_port}/")[0] == 0
    wanted = json.dumps(json.loads(text)).encode()
    assert [body for _, _, body in server.got] == [wanted, wanted]


def test_a_long_loop_of_requests_is_not_cut_short(tmp_path: Path, server: Server) -> None:
    nodes = [
        inject(),
        function(
            "first",
            'msg.n = (msg.n || 0) + 1; msg.method = "GET"; delete msg.headers;'
            ' msg.url = env.get("BASE_URL") + "/" + msg.n;'
            " return msg.n <= 300 ? msg : null;",
            ["get"],
        ),
        request("get", "pause"),
        function(
            "pause",
            "if (msg.n % 100 === 0) await new Promise((done) => setTimeout(done, 700)); return msg;",
            ["first"],
        ),
    ]
    status, report = run(tmp_path, nodes, BASE_URL=f"http://127.0.0.1:{server.server_port}")
    assert (status, report["errors"], len(server.got)) == (0, [], 300)


def test_thousands_of_messages_in_flight_all_arrive(tmp_path: Path) -> None:
    nodes = [
        inject(),
        function("first", "return [Array.from({ length: 5000 }, (_, n) => ({ payload: n }))];", ["last"]),
        function("last", "return null;"),
    ]
    status, report = run(tmp_path, nodes)
    assert (status, report["received"]) == (0, 5002)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("throw new Error(\"KeyError: 'id'\");", "KeyError: 'id'"),
        ('node.error("gave up", msg); return null;', "gave up"),
        ('JSON.parse("s3cret-payload"); return null;', "not valid JSON"),
        (
            'node.error("key " + env.get("API_KEY") + " at http://u:p@h/a?key=zzz", msg); return null;',
            "key {{API_KEY}} at http://{{userinfo}}@h/a?{{query}}",
        ),
        ('node.error("password hunter2!", msg); return null;', "password {{get.password}}"),
        ("await new Promise(() => {}); return null;", "a message never left this node"),
    ],
)
def test_an_error_gives_status_one_and_no_secret(tmp_path: Path, code: str, message: str) -> None:
    (tmp_path / "flows_cred.json").write_text(
        json.dumps({"get": {"user": "${API_USER}", "password": "hunter2!"}}), encoding="utf-8"
    )
    status, report = run(
        tmp_path, [inject(), function("first", code, [])], API_KEY="k-987654", API_USER="someone"
    )
    assert (status, report["outcome"]) == (1, "error")
    assert report["errors"] == [
        {"id": "first", "name": "first", "type": "function", "message": message, "caught": False}
    ]


def test_an_exception_that_nothing_can_catch_ends_the_run(tmp_path: Path) -> None:
    code = 'Promise.resolve().then(() => { throw new Error("KeyError: late"); }); return null;'
    status, report = run(tmp_path, [inject(), function("first", code, [])])
    assert (status, report["outcome"], report["errors"][0]["message"]) == (
        1,
        "error",
        "uncaught: KeyError: late",
    )


def test_an_error_that_the_flow_catches_is_told_apart(tmp_path: Path) -> None:
    nodes = [
        inject(),
        function("first", 'throw new Error("ValueError: no");', []),
        catch("last"),
        function("last", "return null;"),
    ]
    status, report = run(tmp_path, nodes)
    assert (status, report["outcome"], [error["caught"] for error in report["errors"]]) == (
        1,
        "caught",
        [True],
    )


def test_an_error_that_a_catch_node_for_its_node_takes_is_handled(tmp_path: Path) -> None:
    nodes = [
        inject(),
        function("first", 'throw new Error("ValueError: no");', []),
        catch("last", scope=["first"]),
        function("last", "return null;"),
    ]
    status, report = run(tmp_path, nodes)
    assert (status, report["outcome"], report["errors"], report["handled"]) == (0, "clean", [], 1)


def test_a_refused_connection_is_an_error_without_the_url_query(tmp_path: Path) -> None:
    nodes = [
        inject(),
        function(
            "first", 'msg.method = "GET"; msg.url = "http://127.0.0.1:1/x?key=s3cret"; return msg;', ["get"]
        ),
        request("get"),
    ]
    status, report = run(tmp_path, nodes)
    assert (status, report["errors"][0]["id"]) == (1, "get")
    assert "s3cret" not in json.dumps(report)


def test_a_missing_node_type_gives_status_four(tmp_path: Path) -> None:
    status, report = run(
        tmp_path, [inject(), {"id": "first", "type": "teleport", "name": "", **PLACE, "wires": []}]
    )
    assert (status, report["outcome"], report["missing_types"]) == (4, "missing_types", ["teleport"])


def test_a_function_that_does_not_parse_does_not_start(tmp_path: Path) -> None:
    status, report = run(tmp_path, [inject(), function("first", "return ][;", [])])
    assert (status, report["outcome"], report["errors"][0]["id"]) == (2, "not_started", "first")


def test_a_flow_without_a_file_does_not_start(tmp_path: Path) -> None:
    node, modules = install.node(), install.node_red_modules()
    if node is None or modules is None:
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(install.missing() or "Node-RED is missing")
    done = subprocess.run(
        [node, install.ENGINE / "run_once.js", modules, tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, json.loads(done.stdout)["outcome"]) == (2, "not_started")


def test_a_flow_that_never_rests_times_out(tmp_path: Path) -> None:
    nodes = [inject(), function("first", "setInterval(() => {}, 50); return null;", [])]
    status, report = run(tmp_path, nodes, "--max-ms", "3000")
    assert (status, report["outcome"]) == (3, "timed_out")


def test_a_wire_to_nowhere_is_silent_on_the_engine_and_found_by_the_check(tmp_path: Path) -> None:
    nodes = [inject(), function("first", "return msg;", ["nowhere"])]
    assert run(tmp_path, nodes)[0] == 0
    assert check_flow([TAB, *nodes]) == [
        "function 'first' (first): output 1 leads to 'nowhere', which does not exist"
    ]


def test_a_printed_payload_does_not_reach_the_output(tmp_path: Path) -> None:
    nodes = [
        inject(),
        function(
            "first", 'console.log("payload"); node.log("payload"); node.warn("payload"); return null;', []
        ),
    ]
    assert "payload" not in json.dumps(run(tmp_path, nodes)[1])
