"""Configuration from the environment: `os.environ`, and the libraries that fill or read it.

Reads: `os.environ` by key, `get`, `in`; `os.getenv`; defaults of every kind; `copy`; `load_dotenv`, `find_dotenv`;
    `dotenv_values`, `decouple.config`, `environs.Env` with their defaults; `getpass`, `input`.
Becomes: variables of the integration with their defaults; secrets where the use or the name says so. What is typed at
    a prompt becomes a variable that is named after the prompt.
Cannot see: variables that the script sets or removes; the whole environment as a dict.
Example:
    import os
    import requests
    from dotenv import load_dotenv
    load_dotenv()
    token = os.environ["CRM_TOKEN"]  # a secret that the run needs
    limit = int(os.environ.get("LIMIT", 50))  # a variable with a default
    requests.get("https://crm.example/contacts", params={"limit": limit}, headers={"X-Api-Key": token})
"""

from __future__ import annotations

import re

from extractors.clients.variables import Origin, configured, optional
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Unknown, Value
from migrate.model import SourceSpan, VariableReference

KNOWLEDGE = Knowledge()
ENVIRON, VALUES, ENV = "os.environ", "dotenv.values", "environs.Env"
_FILE = Origin("config")
_PROMPT = Origin("arg", "EOFError")


def variable(
    context: Evaluator, name: Value, default: Value | None, span: SourceSpan, origin: Origin | None = None
) -> Value:
    """A variable by its name as a value; `default` None means that the run fails without it."""
    if isinstance(name, Unknown):
        return name
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return context.unknown("HS103", "the name of an environment variable is known at run time only", span)
    return configured(context, name.value, span, default, origin or Origin())


@KNOWLEDGE.function("os.getenv")
def _getenv(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return _with_default(context, "os.getenv", arguments, span, Origin())


def _with_default(
    context: Evaluator, name: str, arguments: Arguments, span: SourceSpan, origin: Origin
) -> Value:
    bound = arguments.bind("key", "default")
    if bound is None or "key" not in bound:
        return misfit(context, name, arguments, span)
    return variable(context, bound["key"], bound.get("default", NONE), span, origin)


def _mapping(of: str, origin: Origin) -> None:
    """What can be asked of a mapping of variables."""

    @KNOWLEDGE.method(of, "get")
    def get(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _with_default(context, "get", arguments, span, origin)

    @KNOWLEDGE.method(of, "__getitem__")
    def item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return variable(context, arguments.positional[0], None, span, origin)

    @KNOWLEDGE.method(of, "__contains__")
    def contains(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        name = arguments.positional[0]
        if not (isinstance(name, Known) and isinstance(name.value, str)):
            return misfit(context, "in", arguments, span)
        return context.symbolic(optional(context, name.value, span, origin), span)

    @KNOWLEDGE.method(of, "copy")
    def copy(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return context.state.allocate(Instance(External(of), {}))


_mapping(ENVIRON, Origin())
_mapping(VALUES, _FILE)


def _environ(context: Evaluator, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(ENVIRON), {}))


KNOWLEDGE.values["os.environ"] = _environ


# --- libraries ---------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("dotenv.load_dotenv", "dotenv.main.load_dotenv")
def _load_dotenv(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Sets variables of the environment that are not set; the flow has them from its own environment."""
    _told(context, span)
    return Unknown("HS103", "whether a file of variables is there is known at run time only", span)


@KNOWLEDGE.function("dotenv.find_dotenv")
def _find_dotenv(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return Unknown("HS103", "where a file of variables lies is known at run time only", span, text=True)


@KNOWLEDGE.function("dotenv.dotenv_values")
def _dotenv_values(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    _told(context, span)
    return context.state.allocate(Instance(External(VALUES), {}))


def _told(context: Evaluator, span: SourceSpan) -> None:
    context.findings.report(
        "HS207", "the script reads variables from a file; the flow takes them from its environment", span
    )


@KNOWLEDGE.function("decouple.config")
def _decouple(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("option", "default", "cast")
    if bound is None or "option" not in bound:
        return misfit(context, "decouple.config", arguments, span)
    origin = Origin("env", "decouple.UndefinedValueError")
    found = variable(context, bound["option"], bound.get("default"), span, origin)
    return _cast(context, found, bound.get("cast", NONE), span)


def _cast(context: Evaluator, found: Value, cast: Value, span: SourceSpan) -> Value:
    """A variable that a library converts."""
    match cast:
        case Known(value=None) | External(name="builtins.str"):
            return found
        case External(name="builtins.bool"):
            return context.gap("HS101", "a variable as a boolean", span)
        case _:
            return context.call(cast, Arguments((found,), {}), span)


@KNOWLEDGE.function(ENV)
def _env(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(ENV), {}))


@KNOWLEDGE.method(ENV, "read_env", "seal")
def _read_env(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


def _env_as(type_name: str, *names: str) -> None:
    @KNOWLEDGE.method(ENV, *names)
    def typed(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        """A variable of a type; a default is given as it is."""
        bound = arguments.bind("name", "default")
        name, cast = (bound or {}).get("name"), External(f"builtins.{type_name}")
        if bound is None or not (isinstance(name, Known) and isinstance(name.value, str)):
            return misfit(context, ENV, arguments, span)
        origin, default = Origin("env", "environs.EnvError"), bound.get("default")
        if default is None or type_name == "str":
            return _cast(context, configured(context, name.value, span, default, origin), cast, span)

        def given() -> Value:
            return _cast(context, Symbolic(VariableReference(name=name.value)), cast, span)

        test = optional(context, name.value, span, origin)
        return context.select(test, given, lambda: default, span)


for _type, _names in (
    ("str", ("__call__", "str")),
    ("int", ("int",)),
    ("float", ("float",)),
    ("bool", ("bool",)),
):
    _env_as(_type, *_names)


# --- prompts -----------------------------------------------------------------------------------------------------


def _prompt(function: str, otherwise: str) -> None:
    @KNOWLEDGE.function(function)
    def typed(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        """What is typed: a variable with the name that the prompt gives it."""
        bound = arguments.bind("prompt", "stream") or {}
        prompt = bound.get("prompt", NONE)
        words = re.findall(r"[a-z0-9]+", str(prompt.value or "").lower()) if isinstance(prompt, Known) else []
        name = "_".join(words[:6]) or f"{otherwise}_line_{span.line}"
        return configured(context, name, span, None, _PROMPT)


_prompt("builtins.input", "input")
_prompt("getpass.getpass", "password")
