"""Python's `logging`: it says what a script does, and does nothing that is carried over.

Reads: `basicConfig`, `getLogger`, the levels, handlers for streams and files with constant arguments.
Becomes: nothing; a log file is named in the integration, with a note.
Cannot see: handlers that log to another system (a gap); a level that depends on the environment (a gap).
Example:
    import logging
    import requests
    logging.basicConfig(filename="sync.log", level=logging.INFO)
    log = logging.getLogger(__name__)
    log.info("%d contacts", len(requests.get("https://crm.example/contacts").json()))
"""

from __future__ import annotations

from extractors.clients.paths import place
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.telling import told
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Unknown, Value
from migrate.model import Constant, FilePath, SourceSpan

KNOWLEDGE = Knowledge()
_LEVELS = ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")


@KNOWLEDGE.method("logging.Logger", *_LEVELS)
def _logged(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    told(context, arguments, span)
    return NONE


@KNOWLEDGE.method("logging.Logger", "addHandler", "removeHandler")
@KNOWLEDGE.method("logging.Handler", "setFormatter", "flush", "close")
def _method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.function(*(f"logging.{level}" for level in _LEVELS))
def _function(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    told(context, arguments, span)
    return NONE


@KNOWLEDGE.method("logging.Logger", "setLevel")
@KNOWLEDGE.method("logging.Handler", "setLevel")
def _set_level(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _with_constants(context, "setLevel", arguments, span)


@KNOWLEDGE.function("logging.basicConfig")
def _basic_config(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    failed = _with_constants(context, "basicConfig", arguments, span)
    _log_file(context, arguments.keywords.get("filename", NONE), span)
    return failed


@KNOWLEDGE.function("logging.getLogger")
def _logger(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("logging.Logger"), {}))


@KNOWLEDGE.function("logging.StreamHandler", "logging.NullHandler", "logging.Formatter")
def _handler(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External("logging.Handler"), {}))


@KNOWLEDGE.function(
    "logging.FileHandler",
    "logging.handlers.RotatingFileHandler",
    "logging.handlers.TimedRotatingFileHandler",
)
def _file_handler(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    failed = _with_constants(context, "a handler of a log file", arguments, span)
    if isinstance(failed, Unknown):
        return failed
    first = arguments.positional[0] if arguments.positional else arguments.keywords.get("filename", NONE)
    _log_file(context, first, span)
    return _handler(context, arguments, span)


def _log_file(context: Evaluator, value: Value, span: SourceSpan) -> None:
    at = place(context, value)
    if at is None or not isinstance(at.path, Known):
        return
    file = FilePath(folder=at.folder, path=Constant(value=at.path.value), span=span)
    context.effects.log_files.setdefault((at.folder, str(at.path.value)), file)
    context.findings.report("HS203", "the script writes a log file here; the emitted flow does not", span)


def _with_constants(context: Evaluator, name: str, arguments: Arguments, span: SourceSpan) -> Value:
    """A call that does nothing which is carried over, but could fail on a value known at run time only."""
    values = (*arguments.positional, *arguments.keywords.values())
    if any(isinstance(value, (Symbolic, Unknown)) for value in values):
        return context.gap("HS103", f"{name} with a value known at run time only", span)
    return NONE
