"""Expressions as JavaScript, for function nodes: exact on every value, or a call that ends the run."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from emitters._asked import Cell, is_boolean
from emitters.node_red import patterns
from emitters.node_red.functions import LOWERINGS
from emitters.node_red.repeated import name_for, repeated
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    Integration,
    Lookup,
    LoopValue,
    RecordExpression,
    Reference,
    Secret,
    SecretReference,
    SequenceExpression,
    SourceSpan,
    Unmapped,
    Variable,
    VariableReference,
    WebhookTrigger,
    walk,
)

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ASSIGNED = re.compile(r"\(\w+ = ")
_REORDERED = re.compile(r"__proto__|0|[1-9]\d{0,9}")
_RESERVED = frozenset(
    (
        *(
            "await",
            "break",
            "case",
            "catch",
            "class",
            "const",
            "continue",
            "debugger",
            "default",
            "delete",
            "do",
        ),
        *(
            "else",
            "enum",
            "export",
            "extends",
            "false",
            "finally",
            "for",
            "function",
            "if",
            "implements",
            "import",
        ),
        *("in", "instanceof", "interface", "let", "new", "null", "package", "private", "protected", "public"),
        *(
            "return",
            "static",
            "super",
            "switch",
            "this",
            "throw",
            "true",
            "try",
            "typeof",
            "var",
            "void",
            "while",
        ),
        *("with", "yield", "eval", "arguments", "undefined", "NaN", "Infinity", "Object"),
        *("answer", "handlers", "req", "res", "fs", "smtp", "sqlite", "_msgid", "undefined"),
        *("msg", "node", "flow", "env", "context", "global", "py", "item", "Buffer", "URL", "RED", "util"),
    )
)
"""Names that a table cannot have in a function node."""


@dataclass
class JavaScript:
    """Writes the expressions of one function node; collects what the node needs and what could not be said.

    `ran` are the steps that have surely run, `around` the loops around the node; results of others are asked for.
    `booleans` are the loop variables that are always true or false.
    `reasons` are losses; `tables` constants to declare ahead: name and rows.
    """

    integration: Integration
    where: SourceSpan | None = None
    ran: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    booleans: frozenset[Cell] = frozenset()
    reasons: list[str] = field(default_factory=list)
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    item: str | None = None
    names: dict[str, Expression] = field(default_factory=dict)
    """What stands in an expression more than once, by the name that it has in the node."""
    _shared: dict[Expression, str] | None = field(default=None, init=False)
    """The names within the expression that is written; None between two expressions."""
    _written: frozenset[Expression] = field(default=frozenset(), init=False)
    """What has its value wherever the text that is written comes to be evaluated."""
    _reused: set[Expression] = field(default_factory=set, init=False)

    def value(self, expression: Expression) -> str:
        """The expression's text."""
        if self._shared is not None:
            return self._part(expression)
        shared = dict.fromkeys(repeated(expression), "")
        if shared:
            reasons = len(self.reasons)
            self._whole(expression, shared)
            del self.reasons[reasons:]  # that was to see which names are used
            reused = [part for part in walk(expression) if part in self._reused]
            shared = {part: self._name(part) for part in reused}
        return self._whole(expression, shared)

    def _whole(self, expression: Expression, shared: dict[Expression, str]) -> str:
        self._shared, self._written, self._reused = shared, frozenset(), set()
        text = self._part(expression)
        self._shared = None
        return text

    def _part(self, expression: Expression) -> str:
        """A part of the expression that is written, or the name that it got before."""
        assert self._shared is not None
        name = self._shared.get(expression)
        if name is not None and expression in self._written:
            self._reused.add(expression)
            return name
        text: str = _WRITERS[type(expression)](self, expression)
        if name is None:
            return text
        self._written |= {expression}
        return f"({name} = {text})"

    def _maybe(self, expression: Expression) -> str:
        """A part that may not be evaluated: what it gives a name has none behind it."""
        before = self._written
        text = self.value(expression)
        self._written = before
        return text

    def _name(self, expression: Expression) -> str:
        """A name in the node."""
        wanted, number = name_for(expression), 1
        name = wanted
        while self.names.get(name, expression) != expression or name in _RESERVED or name in self.tables:
            number += 1
            name = f"{wanted}_{number}"
        self.names[name] = expression
        return name

    def condition(self, expression: Expression) -> str:
        """The text of a condition, which is true or false or ends the run."""
        text = self.value(expression)
        return text if is_boolean(expression, self.booleans) else f"py.holds({text})"

    def lost(self, reason: str) -> str:
        """A call that ends the run, for what JavaScript cannot say exactly; the reason is kept as a loss."""
        self.reasons.append(reason)
        return f"py.gap({quoted(reason)})"

    def alias_item(self, expressions: Iterable[Expression]) -> str:
        """Names a split's item `item` where the node uses only one; returns the declaration or ''."""
        splits = {
            part.step
            for expression in expressions
            for part in walk(expression)
            if isinstance(part, Reference) and part.part == "item" and part.step in self.around
        }
        if len(splits) != 1:
            return ""
        (self.item,) = splits
        return f"const {{ item }} = {path('msg.loops', self.item)};\n"

    def declarations(self) -> str:
        """The names and tables that the expressions use, one row of a table a line."""
        names = f"let {', '.join(self.names)};\n" if self.names else ""
        return names + "".join(
            f"const {name} = [\n" + "".join(f"  {row},\n" for row in rows) + "];\n"
            for name, rows in self.tables.items()
        )

    def _call(self, call: Call) -> str:
        if call.function in patterns.FUNCTIONS:
            return self._searched(call)
        if lowering := LOWERINGS.get(call.function):
            return lowering.call(*(_argument(self.value(one)) for one in call.arguments), within="py.")
        return self.lost(f"the function {call.function} has no exact counterpart on Node-RED")

    def _searched(self, call: Call) -> str:
        """A search by a regular expression, where JavaScript has one that finds the same."""
        try:
            search = patterns.search(call)
        except patterns.NoCounterpart as problem:
            return self.lost(f"{problem} has no exact counterpart on Node-RED")
        given = [json.dumps(one) for one in (search.source, search.flags)]
        given += [] if search.replacement is None else [json.dumps(search.replacement)]
        given += [self.value(one) for one in search.arguments]
        return f"py.{call.function.replace('.', '_')}({', '.join(given)})"

    def _constant(self, constant: Constant) -> str:
        return literal(constant)

    def _variable(self, reference: VariableReference) -> str:
        declared = next((v for v in self.integration.variables if v.name == reference.name), None)
        if declared is None or (declared.required and declared.default is None):
            kind = "" if declared is None else _missing(declared)
            return f"py.variable(env, {quoted(reference.name)}{kind})"
        return f"py.variable(env, {quoted(reference.name)}, {literal(Constant(value=declared.default))})"

    def _secret(self, reference: SecretReference) -> str:
        return self.secret(reference.name, optional=True)

    def secret(self, name: str, *, optional: bool = False) -> str:
        """The value of a secret or of its default; null for one that may be missing, if `optional`."""
        declared = next((one for one in self.integration.secrets if one.name == name), None)
        if declared is not None and declared.default is not None:
            return f"py.secret(env, {quoted(name)}, {quoted(declared.default)})"
        if optional and declared is not None and not declared.required:
            return f"py.variable(env, {quoted(name)}, null)"
        return f"py.secret(env, {quoted(name)}{_missing(declared)})"

    def _reference(self, reference: Reference) -> str:
        trigger = self.integration.trigger
        if isinstance(trigger, WebhookTrigger) and reference.step == trigger.id:
            return f"{path('msg.results', reference.step)}.{reference.part}"
        if reference.part == "headers":
            return f"py.response_headers({path('msg.results', reference.step)}.headers)"
        if reference.part == "item":
            if reference.step == self.item:
                return "item"
            loop = path("msg.loops", reference.step)
            sure = reference.step in self.around
            return f"{loop}.item" if sure else f"py.ran({loop}?.item, {quoted(reference.step)})"
        return f"{self._ran(path('msg.results', reference.step), reference.step)}.{reference.part}"

    def _loop_value(self, value: LoopValue) -> str:
        return path(f"{self._ran(path('msg.loops', value.loop), value.loop)}.values", value.name)

    def _ran(self, text: str, step: str) -> str:
        """What a step has left; one that may not have run is asked for, which fails as the script would."""
        return text if step in self.ran else f"py.ran({text}, {quoted(step)})"

    def _choice(self, choice: Choice) -> str:
        test = self.condition(choice.test)
        match choice:
            case Choice(then=other, otherwise=Constant(value=False)) if is_boolean(other, self.booleans):
                return f"({test} && {self._maybe(other)})"
            case Choice(then=Constant(value=True), otherwise=other) if is_boolean(other, self.booleans):
                return f"({test} || {self._maybe(other)})"
        return f"({test} ? {self._maybe(choice.then)} : {self._maybe(choice.otherwise)})"

    def _record(self, record: RecordExpression) -> str:
        if any(reorders(entry.key) for entry in record.entries):
            rows = []
            for entry in record.entries:
                when = self.condition(entry.when) if entry.when else None
                rows.append(((entry.key,), self._maybe(entry.value), when))
            return self.fields(rows)
        entries = []
        for entry in record.entries:
            when = self.condition(entry.when) if entry.when else None
            pair = (
                f"{key(entry.key)}: {self.value(entry.value) if when is None else self._maybe(entry.value)}"
            )
            entries.append(pair if when is None else f"...({when} ? {{ {pair} }} : {{}})")
        return f"{{ {', '.join(entries)} }}" if entries else "{}"

    def fields(self, fields: Iterable[tuple[tuple[str, ...], str, str | None]]) -> str:
        """A record that no object literal holds: paths, values and conditions, set one after the other."""
        return f"py.record([{', '.join(field_(*each) for each in fields)}])"

    def _sequence(self, sequence: SequenceExpression) -> str:
        return f"[{', '.join(self.value(item) for item in sequence.items)}]"

    def _lookup(self, lookup: Lookup) -> str:
        chosen = self.value(lookup.key)
        others = () if lookup.otherwise is None else (lookup.otherwise,)
        if all(isinstance(value, Constant) for value in (*(case.value for case in lookup.cases), *others)):
            rows = tuple(f"[{literal(case.key)}, {self.value(case.value)}]" for case in lookup.cases)
            table = self._table(lookup.table, rows)
            return f"py.lookup({', '.join([table, chosen, *map(self.value, others)])})"
        cases = ((literal(case.key), enclosed(self._maybe(case.value))) for case in lookup.cases)
        lazy = ", ".join(f"[{key_}, () => {value}]" for key_, value in cases)
        fallback = [f"() => {enclosed(self._maybe(other))}" for other in others]
        return f"py.pick({', '.join([f'[{lazy}]', chosen, *fallback])})"

    def _table(self, wanted: str, rows: tuple[str, ...]) -> str:
        base = wanted if _IDENTIFIER.fullmatch(wanted) and wanted not in _RESERVED else "TABLE"
        number = 1
        while (
            self.tables.get(name := base if number == 1 else f"{base}_{number}", rows) != rows
            or name in self.names
        ):
            number += 1
        self.tables[name] = rows
        return name

    def _unmapped(self, unmapped: Unmapped) -> str:
        span = unmapped.span or self.where
        reason = f"{unmapped.reason} ({span})" if span else unmapped.reason
        self.reasons.append(f"{unmapped.code}: {reason}")
        return f"py.unmapped({quoted(unmapped.code)}, {quoted(reason)})"


_WRITERS: Mapping[type[object], Callable[..., str]] = {
    Constant: JavaScript._constant,
    VariableReference: JavaScript._variable,
    SecretReference: JavaScript._secret,
    Reference: JavaScript._reference,
    LoopValue: JavaScript._loop_value,
    Call: JavaScript._call,
    Choice: JavaScript._choice,
    RecordExpression: JavaScript._record,
    SequenceExpression: JavaScript._sequence,
    Lookup: JavaScript._lookup,
    Unmapped: JavaScript._unmapped,
}


def _missing(declared: Variable | Secret | None) -> str:
    """The further arguments of `py.variable` and `py.secret` where another error than a KeyError is what comes."""
    if declared is None or declared.missing == "KeyError":
        return ""
    return f", undefined, {quoted(declared.missing)}"


def _argument(text: str) -> str:
    """The text as an argument of a call: an assignment needs no parentheses there."""
    return text[1:-1] if _ASSIGNED.match(text) else text


def literal(constant: Constant) -> str:
    """A constant as the library has it: big integers as BigInt, floats that look like integers wrapped."""
    match constant.value:
        case None:
            return "null"
        case bool(value):
            return "true" if value else "false"
        case int(value):
            return str(value) if abs(value) < 2**53 else f"{value}n"
        case float(value):
            fraction = value == value and abs(value) != float("inf") and not value.is_integer()
            return repr(value) if fraction else f"py.to_float({quoted(repr(value))})"
        case str(value):
            return quoted(value)


def quoted(text: str) -> str:
    """A text in double quotes."""
    return json.dumps(text, ensure_ascii=any("\ud800" <= character <= "\udfff" for character in text))


def key(text: str) -> str:
    """A key of an object literal."""
    return text if _IDENTIFIER.fullmatch(text) else quoted(text)


def reorders(text: str) -> bool:
    """Whether a plain object would move or lose the key."""
    return _REORDERED.fullmatch(text) is not None


def path(of: str, name: str) -> str:
    """A property of an object."""
    return f"{of}.{name}" if _IDENTIFIER.fullmatch(name) else f"{of}[{quoted(name)}]"


def field_(target: tuple[str, ...], value: str, when: str | None) -> str:
    """A row of `py.record`."""
    keys = ", ".join(quoted(each) for each in target)
    condition = f", () => {when}" if when else ""
    return f"[[{keys}], () => {enclosed(value)}{condition}]"


def enclosed_test(text: str, condition: Expression) -> str:
    """The text of a condition in the parentheses of an `if`; that of a choice has its own."""
    own = isinstance(condition, Choice) and text.startswith("(")
    return text if own else f"({text})"


def enclosed(text: str) -> str:
    """The text as the body of an arrow function."""
    return f"({text})" if text.startswith("{") else text
