"""Requests on the real Node-RED: body, URL, redirects, time-outs and statuses are as requests has them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from migrate.model import Body, Check
from tests.unit.node_red_emitter.conftest import Asked, Ran, Reply, Server
from tests.unit.node_red_emitter.models import (
    ABORT,
    body,
    header,
    in_path,
    integration,
    member,
    query,
    read,
    value,
    write,
)

pytestmark = pytest.mark.engine
Run = Callable[..., Ran]

BODIES: list[tuple[str, object, dict[str, Any]]] = [
    ("requests.json", None, {"json": None}),
    ("requests.json", "ü", {"json": "ü"}),
    ("requests.json", [], {"json": []}),
    ("requests.json", 10.0, {"json": 10.0}),
    ("requests.text", "ü\u2028", {"data": "ü\u2028"}),
    ("requests.text", "", {"data": ""}),
    ("requests.form", {"a": "x y&ü~", "b": None, "c": [1, 2.5]}, {"data": {"a": "x y&ü~", "c": [1, 2.5]}}),
    ("requests.form", {"b": None}, {"data": {"b": None}}),
    ("requests.form", {}, {"data": {}}),
    *(
        ("requests.data", data, {"data": data})
        for data in (
            "ü=1",
            {"a": [1, None, "x y"], "b": None, "c": {"d": 1}},
            [["a", 1], ["a", [2, None]], ["b", {"c": 1}], [None, True]],
            [{"x": 1, "y": 2}, "no"],
            [["k", None]],
            "",
            [],
            0,
            False,
            None,
        )
    ),
]
UNSENDABLE_DATA: tuple[tuple[object, str], ...] = (
    (5, "TypeError"),
    (True, "TypeError"),
    ([1], "TypeError"),
    ([None], "TypeError"),
    (["abc"], "ValueError"),
    ([{"a": 1}], "ValueError"),
)


def test_each_encoder_and_method_sends_what_requests_sends(run: Run, server: Server) -> None:
    steps = []
    with requests.Session() as session:
        session.trust_env = False
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            for at, (encoder, content, arguments) in enumerate(BODIES):
                session.request(method, server.url + "/y?z=1", **arguments)
                sent = Body(encoder=encoder, content=value(content))
                steps.append(write(f"{method}{at}", method, server.url, "/y?z=1", body=sent))
    wanted = server.taken()
    ran = run(integration(*steps))
    assert (ran.sentence, ran.asked) == ("The flow ended without error.", wanted)


def test_a_header_beyond_ascii_is_sent_as_requests_sends_it_whatever_the_body(
    run: Run, server: Server
) -> None:
    steps = []
    with requests.Session() as session:
        session.trust_env = False
        for method in ("POST", "PATCH", "DELETE"):
            for at, (encoder, content, arguments) in enumerate(BODIES[:7]):
                session.request(method, server.url + "/y", headers={"X-API-Key": "Zoé ü"}, **arguments)
                sent = Body(encoder=encoder, content=value(content))
                steps.append(
                    write(f"{method}{at}", method, server.url, "/y", header("X-API-Key", "Zoé ü"), body=sent)
                )
    wanted = server.taken()
    assert {dict(one.headers)["x-api-key"] for one in wanted} == {"Zoé ü"}
    ran = run(integration(*steps))
    assert (ran.sentence, ran.asked) == ("The flow ended without error.", wanted)
    key = header("X-API-Key", "Zoé ü")
    bare = run(integration(read("r", server.url, "/y", key)))
    assert [dict(one.headers)["x-api-key"] for one in bare.asked] == ["Zoé ü"]
    refused = run(integration(read("r", server.url, "/y", key, body=sent)))
    assert (refused.asked, "Gap: a GET with a body" in refused.sentence) == ([], True)


@pytest.mark.parametrize(("data", "error"), UNSENDABLE_DATA)
def test_data_that_requests_cannot_encode_is_the_same_error(
    run: Run, server: Server, data: object, error: str
) -> None:
    with pytest.raises(TypeError if error == "TypeError" else ValueError):
        requests.post(server.url + "/y", data=data)  # type: ignore[arg-type]  # of every kind
    server.taken()
    ran = run(
        integration(
            write("y", "POST", server.url, "/y", body=Body(encoder="requests.data", content=value(data)))
        )
    )
    assert (ran.asked, error in ran.sentence) == ([], True), ran.sentence


PATHS = [
    "00420",
    "a b",
    "ü/x",
    "%41",
    "%zz",
    "a+b",
    "x'y",
    "q?x=1",
    "a%2Fb",
    "~._-!$&*(),;=:@",
    '[1]|^`{}\\"<>',
]


def test_path_and_query_values_are_sent_as_requests_sends_them(run: Run, server: Server) -> None:
    steps = []
    with requests.Session() as session:
        session.trust_env = False
        for given in PATHS:
            session.put(f"{server.url}/m/{given}/end", params={"q": given})
            parameters = (in_path("id", given), query("q", given))
            steps.append(write(given, "PUT", server.url, "/m/{id}/end", *parameters))
    wanted = server.taken()
    ran = run(integration(*steps))
    assert (ran.sentence, ran.asked) == ("The flow ended without error.", wanted)


@pytest.mark.parametrize("given", ["/%2e%2e/x", "/u@h"])
def test_a_url_that_node_red_would_change_is_refused_by_name(run: Run, server: Server, given: str) -> None:
    host = server.url.replace("//", "//u:p@") if "@" in given else server.url
    ran = run(integration(write("y", "PUT", host, given)))
    assert (ran.asked, "Gap: " in ran.sentence) == ([], True), ran.sentence


def test_query_values_are_encoded_as_requests_encodes_them(run: Run, server: Server) -> None:
    params: dict[str, object] = {
        "a": None,
        "b": True,
        "c": [1, "x y"],
        "d": 10.0,
        "e": 2**60,
        "f": "ü&=+",
        "g": "",
    }
    with requests.Session() as session:
        session.trust_env = False
        session.get(server.url + "/q?in=line", params=params)  # type: ignore[arg-type]  # values of every kind
    wanted = server.taken()
    ran = run(
        integration(
            read("q", server.url, "/q?in=line", *(query(name, each) for name, each in params.items()))
        )
    )
    assert (ran.ok, ran.asked) == (True, wanted)


def test_a_redirect_is_followed_for_get_and_refused_for_others(run: Run, server: Server) -> None:
    def rule(asked: Asked) -> Reply:
        return Reply(b"", 302, (("Location", "/new?x=1"),)) if asked.target == "/old" else Reply(b'{"a": 1}')

    server.rule = rule
    use = Check(id="c", expressions=(member(body("x"), "a"),))
    ran = run(integration(read("x", server.url, "/old", security=("bearer",)), use))
    kept = (("authorization", "Bearer t-0ken"),)
    assert ran.asked == [Asked("GET", "/old", kept, b""), Asked("GET", "/new?x=1", kept, b"")]
    assert ran.ok, ran.sentence
    ran = run(
        integration(
            read("x", server.url, "/old", follow_redirects=False), write("y", "POST", server.url, "/y")
        )
    )
    assert (ran.ok, [asked.target for asked in ran.asked]) == (True, ["/old", "/y"])
    ran = run(integration(write("x", "POST", server.url, "/old"), write("y", "POST", server.url, "/y")))
    assert (ran.ok, [asked.target for asked in ran.asked]) == (False, ["/old"])
    assert "Gap: POST was answered by a redirect" in ran.sentence


def test_a_server_that_is_not_there_ends_the_run(run: Run, server: Server) -> None:
    ran = run(integration(read("x", "http://127.0.0.1:1", "/"), write("y", "POST", server.url, "/y")))
    assert (ran.status, ran.asked) == (1, [])
    assert ran.sentence.startswith("The flow failed in GET /: RequestError: connect ECONNREFUSED")


def test_an_answer_that_takes_too_long_ends_the_run(run: Run, server: Server) -> None:
    hold = threading.Event()

    def rule(_: Asked) -> Reply:
        hold.wait(30)
        return Reply()

    server.rule = rule
    ran = run(
        integration(read("x", server.url, "/", timeout_seconds=2), write("y", "POST", server.url, "/y"))
    )
    hold.set()
    assert (ran.ok, len(ran.asked)) == (False, 1)
    assert "no response from server" in ran.sentence


@pytest.mark.parametrize(("status", "ok"), [(399, True), (400, False), (599, False)])
def test_the_status_decides_as_the_model_says(run: Run, server: Server, status: int, ok: bool) -> None:
    server.rule = lambda _: Reply(b"{}", status)
    ran = run(integration(write("x", "POST", server.url, "/x", on_status=ABORT)))
    assert (ran.ok, ran.status) == (ok, int(not ok))


def test_without_a_rule_every_status_goes_on(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(b"{}", 500)
    assert run(integration(write("x", "POST", server.url, "/x", on_status=()))).ok
