"""Where the values of an expression come from: dotted names of fields in answers, through loops, lists and records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from migrate.estate.inventory.rows import Transform
from migrate.estate.inventory.statements import columns_given
from migrate.estate.inventory.transforms import TIMES_OF_STEPS, in_one, of_function, sides
from migrate.model import (
    Block,
    Call,
    Choice,
    Constant,
    Entry,
    Expression,
    Lookup,
    Loop,
    LoopExit,
    LoopValue,
    MappingRule,
    Read,
    RecordExpression,
    Reference,
    SecretReference,
    SequenceExpression,
    Split,
    Translate,
    Unmapped,
    VariableReference,
    Write,
    blocks,
    walk,
    walk_steps,
)

MEMBERS = ("python.member", "python.get", "jq.field", "sqlite3.row_item")
"""Functions that take a field out of their first argument: the key is the second, a default the third."""
THROUGH = frozenset(
    {
        "python.iterate",
        "python.unpack",
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
REMOVED = ("python.without_key", "python.without_item")
_REORDERED = frozenset(
    {
        "python.slice",
        "python.reversed",
        "python.unique",
        "python.sorted",
        "python.sorted_by",
        "jq.sort_by",
        "jq.unique",
    }
)
"""Functions of a list after which an item no longer stands at its number."""
ITEM_SET = ("python.with_item", "python.with_default")
_OF_JSON = frozenset({"python.json_value", "jq-1.6.json_value"})
_DECODERS = _OF_JSON | {"python.csv_records", "python.csv_rows", "python.file_lines"}
"""Functions that read a text as something that has parts."""
_ANSWERS = frozenset({"body", "rows", "bytes", "text", "headers", "item", "result"})
_OF_RUN = frozenset({"status", "failed", "handler", "error", "reached", "exists"})
_ANY = ""
"""A key that is known when the flow runs."""
_EACH = None
"""In place of a number: any item of a list, or any value of a map."""
_DEEPEST = 12
_LONGEST = 2 * _DEEPEST

Fields = tuple[str, ...]
Wanted = tuple[str | int | None, ...]
"""The way to a part of a value: keys of maps, numbers of items."""


@dataclass(frozen=True)
class Origins:
    """Looks up what references of one integration stand for."""

    over: Mapping[str, Expression]
    """What splits go through."""
    loop_values: Mapping[tuple[str, str], tuple[Expression, ...]]
    """What loop variables are at first, then, and after an exit."""
    rules: Mapping[str, tuple[MappingRule, ...]]
    """What translators make."""
    columns: Mapping[str, tuple[str, ...]]
    """The columns that the rows of queries have, in their order, where the statement says them."""
    settings: frozenset[str] = frozenset()
    """What a model keeps as secrets, in doubt, and the surroundings of the script give: no constants."""

    def of(self, expression: Expression) -> Origin:
        """What an expression is made of, and how."""
        search = _Search(self)
        search.visit(expression, (), computed=False)
        fields = tuple(search.found or search.settings)
        return Origin(fields, in_one(search.words), known=bool(search.found) or not search.nameless)

    def read_by(self, expression: Expression) -> tuple[AnswerPart, ...]:
        """The parts of answers that an expression is made of, in the order in which they are met."""
        search = _Search(self)
        search.visit(expression, (), computed=False)
        return tuple(search.read)


@dataclass(frozen=True)
class AnswerPart:
    """A part of what a step has got: of its result `part`, by the way from there.

    The way has keys of maps, numbers of items, None for any item of a list, and an empty text for a key that is known
    when the flow runs. `decoded`: the result is a text, and the way is that in the JSON that it holds.
    """

    step: str
    part: str
    way: Wanted
    decoded: bool


@dataclass(frozen=True)
class Origin:
    """The dotted names of the fields that a value is made of, in the order in which they are met, and how it is made.

    Of a choice the fields are those of its sides; where these are constant, those of its test. Configuration counts
    only where nothing else does.
    """

    fields: tuple[str, ...]
    transform: Transform
    known: bool = True
    """False without fields of an answer where something is met that has no name: it may be made of that."""


@dataclass
class _Search:
    """One search for the fields behind an expression."""

    origins: Origins
    found: dict[str, None] = field(default_factory=dict)
    settings: dict[str, None] = field(default_factory=dict)
    words: list[Transform] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """The key that is looked for among those that a loop goes through, by the loop."""
    nameless: bool = False
    """True if something was met that is not known, or that is known at run time only and has no name."""
    read: dict[AnswerPart, None] = field(default_factory=dict)
    decoded: bool | None = None
    """True within a text that is read as JSON, False in one that is read as something else."""
    visited: set[tuple[int, Wanted, bool]] = field(default_factory=set)
    open_loops: dict[tuple[str, str], int] = field(default_factory=dict)

    def visit(self, expression: Expression, wanted: Wanted, *, computed: bool) -> None:
        """Finds what the part `wanted` of an expression is made of; without keys, what all of it is.

        `computed`: something is made of it, so how it came about itself does not matter.
        """
        place = (id(expression), wanted, computed)
        if place in self.visited or len(_keys(wanted)) > _DEEPEST or len(wanted) > _LONGEST:
            return
        self.visited.add(place)
        match expression:
            case Constant():
                self._word("const", computed)
            case VariableReference(name=name):
                self._word("copy", computed)
                self.settings.setdefault(name)
            case SecretReference(name=name):
                self._word("copy", computed)
                if name in self.origins.settings:
                    self.settings.setdefault(name)
            case Reference():
                self._reference(expression, wanted, computed)
            case LoopValue(loop=loop, name=name):
                self._loop_value((loop, name), wanted, computed)
            case Unmapped(made_of=made_of):
                self._unmapped(made_of, wanted, computed)
            case RecordExpression(entries=entries):
                self.nameless = self.nameless or _is_missing(entries, wanted)
                for number, entry in enumerate(entries):
                    if not wanted or wanted[0] in (entry.key, _ANY, _EACH, number):
                        self.visit(entry.value, wanted[1:], computed=computed)
            case SequenceExpression(items=items) | Call(function="python.tuple", arguments=items):
                self._items(items, wanted, computed)
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

    def _items(self, items: tuple[Expression, ...], wanted: Wanted, computed: bool) -> None:
        """The item of a list that a number names; all of them where none is named."""
        if wanted and not isinstance(wanted[0], str):
            number, *rest = wanted
            wanted = tuple(rest)
            if isinstance(number, int) and -len(items) <= number < len(items):
                items = (items[number],)
        for item in items:
            self.visit(item, wanted, computed=computed)

    def _choice(self, choice: Choice, wanted: Wanted, computed: bool) -> None:
        plain = (
            (choice.then, choice.otherwise)
            if _keys(wanted) or _is_of_run(choice.test)
            else tuple(sides(choice))
        )
        if not plain:
            self._word("conditional", computed)
        for side in (choice.then, choice.otherwise):
            self.visit(side, wanted, computed=computed or side not in plain)
        if not _has_sources(choice.then) and not _has_sources(choice.otherwise):
            self.visit(choice.test, (), computed=True)

    def _call(self, function: str, arguments: tuple[Expression, ...], wanted: Wanted, computed: bool) -> None:
        match arguments:
            case (container, key, *others) if function in MEMBERS:
                self._member(container, key, wanted, computed)
                for default in others:
                    self.visit(default, wanted, computed=computed)
            case (container, key, value) if function in ITEM_SET:
                self._with_item(container, key, value, wanted, computed)
            case (container, Constant(value=str() as name)) if function in REMOVED:
                if wanted[:1] != (name,):
                    self.visit(container, wanted, computed=computed)
            case (container, item) if function == "python.appended":
                self.visit(container, wanted, computed=computed)
                self.visit(item, within(wanted), computed=computed)
            case _ if function == "python.zip":
                self._zip(arguments, wanted, computed)
            case (first, *rest) if function in THROUGH:
                around = self.decoded
                if function in _DECODERS:
                    self.decoded = function in _OF_JSON
                self.visit(first, _through(function, rest, wanted), computed=computed)
                self.decoded = around
            case _ if function in JOINED or (function in ADDED and (_keys(wanted) or joins_lists(arguments))):
                for one in arguments:
                    self.visit(one, _any_item(wanted), computed=computed)
            case _:
                self._word(of_function(function, arguments), computed)
                for one in arguments:
                    self.visit(one, (), computed=True)

    def _zip(self, arguments: tuple[Expression, ...], wanted: Wanted, computed: bool) -> None:
        """The list that the number within a tuple names; all of them where none is named."""
        match wanted:
            case (int() | None, int() as number, *rest) if -len(arguments) <= number < len(arguments):
                self.visit(arguments[number], (_EACH, *rest), computed=computed)
            case _:
                for one in arguments:
                    self.visit(one, wanted, computed=computed)

    def _member(self, container: Expression, key: Expression, wanted: Wanted, computed: bool) -> None:
        match key:
            case Constant(value=bool() | None):
                self.visit(container, (_EACH, *wanted), computed=computed)
            case Constant(value=str() | int() as name):
                self.visit(container, (name, *wanted), computed=computed)
            case Constant():
                self.visit(container, (_EACH, *wanted), computed=computed)
            case _:
                looked_up = not _keys(wanted) and not self._goes_through(container, key)
                if looked_up:
                    self._word("lookup", computed)
                before = len(self.found)
                self.visit(container, (_ANY, *wanted), computed=computed or looked_up)
                if len(self.found) == before:
                    self.visit(key, (), computed=True)

    def _goes_through(self, container: Expression, key: Expression) -> bool:
        """True if a key is one of those that a loop over the container gives."""
        match key:
            case Reference(step=step, part="item"):
                return container in walk(self.origins.over.get(step, key))
            case _:
                return False

    def _with_item(
        self, container: Expression, key: Expression, value: Expression, wanted: Wanted, computed: bool
    ) -> None:
        match key:
            case Constant(value=str() as name):
                if not wanted or wanted[0] in (name, _ANY, _EACH):
                    self.visit(value, wanted[1:], computed=computed)
                if not wanted or wanted[0] != name:
                    self.visit(container, wanted, computed=computed)
            case Constant():
                self.visit(value, within(wanted), computed=computed)
                self.visit(container, wanted, computed=computed)
            case _:
                self.visit(container, wanted, computed=computed)
                before = len(self.found)
                if wanted == (_EACH,):
                    self.visit(key, (), computed=computed)
                if len(self.found) == before:
                    loop = loop_of(key)
                    if loop and isinstance(wanted[0] if wanted else None, str) and wanted[0] != _ANY:
                        self.keys[loop] = str(wanted[0])
                    self.visit(value, wanted[1:], computed=computed)
                    self.keys.pop(loop, None)

    def _reference(self, reference: Reference, wanted: Wanted, computed: bool) -> None:
        over = self.origins.over.get(reference.step)
        if (
            isinstance(over, Call)
            and over.function == "python.items"
            and reference.step in self.keys
            and wanted[:1] == (1,)
        ):
            self.visit(over.arguments[0], (self.keys[reference.step], *wanted[1:]), computed=computed)
        elif reference.part == "item" and reference.step in self.origins.over:
            self.visit(self.origins.over[reference.step], (_EACH, *wanted), computed=computed)
        elif reference.part == "value" and reference.step in self.origins.rules:
            for rule in self.origins.rules[reference.step]:
                shared = min(len(rule.target), len(wanted))
                if all(
                    not isinstance(b, str) or b in (a, _ANY)
                    for a, b in zip(rule.target[:shared], wanted[:shared], strict=True)
                ):
                    self.visit(rule.value, wanted[shared:], computed=computed)
        else:
            self._word("date" if reference.part in TIMES_OF_STEPS else "copy", computed)
            if self.decoded is not False:
                self.read.setdefault(
                    AnswerPart(reference.step, reference.part, wanted, self.decoded is not None)
                )
            if reference.part in _ANSWERS:
                self._find(self._by_column(reference.step, wanted))

    def _by_column(self, step: str, wanted: Wanted) -> Wanted:
        """The way to a value of a row, with the name of its column in place of the number."""
        columns = self.origins.columns.get(step, ())
        match wanted:
            case (int() | None, int() as number, *rest) if -len(columns) <= number < len(columns):
                return (columns[number], *rest)
            case _:
                return wanted

    def _loop_value(self, variable: tuple[str, str], wanted: Wanted, computed: bool) -> None:
        """The values of a loop variable; one that leads to itself by ever more keys (a chain) is followed once."""
        outer = self.open_loops.get(variable)
        if outer is not None and len(_keys(wanted)) > outer:
            return
        self.open_loops[variable] = len(_keys(wanted))
        for value in self.origins.loop_values.get(variable, ()):
            self.visit(value, wanted, computed=computed)
        if outer is None:
            del self.open_loops[variable]
        else:
            self.open_loops[variable] = outer

    def _unmapped(self, made_of: tuple[Expression, ...], wanted: Wanted, computed: bool) -> None:
        """What something unread is made of; a field of it is a field of that if it is one thing, else its own."""
        keys = _keys(wanted)
        self._word("copy" if wanted or not made_of else "other", computed)
        self.nameless = self.nameless or not made_of
        if keys and len(made_of) != 1:
            self._find(wanted)
            return
        for one in made_of:
            self.visit(one, wanted, computed=True)

    def _find(self, path: Wanted) -> None:
        name = ".".join(key for key in _keys(path) if key != _ANY)
        if name:
            self.found.setdefault(name)
        else:
            self.nameless = True


def loop_of(key: Expression) -> str:
    """The loop over the items of a map whose keys these are; empty for anything else."""
    match key:
        case Call(function="python.member", arguments=(pair, Constant(value=0))):
            match pair:
                case Reference(step=step, part="item"):
                    return step
                case Call(function="python.unpack", arguments=(Reference(step=step, part="item"), *_)):
                    return step
    return ""


def _keys(wanted: Wanted) -> Fields:
    """The keys of maps on the way to a part."""
    return tuple(one for one in wanted if isinstance(one, str))


def within(wanted: Wanted) -> Wanted:
    """The way within an item of a list, where that is the way within the list."""
    return wanted if wanted and isinstance(wanted[0], str) else wanted[1:]


def _any_item(wanted: Wanted) -> Wanted:
    """The way to a part of any item, where that names the number of an item of a list."""
    return (_EACH, *wanted[1:]) if wanted and isinstance(wanted[0], int) else wanted


def _through(function: str, rest: list[Expression], wanted: Wanted) -> Wanted:
    """The way within the first argument of a function to a part of what it gives."""
    if function in _REORDERED:
        return _any_item(wanted)
    match function, wanted, rest:
        case "python.values", (int() | None, *inner), _:
            return (_ANY, *inner)
        case "python.items", (int() | None, 1, *inner), _:
            return (_ANY, *inner)
        case "python.items", (int() | None, 0), _:
            return (_EACH,)
        case (
            "python.unpack",
            (int() as number, *inner),
            [Constant(value=int() as before), Constant(value=int() as after)],
        ):
            if number == before:
                return (_EACH, *inner[1:])
            return (number if number < before else number - before - after - 1, *inner)
        case _:
            return wanted


def _is_missing(entries: tuple[Entry, ...], wanted: Wanted) -> bool:
    """True for a key that a record which has others has not."""
    match wanted:
        case (str() as name, *_) if name != _ANY and entries:
            return all(entry.key != name for entry in entries)
        case _:
            return False


def _is_of_run(test: Expression) -> bool:
    """True for a test of how a call went or how the run is set up, not of a field."""
    references = [part for part in walk(test) if isinstance(part, (Reference, LoopValue, Unmapped))]
    return all(isinstance(one, Reference) and one.part in _OF_RUN for one in references)


def _has_sources(expression: Expression) -> bool:
    return any(
        isinstance(part, (Reference, LoopValue, Unmapped, VariableReference)) for part in walk(expression)
    )


def joins_lists(arguments: tuple[Expression, ...]) -> bool:
    """True if the operands of an addition are lists for certain."""
    return any(isinstance(one, SequenceExpression) for one in arguments)


def origins_of(block: Block, settings: frozenset[str] = frozenset()) -> Origins:
    """What references in a block stand for; `settings` are the secrets that do not stand in the script."""
    over, rules = {}, {}
    columns: dict[str, tuple[str, ...]] = {}
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
        if isinstance(step, (Read, Write)) and (found := columns_given(step.operation)):
            columns[step.id] = found
    return Origins(over, values, rules, columns, settings)


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
