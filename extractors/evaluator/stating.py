"""Where a script states a call: where it gives the address, which behind a wrapper is not where a library is called.

`client.get("labels")` states what `session.get(f"{self.base}/{path}")` within `get` sends. The address is followed from
the library's call outwards, through names, templates and parameters: as long as a parameter is its last part, whoever
calls the function states it. An address that names its place in the wrapper (`f"{base}/items/{id}"`) is stated there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from extractors.evaluator.hard_coded import nodes_of
from extractors.ir import (
    Argument,
    Assign,
    Attribute,
    Binary,
    Block,
    CallExpr,
    Conditional,
    Expr,
    FunctionDef,
    FunctionExpr,
    Interpolation,
    LiteralExpr,
    Logical,
    Name,
    SequenceExpr,
    Spread,
    TemplateText,
)
from migrate.model import SourceSpan

_ADDRESSES = ("url", "endpoint", "path", "uri", "statement", "sql", "query", "operation", "file", "filename")
"""What parameters of libraries that take an address, or the text of a statement, are called."""
_HOST = re.compile(r"^\w+://[^/]*")
_VERSION = re.compile(r"api|admin|rest|v?\d+(\.\d+)*|wp-json|json|index\.php|services?|public", re.IGNORECASE)
"""A part of a path that says what sort of interface it is, not what is called."""
_OF_TEXTS = (
    "format",
    "replace",
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "encode",
    "removeprefix",
    "removesuffix",
)
"""Methods whose text is that of their object, for the most part."""
_PERCENT = re.compile(r"%(?:\(\w+\))?[-+ #0-9.]*[a-z]")
_BRACES = re.compile(r"\{[^{}]*\}")
_METHOD_FIRST = ("request", "Request", "stream", "build_request", "ws_connect")
"""Functions of libraries that take the method ahead of the address."""


@dataclass(frozen=True)
class CallSite:
    """A call of a function of the script: where it stands, and if the first parameter is an object that is bound."""

    call: CallExpr
    bound: bool

    def argument(self, parameters: tuple[str, ...], name: str) -> Expr | None:
        """The argument that a parameter gets; None where it is left out, or not to be told."""
        at = parameters.index(name) - self.bound
        for number, argument in enumerate(self.call.arguments):
            if argument.spread is not None:
                return None
            if argument.keyword == name or (argument.keyword is None and number == at):
                return argument.value
        return None


@dataclass(frozen=True)
class _Text:
    """A text in an address; `own` if it stands in the function itself, not in a constant of the script."""

    text: str
    own: bool

    @property
    def says(self) -> bool:
        """True for more than what separates the parts of an address, or the ending of a file."""
        return any(one.isalnum() for one in self.text) and not self.text.startswith(".")


_Leaf = _Text | Name | None
"""A part of an address: a text, a parameter, anything else."""


@dataclass(frozen=True)
class _End:
    """How an address ends: with a text that stands there, or with a parameter; `made` if it has several parts."""

    text: bool
    parameter: str | None
    made: bool


@dataclass
class Stating:
    """The calls that are under way, and how names come about in the bodies of functions and of the script."""

    under_way: list[CallExpr] = field(default_factory=list)
    """The calls being evaluated, from the outside in."""
    evaluated: dict[SourceSpan, CallExpr] = field(default_factory=dict)
    """All calls that were evaluated, by their place."""
    sites: dict[int, CallSite] = field(default_factory=dict)
    """The calls of functions of the script, by the address of the function's name space."""
    bodies: dict[str, Block] = field(default_factory=dict)
    """The statements of the script and of its modules, by their file."""
    _assigned: dict[SourceSpan | str, dict[str, Expr]] = field(default_factory=dict)

    def enter(self, frame: int, span: SourceSpan, *, bound: bool) -> None:
        """A function of the script is called at the span."""
        self.sites.pop(frame, None)
        if self.under_way and self.under_way[-1].span == span:
            self.sites[frame] = CallSite(self.under_way[-1], bound)

    def called_from(
        self, span: SourceSpan, functions: list[tuple[int, FunctionDef | FunctionExpr]]
    ) -> SourceSpan | None:
        """Where the script states the call of a library at the span; None for the span itself.

        `functions` are those being run, each with the address of its name space, from the outside in.
        """
        sink = self.evaluated.get(span)
        address = None if sink is None else _address(sink)
        if address is None:
            return None
        levels = list(functions)
        at, made_at = span, None
        while True:
            frame, definition = levels[-1] if levels else (None, None)
            end = self._end(address, definition)
            made_at = at if end.made else made_at
            if end.text:
                return None if at == span else at
            site = None if frame is None else self.sites.get(frame)
            if site is None or definition is None or end.parameter is None:
                break
            given = site.argument(tuple(one.name for one in definition.parameters), end.parameter)
            if given is None:
                break
            address, at = given, site.call.span
            levels.pop()
        place = made_at or at
        return None if place == span else place

    def _end(self, address: Expr, definition: FunctionDef | FunctionExpr | None) -> _End:
        """How an address ends that stands in a function, or in the script itself."""
        file = address.span.file
        constants = self._assignments(file, self.bodies.get(file, ()))
        body = definition.body if isinstance(definition, FunctionDef) else ()
        local = constants if definition is None else self._assignments(definition.span, body)
        own = frozenset(() if definition is None else (one.name for one in definition.parameters))
        found = _without_query(_leaves(address, _Names(local, constants, own), frozenset()))
        last = next((one for one in reversed(found) if not isinstance(one, _Text) or one.says), None)
        return _End(
            text=isinstance(last, _Text) or _names_place(found),
            parameter=last.name if isinstance(last, Name) else None,
            made=len(found) > 1,
        )

    def _assignments(self, key: SourceSpan | str, body: Block) -> dict[str, Expr]:
        """What the names of a body are assigned last."""
        if key not in self._assigned:
            made: dict[str, Expr] = {}
            for statement in nodes_of(body):
                if isinstance(statement, Assign):
                    made.update(
                        (one.name, statement.value) for one in statement.targets if isinstance(one, Name)
                    )
            self._assigned[key] = made
        return self._assigned[key]


def _address(call: CallExpr) -> Expr | None:
    """The argument of a library's call that is its address."""
    named = [one for one in call.arguments if one.keyword in _ADDRESSES]
    if named:
        return named[0].value
    placed: list[Argument] = [one for one in call.arguments if one.keyword is None and one.spread is None]
    first = 1 if _called(call) in _METHOD_FIRST and len(placed) > 1 else 0
    return placed[first].value if len(placed) > first else None


def _called(call: CallExpr) -> str:
    match call.function:
        case Attribute(name=name) | Name(name=name):
            return name
    return ""


@dataclass(frozen=True)
class _Names:
    """What names stand for: those assigned in the function, in the script, and the function's parameters."""

    local: dict[str, Expr]
    constants: dict[str, Expr]
    parameters: frozenset[str]


def _without_query(leaves: Iterable[_Leaf]) -> list[_Leaf]:
    """The parts of an address up to its query."""
    found: list[_Leaf] = []
    for one in leaves:
        if isinstance(one, _Text) and "?" in one.text:
            return [*found, _Text(one.text.partition("?")[0], one.own)]
        found.append(one)
    return found


def _names_place(leaves: Iterable[_Leaf]) -> bool:
    """True if the own texts of an address name more than a host and a version: then it is stated here."""
    shape = "".join(one.text if isinstance(one, _Text) and one.own else "{}" for one in leaves)
    parts = _HOST.sub("", shape).replace("{}", "").split("/")
    return any(_Text(part, own=True).says and not _VERSION.fullmatch(part) for part in parts)


def _leaves(expression: Expr, names: _Names, seen: frozenset[str], *, own: bool = True) -> Iterator[_Leaf]:
    """What an address is made of, from left to right."""
    inner: tuple[Expr, ...] = ()
    match expression:
        case LiteralExpr(value=str() as text):
            yield _Text(text, own)
        case Name(name=name) if own and name in names.local and name not in seen:
            seen |= {name}
            inner = (names.local[name],)
        case Name(name=name) if own and name in names.parameters:
            yield expression
        case Name(name=name) if name in names.constants and name not in seen:
            seen |= {name}
            own, inner = False, (names.constants[name],)
        case TemplateText(parts=parts):
            for part in parts:
                if isinstance(part, Interpolation):
                    yield from _leaves(part.value, names, seen, own=own)
                else:
                    yield _Text(part, own)
        case Binary(operator="+" | "/", left=left, right=right):
            inner = (left, right)
        case Binary(operator="%", left=LiteralExpr(value=str() as text) as literal, right=right):
            values = right.items if isinstance(right, SequenceExpr) else (right,)
            inner = _filled(literal, _PERCENT.split(text), values)
        case CallExpr(
            function=Attribute(value=LiteralExpr(value=str() as text) as literal, name="format"),
            arguments=given,
        ):
            inner = _filled(literal, _BRACES.split(text), tuple(one.value for one in given))
        case Conditional(then=then):
            inner = (then,)
        case Logical(left=left):
            inner = (left,)
        case SequenceExpr(items=items):
            inner = tuple(one.value if isinstance(one, Spread) else one for one in items)
        case CallExpr(function=Attribute(value=value, name=name)) if name in _OF_TEXTS:
            inner = (value,)
        case CallExpr(function=Attribute(name="urljoin" | "join") | Name(name="urljoin"), arguments=given):
            inner = tuple(one.value for one in given)
        case CallExpr(function=Attribute(value=value), arguments=given) if all(
            isinstance(one.value, LiteralExpr) for one in given
        ):
            inner = (value,)
        case CallExpr(arguments=(first, *_)):
            inner = (first.value,)
        case _:
            yield None
    for one in inner:
        yield from _leaves(one, names, seen, own=own)


def _filled(literal: LiteralExpr, texts: list[str], values: Sequence[Expr | Spread]) -> tuple[Expr, ...]:
    """A template with its values between its texts, in the order in which they are given."""
    made: list[Expr] = []
    for text, value in zip_longest(texts, values):
        made += [] if text is None else [replace(literal, value=text)]
        made += [] if value is None or isinstance(value, Spread) else [value]
    return tuple(made)
