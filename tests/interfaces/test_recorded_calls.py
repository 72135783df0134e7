"""Documents against the recorded calls of the legacy scripts: each is described, and a document that is wrong shows."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from migrate.interfaces import Exchange
from migrate.registry import estate_emitter
from migrate.shadow.recording import read_har
from tests.interfaces.described import (
    Document,
    faults_of_answer,
    faults_of_request,
    found,
    operations,
)
from tests.interfaces.estates import GOLDENS, SAMPLE, Tried, estates, goldens
from tests.interfaces.mock import served

EACH = pytest.mark.parametrize("tried", estates().values(), ids=estates())
SPLIT_BY_A_SLASH = {
    "https://building.coho.example/api/sensors/h/%C3%A4/latest",
    "https://api.mailhub.example/v1/members/imp%207/%C3%A4",
    "https://api.relecloud.example/v2/reports/R/2%20%C3%A4",
    "https://access.trey.example/v1/badges/m%205/%C3%A4",
}
"""Requests whose id has a slash in it, which the script does not escape: another path, as OpenAPI has it."""


Call = tuple[Exchange, dict[str, str]]


def faults(documents: list[Document], calls: Iterable[Call], *, answers: bool) -> Iterator[str]:
    """What of recorded calls the documents do not say."""
    for exchange, headers in calls:
        if exchange.url in SPLIT_BY_A_SLASH:
            continue
        operation = found(documents, exchange.method, exchange.url)
        if operation is None:
            yield f"{exchange.method} {exchange.url}: no operation"
            continue
        yield from (f"{operation.name}: {fault}" for fault in faults_of_request(operation, exchange, headers))
        if answers:
            yield from (f"{operation.name}: {fault}" for fault in faults_of_answer(operation, exchange))


@EACH
def test_each_recorded_request_is_of_an_operation_and_request_and_answer_are_as_described(
    tried: Tried,
) -> None:
    assert list(faults(tried.documents(with_traffic=True), tried.calls(), answers=True)) == []


@EACH
def test_without_traffic_only_the_queries_of_links_that_are_followed_are_not_described(tried: Tried) -> None:
    of_links = {
        "getSubscriptions: query start: not described",
        "getTicketsJson: query after: not described",
    }
    assert set(faults(tried.documents(with_traffic=False), tried.calls(), answers=False)) <= of_links


@EACH
@pytest.mark.parametrize("with_traffic", [True, False])
def test_the_documents_are_valid_and_clean(tried: Tried, with_traffic: bool, tmp_path: Path) -> None:
    emitted = tried.emitted(with_traffic=with_traffic)
    for artefact in emitted.emission.artefacts:
        path = tmp_path / artefact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artefact.text, encoding="utf-8")
    if not any(tmp_path.rglob("*.yaml")):
        assert tried.name == "sql_to_file"  # it calls no system
        return
    assert estate_emitter("openapi").engine.faults(tmp_path) == ()


def test_the_documents_are_those_that_are_kept() -> None:
    made = goldens()
    folders = {folder for folder in GOLDENS.values() if folder.is_dir()}
    kept = {
        path: path.read_text("utf-8") for folder in folders for path in folder.rglob("*") if path.is_file()
    }
    assert kept == made


# --- a document that is wrong ----------------------------------------------------------------------------------------


def _wrong_paths(document: Document) -> list[Callable[[Document], None]]:
    def rename(path: str) -> Callable[[Document], None]:
        return lambda one: one["paths"].update({f"{path}/x": one["paths"].pop(path)})

    return [rename(path) for path in document["paths"]]


def _without(document: Document, kinds: tuple[str, ...]) -> list[Callable[[Document], None]]:
    """Changes that take one entry out of each map of these kinds, wherever it stands."""
    found: list[Callable[[Document], None]] = []

    def look(node: Any, place: tuple[Any, ...], *, named: bool = False) -> None:
        """`named`: the keys of the map are names that the document gives, not words of the specification."""
        if isinstance(node, dict):
            for key, value in node.items():
                taken = key in kinds and not named
                if taken:
                    entries = range(len(value)) if isinstance(value, list) else list(value)
                    found.extend(_taking((*place, key), entry) for entry in entries)
                look(value, (*place, key), named=taken)
        elif isinstance(node, list):
            for number, value in enumerate(node):
                look(value, (*place, number))

    look(document, ())
    return found


def _taking(place: tuple[Any, ...], entry: Any) -> Callable[[Document], None]:
    def take(document: Document) -> None:
        node: Any = document
        for part in place:
            node = node[part]
        del node[entry]
        if place[-1] == "properties":
            schema: Any = document
            for part in place[:-1]:
                schema = schema[part]
            if entry in schema.get("required", ()):
                schema["required"].remove(entry)

    return take


@EACH
def test_a_changed_path_or_a_field_parameter_or_status_that_is_missing_is_found(tried: Tried) -> None:
    missed = []
    for document in tried.documents(with_traffic=True):
        calls = [one for one in tried.calls() if found([document], one[0].method, one[0].url) is not None]
        for change in [
            *_wrong_paths(document),
            *_without(document, ("properties", "parameters", "responses")),
        ]:
            wrong = copy.deepcopy(document)
            change(wrong)
            if next(faults([wrong], calls, answers=True), None) is None:
                missed.append(f"{document['info']['title']}: {_difference(document, wrong)}")
    assert missed == []


def _difference(one: Document, other: Document) -> str:
    """What a change has taken, in short."""
    a, b = (json.dumps(each, indent=1).splitlines() for each in (one, other))
    return next((line.strip() for line in a if line not in b), "")


# --- a mock server ---------------------------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("with_traffic", [True, False])
def test_a_mock_server_made_from_the_documents_answers_each_recorded_call(
    tried: Tried, with_traffic: bool
) -> None:
    documents = tried.documents(with_traffic=with_traffic)
    refused = []
    with served(documents) as (host, port):
        connection = HTTPConnection(host, port, timeout=10)
        for path in tried.recordings:
            for recorded in read_har(path).exchanges:
                request = recorded.request
                url = urlsplit(request.url)
                if request.url in SPLIT_BY_A_SLASH or (not with_traffic and _is_followed(url.query)):
                    continue
                kept = {n: v for n, v in request.headers if n.lower() not in ("host", "content-length")}
                headers = kept | {"Host": url.netloc, "X-Scheme": url.scheme}
                target = url.path + (f"?{url.query}" if url.query else "")
                connection.request(request.method, target or "/", request.body, headers)
                answer = connection.getresponse()
                content = answer.read()
                if not 200 <= answer.status < 300:
                    refused.append((request.method, request.url, answer.status, content))
        connection.close()
    assert refused == []


def _is_followed(query: str) -> bool:
    """True for the queries of links, which no code names."""
    return query.startswith(("state=due&start=", "state=open&after="))


def test_a_mock_server_refuses_what_no_document_describes() -> None:
    documents = estates()[SAMPLE].documents(with_traffic=True)
    with served(documents) as (host, port):
        connection = HTTPConnection(host, port, timeout=10)
        sent = [("GET", "/v2/nothing"), ("GET", "/v2/contacts?limit=ten"), ("GET", "/v2/contacts?limit=10")]
        statuses = []
        for method, target in sent:
            headers = {"Host": "api.kontaktor.example", "X-Scheme": "https", "Authorization": "Bearer x"}
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            answer.read()
            statuses.append(answer.status)
        connection.close()
    assert statuses == [404, 400, 200]


def test_the_answers_of_a_mock_are_as_their_documents_say() -> None:
    from tests.interfaces.mock import answered

    for tried in estates().values():
        documents = tried.documents(with_traffic=True)
        for exchange, headers in tried.calls():
            operation = found(documents, exchange.method, exchange.url)
            if operation is None:
                continue
            status, content = answered(documents, exchange, headers)
            given = next(iter(operation.content["responses"][str(status)].get("content", {})), "")
            made = Exchange(exchange.method, exchange.url, "", None, status, given, content)
            assert faults_of_answer(operation, made) == []


def test_operations_are_told_apart_by_their_ids() -> None:
    for tried in estates().values():
        for document in tried.documents(with_traffic=True):
            names = [one.name for one in operations(document)]
            assert len(names) == len(set(names))
