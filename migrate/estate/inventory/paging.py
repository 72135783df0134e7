"""How calls page through collections: what of a request varies from pass to pass, and where its next value comes from.

A number that is counted up by one is a page, by more an offset; a value out of the answer itself is a cursor, or a link
where the header `Link` (RFC 8288) gives it. Names decide only what the flow of values leaves open. A value that stays
the same, that lists what was fetched before (an id of each item), or a window of time, is no paging.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from migrate.estate.inventory.origins import MEMBERS, THROUGH, Fields, Origins
from migrate.estate.inventory.paging_names import (
    CURSOR,
    OFFSET,
    PAGE,
    PLAIN_PAGE,
    WINDOW_END,
    WINDOWED,
    identifies,
    names_next,
    words,
)
from migrate.estate.inventory.rows import Pagination
from migrate.estate.inventory.sent import sent_fields
from migrate.estate.inventory.templates import template_fields
from migrate.model import (
    Block,
    Call,
    Choice,
    Constant,
    Expression,
    HttpOperation,
    Lookup,
    Loop,
    LoopValue,
    Read,
    RecordExpression,
    Reference,
    SdkOperation,
    SequenceExpression,
    Split,
    Unmapped,
    VariableReference,
    Write,
    blocks,
    walk,
)

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_ANSWERS = frozenset({"body", "text", "bytes", "rows", "result"})
_ADDITIONS = ("python.add", "python.add_in_place")
_JOINED = ("concat", *_ADDITIONS)
_TAKEN_OFF = ("python.without_item", "python.slice")
_TIMES = ("python.timedelta", "python.date", "python.naive", "python.aware", "python.parse_time")
_ANY = "*"
"""A key of a list, or one that is known when the flow runs."""

Place = Literal["query", "body", "segment", "url"]
"""Where a value stands: `segment` of the path, or the `url` itself."""


@dataclass(frozen=True)
class _Request:
    """A call, and the loops and splits around it, the outermost first."""

    step: Read | Write
    around: tuple[Loop | Split, ...]

    @property
    def operation(self) -> HttpOperation | SdkOperation:
        operation = self.step.operation
        assert isinstance(operation, (HttpOperation, SdkOperation))
        return operation


@dataclass(frozen=True)
class _Value:
    """A value of a request, by name and place."""

    name: str
    value: Expression
    place: Place


def pagination_of(block: Block, origins: Origins) -> dict[str, Pagination]:
    """How the calls of a block page, by the ids of their steps; those that do not are left out."""
    by_place: dict[object, list[_Request]] = defaultdict(list)
    for request in _requests(block, ()):
        by_place[_place(request)].append(request)
    found: dict[str, Pagination] = {}
    for requests in by_place.values():
        same = frozenset(one.step.id for one in requests)
        for one in requests:
            kind = _kind(one, same, origins)
            if kind != "none":
                found[one.step.id] = kind
        if len(requests) > 1:
            found |= _counted_out(requests, origins)
    return found


def _requests(block: Block, around: tuple[Loop | Split, ...]) -> Iterator[_Request]:
    for step in block:
        if isinstance(step, (Read, Write)) and isinstance(step.operation, (HttpOperation, SdkOperation)):
            yield _Request(step, around)
        inside = (*around, step) if isinstance(step, (Loop, Split)) else around
        for inner in blocks(step):
            yield from _requests(inner, inside)


def _place(request: _Request) -> object:
    """Calls of one line and one address are one call, met on several ways or passes."""
    operation = request.operation
    span = operation.span or request.step.span
    where = None if span is None else (span.file, span.line)
    if isinstance(operation, SdkOperation):
        return where, operation.library, operation.name
    return where or request.step.id, operation.method


# --- what a request is made of ---------------------------------------------------------------------------------------


def _values(operation: HttpOperation | SdkOperation, origins: Origins) -> Iterator[_Value]:
    """The values of a request that can drive paging: all but its headers."""
    if isinstance(operation, SdkOperation):
        if operation.content is not None:
            yield from _sent(operation.content, origins)
        for argument in operation.arguments:
            yield from _sent_or(argument.name or "", argument.value, "body", origins)
        return
    for one in operation.located("query"):
        yield _Value(one.name, one.value, "query")
    yield from _of_address(operation, origins)
    if operation.body is not None:
        yield from _sent(operation.body.content, origins)


def _sent(content: Expression, origins: Origins) -> Iterator[_Value]:
    for one in sent_fields(content, origins):
        yield _Value(one.target[-1], one.value, "body")
        for name, value in template_fields(one.value):
            yield _Value(name, value, "body")
    for name, value in template_fields(content):
        yield _Value(name, value, "body")


def _sent_or(name: str, value: Expression, place: Place, origins: Origins) -> Iterator[_Value]:
    """The fields of a value that is a record, or such a value by its own name."""
    fields = sent_fields(value, origins)
    for one in fields:
        yield _Value(one.target[-1], one.value, place)
    if not fields:
        yield _Value(name, value, place)


def _of_address(operation: HttpOperation, origins: Origins) -> Iterator[_Value]:
    """What stands in the URL: named in its query, a segment of the path, or all of it."""
    given = {one.name: one.value for one in operation.located("path")}
    before = ""
    for part in _parts(operation.server + operation.path, given):
        if isinstance(part, Constant):
            before += str(part.value)
            continue
        named = re.search(r"[?&]([^=&?]+)=[^=&]*$", before)
        if named is not None:
            yield _Value(named[1], part, "query")
        elif "?" in before:
            yield from _sent_or("", part, "query", origins)
        elif isinstance(part, VariableReference):
            pass
        elif re.fullmatch(r"([a-z]+://[^/]*|\*)?/?", before):
            yield _Value("", part, "url")
        else:
            yield _Value(before.rstrip("/").rpartition("/")[2], part, "segment")
        before += _ANY


def _parts(text: str, given: Mapping[str, Expression]) -> Iterator[Expression]:
    """A template as constants and what stands between them, with texts that are put together taken apart."""
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        yield Constant(value=text[end : found.start()])
        value = given.get(found[1])
        yield from () if value is None else _pieces(value)
        end = found.end()
    yield Constant(value=text[end:])


def _pieces(value: Expression) -> Iterator[Expression]:
    match value:
        case Call(function=function, arguments=arguments) if function in _JOINED and _is_text(arguments):
            for one in arguments:
                yield from _pieces(one)
        case _:
            yield value


def _is_text(parts: tuple[Expression, ...]) -> bool:
    return not any(isinstance(one, Constant) and not isinstance(one.value, str) for one in parts)


# --- how a value varies ----------------------------------------------------------------------------------------------


@dataclass
class _Search:
    """One look at where the next value of a part of a request comes from."""

    same: frozenset[str]
    own: str
    around: frozenset[str]
    origins: Origins
    counted: set[Literal["one", "many"]] = field(default_factory=set)
    answered: list[Fields] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """The loop variables that the value is."""
    linked: bool = False
    varies: bool = False
    ranged: bool = False
    scaled: bool = False
    unread: bool = False
    worked_off: bool = False
    """True if a list is worked off, so that the value is one of many and not the next of one."""
    open: set[tuple[str, str]] = field(default_factory=set)
    seen: set[tuple[int, Fields, int]] = field(default_factory=set)

    def visit(self, value: Expression, keys: Fields = ()) -> None:
        """Looks at the part of a value that the keys name."""
        place = (id(value), keys, len(self.open))
        if place in self.seen or len(self.seen) > _MOST or len(keys) > _DEEPEST:
            return
        self.seen.add(place)
        match value:
            case LoopValue(loop=loop, name=name):
                self._variable((loop, name), keys)
            case Reference(step=step, part=part):
                self._reference(step, part, keys)
            case Choice(then=then, otherwise=otherwise):
                self.visit(then, keys)
                self.visit(otherwise, keys)
            case Lookup(cases=cases, otherwise=otherwise):
                for one in (*(case.value for case in cases), *(() if otherwise is None else (otherwise,))):
                    self.visit(one, keys)
            case RecordExpression(entries=entries):
                for entry in entries:
                    if keys and keys[0] in (entry.key, _ANY):
                        self.visit(entry.value, keys[1:])
            case SequenceExpression(items=items):
                for item in items:
                    self.visit(item, keys[1:])
            case Unmapped(made_of=made_of):
                self.unread = True
                for one in made_of:
                    self.visit(one, keys)
            case Call():
                self._call(value, keys)
            case _:
                pass

    def _variable(self, variable: tuple[str, str], keys: Fields) -> None:
        if variable in self.open:
            return
        initial, following, *left = self.origins.loop_values.get(variable, (None, None))
        if initial is None or following is None:
            return
        if variable[0] in self.around:
            self.varies = self.varies or following != LoopValue(loop=variable[0], name=variable[1])
            self.names.add(variable[1])
        self.open.add(variable)
        for one in (initial, following, *left):
            self.visit(one, keys)
        self.open.discard(variable)

    def _reference(self, step: str, part: str, keys: Fields) -> None:
        if part == "item" and step in self.origins.over:
            over = self.origins.over[step]
            if step not in self.around:
                self.visit(over, (_ANY, *keys))
            elif isinstance(over, Call) and over.function == "python.range":
                self.ranged = self.varies = True
                self.counted.add("one" if over.arguments[2:] in ((), (Constant(value=1),)) else "many")
        elif step not in self.same or (step == self.own and not self.around):
            return
        elif part == "headers":
            self.varies = True
            name = keys[0].lower() if keys else ""
            self.linked = self.linked or name == "link"
            self.answered.append(keys[:1])
        elif part in _ANSWERS:
            self.varies = True
            self.answered.append(keys)

    def _call(self, call: Call, keys: Fields) -> None:
        arguments = call.arguments
        match arguments:
            case (container, key, *defaults) if call.function in MEMBERS:
                name = key.value if isinstance(key, Constant) and isinstance(key.value, str) else _ANY
                self.visit(container, (name, *keys))
                for one in defaults:
                    self.visit(one, keys)
            case (listed, *_) if call.function in _TAKEN_OFF and self._is_open(listed):
                self.worked_off = True
                self.visit(listed, keys)
            case (one, other) if call.function in _ADDITIONS and not keys:
                self._addition(one, other)
            case (one,) if call.function == "python.length":
                if any(isinstance(part, LoopValue) and part.loop in self.around for part in walk(one)):
                    self.varies = True
                    self.counted.add("many")
            case _:
                self.scaled = self.scaled or call.function == "python.multiply"
                for one in arguments:
                    self.visit(one, keys if call.function in THROUGH or call.function in _ADDITIONS else ())

    def _addition(self, one: Expression, other: Expression) -> None:
        own, step = (one, other) if self._is_open(one) else (other, one)
        if not self._is_open(own):
            self.visit(one)
            self.visit(other)
        elif isinstance(step, Constant) and isinstance(step.value, (int, float)):
            self.counted.add("one" if step.value in (1, -1) else "many")
        elif _is_amount(step):
            self.counted.add("many")
        else:
            self.visit(step)

    def _is_open(self, value: Expression) -> bool:
        """True if a value is a variable that is looked at, or made of it."""
        return any(isinstance(one, LoopValue) and (one.loop, one.name) in self.open for one in walk(value))


_MOST = 600
"""Parts of a value that are looked at, so that a value of any size takes no time."""
_DEEPEST = 12


def _is_amount(step: Expression) -> bool:
    """True for what a number is counted up by; a text or a time is not."""
    match step:
        case Constant(value=value):
            return isinstance(value, (int, float))
        case Call(function="concat" | "python.text"):
            return False
        case Call(function=function):
            return function not in _TIMES
        case _:
            return True


# --- what kind of paging that is -------------------------------------------------------------------------------------


def _kind(request: _Request, same: frozenset[str], origins: Origins) -> Pagination:
    around = frozenset(one.id for one in request.around)
    search = _Search(same, request.step.id, around, origins)
    found = []
    for value in _values(request.operation, origins):
        one = replace(search, counted=set(), answered=[], names=set(), open=set(), seen=set())
        one.visit(value.value)
        if one.varies:
            found.append((value, one))
    window = any(
        one.counted and words(value.name) & WINDOW_END and not words(value.name) & WINDOWED
        for value, one in found
    )
    kinds = (_kind_of_value(request, value, one, window=window) for value, one in found)
    return next((kind for kind in kinds if kind != "none"), "none")


def _kind_of_value(request: _Request, value: _Value, search: _Search, *, window: bool) -> Pagination:
    named = words(value.name)
    called = named.union(*(words(name) for name in search.names))
    operation = request.operation
    changes = isinstance(operation, HttpOperation) and operation.method not in ("GET", "HEAD")
    if search.worked_off or identifies(value.name, search.answered):
        return "none"
    if search.linked:
        return "link-header"
    if search.counted:
        paged = bool(called & (PAGE | OFFSET)) and not window
        counts = value.place == "query" and not search.ranged and not window and not _is_dated(named)
        if not (paged or (counts and not changes)):
            return "none"
        if search.counted == {"one"} and not search.scaled:
            return "offset" if named & OFFSET and not named & PAGE else "page"
        return "page" if named & PLAIN_PAGE else "offset"
    if search.answered:
        if search.scaled and named & OFFSET:
            return "offset"
        nextish = bool(named & CURSOR) or any(names_next(keys) for keys in search.answered)
        if not nextish and (changes or value.place == "segment" or _is_row(search)):
            return "none"
        if named & PLAIN_PAGE and not named & CURSOR:
            return "page"
        return "cursor"
    if search.unread and not changes:
        return _by_name(named)
    return "none"


def _is_row(search: _Search) -> bool:
    """True where an answer gives the value as it is, without a list or a key that a page would have."""
    return all(not keys for keys in search.answered)


def _is_dated(named: frozenset[str]) -> bool:
    return bool(named & {"id", "ids", "year", "month", "week", "day", "date", "hour", "season", "time"})


def _by_name(named: frozenset[str]) -> Pagination:
    if named & {"offset", "skip"}:
        return "offset"
    if named & CURSOR:
        return "cursor"
    return "page" if named & PLAIN_PAGE else "none"


def _counted_out(requests: list[_Request], origins: Origins) -> dict[str, Pagination]:
    """Calls of one line that give a page or an offset as ever higher numbers: a recursion, or a loop taken apart."""
    numbers: dict[str, list[int | float]] = defaultdict(list)
    for request in requests:
        for one in _values(request.operation, origins):
            match one.value:
                case Constant(value=bool()):
                    pass
                case (
                    Constant(value=int() | float() as number)
                    | Call(function="python.text", arguments=(Constant(value=int() | float() as number),))
                ):
                    numbers[one.name].append(number)
                case Constant(value=str() as text) if text.isdecimal():
                    numbers[one.name].append(int(text))
    for name, given in numbers.items():
        steps = {after - before for before, after in pairwise(given)}
        if len(given) == len(requests) > _LEAST and len(steps) == 1 and (step := steps.pop()) > 0:
            named = words(name)
            kind: Pagination = "page" if step == 1 and not named & OFFSET else "offset"
            if named & (PAGE | OFFSET):
                return {request.step.id: kind for request in requests}
    return {}


_LEAST = 2
"""Calls that could be one after the other by chance."""
