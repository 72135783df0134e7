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
    own, which keeps no session, follows no redirect and has no time limit. `is_only_named`: what it does is not known,
    so that a run ends ahead of its requests.
    """

    encoders: frozenset[str]
    decoder: str
    status_error: str
    header_error: str
    url_error: str | None
    drops_null_headers: bool = False
    query_is_a_map: bool = False
    one_shot: bool = False
    is_only_named: bool = False


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
    "urllib": Client(
        encoders=frozenset({"urllib.data"}),
        decoder="urllib.json_answer",
        status_error="urllib.HTTPError",
        header_error="TypeError",
        url_error="AttributeError",
    ),
    "unmapped": Client(
        encoders=frozenset({"unmapped.body", "unmapped.envelope", "unmapped.form"}),
        decoder="unmapped.answer",
        status_error="unmapped.Error",
        header_error="unmapped.Error",
        url_error="unmapped.Error",
        is_only_named=True,
    ),
}
"""All dialects by name."""
