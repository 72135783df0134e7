"""Requests of the client `curl`: the command itself, the reference runner and Node-RED put the same on the wire."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from fixtures.machine import lacking
from migrate.model import (
    AnyStep,
    Body,
    Handler,
    HttpOperation,
    Parameter,
    StatusRule,
    Try,
    Write,
)
from migrate.reference.clients import Clients
from migrate.reference.runner import run as run_reference
from tests.unit.node_red_emitter.conftest import ENVIRONMENT, Ran, Reply, Server
from tests.unit.node_red_emitter.models import const, header, in_path, integration, line, query

MISSING = lacking({"curl": ""})
pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]
Run = Callable[..., Ran]

REFUSED = (StatusRule(first=400, last=999, action="abort"),)


@dataclass(frozen=True)
class Case:
    """A request, as a model says it and as the command line does."""

    arguments: tuple[str, ...] = ()
    path: str = "/x"
    value: str | None = None
    """What stands for `{id}` in the path."""
    method: str = "POST"
    parameters: tuple[Parameter, ...] = ()
    body: str | None = None
    security: tuple[str, ...] = ()

    def command(self, server: Server) -> list[str]:
        path = self.path if self.value is None else self.path.replace("{id}", self.value)
        return [
            "curl",
            "-q",
            "-sS",
            "--noproxy",
            "*",
            "-o",
            "/dev/null",
            "-X",
            self.method,
            server.url + path,
            *self.arguments,
        ]

    def step(self, server: Server, id_: str) -> Write:
        operation = HttpOperation(
            client="curl",
            method=self.method,
            server=server.url,
            path=self.path,
            parameters=(*self.parameters, *(() if self.value is None else (in_path("id", self.value),))),
            security=self.security,
            body=None if self.body is None else Body(encoder="curl.data", content=const(self.body)),
            follow_redirects=False,
        )
        return Write(id=id_, operation=operation, span=line(20))


PATHS = (
    *(
        "00420",
        "a b",
        "a\tb",
        "\x7f",
        "%41",
        "%zz",
        "a+b",
        "x'y",
        "q?x=1&y",
        "a#b",
        "a#b?c",
        "?",
        "a%2Fb",
        "a/",
    ),
    *("~._-!$&*(),;=:@", "", "...", "a//b", "?a=/../b", "#/../x"),
)
CASES = (
    *(Case(path="/m/{id}", value=path) for path in PATHS),
    *(Case(path="{id}", value=path) for path in ("", "?x=1", "#x", "/a?b")),
    Case(
        ("-G", "--data-urlencode", "queue=a-Z_0.9~", "-d", "state=new"),
        method="GET",
        parameters=(query("queue", "a-Z_0.9~"), query("state", "new")),
    ),
    Case(
        ("-G", "-d", "a=", "-d", "b=1"),
        "/x?in=line",
        method="GET",
        parameters=(query("a", ""), query("b", "1")),
    ),
    Case(("--data-binary", '{"a": "ü\n\t "}'), body='{"a": "ü\n\t "}'),
    Case(("-d", ""), body="", method="PUT"),
    Case(
        ("-d", "a=b", "-H", "content-TYPE: text/plain; charset=utf-8"),
        body="a=b",
        parameters=(header("content-TYPE", "text/plain; charset=utf-8"),),
        method="PATCH",
    ),
    Case(
        ("-H", "X-Api-Key: k 1"),
        parameters=(header("X-Api-Key", "k 1"),),
        method="DELETE",
    ),
    Case(("-u", f"{ENVIRONMENT['USER_B']}:{ENVIRONMENT['PASSWORD_B']}"), security=("basic",), method="GET"),
    Case(("--data-binary", "a" * 131_071), body="a" * 131_071),
)
UNDEFINED = (
    *(Case(path="/m/{id}", value=path) for path in ("{a,b}", "[1-3]", "a\\b", "é", "..", "a/./b", "%2E%2e")),
    *(Case(method="GET", parameters=(query("q", text),)) for text in ("a b", "+", "é", "/")),
    *(Case(body=body) for body in ("@file", "a\0b", "\ud800", "a" * 131_072)),
    *(Case(parameters=(header("X-A", text),)) for text in ("", " a", "é", "a\r\nb")),
    *(Case(parameters=(header(name, "1"),)) for name in ("Host", "Content-Length", "X A")),
)


def attempted(case: Case, server: Server, at: int) -> AnyStep:
    """The request; an error of the client is passed over, as by `|| true`."""
    return Try(id=f"try{at}", steps=(case.step(server, f"step{at}"),), handlers=(Handler(steps=()),))


def test_reference_and_node_red_send_what_curl_sends(run: Run, server: Server) -> None:
    statuses = [
        subprocess.run(case.command(server), capture_output=True, check=False).returncode for case in CASES
    ]
    wanted = server.taken()
    assert set(statuses) == {0, 3}
    model = integration(*(attempted(case, server, at) for at, case in enumerate(CASES)))
    with Clients() as transport:
        outcome = run_reference(model, ENVIRONMENT, transport)
    assert (outcome.failed, outcome.reason) == (False, "")
    assert server.taken() == wanted
    lone = next(at for at, case in enumerate(CASES) if case.value == "?")  # a query without anything in it
    model = integration(*(attempted(case, server, at) for at, case in enumerate(CASES) if at != lone))
    wanted = [asked for asked in wanted if asked.target != "/m/?"]
    ran = run(model)
    assert (ran.sentence, ran.asked) == ("The flow ended without error.", wanted)


@pytest.mark.parametrize("status", [200, 204, 302, 399, 400, 401, 404, 500])
def test_a_status_is_an_error_where_it_is_one_of_curl(run: Run, server: Server, status: int) -> None:
    server.rule = lambda asked: (
        Reply(b"", status, (("Location", "/new"),)) if asked.target == "/x" else Reply()
    )
    case = Case(method="GET")
    done = subprocess.run([*case.command(server), "-f"], capture_output=True, check=False)
    wanted = (done.returncode == 22, [asked.target for asked in server.taken()])
    first = case.step(server, "first")
    first = first.model_copy(update={"operation": first.operation.model_copy(update={"on_status": REFUSED})})
    model = integration(first)
    with Clients() as transport:
        outcome = run_reference(model, ENVIRONMENT, transport)
    assert (outcome.failed, [asked.target for asked in server.taken()]) == wanted
    assert ("curl.HTTP_RETURNED_ERROR" in outcome.reason) is outcome.failed
    if status in (302, 401):
        ran = run(model)
        assert (not ran.ok, [asked.target for asked in ran.asked]) == wanted


@pytest.mark.parametrize("case", UNDEFINED, ids=repr)
def test_what_curl_takes_for_something_else_or_versions_do_differently_is_a_gap(
    case: Case, server: Server
) -> None:
    with Clients() as transport:
        outcome = run_reference(integration(attempted(case, server, 0)), ENVIRONMENT, transport)
    assert (outcome.unmapped, outcome.reason[:6], server.taken()) == (True, "curl: ", [])


@pytest.mark.parametrize("at", [0, 3, 4, 7, 11, 15])
def test_node_red_refuses_by_name_what_is_not_defined(run: Run, server: Server, at: int) -> None:
    ran = run(integration(attempted(UNDEFINED[at], server, 0)))
    assert (ran.ok, "Gap: " in ran.sentence, ran.asked) == (False, True, []), ran.sentence


def test_a_server_that_is_not_there_is_an_error_that_names_nothing(server: Server) -> None:
    server.rule = lambda _: None
    with Clients() as transport:
        outcome = run_reference(integration(Case().step(server, "x")), ENVIRONMENT, transport)
    assert (outcome.failed, outcome.unmapped, outcome.reason) == (True, False, "curl.Error")
