"""Each rule of style: a document that keeps all of them, and one change that breaks this one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from emitters.openapi.lint import RULES, lint

Document = dict[str, Any]
CLEAN: Document = {
    "openapi": "3.1.0",
    "info": {"title": "crm", "version": "1", "description": "A system."},
    "servers": [{"url": "https://{HOST}", "variables": {"HOST": {"default": "crm.test"}}}],
    "tags": [{"name": "people"}],
    "paths": {
        "/people/{id}": {
            "get": {
                "operationId": "getPeopleById",
                "description": "Reads.",
                "tags": ["people"],
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
                "responses": {
                    "200": {
                        "description": "OK",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}},
                    }
                },
                "security": [{"basic": []}],
            }
        }
    },
    "components": {
        "schemas": {"Person": {"type": "array", "items": {"enum": ["a"]}, "examples": [[]]}},
        "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
    },
}


def operation(document: Document) -> dict[str, Any]:
    """The one operation."""
    found: dict[str, Any] = document["paths"]["/people/{id}"]["get"]
    return found


def person(document: Document) -> dict[str, Any]:
    """The one schema."""
    found: dict[str, Any] = document["components"]["schemas"]["Person"]
    return found


def path(name: str) -> Callable[[Document], object]:
    """Gives the path another name."""
    return lambda d: d["paths"].update({name: d["paths"].pop("/people/{id}")})


BREAKS: dict[str, Callable[[Document], object]] = {
    "info-description": lambda d: d["info"].pop("description"),
    "oas3-api-servers": lambda d: d.pop("servers"),
    "oas3-server-trailing-slash": lambda d: d["servers"].append({"url": "https://a.test/"}),
    "oas3-server-not-example.com": lambda d: d["servers"].append({"url": "https://example.com"}),
    "oas3-server-variables": lambda d: d["servers"][0]["variables"].clear(),
    "openapi-tags-uniqueness": lambda d: d["tags"].append({"name": "people"}),
    "operation-tag-defined": lambda d: operation(d)["tags"].append("other"),
    "operation-tags": lambda d: operation(d)["tags"].clear(),
    "operation-description": lambda d: operation(d).pop("description"),
    "operation-operationId": lambda d: operation(d).pop("operationId"),
    "operation-operationId-unique": lambda d: d["paths"].update(
        {"/people/{id}/x": copy.deepcopy(d["paths"]["/people/{id}"])}
    ),
    "operation-operationId-valid-in-url": lambda d: operation(d).update(operationId="get people"),
    "operation-success-response": lambda d: operation(d).update(
        responses={"404": operation(d)["responses"]["200"]}
    ),
    "operation-parameters": lambda d: operation(d)["parameters"].append(operation(d)["parameters"][0]),
    "path-params": lambda d: operation(d)["parameters"].clear(),
    "path-declarations-must-exist": path("/people/{}"),
    "path-keys-no-trailing-slash": path("/people/{id}/"),
    "path-not-include-query": path("/people/{id}?a=b"),
    "no-ambiguous-paths": lambda d: d["paths"].update({"/people/{key}": {}}),
    "oas3-operation-security-defined": lambda d: operation(d)["security"].append({"other": []}),
    "oas3-unused-component": lambda d: d["components"]["schemas"].update(Other={}),
    "oas3-valid-schema-example": lambda d: person(d).update(examples=["text"]),
    "array-items": lambda d: person(d).pop("items"),
    "typed-enum": lambda d: person(d)["items"].update(type="integer"),
    "duplicated-entry-in-enum": lambda d: person(d)["items"].update(enum=["a", "a"]),
    "no-script-tags-in-markdown": lambda d: operation(d).update(description="<script>x</script>"),
}


def test_a_document_that_keeps_all_rules_has_no_fault() -> None:
    assert lint(CLEAN) == ()


def test_each_rule_is_broken_once() -> None:
    assert set(BREAKS) == set(RULES)


@pytest.mark.parametrize(("rule", "change"), BREAKS.items(), ids=BREAKS)
def test_a_document_that_breaks_a_rule_is_found(rule: str, change: Callable[[Document], object]) -> None:
    document = copy.deepcopy(CLEAN)
    change(document)
    assert rule in {fault.rule for fault in lint(document)}
