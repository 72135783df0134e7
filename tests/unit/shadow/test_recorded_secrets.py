"""What a recording holds of credentials is known by name, whatever part of an exchange it stands in."""

from __future__ import annotations

import pytest

from migrate.secrets.recognition import names_credential
from migrate.shadow.messages import Answer, Headers, Request
from migrate.shadow.recorded_secrets import names_masked, recorded_secrets
from migrate.shadow.recording import Recorded, Recording

VALUE = "qZ7-kw93mXt1vB0p"
JSON: Headers = (("Content-Type", "application/json"),)


def exchange(
    url: str = "https://a.example/x",
    headers: Headers = (),
    body: bytes = b"",
    answered: Headers = (),
    answer: bytes = b"",
) -> Recording:
    """A recording of one exchange."""
    return Recording(
        (Recorded("entries[0]", Request("POST", url, headers, body), Answer(200, answered, answer)),)
    )


@pytest.mark.parametrize(
    ("recording", "name"),
    [
        (exchange(f"https://a.example/x?api_key={VALUE}&page=2"), "RECORDED_API_KEY"),
        (exchange(f"https://bob:{VALUE}@a.example/x"), "RECORDED_PASSWORD"),
        (exchange(headers=(("Authorization", f"SSWS {VALUE}"),)), "RECORDED_AUTHORIZATION"),
        (exchange(headers=(("X-Api-Key", VALUE),)), "RECORDED_X_API_KEY"),
        (exchange(headers=(("Cookie", f"theme=dark; sid={VALUE}"),)), "RECORDED_COOKIE"),
        (exchange(answered=(("Set-Cookie", f"sid={VALUE}; Path=/; HttpOnly"),)), "RECORDED_COOKIE"),
        (exchange(answered=(("X-Session-Token", VALUE),)), "RECORDED_X_SESSION_TOKEN"),
        (exchange(headers=JSON, body=b'{"auth": {"clientSecret": "%b"}}' % VALUE.encode()), "RECORDED_CLIENTSECRET"),
        (exchange(body=b"user=bob&password=%b" % VALUE.encode()), "RECORDED_PASSWORD"),
        (exchange(answer=b'{"rows": [{"access_token": "%b"}]}' % VALUE.encode()), "RECORDED_ACCESS_TOKEN"),
    ],
    ids=["query", "user", "authorization", "key", "cookie", "set-cookie", "session", "json", "form", "answer"],
)  # fmt: skip
def test_a_credential_is_found(recording: Recording, name: str) -> None:
    assert recorded_secrets(recording, names_credential) == {name: VALUE}


@pytest.mark.parametrize(
    "recording",
    [
        exchange(answer=b'{"next_page_token": "%b"}' % VALUE.encode()),
        exchange(answer=b'{"auth": "required", "token_type": "Bearer"}'),
        exchange(headers=(("X-Api-Key", "{{SHOP_API_KEY}}"),)),
        exchange(answer=b'{"token": "short"}'),
        exchange(answer=b"\xff\xfe"),
    ],
    ids=["cursor", "words", "placeholder", "short", "bytes"],
)
def test_what_is_no_credential_is_left(recording: Recording) -> None:
    assert recorded_secrets(recording, names_credential) == {}


def test_known_secrets_keep_their_name_and_two_values_have_two() -> None:
    answer = b'[{"token": "%b"}, {"token": "other-9931"}, {"token": "third-4711"}]' % VALUE.encode()
    assert recorded_secrets(exchange(answer=answer), names_credential, (VALUE,)) == {
        "RECORDED_TOKEN": "other-9931",
        "RECORDED_TOKEN_2": "third-4711",
    }


def test_a_short_secret_that_a_credential_holds_by_chance_does_not_hide_it() -> None:
    recording = exchange(answer=b'{"token": "t0ken-4711-9931"}')
    assert recorded_secrets(recording, names_credential, ("1", "4711")) == {
        "RECORDED_TOKEN": "t0ken-4711-9931"
    }
    assert recorded_secrets(recording, names_credential, ("ken-4711-9931",)) == {}


def test_what_a_recording_masks_is_a_secret_by_name() -> None:
    recording = exchange(
        "https://a.example/x?api_key={{REPORT_KEY}}",
        (("X-User", "{{USER|base64}} {{ none }}"),),
        b'{"pin": "{{PIN}}"}',
        (("X-Session", "{{SESSION|upper:0:8}}"),),
        b"{{RECORDED_TOKEN_2}}",
    )
    assert names_masked(recording) == {"REPORT_KEY", "USER", "PIN", "SESSION", "RECORDED_TOKEN_2"}
