"""Model files of older versions, brought up to the present one step by step.

`schema_version` goes up by one whenever a file of the old version would no longer be read, or would be read otherwise;
the change to it is then added here. A migration works on the document as parsed from JSON, never on model classes, for
those know the present version alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from migrate.model.integration import Estate

Document = dict[str, Any]
"""A model file as parsed."""

Migration = Callable[[Document], Document]
"""Returns the document in the form of the next version; the argument is not changed."""

CURRENT = str(Estate.model_fields["schema_version"].default)
"""The version that is written."""


def _triggers_of_kinds(document: Document) -> Document:
    """To version 2, in which a trigger is an object that names its kind."""
    integrations = document.get("integrations")
    if not isinstance(integrations, list):
        return document
    return {**document, "integrations": [_with_trigger(one) for one in integrations]}


def _with_trigger(integration: Any) -> Any:
    if not isinstance(integration, dict) or not isinstance(integration.get("trigger"), str):
        return integration
    return {**integration, "trigger": {"kind": integration["trigger"]}}


_KINDS = {"exit": "loop-exit", "unmapped-step": "unmapped"}


def _words_of_the_field(document: Document) -> Document:
    """To version 3: where a parameter stands is said by `in`, as in OpenAPI; two kinds of steps have other names."""
    return {name: _renamed(part) for name, part in document.items()}


def _renamed(part: Any) -> Any:
    if isinstance(part, list):
        return [_renamed(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: _renamed(value) for name, value in part.items()}
    if {"name", "location", "value"} <= made.keys():
        return {("in" if name == "location" else name): value for name, value in made.items()}
    kind = made.get("kind")
    return (
        {**made, "kind": _KINDS[kind]} if isinstance(kind, str) and kind in _KINDS and "id" in made else made
    )


MIGRATIONS: dict[str, tuple[str, Migration]] = {
    "1": ("2", _triggers_of_kinds),
    "2": ("3", _words_of_the_field),
}
"""For each older version the next one, and the change that leads there."""


class UnknownVersionError(Exception):
    """No way leads from the version of a document to the present one; the message says what to do."""


def upgrade(document: Document, migrations: Mapping[str, tuple[str, Migration]] | None = None) -> Document:
    """The document in the present version. Raises `UnknownVersionError` for a newer or unknown version."""
    steps = MIGRATIONS if migrations is None else migrations
    version = document.get("schema_version")
    if version is None:
        raise UnknownVersionError(
            "there is no schema_version, so this is no model file; `hubshift audit` writes one"
        )
    while version != CURRENT:
        if not isinstance(version, str) or version not in steps:
            raise UnknownVersionError(_refusal(version, steps))
        version, change = steps[version]
        document = {**change(document), "schema_version": version}
    return document


def _refusal(version: object, steps: Mapping[str, tuple[str, Migration]]) -> str:
    known = ", ".join([*sorted(steps), CURRENT])
    shown = version if isinstance(version, str) and len(version) < 20 else "no text"
    newer = isinstance(version, str) and version.isdecimal() and int(version) > int(CURRENT)
    remedy = "install a newer hubshift, or audit the scripts again" if newer else "audit the scripts again"
    return f"its schema_version is {shown}; this hubshift reads {known}: {remedy}"
