"""What the client libraries of HTTP agree on in the arguments of a call: maps of known keys, headers that a client
object keeps, user and password, and how a request that cannot be read is reported."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TypeVar

from extractors.clients.urls import UrlTemplate
from extractors.evaluator import Evaluator, Knowledge, containers, methods
from extractors.evaluator.knowledge import MethodHandler
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    External,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import (
    Call,
    Constant,
    Expression,
    Parameter,
    Reference,
    SourceSpan,
    Unmapped,
    VariableReference,
)
from migrate.model.operands import SCALARS

T = TypeVar("T")

BY_HAND = ("content-length", "transfer-encoding", "host", "content-encoding")
"""Headers that follow from the rest of a request: one that a script sets itself is not followed."""
_STANDARD = ("user-agent", "accept", "accept-encoding", "connection")
"""Headers that a client sets by itself."""


def named(arguments: Arguments, positional: tuple[str, ...]) -> dict[str, Value] | None:
    """The arguments by name; None if there are more positional ones than the function takes."""
    if len(arguments.positional) > len(positional):
        return None
    bound = dict(zip(positional, arguments.positional, strict=False))
    if set(bound) & set(arguments.keywords):
        return None
    return bound | arguments.keywords


def not_read(context: Evaluator, problem: str | None, span: SourceSpan) -> Unknown:
    """The gap in the place of a request that cannot be described truthfully; it leaves its arguments as they are."""
    return context.gap("HS103", f"this request cannot be read: {problem}", span)


def read_or(problems: list[str], found: T | str, otherwise: T) -> T:
    """What was read of a request; where a text says why it cannot be, a problem and what stands in its place."""
    if isinstance(found, str):
        problems.append(found)
        return otherwise
    return found


def unread_parts(context: Evaluator, parameters: Iterable[Parameter]) -> Iterator[str]:
    """The problem of parameters that are not known though no gap stands before the request."""
    for parameter in parameters:
        if isinstance(parameter.value, Unmapped) and not context.is_supposed(parameter.value):
            yield f"a part of it cannot be determined: {parameter.value.reason}"


def unread_url(given: Expression | None = None) -> UrlTemplate:
    """What stands in the place of a URL that cannot be taken apart: all of it as one placeholder."""
    value = given if given is not None else Unmapped(code="HS103", reason="its URL")
    parameter = Parameter(name="url", location="path", value=value)
    return UrlTemplate("{url}", "", [parameter])


def answered(context: Evaluator, response: str, request: str) -> Pointer:
    """The object of a request's answer, of the library's class `response`."""
    return context.state.allocate(
        Instance(
            External(response),
            {
                "request_id": Known(request),
                "(decoded)": Known(0),
                "status": Symbolic(Reference(step=request, part="status")),
                "status_code": Symbolic(Reference(step=request, part="status")),
                "text": Symbolic(Reference(step=request, part="text")),
                "(headers)": Symbolic(Reference(step=request, part="headers")),
            },
        )
    )


def attributes_of(context: Evaluator, receiver: Pointer) -> dict[str, Value]:
    """The attributes of a library's object."""
    found = context.state.get(receiver)
    return found.attributes if isinstance(found, Instance) else {}


# --- headers that a client keeps -------------------------------------------------------------------------------


def kept_headers(context: Evaluator, of: str, items: tuple[MapItem, ...] = ()) -> Pointer:
    """A new object of the class `of`, which `register_headers` knows."""
    held = context.state.allocate(MapObject(items))
    return context.state.allocate(Instance(External(of), {"map": held}))


def header_map(context: Evaluator, receiver: Pointer) -> Pointer:
    """The map in an object of kept headers."""
    held = context.state.read((receiver.address, "map"))
    assert isinstance(held, Pointer)
    return held


def _set_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """Sets a header; its name is the same whatever its case."""
    held, (name, value) = header_map(context, receiver), arguments.positional
    found = context.state.get(held)
    if isinstance(found, MapObject) and isinstance(name, Known) and isinstance(name.value, str):
        folded, entry = name.value.lower(), MapItem(name, value, None, span)
        named = [str(item.key.value).lower() == folded for item in found.items]
        items = tuple(entry if same else item for same, item in zip(named, found.items, strict=True))
        context.state.set(held, MapObject(items if any(named) else (*items, entry)))
        return NONE
    what = "a header whose name is" if isinstance(found, MapObject) else "headers of a client that are"
    unknown = context.gap("HS103", f"{what} known at run time only", span)
    containers.ruin(context, held, unknown)
    return unknown


def _update_headers(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    given = arguments.positional[0] if len(arguments.positional) == 1 and not arguments.keywords else NONE
    found = entries(context, given) if given != NONE else None
    if found is None or any(entry.when is not None for entry in found):
        unknown = context.gap("HS103", "headers that are known at run time only", span)
        containers.ruin(context, header_map(context, receiver), unknown)
        return unknown
    for entry in found:
        _set_header(context, receiver, Arguments((entry.key, entry.value), {}), entry.span or span)
    return NONE


def _of_header(name: str) -> MethodHandler:
    """A method of the map in it, for the header that is there under the name whatever its case."""

    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        held = header_map(context, receiver)
        found, given = context.state.get(held), arguments.positional
        key = given[0] if given else NONE
        if not (isinstance(found, MapObject) and isinstance(key, Known) and isinstance(key.value, str)):
            return context.gap("HS103", "headers of a client that are known at run time only", span)
        folded = key.value.lower()
        same = [item.key for item in found.items if str(item.key.value).lower() == folded]
        standard = not same and folded in _STANDARD
        if standard or (name == "__getitem__" and not same):
            return context.gap("HS103", f"the header {key.value}, which the client sets itself", span)
        of_map = Arguments((same[0] if same else key, *given[1:]), arguments.keywords)
        if name == "__getitem__":
            return containers.item(context, held, of_map.positional[0], span)
        if name == "__contains__":
            when = found.find(same[0]) if same else None
            return Known(bool(same)) if when is None or when.when is None else Symbolic(when.when)
        return methods.method(context, held, name, of_map, span)

    return method


def _copy_of(of: str) -> MethodHandler:
    def copy(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        found = context.state.get(header_map(context, receiver))
        return kept_headers(context, of, found.items if isinstance(found, MapObject) else ())

    return copy


def register_headers(knowledge: Knowledge, of: str) -> None:
    """Registers the class `of` of headers that a client keeps."""
    knowledge.methods[of, "__setitem__"] = _set_header
    knowledge.methods[of, "update"] = _update_headers
    for name in ("__getitem__", "__contains__", "get", "pop", "setdefault"):
        knowledge.methods[of, name] = _of_header(name)
    knowledge.methods[of, "copy"] = _copy_of(of)


# --- arguments -------------------------------------------------------------------------------------------------


def entries(context: Evaluator, value: Value) -> tuple[MapItem, ...] | None:
    """The entries of a map of known keys, or of kept headers; None for anything else."""
    if value == NONE:
        return ()
    found = context.state.get(value) if isinstance(value, Pointer) else None
    if isinstance(found, Instance) and isinstance(found.of, External) and "map" in found.attributes:
        found = context.state.get(header_map(context, value)) if isinstance(value, Pointer) else None
    return found.items if isinstance(found, MapObject) else None


def pairs(context: Evaluator, value: Value) -> tuple[MapItem, ...] | None:
    """The entries of a map, or of a list of pairs, in which a key may stand several times."""
    found = entries(context, value)
    if found is not None:
        return found
    fixed = context.fixed_items(value)
    if fixed is None:
        return None
    made: list[MapItem] = []
    for pair in fixed:
        parts = context.fixed_items(pair)
        if parts is None or len(parts) != 2 or not isinstance(parts[0], Known) or isinstance(pair, Known):
            return None
        made.append(MapItem(parts[0], parts[1]))
    return tuple(made)


def once_each(context: Evaluator, given: Iterable[MapItem], problems: list[str]) -> Iterator[MapItem]:
    """The entries with a list in the place of several values of one key, which the client sends one behind the other.

    Where that would change their order, or where a value may be a list itself, that is a problem.
    """
    made: list[tuple[Known, list[Value], MapItem]] = []
    for entry in given:
        if made and made[-1][0] == entry.key:
            made[-1][1].append(entry.value)
        else:
            if any(key == entry.key for key, _, _ in made):
                problems.append("a name stands several times among its parameters, with others between")
            made.append((entry.key, [entry.value], entry))
    for key, values, entry in made:
        if len(values) == 1:
            yield entry
            continue
        if not all(isinstance(one, Known) or _is_scalar(context, one) for one in values):
            problems.append(
                "a name stands several times among its parameters, with values that could be lists"
            )
        yield MapItem(key, context.state.allocate(ListObject(tuple(values))), None, entry.span)


def _is_scalar(context: Evaluator, value: Value) -> bool:
    return isinstance(value, Symbolic) and context.type_of(value.expression) in SCALARS


def seconds(value: Value) -> float | str | None:
    """A time-out in seconds, None for none, or a text that says why it is not known."""
    if not isinstance(value, Known):
        return "its time-out is known at run time only"
    if isinstance(value.value, (int, float)) and not isinstance(value.value, bool):
        if not 0 < value.value < math.inf:
            return "its time-out is no positive number"
        return float(value.value)
    return None if value.value is None else "its time-out is no number"


BASIC = "HTTP Basic"
"""What an object of a client's class for HTTP Basic is known as."""


def register_basic(knowledge: Knowledge, *names: str) -> None:
    """Adds a client's class for HTTP Basic, which is made of user and password and taken as `auth`."""

    @knowledge.function(*names)
    def made(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        bound = named(arguments, ("username", "password"))
        if bound is None or set(bound) != {"username", "password"}:
            return context.gap("HS101", f"these arguments of {names[0]}", span)
        hidden = {"(user)": bound["username"], "(password)": bound["password"]}
        return context.state.allocate(Instance(External(BASIC), hidden))


def basic(context: Evaluator, auth: Value, span: SourceSpan, problems: list[str]) -> list[Parameter]:
    """User and password (a pair, or an object of the client's class) as two parameters, which lifting turns into a
    security scheme; what is not certain of them is a problem."""
    if auth == NONE:
        return []
    given = _user_and_password(context, auth)
    if given is None:
        problem = "its authentication is not followed"
        problems.append(problem)
        if not _is_pair_on_some_way(auth):
            return [proven_by("other", span)]
        unknown = Unknown("HS103", problem, span)
        given = (unknown, unknown)
    parts: list[Expression] = []
    for value in context.guarded_pair(("basic_user", "basic_password"), given, span):
        expression = context.snapshot(value, span)
        is_unread = isinstance(expression, (VariableReference, Unmapped))
        if context.type_of(expression) != "text" and not is_unread:
            problems.append("its user or password could be no text")
        parts.append(expression)
    return [
        Parameter(name="basic:user", location="header", value=parts[0], span=span),
        Parameter(name="basic:password", location="header", value=parts[1], span=span),
    ]


def proven_by(scheme: str, span: SourceSpan) -> Parameter:
    """The mark of a way to prove who calls that is not followed, by the word of `UnmappedScheme`."""
    return Parameter(name=f"unmapped:{scheme}", location="header", value=Constant(value=None), span=span)


def _is_pair_on_some_way(auth: Value) -> bool:
    """True for what is a pair where it is one at all: a user and a password."""
    made_of = auth.made_of if isinstance(auth, Unknown) else ()
    tuples = (one for one in made_of if isinstance(one, Call) and one.function == "python.tuple")
    return any(len(one.arguments) == _PAIR for one in tuples)


_PAIR = 2


def _user_and_password(context: Evaluator, auth: Value) -> tuple[Value, Value] | None:
    match auth:
        case TupleValue(items=(user, password)):
            return user, password
        case Pointer():
            found = context.state.get(auth)
            if isinstance(found, Instance) and found.of == External(BASIC):
                return found.attributes["(user)"], found.attributes["(password)"]
    return None
