"""What stands where credentials stand is masked, whatever it looks like."""

from __future__ import annotations

import gzip

import pytest

from extractors.secrets import is_credential, names_credential
from migrate.shadow.credential_places import environment_secrets, masked_answer, masked_request
from migrate.shadow.messages import Answer, Headers, Request

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
