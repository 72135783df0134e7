"""The names of statuses are those of the library."""

from __future__ import annotations

from requests.status_codes import codes

from extractors.clients.requests_codes import CODES


def test_every_name_of_a_status_is_that_of_the_library() -> None:
    assert {name: getattr(codes, name) for name in CODES} == CODES
