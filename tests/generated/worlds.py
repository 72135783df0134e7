"""The worlds that a script is run in: usual and odd records, duplicates, and answers that are out of order."""

from __future__ import annotations

from random import Random

from tests.generated.entities import Entity, other, record
from tests.generated.scripts import Script
from tests.generated.vendors import Fault, World

_REFUSALS = (422, 422, 500, 500, 404, 409, 429, 401)
_BODIES = ("[]", "{}", "null", '{"data": null}', '"text"', '{"items": {}}', "[[1]]", "0", "")


def worlds_for(script: Script, random: Random) -> tuple[World, ...]:
    """Five worlds: clean, slightly odd, odd, and two in which one or two answers are out of order."""
    entity = script.api.entity
    return (
        _world(entity, random, 0.0),
        _world(entity, random, 0.03),
        _world(entity, random, 0.15),
        _faulty(_world(entity, random, 0.0), random, script),
        _faulty(_world(entity, random, 0.01), random, script),
    )


def _world(entity: Entity, random: Random, oddness: float) -> World:
    count = random.choice((0, 1, 3, 4, 5, 8))
    records = [record(entity, random, number, oddness) for number in range(1, count + 1)]
    if records and random.random() < 0.3:
        records.append(random.choice((records[0], {**records[-1], "id": records[0].get("id")})))
    others = tuple(other(entity, random, number, oddness) for number in range(1, random.randrange(5)))
    return World(tuple(records), others)


def _faulty(world: World, random: Random, script: Script) -> World:
    """The world with one or two faults; half of them are of a kind that the script looks for."""
    reads: dict[int, Fault] = {}
    writes: dict[int, Fault] = {}
    for _ in range(random.choice((1, 1, 2))):
        number = random.randrange(1, 5)
        faults, kind = (reads, "read") if random.random() < 0.35 else (writes, "write")
        fault = _fault(random, script, kind)
        for again in range(random.choice((1, 1, 1, 2, 3)) if fault.status >= 400 or fault.lost else 1):
            faults[number + again] = fault
    return World(world.records, world.others, reads, writes)


def _fault(random: Random, script: Script, kind: str) -> Fault:
    if script.expected and random.random() < 0.5:
        status = random.choice(script.expected)
        return Fault(lost=True) if status == 0 else Fault(status, '{"error": "refused"}')
    chance = random.random()
    if chance < 0.6:
        body = random.choice(('{"error": "refused", "id": "t4"}', '{"error": "sorry"}', "", "Sorry"))
        return Fault(random.choice(_REFUSALS), body)
    if chance < 0.75:
        return Fault(lost=True)
    if chance < 0.85:
        return Fault(body="<html>Maintenance</html>")
    if chance < 0.93 and kind == "read":
        return Fault(empty=True)
    return Fault(body=random.choice(_BODIES))
