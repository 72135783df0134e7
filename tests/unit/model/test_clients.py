"""The table of HTTP clients holds all that an operation may name, with codecs of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import httpx
import pytest
import requests

from migrate.model import HttpOperation
from migrate.model.clients import CLIENTS
from migrate.model.codecs import CODECS
from migrate.model.errors import ERRORS
from migrate.reference.exchange import kind_of


def test_an_operation_may_name_all_clients_and_no_others() -> None:
    assert get_args(HttpOperation.model_fields["client"].annotation) == tuple(CLIENTS)


@pytest.mark.parametrize("name", CLIENTS)
def test_the_codecs_of_a_client_are_in_the_catalogue(name: str) -> None:
    client = CLIENTS[name]
    own = {codec for codec in CODECS if codec.startswith(f"{name}.")}
    assert client.encoders | {f"{name}.query", f"{name}.url"} == own - {client.decoder}
    assert client.decoder in CODECS


@pytest.mark.parametrize("name", ["requests", "httpx"])
def test_the_error_of_a_library_for_a_status_is_known(name: str) -> None:
    assert CLIENTS[name].status_error in ERRORS


NO_TEXTS = [5, True, 1.5, [], {"a": 1}]


def _raised(send: Callable[[], object]) -> str | None:
    try:
        send()
    except Exception as error:  # noqa: BLE001 - any error is an answer to compare
        return kind_of(error)
    return None


@pytest.mark.parametrize("value", NO_TEXTS, ids=str)
@pytest.mark.parametrize("name", ["requests", "httpx"])
def test_a_header_that_is_no_text_is_the_error_of_its_library(name: str, value: Any) -> None:
    send: Any = {"requests": requests.get, "httpx": httpx.get}[name]
    assert _raised(lambda: send("http://x.invalid/", headers={"X-A": value})) == CLIENTS[name].header_error


@pytest.mark.parametrize("value", [None, *NO_TEXTS], ids=str)
def test_a_url_that_is_no_text_is_what_its_library_says_of_it(value: Any) -> None:
    assert CLIENTS["requests"].url_error is None
    assert _raised(lambda: requests.get(value)) == _raised(lambda: requests.get(str(value)))
    send: Any = httpx.get
    assert _raised(lambda: send(value)) == CLIENTS["httpx"].url_error
