"""What client libraries read from headers, against the libraries themselves."""

from __future__ import annotations

import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migrate.model.functions import FUNCTIONS

PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            ";",
            ",",
            ", ",
            "=",
            "'",
            '"',
            " ",
            "rel",
            "url",
            "next",
            "prev",
            "title",
            "\t",
            "a",
            "é",
        ),
        *(
            "<https://a.example/c?page=2>",
            '; rel="next"',
            "; rel=",
            ",<",
            ",   <",
            "; url=b",
            ";;",
            "<>",
            "rel='x y'",
        ),
    ]
)
HEADERS = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=600)
@given(HEADERS)
@example('<https://a.example/c?page=2>; rel="next", <https://a.example/c?page=9>; rel="last"')
@example('<https://a.example/c?a=1,2&b=;3>; rel=next; title="a=b"; type=x')
@example("<a>; rel=next,<b>; rel=next; url=")
@example("; rel=")
def test_links_are_those_of_the_library(header: str) -> None:
    response = requests.Response()
    response.headers["Link"] = header
    links = FUNCTIONS["requests.links"](header)
    assert isinstance(links, dict)
    assert links == response.links
    assert list(links) == list(response.links)


def test_an_answer_without_the_header_has_no_links() -> None:
    assert FUNCTIONS["requests.links"]("") == requests.Response().links == {}
