"""What the code of a script shows beside what it does: handlers that do nothing, code made of texts, copied functions.

All of the code is looked at, also what is never reached or not followed; where a name is resolved, by its spelling.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.spelling import dotted
from extractors.evaluator.unverified import unverified
from extractors.ir import (
    Argument,
    Attribute,
    AwaitExpr,
    Break,
    CallExpr,
    ClassDef,
    Continue,
    Expr,
    ExpressionStatement,
    ForEach,
    FunctionDef,
    Handler,
    LiteralExpr,
    Name,
    Pass,
    Return,
    Script,
    SequenceExpr,
    Spread,
    Stmt,
    Try,
    While,
)
from migrate.contracts import Observation
from migrate.model import SourceSpan

_RUNS_TEXT = ("eval", "exec")
_AGAIN = re.compile(r"retry|retries|retrying|backoff|tenacity|stamina", re.IGNORECASE)
_SENDS = frozenset({"post", "put", "patch", "delete", "request", "send"})
_EVERYTHING = frozenset({"Exception", "BaseException"})
_OF_CALLS = re.compile(
    r"(?:Request|HTTP|Connection|ConnectTimeout|URL|Api|API|Client|Transport|Network|Timeout|Operational|Database)"
    r"(?:Status)?(?:Exception|Error)$|(?:^|\.)(?:RequestException|Timeout|Error|error)$"
)
"""Errors of what reaches another system; others are expected parts of a language's own values."""
_SMALLEST = 30
"""Nodes that a function has before its being copied counts: smaller ones are alike by chance."""


def practices(script: Script) -> Iterator[Observation]:
    """All that is to be seen in one file, in the order of its code."""
    own = {node.name for node in nodes_of(script.body) if isinstance(node, (FunctionDef, ClassDef))}
    for node in nodes_of(script.body):
        match node:
            case Try(handlers=handlers, span=span):
                yield from _silent(handlers, span)
            case CallExpr(function=Name(name=name), arguments=arguments, span=span) if (
                name in _RUNS_TEXT and name not in own
            ):
                if arguments and not isinstance(arguments[0].value, LiteralExpr):
                    yield Observation("dynamic-code", span, name)
            case CallExpr(function=function, span=span) if _sets_limits(dotted(function), node.arguments):
                yield Observation("sets-limits", span)
            case ExpressionStatement(value=value):
                yield from _discarded(value)
            case ClassDef(bases=bases) if any("Adapter" in dotted(base.value) for base in bases):
                yield Observation("sets-limits", node.span)
            case _:
                pass
        yield from _tries_again(node)
        if isinstance(node, FunctionDef):
            yield from _defined(node)
    yield from unverified(script)


def _silent(handlers: tuple[Handler, ...], around: SourceSpan) -> Iterator[Observation]:
    for handler in handlers:
        caught = _caught(handler.matches)
        if caught is not None and all(_does_nothing(one) for one in handler.body):
            yield Observation("silent-handler", handler.span, caught, around)


def _caught(matches: Expr | None) -> str | None:
    """The errors of a handler as they are written; None where none of them comes from a call of another system."""
    if matches is None:
        return "every error"
    kinds = matches.items if isinstance(matches, SequenceExpr) else (matches,)
    names = [dotted(kind.value if isinstance(kind, Spread) else kind) for kind in kinds]
    of_calls = any(name in _EVERYTHING or _OF_CALLS.search(name) is not None for name in names)
    return ", ".join(name for name in names if name) if of_calls else None


def _does_nothing(statement: Stmt) -> bool:
    match statement:
        case Pass() | Continue() | Return(value=None):
            return True
        case ExpressionStatement(value=LiteralExpr()):
            return True
        case _:
            return False


def _sets_limits(function: str, arguments: tuple[Argument, ...]) -> bool:
    """True for what holds for requests elsewhere; a part of a call where it is given a time limit."""
    if function.endswith("partial"):
        return any(one.spread is not None or one.keyword == "timeout" for one in arguments)
    return function.endswith((".mount", "setdefaulttimeout"))


def _discarded(value: Expr) -> Iterator[Observation]:
    call = value.value if isinstance(value, AwaitExpr) else value
    if isinstance(call, CallExpr) and isinstance(call.function, Attribute) and call.function.name in _SENDS:
        yield Observation("discarded", call.span)


def _tries_again(node: object) -> Iterator[Observation]:
    """What repeats: by its name, and loops that are left when an attempt in them went well."""
    match node:
        case FunctionDef(decorators=decorators, span=span):
            if any(_AGAIN.search(dotted(one)) for one in decorators):
                yield Observation("tries-again", span)
        case CallExpr(function=function, span=span) if _AGAIN.search(dotted(function)):
            yield Observation("tries-again", span)
        case While(body=body, span=span) | ForEach(body=body, span=span):
            inner = tuple(nodes_of(body))
            left = any(isinstance(one, (Break, Return)) for one in inner)
            if left and (_counts(node) or any(isinstance(one, Try) for one in inner)):
                yield Observation("tries-again", span)
        case _:
            pass


def _counts(node: object) -> bool:
    """True for a loop over numbers: attempts, not records."""
    iterable = getattr(node, "iterable", None)
    return isinstance(iterable, CallExpr) and dotted(iterable.function) in (
        "range",
        "itertools.count",
        "count",
    )


def _defined(function: FunctionDef) -> Iterator[Observation]:
    shape = hashlib.sha256()
    size = 0
    for text in _shape((function.parameters, function.body)):
        shape.update(text.encode("utf-8", "surrogatepass"))
        size += text.startswith("(")
    if size >= _SMALLEST:
        yield Observation("function", function.span, function.name, digest=shape.hexdigest())


def _shape(node: object) -> Iterator[str]:
    """A node in words that are the same for the same code, wherever it stands."""
    if isinstance(node, (tuple, list)):
        for one in node:
            yield from _shape(one)
    elif isinstance(node, (set, frozenset)):
        yield from sorted(map(str, node))
    elif isinstance(node, ExpressionStatement) and isinstance(node.value, LiteralExpr):
        return
    elif is_dataclass(node) and not isinstance(node, type):
        yield f"({type(node).__name__}"
        for one in fields(node):
            if one.name not in ("span", "docstring"):
                yield f" {one.name}="
                yield from _shape(getattr(node, one.name))
        yield ")"
    else:
        yield repr(node).replace("(", "[")
