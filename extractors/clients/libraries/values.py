"""The arguments of a call of a library as expressions: data as it is, objects of the script by their attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from extractors.evaluator import Evaluator
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import NotData
from extractors.evaluator.values import ClassValue, EitherValue, Instance, Known, MapObject, Pointer, Value
from migrate.model import (
    Call,
    Choice,
    Constant,
    Entry,
    Expression,
    RecordExpression,
    SecretReference,
    SequenceExpression,
    SourceSpan,
    Unmapped,
    VariableReference,
)

_SETTING = re.compile(r"(?:\b(?:host|server|hostname)|data source)\s*=\s*([^;\s]+)", re.IGNORECASE)
_SETTING_OPEN = re.compile(r"(?:\b(?:host|server|hostname)|data source)\s*=\s*$", re.IGNORECASE)
_SETTINGS = re.compile(r"\b(?:password|pwd|passwd|user|uid)\s*=", re.IGNORECASE)
TABLE_NAMES = ("__tablename__", "__table__", "__collection__")


@dataclass(frozen=True)
class Given:
    """The arguments of a call: those given by position, and those whose parameter is known by its name."""

    positional: tuple[Expression, ...]
    named: dict[str, Expression]
    unnamed: int
    """The number of the first of the positional ones whose parameter is not known."""
    places: Mapping[str, SourceSpan] = field(default_factory=dict)
    """Where those stand that are given by name."""

    def record(self, span: SourceSpan) -> RecordExpression:
        """What is given by name as a record; `span` is the place of the call."""
        return RecordExpression(
            entries=tuple(
                Entry(key=name, value=one, span=self.places.get(name, span))
                for name, one in self.named.items()
            ),
            span=span,
        )

    def __getitem__(self, key: str | int) -> Expression | None:
        """The argument of a name or number; None if it is not given."""
        if isinstance(key, int):
            return self.positional[key] if key < len(self.positional) else None
        return self.named.get(key)

    def all(self) -> dict[str, Expression]:
        """All arguments, those without a name under their number."""
        rest = enumerate(self.positional[self.unnamed :], self.unnamed)
        placed = list(self.named.items())[: self.unnamed]
        return {**dict(placed), **{str(number): one for number, one in rest}, **self.named}


def given(context: Evaluator, arguments: Arguments, parameters: tuple[str, ...], span: SourceSpan) -> Given:
    """The arguments of a call, with names for the positional ones as far as the parameters are known."""
    positional = list(arguments.positional)
    for number, (name, value) in enumerate(zip(parameters, arguments.positional, strict=False)):
        positional[number] = context.guarded_secret(name, value, span)
    data = tuple(as_data(context, value, span) for value in positional)
    named = dict(zip(parameters, data, strict=False))
    named.update({name: as_data(context, value, span) for name, value in arguments.keywords.items()})
    return Given(data, named, min(len(parameters), len(data)), _places(context, span))


def _places(context: Evaluator, span: SourceSpan) -> dict[str, SourceSpan]:
    """Where the arguments of the call stand that are given by name."""
    for call in context.stating.under_way[-1:]:
        if call.span == span:
            return {one.keyword: one.span for one in call.arguments if one.keyword is not None}
    return {}


def as_data(
    context: Evaluator, value: Value, span: SourceSpan, around: frozenset[int] = frozenset()
) -> Expression:
    """The value as an expression; an object by its attributes, a class by its table, what is neither unmapped."""
    try:
        return context.state.data(value)
    except NotData as problem:
        unclear = Unmapped(code="HS109", reason=f"not data: {problem}", span=span)
    match value:
        case ClassValue():
            return table_of(context, value) or unclear
        case EitherValue(test=test, then=then, otherwise=otherwise):
            sides = (as_data(context, one, span, around) for one in (then, otherwise))
            one, other = sides
            return Choice(test=test, then=one, otherwise=other)
        case Pointer(address=address) if address not in around:
            around |= {address}
            match context.state.peek(value):
                case Instance(of=ClassValue(), attributes=attributes):
                    return RecordExpression(
                        entries=tuple(
                            Entry(key=name, value=as_data(context, one, span, around), span=span)
                            for name, one in attributes.items()
                            if not name.startswith("_")
                        )
                    )
                case MapObject(items=entries) if all(isinstance(one.key.value, str) for one in entries):
                    return RecordExpression(
                        entries=tuple(
                            Entry(
                                key=str(one.key.value),
                                value=as_data(context, one.value, one.span or span, around),
                                when=one.when,
                                span=one.span,
                            )
                            for one in entries
                        )
                    )
        case _:
            pass
    items = context.fixed_items(value)
    if items is not None:
        return SequenceExpression(items=tuple(as_data(context, one, span, around) for one in items))
    return unclear


def table_of(context: Evaluator, value: Value) -> Expression | None:
    """The table that a class of the script, or an object of one, is mapped to; None if none is stated."""
    if isinstance(value, Pointer):
        found = context.state.peek(value)
        value = found.of if isinstance(found, Instance) else value
    if isinstance(value, ClassValue):
        for name in TABLE_NAMES:
            stated = context.class_attribute(value, name)
            if isinstance(stated, Known) and isinstance(stated.value, str):
                return Constant(value=stated.value)
        meta = context.class_attribute(value, "Meta")
        if isinstance(meta, ClassValue):
            for name in ("table_name", "db_table"):
                stated = context.class_attribute(meta, name)
                if isinstance(stated, Known) and isinstance(stated.value, str):
                    return Constant(value=stated.value)
        return Constant(value=value.definition.name)
    return None


def is_record(expression: Expression) -> bool:
    """True for what can be sent as a record or as a list of them: no scalar, as far as that can be seen."""
    match expression:
        case Constant() | VariableReference() | SecretReference() | Unmapped():
            return False
        case Call(function=function):
            return function not in (
                "concat",
                "python.text",
                "python.quote",
                "python.format",
                "python.path_join",
            )
        case _:
            return True


def without_credentials(server: Expression) -> Expression:
    """The address in what a client is given, without user and password; None where there is none but with them."""
    match server:
        case Constant(value=str() as text):
            return Constant(value=_address(text))
        case Call(function="concat" | "python.add", arguments=parts):
            return _joined(_flat(parts))
        case _:
            return server


def _address(text: str) -> str:
    """Scheme and host of an address, or the host among settings (`SERVER=x;PWD=y`, `host=x password=y`)."""
    scheme, mark, rest = text.partition("://")
    if mark:
        scheme = scheme.partition("+")[0]
        return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"
    found = _SETTING.search(text)
    if found is not None:
        return found[1].strip()
    return "" if _SETTINGS.search(text) else text.rpartition("@")[2]


def _joined(parts: tuple[Expression, ...]) -> Expression:
    """The address in a text that is joined of constant texts and values."""
    first = parts[0].value if isinstance(parts[0], Constant) else ""
    scheme, mark, _ = str(first).partition("://")
    for number in range(len(parts) - 1, -1, -1):
        match parts[number]:
            case Constant(value=str() as text) if "@" in text:
                start = (f"{scheme.partition('+')[0]}://" if mark else "") + text.rpartition("@")[2]
                return _concatenated((Constant(value=start), *parts[number + 1 :]))
            case Constant(value=str() as text) if _SETTING_OPEN.search(text) and number + 1 < len(parts):
                return parts[number + 1]
            case Constant(value=str() as text) if (found := _SETTING.search(text)) is not None:
                return Constant(value=found[1])
    settings = any(isinstance(one, Constant) and _SETTINGS.search(str(one.value)) for one in parts)
    return Constant(value="") if settings else _concatenated(parts)


def _concatenated(parts: tuple[Expression, ...]) -> Expression:
    kept = tuple(one for one in parts if one != Constant(value=""))
    return kept[0] if len(kept) == 1 else Call(function="concat", arguments=kept)


def _flat(parts: tuple[Expression, ...]) -> tuple[Expression, ...]:
    made: list[Expression] = []
    for part in parts:
        match part:
            case Call(function="concat" | "python.add", arguments=inner):
                made.extend(_flat(inner))
            case _:
                made.append(part)
    return tuple(made)
