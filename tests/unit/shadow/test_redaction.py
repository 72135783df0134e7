"""No secret stays, in whatever form it was sent."""

from __future__ import annotations

import gzip
import json
import pickle
from base64 import b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrate.shadow.messages import Answer, Request
from migrate.shadow.redaction import Redactor

SECRET = "pä\"s/w+ö <&>'\\rd\U0001f511"
REDACTOR = Redactor(
    {"TOKEN": "t0ken-value", "PASSWORD": SECRET, "PIN": "42", "EMPTY": "", "LONG": "t0ken-value-2"}
)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote(SECRET, safe="").lower().replace("\\u", "\\U"),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        json.dumps(SECRET)[1:-1].replace("/", "\\/"),
        SECRET.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
    ],
)
def test_a_secret_is_found_in_every_encoding(form: str) -> None:
    assert REDACTOR.text(f"before {form} after") == "before {{PASSWORD}} after"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a/?k=t0ken-value&n=1", "https://a/?k={{TOKEN}}&n=1"),
        ("t0ken-value-2 t0ken-value", "{{LONG}} {{TOKEN}}"),
        (b64encode(b"t0ken-value").decode(), "{{TOKEN|base64}}"),
        ("{{TOKEN}} %7B%7BTOKEN%7D%7D", "{{TOKEN}} {{TOKEN}}"),
        ('{"pin": "42", "other": "421", "n": 42}', '{"pin": "{{PIN}}", "other": "421", "n": 42}'),
        ("https://a/42?x=42&y=421&z=142#", "https://a/42?x={{PIN}}&y=421&z=142#"),
        ("nothing here", "nothing here"),
    ],
)
def test_text_is_redacted_and_redacting_again_changes_nothing(text: str, expected: str) -> None:
    assert REDACTOR.text(text) == expected
    assert REDACTOR.text(expected) == expected


DERIVED = Redactor({"KEY": "kD93hs-Xq7Zm2vB", "MAIL": "m41l"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KD93HS-XQ7ZM2VB", "{{KEY|upper}}"),
        ("kd93hs-xq7zm2vb", "{{KEY|lower}}"),
        ("kD93hs-X", "{{KEY|0:8}}"),
        ("<s-Xq7Zm2vB>", "<{{KEY|5:15}}>"),
        ("kD93hs-Xq7Zm2v", "{{KEY|0:14}}"),
        ("hs-Xq7Z", "hs-Xq7Z"),
        ("93HS-XQ7Z", "{{KEY|upper:2:11}}"),
        (b"kD93hs-Xq7Zm2vB".hex(), "{{KEY|hex}}"),
        (b"kD93hs-Xq7Zm2vB".hex().upper(), "{{KEY|hex+upper}}"),
        (b64encode(b"kD93hs-Xq7Zm2vB").decode()[4:], "{{KEY|base64:4:20}}"),
        (b64encode(b"u:kD93hs-Xq7Zm2vB").decode(), "dTp{{KEY|base64+2}}I="),
        (b64encode(b"bob:kD93hs-Xq7Zm2vB").decode(), "Ym9iOm{{KEY|base64+1}}g=="),
        ('{"a": "xkD93hs-Xq7Zm2vBx", "b": 1}', '{"a": "x{{KEY}}x", "b": 1}'),
        ("{{KEY|upper:2:11}} {{KEY|0:8}}", "{{KEY|upper:2:11}} {{KEY|0:8}}"),
    ],
)
def test_what_is_made_of_a_secret_is_redacted_too(text: str, expected: str) -> None:
    assert DERIVED.text(text) == expected
    assert DERIVED.text(expected) == expected


FORMS = (str, quote, quote_plus, str.upper, json.dumps, lambda text: b64encode(text.encode()).decode())


@given(
    st.lists(st.sampled_from(["kD93hs-Xq7Zm2vB", "a/b+c&d<e>", "m41l", "12", "tok en"]), unique=True),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5), st.text(max_size=6)), max_size=6),
)
def test_what_the_quick_looks_pass_over_holds_nothing(
    secrets: list[str], parts: list[tuple[int, int, str]]
) -> None:
    values = {f"S{number}": value for number, value in enumerate(secrets)}
    known = ["kD93hs-Xq7Zm2vB", "a/b+c&d<e>", "m41l", "12", "tok en"]
    text = "".join(between + FORMS[form](known[value]) for value, form, between in parts)
    slow = Redactor(values)
    slow._signs = None
    slow._derived._perhaps_at = lambda data: range(len(data))  # type: ignore[method-assign]  # it saves time only
    assert Redactor(values).text(text) == slow.text(text)


def test_a_name_that_looks_like_its_value_stays() -> None:
    assert Redactor({"SECRET_TOKEN": "SECRET_TOKEN_1"}).text("SECRET_TOKEN_1") == "{{SECRET_TOKEN}}"


@pytest.mark.parametrize(
    ("user", "password", "expected"),
    [
        ("robot", "t0ken-value", "Basic robot:{{TOKEN}}"),
        ("42", SECRET, "Basic {{PIN}}:{{PASSWORD}}"),
        ("t0ken-value", "", "Basic {{TOKEN}}:"),
        ("robot", "open", None),
    ],
)
def test_basic_credentials_show_what_is_no_secret(user: str, password: str, expected: str | None) -> None:
    value = "Basic " + b64encode(f"{user}:{password}".encode()).decode()
    assert REDACTOR.headers((("Authorization", value),)) == (("Authorization", expected or value),)


def test_headers_are_redacted_by_part() -> None:
    headers = (("X-Pin", "42"), ("Cookie", "a=42; b=421"), ("Authorization", "Bearer t0ken-value"))
    assert REDACTOR.headers(headers) == (
        ("X-Pin", "{{PIN}}"),
        ("Cookie", "a={{PIN}}; b=421"),
        ("Authorization", "Bearer {{TOKEN}}"),
    )


def test_a_compressed_body_is_redacted_and_stays_compressed() -> None:
    headers = (("Content-Encoding", "gzip"),)
    packed = Request("POST", "http://a/", headers, gzip.compress(b'{"k": "t0ken-value"}'))
    assert gzip.decompress(REDACTOR.request(packed).body) == b'{"k": "{{TOKEN}}"}'
    harmless = Request("POST", "http://a/", headers, gzip.compress(b"{}", mtime=7))
    assert REDACTOR.request(harmless) == harmless


def test_answers_are_redacted() -> None:
    answer = Answer(200, (("X", "t0ken-value"),), b"t0ken-value")
    assert REDACTOR.answer(answer) == Answer(200, (("X", "{{TOKEN}}"),), b"{{TOKEN}}")


def test_two_names_of_one_value_give_the_first_whatever_their_order() -> None:
    assert Redactor({"B": "same-value", "A": "same-value"}).text("same-value") == "{{A}}"
    assert Redactor({"A": "same-value", "B": "same-value"}).text("same-value") == "{{A}}"


@pytest.mark.parametrize("size", range(1, 40))
def test_a_tail_never_shows_part_of_a_secret(size: int) -> None:
    shown = REDACTOR.tail(b"x" * 50 + b"t0ken-value" + b"y" * 10, size).decode()
    assert shown.strip("xy") in ("", "{{TOKEN}}")


def test_values_are_never_shown_or_stored() -> None:
    assert repr(REDACTOR) == "Redactor(LONG, PASSWORD, PIN, TOKEN)"
    with pytest.raises(TypeError):
        pickle.dumps(REDACTOR)


def test_a_name_that_cannot_be_written_is_refused_without_its_value() -> None:
    with pytest.raises(ValueError, match="a secret cannot be called 'a b'"):
        Redactor({"a b": "value"})


def test_a_host_that_stands_in_plain_sight_stays_though_a_user_is_called_so() -> None:
    redactor = Redactor({"USER": "kornblum"}, hosts=["kornblum.shop.example"])
    assert (
        redactor.url("https://Kornblum.shop.example:8443/kornblum")
        == "https://Kornblum.shop.example:8443/{{USER}}"
    )
    assert redactor.url("https://kornblum.chat.example/") == "https://{{USER}}.chat.example/"


def test_a_secret_in_a_host_and_in_utf_16_is_found() -> None:
    redactor = Redactor({"TOKEN": "AbCdEf123456xyZ9"})
    assert redactor.url("https://abcdef123456xyz9.a.example/x") == "https://{{TOKEN}}.a.example/x"
    for charset in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32"):
        assert redactor.data("key=AbCdEf123456xyZ9".encode(charset)) == "key={{TOKEN}}".encode(charset)
    within = b"\xff" + "key=AbCdEf123456xyZ9".encode("utf-16-le")
    assert redactor.data(within) == b"\xff" + "key=".encode("utf-16-le") + b"{{TOKEN|utf16}}"
