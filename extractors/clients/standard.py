"""Python's standard library, as far as integration scripts use it around their calls.

Reads: `os.environ`, `os.getenv`, `sys`, `time.sleep`, `urljoin` of constants.
Becomes: variables of the integration; nothing (output); a warning (waiting).
Cannot see: who reads the output.
Example:
    import os
    import requests
    token = os.environ["CRM_TOKEN"]  # a secret that the run needs
    limit = os.environ.get("LIMIT", "50")  # a variable with a default
    requests.get("https://crm.example/contacts", params={"limit": limit}, headers={"X-Api-Key": token})
"""

from __future__ import annotations

from urllib.parse import urljoin

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, SecretReference, SourceSpan, VariableReference
from migrate.secrets.recognition import names_credential

KNOWLEDGE = Knowledge()


def _environment(context: Evaluator, name: Value, default: Value | None, span: SourceSpan) -> Value:
    """A variable of the environment; `default` None means that the run fails without it."""
    if isinstance(name, Unknown):
        return name
    if not (isinstance(name, Known) and isinstance(name.value, str)):
        return context.unknown("HS103", "the name of an environment variable is known at run time only", span)
    text = name.value
    context.configuration.variables.setdefault(text, span)
    required = VariableReference(name=text)
    if default is None:
        if text in context.configuration.defaults or text in context.configuration.secret_defaults:
            return context.gap("HS103", f"{text} is read with a default elsewhere, and here without", span)
        context.configuration.required.add(text)
        return context.symbolic(required, span)
    if text in context.configuration.required:
        return context.gap("HS103", f"{text} is read without a default elsewhere, and here with one", span)
    if (
        isinstance(default, Known)
        and isinstance(default.value, str)
        and default.value
        and names_credential(text)
    ):
        secret = context.hard_coded(f"{text}_DEFAULT", default.value, span)
        default = secret
    if isinstance(default, Symbolic) and isinstance(default.expression, SecretReference):
        name_of_default = default.expression.name
        if (
            context.configuration.secret_defaults.setdefault(text, name_of_default) != name_of_default
            or text in context.configuration.defaults
        ):
            return context.gap("HS103", f"{text} is read with two different defaults", span)
        return Symbolic(required)
    if text in context.configuration.secret_defaults:
        return context.gap("HS103", f"{text} is read with two different defaults", span)
    if not isinstance(default, Known) or not isinstance(default.value, (str, type(None))):
        return context.gap("HS103", f"{text} is read with a default that is no constant text", span)
    value = Constant(value=default.value)
    if default.value is None:
        context.loops.types["", text] = "null or text"
    if context.configuration.defaults.setdefault(text, value) != value:
        return context.gap("HS103", f"{text} is read with two different defaults", span)
    return Symbolic(required)


@KNOWLEDGE.function("os.getenv")
def _getenv(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("key", "default")
    if bound is None or "key" not in bound:
        return context.gap("HS101", "this call of os.getenv", span)
    return _environment(context, bound["key"], bound.get("default", NONE), span)


@KNOWLEDGE.method("os.environ", "get")
def _get(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _getenv(context, arguments, span)


@KNOWLEDGE.method("os.environ", "__getitem__")
def _required(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _environment(context, arguments.positional[0], None, span)


def _environ(context: Evaluator, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("os.environ"), {}))


KNOWLEDGE.values["os.environ"] = _environ


@KNOWLEDGE.function("sys.stdout.write", "sys.stderr.write")
def _write(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    if isinstance(given, (Known, Symbolic)) and context.type_of(context.snapshot(given, span)) == "text":
        return NONE
    return context.gap("HS103", "writing what could be no text", span)


@KNOWLEDGE.function(
    "sys.stdout.flush",
    "sys.stderr.flush",
    "urllib3.disable_warnings",
    "requests.packages.urllib3.disable_warnings",
    "warnings.filterwarnings",
)
def _output(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.function("urllib.parse.urljoin")
def _urljoin(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Of constants alone: what a base does to an address depends on the slashes in both."""
    bound = arguments.bind("base", "url")
    match (bound or {}).get("base"), (bound or {}).get("url"):
        case (Unknown() as unknown, _) | (_, Unknown() as unknown):
            return unknown
        case Known(value=str() as base), Known(value=str() as url) if bound and len(bound) == 2:
            return Known(urljoin(base, url))
    return context.gap("HS103", "urljoin of what is known at run time only", span)


@KNOWLEDGE.function("time.sleep")
def _sleep(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Waits; what is no number, or less than nothing, is an error."""
    seconds = arguments.positional[0] if arguments.positional else NONE
    match seconds:
        case Known(value=bool() | int() | float() as number):
            if not number >= 0:
                raise context.fail("ValueError", "sleep length must be non-negative", span)
        case Known():
            raise context.fail("TypeError", "sleep length must be a number", span)
        case Symbolic(expression=expression):
            _not_negative(context, expression, span)
    context.findings.report("HS201", "the script waits here; the emitted flow does not", span)
    return NONE


def _not_negative(context: Evaluator, seconds: Expression, span: SourceSpan) -> None:
    """What `time.sleep` asks of a number known at run time only."""
    test = context.symbolic(operators.call("python.less_or_equal", Constant(value=0), seconds), span)

    def fails() -> None:
        raise context.fail("ValueError", "sleep length must be non-negative", span)

    if isinstance(test, Symbolic):
        context.branch(test.expression, lambda: None, fails, span)
