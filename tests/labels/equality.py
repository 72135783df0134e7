"""When a row of the inventory says the same as a label: places of calls, dotted names, lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from migrate.estate.inventory import CallRow, MappingRow
from tests.labels.labels import Call, Mapping

_PLACEHOLDER = re.compile(r"\{[^{}]*\}|<[^<>]*>|\$\{?\w+\}?|(?<=/):\w+(?=/|$)")
_BASE = re.compile(r"(?:\w+://)?(?P<host>[^/]+)(?P<prefix>/.*)?")
_SHORTEST = 3
"""Letters of a placeholder's name from which on one that holds it is the same."""
_AROUND_MAPPINGS = 2
"""Lines by which a mapping may be off: a record is written over several."""


def is_near(label: Call | Mapping, row: CallRow | MappingRow, tolerance: int) -> bool:
    """True if one of the label's lines is one of the row's, or as near as may be."""
    wanted = {label.line, label.logical_line} - {None}
    given = {row.line, getattr(row, "sink_line", None)} - {None}
    return any(abs(a - b) <= tolerance for a in wanted if a for b in given if b)


def is_near_mapping(label: Mapping, row: MappingRow, tolerance: int) -> bool:
    """The same for mappings."""
    return is_near(label, row, max(tolerance, _AROUND_MAPPINGS))


def in_one_file(label: Call | Mapping, row: CallRow | MappingRow, entry: str) -> bool:
    """True if both stand in the same file."""
    return PurePosixPath(label.file or entry) == PurePosixPath(row.file or entry)


def goes_there(call: Call, row: CallRow) -> bool:
    """True if host and path agree with one of the places that the label holds for right."""
    host, prefix = _split(row.base)
    return any(_same_host(want, host) and _same_path(path, prefix + row.path) for want, path in _places(call))


def _places(call: Call) -> Iterator[tuple[str, str]]:
    bases = [base for base in (call.base, call.base_resolved, call.base_default) if base]
    hosts = [_split(base) for base in bases]
    yield from ((host, prefix + call.path) for host, prefix in hosts)
    if not bases and not call.alternatives:
        yield "", call.path
    for other in call.alternatives:
        if other.startswith("/"):
            yield (hosts[0][0] if hosts else ""), other
        else:
            host, prefix = _split(other)
            yield host, prefix or call.path


def _split(base: str | None) -> tuple[str, str]:
    """Host, or the name of a placeholder, in lower case, and the path behind it."""
    found = _BASE.fullmatch((base or "").strip())
    return (found["host"].lower(), found["prefix"] or "") if found is not None else ("", "")


def _same_host(want: str, got: str) -> bool:
    if not want or want == got:
        return True
    if want.startswith("{") and got.startswith("{"):
        a, b = _letters(want), _letters(got)
        return a == b or (min(len(a), len(b)) >= _SHORTEST and (a in b or b in a))
    want, got = _PLACEHOLDER.sub("{}", want), _PLACEHOLDER.sub("{}", got)
    return want == got != "{}"


def _letters(placeholder: str) -> str:
    return re.sub(r"[^a-z0-9]", "", placeholder.lower())


def _same_path(want: str, got: str) -> bool:
    """Equal whatever placeholders are called; a value where the label has a placeholder is right too."""
    want, got = _shape(want), _shape(got)
    return want == got or re.fullmatch(re.escape(want).replace(r"\{\}", "[^/]+"), got) is not None


def _shape(path: str) -> str:
    shown = _PLACEHOLDER.sub("{}", path.partition("?")[0])
    return "/" + re.sub(r"/+", "/", re.sub(r"(\{\})+", "{}", shown)).strip("/")


def parts(name: str) -> tuple[str, ...]:
    """A dotted name in pieces, without indexes, in lower case."""
    plain = re.sub(r"\[[^\]]*\]", "", name).lower().replace("/", ".")
    return tuple(part.strip() for part in plain.split(".") if part.strip())


def ends_alike(one: str, other: str) -> bool:
    """True if one dotted name ends with the other."""
    a, b = parts(one), parts(other)
    length = min(len(a), len(b))
    return length > 0 and a[-length:] == b[-length:]


def same_sources(label: Mapping, row: MappingRow) -> bool:
    """True if the row's fields are those of one of the lists that the label holds for right."""
    return any(
        all(any(ends_alike(want, got) for got in row.sources) for want in wanted)
        and all(any(ends_alike(want, got) for want in wanted) for got in row.sources)
        for wanted in (label.sources, *label.sources_or)
    )
