"""The table of HTTP clients holds all that an operation may name, with codecs of the catalogue."""

from __future__ import annotations

from typing import get_args

import pytest

from migrate.model import HttpOperation
from migrate.model.clients import CLIENTS
from migrate.model.codecs import CODECS
from migrate.model.errors import ERRORS


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
