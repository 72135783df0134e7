"""Clients of HTTP, the dialects of `HttpOperation.client`: which codecs each has, and how it fails for a status.

What a dialect's codecs do on the wire is stated in `codecs`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """A dialect.

    `encoders` are those of bodies, `decoder` that of answers; `status_error` is the kind of error that it raises for a
    status on which the operation aborts. `header_error` is the kind for a header that is no text; `drops_null_headers`:
    one that is null is left out. `url_error` is the kind for a URL that is no text, null where it is made one by
    Python's `str`. `query_is_a_map`: a parameter stands once in a query. `one_shot`: each request is a process of its
    own, which keeps no session, follows no redirect and has no time limit.
    """

    encoders: frozenset[str]
    decoder: str
    status_error: str
    header_error: str
    url_error: str | None
    drops_null_headers: bool = False
    query_is_a_map: bool = False
    one_shot: bool = False


CLIENTS = {
    "requests": Client(
        encoders=frozenset({"requests.json", "requests.text", "requests.form", "requests.data"}),
        decoder="requests.json_answer",
        status_error="requests.HTTPError",
        header_error="requests.InvalidHeader",
        url_error=None,
        drops_null_headers=True,
    ),
    "httpx": Client(
        encoders=frozenset({"httpx.json", "httpx.text", "httpx.form"}),
        decoder="httpx.json_answer",
        status_error="httpx.HTTPStatusError",
        header_error="TypeError",
        url_error="TypeError",
        query_is_a_map=True,
    ),
    "curl": Client(
        encoders=frozenset({"curl.data"}),
        decoder="jq-1.6.json_answer",  # of the command behind it in a pipe
        status_error="curl.HTTP_RETURNED_ERROR",
        header_error="TypeError",  # a shell has texts alone
        url_error="TypeError",
        one_shot=True,
    ),
}
"""All dialects by name."""
