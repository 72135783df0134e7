"""`hubshift emit --to openapi`: of a script, of a folder, with recordings; what it says of security and servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from fixtures.case import FOLDER
from migrate.cli import app
from migrate.estate.interfaces.requests import without_user
from tests.interfaces.estates import estates

SCRIPT = FOLDER / "contacts_to_mailing" / "legacy" / "sync_contacts.py"
RECORDING = FOLDER / "contacts_to_mailing" / "traffic" / "recording.har"


def hubshift(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def emitted(folder: Path, source: str) -> dict[str, Any]:
    """The one document of the systems that a script calls."""
    script = folder / "script.py"
    script.write_text("import os\n\nimport requests\n\n" + source, encoding="utf-8")
    hubshift("emit", script, "--to", "openapi", "-o", folder / "out")
    (path,) = (folder / "out" / "systems").iterdir()
    document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


def test_a_script_gives_a_document_a_system_with_what_recordings_show(tmp_path: Path) -> None:
    done = hubshift("emit", SCRIPT, "--to", "openapi", "-o", tmp_path, "--recording", RECORDING)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "".join(
        f"wrote {tmp_path / name}\n"
        for name in (
            "systems/crm_northwind.openapi.yaml",
            "systems/mailhub.openapi.yaml",
            "entities.openapi.yaml",
            "README.md",
        )
    )


def test_a_folder_gives_one_document_for_a_system_that_two_scripts_call(tmp_path: Path) -> None:
    for name, path in (("one.py", "a"), ("two.py", "b")):
        text = f'import requests\n\nrequests.get("https://crm.test/{path}").json()["x"]\n'
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = hubshift("emit", tmp_path, "--to", "openapi", "-o", tmp_path / "out", "--json")
    assert done.exit_code == 0
    names = [Path(one).name for one in json.loads(done.stdout)["files"]]
    assert names == ["crm.openapi.yaml", "README.md"] or len(names) == 2
    (path_of_document,) = (tmp_path / "out" / "systems").iterdir()
    assert list(yaml.safe_load(path_of_document.read_text())["paths"]) == ["/a", "/b"]


def test_a_shadow_run_of_it_and_a_recording_for_a_flow_are_refused(tmp_path: Path) -> None:
    shadow = hubshift("shadow", SCRIPT, "--to", "openapi", "--recording", RECORDING)
    assert shadow.exit_code == 2
    assert "openapi is made of an estate and runs no flow" in shadow.stderr
    flow = hubshift("emit", SCRIPT, "--to", "node-red", "--recording", RECORDING, "-o", tmp_path / "out")
    assert flow.exit_code == 2
    assert not (tmp_path / "out").exists()


SECURITY: dict[str, tuple[str, dict[str, Any], list[dict[str, list[str]]] | None]] = {
    "basic": (
        'requests.get("https://crm.test/a", auth=(os.environ["U"], os.environ["P"]))',
        {"basic": {"type": "http", "scheme": "basic"}},
        [{"basic": []}],
    ),
    "bearer": (
        'requests.get("https://crm.test/a", headers={"Authorization": "Bearer " + os.environ["TOKEN"]})',
        {"bearer": {"type": "http", "scheme": "bearer"}},
        [{"bearer": []}],
    ),
    "a key in a header, behind a word": (
        'requests.get("https://crm.test/a", headers={"X-Key": "Token " + os.environ["API_KEY"]})',
        {
            "Token-X-Key": {
                "type": "apiKey",
                "in": "header",
                "name": "X-Key",
                "description": "The key stands behind `Token `.",
            }
        },
        [{"Token-X-Key": []}],
    ),
    "a key in the query": (
        'requests.get("https://crm.test/a", params={"api_key": os.environ["API_KEY"]})',
        {"api-key": {"type": "apiKey", "in": "query", "name": "api_key"}},
        [{"api-key": []}],
    ),
    "a token by client credentials": (
        'grant = {"grant_type": "client_credentials", "client_id": "c", "client_secret": os.environ["SECRET"]}\n'
        'token = requests.post("https://crm.test/token", data=grant).json()["access_token"]\n'
        'requests.get("https://crm.test/a", headers={"Authorization": f"Bearer {token}"})',
        {
            "oauth2": {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "https://crm.test/token", "scopes": {}}},
            }
        },
        [{"oauth2": []}],
    ),
    "none": ('requests.get("https://crm.test/a")', {}, []),
    "a field of the body, for which there is no scheme": (
        'requests.post("https://crm.test/a", json={"password": os.environ["PASSWORD"], "text": "x"})',
        {},
        None,
    ),
}


@pytest.mark.parametrize(("source", "schemes", "required"), SECURITY.values(), ids=SECURITY)
def test_security(
    source: str, schemes: dict[str, Any], required: list[dict[str, list[str]]] | None, tmp_path: Path
) -> None:
    document = emitted(tmp_path, source)
    (operation,) = document["paths"]["/a"].values()
    assert document.get("components", {}).get("securitySchemes", {}) == schemes
    assert operation.get("security") == required


SERVERS = {
    "plain": ('requests.get("https://crm.test/a")', {"url": "https://crm.test"}),
    "from the environment, with a default": (
        'requests.get(os.getenv("CRM_URL", "https://crm.test/v1") + "/a")',
        {
            "url": "{CRM_URL}",
            "variables": {
                "CRM_URL": {
                    "default": "https://crm.test/v1",
                    "description": "Given by configuration (CRM_URL).",
                }
            },
        },
    ),
    "from the environment alone": (
        'requests.get(os.environ["CRM_URL"] + "/a")',
        {
            "url": "{CRM_URL}",
            "variables": {
                "CRM_URL": {
                    "default": "https://crm-url.invalid",
                    "description": "Given by configuration (CRM_URL); the default only stands in for what is"
                    " not known.",
                }
            },
        },
    ),
}


@pytest.mark.parametrize(("source", "server"), SERVERS.values(), ids=SERVERS)
def test_servers(source: str, server: dict[str, Any], tmp_path: Path) -> None:
    assert emitted(tmp_path, source)["servers"] == [server]


@pytest.mark.parametrize(
    ("base", "server"),
    [
        ("https://joe:{PASSWORD}@crm.test", "https://crm.test"),
        ("https://{USER}@crm.test:8443", "https://crm.test:8443"),
        ("{CRM_URL}", "{CRM_URL}"),
    ],
)
def test_user_and_password_are_no_part_of_a_server(base: str, server: str) -> None:
    assert without_user(base) == server


def test_what_is_sent_has_types_only_where_the_code_shows_them(tmp_path: Path) -> None:
    source = """
for row in requests.get("https://crm.test/people").json()["people"]:
    body = {"id": row["id"], "name": row["name"].strip(), "n": int(row["n"]), "tags": ["new", row["tag"]]}
    if row.get("mail"):
        body["mail"] = {"address": row["mail"], "main": True}
    requests.post("https://crm.test/contacts", json=body).raise_for_status()
"""
    schemas = emitted(tmp_path, source)["components"]["schemas"]
    assert schemas["PostContactsRequest"] == {
        "type": "object",
        "properties": {
            "id": {},
            "name": {"type": "string"},
            "n": {"type": "integer"},
            "tags": {"type": "array", "items": {"examples": ["new"]}},
            "mail": {
                "type": "object",
                "properties": {"address": {}, "main": {"type": "boolean", "examples": [True]}},
                "required": ["address", "main"],
                "additionalProperties": False,
            },
        },
        "required": ["id", "name", "n", "tags"],
        "additionalProperties": False,
    }
    fields = ("id", "name", "n", "tag", "mail")
    assert schemas["GetPeopleResponse"]["properties"]["people"]["items"]["properties"].keys() == set(fields)


def test_no_secret_of_a_fixture_stands_in_a_document() -> None:
    for tried in estates().values():
        texts = [one.text for one in tried.emitted(with_traffic=True).emission.artefacts]
        for fixture in tried.fixtures:
            lines = (line.partition("=") for line in fixture.env_file.read_text("utf-8").splitlines())
            values = {name.strip(): value.strip().strip("\"'") for name, _, value in lines}
            for name in fixture.case.secrets:
                value = values.get(name)
                assert not value or not any(value in text for text in texts), name
