"""Emitted function nodes prepare requests, and read answers, as the Python library httpx does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import h11
import httpx
import pytest
from hypothesis import strategies as st

pytestmark = pytest.mark.engine

Draw = Callable[..., list[tuple[Any, ...]]]

TEXTS = st.one_of(
    st.text("aZ09-._~ !#$%&'()*+,/:;=?@[]\"<>\\^`{|}\n\x00éß€😀", max_size=8),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([1.0, 0.1, 1e16, 1e-7, 2**70, float("nan")]),
    TEXTS,
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(TEXTS, SCALARS, max_size=2))


def sent_url(url: str, params: Any = None) -> str:
    """The URL that httpx asks for, without the fragment, which is not sent."""
    request = httpx.Client().build_request("GET", url, params=params or None)
    if request.url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol("another scheme")
    authority = f"{request.url.scheme}://{request.url.netloc.decode('ascii')}"
    return authority + request.url.raw_path.decode("ascii")


def test_urls_are_sent_as_httpx_sends_them(semantics: Any, draw: Draw) -> None:
    pieces = list("a/.%?&=#é€'\"[]|^{}<\\+;:@~!* \x7f\n😀")
    pieces += ["//", "..", "/../", "/./", "%7e", "%2F", "%zz", "%e9", "%41", "%25", "%C3%A9", "%2e", "q=1"]
    starts = [
        "http://x.example/",
        "HTTPS://X.Example:8080/",
        " http://x/",
        "http://x:80/",
        "https://x:443/v1",
    ]
    starts += ["http://x:", "http://x/?", "http://1.2.3.4/", "http://1.2.3/", "ftp://x/"]
    tails = st.lists(st.sampled_from(pieces), max_size=7).map("".join)
    urls = draw(st.tuples(st.sampled_from(starts), tails).map(lambda pair: (pair[0] + pair[1],)), 1500)
    semantics.agree("httpx_url", sent_url, urls, gap=lambda _: True)
    ordinary = ["http://x/a b", "http://x/a?b=c d&e=%20", "http://x", "http://x?y=1", "http://x/a/../b/./c"]
    semantics.agree(
        "httpx_url", sent_url, [(url,) for url in (*ordinary, "http://x/é/ü", "http://x/%7Euser")]
    )
    refused = sum(isinstance(each, dict) for each in semantics.answers([("httpx_url", *url) for url in urls]))
    assert refused < len(urls) * 0.6


def test_parameters_take_the_place_of_the_query(semantics: Any, draw: Draw) -> None:
    pairs = st.dictionaries(TEXTS, VALUES, max_size=3)
    urls = ("http://x/a", "http://x?b=1", "http://x/a?#f", "http://x/a?b=é")
    cases = [(url, *each) for each in draw(st.tuples(pairs), 300) for url in urls]

    def pairwise(url: str, given: dict[str, Any]) -> str:
        return sent_url(url, given)

    def unsure(url: str, given: dict[str, Any]) -> bool:
        return not given or max(str(given)) > "\u024f" or "" in map(str, given) or [] in given.values()

    listed = [(url, given) for url, given in cases if given]
    semantics.agree("httpx_url", pairwise, listed, gap=unsure)
    semantics.agree("httpx_url", pairwise, [("http://x/a?c=1", {"a": None, "b": True, "d": [1, None, 2.0]})])


def test_bodies_are_encoded_as_httpx_encodes_them(semantics: Any, draw: Draw) -> None:
    def json(value: Any) -> str:
        return httpx.Request("POST", "http://x/", json=value).content.decode()

    def form(value: Any) -> str:
        return httpx.Request("POST", "http://x/", data=value).content.decode()

    nested = st.recursive(VALUES, lambda inner: st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6)
    cases = [case for case in draw(st.tuples(nested), 600) if case[0] is not None]
    semantics.agree("httpx_json", json, [*cases, ({"n": 10.0, "u": "é€", "i": 2**70, "e": []},)])
    forms = [case for case in draw(st.tuples(st.dictionaries(TEXTS, VALUES, max_size=3)), 400) if case[0]]
    semantics.agree("httpx_query", form, [*forms, ({"a": [1, None, "x y"], "b": None, "c": True},)])


def test_headers_are_checked_as_httpx_checks_them(semantics: Any, draw: Draw) -> None:
    def sent(pairs: dict[str, Any]) -> Any:
        raw = httpx.Client().build_request("GET", "http://x/", headers=pairs).headers.raw
        try:
            h11.Request(method="GET", target="/", headers=raw)
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(str(error)) from None
        return pairs

    def unsure(pairs: dict[str, Any]) -> bool:
        (value,) = pairs.values()
        return value == "" or any((c < " " and c != "\t") or c == "\x7f" for c in str(value))

    texts = st.one_of(
        st.text("aZ0 -_:\t\r\n\x00\x7f\xa0é€", max_size=6), st.sampled_from([1, True, 1.5, None])
    )
    cases = [({"X-Key": value},) for (value,) in draw(st.tuples(texts), 800)]
    semantics.agree("httpx_headers", sent, cases, gap=unsure)


TYPES = st.sampled_from(
    [
        None,
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=ISO-8859-1",
        "text/plain",
        "text/html; charset=UTF-8",
        'text/x; charset="latin-1"',
        "text/csv; charset=cp1252",
    ]
)
BODIES = st.one_of(
    st.binary(max_size=8),
    st.text("aé€😀\ufeff\x00\x1b", max_size=6).map(str.encode),
    st.text('{"a":[1.0,2]}é', max_size=6).map(str.encode),
    st.sampled_from([b'{"a": "\xc3\xa9"}', b'\xef\xbb\xbf{"a":1}', b'{"a": "\xe9"}', b"", b"[1]"]),
    st.sampled_from([b'"\xed\xa0\x80\xf0\x9f\x98"', '{"a":1}'.encode("utf-16")]),
)


def test_answers_are_decoded_as_httpx_decodes_them(semantics: Any, draw: Draw) -> None:
    def answer(body: bytes, content_type: str | None) -> httpx.Response:
        headers = {} if content_type is None else {"Content-Type": content_type}
        return httpx.Response(200, headers=headers, content=body)

    def unsure(body: bytes, content_type: str | None) -> bool:
        return "cp1252" in (content_type or "")

    cases = draw(st.tuples(BODIES, TYPES), 1500)
    semantics.agree("httpx_text", lambda body, kind: answer(body, kind).text, cases, gap=unsure)
    semantics.agree(
        "httpx_body",
        lambda body: answer(body, None).json(),
        [(body,) for body, _ in cases],
        gap=lambda body: b"\x00" in body or b"\xed" in body or not body.isascii(),
    )
    plain = [(b'{"a": "\xc3\xa9"}',), (b'\xef\xbb\xbf{"a":1}',), (b"[1.0]",), (b"",), (b'{"a": "\xe9"}',)]
    semantics.agree("httpx_body", lambda body: answer(body, None).json(), plain)
