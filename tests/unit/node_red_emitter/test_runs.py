"""Whole flows on the real Node-RED: what it sends is what plain Python sends."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from migrate.model import (
    Branch,
    Constant,
    Filter,
    Integration,
    Lookup,
    LookupCase,
    Loop,
    LoopExit,
    LoopUpdate,
    LoopVariable,
    Reference,
    Route,
    Split,
)
from tests.unit.node_red_emitter.conftest import Asked, Ran, Reply, Server
from tests.unit.node_red_emitter.models import (
    body,
    call,
    const,
    get,
    header,
    in_path,
    integration,
    item,
    loop_value,
    member,
    query,
    read,
    result,
    text,
    translate,
    write,
)

pytestmark = pytest.mark.engine
Run = Callable[..., Ran]

STATUS = {"active": "subscribed", "churned": "unsubscribed"}
ODD = (
    b'{"id": "00420", "email": "a@b.example", "first": "Zo\\u00eb", "last": "\xe2\x98\x83",'
    b' "address": {"city": null}, "number": 1152921504606846976, "rate": 10.0,'
    b' "tags": ["one"], "status": "active", "constructor": 1}',
    b'{"id": 7, "email": "", "first": 1, "last": 2, "address": {}, "number": 0, "status": "x"}',
    b'{"id": 1152921504606846977, "email": "c", "first": null, "last": 10.0,'
    b' "address": {"city": "K\xc3\xb6ln"}, "number": 1e5, "rate": 2.675,'
    b' "tags": [], "status": "churned", "__proto__": {"7": 1, "1": [[]]}}',
    b'{"id": "a/b ?#%41", "email": "d", "first": true, "last": {"k": [1, "x\'"]}, "address": {"city": ""},'
    b' "number": -0.0, "rate": 1e22, "tags": [["n"]], "status": null, "note": "\xf0\x9f\x99\x82"}',
)


def pages(each: Sequence[bytes], size: int) -> Callable[[Asked], Reply]:
    """Serves records by offset; anything but a GET gets an empty object."""

    def rule(asked: Asked) -> Reply:
        if asked.method != "GET":
            return Reply()
        offset = int(parse_qs(urlsplit(asked.target).query)["offset"][0])
        return Reply(b'{"data": [' + b", ".join(each[offset : offset + size]) + b"]}")

    return rule


def contacts(url: str, size: int) -> Integration:
    """Paging by offset, filter, mapping, PUT with the id in the path."""
    c = item("each")
    last = call("python.less", call("python.length", member(body("list"), "data")), size)
    return integration(
        Loop(
            id="pages",
            variables=(
                LoopVariable(
                    name="offset",
                    initial=const(0),
                    next=call("python.add", loop_value("pages", "offset"), size),
                ),
            ),
            steps=(
                read(
                    "list",
                    url,
                    "/contacts",
                    query("limit", size),
                    query("offset", loop_value("pages", "offset")),
                    query("sort", "created at"),
                    security=("bearer",),
                    timeout_seconds=30,
                ),
                Route(
                    id="empty",
                    branches=(
                        Branch(
                            when=call("not", call("python.truth", member(body("list"), "data"))),
                            steps=(LoopExit(id="out"),),
                        ),
                    ),
                ),
                Split(
                    id="each",
                    over=call("python.iterate", member(body("list"), "data")),
                    steps=(
                        Filter(id="has_email", condition=call("python.truth", get(c, "email"))),
                        translate(
                            "member",
                            {
                                "email": member(c, "email"),
                                "full_name": call(
                                    "concat", text(member(c, "first")), " ", text(member(c, "last"))
                                ),
                                "location.city": get(member(c, "address"), "city"),
                                "location.country": get(member(c, "address"), "country", "Other"),
                                "status": Lookup(
                                    table="STATUS",
                                    cases=tuple(
                                        LookupCase(key=Constant(value=k), value=Constant(value=v))
                                        for k, v in STATUS.items()
                                    ),
                                    key=member(c, "status"),
                                    otherwise=const("pending"),
                                ),
                                "number": member(c, "number"),
                                "rate": get(c, "rate"),
                                "tags": get(c, "tags", []),
                                "proto": get(c, "__proto__"),
                                "constructor": get(c, "constructor"),
                                "source": "crm",
                            },
                        ),
                        write(
                            "put",
                            "PUT",
                            url,
                            "/members/{id}",
                            in_path("id", text(member(c, "id"))),
                            json=result("member"),
                            security=("basic",),
                        ),
                    ),
                ),
                Route(id="short", branches=(Branch(when=last, steps=(LoopExit(id="end"),)),)),
            ),
        )
    )


def plain_contacts(url: str, size: int) -> None:
    """The same by hand."""
    session = requests.Session()
    session.trust_env = False
    offset = 0
    while True:
        params: dict[str, str | int] = {"limit": size, "offset": offset, "sort": "created at"}
        r = session.get(
            f"{url}/contacts",
            params=params,
            headers={"Authorization": "Bearer t-0ken"},
        )
        r.raise_for_status()
        found = r.json()["data"]
        if not found:
            break
        for c in found:
            if not c.get("email"):
                continue
            payload = {
                "email": c["email"],
                "full_name": f"{c['first']} {c['last']}",
                "location": {
                    "city": c["address"].get("city"),
                    "country": c["address"].get("country", "Other"),
                },
                "status": STATUS.get(c["status"], "pending"),
                "number": c["number"],
                "rate": c.get("rate"),
                "tags": c.get("tags", []),
                "proto": c.get("__proto__"),
                "constructor": c.get("constructor"),
                "source": "crm",
            }
            r = session.put(f"{url}/members/{c['id']}", json=payload, auth=("ada", "pa:ss wörd"))
            r.raise_for_status()
        if len(found) < size:
            break
        offset += size


@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_pages_of_odd_contacts_are_written_as_python_writes_them(run: Run, server: Server, size: int) -> None:
    server.rule = pages(ODD, size)
    plain_contacts(server.url, size)
    wanted = server.taken()
    ran = run(contacts(server.url, size))
    assert ran.sentence == "The flow ended without error."
    assert ran.asked == wanted
    assert len([asked for asked in wanted if asked.method == "PUT"]) == 3
    assert ran.emission.losses == ()


def test_an_empty_page_writes_nothing(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(b'{"data": []}')
    ran = run(contacts(server.url, 2))
    assert (ran.ok, ran.status, len(ran.asked)) == (True, 0, 1)


@pytest.mark.parametrize("failing", [1, 2])
def test_nothing_is_sent_after_the_write_that_failed(run: Run, server: Server, failing: int) -> None:
    serve, writes = pages(ODD, 10), 0

    def rule(asked: Asked) -> Reply:
        nonlocal writes
        writes += asked.method == "PUT"
        return Reply(b'{"secret": 1}', 422) if writes == failing else serve(asked)

    server.rule = rule
    ran = run(contacts(server.url, 10))
    assert (ran.ok, ran.status) == (False, 1)
    where = "Answer to PUT /members/{id}"
    assert (
        ran.sentence == f"The flow failed in {where}: requests.HTTPError: status 422 from PUT /members/{{id}}"
    )
    assert len(ran.asked) == 1 + failing


def test_a_cursor_drives_the_condition_and_its_new_value_is_the_old_pages(run: Run, server: Server) -> None:
    answers = {
        "*": '{"orders": [1, 2.0], "meta": {"next": "a b"}}',
        "a b": '{"orders": [], "meta": {"next": "c"}}',
    }

    def rule(asked: Asked) -> Reply:
        cursor = parse_qs(urlsplit(asked.target).query).get("cursor", [""])[0]
        return Reply(answers.get(cursor, '{"orders": [3], "meta": {}}').encode())

    server.rule = rule
    ran = run(
        integration(
            Loop(
                id="pages",
                condition=call("python.truth", loop_value("pages", "cursor")),
                variables=(
                    LoopVariable(
                        name="cursor", initial=const("*"), next=get(member(body("list"), "meta"), "next")
                    ),
                    LoopVariable(name="before", initial=const(None), next=loop_value("pages", "cursor")),
                ),
                steps=(
                    read(
                        "list", server.url, "/orders?paid=1", query("cursor", loop_value("pages", "cursor"))
                    ),
                    Split(
                        id="each",
                        over=call("python.iterate", member(body("list"), "orders")),
                        steps=(
                            write(
                                "post",
                                "POST",
                                server.url,
                                "/orders",
                                json={"order": item("each"), "before": loop_value("pages", "before")},
                            ),
                        ),
                    ),
                ),
            ),
            write(
                "done",
                "POST",
                server.url,
                "/done",
                json=[loop_value("pages", n) for n in ("cursor", "before")],
            ),
        )
    )
    assert ran.ok, ran.sentence
    assert [(asked.target, asked.body) for asked in ran.asked] == [
        ("/orders?paid=1&cursor=%2A", b""),
        ("/orders", b'{"order": 1, "before": null}'),
        ("/orders", b'{"order": 2.0, "before": null}'),
        ("/orders?paid=1&cursor=a+b", b""),
        ("/orders?paid=1&cursor=c", b""),
        ("/orders", b'{"order": 3, "before": "a b"}'),
        ("/done", b'[null, "c"]'),
    ]


def test_an_exit_leaves_the_inner_of_nested_splits_alone(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(b"[[1, 2, 3], [], [4, 0, 5], [6], []]")
    zero = call("python.equals", item("inner"), 0)
    ran = run(
        integration(
            read("list", server.url, "/lists"),
            Split(
                id="outer",
                over=body("list"),
                variables=(
                    LoopVariable(
                        name="count",
                        initial=const(0),
                        next=call("python.add", loop_value("outer", "count"), 1),
                    ),
                ),
                steps=(
                    Split(
                        id="inner",
                        over=item("outer"),
                        variables=(LoopVariable(name="met", initial=const("no"), next=const("no")),),
                        steps=(
                            Route(
                                id="stop",
                                branches=(
                                    Branch(
                                        when=zero,
                                        steps=(
                                            LoopExit(
                                                id="leave",
                                                updates=(LoopUpdate(name="met", value=const("yes")),),
                                            ),
                                        ),
                                    ),
                                ),
                            ),
                            Filter(id="odd", condition=call("not", call("python.equals", item("inner"), 2))),
                            write("one", "POST", server.url, "/one", json=[item("outer"), item("inner")]),
                        ),
                    ),
                    write(
                        "row",
                        "POST",
                        server.url,
                        "/row",
                        json=[loop_value("outer", "count"), loop_value("inner", "met")],
                    ),
                ),
            ),
            write("sum", "POST", server.url, "/sum", json=[loop_value("outer", "count"), item("inner")]),
        )
    )
    assert ran.ok, ran.sentence
    assert [asked.body.decode() for asked in ran.asked[1:]] == [
        *("[[1, 2, 3], 1]", "[[1, 2, 3], 3]", '[0, "no"]', '[1, "no"]'),
        *("[[4, 0, 5], 4]", '[2, "yes"]', "[[6], 6]", '[3, "no"]', '[4, "no"]', "[5, 6]"),
    ]


def test_ten_thousand_items_do_not_overflow_the_stack(run: Run, server: Server) -> None:
    server.rule = lambda _: Reply(json.dumps(list(range(10_000))).encode())
    ran = run(
        integration(
            read("list", server.url, "/numbers"),
            Split(
                id="each",
                over=body("list"),
                steps=(
                    translate("row", {"n": call("python.multiply", item("each"), 2)}),
                    Filter(id="last", condition=call("python.equals", item("each"), 9_999)),
                    write("post", "POST", server.url, "/last", json=result("row")),
                ),
            ),
        )
    )
    assert (ran.ok, [asked.body for asked in ran.asked[1:]]) == (True, [b'{"n": 19998}'])


@pytest.mark.parametrize("name", ["x-api-key", "authorization"])
def test_nothing_of_an_answer_travels_to_the_next_request(run: Run, server: Server, name: str) -> None:
    headers = (
        ("Content-Type", "text/plain"),
        ("Set-Cookie", "a=b"),
        ("X-Api-Key", "leak"),
        ("Authorization", "leak"),
    )
    server.rule = lambda _: Reply(b"{}", headers=headers)
    ran = run(
        integration(
            read("first", server.url, "/first", header("X-Api-Key", "k")),
            write("second", "POST", server.url, "/second"),
            write("third", "DELETE", server.url, "/third", header(name, "mine")),
        )
    )
    assert ran.ok, ran.sentence
    assert ran.asked == [
        Asked("GET", "/first", (("x-api-key", "k"),), b""),
        Asked("POST", "/second", (), b""),
        Asked("DELETE", "/third", ((name, "mine"),), b""),
    ]


def test_headers_and_links_of_an_answer_are_read(run: Run, server: Server) -> None:
    headers = (
        ("Link", '<https://a.example/c?page=2>; rel="next"'),
        ("X-Total", "7"),
        ("Link", "<https://a.example/c?page=9>; rel=last"),
    )
    server.rule = lambda _: Reply(b"[]", headers=headers)
    given = Reference(step="list", part="headers")
    links = call("requests.links", get(given, "link", ""))
    ran = run(
        integration(
            read("list", server.url, "/list"),
            translate(
                "row",
                {
                    "next": member(member(links, "next"), "url"),
                    "relations": call("python.iterate", links),
                    "total": member(given, "x-total"),
                    "etag": get(given, "etag", "none"),
                    "retry": call("python.contains", given, "retry-after"),
                },
            ),
            write("post", "POST", server.url, "/rows", json=result("row")),
        )
    )
    assert (ran.ok, json.loads(ran.asked[1].body)) == (
        True,
        {
            "next": "https://a.example/c?page=2",
            "relations": ["next", "last"],
            "total": "7",
            "etag": "none",
            "retry": False,
        },
    )
