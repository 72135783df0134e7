"""Requests that get a token are marked, and are no writes of a shadow run; nothing else is marked."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.model import HttpOperation, Integration, Read, Write, walk_steps
from migrate.pipeline.marking import classification_of
from migrate.shadow.messages import Request

HEAD = 'import os\nimport requests\nURL = "https://login.example/oauth2/token"\n'
TOKEN = '{"grant_type": "client_credentials", "scope": "x"}'
REST = '.json()["access_token"]\nrequests.post("https://a.example/in", headers={"Authorization": "Bearer " + token})\n'


def integration(source: str, folder: Path) -> Integration:
    (folder / "script.py").write_text(HEAD + source, encoding="utf-8")
    found = EXTRACTOR.extract(folder / "script.py", folder)
    assert isinstance(found, Extraction)
    return found.integration


def roles(found: Integration) -> list[tuple[str, str | None]]:
    return [
        (step.kind, step.operation.role)
        for step in walk_steps(found.steps)
        if isinstance(step, (Read, Write)) and isinstance(step.operation, HttpOperation)
    ]


@pytest.mark.parametrize(
    ("call", "role"),
    [
        (f"requests.post(URL, data={TOKEN})", "auth"),
        (f'requests.post(URL, data={TOKEN}, auth=("id", os.environ["CLIENT_SECRET"]))', "auth"),
        (
            'requests.post(URL, data={"grant_type": "refresh_token", "refresh_token": os.environ["TOKEN"]})',
            "auth",
        ),
        (f"requests.put(URL, data={TOKEN})", None),
        (f"requests.post(URL, json={TOKEN})", None),
        ('requests.post(URL, data={"grant_type": os.environ["GRANT"]})', None),
        ('requests.post(URL, data={"grant_type": "yearly"})', None),
        ('requests.post(URL, data={"scope": "x"})', None),
    ],
)
def test_a_request_for_a_token_is_marked_by_its_grant(call: str, role: str | None, tmp_path: Path) -> None:
    found = integration(f"token = {call}{REST}", tmp_path)
    assert roles(found) == [("read" if role else "write", role), ("write", None)]
    classification = classification_of(found)
    assert classification.is_write(Request("POST", "https://login.example/oauth2/token")) is (role is None)
    assert classification.is_write(Request("POST", "https://login.example/oauth2/token2"))
    assert classification.is_write(Request("POST", "https://a.example/in"))


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ('os.environ["LOGIN_URL"]', ""),
        ('"https://login.example/" + os.environ["REALM"] + "/token"', ""),
        ("URL", 'requests.post(URL, json={"a": 1})\n'),
    ],
    ids=["an unknown URL", "a URL that configuration completes", "a URL that is also written to"],
)
def test_without_a_url_of_its_own_a_request_for_a_token_counts_as_a_write(
    url: str, more: str, tmp_path: Path
) -> None:
    found = integration(f"token = requests.post({url}, data={TOKEN}){REST}{more}", tmp_path)
    assert roles(found)[0] == ("read", "auth")
    assert classification_of(found).marks == ()
