"""The document of the entities: what flows write, by the name of the resource, and what they make it of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emitters.openapi.document import NOT_VERSIONED, VERSION, Document
from emitters.openapi.schemas import MARK, Schema, schema_of
from migrate.interfaces import Entity, EntityField, Source

_DESCRIPTION = (
    "What the flows of this estate write, by the name of the resource that they write to, in all systems together. "
    "Each field names what it is made of; where flows make a field of one system in different ways, it stands among "
    "the conflicts, and someone has to decide. A field has a type only where the code or recorded traffic shows it."
)


def entities_document(entities: Sequence[Entity], sources: Sequence[str]) -> Document:
    """The document of all entities."""
    return {
        "openapi": VERSION,
        "info": {
            "title": "Canonical entities",
            "version": NOT_VERSIONED,
            "description": _DESCRIPTION,
            f"{MARK}sources": list(sources),
        },
        "paths": {},
        "components": {"schemas": {entity.name: _entity(entity) for entity in entities}},
    }


def _entity(entity: Entity) -> Schema:
    made: Schema = {"type": "object"}
    systems = sorted({source.system for field in entity.fields for source in field.made})
    made[f"{MARK}systems"] = systems
    conflicts = [_conflict(field) for field in entity.fields if field.conflicting]
    if conflicts:
        made[f"{MARK}conflicts"] = conflicts
    for field in entity.fields:
        _put(made, field)
    return made


def _put(record: Schema, field: EntityField) -> None:
    """Sets a field in a schema; the keys on the way to it become records and lists."""
    *way, name = field.path
    at = record
    for key in way:
        if key == "[]":
            at["type"] = "array"
            at = at.setdefault("items", {"type": "object"})
        else:
            at = at.setdefault("properties", {}).setdefault(key, {"type": "object"})
    properties: dict[str, Any] = at.setdefault("properties", {})
    schema = schema_of(field.shape)
    schema[f"{MARK}mapped-from"] = [_source(one) for one in field.made]
    properties[name] = schema | {
        key: value for key, value in properties.get(name, {}).items() if key in ("properties", "items")
    }


def _source(source: Source) -> dict[str, Any]:
    made: dict[str, Any] = {
        "integration": source.use.flow,
        "source": source.use.place,
        "to": f"{source.system}: {source.operation}",
    }
    if source.sources:
        made["from"] = list(source.sources)
    made["transform"] = source.transform
    made["rule"] = source.expression
    return made


def _conflict(field: EntityField) -> dict[str, Any]:
    return {
        "field": ".".join(field.path).replace(".[]", "[]"),
        "integrations": list(dict.fromkeys(one.use.flow for one in field.made)),
    }
