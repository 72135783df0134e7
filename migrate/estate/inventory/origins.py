"""Where the values of an expression come from: dotted names of fields in answers, through loops, lists and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from migrate.estate.inventory.rows import Transform
from migrate.estate.inventory.transforms import TIMES_OF_STEPS, in_one, of_function, sides
from migrate.model import (
    Block,
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    Loop,
    LoopExit,
    LoopValue,
    MappingRule,
    RecordExpression,
    Reference,
    SecretReference,
    SequenceExpression,
    Split,
    Translate,
    Unmapped,
    VariableReference,
    blocks,
    walk_steps,
)

MEMBERS = ("python.member", "python.get", "jq.field", "sqlite3.row_item")
"""Functions that take a field out of their first argument: the key is the second, a default the third."""
THROUGH = frozenset(
    {
        "python.iterate",
        "python.unpack",
        "python.tuple",
        "python.slice",
        "python.items",
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
        "python.sorted_by",
        "python.dict",
        "python.without_key",
        "python.without_item",
        "jq.each",
        "jq.sort_by",
        "jq.unique",
    }
)
"""Functions whose fields are those of their first argument, or of its items."""
JOINED = frozenset(
    {
        "python.appended",
        "python.extended",
        "python.updated",
        "python.zip",
        "merge",
        "jq.alternative",
    }
)
"""Functions whose fields are those of all their arguments, or of their items."""
ADDED = ("python.add", "python.add_in_place")
ITEM_SET = ("python.with_item", "python.with_default")
_ANSWERS = frozenset({"result", "body", "rows", "bytes", "text", "headers", "item"})
_ANY = ""
"""A key that is known when the flow runs."""
_DEEPEST = 12

Fields = tuple[str, ...]


@dataclass(frozen=True)
class Origins:
    """Looks up what references of one integration stand for."""

    over: Mapping[str, Expression]
    """What splits go through."""
    loop_values: Mapping[tuple[str, str], tuple[Expression, ...]]
    """What loop variables are at first, then, and after an exit."""
    rules: Mapping[str, tuple[MappingRule, ...]]
    """What translators make."""

    def of(self, expression: Expression) -> Origin:
        """What an expression is made of, and how."""
        search = _Search(self)
        search.visit(expression, (), computed=False)
        return Origin(tuple(search.found or search.settings), in_one(search.words))


@dataclass(frozen=True)
class Origin:
    """The dotted names of the fields that a value is made of, in the order in which they are met, and how it is made.

    Of a choice the fields are those of its sides; where these are constant, those of its test. Configuration counts
    only where nothing else does.
    """

    fields: tuple[str, ...]
    transform: Transform


@dataclass
class _Search:
    """One search for the fields behind an expression."""

    origins: Origins
    found: dict[str, None] = field(default_factory=dict)
    settings: dict[str, None] = field(default_factory=dict)
    words: list[Transform] = field(default_factory=list)
    visited: set[tuple[int, Fields, bool]] = field(default_factory=set)
    open_loops: dict[tuple[str, str], int] = field(default_factory=dict)

    def visit(self, expression: Expression, wanted: Fields, *, computed: bool) -> None:
        """Finds what the part `wanted` of an expression is made of; without keys, what all of it is.

        `computed`: something is made of it, so how it came about itself does not matter.
        """
        place = (id(expression), wanted, computed)
        if place in self.visited or len(wanted) > _DEEPEST:
            return
        self.visited.add(place)
        match expression:
            case Constant():
                self._word("const", computed)
            case VariableReference(name=name):
                self._word("copy", computed)
                self.settings.setdefault(name)
            case SecretReference():
                self._word("copy", computed)
            case Reference():
                self._reference(expression, wanted, computed)
            case LoopValue(loop=loop, name=name):
                self._loop_value((loop, name), wanted, computed)
            case Unmapped(made_of=made_of):
                self._unmapped(made_of, wanted, computed)
            case RecordExpression(entries=entries):
                for entry in entries:
                    if not wanted or wanted[0] in (entry.key, _ANY):
                        self.visit(entry.value, wanted[1:], computed=computed)
            case SequenceExpression(items=items):
                for item in items:
                    self.visit(item, wanted, computed=computed)
            case Choice():
                self._choice(expression, wanted, computed)
            case Lookup(cases=cases, key=key, otherwise=rest):
                self._word("lookup", computed)
                for value in (*(case.value for case in cases), *(() if rest is None else (rest,))):
                    self.visit(value, wanted, computed=True)
                self.visit(key, (), computed=True)
            case Call(function=function, arguments=arguments):
                self._call(function, arguments, wanted, computed)
            case _:
                assert_never(expression)

    def _word(self, word: Transform, computed: bool) -> None:
        if not computed:
            self.words.append(word)

    def _choice(self, choice: Choice, wanted: Fields, computed: bool) -> None:
        plain = tuple(sides(choice))
        before = len(self.found)
        if not plain:
            self._word("conditional", computed)
        for side in (choice.then, choice.otherwise):
            self.visit(side, wanted, computed=computed or side not in plain)
        if len(self.found) == before:
            self.visit(choice.test, (), computed=True)

    def _call(self, function: str, arguments: tuple[Expression, ...], wanted: Fields, computed: bool) -> None:
        match arguments:
            case (container, key, *others) if function in MEMBERS:
                self._member(container, key, wanted, computed)
                for default in others:
                    self.visit(default, wanted, computed=computed)
            case (container, key, value) if function in ITEM_SET:
                self._with_item(container, key, value, wanted, computed)
            case (first, *_) if function in THROUGH:
                self.visit(first, wanted, computed=computed)
            case _ if function in JOINED or (function in ADDED and (wanted or joins_lists(arguments))):
                for one in arguments:
                    self.visit(one, wanted, computed=computed)
            case _:
                self._word(of_function(function, arguments), computed)
                for one in arguments:
                    self.visit(one, (), computed=True)

    def _member(self, container: Expression, key: Expression, wanted: Fields, computed: bool) -> None:
        match key:
            case Constant(value=str() as name):
                self.visit(container, (name, *wanted), computed=computed)
            case Constant(value=int() as number) if (
                isinstance(container, SequenceExpression) and -len(container.items) <= number
            ) and number < len(container.items):
                self.visit(container.items[number], wanted, computed=computed)
            case Constant():
                self.visit(container, wanted, computed=computed)
            case _:
                before = len(self.found)
                if not wanted:
                    self._word("lookup", computed)
                self.visit(container, (_ANY, *wanted), computed=computed or not wanted)
                if len(self.found) == before:
                    self.visit(key, (), computed=True)

    def _with_item(
        self, container: Expression, key: Expression, value: Expression, wanted: Fields, computed: bool
    ) -> None:
        match key:
            case Constant(value=str() as name):
                if not wanted or wanted[0] in (name, _ANY):
                    self.visit(value, wanted[1:], computed=computed)
                if not wanted or wanted[0] != name:
                    self.visit(container, wanted, computed=computed)
            case Constant():
                self.visit(value, wanted, computed=computed)
                self.visit(container, wanted, computed=computed)
            case _:
                self.visit(container, wanted, computed=computed)
                self.visit(value, wanted[1:], computed=computed)

    def _reference(self, reference: Reference, wanted: Fields, computed: bool) -> None:
        if reference.part == "item" and reference.step in self.origins.over:
            self.visit(self.origins.over[reference.step], wanted, computed=computed)
        elif reference.part == "value" and reference.step in self.origins.rules:
            for rule in self.origins.rules[reference.step]:
                shared = min(len(rule.target), len(wanted))
                if all(b in (a, _ANY) for a, b in zip(rule.target[:shared], wanted[:shared], strict=True)):
                    self.visit(rule.value, wanted[shared:], computed=computed)
        else:
            self._word("date" if reference.part in TIMES_OF_STEPS else "copy", computed)
            if reference.part in _ANSWERS:
                self._find(wanted)

    def _loop_value(self, variable: tuple[str, str], wanted: Fields, computed: bool) -> None:
        """The values of a loop variable; one that leads to itself by ever more keys (a chain) is followed once."""
        outer = self.open_loops.get(variable)
        if outer is not None and len(wanted) > outer:
            return
        self.open_loops[variable] = len(wanted)
        for value in self.origins.loop_values.get(variable, ()):
            self.visit(value, wanted, computed=computed)
        if outer is None:
            del self.open_loops[variable]
        else:
            self.open_loops[variable] = outer

    def _unmapped(self, made_of: tuple[Expression, ...], wanted: Fields, computed: bool) -> None:
        """What something unread is made of; a field of it is a field of that if it is one thing, else its own."""
        self._word("copy" if wanted or not made_of else "other", computed)
        if wanted and len(made_of) != 1:
            self._find(wanted)
            return
        for one in made_of:
            self.visit(one, wanted, computed=True)

    def _find(self, path: Fields) -> None:
        if name := ".".join(key for key in path if key != _ANY):
            self.found.setdefault(name)


def joins_lists(arguments: tuple[Expression, ...]) -> bool:
    """True if the operands of an addition are lists for certain."""
    return any(isinstance(one, SequenceExpression) for one in arguments)


def origins_of(block: Block) -> Origins:
    """What references in a block stand for."""
    over, rules = {}, {}
    values: dict[tuple[str, str], tuple[Expression, ...]] = {}
    for step in walk_steps(block):
        if isinstance(step, Split):
            over[step.id] = step.over
        if isinstance(step, (Loop, Split)):
            exits = _exits(step.steps)
            for variable in step.variables:
                left = (
                    update.value for one in exits for update in one.updates if update.name == variable.name
                )
                values[step.id, variable.name] = (variable.initial, variable.next, *left)
        if isinstance(step, Translate):
            rules[step.id] = step.rules
    return Origins(over, values, rules)


def _exits(block: Block) -> tuple[LoopExit, ...]:
    """The exits of the loop whose steps these are, not those of loops inside it."""
    found: list[LoopExit] = []
    for step in block:
        if isinstance(step, LoopExit):
            found.append(step)
        elif not isinstance(step, (Loop, Split)):
            for inner in blocks(step):
                found += _exits(inner)
    return tuple(found)
