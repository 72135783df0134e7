"""Model files of older versions are brought up step by step; others are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrate.model import Constant, HttpOperation, Read, Route, SequenceExpression, Split
from migrate.model.migrations import CURRENT, MIGRATIONS, Document, UnknownVersionError, upgrade
from migrate.pipeline.files import InputError
from migrate.pipeline.models import read_model
from tests.conformance.cases import fixtures


def renamed(document: Document) -> Document:
    """From version `older`, which called the integrations flows."""
    rest = {name: value for name, value in document.items() if name != "flows"}
    return {**rest, "integrations": document["flows"]}


def named(document: Document) -> Document:
    """From version `oldest`, in which integrations had no names."""
    return {**document, "flows": [{"name": flow["id"], **flow} for flow in document["flows"]]}


OLDER = {"oldest": ("older", named), "older": (CURRENT, renamed)}


def test_a_model_of_the_oldest_version_goes_through_every_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = fixtures()[0].folder / "model.json"
    document = json.loads(golden.read_text(encoding="utf-8"))
    flows = [{k: v for k, v in one.items() if k != "name"} for one in document.pop("integrations")]
    path = tmp_path / "model.json"
    path.write_text(json.dumps({**document, "schema_version": "oldest", "flows": flows}), encoding="utf-8")
    for version, step in OLDER.items():
        monkeypatch.setitem(MIGRATIONS, version, step)
    assert read_model(path) == read_model(golden)


def test_a_migration_changes_no_document_that_it_is_given() -> None:
    document = {"schema_version": "oldest", "flows": [{"id": "a"}]}
    assert upgrade(document, OLDER) == {"schema_version": CURRENT, "integrations": [{"name": "a", "id": "a"}]}
    assert document == {"schema_version": "oldest", "flows": [{"id": "a"}]}


def test_every_registered_migration_leads_to_the_present_version() -> None:
    for version in MIGRATIONS:
        passed = {version}
        while version != CURRENT:
            version = MIGRATIONS[version][0]
            assert version not in passed
            passed.add(version)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (
            "999",
            "its schema_version is 999; this hubshift reads older, oldest, 3: install a newer hubshift, or audit the "
            "scripts again",
        ),
        ("0", "its schema_version is 0; this hubshift reads older, oldest, 3: audit the scripts again"),
        (1, "its schema_version is no text; this hubshift reads older, oldest, 3: audit the scripts again"),
        ("x" * 99, "its schema_version is no text; this hubshift reads older, oldest, 3: audit the scripts again"),
        (None, "there is no schema_version, so this is no model file; `hubshift audit` writes one"),
    ],
)  # fmt: skip
def test_a_version_that_is_not_known_is_refused_with_what_to_do(version: object, said: str) -> None:
    with pytest.raises(UnknownVersionError) as refused:
        upgrade({"schema_version": version, "integrations": []}, OLDER)
    assert str(refused.value) == said


def test_the_refusal_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"schema_version": "99", "integrations": []}', encoding="utf-8")
    with pytest.raises(InputError, match=r"model\.json: its schema_version is 99; this hubshift reads "):
        read_model(path)


SECOND = {
    "schema_version": "2",
    "integrations": [
        {
            "id": "sync",
            "name": "sync",
            "sources": [],
            "steps": [
                {
                    "kind": "split",
                    "id": "each",
                    "over": {"kind": "list", "items": [{"kind": "constant", "value": "exit"}]},
                    "steps": [
                        {
                            "kind": "read",
                            "id": "read_item",
                            "operation": {
                                "kind": "http",
                                "client": "requests",
                                "method": "GET",
                                "server": "https://crm.example",
                                "path": "/items",
                                "parameters": [
                                    {
                                        "name": "location",
                                        "location": "query",
                                        "value": {"kind": "reference", "step": "each", "part": "item"},
                                    }
                                ],
                            },
                        },
                        {
                            "kind": "route",
                            "id": "when",
                            "branches": [
                                {
                                    "when": {"kind": "constant", "value": True},
                                    "steps": [
                                        {
                                            "kind": "unmapped-step",
                                            "id": "gap",
                                            "code": "HS101",
                                            "reason": "eval",
                                        }
                                    ],
                                }
                            ],
                            "otherwise": [{"kind": "exit", "id": "leave"}],
                        },
                    ],
                }
            ],
        }
    ],
}


def test_version_3_says_where_a_parameter_stands_as_openapi_does_and_renames_two_kinds_of_steps(
    tmp_path: Path,
) -> None:
    path = tmp_path / "model.json"
    path.write_text(json.dumps(SECOND), encoding="utf-8")
    (each,) = read_model(path).integrations[0].steps
    assert isinstance(each, Split)
    read, when = each.steps
    assert isinstance(read, Read)
    assert isinstance(read.operation, HttpOperation)
    assert [(one.name, one.location) for one in read.operation.parameters] == [("location", "query")]
    assert each.over == SequenceExpression(items=(Constant(value="exit"),))
    assert isinstance(when, Route)
    assert [step.kind for step in (*when.branches[0].steps, *when.otherwise)] == ["unmapped", "loop-exit"]
