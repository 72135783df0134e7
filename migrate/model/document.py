"""A model as the document that stands in a model file: JSON values, and nothing that says what holds anyway."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from migrate.model.integration import Estate
from migrate.model.migrations import Document

M = TypeVar("M", bound=BaseModel)
Pointer = tuple[str | int, ...]
"""Keys and indexes that lead to a place in a document."""


class DocumentError(Exception):
    """A document is no model: each place with what is wrong there; no value is quoted."""

    def __init__(self, faults: tuple[tuple[Pointer, str], ...]) -> None:
        super().__init__("; ".join(f"{written_pointer(place)}: {text}" for place, text in faults))
        self.faults = faults


def written_pointer(place: Pointer) -> str:
    """A place as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)


def to_document(estate: Estate, schema: str | None = None) -> Document:
    """The document of a model; `schema` is where its JSON Schema lies, for editors."""
    document: Document = _plain(estate)
    return {"$schema": schema, **document} if schema else document


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        pairs = ((name, getattr(value, name), field) for name, field in fields.items())
        return {
            field.alias or name: _plain(held)
            for name, held, field in pairs
            if held is not None or field.is_required() or field.default is not None
        }
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def from_document(document: Document) -> Estate:
    """The model in a document of the present version. Raises `DocumentError`."""
    return validated(Estate, {name: value for name, value in document.items() if name != "$schema"})


def validated(model: type[M], content: Document) -> M:
    """The model of a class in a document, read strictly. Raises `DocumentError`."""
    try:
        # As JSON, in which alone a strict reading takes a list for a tuple.
        return model.model_validate_json(json.dumps(content), strict=True)
    except ValidationError as error:
        found: dict[Pointer, list[str]] = {}
        for fault in error.errors(include_input=False, include_url=False):
            found.setdefault(_place(fault["loc"], content), []).append(_sentence(fault))
    faults = ((place, texts[0] if len(texts) == 1 else _UNION) for place, texts in found.items())
    raise DocumentError(tuple(faults))


_UNION = "is of no type that is allowed here"
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is no key that is known here",
    "union_tag_not_found": "has no kind",
    "string_type": "is no text",
    "int_type": "is no integer",
    "float_type": "is no number",
    "bool_type": "is neither true nor false",
    "tuple_type": "is no list",
    "dict_type": "is no object",
    "model_type": "is no object",
    "model_attributes_type": "is no object",
}


def _sentence(fault: ErrorDetails) -> str:
    context = fault.get("ctx", {})
    match fault["type"]:
        case "literal_error":
            return f"is not {context['expected']}"
        case "union_tag_invalid":
            return f"is of a kind that is not known; known are {context['expected_tags']}"
        case "value_error":
            # Ours, which quotes no value.
            return str(context["error"])
        case other:
            return _SENTENCES.get(other, fault["msg"])


def _place(location: tuple[str | int, ...], document: Any) -> Pointer:
    """The place that an error of pydantic names, without the tags and types of unions that stand in it."""
    place: list[str | int] = []
    here, tagged = document, False
    for position, part in enumerate(location):
        if isinstance(here, dict):
            if not tagged and here.get("kind") == part:
                tagged = True
                continue
            if part not in here and position < len(location) - 1:
                continue
        elif not (isinstance(here, list) and isinstance(part, int) and part < len(here)):
            break
        place.append(part)
        here, tagged = (here.get(str(part)) if isinstance(here, dict) else here[int(part)]), False
    return tuple(place)
