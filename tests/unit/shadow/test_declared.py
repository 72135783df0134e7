"""A declared operation is what it says and nothing beside it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from migrate.shadow.declared import (
    DeclaredAnswer,
    DeclaredRead,
    RecordSettings,
    declaration_of,
    declared_read,
)
from migrate.shadow.messages import Answer, Request


@pytest.mark.parametrize(
    ("declared", "asked", "fits"),
    [
        ("GET https://a.example/items", "GET https://a.example/items", True),
        ("https://a.example/items", "GET https://A.example:443/items?page=2", True),
        ("GET https://a.example", "GET https://a.example/", True),
        ("GET https://a.example/items/{id}", "GET https://a.example/items/7", True),
        ("GET https://a.example/items/{id}", "GET https://a.example/items/7/secret", False),
        ("GET https://a.example/items/{id}", "GET https://a.example/items/", False),
        ("GET https://a.example/v1*", "GET https://a.example/v1/x/y?z", True),
        ("GET https://a.example/*", "GET https://b.example/x", False),
        ("GET https://a.example/*", "GET https://a.example.evil.example/x", False),
        ("GET https://a.example/*", "GET https://a.example@b.example/x", False),
        ("GET https://a.example/*", "GET https://a.example:8443/x", False),
        ("GET https://a.example:8443/*", "GET https://a.example:8443/x", True),
        ("GET https://a.example/*", "GET http://a.example/x", False),
        ("GET https://a.example/*", "POST https://a.example/x", False),
        ("GET https://a.example/*", "HEAD https://a.example/x", False),
        ("POST https://a.example/search", "POST https://a.example/search", True),
        ("GET https://a.example/x?action=list*", "GET https://a.example/x?action=list&page=2", True),
        ("GET https://a.example/x?action=list*", "GET https://a.example/x?action=delete", False),
        ("GET https://a.example/x?", "GET https://a.example/x?action=delete", False),
        ("GET https://a.example/a.b", "GET https://a.example/aXb", False),
        ("GET https://a.example/é", "GET https://a.example/%C3%a9", True),
    ],
)
def test_a_declaration_fits(declared: str, asked: str, fits: bool) -> None:
    method, _, url = asked.partition(" ")
    assert declared_read(declared).applies(Request(method, url)) is fits


@pytest.mark.parametrize(
    "text",
    [
        "DELETE https://a.example/x",
        "PUT https://a.example/x",
        "GET https://*/x",
        "GET https://{host}/x",
        "GET https://*.a.example/x",
        "GET https://u:p@a.example/x",
        "GET //a.example/x",
        "GET ftp://a.example/x",
        "GET",
        "",
    ],
)
def test_what_cannot_be_declared_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        declared_read(text)


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ("GET https://a.example/items?page=2", '{method: GET, url: "https://a.example/items"}'),
        (
            "GET https://a.example/items/17/lines/x4",
            '{method: GET, url: "https://a.example/items/{id}/lines/x4"}',
        ),
        ("GET https://a.example/{{KEY}}/x", '{method: GET, url: "https://a.example/{id}/x"}'),
    ],
)
def test_the_line_that_declares_a_request_fits_it(asked: str, line: str) -> None:
    method, _, url = asked.partition(" ")
    request = Request(method, url)
    assert declaration_of(request) == line
    found = line.partition('"')[2].rpartition('"')[0]
    sent = Request(method, url.replace("{{KEY}}", "k3y"))
    assert DeclaredRead.model_validate({"method": method, "url": found}).applies(sent)


def test_an_answer_is_json_unless_it_is_text() -> None:
    made = [
        DeclaredAnswer(url="https://a.example/x", status=201, body={"id": 12345678901234567890}).answer,
        DeclaredAnswer(url="https://a.example/x", body="<ok/>", headers={"Content-Type": "text/xml"}).answer,
        DeclaredAnswer(url="https://a.example/x", status=204).answer,
    ]
    assert made == [
        Answer(201, (("content-type", "application/json"),), b'{"id": 12345678901234567890}'),
        Answer(200, (("Content-Type", "text/xml"),), b"<ok/>"),
        Answer(204),
    ]


def test_the_ports_that_are_named_are_served() -> None:
    reads = (declared_read("GET http://a.example:8081/x"), declared_read("GET https://a.example/y"))
    assert RecordSettings(reads=reads).ports == (8081,)


def test_a_parameter_that_is_stated_comes_once() -> None:
    read = declared_read("GET https://a.example/q?action=list*")
    assert read.fits("https://a.example/q?action=list&page=2")
    assert not read.fits("https://a.example/q?action=list&action=delete")
    assert not read.fits("https://a.example/q?action=list&%61ction=delete")


@pytest.mark.parametrize(
    "value",
    [
        "7",
        "a1b2-c3_d4~e",
        "bob%40shop.example",
        "M%C3%BCller",
        "two%20words",
        "a+b,c",
        "v1.2",
        "%E0%A4%95%E0%A5%8D",
    ],
)
def test_a_value_fits_where_a_name_stands(value: str) -> None:
    read = declared_read("GET https://a.example/items/{id}/lines?of={line}")
    assert read.fits(f"https://a.example/items/{value}/lines?of={value}")


@pytest.mark.parametrize(
    "value",
    [
        "1%2Fcancel",
        "1%2fcancel",
        "1%252Fcancel",
        "1%5Ccancel",
        "1\\cancel",
        "1;cancel",
        "1%3Bcancel",
        "1%3Fcancel",
        "1%23cancel",
        "1%26cancel",
        "1&cancel",
        "1%00",
        "1%0D%0ADELETE",
        "1%7F",
        "1%C2%85",
        "1%E2%80%AEx",
        "1%C0%AFcancel",
        "1%EF%BC%8Fcancel",
        "1%E2%88%95cancel",
        "1%FFcancel",
        "1%u2215cancel",
        "..",
        "%2E%2e",
        "...",
        "a..b",
        "1.",
        "1%20",
        ".git",
        "1%E2%80%A5cancel",
        "$metadata",
        "(1)",
        "*",
        "{{KEY}}",
    ],
)
def test_what_a_server_could_take_for_more_than_one_value_does_not_fit(value: str) -> None:
    for place in ("items/{id}/lines", "items/{id}", "x?of={id}"):
        read = declared_read(f"GET https://a.example/{place}")
        assert not read.fits(f"https://a.example/{place.replace('{id}', value)}")


def test_a_custom_verb_is_no_part_of_a_value_of_a_path() -> None:
    assert not declared_read("POST https://a.example/items/{id}").fits("https://a.example/items/1:cancel")
    assert declared_read("https://a.example/x?at={time}").fits("https://a.example/x?at=2026-01-15T10:00:00")


@pytest.mark.parametrize(
    "query",
    [
        "action=list;action=delete",
        "action=list&Action=delete",
        "action=list&action[]=delete",
        "action=list&%2561ction=delete",
        "action=list&+action=delete",
        "action=list&action%00=delete",
    ],
)
def test_a_parameter_that_is_stated_comes_once_for_every_server(query: str) -> None:
    assert not declared_read("GET https://a.example/q?action=list*").fits(f"https://a.example/q?{query}")


ANSWERS = RecordSettings(
    answers=(
        DeclaredAnswer(method="GET", url="https://a.example/orders/{id}/release", status=204),
        DeclaredAnswer(method="GET", url="https://a.example/run?action=delete*", status=202),
    )
)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/orders/7/release", 204),
        ("/orders/a%3Bb/release", 204),
        ("/orders/7%2Frelease", 204),
        ("/Orders/7/RELEASE", 204),
        ("/orders/7", None),
        ("/run?action=delete", 202),
        ("/run?page=1&action=delete", 202),
        ("/run?page=1;Action=%2564elete", 202),
        ("/run?action=list", None),
    ],
)
def test_a_get_that_changes_something_gets_what_is_declared_in_every_spelling(
    url: str, status: int | None
) -> None:
    declared = ANSWERS.answer_to(Request("GET", f"https://a.example{url}"))
    assert (None if declared is None else declared.status) == status
