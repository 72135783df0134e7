"""What a script prints or logs: nothing of it is carried over, but a secret that is among it is noted."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.evaluator.context import Context
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import Known, Symbolic, TupleValue, Value
from migrate.model import Call, Choice, Constant, Expression, SecretReference, SourceSpan, VariableReference
from migrate.secrets.recognition import names_credential

_SHORTEST = 4
"""Characters that a hard-coded secret has before it is looked for in what is told."""
_FIELD = ("python.member", "python.get")
_WHOLE = (
    "concat",
    "python.add",
    "python.text",
    "python.repr",
    "python.join",
    "python.format",
    "python.json_text",
)
"""Functions whose result holds all of their arguments."""


def told(context: Context, arguments: Arguments, span: SourceSpan) -> None:
    """Notes the secrets among what is told; what is known of them by their name only is said by it."""
    for value in (*arguments.positional, *arguments.keywords.values()):
        for name in _secrets(context, value):
            context.findings.told.setdefault(span, name)


def _secrets(context: Context, value: Value) -> Iterator[str]:
    match value:
        case Known(value=str() as text):
            for name, secret in context.configuration.secret_values.items():
                if len(secret) >= _SHORTEST and secret in text:
                    yield name
        case Symbolic(expression=expression):
            yield from _named(expression)
        case TupleValue(items=items):
            for item in items:
                yield from _secrets(context, item)
        case _:
            pass


def _named(expression: Expression) -> Iterator[str]:
    """The names of what stands in a text as it is."""
    match expression:
        case SecretReference(name=name):
            yield name
        case VariableReference(name=name) if names_credential(name):
            yield name
        case Call(function=function, arguments=(_, Constant(value=str() as key), *_)) if function in _FIELD:
            if names_credential(key):
                yield key
        case Call(function=function, arguments=parts) if function in _WHOLE:
            for part in parts:
                yield from _named(part)
        case Choice(then=then, otherwise=otherwise):
            yield from _named(then)
            yield from _named(otherwise)
        case _:
            pass
