"""From the text of a URL, as an expression, to server, path template and path parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.evaluator import Evaluator
from extractors.evaluator.credentials import secret_name
from extractors.evaluator.texts import concatenate, likeness
from extractors.evaluator.values import Known, Symbolic, Value
from migrate.model import (
    Call,
    Constant,
    Expression,
    LoopValue,
    Parameter,
    Reference,
    SecretReference,
    SourceSpan,
    VariableReference,
)
from migrate.secrets.recognition import is_credential, names_credential

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
            known = likeness(expression)
            if known is None:
                yield expression
                return
            joined = known.arguments
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
            return likeness(expression) is not None


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


# --- credentials in a URL ------------------------------------------------------------------------------------

_URL_CREDENTIAL = re.compile(
    r"""[?&;](?P<name>[\w.-]+)=(?P<value>[^&;#\s{}]+)      # a parameter
      | (?<=/)(?P<segment>[A-Za-z0-9_-]{16,})(?=[/?#]|$)    # a long word of a path
      | (?<=/bot)(?P<bot>\d+:[A-Za-z0-9_-]+)(?=[/?#]|$)     # a bot's token
    """,
    re.VERBOSE,
)


_USER_INFORMATION = re.compile(r"://[^/?#]*@")


def has_user_information(url: Expression) -> bool:
    """True if a user name stands in the URL ahead of the host."""
    return _USER_INFORMATION.search("".join(_constants(url))) is not None


def _constants(url: Expression) -> list[str]:
    """The constant texts of a URL, with a letter for what is known at run time only."""
    pieces = url.arguments if isinstance(url, Call) and url.function == "concat" else (url,)
    return [str(piece.value) if isinstance(piece, Constant) else "x" for piece in pieces]


def without_credentials(context: Evaluator, url: Expression, span: SourceSpan) -> Expression:
    """The URL with secrets in place of credentials that stand in its query as constants."""
    pieces = url.arguments if isinstance(url, Call) and url.function == "concat" else (url,)
    made: list[Value] = []
    for piece in pieces:
        text = piece.value if isinstance(piece, Constant) else None
        if not isinstance(text, str):
            made.append(Symbolic(piece))
            continue
        at = 0
        for found in _URL_CREDENTIAL.finditer(text):
            name = found["name"] or "url_secret"
            value = found["value"] or found["segment"] or found["bot"]
            if found["name"] and not (names_credential(name) or name.lower() in ("key", "code", "sig")):
                continue
            if found["segment"] and not (is_credential(value) or "hook" in text.lower()):
                continue
            made.append(Known(text[at : found.end() - len(value)]))
            made.append(context.hard_coded(secret_name(name), value, span))
            at = found.end()
        made.append(Known(text[at:]))
    joined = concatenate(context, made, span)
    return context.snapshot(joined, span)
