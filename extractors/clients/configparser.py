"""Python's `configparser`: INI files.

Reads: `ConfigParser()`, also with `interpolation=None`, `RawConfigParser()`; `read` of one file, `read_file`,
    `read_string`; `config[section][option]`, `get`, `getint`, `getfloat`, `getboolean` with `fallback`;
    `has_section`, `has_option`, `in`; a section as a dict; `optionxform = str`.
Becomes: a read of the file, where it is there, and the function `configparser.sections` of its text.
Cannot see: several files, values that are set, other delimiters and comments; loops over sections.
Example:
    import configparser
    import requests
    config = configparser.ConfigParser()
    config.read("settings.ini")
    shop = config["shop"]
    limit = shop.getint("limit", 30)
    requests.get(shop["url"] + "/orders", headers={"X-Api-Key": shop["api_key"]}, params={"limit": limit})
"""

from __future__ import annotations

from extractors.clients.files import file_text, taken
from extractors.clients.paths import place
from extractors.evaluator import Evaluator, Knowledge, comparison, operators
from extractors.evaluator.documents import note_key
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    TRUE,
    External,
    Instance,
    Known,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import Constant, Expression, RecordExpression, SourceSpan

KNOWLEDGE = Knowledge()
PARSER, SECTION = "configparser.ConfigParser", "configparser.SectionProxy"
_TEXT, _RAW, _DATA, _CASED = "(text)", "(raw)", "(data)", "optionxform"


@KNOWLEDGE.function(PARSER)
def _parser(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords not in ({}, {"interpolation": NONE}):
        return misfit(context, PARSER, arguments, span)
    return _made(context, bool(arguments.keywords))


@KNOWLEDGE.function("configparser.RawConfigParser")
def _raw_parser(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        return misfit(context, PARSER, arguments, span)
    return _made(context, True)


def _made(context: Evaluator, raw: bool) -> Value:
    held: dict[str, Value] = {_TEXT: NONE, _RAW: Known(raw), _CASED: NONE}
    return context.state.allocate(Instance(External(PARSER), held))


KNOWLEDGE.settable.add((PARSER, _CASED))


def _held(context: Evaluator, receiver: Pointer, name: str) -> Value:
    value = context.state.read((receiver.address, name))
    return NONE if value is None else value


# --- reading -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.method(PARSER, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("filenames", "encoding") or {}
    given = bound.get("filenames", NONE)
    fixed = context.fixed_items(given) if isinstance(given, Pointer) else None
    at = place(context, fixed[0] if fixed is not None and len(fixed) == 1 else given)
    if at is None or bound.get("encoding", NONE) not in (NONE, Known("utf-8"), Known("utf8")):
        return _lost(context, receiver, misfit(context, "read of these files", arguments, span))
    return _filled(context, receiver, file_text(context, at, span), span)


@KNOWLEDGE.method(PARSER, "read_file", "readfp")
def _read_file(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    text = taken(context, arguments.positional[0], span) if arguments.positional else None
    if text is None:
        return _lost(context, receiver, misfit(context, "read_file", arguments, span))
    return _filled(context, receiver, Symbolic(text), span)


@KNOWLEDGE.method(PARSER, "read_string")
def _read_string(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _filled(context, receiver, arguments.positional[0] if arguments.positional else NONE, span)


def _lost(context: Evaluator, receiver: Pointer, unknown: Value) -> Value:
    """What was not read stands in the place of the text, so that what follows can be read."""
    context.state.write((receiver.address, _TEXT), context.supposed(unknown))
    return unknown


def _filled(context: Evaluator, receiver: Pointer, text: Value, span: SourceSpan) -> Value:
    if _held(context, receiver, _TEXT) != NONE or not isinstance(text, Known | Symbolic):
        return context.gap("HS101", "a parser of configuration that reads several files", span)
    context.state.write((receiver.address, _TEXT), text)
    context.symbolic(_data(context, receiver, span), span)
    return Unknown("HS103", "which files of configuration were read", span)


def _data(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Expression:
    """The sections as a map."""
    raw = _held(context, receiver, _RAW) == TRUE
    cased = _held(context, receiver, _CASED) == External("builtins.str")
    text = context.snapshot(_held(context, receiver, _TEXT), span)
    options = (Constant(value=raw), Constant(value=cased)) if raw or cased else ()
    return operators.call("configparser.sections", text, *options)


def _name(context: Evaluator, receiver: Pointer, option: Value) -> Value:
    """The name of an option as the parser keeps it."""
    cased = _held(context, receiver, _CASED) == External("builtins.str")
    if cased or not isinstance(option, Known) or not isinstance(option.value, str):
        return option if cased or isinstance(option, Known) else NONE
    return Known(option.value.lower())


# --- sections and options ----------------------------------------------------------------------------------------


@KNOWLEDGE.method(PARSER, "__getitem__")
def _section(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = context.snapshot(arguments.positional[0], span)
    found = context.symbolic(operators.call("python.member", _data(context, receiver, span), name), span)
    held = {_DATA: found, _CASED: _held(context, receiver, _CASED)}
    return context.state.allocate(Instance(External(SECTION), held))


@KNOWLEDGE.method(SECTION, "__getitem__")
def _item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    section, (option,) = _held(context, receiver, _DATA), arguments.positional
    name = _name(context, receiver, option)
    if not isinstance(section, Symbolic) or name == NONE:
        return misfit(context, "an option", arguments, span)
    note_key(context, section, option, span)
    key = context.snapshot(name, span)
    return context.symbolic(operators.call("python.member", section.expression, key), span)


@KNOWLEDGE.method(SECTION, "__dict__", "__iter__", "__keys__", "__json__")
def _as_map(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _held(context, receiver, _DATA)


@KNOWLEDGE.method(SECTION, "__contains__")
def _has(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = _name(context, receiver, arguments.positional[0])
    return comparison.compare(context, "in", name, _held(context, receiver, _DATA), span)


@KNOWLEDGE.method(PARSER, "__contains__", "has_section")
def _has_section(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return comparison.compare(
        context, "in", arguments.positional[0], Symbolic(_data(context, receiver, span)), span
    )


@KNOWLEDGE.method(PARSER, "has_option")
def _has_option(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) != 2:
        return misfit(context, "has_option", arguments, span)
    section, option = arguments.positional
    held = _section_or_none(context, receiver, section, span)
    return comparison.compare(context, "in", _name(context, receiver, option), Symbolic(held), span)


def _section_or_none(context: Evaluator, receiver: Pointer, section: Value, span: SourceSpan) -> Expression:
    """The options of a section; none where it is not there."""
    name = context.snapshot(section, span)
    return operators.call("python.get", _data(context, receiver, span), name, RecordExpression(entries=()))


def _getter(name: str, function: str | None) -> None:
    """`config.get(section, option)` and `section.get(option)`, with what it makes of the text."""

    @KNOWLEDGE.method(PARSER, name)
    def of_parser(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        options = {key: value for key, value in arguments.keywords.items() if key != "fallback"}
        bound = Arguments(arguments.positional, options).bind("section", "option")
        if bound is None or len(bound) != 2:
            return misfit(context, name, arguments, span)
        held = _section_or_none(context, receiver, bound["section"], span)
        note_key(context, Symbolic(held), bound["option"], span)
        option = _name(context, receiver, bound["option"])
        fallback = arguments.keywords.get("fallback")
        if fallback is None:
            there = comparison.compare(
                context, "in", bound["section"], Symbolic(_data(context, receiver, span)), span
            )
            _require(context, there, "configparser.NoSectionError", span)
        return _option(context, held, option, fallback, "configparser.NoOptionError", function, span)

    @KNOWLEDGE.method(SECTION, name)
    def of_section(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        bound = arguments.bind("option", "fallback")
        section = _held(context, receiver, _DATA)
        if bound is None or "option" not in bound or not isinstance(section, Symbolic):
            return misfit(context, name, arguments, span)
        note_key(context, section, bound["option"], span)
        option = _name(context, receiver, bound["option"])
        return _option(
            context, section.expression, option, bound.get("fallback", NONE), "KeyError", function, span
        )


def _require(context: Evaluator, test: Value, error: str, span: SourceSpan) -> None:
    def fails() -> None:
        raise context.fail(error, "what is asked of the configuration is not there", span)

    if isinstance(test, Symbolic):
        context.branch(test.expression, lambda: None, fails, span)


def _option(
    context: Evaluator,
    section: Expression,
    option: Value,
    fallback: Value | None,
    error: str,
    function: str | None,
    span: SourceSpan,
) -> Value:
    there = comparison.compare(context, "in", option, Symbolic(section), span)
    if option == NONE or not isinstance(there, Symbolic):
        return context.gap("HS103", "an option whose name is known at run time only", span)

    def given() -> Value:
        text = context.symbolic(
            operators.call("python.member", section, context.snapshot(option, span)), span
        )
        if function is None or not isinstance(text, Symbolic):
            return text
        return context.symbolic(operators.call(function, text.expression), span)

    def otherwise() -> Value:
        if fallback is None:
            raise context.fail(error, "an option is not there", span)
        return fallback

    return context.select(there.expression, given, otherwise, span)


for _method, _function in (
    ("get", None),
    ("getint", "python.integer"),
    ("getfloat", "python.float"),
    ("getboolean", "configparser.boolean"),
):
    _getter(_method, _function)
