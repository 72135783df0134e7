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
    assert DeclaredRead.model_validate({"method": method, "url": found}).applies(request)


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
