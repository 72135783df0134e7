"""Classes whose objects are records: dataclasses, named tuples, models of pydantic, and the members of enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from extractors.evaluator import operators
from extractors.evaluator.classes import Classes
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    CollectionValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import CallExpr, ClassDef, Expr, FunctionDef, LiteralExpr
from migrate.model import Constant, SourceSpan

Record = Literal["", "dataclass", "namedtuple", "model", "enum"]

FIELD = External("dataclasses.Field")
"""The class of what `field(...)` gives, with its `default` or `default_factory`."""
_DATACLASS = External("dataclasses.dataclass")
ALIASES = "(aliases)"
"""The attribute of a field that holds the ways to its value in what a model is made of: tuples of keys."""
_OPTIONS = frozenset({"frozen", "eq", "kw_only", "order", "repr", "slots", "unsafe_hash"})
"""What a dataclass may be asked for that its attributes do not depend on."""
_BASES: dict[Value, Record] = {
    External("typing.NamedTuple"): "namedtuple",
    External("pydantic.BaseModel"): "model",
    External("pydantic.main.BaseModel"): "model",
    External("enum.Enum"): "enum",
    External("enum.IntEnum"): "enum",
    External("enum.StrEnum"): "enum",
}
_MAKING = frozenset({"__init__", "__new__", "_missing_", "_generate_next_value_", "__init_subclass__"})
"""Methods by which a class makes its objects in a way of its own."""
_NO_FIELD = frozenset({"ClassVar", "InitVar", "KW_ONLY"})
_COPIED = "a record that holds what a copy of it cannot be made of"


class RecordClasses(Classes):
    """The part of the evaluator that knows classes of records."""

    def record_sort(self, definition: ClassDef, bases: tuple[Value, ...]) -> Record:
        """What makes the objects of a class that is being defined."""
        for base in bases:
            inherited = base.record if isinstance(base, ClassValue) else _BASES.get(base, "")
            if inherited and inherited != "dataclass":
                special = {node.name for node in definition.body if isinstance(node, FunctionDef)} & _MAKING
                return "" if special or definition.decorators else inherited
        decorated = len(definition.decorators) == 1 and self._is_dataclass(definition.decorators[0])
        return "dataclass" if decorated else ""

    def _is_dataclass(self, decorator: Expr) -> bool:
        match decorator:
            case CallExpr(function=function, arguments=arguments):
                known = all(
                    one.keyword in _OPTIONS and isinstance(one.value, LiteralExpr) for one in arguments
                )
                return known and self.evaluate(function) == _DATACLASS
            case _:
                return self.evaluate(decorator) == _DATACLASS

    def is_fixed(self, of: ClassValue) -> bool:
        """True if attributes of the class's objects cannot be set, or if setting them does more than that."""
        return of.record in ("namedtuple", "enum") or any(
            argument.keyword in ("frozen", "slots")
            for one in self.resolution(of)
            for decorator in one.definition.decorators
            if isinstance(decorator, CallExpr)
            for argument in decorator.arguments
        )

    def _takes_names_only(self, of: ClassValue) -> bool:
        """True for a dataclass, or one that extends such a one, whose fields are given by name."""
        return any(
            argument.keyword == "kw_only" and argument.value != LiteralExpr(argument.value.span, False)
            for one in self.resolution(of)
            for decorator in one.definition.decorators
            if isinstance(decorator, CallExpr)
            for argument in decorator.arguments
        )

    def fields_of(self, of: ClassValue) -> dict[str, Value | None]:
        """The fields of a class of records, those of its bases first, each with its default."""
        found: dict[str, Value | None] = {}
        for one in reversed(self.resolution(of)):
            attributes = self.state.get(one.attributes)
            if one.record and isinstance(attributes, Frame):
                for field in one.definition.fields:
                    if field.annotation not in _NO_FIELD:
                        found[field.name] = attributes.names.get(field.name)
        return found

    def _instantiate(self, of: ClassValue, arguments: Arguments, span: SourceSpan) -> Value:
        match of.record:
            case "enum":
                return self._member_of_value(of, arguments, span)
            case "dataclass" | "namedtuple" | "model" if self.state.read((of.attributes, "__init__")) is None:
                return self._record(of, arguments, span)
            case _:
                return super()._instantiate(of, arguments, span)

    def _record(self, of: ClassValue, arguments: Arguments, span: SourceSpan) -> Value:
        fields = self.fields_of(of)
        annotations = {field.annotation for one in self.resolution(of) for field in one.definition.fields}
        if annotations & {"InitVar", "KW_ONLY"} or (arguments.positional and self._takes_names_only(of)):
            return self._not_followed(
                Unknown("HS101", f"the parameters of {of.definition.name}", span), arguments, span
            )
        if of.record == "model":
            self.gap("HS101", "a model of pydantic, which checks and converts what it is given", span)
            return self.state.allocate(Instance(of, self._of_model(fields, arguments, span)))
        given = arguments.bind(*fields)
        if given is None:
            reason = f"arguments that are not the fields of {of.definition.name}"
            return self._not_followed(Unknown("HS101", reason, span), arguments, span)
        made: dict[str, Value] = {}
        for name, default in fields.items():
            value = given.get(name) or arguments.of_rest(name) or self._default(default, span)
            if value is None:
                reason = f"an object of {of.definition.name} without its field {name}"
                return self._not_followed(Unknown("HS101", reason, span), arguments, span)
            made[name] = self.guarded_secret(name, value, span)
        instance = self.state.allocate(Instance(of, made))
        after = self.class_attribute(of, "__post_init__")
        if isinstance(after, FunctionValue):
            self.call(replace(after, bound=instance), Arguments((), {}), span)
        return instance

    def _of_model(
        self, fields: dict[str, Value | None], arguments: Arguments, span: SourceSpan
    ) -> dict[str, Value]:
        """The fields of a model, by their names or aliases; behind a gap, so what is not given is left out."""
        made: dict[str, Value] = {}
        for name, default in fields.items():
            for first, *others in (*self.aliases_of(default), (name,)):
                value = arguments.keywords.get(str(first)) or arguments.of_rest(first)
                if value is not None:
                    for key in others:
                        part = Constant(value=key)
                        value = Symbolic(operators.call("python.member", self.snapshot(value, span), part))
                    made[name] = self.guarded_secret(name, value, span)
                    break
            else:
                made[name] = self._default(default, span) or NONE
        return made

    def aliases_of(self, default: Value | None) -> tuple[tuple[str | int, ...], ...]:
        """The ways to a field in what a model is made of, besides its name."""
        found = self.state.peek(default) if isinstance(default, Pointer) else None
        held = found.attributes.get(ALIASES) if isinstance(found, Instance) and found.of == FIELD else None
        ways = held.items if isinstance(held, TupleValue) else ()
        return tuple(
            tuple(
                one.value for one in way.items if isinstance(one, Known) and isinstance(one.value, str | int)
            )
            for way in ways
            if isinstance(way, TupleValue)
        )

    def _default(self, default: Value | None, span: SourceSpan) -> Value | None:
        """The value of a field that is not given; None where it has no default."""
        found = self.state.peek(default) if isinstance(default, Pointer) else None
        match found:
            case Instance(of=of, attributes=attributes) if of == FIELD:
                factory = attributes.get("default_factory")
                if factory is not None:
                    return self.call(factory, Arguments((), {}), span)
                return attributes.get("default")
            case ListObject() | MapObject():
                return self.gap("HS101", "a field whose default changes in place", span)
            case _:
                return default

    # --- enumerations ------------------------------------------------------------------------------------------

    def make_members(self, of: ClassValue) -> None:
        """Makes members of what the body of an enumeration assigns."""
        attributes = self.state.get(of.attributes)
        assert isinstance(attributes, Frame)
        for name, value in attributes.names.items():
            if (name.startswith("_") and name.endswith("_")) or isinstance(value, FunctionValue | ClassValue):
                continue
            if value == External("enum.auto()"):
                value = self._following(of)
            parts: dict[str, Value] = {"name": Known(name), "value": value}
            self.state.write((of.attributes, name), self.state.allocate(Instance(of, parts)))

    def _following(self, of: ClassValue) -> Value:
        """The number that `auto()` stands for: one more than the member before."""
        before = [self.state.read((one.address, "value")) for one in self.members_of(of).values()]
        numbers = [one.value for one in before if isinstance(one, Known) and type(one.value) is int]
        if len(numbers) < len(before) or numbers != sorted(numbers) or External("enum.StrEnum") in of.bases:
            return self.unknown("HS101", "what auto() stands for here", of.definition.span)
        return Known(1 + (numbers[-1] if numbers else 0))

    def members_of(self, of: ClassValue) -> dict[str, Pointer]:
        """The members of an enumeration by name, without those that are other names of one."""
        attributes = self.state.get(of.attributes)
        assert isinstance(attributes, Frame)
        found: dict[str, Pointer] = {}
        for name, value in attributes.names.items():
            held = self.state.peek(value) if isinstance(value, Pointer) else None
            if isinstance(held, Instance) and held.of == of and isinstance(value, Pointer):
                values = [self.state.read((one.address, "value")) for one in found.values()]
                if held.attributes["value"] not in values:
                    found[name] = value
        return found

    def _member_of_value(self, of: ClassValue, arguments: Arguments, span: SourceSpan) -> Value:
        """`Class(value)`."""
        wanted = arguments.positional[0] if len(arguments.positional) == 1 else NONE
        for member in self.members_of(of).values():
            if isinstance(wanted, Known) and self.state.read((member.address, "value")) == wanted:
                return member
        return self._not_followed(
            Unknown("HS101", f"a member of {of.definition.name} by a value that is known at run time", span),
            arguments,
            span,
        )

    # --- as sequences and maps ---------------------------------------------------------------------------------

    def fixed_items(self, value: Value) -> tuple[Value, ...] | None:
        """As of other sequences; of a named tuple its values, of an enumeration its members."""
        if isinstance(value, ClassValue) and value.record == "enum":
            return tuple(self.members_of(value).values())
        found = self.state.peek(value) if isinstance(value, Pointer) else None
        if (
            isinstance(found, Instance)
            and isinstance(found.of, ClassValue)
            and found.of.record == "namedtuple"
        ):
            return tuple(found.attributes.values())
        return super().fixed_items(value)

    def as_map(self, value: Value, span: SourceSpan) -> Value:
        """A record as a new map, and all that it holds as copies, as `dataclasses.asdict` makes them."""
        found = self.state.peek(value) if isinstance(value, Pointer) else None
        match value, found:
            case _, Instance(of=ClassValue(record="dataclass" | "model") as of, attributes=attributes):
                fields = self.fields_of(of)
                return self.state.allocate(MapObject(tuple(self._copies(fields, attributes, span))))
            case _, ListObject(items=items, sort="list"):
                return self.state.allocate(ListObject(tuple(self.as_map(one, span) for one in items)))
            case _, MapObject(items=items):
                copies = (replace(one, value=self.as_map(one.value, span)) for one in items)
                return self.state.allocate(MapObject(tuple(copies)))
            case TupleValue(items=parts), _:
                return TupleValue(tuple(self.as_map(one, span) for one in parts))
            case _, Instance():
                return self.gap("HS101", _COPIED, span)
            case ((Pointer() | CollectionValue()), _):
                return self.supposed(self.value_of(self.snapshot(value, span)))
            case _:
                return value

    def _copies(
        self, fields: dict[str, Value | None], attributes: dict[str, Value], span: SourceSpan
    ) -> Iterator[MapItem]:
        for name in fields:
            yield MapItem(Known(name), self.as_map(attributes[name], span), None, span)
