"""From the text of a URL, as an expression, to server, path template and path parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from migrate.model import (
    Call,
    Constant,
    Expression,
    LoopValue,
    Parameter,
    Reference,
    SecretReference,
    VariableReference,
)

_AUTHORITY = re.compile(
    r"^(?P<server>[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*|\{[A-Za-z0-9_]+\})(?P<path>.*)$", re.DOTALL
)


@dataclass
class UrlTemplate:
    """A URL in parts. Placeholders `{name}` in server and path stand for the path parameters, verbatim."""

    server: str
    path: str
    parameters: list[Parameter] = field(default_factory=list)
    literal: bool = False


def split_url(expression: Expression) -> UrlTemplate | str:
    """The parts of a URL; a text says why it cannot be taken apart."""
    pieces = tuple(_pieces(expression))
    template, parameters, names = "", [], set[str]()
    for piece in pieces:
        if isinstance(piece, Constant):
            text = str(piece.value)
            if "{" in text or "}" in text:
                return "a URL with braces in its text"
            template += text
            continue
        name = _unique(_name_of(piece), names)
        template += "{" + name + "}"
        parameters.append(Parameter(name=name, location="path", value=piece))
    found = _AUTHORITY.match(template)
    if found is None:
        return "a URL without scheme and host"
    literal = isinstance(expression, Constant)
    return UrlTemplate(found["server"], found["path"], parameters, literal)


def _pieces(expression: Expression) -> Iterator[Expression]:
    """The texts that a text is joined from; a sum with a text in it is a joining, or fails."""
    match expression:
        case Call(function="concat", arguments=arguments):
            joined = arguments
        case Call(function="python.add", arguments=arguments) if any(_is_text(one) for one in arguments):
            joined = arguments
        case _:
            yield expression
            return
    for one in joined:
        yield from _pieces(one)


def _is_text(expression: Expression) -> bool:
    match expression:
        case Constant(value=str()) | SecretReference():
            return True
        case Call(function="concat" | "python.text"):
            return True
        case Call(function="python.add", arguments=arguments):
            return any(_is_text(one) for one in arguments)
        case _:
            return False


def _unique(name: str, names: set[str]) -> str:
    base, number = name, 2
    while name in names:
        name, number = f"{base}{number}", number + 1
    names.add(name)
    return name


def _name_of(expression: Expression) -> str:
    """A speaking name for a placeholder: the variable's, or the last key of the path to the value."""
    match expression:
        case VariableReference(name=name) | SecretReference(name=name) | LoopValue(name=name):
            return _word(name)
        case Call(function="python.member" | "python.get", arguments=(_, Constant(value=str() as key), *_)):
            return _word(key)
        case Call(arguments=(first, *_)):
            return _name_of(first)
        case Reference(part=part):
            return part
        case _:
            return "value"


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", text) or "value"
