"""Where a request goes: scheme and host, path, and the query that stands in the path, as far as the model says them.

An address that is one of several (`base + "/live" if live else base + "/test"`) is all of them. Where a loop follows
links it is the first one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import parse_qsl

from migrate.estate.inventory.origins import Origins
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    HttpOperation,
    Lookup,
    LoopValue,
    RecordExpression,
    Reference,
    SdkOperation,
    SecretReference,
    VariableReference,
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_URL = re.compile(r"([a-z]+://[^/?]+|\{\w+\})([/?].*)", re.DOTALL)
_SCHEME_UNKNOWN = re.compile(r"\{\w+\}://(?=[^/?])")
_TWO_PLACEHOLDERS = re.compile(r"(\{\w+\})(\{\w+\}.*)", re.DOTALL)
"""A base with a path behind it of which the first slash is known at run time only."""
_HOST_AND_PLACEHOLDER = re.compile(r"([a-z]+://[^/{}]*\.[a-z]{2,}(?::\d+)?)(\{\w+\}.*)", re.DOTALL)
"""A host with a path behind it of which the first slash is known at run time only."""
_MOST_WAYS = 8
_SAME_TEXT = frozenset(
    {
        "python.text",
        "python.quote",
        "python.strip",
        "python.lstrip",
        "python.rstrip",
        "python.lower",
        "python.replace",
        "python.format",
        "python.remove_suffix",
        "python.decode",
        "python.encode",
        "python.utf8_text",
    }
)
"""Functions that leave the form of an address as it is, for the most part."""
UNKNOWN_BASE = "{url}"
"""A base of which nothing is known."""
_NOT_SAID = frozenset({"value", "url"})
"""Names of placeholders that no script has given."""


@dataclass(frozen=True)
class _Piece:
    """A part of an address, and what its placeholder is called where it is not constant."""

    value: Expression
    name: str = "value"


_Pieces = tuple[_Piece, ...]


@dataclass(frozen=True)
class Address:
    """An address as a template, and the names and values of the query that stands in it."""

    base: str
    path: str
    query: tuple[tuple[str, Expression], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the query, each once."""
        return tuple(dict.fromkeys(name for name, _ in self.query))


def addresses_of(operation: HttpOperation, origins: Origins) -> tuple[Address, ...]:
    """The addresses that a request may go to, at least one; of one host and path once, with the queries of all."""
    given = {one.name: one.value for one in operation.located("path")}
    ways = list(islice(_ways_of(_pieces(operation.server + operation.path, given), origins), _MOST_WAYS))
    best = max(map(_host_stated, ways))
    made_of = [_address(way) for way in ways if _host_stated(way) == best] if best else [_address(ways[0])]
    found: dict[tuple[str, str], Address] = {}
    for made in [one for one in made_of if "//" not in one.path] or made_of:
        known = found.get((made.base, made.path))
        query = made.query if known is None else tuple(dict.fromkeys((*known.query, *made.query)))
        found[made.base, made.path] = Address(made.base, made.path, query)
    return tuple(found.values())


def _pieces(text: str, given: Mapping[str, Expression]) -> _Pieces:
    """The parts of a template with its placeholders filled in."""
    parts = _PLACEHOLDER.split(text)
    return tuple(
        _Piece(Constant(value=part))
        if number % 2 == 0
        else _Piece(given.get(part, Constant(value=f"{{{part}}}")), part)
        for number, part in enumerate(parts)
        if part
    )


def _ways_of(pieces: Iterable[_Piece], origins: Origins, depth: int = 0) -> Iterator[_Pieces]:
    """The parts of a text that is joined of the pieces, once for each combination of what they may be."""
    for way in product(*(tuple(_ways(piece, origins, depth)) for piece in pieces)):
        yield tuple(part for parts in way for part in parts)


def _ways(piece: _Piece, origins: Origins, depth: int) -> Iterator[_Pieces]:
    def inside(*values: Expression) -> Iterator[_Pieces]:
        return _ways_of((_Piece(value, piece.name) for value in values), origins, depth + 1)

    match piece.value:
        case Call(function="concat" | "python.add", arguments=arguments):
            yield from inside(*arguments)
        case Choice(then=then, otherwise=otherwise) if _is_written(then) or _is_written(otherwise):
            yield from inside(then)
            yield from inside(otherwise)
        case Lookup(cases=cases, otherwise=otherwise) if any(_is_written(row.value) for row in cases):
            for value in (*(row.value for row in cases), otherwise):
                yield from () if value is None else inside(value)
        case LoopValue(loop=loop, name=name) if not depth:
            initial, *_ = origins.loop_values.get((loop, name), (piece.value,))
            if initial == piece.value:
                yield (piece,)
            elif isinstance(initial, LoopValue):
                yield from _ways(_Piece(initial, piece.name), origins, depth + 1)
            else:
                yield from inside(initial)
        case Call(function="python.form_text", arguments=(RecordExpression(entries=entries), *_)):
            named = ((f"{'&' * (number > 0)}{one.key}=", one) for number, one in enumerate(entries))
            yield tuple(
                part
                for text, one in named
                for part in (_Piece(Constant(value=text)), _Piece(one.value, one.key))
            )
        case Call(function=function, arguments=(first, *_)) if function in _SAME_TEXT and _is_written(first):
            yield from inside(first)
        case _:
            yield (piece,)


def _is_written(expression: Expression) -> bool:
    """True for what is made of texts that stand in the script."""
    match expression:
        case Constant(value=str()):
            return True
        case Call(function="concat" | "python.add", arguments=arguments):
            return any(map(_is_written, arguments))
        case Call(function=function, arguments=(first, *_)) if function in _SAME_TEXT:
            return _is_written(first)
        case Choice(then=then, otherwise=otherwise):
            return _is_written(then) or _is_written(otherwise)
        case _:
            return False


def _host_stated(way: _Pieces) -> int:
    """2 for an address that begins with a host or with what the surroundings say, 1 for one that has a name, else 0."""
    first = way[0] if way else None
    match first and first.value:
        case Constant(value=str() as text):
            return 2 if "://" in text or text.startswith("{") else 0
        case VariableReference() | SecretReference():
            return 2
        case _:
            return int(first is not None and template(first.value, first.name).strip("{}") not in _NOT_SAID)


def _address(way: _Pieces) -> Address:
    values: dict[str, Expression] = {}
    shown = ""
    for piece in way:
        text = template(piece.value, piece.name)
        if not isinstance(piece.value, Constant):
            values[text] = piece.value
        shown += text
    shown = shown.partition("#")[0]
    shown = UNKNOWN_BASE + shown if shown.startswith("/") else shown
    shown = _SCHEME_UNKNOWN.sub("https://", shown)
    whole = _URL.match(shown) or _HOST_AND_PLACEHOLDER.fullmatch(shown) or _TWO_PLACEHOLDERS.fullmatch(shown)
    base, rest = (whole[1], whole[2]) if whole is not None else (shown, "")
    path, _, query = rest.partition("?")
    if base.strip("{}") in _NOT_SAID:
        base = UNKNOWN_BASE
    pairs = (
        (name, values.get(value, Constant(value=value)))
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _PLACEHOLDER.fullmatch(name)
    )
    return Address(base, path, tuple(pairs))


def server_of(operation: SdkOperation) -> str:
    """Scheme and host of the system that a library calls, as far as the script or the library says them."""
    if operation.server is None:
        return ""
    found = _URL.match(server := template(operation.server))
    return found[1] if found is not None else server


def template(expression: Expression, name: str = "value") -> str:
    """A text as a template: constants as they stand, `{name}` for the rest."""
    match expression:
        case Constant(value=value):
            return "" if value is None else str(value)
        case VariableReference(name=own) | SecretReference(name=own):
            return f"{{{own}}}"
        case Call(function="concat" | "python.add", arguments=parts):
            return "".join(template(part, name) for part in parts)
        case Call(function="python.path_join", arguments=parts):
            return "/".join(template(part, name) for part in parts)
        case Call(function=function, arguments=(first, *_)) if function in _SAME_TEXT:
            return template(first, name)
        case Call(function="python.member" | "python.get", arguments=(_, Constant(value=str() as key), *_)):
            return f"{{{key}}}"
        case Reference(part=part) | LoopValue(name=part):
            return f"{{{name if part in ('item', 'value', 'body', 'text') else part}}}"
        case _:
            return f"{{{name}}}"
