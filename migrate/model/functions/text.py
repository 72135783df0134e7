"""Texts: what prints a value, and the methods of `str`. Lengths and positions count code points."""

from __future__ import annotations

import json
from typing import Any

from migrate.model.functions.declaration import kernel


def _require(value: Any) -> None:
    """A method of `str` is asked of a text; anything else has no such method."""
    if not isinstance(value, str):
        raise AttributeError


@kernel("concat", result="text", total_on=[("text",)])
def _concat(*texts: str) -> str:
    """The texts one after the other; anything but texts is an error."""
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return "".join(texts)


@kernel("python.json_text", result="text")
def _json_text(value: Any) -> str:
    """`json.dumps(value)`: `, ` and `: ` between, ASCII with `\\u` escapes, floats by repr, NaN as `NaN`."""
    return json.dumps(value)


@kernel("python.text", result="text", total=True)
def _text(value: Any) -> str:
    """`str(value)`: `None`, `True`, the shortest repr of a float (`10.0`, `1e+16`), the repr of lists and maps."""
    return str(value)


@kernel("python.fixed", result="text")
def _fixed(value: Any, digits: int) -> str:
    """`format(value, ".Nf")`: half to even on the exact binary value; of numbers only."""
    if not isinstance(value, (int, float)):
        raise ValueError
    return format(value, f".{digits}f")


@kernel("python.strip", result="text", total_on=[("text",), ("text", "text")])
def _strip(text: Any, chars: Any = None) -> Any:
    """`text.strip([chars])`: Unicode white space, or any of chars, off both ends."""
    _require(text)
    return text.strip(chars)


@kernel("python.lstrip", result="text", total_on=[("text",), ("text", "text")])
def _lstrip(text: Any, chars: Any = None) -> Any:
    """`text.lstrip([chars])`."""
    _require(text)
    return text.lstrip(chars)


@kernel("python.rstrip", result="text", total_on=[("text",), ("text", "text")])
def _rstrip(text: Any, chars: Any = None) -> Any:
    """`text.rstrip([chars])`."""
    _require(text)
    return text.rstrip(chars)


@kernel("python.lower", result="text", total_on=[("text",)])
def _lower(text: Any) -> Any:
    """`text.lower()`: full Unicode lower case."""
    _require(text)
    return text.lower()


@kernel("python.upper", result="text", total_on=[("text",)])
def _upper(text: Any) -> Any:
    """`text.upper()`: full Unicode upper case (`ß` becomes `SS`)."""
    _require(text)
    return text.upper()


@kernel("python.title", result="text", total_on=[("text",)])
def _title(text: Any) -> Any:
    """`text.title()`: a capital after every character that is no letter."""
    _require(text)
    return text.title()


@kernel("python.capitalize", result="text", total_on=[("text",)])
def _capitalize(text: Any) -> Any:
    """`text.capitalize()`: first character title case, the rest lower."""
    _require(text)
    return text.capitalize()


@kernel("python.replace", result="text", total_on=[("text", "text", "text")])
def _replace(text: Any, old: Any, new: Any) -> Any:
    """`text.replace(old, new)`: all occurrences."""
    _require(text)
    return text.replace(old, new)


@kernel("python.split", result="list", total_on=[("text",)])
def _split(text: Any, separator: Any = None) -> Any:
    """`text.split([separator])`: at white space runs, or at the separator."""
    _require(text)
    return text.split(separator)


@kernel("python.starts_with", result="boolean", total_on=[("text", "text")])
def _starts_with(text: Any, prefix: Any) -> Any:
    """`text.startswith(prefix)`."""
    _require(text)
    return text.startswith(prefix)


@kernel("python.ends_with", result="boolean", total_on=[("text", "text")])
def _ends_with(text: Any, suffix: Any) -> Any:
    """`text.endswith(suffix)`."""
    _require(text)
    return text.endswith(suffix)


@kernel("python.zero_fill", result="text")
def _zero_fill(text: Any, width: Any) -> Any:
    """`text.zfill(width)`: zeros after the sign."""
    _require(text)
    return text.zfill(width)


@kernel("python.join", result="text")
def _join(separator: Any, texts: Any) -> Any:
    """`separator.join(texts)`: texts only."""
    _require(separator)
    return separator.join(texts)
