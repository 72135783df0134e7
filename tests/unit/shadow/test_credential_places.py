"""What stands where credentials stand is masked, whatever it looks like."""

from __future__ import annotations

import gzip
import sqlite3
from base64 import b64encode
from contextlib import closing

import pytest

from migrate.secrets.recognition import is_credential, names_credential
from migrate.shadow.credential_places import (
    PlacesRedactor,
    environment_secrets,
    masked_answer,
    masked_request,
)
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.written_files import DatabaseFile, written_files

URL = "https://a.example/x"


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        (Request("GET", f"{URL}?token=abc&page=2"), Request("GET", f"{URL}?token={{{{RECORDED_TOKEN}}}}&page=2")),
        (Request("GET", f"{URL}?token=%7B%7BKEY%7D%7D"), Request("GET", f"{URL}?token=%7B%7BKEY%7D%7D")),
        (
            Request("GET", URL, (("Authorization", "Bearer abc"), ("X-Api-Key", "k"), ("Accept", "*/*"))),
            Request(
                "GET",
                URL,
                (
                    ("Authorization", "Bearer {{RECORDED_AUTHORIZATION}}"),
                    ("X-Api-Key", "{{RECORDED_X_API_KEY}}"),
                    ("Accept", "*/*"),
                ),
            ),
        ),
        (
            Request("GET", URL, (("Authorization", "Basic bob:{{PASSWORD}}"), ("Cookie", "sid=1; a={{B}}"))),
            Request(
                "GET",
                URL,
                (("Authorization", "Basic bob:{{PASSWORD}}"), ("Cookie", "sid={{RECORDED_COOKIE}}; a={{B}}")),
            ),
        ),
        (
            Request("POST", URL, (), b'{"user": "bob", "password" : "let\\"me", "n": 1.0}'),
            Request("POST", URL, (), b'{"user": "bob", "password" : "{{RECORDED_PASSWORD}}", "n": 1.0}'),
        ),
        (
            Request("POST", URL, (), b"user=bob&password=letmein"),
            Request("POST", URL, (), b"user=bob&password={{RECORDED_PASSWORD}}"),
        ),
        (Request("POST", URL, (), b"password=\xff"), Request("POST", URL, (), b"password={{RECORDED_PASSWORD}}")),
    ],
)  # fmt: skip
def test_a_request_is_masked(given: Request, masked: Request) -> None:
    assert masked_request(given, names_credential) == masked


def test_a_packed_body_is_packed_again() -> None:
    packed: Headers = (("Content-Encoding", "gzip"),)
    given = Request("POST", URL, packed, gzip.compress(b"password=letmein"))
    masked = masked_request(given, names_credential)
    assert gzip.decompress(masked.body) == b"password={{RECORDED_PASSWORD}}"


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        (
            Answer(200, (("Set-Cookie", "sid=abc; Path=/; HttpOnly"),), b'{"access_token": "abc"}'),
            Answer(
                200,
                (("Set-Cookie", "sid={{RECORDED_COOKIE}}; Path=/; HttpOnly"),),
                b'{"access_token": "{{RECORDED_ACCESS_TOKEN}}"}',
            ),
        ),
        (
            Answer(200, (), b'{"auth": "required", "token_type": "Bearer", "next_page_token": "x"}'),
            Answer(200, (), b'{"auth": "required", "token_type": "Bearer", "next_page_token": "x"}'),
        ),
    ],
)
def test_an_answer_is_masked_where_the_name_leaves_no_doubt(given: Answer, masked: Answer) -> None:
    assert masked_answer(given, names_credential) == masked


def test_variables_that_hold_credentials_are_told_by_name_and_by_form() -> None:
    environment = {
        "API_TOKEN": "t",
        "TOKEN_URL": "https://auth.example/token",
        "DATABASE_URL": "postgres://bob:pa%20ss@db.example/x",
        "EMPTY_SECRET": "",
        "GREETING": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "REGION": "eu-west-1",
    }
    assert environment_secrets(environment, names_credential, is_credential) == {
        "API_TOKEN": "t",
        "DATABASE_URL.password": "pa ss",
        "GREETING": "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    }


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"access_token": "%b"}',
        b'{"access_token": "%b", "name": "M\xfcller"}',
        b'<r><s:access_token type="x">%b</s:access_token></r>',
        b"access_token=%b\n",
        b'--b\r\nContent-Disposition: form-data; name="access_token"\r\n\r\n%b\r\n--b--\r\n',
        b"--b\r\nContent-Disposition: form-data; name=access_token; x=1\r\nX-Y: z\r\n\r\n%b\r\n--b--\r\n",
        rb'{"payload": "{\"access_token\": \"%b\"}"}',
        rb'{"payload": "{\"of\": \"{\\\"access_token\\\": \\\"%b\\\"}\"}"}',
        rb'{"payload": "\u007b\u0022access_token\u0022: \u0022%b\u0022\u007d"}',
        b'{"access_token": ["%b"]}',
        b'[{"name": "access_token", "value": "%b"}]',
        b'{"next": "https://a.example/x?page=2&access_token=%b"}',
        b'{"query": "a=1&access_token=%b"}',
        b"<r><access_token><![CDATA[%b]]></access_token></r>",
        b'<r><login access_token="%b"/></r>',
        b'<form><input type="hidden" name="access_token" value="%b"></form>',
        b"&lt;access_token&gt;%b&lt;/access_token&gt;",
        b"{'access_token': '%b', 'n': 1}",
        b"a=%%7B%%22access_token%%22%%3A%%22%b%%22%%7D",
    ],
)
def test_a_credential_is_masked_in_any_kind_of_body(body: bytes) -> None:
    masked = body % b"{{RECORDED_ACCESS_TOKEN}}"
    assert masked_answer(Answer(200, (), body % b"abcdef123456"), names_credential).body == masked
    request = Request("POST", URL, (), body % b"abcdef123456")
    assert masked_request(request, names_credential).body == masked


def test_the_rest_of_an_authorization_in_which_a_secret_was_known_is_masked() -> None:
    headers = (("Authorization", 'OAuth oauth_consumer_key="{{KEY}}", oauth_token="abcdef"'),)
    masked = 'OAuth oauth_consumer_key="{{KEY}}", oauth_token="{{RECORDED_OAUTH_TOKEN}}"'
    assert masked_request(Request("GET", URL, headers), names_credential).headers[0][1] == masked


@pytest.mark.parametrize(
    ("body", "masked"),
    [
        (b'{"password": 12345678}', b'{"password": "{{RECORDED_PASSWORD|number}}"}'),
        (b'{"password": 7, "auth": 2}', b'{"password": "{{RECORDED_PASSWORD|number}}", "auth": 2}'),
        (b'{"password": null, "secret": true}', b'{"password": null, "secret": true}'),
        (b'{"token_count": 12345, "page_token": "x"}', b'{"token_count": 12345, "page_token": "x"}'),
    ],
)
def test_a_credential_that_is_a_number_is_masked(body: bytes, masked: bytes) -> None:
    assert masked_answer(Answer(200, (), body), names_credential).body == masked
    assert masked_answer(Answer(200, (), masked), names_credential).body == masked


def test_a_credential_in_base64_and_in_what_is_packed_is_masked() -> None:
    held = b'{"user": "bob", "access_token": "abc"}'
    given = Answer(200, (("X-Info", b64encode(held).decode()),), b'{"info": "%b"}' % b64encode(held))
    masked = masked_answer(given, names_credential)
    clean = b'{"user": "bob", "access_token": "{{RECORDED_ACCESS_TOKEN}}"}'
    assert masked.headers == (("X-Info", b64encode(clean).decode()),)
    assert masked.body == b'{"info": "%b"}' % b64encode(clean)
    packed = masked_answer(Answer(200, (), gzip.compress(held)), names_credential)
    assert gzip.decompress(packed.body) == clean


def test_a_part_of_many_lines_is_masked_whole() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="private_key"\r\n\r\none\r\ntwo\r\n--b--\r\n'
    masked = masked_request(Request("POST", URL, (), body), names_credential)
    assert masked.body == body.replace(b"one\r\ntwo", b"{{RECORDED_PRIVATE_KEY}}")


def test_a_credential_that_an_answer_gives_back_is_masked() -> None:
    asked = Request("GET", URL, (("X-Auth", "k1"), ("Authorization", "Bearer t1"), ("Accept", "x")))
    body = b'{"headers": {"X-Auth": "k1", "Authorization": "Bearer t1", "Accept": "x"}, "auth": "off"}'
    assert masked_answer(Answer(200, (), body), names_credential, asked).body == (
        b'{"headers": {"X-Auth": "{{RECORDED_X_AUTH}}", "Authorization": "{{RECORDED_AUTHORIZATION}}",'
        b' "Accept": "x"}, "auth": "off"}'
    )
    text = b"GET /x HTTP/1.1\r\nX-Auth: k1\r\nAuthorization: Bearer t1\r\nAccept: x\r\n"
    assert masked_answer(Answer(200, (), text), names_credential, asked).body == (
        b"GET /x HTTP/1.1\r\nX-Auth: {{RECORDED_X_AUTH}}\r\nAuthorization: {{RECORDED_AUTHORIZATION}}\r\nAccept: x\r\n"
    )


def test_a_credential_in_the_address_of_a_redirect_is_masked() -> None:
    given = Answer(302, (("Location", "https://a.example/cb?state=1&access_token=abc#id_token=def"),))
    assert masked_answer(given, names_credential).headers == (
        (
            "Location",
            "https://a.example/cb?state=1&access_token={{RECORDED_ACCESS_TOKEN}}#id_token={{RECORDED_ID_TOKEN}}",
        ),
    )


def test_settings_and_columns_that_a_run_left_are_masked() -> None:
    redactor = PlacesRedactor({"KEY": "s3cret-key"}, names_credential)
    text = "# settings\nexport SMTP_PASSWORD='hunter2'\nregion: eu\n  api_token: abc\nkey=s3cret-key\n"
    assert redactor.text(text) == (
        "# settings\nexport SMTP_PASSWORD='{{RECORDED_SMTP_PASSWORD}}'\nregion: eu\n"
        "  api_token: {{RECORDED_API_TOKEN}}\nkey={{KEY}}\n"
    )
    with closing(sqlite3.connect(":memory:")) as rows:
        rows.execute("CREATE TABLE t (name TEXT, password TEXT, pin INTEGER)")
        rows.execute("INSERT INTO t VALUES ('bob', 'hunter2', 84210937), ('al', NULL, 1)")
        rows.commit()
        held = [("t.db", rows.serialize())]
    (file,) = written_files(held, PlacesRedactor({"PIN": "84210937"}, names_credential))
    assert isinstance(file, DatabaseFile)
    assert file.tables[0].rows == (("bob", "{{RECORDED_PASSWORD}}", "{{PIN}}"), ("al", None, 1))
