"""What flows read of answers: the fields by their ways, without types, which the code does not show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from migrate.estate.inventory.origins import MEMBERS, AnswerPart, Origins, Wanted
from migrate.interfaces import UNKNOWN, Field, Shape
from migrate.model import (
    Block,
    Call,
    Expression,
    HttpOperation,
    Read,
    Reference,
    Write,
    children,
    expressions_of,
    walk_steps,
)

JSON_DECODERS = frozenset(
    {"requests.json_answer", "httpx.json_answer", "urllib.json_answer", "jq-1.6.json_answer", "python.json"}
)


def answers_read(block: Block, origins: Origins) -> dict[str, tuple[Shape, tuple[str, ...]]]:
    """What is read of the answers to requests, by the ids of their steps: of JSON bodies, and the names of headers."""
    json = {
        step.id: step.operation.decoder in JSON_DECODERS
        for step in walk_steps(block)
        if isinstance(step, (Read, Write)) and isinstance(step.operation, HttpOperation)
    }
    shapes: dict[str, Shape] = {}
    headers: dict[str, dict[str, None]] = {}
    for part in _parts(block, origins):
        if part.step not in json:
            continue
        if part.part == "headers":
            if part.way and isinstance(part.way[0], str) and part.way[0]:
                headers.setdefault(part.step, {})[part.way[0].lower()] = None
        elif (part.part == "body" and json[part.step]) or (part.part in ("text", "bytes") and part.decoded):
            shapes[part.step] = with_way(shapes.get(part.step, UNKNOWN), part.way)
    return {step: (shapes.get(step, UNKNOWN), tuple(headers.get(step, ()))) for step in {**shapes, **headers}}


def _parts(block: Block, origins: Origins) -> Iterator[AnswerPart]:
    """All parts of answers that the steps of a block use, each once."""
    seen: dict[AnswerPart, None] = {}
    looked_at: set[int] = set()
    for step in walk_steps(block):
        for expression in expressions_of(step):
            for access in _accesses(expression, looked_at):
                for part in origins.read_by(access):
                    if part not in seen:
                        seen[part] = None
                        yield part


def _accesses(expression: Expression, looked_at: set[int]) -> Iterator[Expression]:
    """The longest chains of keys in an expression, and references that no key follows."""
    pending = [(expression, False)]
    while pending:
        part, inside = pending.pop()
        if id(part) in looked_at and not inside:
            continue
        looked_at.add(id(part))
        is_access = isinstance(part, Call) and part.function in MEMBERS
        if (is_access or isinstance(part, Reference)) and not inside:
            yield part
        for number, child in enumerate(children(part)):
            pending.append((child, is_access and number == 0))


def with_way(shape: Shape, way: Wanted) -> Shape:
    """The shape with what a way leads through: an item that is read of is one of a list only where it has fields."""
    match way:
        case ():
            return shape
        case ("", *rest):
            return replace(shape, values=with_way(shape.values or UNKNOWN, tuple(rest)))
        case (str() as key, *rest):
            inner = shape.fields[key].shape if key in shape.fields else UNKNOWN
            return replace(shape, fields={**shape.fields, key: Field(with_way(inner, tuple(rest)))})
        case (_, *rest) if any(isinstance(one, str) for one in rest):
            return replace(shape, items=with_way(shape.items or UNKNOWN, tuple(rest)))
        case _:
            return shape
