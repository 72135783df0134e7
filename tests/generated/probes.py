"""Every idiom by itself over every odd value: a script of one loop and one write, run once for each value."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from migrate.model.values import Value
from tests.generated.entities import ENTITIES, ODD_NUMBERS, ODD_TEXTS, Entity, Field, record
from tests.generated.idioms import BY_KIND, CONDITIONS, Idioms
from tests.generated.scripts import Script
from tests.generated.vendors import Api, World

_EMPTY: tuple[Value, ...] = (None, True, False, [], {})
_LISTS: tuple[Value, ...] = (
    ["a"],
    ["a", "b"],
    [1, "a"],
    [None],
    [[]],
    [{"sku": "s", "qty": 2, "price": 0.1}],
)
_MORE_LISTS: tuple[Value, ...] = (
    [{"sku": None, "qty": "2", "price": 3}],
    [{"sku": "s", "qty": 0}],
    [{}],
    [{"qty": 1.5}],
)
_MAPS: tuple[Value, ...] = (
    {"a": 1},
    {"city": "x", "zip": None},
    {"name": "n", "email": 5},
    {"name": {}, "code": "c"},
)
_USUAL: tuple[Value, ...] = (
    "Ada Lovelace",
    "ada@example.org",
    "vip",
    "active",
    "paid",
    "book",
    1,
    12.5,
    99,
    100,
    150,
)
_VALUES: tuple[Value, ...] = (*ODD_TEXTS, *ODD_NUMBERS, *_EMPTY, *_LISTS, *_MORE_LISTS, *_MAPS, *_USUAL)
_SOURCE = """import requests

SOURCE = 'crm'
{tables}
for c in requests.get('https://api.crm.initech.example/v2/list').json():
{lines}
    requests.post('https://erp.globex.example/rest/v1/things', json={body}).raise_for_status()
"""


def probes() -> Iterator[tuple[str, Script, tuple[World, ...]]]:
    """Each idiom as an expression, its script, and a world for each value of its field."""
    seen: set[tuple[str, str]] = set()
    for entity in ENTITIES:
        for field in entity.fields:
            for idioms, conditions in ((BY_KIND, False), (CONDITIONS, True)):
                for _, template in idioms.get(field.kind, ()):
                    if (field.kind, template) not in seen:
                        seen.add((field.kind, template))
                        yield _probe(entity, field, template, conditions)


def _probe(
    entity: Entity, field: Field, template: str, condition: bool
) -> tuple[str, Script, tuple[World, ...]]:
    idioms = Idioms(Random(0), entity)
    expression = idioms.filled(template, "c", field)
    tables = "\n".join(f"{name} = {rows!r}" for name, rows in idioms.tables.items())
    if condition:
        lines, body = f"    if {expression}:\n        continue", "{'id': c['id']}"
    else:
        lines, body = f"    value = {expression}", "{'value': value}"
    api = Api("https://api.crm.initech.example/v2", "/list", entity, (), "none", (), 10)
    script = Script(_SOURCE.format(tables=tables, lines=lines, body=body), api)
    return expression, script, tuple(_worlds(entity, field))


def _worlds(entity: Entity, field: Field) -> Iterator[World]:
    usual = record(entity, Random(1), 7, 0.0)
    yield World(({key: value for key, value in usual.items() if key != field.name},))
    for value in _VALUES:
        yield World((usual | {field.name: value},))
