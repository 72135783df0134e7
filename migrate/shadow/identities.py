"""Which record a write is of, told the same over all URLs of one resource: `PUT /orders/7`, and the `POST /orders` that
has the id 7 in its body, or got it in its answer, are of one record.

A record is named by the URL of its resource and an identifier. What names it, in this order: the business key that
people declared; a URL whose last part is an identifier; fields of the body or the query that identify the record itself
(`id`, or `orderNumber` below `/orders`); the key that was found among the writes of the operation; of a PUT, PATCH or
DELETE the URL. Fields of the answer that identify the record itself are further names of it. A mail is of its
recipients. A write that nothing names is of a record that is not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin

from migrate.shadow import bodies
from migrate.shadow.addresses import query_pairs
from migrate.shadow.alignment import Pairs
from migrate.shadow.bodies import Json
from migrate.shadow.business_keys import PairedBy, Path, found_paths, named_paths, shown_paths
from migrate.shadow.comparison_settings import ComparisonSettings
from migrate.shadow.messages import MAIL, header
from migrate.shadow.operations import operation_of
from migrate.shadow.resemblance import IDENTIFYING, identifies
from migrate.shadow.values import value_of
from migrate.shadow.writes import Write

Name = Hashable
"""The URL of a resource and an identifier; or the values of a business key instead of one."""

_OF_URL = ("PUT", "PATCH", "DELETE")
_VERSION = re.compile(r"v\d+(?:\.\d+)*", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"(?P<name>[^()]+)\((?P<quote>'?)(?P<id>[^()']+)(?P=quote)\)")
"""`orders(7)`, `orders('7')`: a record as OData writes it."""


@dataclass
class Identity:
    """The names of the record that a write is of; `around` are those of records below which it stands as well, as the
    order 7 for `/orders/7/lines`. Without a name of its `own` the record is not known."""

    own: set[Name] = field(default_factory=set)
    around: set[Name] = field(default_factory=set)


@dataclass(frozen=True)
class Records:
    """Which record each left write of some pairs is of, by its position; and the fields that tell it."""

    of: Mapping[int, Identity]
    known: tuple[PairedBy, ...]

    def is_known(self, position: int) -> bool:
        """Whether anything names the record."""
        return bool(self.of[position].own)


def records_of(
    left: Sequence[Write], right: Sequence[Write], pairs: Pairs, settings: ComparisonSettings
) -> Records:
    """The records of the left writes of the pairs; business keys are named or found among those of one operation."""
    operations: dict[str, Pairs] = defaultdict(list)
    for i, j in pairs:
        operations[operation_of(left[i])].append((i, j))
    of: dict[int, Identity] = {}
    known: list[PairedBy] = []
    for operation, members in operations.items():
        ours, theirs = [left[i] for i, _ in members], [right[j] for _, j in members]
        named = named_paths(ours[0], settings)
        paths = named or found_paths([write.body for write in ours], [write.body for write in theirs])
        if paths:
            known.append(PairedBy(operation, shown_paths(paths), "named" if named else "found"))
        for i, _ in members:
            of[i] = _identity(left[i], paths, named=bool(named))
    writes = {i: left[i] for i, _ in pairs}
    _join(writes, of)
    _name_what_stands_alone(
        writes, of, {members[0][0] for members in operations.values() if len(members) == 1}
    )
    return Records({i: of[i] for i, _ in pairs}, tuple(sorted(known)))


def _identity(write: Write, paths: Sequence[Path], *, named: bool) -> Identity:
    if write.method == MAIL:
        return _of_mail(write)
    base = _base(write)
    found = Identity(around=set(_above(base)))
    key = value_of(write.body, paths)
    of_url = _in_url(base)
    own: set[Name] = {(base, text) for name, text in _fields(write) if _is_own(name, base)}
    if key is not None and named:
        found.own = {(base, key), *_single(write, base, paths)}
        found.around |= own
    elif of_url is not None:
        found.own = {of_url}
    elif own:
        found.own = own
    elif key is not None and (write.method not in _OF_URL or all(not _stem(path[-1]) for path in paths)):
        found.own = {(base, key), *_single(write, base, paths)}
    elif write.method in _OF_URL:
        # A field such as `accountId` names another record, which belongs to this one.
        found.own = {_last(base)}
    if found.own:
        found.own |= {(base, text) for name, text in _answered(write) if _is_own(name, base)}
    return found


def _single(write: Write, base: str, paths: Sequence[Path]) -> Iterator[Name]:
    """The name that the one field of a key gives."""
    if len(paths) == 1:
        yield from ((base, text) for text in _text(_at(write.body, paths[0])))


def _of_mail(write: Write) -> Identity:
    recipients = write.body.get("recipients") if isinstance(write.body, dict) else None
    named = recipients if isinstance(recipients, list) else []
    return Identity({(write.url, text) for one in named for text in _text(one)})


def _join(writes: Mapping[int, Write], of: Mapping[int, Identity]) -> None:
    """Where a URL names a record that no write to its resource is known to have made, one that sent or got the
    identifier in whatever field is taken for it."""
    named = {name for identity in of.values() for name in identity.own}
    below: dict[str, list[int]] = defaultdict(list)
    for i, write in writes.items():
        if write.method != MAIL and _in_url(_base(write)) is None:
            below[_base(write)].append(i)
    made = {name for members in below.values() for i in members for name in of[i].own}
    wanted = named - made
    for base, members in below.items():
        for i in members:
            fields = (*_fields(writes[i]), *_answered(writes[i]))
            of[i].own |= {(base, text) for _, text in fields if (base, text) in wanted}


def _name_what_stands_alone(writes: Mapping[int, Write], of: Mapping[int, Identity], alone: set[int]) -> None:
    """A write that is the only one to its URL is of what the URL names, unless others go to URLs below it."""
    bases = {_base(write) for write in writes.values()}
    parents = {base[: at.start()] for base in bases for at in re.finditer("/", base)}
    for i in alone:
        base = _base(writes[i])
        if not of[i].own and base not in parents:
            of[i].own |= {_last(base), *_above(base)[-1:]}


def _base(write: Write) -> str:
    return write.url.partition("?")[0].rstrip("/")


def _last(base: str) -> Name:
    parent, _, last = base.rpartition("/")
    return parent, unquote(last).casefold()


def _in_url(base: str) -> Name | None:
    """The record that the last part of a URL names, if it is an identifier."""
    parent, _, last = base.rpartition("/")
    bracketed = _IN_BRACKETS.fullmatch(last)
    if bracketed is not None:
        return f"{parent}/{bracketed['name']}", unquote(bracketed["id"]).casefold()
    return _last(base) if _is_identifier(last) and parent.count("/") > 1 else None


def _is_identifier(part: str) -> bool:
    return any(map(str.isdigit, part)) and not _VERSION.fullmatch(part)


def _above(base: str) -> list[Name]:
    """The records that the parts of a URL before its last name, the outermost first."""
    parts = base.split("/")
    urls = ("/".join(parts[:end]) for end in range(4, len(parts)))
    return [name for url in urls if (name := _in_url(url)) is not None]


def _fields(write: Write) -> Iterator[tuple[str, str]]:
    """The identifying fields of body and query, by name and value."""
    yield from _identifying(write.body)
    for name, value in query_pairs(write.url.partition("?")[2]):
        if identifies(name) and value:
            yield name, value.casefold()


def _answered(write: Write) -> Iterator[tuple[str, str]]:
    """The identifying fields of the answer; the URL in its `Location` as the field `id`, where it is one of the
    resource."""
    if write.answer is None or write.source in ("synthetic", "refused"):
        return
    yield from _identifying(bodies.value(write.answer.headers, write.answer.body))
    location = header(write.answer.headers, "location")
    if location is not None:
        try:
            parent, _, last = urljoin(write.url, location).partition("?")[0].rstrip("/").rpartition("/")
        except ValueError:
            return
        if parent == _base(write):
            yield "id", unquote(last).casefold()


def _identifying(body: Json) -> Iterator[tuple[str, str]]:
    """Identifying fields of a map, and of the one map in it: `{"variables": {"order": {"id": 7}}}`."""
    while isinstance(body, dict):
        for name, value in body.items():
            if identifies(name):
                yield from ((name, text) for text in _text(value))
        maps = [value for value in body.values() if isinstance(value, dict)]
        body = maps[0] if len(maps) == 1 else None


def _is_own(name: str, base: str) -> bool:
    """Whether a field identifies the record of the resource itself: `id`, and `orderNumber` below `/orders`."""
    noun = re.sub(r"[^a-z0-9]", "", base.rpartition("/")[2].lower())
    singular = (noun, noun.removesuffix("s"), noun.removesuffix("es"), noun.removesuffix("ies") + "y")
    stem = _stem(name)
    return stem in singular if stem else name.lower().strip("_") in ("id", "uuid", "guid")


def _stem(name: str) -> str:
    """What stands before the word that identifies: `order` of `orderNumber`."""
    return re.sub(r"[^a-z0-9]", "", IDENTIFYING.sub("", name).lower())


def _text(value: Json) -> Iterator[str]:
    """An identifier as it would stand in a URL."""
    if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        yield str(value).casefold()


def _at(body: Json, path: Path) -> Json:
    for name in path:
        body = body[name] if isinstance(body, dict) else None
    return body
