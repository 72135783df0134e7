"""YAML and TOML documents, by PyYAML, `tomllib`, `tomli` and `toml`.

Reads: `yaml.safe_load` and `load` with the safe loader, of an open file or a text; `tomllib.loads`, `toml.load`,
    `toml.loads`.
Becomes: the functions `yaml.value` and `toml.value` of the text.
Cannot see: other loaders and tags, several documents in one file; files that are opened as bytes.
Example:
    import yaml
    import requests
    with open("settings.yaml") as file:
        settings = yaml.safe_load(file)
    requests.get(settings["shop"]["url"], headers={"X-Api-Key": settings["shop"]["api_key"]})
"""

from __future__ import annotations

from extractors.clients.files import file_text, taken
from extractors.clients.paths import place
from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import External, Known, Symbolic, Value
from migrate.model import Expression, SourceSpan

KNOWLEDGE = Knowledge()
_SAFE = ("yaml.SafeLoader", "yaml.CSafeLoader", "yaml.loader.SafeLoader", "yaml.FullLoader")


def _text(context: Evaluator, value: Value, span: SourceSpan) -> Expression | None:
    """The text of a document: of an open file, or as it is given."""
    text = taken(context, value, span)
    if text is None and isinstance(value, Known | Symbolic):
        text = context.snapshot(value, span)
        return text if context.type_of(text) == "text" else None
    return text


@KNOWLEDGE.function("yaml.safe_load", "yaml.full_load")
def _safe_load(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return _loaded(context, "yaml.safe_load", "yaml.value", arguments, span)


@KNOWLEDGE.function("yaml.load")
def _load(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("stream", "Loader") or {}
    match bound.get("Loader"):
        case External(name=name) if name in _SAFE:
            return _loaded(context, "yaml.load", "yaml.value", Arguments((bound["stream"],), {}), span)
    return misfit(context, "yaml.load", arguments, span)


@KNOWLEDGE.function("tomllib.loads", "tomli.loads", "toml.loads", "tomllib.load", "tomli.load")
def _toml(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return _loaded(context, "this reader of TOML", "toml.value", arguments, span)


@KNOWLEDGE.function("toml.load")
def _toml_file(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """Of an open file, or of the file at a path."""
    at = place(context, arguments.positional[0]) if len(arguments.positional) == 1 else None
    if at is None:
        return _loaded(context, "toml.load", "toml.value", arguments, span)
    text = file_text(context, at, span, required=True)
    return _loaded(context, "toml.load", "toml.value", Arguments((text,), {}), span)


def _loaded(context: Evaluator, name: str, function: str, arguments: Arguments, span: SourceSpan) -> Value:
    single = len(arguments.positional) == 1 and not arguments.keywords
    text = _text(context, arguments.positional[0], span) if single else None
    if text is None:
        return misfit(context, name, arguments, span)
    context.has_times = True
    return context.symbolic(operators.call(function, text), span)
