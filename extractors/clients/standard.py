"""Python's standard library, as far as integration scripts use it around their calls.

Reads: `sys.stdout.write`, `time.sleep`, `urljoin` of constants.
Becomes: nothing (output); a warning (waiting).
Cannot see: who reads the output.
Example:
    import sys
    import time
    import requests
    for contact in requests.get("https://crm.example/contacts").json():
        requests.post("https://erp.example/contacts", json=contact)
        time.sleep(0.2)
    sys.stdout.write("done\\n")
"""

from __future__ import annotations

from urllib.parse import urljoin

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    Known,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, SourceSpan

KNOWLEDGE = Knowledge()


@KNOWLEDGE.function("sys.stdout.write", "sys.stderr.write")
def _write(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.positional[0] if len(arguments.positional) == 1 else NONE
    if isinstance(given, (Known, Symbolic)) and context.type_of(context.snapshot(given, span)) == "text":
        return NONE
    return context.gap("HS103", "writing what could be no text", span)


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
