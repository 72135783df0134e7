"""The functions of mails as they are emitted: the reference and JavaScript agree on texts as they stand in mails."""

from __future__ import annotations

import json

import pytest

from migrate.model.values import Value
from tests.unit.model.test_mail import ADDRESSES, LIST, NAMES, texts, value_of
from tests.unit.node_red_emitter.models import call, value
from tests.unit.node_red_emitter.test_functions import evaluated

ODD = (
    *(
        "",
        " a",
        "a ",
        "a  b",
        "a\tb",
        "a\n",
        "a\nb",
        "a\r\nb",
        "a\u2028b",
        "a\x85b",
        "a\xa0b",
        "a\ufeffb",
        "=?a?=",
    ),
    *(
        "\x00",
        "w" * 60,
        "w" * 61,
        "👩" * 60,
        "ä" * 20,
        "ä" * 21,
        "ä" * 22,
        "<a@b>",
        "a@b>",
        "N <a@b",
        "a@b, N <c@d>",
    ),
    *("a@b,c@d", "a@b,  c@d", "a@b, ", "Doe, Jane <a@b>", "Zoë <a@b>", "a\r\rb\n\n", "\r", "x" * 999),
)
ALL = (
    *ODD,
    *texts(300),
    *ADDRESSES,
    *(f"{name} <{address}>" for name in NAMES for address in ADDRESSES),
    LIST,
)
pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    "function", ["email.address_text", "email.addresses", "email.content", "email.header_text"]
)
def test_the_emitted_function_says_of_a_mail_what_the_reference_says(function: str) -> None:
    arguments: list[tuple[Value, ...]] = [(text,) for text in ALL]
    if function == "email.header_text":
        arguments = [(name, text) for name in ("Subject", "X-ä", "X-Rather-Long-Name") for text in ALL]
    wanted = [value_of(function, *one) for one in arguments]
    answers = evaluated([call(function, *map(value, one)) for one in arguments])
    errors = {"! Gap": "undefined", "! ValueError": "ValueError"}
    first = [answer.partition("\n")[0] for answer in answers]
    found = [errors[one] if one in errors else json.loads(one) for one in first]
    assert found == wanted
