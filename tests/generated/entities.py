"""What the invented vendors hold: entities with typed fields, and records that are odd now and then."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from migrate.model.values import Value

Kind = Literal["id", "text", "code", "number", "whole", "flag", "date", "record", "texts", "records"]


@dataclass(frozen=True)
class Field:
    """A field of an entity; `choices` are the codes of a code, `fields` those of a record or of records."""

    name: str
    kind: Kind
    choices: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Entity:
    """What a vendor has a list of; `one` is the short name that scripts give to a record."""

    name: str
    one: str
    fields: tuple[Field, ...]

    def of(self, *kinds: Kind) -> tuple[Field, ...]:
        """The fields of these kinds."""
        return tuple(field for field in self.fields if field.kind in kinds)


_LINES = (Field("sku", "text"), Field("qty", "whole"), Field("price", "number"))
CONTACT = Entity(
    "contacts",
    "c",
    (
        Field("id", "id"),
        Field("email", "text"),
        Field("first_name", "text"),
        Field("last_name", "text"),
        Field("phone", "text"),
        Field("status", "code", ("active", "prospect", "churned", "blocked")),
        Field("language", "code", ("en", "de", "fr")),
        Field("score", "whole"),
        Field("balance", "number"),
        Field("active", "flag"),
        Field(
            "address",
            "record",
            fields=(Field("city", "text"), Field("zip", "text"), Field("country", "text")),
        ),
        Field("tags", "texts"),
        Field("created_at", "date"),
        Field("note", "text"),
    ),
)
ORDER = Entity(
    "orders",
    "order",
    (
        Field("id", "id"),
        Field("number", "text"),
        Field("status", "code", ("paid", "open", "cancelled")),
        Field("currency", "code", ("EUR", "USD", "CHF")),
        Field("total", "number"),
        Field("discount", "number"),
        Field("paid", "flag"),
        Field(
            "customer",
            "record",
            fields=(Field("name", "text"), Field("email", "text"), Field("city", "text")),
        ),
        Field("lines", "records", fields=_LINES),
        Field("labels", "texts"),
        Field("ordered_at", "date"),
        Field("remark", "text"),
    ),
)
PRODUCT = Entity(
    "products",
    "item",
    (
        Field("id", "id"),
        Field("sku", "text"),
        Field("name", "text"),
        Field("category", "code", ("book", "tool", "toy")),
        Field("price", "number"),
        Field("stock", "whole"),
        Field("visible", "flag"),
        Field("supplier", "record", fields=(Field("name", "text"), Field("code", "text"))),
        Field("keywords", "texts"),
        Field("variants", "records", fields=_LINES),
        Field("updated_at", "date"),
        Field("description", "text"),
    ),
)
ENTITIES = (CONTACT, ORDER, PRODUCT)

_TEXTS = ("Ada Lovelace", "ada@example.org", "Bern", "x", "A-17", "red", "O'Neil", 'say "hi"')
ODD_TEXTS = (
    "",
    " ",
    "  padded\t",
    "00420",
    "Zoë Ångström",
    "北京 😀",
    "straße",
    "İstanbul",
    "ŉ",
    "\xa0nbsp\xa0",
    "ﬁ",
    "a/b?c=d&e#f",
    "100%",
    "{id}",
    "line\nbreak",
    "12.5",
    "1e5",
    "-3",
    " 7 ",
    "1_000",
    "٣",
    "nan",
    "None",
    "True",
    "Infinity",
    "a,b;c",
    "\ud83d",
    "x\x00y",
)
ODD_NUMBERS: tuple[int | float, ...] = (
    0,
    -1,
    2**53 + 1,
    10**30,
    -(2**63),
    2.675,
    10.0,
    1e5,
    1e16,
    1e22,
    1e-7,
    -0.0,
    0.1,
    1.005,
    0.5,
    2.5,
    1e308,
    float("nan"),
    float("inf"),
    123456789.125,
)
MISSING = object()


def record(entity: Entity, random: Random, number: int, oddness: float) -> dict[str, Value]:
    """A record whose fields are each odd with the probability `oddness`."""
    made = _fields(entity.fields, random, number, oddness)
    if random.random() < oddness:
        made["id"] = random.choice((1, "00420", 2**53 + 1, "a b/c", "ü", 10.0))
    return made


def other(entity: Entity, random: Random, number: int, oddness: float) -> dict[str, Value]:
    """An entry of the target's own list, which scripts join by id, by a code or by a text of the record."""
    code = random.choice(entity.of("code"))
    fields = (
        Field("id", "id"),
        Field("name", "text"),
        Field("email", "text"),
        Field("code", "code", code.choices),
        Field("rate", "number"),
        Field("active", "flag"),
    )
    return _fields(fields, random, number, oddness)


def _fields(fields: tuple[Field, ...], random: Random, number: int, oddness: float) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for field in fields:
        odd = random.random() < (oddness / 4 if field.kind == "id" else oddness)
        value = _odd(field, random, number) if odd else _usual(field, random, number, oddness)
        if value is not MISSING:
            made[field.name] = value  # type: ignore[assignment]  # MISSING, a bare object, is excluded
    return made


def _usual(field: Field, random: Random, number: int, oddness: float) -> Value:
    match field.kind:
        case "id":
            return number
        case "text":
            return random.choice(_TEXTS)
        case "code":
            return random.choice(field.choices)
        case "number":
            return random.choice((12.5, 99.99, 1200.0, 40, 3.14159, 7.005))
        case "whole":
            return random.choice((0, 1, 2, 12, 150))
        case "flag":
            return random.random() < 0.6
        case "date":
            return random.choice(("2024-03-01T10:00:00Z", "2023-12-31", "2024-02-29T00:00:00+02:00"))
        case "record":
            return _fields(field.fields, random, number, oddness)
        case "texts":
            return [random.choice((*_TEXTS, "vip")) for _ in range(random.randrange(4))]
        case "records":
            return [_fields(field.fields, random, number, oddness) for _ in range(random.randrange(4))]


def _odd(field: Field, random: Random, number: int) -> object:
    """A null, a missing key, an unusual value of the right type, or one of a wrong type."""
    chance = random.random()
    if chance < 0.25:
        return None
    if chance < 0.5:
        return MISSING
    if chance < 0.75:
        if field.kind in ("text", "code", "date"):
            return random.choice(ODD_TEXTS)
        if field.kind in ("number", "whole", "id"):
            return random.choice(ODD_NUMBERS)
        if field.kind in ("texts", "records"):
            return random.choice(([], [None], [1, "a"], [[]], ["", "b", "", "b"], {"a": 1}, "abc"))
        return random.choice(({}, False, {"name": {"first": "A"}}, 0))
    return random.choice(
        (*ODD_TEXTS[:6], 0, False, True, 5, 10.0, [], ["a"], {}, {"a": 1}, [{"sku": "s"}], float("nan"))
    )
