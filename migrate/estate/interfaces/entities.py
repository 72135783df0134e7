"""What flows write, by the name of the resource: which fields of which systems become which field.

Flows disagree about a field of one system where they make it by other functions or tables; from which fields they
take it is their own matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from migrate.estate.interfaces.requests import Asked, FlowRequests
from migrate.estate.inventory.origins import MEMBERS, Origins
from migrate.estate.inventory.sent import SentField
from migrate.interfaces import UNKNOWN, Entity, EntityField, Interface, Shape, Source, either
from migrate.model import (
    Call,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    Reference,
    Translate,
    VariableReference,
    rewrite,
    walk,
    walk_steps,
)
from migrate.model.notation import written

_VERSION = re.compile(r"(?i)(api|rest|v?\d+(\.\d+)*)")
_INPUT = VariableReference(name="…")
"""In place of what a rule takes from elsewhere."""

Path = tuple[str, ...]
Id = tuple[str, str]


@dataclass
class _Gathered:
    """A field while it is put together."""

    shape: Shape | None = None
    made: dict[tuple[str, ...], Source] = field(default_factory=dict)
    ways: dict[str, dict[str, None]] = field(default_factory=dict)
    """How it is made, by the system that it is sent to."""


def entities_of(
    flows: Iterable[FlowRequests], systems: Mapping[str, Interface]
) -> tuple[tuple[Entity, ...], Mapping[Id, frozenset[str]]]:
    """The entities by name, and the systems that translators and rules make something for; `systems` are by the URL of
    a server."""
    entities: dict[str, dict[Path, _Gathered]] = {}
    mapped: dict[Id, frozenset[str]] = {}
    for flow in flows:
        translators = {
            step.id: step for step in walk_steps(flow.integration.steps) if isinstance(step, Translate)
        }
        places = {
            one.call.step.id: systems[one.server.url].id for one in flow.asked if one.server.url in systems
        }
        for asked in flow.asked:
            body = asked.call.operation.body
            if body is not None:
                reached = _translators(body.content, flow.origins, translators)
                for id_ in (id_ for one in reached for id_ in _ids(one)):
                    own = (flow.integration.id, id_)
                    mapped[own] = mapped.get(own, frozenset()) | {places[asked.call.step.id]}
            name = resource_of(asked.operation.path)
            if not name or not asked.call.found.mapped:
                continue
            fields = entities.setdefault(name, {})
            for sent in asked.call.found.mapped:
                _add(fields, flow, asked, sent, places)
    made = tuple(
        Entity(name, tuple(_field(path, fields[path]) for path in fields))
        for name, fields in sorted(entities.items())
    )
    return made, mapped


def resource_of(path: str) -> str:
    """The name of what a path leads to: its last part that is constant and no version; empty without one."""
    parts = [part for part in path.split("/") if part and "{" not in part and not _VERSION.fullmatch(part)]
    return parts[-1].partition(".")[0] if parts else ""


def _add(
    fields: dict[Path, _Gathered],
    flow: FlowRequests,
    asked: Asked,
    sent: SentField,
    places: Mapping[str, str],
) -> None:
    request = asked.operation.request
    path, shape = _placed(UNKNOWN if request is None else request.shape, sent.target)
    use = asked.operation.uses[0]
    if sent.span is not None:
        use = type(use)(use.flow, use.step, f"{sent.span.file}:{sent.span.line}")
    origin = flow.origins.of(sent.value)
    system = places[asked.call.step.id]
    source = Source(
        use,
        system,
        f"{asked.operation.method} {asked.operation.path}",
        _sources(flow.origins, sent.value, places) or origin.fields,
        origin.transform,
        _way(sent.value),
    )
    gathered = fields.setdefault(path, _Gathered())
    gathered.shape = shape if gathered.shape is None else either(gathered.shape, shape)
    key = (use.flow, use.place, system, source.operation, source.expression, *source.sources)
    gathered.made.setdefault(key, source)
    gathered.ways.setdefault(system, {})[_way_with_tables(sent.value)] = None


def _field(path: Path, gathered: _Gathered) -> EntityField:
    made = sorted(gathered.made.values(), key=lambda one: (one.system, one.use.flow, one.use.place))
    conflicting = any(
        len(ways) > 1 and len({one.use.flow for one in made if one.system == system}) > 1
        for system, ways in gathered.ways.items()
    )
    return EntityField(path, gathered.shape or UNKNOWN, tuple(made), conflicting)


def _placed(shape: Shape, target: Path) -> tuple[Path, Shape]:
    """The path of a field with `[]` where it leads into a list, and what is known of the field."""
    path: list[str] = []
    for key in target:
        while shape.items is not None and key not in shape.fields:
            shape = shape.items
            path.append("[]")
        path.append(key)
        shape = shape.fields[key].shape if key in shape.fields else UNKNOWN
    while path[:1] == ["[]"]:
        path = path[1:]  # a list of entities
    return tuple(path), shape


def _sources(origins: Origins, value: Expression, places: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of answers with the system that gave them; those of files and databases by their names alone."""
    found: dict[str, None] = {}
    for part in origins.read_by(value):
        name = ".".join(one for one in part.way if isinstance(one, str) and one)
        if name:
            system = places.get(part.step)
            found[f"{system}: {name}" if system else name] = None
    return tuple(found)


def _way(value: Expression) -> str:
    """How a field is made, with `…` for what it is made of."""
    return written(rewrite(value, _without_input)).replace("$…", "…")


def _way_with_tables(value: Expression) -> str:
    tables = [
        f"{written(case.key)}: {written(case.value)}"
        for part in walk(value)
        if isinstance(part, Lookup)
        for case in part.cases
    ]
    return "\n".join((_way(value), *tables))


def _without_input(part: Expression) -> Expression:
    match part:
        case Reference() | LoopValue():
            return _INPUT
        case Call(function=function, arguments=(VariableReference(name="…"), Constant(), *defaults)) if (
            function in MEMBERS
        ):
            if not defaults or defaults == [Constant(value=None)]:
                return _INPUT
            return part.model_copy(update={"arguments": (_INPUT, Constant(value="…"), *defaults)})
        case _:
            return part


def _translators(
    content: Expression, origins: Origins, translators: Mapping[str, Translate]
) -> tuple[Translate, ...]:
    """The translators that make a part of a content, directly or by what they make of each other."""
    found: dict[str, Translate] = {}
    pending, seen = [content], set[int]()
    while pending:
        for part in walk(pending.pop()):
            inside: tuple[Expression, ...] = ()
            match part:
                case Reference(step=step, part="value") if step in translators:
                    found[step] = translators[step]
                    inside = tuple(rule.value for rule in translators[step].rules)
                case Reference(step=step, part="item") if step in origins.over:
                    inside = (origins.over[step],)
                case LoopValue(loop=loop, name=name):
                    inside = origins.loop_values.get((loop, name), ())
            for one in inside:
                if id(one) not in seen:
                    seen.add(id(one))
                    pending.append(one)
    return tuple(found.values())


def _ids(translate: Translate) -> tuple[str, ...]:
    return (translate.id, *(rule.id for rule in translate.rules))
