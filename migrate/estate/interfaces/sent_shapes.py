"""What flows send, as far as the code shows it: types of constants and of functions, fields of records.

A value that is taken out of an answer has no type: the code does not say what the other system sends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from migrate.estate.inventory.origins import Origins
from migrate.interfaces import UNKNOWN, Field, Shape, either
from migrate.interfaces.shapes import NONE_MET, Presence, Type
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    MappingRule,
    RecordExpression,
    Reference,
    Scalar,
    SecretReference,
    SequenceExpression,
    VariableReference,
)
from migrate.model.functions import FUNCTIONS
from migrate.model.operands import Operand

_TYPES: dict[str, Type] = {
    "text": "string",
    "integer": "integer",
    "float": "number",
    "boolean": "boolean",
    "list": "array",
    "map": "object",
    "null": "null",
}
_OPERANDS: dict[frozenset[Type], str] = {frozenset({type_}): name for name, type_ in _TYPES.items()} | {
    frozenset({"integer", "number"}): "number",
}
_DOCUMENTS = frozenset({"python.json_text", "jq-1.6.json_text"})
"""Functions that write a value as JSON."""
_SAME = frozenset(
    {
        "python.dict",
        "python.copy",
        "python.deep_copy",
        "python.reversed",
        "python.sorted",
        "python.sorted_by",
        "python.unique",
        "python.slice",
        "jq.sort_by",
        "jq.unique",
    }
)
"""Functions whose value has the fields or items of their first argument."""
_JOINED_LISTS = frozenset({"python.extended", "python.add", "python.add_in_place"})
_PASSES = 3
_DEEPEST = 60


@dataclass
class SentShapes:
    """Looks up what the expressions of one integration are."""

    origins: Origins
    assumed: dict[tuple[str, str], Shape] = field(default_factory=dict)
    """What loop variables are taken for while they are looked at."""
    depth: int = 0
    known: dict[int, tuple[Expression, Shape]] = field(default_factory=dict)
    """What was found, by the identity of the expression, which is kept with it."""

    def of(self, expression: Expression) -> Shape:
        """What is known of the value of an expression."""
        found = self.known.get(id(expression))
        if found is not None:
            return found[1]
        if self.depth > _DEEPEST:
            return UNKNOWN
        self.depth += 1
        shape = self._of(expression)
        self.depth -= 1
        if not self.assumed and not self.depth:
            self.known[id(expression)] = (expression, shape)
        return shape

    def of_document(self, content: Expression) -> Shape | None:
        """What a text that holds JSON is made of; None where it is not written by a function that does that."""
        match content:
            case Call(function=function, arguments=(value, *_)) if function in _DOCUMENTS:
                return self.of(value)
            case (
                Call(function="python.encode", arguments=(value, *_))
                | Call(function="concat", arguments=(value,))
            ):
                return self.of_document(value)
            case _:
                return None

    def _of(self, expression: Expression) -> Shape:
        match expression:
            case Constant(value=value):
                return of_constant(value)
            case VariableReference():
                return Shape(types=frozenset({"string"}))
            case SecretReference(name=name):
                return Shape(types=frozenset({"string"}), secret=name)
            case RecordExpression(entries=entries):
                record = Shape(types=frozenset({"object"}), closed=True)
                for entry in entries:
                    record = _with_field(record, (entry.key,), self.of(entry.value), entry.when is None)
                return record
            case SequenceExpression(items=items) | Call(function="python.tuple", arguments=items):
                return Shape(types=frozenset({"array"}), items=self._any(items))
            case Choice(then=then, otherwise=otherwise):
                return either(self.of(then), self.of(otherwise))
            case Lookup(cases=cases, otherwise=otherwise):
                rest = () if otherwise is None else (otherwise,)
                return self._any((*(case.value for case in cases), *rest))
            case Reference(step=step, part="value") if step in self.origins.rules:
                return self._translated(self.origins.rules[step])
            case Reference(step=step, part="item") if step in self.origins.over:
                return self.of(self.origins.over[step]).items or UNKNOWN
            case Reference(part="status"):
                return Shape(types=frozenset({"integer"}))
            case LoopValue(loop=loop, name=name):
                return self._loop_value((loop, name))
            case Call(function=function, arguments=arguments):
                return self._call(function, arguments)
            case _:
                return UNKNOWN

    def _any(self, values: Iterable[Expression]) -> Shape:
        shape = NONE_MET
        for value in values:
            shape = either(shape, self.of(value))
        return shape

    def _translated(self, rules: tuple[MappingRule, ...]) -> Shape:
        record = Shape(types=frozenset({"object"}), closed=True)
        for rule in rules:
            record = _with_field(record, rule.target, self.of(rule.value), rule.when is None)
        return record

    def _loop_value(self, variable: tuple[str, str]) -> Shape:
        """What a variable is at first and after any pass: looked at again until that stays the same."""
        if variable in self.assumed:
            return self.assumed[variable]
        initial, *later = self.origins.loop_values.get(variable, ()) or (None,)
        if initial is None:
            return UNKNOWN
        assumed = self.of(initial)
        for _ in range(_PASSES):
            self.assumed[variable] = assumed
            found = either(assumed, self._any(later))
            if found == assumed:
                break
            assumed = found
        else:
            assumed = UNKNOWN
        del self.assumed[variable]
        return assumed

    def _call(self, function: str, arguments: tuple[Expression, ...]) -> Shape:
        match arguments:
            case (container, Constant(value=str() as key)) if function == "python.member":
                known = self.of(container)
                return known.fields[key].shape if known.closed and key in known.fields else UNKNOWN
            case (container, item) if function == "python.appended":
                items = either(self.of(container).items or UNKNOWN, self.of(item))
                return Shape(types=frozenset({"array"}), items=items)
            case (container, Constant(value=str() as key), value) if function == "python.with_item":
                return _with_field(self._map(container), (key,), self.of(value), always=True)
            case (container, Constant(value=str() as key)) if function == "python.without_key":
                known = self._map(container)
                return replace(known, fields={n: f for n, f in known.fields.items() if n != key})
            case (container, _, value) if function == "python.with_item":
                known = self._map(container)
                held = self.of(value)
                values = held if known.values is None else either(known.values, held)
                return replace(known, values=values, closed=False)
            case (first, *_) if function in _SAME:
                return self.of(first)
            case (first, *others) if function in ("merge", "python.updated"):
                return self._merged(first, others)
            case _ if function in _JOINED_LISTS:
                shapes = [self.of(one) for one in arguments]
                if all(shape.is_only("array") for shape in shapes):
                    items = NONE_MET
                    for shape in shapes:
                        items = either(items, shape.items or UNKNOWN)
                    return Shape(types=frozenset({"array"}), items=items)
        return self._result(function, arguments)

    def _map(self, container: Expression) -> Shape:
        known = self.of(container)
        return known if known.is_only("object") else Shape(types=frozenset({"object"}))

    def _merged(self, first: Expression, others: list[Expression]) -> Shape:
        """A map with the fields of all, those of a later one in place of an earlier one's."""
        made = self._map(first)
        for other in map(self._map, others):
            for name, one in other.fields.items():
                made = _with_field(made, (name,), one.shape, one.presence == "always")
            made = replace(made, closed=made.closed and other.closed)
        return made

    def _result(self, function: str, arguments: tuple[Expression, ...]) -> Shape:
        known = FUNCTIONS.get(function)
        if known is None:
            return UNKNOWN
        operands = [self._operand(one) for one in arguments]
        type_ = _TYPES.get(known.result_type(operands) or "")
        return UNKNOWN if type_ is None else Shape(types=frozenset({type_}))

    def _operand(self, expression: Expression) -> Operand:
        if isinstance(expression, Constant):
            type_ = _OPERANDS.get(of_constant(expression.value).types or frozenset())
            return Operand(type_, expression)
        return Operand(_OPERANDS.get(self.of(expression).types or frozenset()))


def of_constant(value: Scalar) -> Shape:
    """What a constant is."""
    match value:
        case None:
            return Shape(types=frozenset({"null"}))
        case bool():
            type_: Type = "boolean"
        case int():
            type_ = "integer"
        case float():
            type_ = "number"
        case str():
            type_ = "string"
    return Shape(types=frozenset({type_}), constants=(value,))


def _with_field(record: Shape, path: tuple[str, ...], value: Shape, always: bool) -> Shape:
    """The record with a field set; keys on the way to it become records, as `Translate` makes them."""
    key, *rest = path
    before = record.fields.get(key)
    presence: Presence = "always" if always else "sometimes"
    if rest:
        inner = Shape(types=frozenset({"object"}), closed=True) if before is None else before.shape
        value = _with_field(inner, tuple(rest), value, always)
        presence = "always" if always or (before is not None and before.presence == "always") else "sometimes"
    elif before is not None and not always:
        value, presence = either(before.shape, value), before.presence or "sometimes"
    return replace(record, fields={**record.fields, key: Field(value, presence)})
