"""Credentials that stand in a source, found by their form and by the names they are given, in all of its code.

The evaluator meets those that it passes. This looks at the rest too: at code that is never reached, or not followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from extractors.ir import (
    Argument,
    Assign,
    Attribute,
    Index,
    LiteralExpr,
    MapEntry,
    Name,
    ParameterDef,
    Script,
)
from migrate.model import SourceSpan
from migrate.secrets.recognition import is_credential, is_word_for_credentials, names_credential

_SHORTEST_TEXT = 8
"""Texts of fewer characters are the same by chance."""


def hard_coded_secrets(script: Script) -> Iterator[tuple[str, str, SourceSpan]]:
    """Name, value and place of each credential in the script's constants."""
    for node in nodes_of(script.body):
        match node:
            case Assign(targets=targets, value=LiteralExpr(value=str() as text) as literal):
                for target in targets:
                    yield from _named(_name(target), text, literal.span)
            case MapEntry(
                key=LiteralExpr(value=str() as key), value=LiteralExpr(value=str() as text) as literal
            ):
                yield from _named(key, text, literal.span)
            case Argument(keyword=str() as key, value=LiteralExpr(value=str() as text) as literal):
                yield from _named(key, text, literal.span)
            case ParameterDef(name=name, default=LiteralExpr(value=str() as text) as literal):
                yield from _named(name, text, literal.span)
            case LiteralExpr(value=str() as text) if is_credential(text):
                yield f"SECRET_LINE_{node.span.line}", text.rpartition(" ")[2], node.span


def places_of_texts(scripts: Iterable[Script]) -> dict[str, SourceSpan]:
    """Where a text of some length is first given a name, by the text."""
    found: dict[str, SourceSpan] = {}
    for script in scripts:
        for node in nodes_of(script.body):
            match node:
                case Assign(targets=(Name(),), value=LiteralExpr(value=str() as text) as literal):
                    if len(text) >= _SHORTEST_TEXT:
                        found.setdefault(text, literal.span)
    return found


def mentioned_names(script: Script) -> frozenset[str]:
    """The constants of the script that could be names of environment variables."""
    texts = (node.value for node in nodes_of(script.body) if isinstance(node, LiteralExpr))
    return frozenset(text for text in texts if isinstance(text, str) and text.isidentifier())


def _named(name: str | None, text: str, span: SourceSpan) -> Iterator[tuple[str, str, SourceSpan]]:
    if (
        name is not None
        and text
        and names_credential(name)
        and "://" not in text
        and not is_word_for_credentials(text)
    ):
        _, blank, rest = text.partition(" ")
        plain = rest if blank and " " not in rest and name.lower() == "authorization" else text
        yield name, plain, span


def _name(target: object) -> str | None:
    match target:
        case Name(name=name) | Attribute(name=name):
            return name
        case Index(index=LiteralExpr(value=str() as key)):
            return key
        case _:
            return None


def nodes_of(node: object) -> Iterator[object]:
    """All IR nodes below, each before those inside it."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if type(one) is tuple:
            waiting.extend(reversed(one))
            continue
        inner = _inside(type(one))
        if inner is not None:
            yield one
            waiting.extend([getattr(one, name) for name in inner])


def _inside(of: type[Any]) -> tuple[str, ...] | None:
    """The fields of a class of nodes in which nodes can stand, the last one first; None for other classes."""
    if of not in _INSIDE:
        is_span = issubclass(of, SourceSpan)
        inner = fields(of) if is_dataclass(of) and not is_span else None
        names = None if inner is None else [one.name for one in inner if one.type != "SourceSpan"]
        _INSIDE[of] = None if names is None else tuple(reversed(names))
    return _INSIDE[of]


_INSIDE: dict[type[object], tuple[str, ...] | None] = {}
"""What `_inside` has found."""
