"""Where the values of an expression come from: dotted names of fields in answers, through loops and records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from migrate.model import (
    Block,
    Call,
    Choice,
    Constant,
    Expression,
    Loop,
    LoopValue,
    MappingRule,
    RecordExpression,
    Reference,
    Split,
    Translate,
    Unmapped,
    VariableReference,
    children,
    walk_steps,
)

_MEMBERS = ("python.member", "python.get", "jq.field", "sqlite3.row_item")
_THROUGH = (
    "python.iterate",
    "python.unpack",
    "python.json_value",
    "python.csv_records",
    "python.csv_rows",
    "python.file_lines",
    "python.decode",
    "jq-1.6.json_value",
    "python.values",
    "python.copy",
    "python.deep_copy",
    "python.reversed",
    "python.unique",
    "python.sorted",
    "python.dict",
    "jq.each",
)
"""Functions whose fields are those of their first argument, or of its items."""

Fields = tuple[str, ...]


@dataclass(frozen=True)
class Origins:
    """Looks up what references of one integration stand for."""

    over: Mapping[str, Expression]
    """What splits go through."""
    loop_values: Mapping[tuple[str, str], tuple[Expression, ...]]
    """What loop variables are at first and then."""
    rules: Mapping[str, tuple[MappingRule, ...]]
    """What translators make."""

    def fields(self, expression: Expression) -> tuple[str, ...]:
        """The dotted names of the fields that an expression is made of, in the order in which they stand in it."""
        found = dict.fromkeys(".".join(one) for one in self._fields(expression, frozenset()) if one)
        return tuple(found)

    def _fields(self, expression: Expression, seen: frozenset[Expression]) -> Iterator[Fields]:
        if expression in seen:
            return
        seen |= {expression}
        paths = tuple(self.paths(expression, seen))
        yield from paths
        match expression:
            case Call(function=function, arguments=(_, key, *others)) if paths and function in _MEMBERS:
                for inner in (key, *others):
                    yield from self._fields(inner, seen)
            case Unmapped(made_of=made_of):
                for inner in made_of:
                    yield from self._fields(inner, seen)
            case _ if paths:
                return
            case LoopValue(loop=loop, name=name):
                for inner in self.loop_values.get((loop, name), ()):
                    yield from self._fields(inner, seen)
            case Reference(step=step, part="value"):
                for rule in self.rules.get(step, ()):
                    yield from self._fields(rule.value, seen)
            case _:
                for inner in children(expression):
                    yield from self._fields(inner, seen)

    def paths(self, expression: Expression, seen: frozenset[Expression] = frozenset()) -> Iterator[Fields]:
        """The fields of answers that an expression may be a plain copy of; none where it computes something."""
        match expression:
            case VariableReference(name=name):
                yield (name,)
            case Reference(step=step, part="item") if step in self.over:
                if self.over[step] not in seen:
                    yield from self.paths(self.over[step], seen | {self.over[step]})
            case Reference(part="body" | "rows" | "bytes" | "headers") | Unmapped():
                yield ()
            case Reference(part="text" | "path" | "method"):
                yield ()
            case LoopValue(loop=loop, name=name):
                for value in dict.fromkeys(self.loop_values.get((loop, name), ())):
                    if value not in seen:
                        yield from self.paths(value, seen | {expression, value})
            case Call(
                function=function,
                arguments=(Reference(step=step, part="value"), Constant(value=str() as key), *_),
            ) if function in _MEMBERS:
                for rule in self.rules.get(step, ()):
                    if rule.target == (key,):
                        yield from self.paths(rule.value, seen)
            case Call(function=function, arguments=(container, Constant(value=key), *_)) if (
                function in _MEMBERS
            ):
                for before in dict.fromkeys(self.paths(container, seen)):
                    yield before if isinstance(key, int) else (*before, str(key))
            case Call(function=function, arguments=(container, *_)) if function in (*_MEMBERS, *_THROUGH):
                yield from self.paths(container, seen)
            case Choice(then=then, otherwise=otherwise) if isinstance(otherwise, Constant | RecordExpression):
                yield from self.paths(then, seen)
            case _:
                return


def origins_of(block: Block) -> Origins:
    """What references in a block stand for."""
    over, values, rules = {}, {}, {}
    for step in walk_steps(block):
        if isinstance(step, Split):
            over[step.id] = step.over
        if isinstance(step, (Loop, Split)):
            for variable in step.variables:
                values[step.id, variable.name] = (variable.initial, variable.next)
        if isinstance(step, Translate):
            rules[step.id] = step.rules
    return Origins(over, values, rules)
