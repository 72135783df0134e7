"""Emitted function nodes prepare requests, and read answers, as the Python library requests does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import strategies as st
from requests.auth import _basic_auth_str
from requests.models import PreparedRequest, RequestEncodingMixin

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
PAIRS = st.one_of(
    TEXTS,
    st.dictionaries(TEXTS, st.one_of(VALUES, st.lists(VALUES, max_size=2)), max_size=4),
    st.lists(st.tuples(SCALARS, VALUES).map(list), max_size=3),
)


def prepared(url: str, params: Any = None) -> str:
    """The URL that requests asks for, without the fragment, which is not sent."""
    request = PreparedRequest()
    request.prepare_url(url, params)
    assert request.url is not None
    if not request.url.lower().startswith(("http://", "https://")):
        requests.Session().get_adapter(request.url)
    return request.url.split("#")[0]


ORDINARY = [
    "http://x/a b",
    "http://x/a?b=c d&e=%20",
    "http://x",
    "http://x?y=1",
    "http://x/a/../b/./c",
    "http://x/%7Euser",
    "http://x/é?q='€'|",
]


def test_urls_are_sent_as_requests_sends_them(semantics: Any, draw: Draw) -> None:
    pieces = list("a/.%?&=#é€'\"[]|^{}<\\+;:@~!* \x7f\n😀")
    pieces += ["//", "..", "/../", "%7e", "%2F", "%zz", "%e9", "%41", "%25", "%C3%A9", "%2e", "q=1"]
    starts = [
        "http://x.example/",
        "HTTPS://X.Example:8080/",
        " http://x/",
        "http://x:80/",
        "https://x:443/v1",
    ]
    starts += ["http://x:", "http://x/?"]
    tails = st.lists(st.sampled_from(pieces), max_size=7).map("".join)
    urls = draw(st.tuples(st.sampled_from(starts), tails).map(lambda pair: (pair[0] + pair[1],)), 1500)
    semantics.agree("quote_url", prepared, urls, gap=lambda _: True)
    semantics.agree("quote_url", prepared, [(url,) for url in ORDINARY])
    answers = semantics.answers([("quote_url", *url) for url in urls])
    refused = sum(isinstance(each, dict) for each in answers)
    assert refused < len(urls) * 0.45


@pytest.mark.parametrize(
    "url",
    ["http://u:p@x/", "http://é.example/", "http://[::1]/", "http://x/%2e%2e/a", "x:80/a"],
)
def test_urls_that_cannot_be_kept_are_refused_by_name(semantics: Any, url: str) -> None:
    assert semantics.answers([("quote_url", url)])[0]["e"] == "Gap"


def test_urls_that_requests_refuses_are_refused_with_its_errors(semantics: Any) -> None:
    cases = [
        "",
        " ",
        "/",
        "//x/a",
        "x/a",
        "x",
        "a.example?b",
        "#",
        "http://",
        "http:///a",
        "https://?a",
        "ftp://x/",
    ]
    semantics.agree("quote_url", prepared, [(url,) for url in (*cases, "http://x:65536/", "\n/a", "///a/b")])


def test_urls_that_are_no_text_are_those_of_their_text(semantics: Any) -> None:
    cases = [None, True, 5, 5.0, [], {}, {"a": 1}, ["http://x/"], [[{"a": ":"}]]]
    semantics.agree("quote_url", prepared, [(value,) for value in cases])


def test_parameters_are_encoded_as_requests_encodes_them(semantics: Any, draw: Draw) -> None:
    def encoded(pairs: Any) -> Any:
        encode: Callable[[Any], Any] = vars(RequestEncodingMixin)["_encode_params"].__func__
        return encode(pairs)

    cases = draw(st.tuples(PAIRS), 1500)
    cases += [({"a": True, "b": 1.0, "c": "x y", "d": None, "e": [1, None, "é"]},), ("a=b c",), ({},)]
    cases += [({"a": [[1, None], {"k": 1}]},)]
    semantics.agree("encode_query", encoded, cases, gap=lambda pairs: max(str(pairs), default="") > "\u024f")
    semantics.agree("encode_form", encoded, [({"a": "é&=+ ~*'"},)])


def test_parameters_join_the_query_of_the_url(semantics: Any, draw: Draw) -> None:
    simple = st.dictionaries(TEXTS, SCALARS, max_size=3)
    urls = ("http://x/a", "http://x?b=1", "http://x/a?#f", "http://x/a?b=é")
    cases = [(url, *pairs) for pairs in draw(st.tuples(simple), 200) for url in urls]
    semantics.agree("append_query", prepared, cases)


def test_credentials_and_their_limits(semantics: Any) -> None:
    semantics.agree("basic", _basic_auth_str, [("user", "pass"), ("ü", "ß:"), ("€", "x"), ("", "")])


def test_headers_are_checked_as_requests_checks_them(semantics: Any, draw: Draw) -> None:
    def sent(name: Any, value: Any) -> Any:
        request = PreparedRequest()
        request.prepare_headers({name: value})
        value.encode("latin-1")
        return request.headers[name]

    def gap(name: Any, value: Any) -> bool:
        token = name.isascii() and not any(c in '"(),/;<=>?@[]{}\\\x7f' or c <= " " for c in name)
        plain = not any((c < " " and c != "\t") or c == "\x7f" for c in str(value))
        return value == "" or not token or not plain

    texts = st.one_of(st.text("aZ0 -_:\t\r\n\x00\x7f\xa0é€", max_size=6), st.sampled_from([1, True, 1.5]))
    cases = draw(st.tuples(st.text("aZ0 -_:\r\né", max_size=5), texts), 1000)
    chosen = [("X-Key", value) for value in ("abc", "a\nb", " a", "a ", "é", "€", 5)]
    semantics.agree("header", sent, cases, gap=gap)
    semantics.agree("header", sent, chosen)


def test_no_header_is_sent_for_none(semantics: Any) -> None:
    answers = semantics.answers([("headers", {"A": None, "B": "b"}), ("header", "A", None)])
    assert answers == [{"d": [["B", "b"]]}, {"u": 1}]


def answer(body: bytes, content_type: str | None) -> requests.Response:
    """An answer as requests sees it."""
    response = requests.Response()
    response._content = body
    response.status_code = 200
    if content_type is not None:
        response.headers["Content-Type"] = content_type
    response.encoding = requests.utils.get_encoding_from_headers(response.headers)
    return response


TYPES = st.sampled_from(
    [
        None,
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=ISO-8859-1",
        "application/vnd.api+json",
        "application/x; a=b; Charset = utf8",
        "text/plain",
        "text/html; charset=UTF-8",
        "text/x; charset='latin-1'",
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


def test_answers_are_decoded_as_requests_decodes_them(semantics: Any, draw: Draw, missing: object) -> None:
    def unsure(body: bytes, content_type: str | None) -> bool:
        return content_type is None or "+json" in content_type or "cp1252" in content_type

    cases = draw(st.tuples(BODIES, TYPES), 1500)
    semantics.agree("response_text", lambda body, kind: answer(body, kind).text, cases, gap=unsure)
    semantics.agree("response_json", lambda body, kind: answer(body, kind).json(), cases, gap=unsure)
    plain = [
        (b'{"a": "\xc3\xa9"}', None),
        (b'\xef\xbb\xbf{"a":1}', None),
        (b"[1.0]", "application/vnd.api+json"),
        (b"", None),
    ]
    semantics.agree("response_json", lambda body, kind: answer(body, kind).json(), plain)


def test_the_wire_shows_the_url_that_was_promised(semantics: Any) -> None:
    (sent,) = semantics.answers([("append_query", "http://x/a b/é", {"q": "1 2"})])
    assert urlsplit(sent)[2:4] == ("/a%20b/%C3%A9", "q=1+2")


def links(header: str) -> dict[str, dict[str, str]]:
    """`Response.links` of an answer with this header."""
    response = requests.Response()
    response.headers["Link"] = header
    return response.links


def test_links_are_those_of_the_answer(semantics: Any, draw: Draw) -> None:
    pieces = [*"<>;,='\" \té7", ", ", "rel", "url", "__proto__", "<https://x/c?page=2>", '; rel="next"']
    pieces += [",<", ";;", "; url=b"]
    headers = st.lists(st.sampled_from(pieces), max_size=12).map("".join)
    semantics.agree("links", links, draw(st.tuples(headers), 800))
    common = '<https://x/c?page=2>; rel="next", <https://x/c?page=9>; rel="last"; title="a=b"'
    semantics.agree(
        "links",
        links,
        [(each,) for each in (common, "", "<a>; rel=2,<b>; rel=1", "<a>; rel=n,<b>;rel=m,<c>; rel=n")],
    )


def test_headers_have_lower_case_names_and_repeated_ones_are_joined(semantics: Any) -> None:
    given = {"link": "<a>", "set-cookie": ["a=1", "b=2"], "x-node-red-request-node": "ab12"}
    (answer,) = semantics.answers([("response_headers", given)])
    assert answer == {"d": [["link", "<a>"], ["set-cookie", "a=1, b=2"]]}
