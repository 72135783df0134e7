"""Expressions as Groovy, for Camel's language `groovy`: exact on every value, or a call that ends the run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from emitters._asked import Cell, is_boolean
from emitters.camel.functions import LOWERINGS
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
)

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = (
    *("abstract", "as", "assert", "boolean", "break", "byte", "case", "catch", "char", "class"),
    *("const", "continue", "def", "default", "do", "double", "else", "enum", "extends", "false"),
    *("final", "finally", "float", "for", "goto", "if", "implements", "import", "in", "instanceof"),
    *("int", "interface", "long", "native", "new", "null", "package", "permits", "private"),
    *("protected", "public", "record", "return", "sealed", "short", "static", "strictfp", "super"),
    *("switch", "synchronized", "this", "threadsafe", "throw", "throws", "trait", "transient"),
    *("true", "try", "var", "void", "volatile", "while", "yield", "not", "it"),
)
_BOUND = (
    *("exchange", "exchangeProperties", "exchangeProperty", "exchangeId", "camelContext", "body"),
    *("header", "headers", "variable", "variables", "request", "response", "exception"),
    *("attachments", "log", "out", "message", "messageTimestamp", "context", "binding", "metaClass"),
    *("property", "properties"),
)
"""What Camel binds for each expression."""
_RESERVED = frozenset((*_KEYWORDS, *_BOUND))
"""Names that a step's result cannot be called by in an expression: it is then an entry of `variables`."""


@dataclass
class Groovy:
    """Writes the expressions of one step; collects what could not be said (`reasons`).

    `ran` are the steps that have surely run, `around` the loops around the step; results of others are asked for.
    `booleans` are the loop variables that are always true or false.
    """

    integration: Integration
    where: SourceSpan | None = None
    ran: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    booleans: frozenset[Cell] = frozenset()
    reasons: list[str] = field(default_factory=list)

    def value(self, expression: Expression) -> str:
        """The expression's text."""
        return _WRITERS[type(expression)](self, expression)

    def condition(self, expression: Expression) -> str:
        """The text of what must be true or false."""
        text = self.value(expression)
        return text if is_boolean(expression, self.booleans) else f"holds({text})"

    def lost(self, reason: str) -> str:
        """A call that ends the run with the reason, which is a loss."""
        where = f"{reason} ({self.where})" if self.where else reason
        self.reasons.append(reason)
        return f"refused({quoted(where)})"

    def values(self, named: Mapping[str, Expression]) -> str:
        """A map of values by name, as loops keep them."""
        if not named:
            return "[:]"
        return f"[{', '.join(f'{key(name)}: {self.value(value)}' for name, value in named.items())}]"

    def secret(self, name: str, *, optional: bool = False) -> str:
        """The value of a secret or of its default; null for one that may be missing, if `optional`."""
        declared = next((one for one in self.integration.secrets if one.name == name), None)
        if declared is not None and declared.default is not None:
            return f"secret({quoted(name)}, {quoted(declared.default)})"
        if optional and declared is not None and not declared.required:
            return f"variable({quoted(name)}, null)"
        return f"secret({quoted(name)}{_missing(declared)})"

    def _call(self, call: Call) -> str:
        arguments = [self.value(argument) for argument in call.arguments]
        if call.function == "python.integer" and len(arguments) > 1:
            return self.lost("python.integer with a base has no exact counterpart on Camel yet")
        if lowering := LOWERINGS.get(call.function):
            return lowering.call(*arguments)
        return self.lost(f"the function {call.function} has no exact counterpart on Camel yet")

    def _constant(self, constant: Constant) -> str:
        return literal(constant)

    def _variable(self, reference: VariableReference) -> str:
        declared = next((v for v in self.integration.variables if v.name == reference.name), None)
        if declared is None or (declared.required and declared.default is None):
            return f"variable({quoted(reference.name)}{_missing(declared)})"
        return f"variable({quoted(reference.name)}, {literal(Constant(value=declared.default))})"

    def _secret(self, reference: SecretReference) -> str:
        return self.secret(reference.name, optional=True)

    def _reference(self, reference: Reference) -> str:
        if reference.part == "item":
            if reference.step in self.around:
                return f"{result(reference.step)}.item"
            return f"lastItem(variables, {quoted(reference.step)})"
        return f"{self._left(reference.step)}.{reference.part}"

    def _loop_value(self, value: LoopValue) -> str:
        return entry(f"{self._left(value.loop)}.values", value.name)

    def _left(self, step: str) -> str:
        """What a step has left; one that may not have run is asked for, which fails as the script would."""
        return result(step) if step in self.ran else _ran(step)

    def _choice(self, choice: Choice) -> str:
        test = self.condition(choice.test)
        match choice:
            case Choice(then=other, otherwise=Constant(value=False)) if is_boolean(other, self.booleans):
                return f"({test} && {self.value(other)})"
            case Choice(then=Constant(value=True), otherwise=other) if is_boolean(other, self.booleans):
                return f"({test} || {self.value(other)})"
        return f"({test} ? {self.value(choice.then)} : {self.value(choice.otherwise)})"

    def _record(self, record: RecordExpression) -> str:
        if not any(entry.when for entry in record.entries):
            pairs = (f"{key(entry.key)}: {self.value(entry.value)}" for entry in record.entries)
            return f"[{', '.join(pairs)}]" if record.entries else "[:]"
        rows = []
        for one in record.entries:
            when = self.condition(one.when) if one.when else None
            rows.append(row((one.key,), self.value(one.value), when))
        return f"record([{', '.join(rows)}])"

    def _sequence(self, sequence: SequenceExpression) -> str:
        return f"[{', '.join(self.value(item) for item in sequence.items)}]"

    def _lookup(self, lookup: Lookup) -> str:
        chosen = self.value(lookup.key)
        others = () if lookup.otherwise is None else (lookup.otherwise,)
        if all(isinstance(value, Constant) for value in (*(case.value for case in lookup.cases), *others)):
            rows = [f"[{literal(case.key)}, {self.value(case.value)}]" for case in lookup.cases]
            return f"lookup([{', '.join(rows)}], {', '.join([chosen, *map(self.value, others)])})"
        lazy = ", ".join(f"[{literal(case.key)}, {{ {self.value(case.value)} }}]" for case in lookup.cases)
        return f"pick([{lazy}], {', '.join([chosen, *(f'{{ {self.value(other)} }}' for other in others)])})"

    def _unmapped(self, unmapped: Unmapped) -> str:
        span = unmapped.span or self.where
        reason = f"{unmapped.reason} ({span})" if span else unmapped.reason
        self.reasons.append(f"{unmapped.code}: {reason}")
        return f"unmapped({quoted(unmapped.code)}, {quoted(reason)})"


_WRITERS: Mapping[type[object], Callable[..., str]] = {
    Constant: Groovy._constant,
    VariableReference: Groovy._variable,
    SecretReference: Groovy._secret,
    Reference: Groovy._reference,
    LoopValue: Groovy._loop_value,
    Call: Groovy._call,
    Choice: Groovy._choice,
    RecordExpression: Groovy._record,
    SequenceExpression: Groovy._sequence,
    Lookup: Groovy._lookup,
    Unmapped: Groovy._unmapped,
}


def _missing(declared: Variable | Secret | None) -> str:
    """The further arguments where another error than a KeyError is what comes."""
    if declared is None or declared.missing == "KeyError":
        return ""
    return f", null, {quoted(declared.missing)}"


def _ran(step: str) -> str:
    return f"ran(variables, {quoted(step)})"


def result(step: str) -> str:
    """What a step has left, by its id."""
    return step if _IDENTIFIER.fullmatch(step) and step not in _RESERVED else f"variables[{quoted(step)}]"


def entry(of: str, name: str) -> str:
    """An entry of a map."""
    plain = _IDENTIFIER.fullmatch(name) and name not in _RESERVED
    return f"{of}.{name}" if plain else f"{of}[{quoted(name)}]"


def literal(constant: Constant) -> str:
    """A constant as the library has it: big integers with the suffix of BigInteger, floats with that of double."""
    match constant.value:
        case None:
            return "null"
        case bool(value):
            return "true" if value else "false"
        case int(value):
            text = str(value) if abs(value) < 2**31 else f"{value}G"
            return text if value >= 0 else f"({text})"
        case float(value) if value != value:
            return "Double.NaN"
        case float(value) if abs(value) == float("inf"):
            return f"Double.{'POSITIVE' if value > 0 else 'NEGATIVE'}_INFINITY"
        case float(value):
            text = f"{value!r}d"
            return f"({text})" if text.startswith("-") else text
        case str(value):
            return quoted(value)


_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A text in single quotes, in which neither Groovy nor Camel's property placeholders find anything to replace."""
    parts = [
        _ESCAPES.get(character, character if character.isprintable() else _escaped(character))
        for character in text
    ]
    return "'" + "".join(parts).replace("{{", "{\\u007b") + "'"


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = 0xD800 + ((code - 0x10000) >> 10), 0xDC00 + ((code - 0x10000) & 0x3FF)
    return f"\\u{high:04x}\\u{low:04x}"


def key(text: str) -> str:
    """A key of a map literal."""
    return text if _IDENTIFIER.fullmatch(text) and text not in _RESERVED else quoted(text)


def row(target: tuple[str, ...], value: str, when: str | None) -> str:
    """A row of `record`."""
    condition = f", {{ {when} }}" if when else ""
    return f"[[{', '.join(map(quoted, target))}], {{ {value} }}{condition}]"
