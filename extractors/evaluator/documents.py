"""Credentials in files of configuration: the keys by which a script reads them, with the places where it does."""

from __future__ import annotations

from extractors.evaluator.context import Context
from extractors.evaluator.values import Known, Symbolic, Value
from migrate.model import Call, Choice, Expression, Reference, SourceSpan, VariableReference
from migrate.secrets.recognition import names_credential

_WITHIN = ("python.member", "python.get", "python.json_value")
"""Functions that give what a file holds, or a part of it."""


def note_key(context: Context, container: Value, key: Value, span: SourceSpan) -> None:
    """Notes a credential that is a part of a file which the script reads."""
    if not (isinstance(container, Symbolic) and isinstance(key, Known) and isinstance(key.value, str)):
        return
    if names_credential(key.value) and _is_of_file(context, container.expression):
        context.configuration.file_secrets.setdefault(key.value, span)


def _is_of_file(context: Context, expression: Expression) -> bool:
    match expression:
        case Reference(step=step, part="text" | "body"):
            return step in context.effects.files_read
        case VariableReference(name=name):  # a name in a module of settings may stand for a map of them
            return context.configuration.storages.get(name) == "config"
        case Choice(then=then, otherwise=otherwise):
            return _is_of_file(context, then) or _is_of_file(context, otherwise)
        case Call(function="configparser.sections" | "yaml.value" | "toml.value"):
            return True
        case Call(function=function, arguments=(first, *_)) if function in _WITHIN:
            return _is_of_file(context, first)
        case _:
            return False
