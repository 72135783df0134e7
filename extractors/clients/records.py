"""The standard library's records and enumerations, and models of pydantic; their classes are the evaluator's.

Reads: `dataclasses.dataclass`, `field` (`default`, `default_factory`), `asdict`, `replace`; `collections.namedtuple`,
    `typing.NamedTuple` with `_asdict`, `_replace`; `enum.Enum` with `auto`; `pydantic.BaseModel` with `model_dump`.
Becomes: objects with attributes, which become maps where they are asked for as such.
Cannot see: what pydantic checks and converts (a gap stands there), `InitVar`, records as data by themselves.
Example:
    from dataclasses import asdict, dataclass
    import requests
    @dataclass
    class Contact:
        name: str
        source: str = "import"
    for row in requests.get("https://crm.example/rows").json():
        requests.post("https://shop.example/contacts", json=asdict(Contact(row["name"])))
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.record_classes import ALIASES, FIELD
from extractors.evaluator.values import (
    ClassValue,
    External,
    Frame,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import ClassDef, FieldDef
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_DEFAULTS = frozenset({"default", "default_factory"})
_MODEL = "pydantic.BaseModel"
KNOWLEDGE.values["enum.auto"] = lambda context, span: External("enum.auto")


@KNOWLEDGE.function("dataclasses.field")
def _field(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """`field(default=..., default_factory=...)`; what else it says does not matter for the values."""
    if arguments.keywords.keys() & {"init", "kw_only"}:
        return misfit(context, "field", arguments, span)
    return context.state.allocate(Instance(FIELD, _defaults(arguments)))


def _defaults(arguments: Arguments) -> dict[str, Value]:
    named = {"default": arguments.positional[0]} if arguments.positional else {}
    return {**named, **{name: arguments.keywords[name] for name in _DEFAULTS & arguments.keywords.keys()}}


@KNOWLEDGE.function("pydantic.Field", "pydantic.fields.Field")
def _field_of_model(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """`Field(default, alias=..., validation_alias=...)`; where a model is made stands a gap."""
    made = _defaults(arguments)
    if isinstance(made.get("default"), Unknown):
        del made["default"]  # `...`: it must be given
    alias = arguments.keywords.get("validation_alias", arguments.keywords.get("alias"))
    if alias is not None:
        made[ALIASES] = alias if isinstance(alias, TupleValue) else TupleValue((TupleValue((alias,)),))
    return context.state.allocate(Instance(FIELD, made))


@KNOWLEDGE.function("pydantic.AliasPath", "pydantic.aliases.AliasPath")
def _alias_path(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Keys that lead to a value: one way to it."""
    return TupleValue((TupleValue(arguments.positional),))


@KNOWLEDGE.function("pydantic.AliasChoices", "pydantic.aliases.AliasChoices")
def _alias_choices(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Several ways to a value, of which the first that is there counts."""
    ways = (
        one.items if isinstance(one, TupleValue) else (TupleValue((one,)),) for one in arguments.positional
    )
    return TupleValue(tuple(way for group in ways for way in group))


@KNOWLEDGE.function("dataclasses.asdict")
def _asdict(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if (
        len(arguments.positional) != 1
        or arguments.keywords
        or _record(context, arguments.positional[0]) is None
    ):
        return misfit(context, "asdict", arguments, span)
    return context.as_map(arguments.positional[0], span)


@KNOWLEDGE.function("dataclasses.replace")
def _replace(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    found = _record(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
    if found is None or not isinstance(found.of, ClassValue):
        return misfit(context, "replace", arguments, span)
    kept = {name: found.attributes[name] for name in context.fields_of(found.of)}
    return context.call(found.of, Arguments((), {**kept, **arguments.keywords}), span)


def _record(context: Evaluator, value: Value) -> Instance | None:
    found = context.state.peek(value) if isinstance(value, Pointer) else None
    is_record = isinstance(found, Instance) and isinstance(found.of, ClassValue) and found.of.record
    return found if isinstance(found, Instance) and is_record else None


@KNOWLEDGE.function("enum.auto")
def _auto(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return External("enum.auto()")


@KNOWLEDGE.function("collections.namedtuple")
def _namedtuple(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional:
        case (Known(value=str() as name), Known(value=str() as text)) if not arguments.keywords:
            names = text.replace(",", " ").split()
        case (Known(value=str() as name), given) if not arguments.keywords:
            items = context.fixed_items(given) or ()
            names = [one.value for one in items if isinstance(one, Known) and isinstance(one.value, str)]
            if len(names) != len(items):
                return misfit(context, "namedtuple", arguments, span)
        case _:
            return misfit(context, "namedtuple", arguments, span)
    fields = tuple(FieldDef(span, field, "") for field in names)
    attributes = context.state.allocate(Frame({})).address
    definition = ClassDef(span, name, (), (), (), fields)
    return ClassValue(definition, attributes, (External("typing.NamedTuple"),), "namedtuple")


@KNOWLEDGE.method("typing.NamedTuple", "_asdict")
def _as_map_of_tuple(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    found = context.state.peek(of)
    assert isinstance(found, Instance)
    items = (MapItem(Known(name), value, None, span) for name, value in found.attributes.items())
    return context.state.allocate(MapObject(tuple(items)))


@KNOWLEDGE.method("typing.NamedTuple", "_replace")
def _replaced(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    found = context.state.peek(of)
    assert isinstance(found, Instance)
    return context.call(found.of, Arguments((), {**found.attributes, **arguments.keywords}), span)


@KNOWLEDGE.method(_MODEL, "dict", "model_dump")
def _dump(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        context.gap("HS101", "options of what a model of pydantic gives as a map", span)
    return context.as_map(of, span)


@KNOWLEDGE.method(_MODEL, "json", "model_dump_json")
def _dump_text(context: Evaluator, of: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.call(External("json.dumps"), Arguments((_dump(context, of, arguments, span),), {}), span)
