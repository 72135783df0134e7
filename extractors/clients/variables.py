"""A value of the run's configuration as the evaluator has it, wherever the script takes it from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from extractors.evaluator import Evaluator, operators
from extractors.evaluator.state import negation
from extractors.evaluator.values import NONE, Known, Symbolic, Unknown, Value
from migrate.model import Constant, Expression, SecretReference, SourceSpan, VariableReference
from migrate.secrets.recognition import names_credential


@dataclass(frozen=True)
class Origin:
    """Where the script takes a variable from, and the error that it gets where a required one is not set."""

    storage: Literal["env", "arg", "config"] = "env"
    missing: str = "KeyError"


ENVIRONMENT = Origin()


def configured(
    context: Evaluator,
    name: str,
    span: SourceSpan,
    default: Value | None = None,
    origin: Origin = ENVIRONMENT,
) -> Value:
    """A variable: a text where it is set, else the default; without one the run fails."""
    settings = context.configuration
    if settings.variables.setdefault(name, span) is span and origin.storage != "env":
        settings.storages[name] = origin.storage
    if settings.storages.get(name, "env") != origin.storage:
        return context.gap("HS103", f"{name} is a variable of two kinds", span)
    if origin.missing != "KeyError" and settings.missing.setdefault(name, origin.missing) != origin.missing:
        settings.found_differently.add(name)
    if isinstance(default, Unknown):
        return default
    if (
        isinstance(default, Known)
        and isinstance(default.value, str)
        and default.value
        and names_credential(name)
    ):
        default = context.hard_coded(f"{name}_DEFAULT", default.value, span)
    if name in settings.read_differently or _is_other(default):
        return _checked(context, name, span, default, origin)
    if _is_read_as_before(context, name, default):
        if default is None:
            return context.symbolic(VariableReference(name=name), span)
        if default == NONE:
            context.loops.types["", name] = "null or text"
    else:
        settings.found_differently.add(name)
    return Symbolic(VariableReference(name=name))


def _is_other(default: Value | None) -> bool:
    """True for a default that a variable of the model cannot have: it has texts, null and secrets."""
    match default:
        case None | Known(value=str() | None) | Symbolic(expression=SecretReference()):
            return False
        case _:
            return True


def _is_read_as_before(context: Evaluator, name: str, default: Value | None) -> bool:
    """Notes how a variable is read; False if it was read in another way before."""
    settings = context.configuration
    match default:
        case None:
            settings.required.add(name)
        case Symbolic(expression=SecretReference(name=secret)):
            if settings.secret_defaults.setdefault(name, secret) != secret:
                return False
        case Known(value=str() | None as text):
            if settings.defaults.setdefault(name, Constant(value=text)) != Constant(value=text):
                return False
    ways = (settings.required, settings.secret_defaults, settings.defaults)
    return sum(name in way for way in ways) == 1


def _checked(context: Evaluator, name: str, span: SourceSpan, default: Value | None, origin: Origin) -> Value:
    """A variable that is null where it is not set, with the default in its place there, or an error."""
    null = Constant(value=None)
    if context.configuration.defaults.setdefault(name, null) != null:
        context.configuration.found_differently.add(name)
    if name in context.configuration.required or name in context.configuration.secret_defaults:
        context.configuration.found_differently.add(name)
    context.loops.types["", name] = "null or text"
    variable = Symbolic(VariableReference(name=name))
    if default == NONE:
        return variable

    def otherwise() -> Value:
        if default is None:
            raise context.fail(origin.missing, f"{name} is not set", span)
        return default

    return context.select(is_set(name), lambda: variable, otherwise, span)


def is_set(name: str) -> Expression:
    """Whether an optional variable is set."""
    return negation(operators.call("is_null", VariableReference(name=name)))


def optional(context: Evaluator, name: str, span: SourceSpan, origin: Origin) -> Expression:
    """Whether a variable is set, which need not be."""
    configured(context, name, span, NONE, origin)
    return is_set(name)
