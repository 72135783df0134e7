"""What calls a function that its script does not call, seen from how the source hands it over.

Routes: a function that is decorated by `route`, `get`, `post`, ... of an application or group of routes of a framework
(Flask, Quart, Bottle, FastAPI and those like them). Schedules: a task of a DAG of Airflow whose schedule is a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.evaluator.hard_coded import nodes_of
from extractors.ir import (
    Argument,
    Assign,
    Attribute,
    Block,
    CallExpr,
    Expr,
    FunctionDef,
    LiteralExpr,
    Name,
    SequenceExpr,
)
from migrate.model import EntryTrigger, RouteTrigger, ScheduleTrigger

_APPLICATIONS = frozenset(
    {"Flask", "Blueprint", "Quart", "Bottle", "FastAPI", "APIRouter", "Starlette", "Sanic", "Chalice"}
)
_METHODS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_ROUTES = frozenset({"route", "api_route"})
_PREFIXES = ("url_prefix", "prefix")
_PARAMETER = re.compile(r"<(?:[^<>:]*:)?(\w+)>|\{(\w+):[^{}]*\}")
"""A parameter in a path, of Flask with its converter in front (`<int:id>`), of Starlette behind it (`{id:int}`)."""
_SCHEDULES = ("schedule", "schedule_interval", "timetable")
_TASKS = frozenset({"task", "dag"})


def caller_of(definition: FunctionDef, script: Block) -> EntryTrigger | None:
    """The trigger of a function of the script; None where nothing is known of what calls it."""
    for decorator in definition.decorators:
        found = _route(decorator, script)
        if found is not None:
            return found
    decorated = any(_last_name(one) in _TASKS for one in definition.decorators)
    if decorated or definition.name in _callables(script):
        for when in _schedules(script):
            return ScheduleTrigger(when=when, span=definition.span)
    return None


def _route(decorator: Expr, script: Block) -> RouteTrigger | None:
    match decorator:
        case CallExpr(function=Attribute(value=Name(name=name), name=verb), arguments=arguments) if (
            verb in _METHODS | _ROUTES
        ):
            application = _made(name, script)
        case _:
            return None
    path = _text(arguments, 0, "path", "rule")
    if application is None or _last_name(application) not in _APPLICATIONS or path is None:
        return None
    prefix = next(filter(None, (_text(application.arguments, None, one) for one in _PREFIXES)), "")
    methods = (verb.upper(),) if verb in _METHODS else _listed(arguments) or ("GET",)
    shown = _PARAMETER.sub(lambda found: f"{{{found[1] or found[2]}}}", prefix + path)
    return RouteTrigger(methods=methods, path=shown, span=decorator.span)


def _made(name: str, script: Block) -> CallExpr | None:
    """The call that a name of the script is assigned."""
    for statement in script:
        match statement:
            case Assign(targets=(Name(name=assigned), *_), value=CallExpr() as made) if assigned == name:
                return made
    return None


def _callables(script: Block) -> frozenset[str]:
    """The names of functions that are given to operators of Airflow."""
    return frozenset(
        node.value.name
        for node in nodes_of(script)
        if isinstance(node, Argument) and node.keyword == "python_callable" and isinstance(node.value, Name)
    )


def _schedules(script: Block) -> Iterator[str]:
    """The schedules of DAGs that are texts."""
    for node in nodes_of(script):
        if isinstance(node, CallExpr) and _last_name(node) in ("DAG", "dag"):
            found = next(filter(None, (_text(node.arguments, None, one) for one in _SCHEDULES)), None)
            if found is not None:
                yield found


def _text(arguments: tuple[Argument, ...], position: int | None, *keywords: str) -> str | None:
    """A text that is given at a position or by a keyword."""
    for number, one in enumerate(arguments):
        placed = one.keyword is None and one.spread is None and number == position
        if (placed or one.keyword in keywords) and isinstance(one.value, LiteralExpr):
            return one.value.value if isinstance(one.value.value, str) else None
    return None


def _listed(arguments: tuple[Argument, ...]) -> tuple[str, ...]:
    """The methods of a route that states them."""
    for one in arguments:
        if one.keyword in ("methods", "method"):
            given = one.value.items if isinstance(one.value, SequenceExpr) else (one.value,)
            texts = (each.value for each in given if isinstance(each, LiteralExpr))
            return tuple(text.upper() for text in texts if isinstance(text, str))
    return ()


def _last_name(expression: Expr) -> str:
    """The name of what is called, or of what stands there, without what is in front of its last dot."""
    match expression:
        case CallExpr(function=function):
            return _last_name(function)
        case Name(name=name) | Attribute(name=name):
            return name
        case _:
            return ""
