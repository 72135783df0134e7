"""A secret is found in every spelling, and in every spelling of it."""

from __future__ import annotations

import itertools
import json
import sqlite3
from base64 import b64decode, b64encode
from contextlib import closing

import pytest

from migrate.shadow.redaction import Redactor
from tests.canary_spellings import BYTES, TEXTS, says

VALUES = {"LONG": "k3y-canary/Wq81+xZ", "MIDDLE": "pw4&x", "NUMBER": "84210937"}
REDACTOR = Redactor({**VALUES, "SHORT": "pw"})


@pytest.mark.parametrize("value", VALUES.values())
@pytest.mark.parametrize("spelling", TEXTS)
def test_a_secret_is_found_in_a_spelling(spelling: str, value: str) -> None:
    spelled = TEXTS[spelling](value)
    assert says(spelled.encode(), value) is not None
    clean = REDACTOR.text(f'{{"before": "{spelled}", "after": 1}}')
    assert says(clean.encode(), value) is None
    assert REDACTOR.text(clean) == clean


@pytest.mark.parametrize("outer", TEXTS)
@pytest.mark.parametrize("inner", TEXTS)
def test_a_secret_is_found_in_a_spelling_of_a_spelling(inner: str, outer: str) -> None:
    for value in VALUES.values():
        spelled = TEXTS[outer](TEXTS[inner](value))
        clean = REDACTOR.text(f"before {spelled} after")
        assert says(clean.encode(), value) is None, clean


@pytest.mark.parametrize("outer", BYTES)
@pytest.mark.parametrize("inner", TEXTS)
def test_a_secret_is_found_in_what_is_packed(inner: str, outer: str) -> None:
    for value in VALUES.values():
        packed = BYTES[outer](json.dumps({"held": TEXTS[inner](value), "more": "text that is plain"}))
        clean = REDACTOR.data(packed)
        assert says(clean, value) is None
        assert REDACTOR.data(clean) == clean


@pytest.mark.parametrize(
    "spellings", list(itertools.permutations(["percent", "JSON", "decimal references", "base64"], 3))
)
def test_a_secret_is_found_three_spellings_deep(spellings: tuple[str, ...]) -> None:
    for value in VALUES.values():
        spelled = value
        for spelling in spellings:
            spelled = TEXTS[spelling](spelled)
        assert says(REDACTOR.text(spelled).encode(), value) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"pin": 84210937, "of": [84210937]}', '{"pin": "{{NUMBER|number}}", "of": ["{{NUMBER|number}}"]}'),
        ('{"pin": "a,84210937,b"}', '{"pin": "a,{{NUMBER}},b"}'),
        ("k3y%252Dcanary%252FWq81%252BxZ", "{{LONG|percent}}"),
        (r"{\"t\": \"pw4\\u0026x\"}", r"{\"t\": \"{{MIDDLE|json}}\"}"),
        ("p&#119;4&#x26;x &#107;ey", "{{MIDDLE|html}} &#107;ey"),
        ("&#107;3y-canary/Wq81+xZ", "&#107;{{LONG|1:18}}"),
        ("pass: 84=\r\n210937 a=3D", "pass: {{NUMBER|quoted}} a=3D"),
        ("{{LONG}} %7B%7BLONG%7D%7D %257B%257BLONG%257D%257D", "{{LONG}} {{LONG}} %257B%257BLONG%257D%257D"),
        ("nothing %41 \\u0041 &#65; bm90aGluZw==", "nothing %41 \\u0041 &#65; bm90aGluZw=="),
    ],
)
def test_what_stands_for_a_secret_says_how_it_was_written(text: str, expected: str) -> None:
    assert REDACTOR.text(text) == expected
    assert REDACTOR.text(expected) == expected


@pytest.mark.parametrize(
    ("pair", "expected"),
    [("bob:pw", "bob:{{SHORT}}"), ("pw:bob", "{{SHORT}}:bob"), ("bob:pwx", "bob:pwx")],
)
def test_a_short_secret_is_found_in_base64_of_a_pair(pair: str, expected: str) -> None:
    packed = b64encode(pair.encode()).decode()
    shown = REDACTOR.text(f'{{"X-Auth": "{packed}"}}')
    assert b64decode(json.loads(shown)["X-Auth"]).decode() == expected
    header = REDACTOR.headers((("X-Auth", packed),))[0][1]
    assert b64decode(header).decode() == expected


def test_a_secret_runs_over_lines_of_base64() -> None:
    text = "x" * 50 + VALUES["LONG"] + "y" * 80
    packed = b64encode(text.encode()).decode()
    lines = "\r\n".join(packed[at : at + 64] for at in range(0, len(packed), 64))
    shown = REDACTOR.text(f"Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n--b--")
    assert says(shown.replace("\r\n", "").encode(), VALUES["LONG"]) is None


def test_what_holds_no_secret_stays_to_the_byte() -> None:
    with closing(sqlite3.connect(":memory:")) as rows:
        rows.execute("CREATE TABLE t (a)")
        database = rows.serialize()
    for data in (database, *(pack("nothing of it %41 &amp; \\u0041") for pack in BYTES.values())):
        assert REDACTOR.data(data) == data


def test_a_text_of_escapes_within_escapes_ends() -> None:
    for text in ("%25" * 20_000, "%" + "25" * 20_000, "\\" * 40_000, "&amp;" * 10_000, "QUFB" * 20_000):
        assert REDACTOR.text(text) == text
