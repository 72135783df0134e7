"""Texts: what prints a value, and the methods of `str` that cut, join and search. Positions count code points."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.operands import Operand
from migrate.model.values import UnmappedReached

_PAIR = ("text", "text")


def require_text(value: Any) -> None:
    """A method of `str` is asked of a text; anything else has no such method."""
    if not isinstance(value, str):
        raise AttributeError


def _full(operand: Operand) -> bool:
    """A constant text that is not empty."""
    constant = operand.constant
    return constant is not None and isinstance(constant.value, str) and constant.value != ""


def _limit(operand: Operand) -> bool:
    """A constant number of splits."""
    constant = operand.constant
    return constant is not None and isinstance(constant.value, int) and abs(constant.value) < 2**31


@kernel("concat", result="text", total_on=[("text",)])
def _concat(*texts: str) -> str:
    """The texts one after the other; anything but texts is an error."""
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return "".join(texts)


@kernel("python.json_text", result="text")
def _json_text(
    value: Any,
    ensure_ascii: Any = True,
    allow_nan: Any = True,
    sort_keys: Any = False,
    indent: Any = None,
    item_separator: Any = None,
    key_separator: Any = ": ",
) -> str:
    """`json.dumps(value, ...)`: `, ` and `: ` between, ASCII with `\\u` escapes, floats by repr, NaN as `NaN`.

    Without `ensure_ascii`, only quotes, backslashes and control characters are escaped; without `allow_nan`, NaN and
    infinity are errors. With an indent (a number of blanks, or a text) each item has its line. The separator of items,
    null, is `,` with an indent and `, ` without.
    """
    between = ("," if indent is not None else ", ") if item_separator is None else item_separator
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        allow_nan=allow_nan,
        sort_keys=sort_keys,
        indent=indent,
        separators=(between, key_separator),
    )


@kernel("python.text", result="text", total=True)
def _text(value: Any) -> str:
    """`str(value)`: `None`, `True`, the shortest repr of a float (`10.0`, `1e+16`), the repr of lists and maps."""
    return str(value)


@kernel("python.representation", result="text", total=True)
def _representation(value: Any) -> str:
    """`repr(value)`: as `python.text`, but texts in quotes with escapes for what is not printable."""
    return repr(value)


@kernel("python.ascii", result="text", total=True)
def _ascii(value: Any) -> str:
    """`ascii(value)`: as `python.representation`, with escapes for all that is not ASCII."""
    return ascii(value)


# --- cutting off -------------------------------------------------------------------------------------------------


@kernel("python.strip", result="text", total_on=[("text",), _PAIR, ("text", "null")])
def _strip(text: Any, chars: Any = None) -> Any:
    """`text.strip([chars])`: Unicode white space, or any of chars, off both ends."""
    require_text(text)
    return text.strip(chars)


@kernel("python.lstrip", result="text", total_on=[("text",), _PAIR, ("text", "null")])
def _lstrip(text: Any, chars: Any = None) -> Any:
    """`text.lstrip([chars])`."""
    require_text(text)
    return text.lstrip(chars)


@kernel("python.rstrip", result="text", total_on=[("text",), _PAIR, ("text", "null")])
def _rstrip(text: Any, chars: Any = None) -> Any:
    """`text.rstrip([chars])`."""
    require_text(text)
    return text.rstrip(chars)


@kernel("python.remove_prefix", result="text", total_on=[_PAIR])
def _remove_prefix(text: Any, prefix: Any) -> Any:
    """`text.removeprefix(prefix)`: once, if the text starts with it."""
    require_text(text)
    return text.removeprefix(prefix)


@kernel("python.remove_suffix", result="text", total_on=[_PAIR])
def _remove_suffix(text: Any, suffix: Any) -> Any:
    """`text.removesuffix(suffix)`: once, if the text ends with it."""
    require_text(text)
    return text.removesuffix(suffix)


# --- parts -------------------------------------------------------------------------------------------------------

_SPLIT = [
    *(("text",), ("text", "null"), ("text", _full)),
    *(("text", "null", _limit), ("text", _full, _limit)),
]


@kernel("python.split", result="list", total_on=_SPLIT)
def _split(text: Any, separator: Any = None, limit: Any = -1) -> Any:
    """`text.split([separator[, limit]])`: at white space runs (null), or at the separator; at most limit times."""
    require_text(text)
    return text.split(separator, limit)


@kernel("python.rsplit", result="list", total_on=_SPLIT)
def _rsplit(text: Any, separator: Any = None, limit: Any = -1) -> Any:
    """`text.rsplit([separator[, limit]])`: as `python.split`, but counting from the end."""
    require_text(text)
    return text.rsplit(separator, limit)


@kernel("python.lines", result="list", total_on=[("text",), ("text", "boolean")])
def _lines(text: Any, keep_ends: Any = False) -> Any:
    """`text.splitlines([keep_ends])`: at all of Python's line ends, among them `\\x0b`, `\\x1c` and `\\u2028`."""
    require_text(text)
    return text.splitlines(keep_ends)


@kernel("python.partition", result="list", total_on=[("text", _full)])
def _partition(text: Any, separator: Any) -> Any:
    """`text.partition(separator)` as a list of three: before the first separator, it, and after it."""
    require_text(text)
    return list(text.partition(separator))


@kernel("python.rpartition", result="list", total_on=[("text", _full)])
def _rpartition(text: Any, separator: Any) -> Any:
    """`text.rpartition(separator)` as a list of three: before the last separator, it, and after it."""
    require_text(text)
    return list(text.rpartition(separator))


@kernel("python.join", result="text")
def _join(separator: Any, texts: Any) -> Any:
    """`separator.join(texts)`: texts only."""
    require_text(separator)
    return separator.join(texts)


@kernel("python.replace", result="text", total_on=[("text", "text", "text")])
def _replace(text: Any, old: Any, new: Any, count: Any = -1) -> Any:
    """`text.replace(old, new[, count])`: all occurrences, or the first count of them."""
    if isinstance(text, date):
        raise UnmappedReached("python.replace: a date or time")
    require_text(text)
    return text.replace(old, new, count)


# --- searching ---------------------------------------------------------------------------------------------------


@kernel("python.starts_with", result="boolean", total_on=[_PAIR])
def _starts_with(text: Any, prefix: Any) -> Any:
    """`text.startswith(prefix)`."""
    require_text(text)
    return text.startswith(prefix)


@kernel("python.ends_with", result="boolean", total_on=[_PAIR])
def _ends_with(text: Any, suffix: Any) -> Any:
    """`text.endswith(suffix)`."""
    require_text(text)
    return text.endswith(suffix)


@kernel("python.find", result="integer", total_on=[_PAIR])
def _find(text: Any, part: Any, start: Any = None, stop: Any = None) -> Any:
    """`text.find(part[, start[, stop]])`: the first position within the slice, or -1."""
    require_text(text)
    return text.find(part, start, stop)


@kernel("python.rfind", result="integer", total_on=[_PAIR])
def _rfind(text: Any, part: Any, start: Any = None, stop: Any = None) -> Any:
    """`text.rfind(part[, start[, stop]])`: the last position within the slice, or -1."""
    require_text(text)
    return text.rfind(part, start, stop)


@kernel("python.index", result="integer")
def _index(container: Any, value: Any) -> Any:
    """`container.index(value)`: the first position in a text or list; a value that is not there is an error."""
    if not isinstance(container, (str, list)):
        raise AttributeError
    return container.index(value)


@kernel("python.rindex", result="integer")
def _rindex(text: Any, part: Any) -> Any:
    """`text.rindex(part)`: the last position; a part that is not there is an error."""
    require_text(text)
    return text.rindex(part)


@kernel("python.count", result="integer", total_on=[_PAIR, ("list", "any")])
def _count(container: Any, value: Any) -> Any:
    """`container.count(value)`: of parts of a text that do not overlap, or of equal items of a list."""
    if not isinstance(container, (str, list)):
        raise AttributeError
    return container.count(value)
