"""Patterns by which people name operations and fields in `hubshift.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from migrate.shadow.differences import Key

_NAME = r"[^.\[\]*\"\s]+"
_PART = re.compile(
    rf'(?P<many>\*\*)|(?P<one>\*)|(?P<name>{_NAME})|\[(?P<item>\d+|\*)\]|\["(?P<quoted>[^"]*)"\]'
)


@dataclass(frozen=True)
class OperationPattern:
    """`POST https://erp.example/v1/orders/*`: a method and a URL without its query.

    `*` stands for any text without a slash, `**` for any text; alone, `*` is any method. Files are `FILE name`, answers
    to requests that came in `ANSWER POST /path`.
    """

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"(?:[A-Z]+|\*) (?:[A-Z]+ )?\S+", self.text):
            raise ValueError("is no operation such as `POST https://erp.example/orders`")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = re.split(r"(\*\*|\*)", self.text)
        words = {"*": r"[^/]*", "**": r".*"}
        return re.compile("".join(words.get(part, re.escape(part)) for part in parts), re.DOTALL)

    def fits(self, operation: str) -> bool:
        """Whether an operation, as `operation_of` writes it, is meant."""
        return self._pattern.fullmatch(operation) is not None


@dataclass(frozen=True)
class FieldPattern:
    """`body.customer.name`, `body.items[*].price`, `headers.x-request-id`, `url`: a path to a field.

    `*` stands for any one name, `[*]` for any item of a list, `**` for any number of both; names with other signs
    are quoted: `body["a.b"]`.
    """

    text: str

    def __post_init__(self) -> None:
        _ = self._parts

    @cached_property
    def _parts(self) -> tuple[str | int | None, ...]:
        """Names, indexes, `*` as a name, None for `[*]`, -1 for `**`."""
        parts: list[str | int | None] = []
        position = 0
        while position < len(self.text):
            if parts and self.text[position] == ".":
                position += 1
            found = _PART.match(self.text, position)
            if found is None:
                break
            match found.lastgroup:
                case "many":
                    parts.append(-1)
                case "item":
                    parts.append(None if found["item"] == "*" else int(found["item"]))
                case "one":
                    parts.append("*")
                case kind:
                    parts.append(found[kind or 0])
            position = found.end()
        if position < len(self.text) or not parts:
            raise ValueError("is no path such as `body.items[*].price`")
        return tuple(parts)

    def fits(self, keys: tuple[Key, ...]) -> bool:
        """Whether the path of a field is meant."""
        return _fits(self._parts, keys)

    def below(self, prefix: str) -> tuple[str, ...]:
        """The names that lead to the field below `prefix`. Raises ValueError where there is anything but names."""
        first, *names = self._parts
        if first != prefix or any(not isinstance(name, str) or name == "*" for name in names):
            raise ValueError(f"is no path of names in the {prefix}, such as `{prefix}.order.number`")
        return tuple(str(name) for name in names)


@lru_cache(maxsize=4096)
def _fits(parts: tuple[str | int | None, ...], keys: tuple[Key, ...]) -> bool:
    if not parts:
        return not keys
    first, rest = parts[0], parts[1:]
    if first == -1:
        return any(_fits(rest, keys[skipped:]) for skipped in range(len(keys) + 1))
    if not keys:
        return False
    key = keys[0]
    if first is None:
        fits = isinstance(key, int)
    elif first == "*":
        fits = isinstance(key, str)
    else:
        fits = first == key
    return fits and _fits(rest, keys[1:])
