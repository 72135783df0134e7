"""The kernel of neutral functions: each with its meaning on every value and a reference implementation.

A language's built-in is a composition over these. A name with a dialect in front (`python.text`) has that language's
meaning; a name without one means the same everywhere. A target lowers each function exactly, by a helper that it
emits, or not at all. Source of the `python.` entries: The Python Language Reference and Library Reference, 3.11.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from migrate.model.values import EvaluationError, Value, type_name

_FAILURES = (
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    ValueError,
    ZeroDivisionError,
    OverflowError,
    MemoryError,
    RecursionError,
)


@dataclass(frozen=True)
class Function:
    """A kernel function: its name, what it means, how many arguments it takes, and the reference implementation."""

    name: str
    meaning: str
    minimum: int
    maximum: int
    total: bool
    implementation: Callable[..., Any]

    def __call__(self, *arguments: Value) -> Value:
        """The function's value; raises `EvaluationError` where the original would raise."""
        try:
            result: Value = self.implementation(*arguments)
        except _FAILURES as failure:
            types = ", ".join(type_name(argument) for argument in arguments)
            raise EvaluationError(type(failure).__name__, f"{self.name}({types})") from None
        return result


FUNCTIONS: dict[str, Function] = {}


def _kernel(name: str, *, total: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Adds an implementation to the kernel; `total` functions never fail."""

    def register(implementation: Callable[..., Any]) -> Callable[..., Any]:
        parameters = inspect.signature(implementation).parameters.values()
        variable = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        required = sum(p.default is p.empty and p.kind is not p.VAR_POSITIONAL for p in parameters)
        maximum = 1_000_000 if variable else len(parameters)
        meaning = inspect.getdoc(implementation) or ""
        FUNCTIONS[name] = Function(name, meaning, required, maximum, total, implementation)
        return implementation

    return register


def _require(value: Any, *types: type) -> None:
    if not isinstance(value, types):
        raise AttributeError


# --- neutral -----------------------------------------------------------------------------------------------------


@_kernel("not")
def _not(value: bool) -> bool:
    """The other boolean; anything but a boolean is an error."""
    if not isinstance(value, bool):
        raise TypeError
    return not value


@_kernel("is_null", total=True)
def _is_null(value: Value) -> bool:
    """True for null only."""
    return value is None


@_kernel("concat")
def _concat(*texts: str) -> str:
    """The texts one after the other; anything but texts is an error."""
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    return "".join(texts)


@_kernel("identical_type", total=True)
def _identical_type(value: Value, name: str) -> bool:
    """True if the value's type has the name: null, boolean, integer, float, text, list or map."""
    return type_name(value) == name


@_kernel("merge")
def _merge(*maps: dict[str, Any]) -> dict[str, Any]:
    """One map with the keys of all; a later map's value wins. Anything but maps is an error."""
    merged: dict[str, Any] = {}
    for one in maps:
        if not isinstance(one, dict):
            raise TypeError
        merged.update(one)
    return merged


# --- access ------------------------------------------------------------------------------------------------------


@_kernel("python.member")
def _member(container: Any, key: Any) -> Any:
    """`container[key]`: map by text, list or text by integer (negative from the end)."""
    if isinstance(container, (dict, list, str)):
        return container[key]
    raise TypeError


@_kernel("python.get")
def _get(container: Any, key: Any, otherwise: Any = None) -> Any:
    """`container.get(key, otherwise)`: of maps only; a key that is there with null gives null."""
    _require(container, dict)
    return container.get(key, otherwise)


@_kernel("python.contains")
def _contains(container: Any, value: Any) -> bool:
    """`value in container`: key of a map, item of a list, part of a text."""
    if isinstance(container, (dict, list, str)):
        return value in container
    raise TypeError


@_kernel("python.length")
def _length(value: Any) -> int:
    """`len(value)`: of texts in code points, of lists and maps."""
    return len(value)


@_kernel("python.iterate")
def _iterate(value: Any) -> list[Any]:
    """The items that `for` visits: of a list its items, of a map its keys, of a text its code points."""
    return list(value)


@_kernel("python.values")
def _values(value: Any) -> list[Any]:
    """`list(value.values())` of a map."""
    _require(value, dict)
    return list(value.values())


@_kernel("python.items")
def _items(value: Any) -> list[list[Any]]:
    """The pairs that `value.items()` gives, each a list of key and value."""
    _require(value, dict)
    return [list(pair) for pair in value.items()]


@_kernel("python.slice")
def _slice(value: Any, start: Any, stop: Any) -> Any:
    """`value[start:stop]` of a text or list; null for a bound that is left out."""
    if isinstance(value, (list, str)):
        return value[start:stop]
    raise TypeError


# --- truth and comparison ----------------------------------------------------------------------------------------


@_kernel("python.truth", total=True)
def _truth(value: Any) -> bool:
    """`bool(value)`: false for null, false, 0, 0.0, and for empty texts, lists and maps."""
    return bool(value)


@_kernel("python.equals", total=True)
def _equals(left: Any, right: Any) -> bool:
    """`left == right`, by value: 1, 1.0 and true are equal; "1" is not."""
    return bool(left == right)


@_kernel("python.less")
def _less(left: Any, right: Any) -> bool:
    """`left < right`: numbers and booleans, texts by code points, lists; other pairs are errors."""
    return bool(left < right)


@_kernel("python.less_or_equal")
def _less_or_equal(left: Any, right: Any) -> bool:
    """`left <= right`, as for `python.less`."""
    return bool(left <= right)


# --- numbers -----------------------------------------------------------------------------------------------------


@_kernel("python.add")
def _add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, two texts, two lists."""
    return left + right


@_kernel("python.subtract")
def _subtract(left: Any, right: Any) -> Any:
    """`left - right` of numbers."""
    return left - right


@_kernel("python.multiply")
def _multiply(left: Any, right: Any) -> Any:
    """`left * right` of numbers, or a text or list repeated; more than 100 million items are an error."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, list)) and isinstance(other, int) and len(one) * other > 100_000_000:
            raise MemoryError
    return left * right


@_kernel("python.divide")
def _divide(left: Any, right: Any) -> float:
    """`left / right` of numbers, a float."""
    quotient: float = left / right
    return quotient


@_kernel("python.floor_divide")
def _floor_divide(left: Any, right: Any) -> Any:
    """`left // right` of numbers, rounded towards minus infinity."""
    return left // right


@_kernel("python.modulo")
def _modulo(left: Any, right: Any) -> Any:
    """`left % right` of numbers, with the sign of the right one; formatting of texts is an error here."""
    if isinstance(left, str):
        raise TypeError
    return left % right


@_kernel("python.negate")
def _negate(value: Any) -> Any:
    """`-value` of a number."""
    return -value


@_kernel("python.round")
def _round(value: Any, digits: Any = None) -> Any:
    """`round(value[, digits])`: half to even on the exact binary value."""
    if isinstance(value, (str, list, dict)) or value is None:
        raise TypeError
    return round(value) if digits is None else round(value, digits)


@_kernel("python.integer")
def _integer(value: Any) -> int:
    """`int(value)` of a number (towards zero) or of a text with a decimal integer."""
    return int(value)


@_kernel("python.float")
def _float(value: Any) -> float:
    """`float(value)` of a number or a text."""
    return float(value)


@_kernel("python.json_text")
def _json_text(value: Any) -> str:
    """`json.dumps(value)`: `, ` and `: ` between, ASCII with `\\u` escapes, floats by repr, NaN as `NaN`."""
    return json.dumps(value)


# --- text --------------------------------------------------------------------------------------------------------


@_kernel("python.text", total=True)
def _text(value: Any) -> str:
    """`str(value)`: `None`, `True`, the shortest repr of a float (`10.0`, `1e+16`), the repr of lists and maps."""
    return str(value)


@_kernel("python.fixed")
def _fixed(value: Any, digits: int) -> str:
    """`format(value, ".Nf")`: half to even on the exact binary value; of numbers only."""
    if not isinstance(value, (int, float)):
        raise ValueError
    return format(value, f".{digits}f")


def _text_function(name: str, method: str, meaning: str, *, least: int = 0, most: int = 0) -> None:
    """Adds a method of `str` that takes texts; its first argument must be a text."""

    def implementation(text: Any, *arguments: Any) -> Any:
        _require(text, str)
        return getattr(text, method)(*arguments)

    FUNCTIONS[name] = Function(name, meaning, 1 + least, 1 + most, False, implementation)


_text_function(
    "python.strip",
    "strip",
    "`text.strip([chars])`: Unicode white space, or any of chars, off both ends.",
    most=1,
)
_text_function("python.lstrip", "lstrip", "`text.lstrip([chars])`.", most=1)
_text_function("python.rstrip", "rstrip", "`text.rstrip([chars])`.", most=1)
_text_function("python.lower", "lower", "`text.lower()`: full Unicode lower case.")
_text_function("python.upper", "upper", "`text.upper()`: full Unicode upper case (`ß` becomes `SS`).")
_text_function("python.title", "title", "`text.title()`: a capital after every character that is no letter.")
_text_function(
    "python.capitalize", "capitalize", "`text.capitalize()`: first character title case, the rest lower."
)
_text_function("python.replace", "replace", "`text.replace(old, new)`: all occurrences.", least=2, most=2)
_text_function(
    "python.split", "split", "`text.split([separator])`: at white space runs, or at the separator.", most=1
)
_text_function("python.starts_with", "startswith", "`text.startswith(prefix)`.", least=1, most=1)
_text_function("python.ends_with", "endswith", "`text.endswith(suffix)`.", least=1, most=1)
_text_function("python.zero_fill", "zfill", "`text.zfill(width)`: zeros after the sign.", least=1, most=1)


@_kernel("python.join")
def _join(separator: Any, texts: Any) -> str:
    """`separator.join(texts)`: texts only."""
    _require(separator, str)
    return str(separator.join(texts))
