"""What is known of values: put together from several flows, and from code and traffic; nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest

from emitters.openapi.schemas import schema_of
from migrate.estate.interfaces.traffic import all_seen, is_field_name, seen
from migrate.interfaces import UNKNOWN, Field, Shape, confirmed, either
from migrate.interfaces.shapes import Presence, Type


def of(*types: Type, **more: Any) -> Shape:
    """A shape of these types."""
    return Shape(types=frozenset(types), **more)


def record(presence: Presence | None = "always", **fields: Shape) -> Shape:
    """A record with no other fields."""
    made = {name: Field(shape, presence) for name, shape in fields.items()}
    return of("object", fields=made, closed=True)


EITHER = {
    "two types": (of("string"), of("null"), {"type": ["string", "null"]}),
    "a type and something unknown is unknown": (of("string"), UNKNOWN, {}),
    "a number may be an integer": (of("integer"), of("number"), {"type": "number"}),
    "constants of both": (
        of("string", constants=("a",)),
        of("string", constants=("b", "a")),
        {"type": "string", "examples": ["a", "b"]},
    ),
    "a format that only one text has": (of("string", format="date"), of("string"), {"type": "string"}),
    "a format beside what is no text": (
        of("string", format="date"),
        of("null"),
        {"type": ["string", "null"], "format": "date"},
    ),
    "a field that one record lacks": (
        record(a=of("string")),
        record(a=of("string"), b=of("integer")),
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
            "required": ["a"],
            "additionalProperties": False,
        },
    ),
    "a record or null": (
        record(a=of("string")),
        of("null"),
        {
            "type": ["object", "null"],
            "properties": {"a": {"type": "string"}},
            "required": ["a"],
            "additionalProperties": False,
        },
    ),
    "a record or what is not known: of its fields only the names stay": (
        record(a=of("string")),
        UNKNOWN,
        {"properties": {"a": {}}},
    ),
    "lists of different items": (
        of("array", items=of("string")),
        of("array", items=of("integer")),
        {"type": "array", "items": {"type": ["string", "integer"]}},
    ),
}


@pytest.mark.parametrize(("one", "other", "schema"), EITHER.values(), ids=EITHER)
def test_a_value_that_is_one_or_the_other(one: Shape, other: Shape, schema: dict[str, Any]) -> None:
    assert schema_of(either(one, other)) == schema
    back = schema_of(either(other, one))
    assert {**back, "examples": sorted(back.get("examples", ()))} == {
        **schema,
        "examples": sorted(schema.get("examples", ())),
    }


SEEN: dict[str, tuple[list[object], dict[str, Any]]] = {
    "null in some": ([1, None], {"type": ["integer", "null"]}),
    "a time": (
        ["2026-01-15T10:00:00Z", "2026-01-15T10:00:00.5+02:00"],
        {"type": "string", "format": "date-time"},
    ),
    "a time and another text": (["2026-01-15", "soon"], {"type": "string"}),
    "a mail address": (["a@b.example"], {"type": "string", "format": "email"}),
    "a field that is always there, and one that is not": (
        [{"a": 1, "b": "x"}, {"a": 2.5}],
        {
            "type": "object",
            "properties": {"a": {"type": "number"}, "b": {"type": "string"}},
            "required": ["a"],
        },
    ),
    "keys that are data": (
        [{"joe@mail.example": 1, "1002": 2}],
        {"type": "object", "additionalProperties": {"type": "integer"}},
    ),
    "many keys that come and go": (
        [{f"key_{chr(97 + n)}": n} for n in range(20)],
        {"type": "object", "additionalProperties": {"type": "integer"}},
    ),
    "an empty list": ([[]], {"type": "array", "items": {}}),
}


@pytest.mark.parametrize(("values", "schema"), SEEN.values(), ids=SEEN)
def test_what_values_of_traffic_show(values: list[object], schema: dict[str, Any]) -> None:
    assert schema_of(all_seen(values)) == schema


def test_no_value_of_traffic_is_kept() -> None:
    value = {"name": "Zoë", "mails": {"zoe@private.example": {"pin": "4711"}}, "list": ["Zoë", 4711]}
    assert "zoe" not in repr(seen(value)).lower()
    assert "zoë" not in repr(seen(value)).lower()
    assert "4711" not in repr(seen(value))


@pytest.mark.parametrize("key", ["id", "E-Mail", "first_name", "@type", "$ref", "a.b", "line 2"])
def test_names_of_fields(key: str) -> None:
    assert is_field_name(key)


@pytest.mark.parametrize("key", ["joe@mail.example", "1002", "user-4711", "{{TOKEN}}", "", "x" * 65])
def test_keys_that_may_be_data(key: str) -> None:
    assert not is_field_name(key)


def test_traffic_says_what_the_code_leaves_open_and_denies_what_is_not_always_there() -> None:
    code = record(a=UNKNOWN, b=of("string"), c=of("string"))
    traffic = all_seen([{"a": 1, "b": None}, {"a": 2, "b": "x"}])
    assert schema_of(confirmed(code, traffic)) == {
        "type": "object",
        "properties": {
            "a": {"type": "integer"},
            "b": {"type": ["string", "null"]},
            "c": {"type": "string"},
        },
        "required": ["a", "b"],
        "additionalProperties": False,
    }


def test_a_record_with_a_field_that_only_traffic_has_is_open() -> None:
    both = confirmed(record(a=of("string")), all_seen([{"a": "x", "z": True}]))
    assert not both.closed
    assert schema_of(both)["properties"]["z"] == {"type": "boolean"}


def test_a_secret_is_named_and_has_no_example() -> None:
    shape = of("string", secret="SMS_PASSWORD", constants=("never shown",))
    assert schema_of(shape) == {"type": "string", "format": "password", "x-hubshift-secret": "SMS_PASSWORD"}
