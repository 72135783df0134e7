"""What is known of a value as a schema of OpenAPI 3.1, which is JSON Schema 2020-12."""

from __future__ import annotations

from typing import Any

from migrate.interfaces import UNKNOWN, Shape

Schema = dict[str, Any]

_ORDER = ("object", "array", "string", "integer", "number", "boolean", "null")
MARK = "x-hubshift-"
"""What our own keys begin with, as the specification allows."""


def schema_of(shape: Shape) -> Schema:
    """The schema: nothing in it that is not known, so that of an unknown value it is empty."""
    schema: Schema = {}
    types = [name for name in _ORDER if shape.types is not None and name in shape.types]
    if "number" in types and "integer" in types:
        types.remove("integer")  # a number of JSON Schema may be an integer
    if types:
        schema["type"] = types[0] if len(types) == 1 else types
    if shape.format:
        schema["format"] = shape.format
    if shape.secret:
        schema["format"] = "password"
        schema[f"{MARK}secret"] = shape.secret
    if shape.fields:
        schema["properties"] = {name: schema_of(one.shape) for name, one in shape.fields.items()}
        required = [name for name, one in shape.fields.items() if one.presence == "always"]
        if required:
            schema["required"] = required
    if shape.values is not None:
        schema["additionalProperties"] = schema_of(shape.values)
    elif shape.closed and "object" in types:
        schema["additionalProperties"] = False
    if "array" in types or (shape.items is not None and shape.types is None):
        schema["items"] = schema_of(shape.items or UNKNOWN)
    if shape.constants and not shape.secret:
        schema["examples"] = list(shape.constants)
    return schema
