"""What recorded traffic shows of requests and answers: types and formats, what is always there, what is null.

No value is kept. A key that does not look like the name of a field is taken for data, as are the keys of a map most of
which stand in few of its examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlsplit

from migrate.interfaces import Content, Exchange, Field, InterfaceOperation, InterfaceServer, Shape, either
from migrate.interfaces.shapes import NONE_MET, Type

_NAME = re.compile(r"[A-Za-z_$@][\w$:.@ -]{0,63}")
_DATA = re.compile(r"\d{3}|[^@]@|^[0-9a-fA-F]{8}-")
_MOST_NAMES = 200
_MOST_OPTIONAL = 12
_FORMATS = {
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "email": re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
    "uri": re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?(/[A-Za-z0-9._~/?&=%:@!$'()*+,;#-]*)?"),
}


def seen(value: object) -> Shape:
    """What one value is."""
    return _opened(_seen(value))


def all_seen(values: Iterable[object]) -> Shape:
    """What values of one place are."""
    shape = NONE_MET
    for value in values:
        shape = either(shape, _seen(value))
    return _opened(shape)


def _seen(value: object) -> Shape:
    match value:
        case None:
            return _of("null")
        case bool():
            return _of("boolean")
        case int():
            return _of("integer")
        case float():
            return _of("number")
        case str():
            found = next((name for name, form in _FORMATS.items() if form.fullmatch(value)), "")
            return replace(_of("string"), format=found)
        case list():
            items = NONE_MET
            for item in value:
                items = either(items, _seen(item))
            return replace(_of("array"), items=items)
        case dict():
            return _seen_map(value)
        case _:
            return _of("string")


def _of(type_: Type) -> Shape:
    return Shape(types=frozenset({type_}))


def _seen_map(value: dict[object, object]) -> Shape:
    fields: dict[str, Field] = {}
    others: Shape | None = None
    for key, held in value.items():
        shape = _seen(held)
        if len(value) <= _MOST_NAMES and is_field_name(str(key)):
            fields[str(key)] = Field(shape, "always")
        else:
            others = shape if others is None else either(others, shape)
    # Closed while examples are compared: what one of them lacks is not always there.
    return Shape(types=frozenset({"object"}), fields=fields, values=others, closed=True)


def is_field_name(key: str) -> bool:
    """False for a key that may be data: an id, a mail address, a time."""
    return _NAME.fullmatch(key) is not None and _DATA.search(key) is None


def _opened(shape: Shape) -> Shape:
    """The shape of examples as one of all values: there may be other fields; many that come and go are data."""
    fields = {name: Field(_opened(one.shape), one.presence) for name, one in shape.fields.items()}
    values = None if shape.values is None else _opened(shape.values)
    optional = [name for name, one in fields.items() if one.presence == "sometimes"]
    if len(optional) > _MOST_OPTIONAL and len(optional) * 4 > len(fields) * 3:
        for name in optional:
            held = fields.pop(name).shape
            values = held if values is None else either(values, held)
    items = None if shape.items is None else _opened(shape.items)
    return replace(shape, fields=fields, values=values, items=items, closed=False)


# --- which operation a request is of ---------------------------------------------------------------------------------


@dataclass
class Seen:
    """The exchanges of one operation."""

    exchanges: list[Exchange] = field(default_factory=list)
    bases: dict[str, None] = field(default_factory=dict)
    """What stood before the path, in the order in which it was met."""

    def query_names(self) -> tuple[str, ...]:
        """The names in the queries, each once."""
        found = (
            name
            for one in self.exchanges
            for name, _ in parse_qsl(urlsplit(one.url).query, keep_blank_values=True)
        )
        return tuple(name for name in dict.fromkeys(found) if is_field_name(name))

    def request(self) -> Content | None:
        """What was sent; None without any body that could be read."""
        bodies = [(one.sent_type, one.sent) for one in self.exchanges if one.sent_type]
        found = _content(bodies)
        return found and replace(found, optional=len(bodies) < len(self.exchanges))

    def answers(self) -> dict[str, Content | None]:
        """What was answered, by status in ascending order."""
        statuses = sorted({one.status for one in self.exchanges if one.status})
        return {
            str(status): _content(
                [
                    (one.answered_type, one.answered)
                    for one in self.exchanges
                    if one.status == status and one.answered_type
                ]
            )
            for status in statuses
        }


def is_json(media_type: str) -> bool:
    """True for JSON and what is written in it."""
    return media_type == "application/json" or media_type.endswith("+json")


FORM = "application/x-www-form-urlencoded"


def _content(bodies: list[tuple[str, object]]) -> Content | None:
    if not bodies:
        return None
    types = tuple(sorted({type_ for type_, _ in bodies}))
    shape = all_seen(body for type_, body in bodies if is_json(type_))
    form = all_seen(body for type_, body in bodies if type_ == FORM and isinstance(body, dict))
    if form != NONE_MET:
        # All values of a form are texts, whatever they stand for: only their names are known.
        names = {name: Field(Shape(), one.presence) for name, one in form.fields.items()}
        shape = Shape(types=frozenset({"object"}), fields=names)
    return Content(types, shape, known=("traffic",))


class Router:
    """Finds the operation that a recorded request is of."""

    def __init__(self, operations: Iterable[tuple[tuple[InterfaceServer, ...], InterfaceOperation]]) -> None:
        self._rows = [
            (operation, _addresses(servers, operation.path, exact=operation.exact))
            for servers, operation in operations
        ]

    def find(self, method: str, url: str) -> tuple[InterfaceOperation, str] | None:
        """The operation, and what stands before its path; one of a known host and of fewer unknown parts first."""
        address = url.partition("#")[0].partition("?")[0]
        found = []
        for number, (operation, forms) in enumerate(self._rows):
            if operation.method != method:
                continue
            for surely, form in forms:
                match = form.fullmatch(address)
                if match is not None:
                    rank = (not surely, operation.path.count("{"), -len(operation.path), number)
                    found.append((rank, operation, match["base"]))
                    break
        if not found:
            return None
        _, operation, base = min(found, key=lambda one: one[0])
        return operation, base


def _addresses(
    servers: Iterable[InterfaceServer], path: str, *, exact: bool
) -> list[tuple[bool, re.Pattern[str]]]:
    """What URLs of an operation look like: with True for those whose host is known."""
    rest = "" if exact else template_pattern(path)
    found = []
    for server in servers:
        url = server.url
        for name, value in server.defaults:
            url = url.replace(f"{{{name}}}", value)
        if "{" in url:
            found.append((False, re.compile(f"(?P<base>{template_pattern(url)}){rest}/?")))
        else:
            found.append((True, re.compile(f"(?P<base>{re.escape(url.rstrip('/'))}){rest}")))
        if server.url.startswith("{"):
            found.append((False, re.compile(rf"(?P<base>https?://[^/]+(?:/.*)?){rest}")))
    return sorted(found, key=lambda one: not one[0])


def template_pattern(template: str) -> str:
    """A regular expression for the texts of a template."""
    parts = re.split(r"\{[^{}]*\}", template)
    return "[^/?#]+".join(re.escape(part) for part in parts)
