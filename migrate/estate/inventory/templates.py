"""Fields of documents that are written by hand as texts: JSON, XML, GraphQL, forms, lines of InfluxDB."""

from __future__ import annotations

import re
from collections.abc import Iterator

from migrate.estate.inventory.sent import SentField, evidence_of
from migrate.model import Call, Constant, Expression, SourceSpan

_NAMED = re.compile(
    r"""["'\\]*(?P<key>[A-Za-z_][\w-]*)["'\\]*\s*:\s*[\[{\\"']*(?P<text>[^"':{}\[\]\\]*)$   # JSON, GraphQL
      | <(?:\w+:)?(?P<tag>[A-Za-z_][\w.-]*)(?:\s[^<>]*)?>(?:<!\[CDATA\[)?(?P<inner>[^<>]*)$    # XML
      | (?:^|[?&, ])(?P<parameter>[A-Za-z_][\w.-]*)=(?P<given>[^&=, ]*)$          # a form, a line
    """,
    re.VERBOSE,
)
_ENDS = re.compile(r"[\"'\\]|\s*[,}\])<&]|\s+[A-Za-z_]\w*=|$")


def written_fields(content: Expression, span: SourceSpan | None) -> Iterator[SentField]:
    """The fields of a document that is written by hand, as far as they hold more than constants."""
    for name, value in template_fields(content):
        yield SentField((name,), value, evidence_of(value), span)


def template_fields(content: Expression) -> Iterator[tuple[str, Expression]]:
    """Name and value of each place of a text that holds more than constants; a value alone is what stands there."""
    parts = _parts(content)
    name, held, only, is_pair = "", list[Expression](), True, False
    for number, part in enumerate(parts):
        if not isinstance(part, Constant):
            if name:
                held.append(part)
            continue
        text = str(part.value)
        if held and is_pair and text.isspace():
            yield name, _value(held, only)
            name, held, only = "time", [], True
            continue
        if held:
            end = _ENDS.match(text)
            if end is None and _NAMED.search(text) is None and number < len(parts) - 1:
                held.append(part)
                only = False
                continue
            only = only and end is not None
            yield name, _value(held, only)
            held, only = [], True
        found = _NAMED.search(text)
        is_pair = found is not None and found["parameter"] is not None
        name = "" if found is None else found["key"] or found["tag"] or found["parameter"]
        if found is not None and (before := found["text"] or found["inner"] or found["given"]):
            held, only = ([Constant(value=before)] if before.strip() else []), not before.strip()
    if any(not isinstance(one, Constant) for one in held):
        yield name, _value(held, only)


def _parts(content: Expression) -> tuple[Expression, ...]:
    """The parts of a text that is put together, constants and what stands between them."""
    match content:
        case Call(function="concat" | "python.add", arguments=arguments):
            return tuple(part for one in arguments for part in _parts(one))
        case Call(function="python.encode" | "python.strip" | "python.replace", arguments=(first, *_)):
            return _parts(first)
        case _:
            return (content,)


def _value(held: list[Expression], only: bool) -> Expression:
    if only and len(held) == 1:
        match held[0]:
            case Call(function="python.text", arguments=(value,)):
                return value
            case value:
                return value
    return Call(function="concat", arguments=tuple(held))
