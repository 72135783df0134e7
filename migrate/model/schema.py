"""The JSON Schema of model files, generated from the model classes (JSON Schema 2020-12)."""

from __future__ import annotations

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

import migrate.model
from migrate.model.integration import Estate

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILE_NAME = "estate.schema.json"


def estate_schema() -> dict[str, Any]:
    """The schema of a whole model file. What tells classes apart is required in it, as is the version."""
    unions: dict[str, Any] = {}
    schema = _chosen_by_kind(Estate.model_json_schema(), _names_of_unions(), unions)
    schema["$defs"] = dict(sorted({**schema["$defs"], **unions}.items()))
    reference = {"title": "Schema", "description": "Where this schema lies.", "type": "string"}
    return {
        "$schema": DIALECT,
        **schema,
        "properties": {"$schema": reference, **schema["properties"]},
        "required": ["schema_version", *schema["required"]],
    }


def _names_of_unions() -> dict[frozenset[str], str]:
    """The names that unions of classes have in the model, by the kinds of their members."""
    found = {}
    for name, value in vars(migrate.model).items():
        if get_origin(value) is Annotated:
            members = [
                one
                for one in get_args(get_args(value)[0])
                if isinstance(one, type) and issubclass(one, BaseModel)
            ]
            if members:
                found[frozenset(one.model_fields["kind"].default for one in members)] = name
    return found


def _chosen_by_kind(part: Any, names: dict[frozenset[str], str], unions: dict[str, Any]) -> Any:
    """Unions told apart by `kind`, as conditions on it; those that have a name are collected in `unions`.

    A validator tries all members of a `oneOf`, which takes exponential time where blocks stand in blocks, and names
    the faults of all of them. `discriminator` is a word of OpenAPI, of which it knows nothing.
    """
    if isinstance(part, list):
        return [_chosen_by_kind(one, names, unions) for one in part]
    if not isinstance(part, dict):
        return part
    if "discriminator" not in part:
        return {name: _chosen_by_kind(one, names, unions) for name, one in part.items()}
    kinds: dict[str, str] = part["discriminator"]["mapping"]
    union = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": sorted(kinds)}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": reference}}
            for kind, reference in sorted(kinds.items())
        ],
    }
    name = names.get(frozenset(kinds))
    rest = {key: one for key, one in part.items() if key not in ("discriminator", "oneOf")}
    if name is None:
        return {**rest, **union}
    unions[name] = union
    return {**rest, "$ref": f"#/$defs/{name}"}
