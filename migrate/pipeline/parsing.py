"""Parses JSON and YAML files so that a fault leads back to its line, and so that nothing in them is passed over."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from migrate.model.document import Pointer, written_pointer
from migrate.pipeline.files import InputError

YAML_SUFFIXES = (".yaml", ".yml")
_LISTED = 10


@dataclass(frozen=True)
class ParsedFile:
    """A file with its content: an object of JSON values."""

    path: Path
    text: str
    content: dict[str, Any]

    def refuse(self, faults: list[tuple[Pointer, str]]) -> NoReturn:
        """Raises InputError with a line for each fault: file, line, place, and what is wrong."""
        root = _composed(self.text)
        lines = []
        for place, text in faults[:_LISTED]:
            line = _line(root, place)
            where = f"{self.path}:{line}" if line else str(self.path)
            lines.append(f"{where}: {written_pointer(place) or 'the file'}: {text}")
        if len(faults) > _LISTED:
            lines.append(f"{self.path}: and {len(faults) - _LISTED} more")
        raise InputError("\n".join(lines))


def parse_file(path: Path) -> ParsedFile:
    """A JSON file, or a YAML one by its ending. Raises InputError with file and line."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a FIFO or device might never end
            raise InputError(f"{path}: is no file")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not UTF-8") from None
    twice: list[str] = []
    try:
        content = _yaml(text, twice) if path.suffix.lower() in YAML_SUFFIXES else _json(text, twice)
    except json.JSONDecodeError as problem:
        raise InputError(f"{path}:{problem.lineno}:{problem.colno}: not JSON: {problem.msg}") from None
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark
        place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
        raise InputError(f"{place}: not YAML: {problem.problem}") from None
    except yaml.YAMLError:
        raise InputError(f"{path}: not YAML: a character is not allowed") from None
    except _OddNumber as problem:
        raise InputError(f"{path}: {problem}") from None
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}:1: the file: is no object")
    parsed = ParsedFile(path, text, content)
    if twice:
        places = list(_twice(_composed(text), ())) or [(name,) for name in twice]
        parsed.refuse([(place, "the key stands twice in one object") for place in places])
    return parsed


# --- JSON ------------------------------------------------------------------------------------------------------------


class _OddNumber(ValueError):
    """A number that JSON does not have, or that no binary64 holds."""


def _json(text: str, twice: list[str]) -> Any:
    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        content = dict(pairs)
        if len(content) < len(pairs):
            twice.extend(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
        return content

    return json.loads(
        text, object_pairs_hook=made, parse_constant=_no_number, parse_float=_float, parse_int=_integer
    )


def _no_number(text: str) -> NoReturn:
    raise _OddNumber(f"{text} is no JSON number")


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _OddNumber("a number is too large for binary64")
    return number


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _OddNumber("an integer has too many digits") from None


# --- YAML ------------------------------------------------------------------------------------------------------------


class _CoreLoader(yaml.SafeLoader):
    """The core schema of YAML 1.2 in decimal, which has no dates, no `yes`, no sexagesimal numbers; and no aliases."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            # The stubs of PyYAML leave its event methods untyped.
            event: Any = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="aliases are not read", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), [*_first.replace("\0", ""), ""]
    )
_JSON_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "str", "seq", "map")
)


def _yaml(text: str, twice: list[str]) -> Any:
    loader = _CoreLoader(text)
    try:
        node = loader.get_single_node()
        for part in _nodes(node):
            if part.tag not in _JSON_TAGS:
                raise yaml.MarkedYAMLError(
                    problem="a tag that JSON does not have", problem_mark=part.start_mark
                )
        twice.extend(str(place[-1]) for place in _twice(node, ()))
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _nodes(node: yaml.Node | None) -> Iterator[yaml.Node]:
    if node is None:
        return
    yield node
    match node:
        case yaml.MappingNode(value=pairs):
            for key, value in pairs:
                yield from _nodes(key)
                yield from _nodes(value)
        case yaml.SequenceNode(value=items):
            for item in items:
                yield from _nodes(item)


# --- places ----------------------------------------------------------------------------------------------------------


def _composed(text: str) -> yaml.Node | None:
    """The nodes with their lines, which YAML gives for JSON too; None where it reads the file otherwise."""
    try:
        return yaml.compose(text, Loader=_CoreLoader)
    except (yaml.YAMLError, RecursionError):
        return None


def _line(node: yaml.Node | None, place: Pointer) -> int | None:
    """The line of a place, or of the innermost part around it that is there."""
    if node is None:
        return None
    if place:
        match node:
            case yaml.MappingNode(value=pairs):
                # Of a key that stands twice the last one counts.
                for key, value in reversed(pairs):
                    if key.value == str(place[0]):
                        inner = isinstance(value, yaml.CollectionNode) and len(place) > 1
                        return _line(value, place[1:]) if inner else int(key.start_mark.line) + 1
            case yaml.SequenceNode(value=items) if isinstance(place[0], int) and place[0] < len(items):
                return _line(items[place[0]], place[1:])
    return int(node.start_mark.line) + 1


def _twice(node: yaml.Node | None, place: Pointer) -> Iterator[Pointer]:
    """Keys that stand in one object for the second time."""
    match node:
        case yaml.MappingNode(value=pairs):
            seen = set()
            for key, value in pairs:
                if key.value in seen:
                    yield (*place, key.value)
                seen.add(key.value)
                yield from _twice(value, (*place, key.value))
        case yaml.SequenceNode(value=items):
            for index, item in enumerate(items):
                yield from _twice(item, (*place, index))
