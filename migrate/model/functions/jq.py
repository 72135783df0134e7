"""The functions of jq, and what `read` of bash makes of the lines that it prints.

Numbers are binary64, as jq has them before it computes: an integer counts as its float, and one that no float holds
is outside of what is defined here, as is nan; both end a run as a gap does. jq's errors are of the kind `jq.Error`.
What has a version in its name is what that version does: the others agree. Source: the manual of jq 1.6, and jq 1.6.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text
from migrate.model.values import EvaluationError, UnmappedReached, type_name

DEEPEST = 200
"""Levels of nesting that every version of jq reads and prints."""

_LARGEST = 1.7976931348623157e308
_CONTROL = re.compile(r"[\x00-\x1f\x7f\"\\]")
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}

_PLAIN = r"A-Za-z0-9 _,:;!@#%=~\"'<>/"
_ATOM = (
    rf"(?:[{_PLAIN}&-]|\\[.*+?^$|()\[\]{{}}\\/]"
    rf"|\[\^?(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[{_PLAIN}.()*+?$|])+\])"
)
_PATTERN = re.compile(rf"(?:{_ATOM}[*?])*{_ATOM}\+?(?:{_ATOM}[*+?]?)*")
"""Regular expressions that mean the same to Oniguruma, Python and JavaScript, and that match no empty text."""


def _failed(function: str, *values: Any) -> NoReturn:
    """jq's error; the message names types alone."""
    raise EvaluationError("jq.Error", f"{function}({', '.join(map(type_name, values))})")


def _number(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = float("nan")
    if number != value:
        raise UnmappedReached("jq: an integer that binary64 does not hold, or nan")
    return number


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _order(value: Any) -> tuple[int, Any]:
    """A key by which Python's `<` and `==` order values as jq does."""
    match value:
        case None:
            return 0, None
        case bool():
            return 1 + value, None
        case int() | float():
            return 3, _number(value)
        case str():
            return 4, value
        case list():
            return 5, [_order(item) for item in value]
        case _:
            names = sorted(value)
            return 6, (names, [_order(value[name]) for name in names])


@kernel("jq.field", result=None)
def _field(value: Any, name: Any) -> Any:
    """`.name`: null where the map has none, and of null; of other values an error, as is a name that is no text."""
    if not isinstance(name, str) or not isinstance(value, dict | None):
        _failed("jq.field", value, name)
    return None if value is None else value.get(name)


@kernel("jq.each", result="list", total_on=[("list",), ("map",)])
def _each(value: Any) -> list[Any]:
    """`.[]`: the items of a list, the values of a map; of others an error."""
    if not isinstance(value, (list, dict)):
        _failed("jq.each", value)
    return value if isinstance(value, list) else list(value.values())


@kernel("jq.length", result="number")
def _length(value: Any) -> float:
    """`length`: of a text in code points, of a list or map, a number without its sign, 0 of null; else an error."""
    if value is None:
        return 0.0
    if isinstance(value, bool):
        _failed("jq.length", value)
    return abs(_number(value)) if isinstance(value, (int, float)) else float(len(value))


@kernel("jq.equals", result="boolean")
def _equals(left: Any, right: Any) -> bool:
    """`left == right`: numbers by value, a boolean equals no number, keys of a map have no order."""
    return _order(left) == _order(right)


@kernel("jq.alternative", result=None, total=True)
def _alternative(value: Any, otherwise: Any) -> Any:
    """`value // otherwise` of one value: the other where it is null or false."""
    return otherwise if value is None or value is False else value


@kernel("jq.add", result=None)
def _add(left: Any, right: Any) -> Any:
    """`left + right`: numbers, texts, lists, maps (keys of the right win); null adds nothing; others are errors."""
    if left is None or right is None:
        return right if left is None else left
    if _is_number(left) and _is_number(right):
        return _number(left) + _number(right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left | right
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return left + right
    _failed("jq.add", left, right)


@kernel("jq.ascii_downcase", result="text", total_on=[("text",)])
def _ascii_downcase(value: Any) -> str:
    """`ascii_downcase`: A to Z in lower case, other characters as they are; of anything but a text an error."""
    if not isinstance(value, str):
        _failed("jq.ascii_downcase", value)
    return re.sub("[A-Z]+", lambda found: found[0].lower(), value)


@kernel("jq.gsub", result="text")
def _gsub(value: Any, pattern: Any, replacement: Any) -> str:
    """`gsub(pattern; replacement)` with a replacement that is a text; of anything but a text an error.

    Defined for patterns of ASCII characters, escaped signs and classes without intersections, each with `*`, `+`, `?`
    or nothing behind it, that match no empty text.
    """
    if not isinstance(value, str) or not isinstance(pattern, str):
        _failed("jq.gsub", value, pattern)
    if not isinstance(replacement, str) or not _PATTERN.fullmatch(pattern):
        raise UnmappedReached("jq.gsub: a regular expression or replacement on which engines may differ")
    try:
        expression = re.compile(pattern)
    except re.error:
        raise UnmappedReached("jq.gsub: a regular expression that Python refuses") from None
    return expression.sub(lambda _: replacement, value)


@kernel("jq.sort_by", result="list")
def _sort_by(value: Any, keys: Any) -> list[Any]:
    """`sort_by(…)`: the items of a list in the order of their keys, which stand in another list; stable.

    Order: null, false, true, numbers, texts by code points, lists, maps (by their sorted names, then their values).
    """
    if not isinstance(value, list) or not isinstance(keys, list) or len(keys) != len(value):
        _failed("jq.sort_by", value, keys)
    orders = [_order(key) for key in keys]
    return [value[place] for place in sorted(range(len(value)), key=orders.__getitem__)]


@kernel("jq.unique", result="list")
def _unique(value: Any) -> list[Any]:
    """`unique`: the items of a list in jq's order (`jq.sort_by`), of equal ones the first."""
    if not isinstance(value, list):
        _failed("jq.unique", value)
    found: list[Any] = []
    for item in sorted(value, key=_order):
        if not found or _order(found[-1]) != _order(item):
            found.append(item)
    return found


@kernel("jq-1.6.json_value", result=None)
def _json_value(text: Any) -> Any:
    """The JSON document that is the text, its numbers as binary64: 9007199254740993 is 9007199254740992.0.

    A text that begins with `<` is an error. Anything else but one document as RFC 8259 has it, of at most 200 levels
    and without halves of surrogate pairs, is not defined: jq takes more, and acts before it comes to an error.
    """
    require_text(text)
    if text.lstrip(" \t\r\n").startswith("<"):
        raise EvaluationError("jq.Error", "the text is no JSON")
    try:
        value = json.loads(text, parse_int=float, parse_constant=_constant)
        _require_defined(value)
    except (ValueError, RecursionError):
        raise UnmappedReached("jq: a text that is not one JSON document as RFC 8259 has it") from None
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(name)


def _require_defined(value: Any, depth: int = 0) -> None:
    """Raises ValueError for half a surrogate pair or too many levels."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, (list, dict)):
        if depth >= DEEPEST:
            raise ValueError
        for item in (*value, *(value.values() if isinstance(value, dict) else ())):
            _require_defined(item, depth + 1)


@kernel("jq-1.6.json_text", result="text")
def _json_text(value: Any) -> str:
    """What `jq -c` prints, without the line end: 10.0 as `10`, 1e17 as `1e+17`, infinity as the largest number."""
    return _written(value, None)


@kernel("jq-1.6.tostring", result="text")
def _tostring(value: Any) -> str:
    """`tostring`, and what stands for `\\(…)` in a text: a text itself, else `jq-1.6.json_text`."""
    return _checked(value) if isinstance(value, str) else _written(value, None)


@kernel("jq-1.6.raw_text", result="text")
def _raw_text(value: Any) -> str:
    """What `jq -r` prints, the line end included: a text itself, others as JSON with an indent of two."""
    return (_checked(value) if isinstance(value, str) else _written(value, 0)) + "\n"


def _checked(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UnmappedReached("jq: half a surrogate pair in a text")
    return text


def _written(value: Any, level: int | None, depth: int = 0) -> str:
    """As JSON; `level` of indent, None for none."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _number_text(_number(value))
        case str():
            return _quoted(value)
    if depth >= DEEPEST:
        raise UnmappedReached("jq: a value of very many levels")
    inner = None if level is None else level + 1
    if isinstance(value, list):
        return _enclosed("[", [_written(item, inner, depth + 1) for item in value], "]", level)
    colon = ":" if level is None else ": "
    pairs = [_quoted(name) + colon + _written(item, inner, depth + 1) for name, item in value.items()]
    return _enclosed("{", pairs, "}", level)


def _enclosed(opening: str, parts: list[str], closing: str, level: int | None) -> str:
    if level is None or not parts:
        return opening + ",".join(parts) + closing
    outer = "\n" + "  " * level
    return f"{opening}{outer}  {f',{outer}  '.join(parts)}{outer}{closing}"


def _quoted(text: str) -> str:
    escaped = _CONTROL.sub(lambda found: _SHORT.get(found[0]) or f"\\u{ord(found[0]):04x}", _checked(text))
    return f'"{escaped}"'


def _number_text(number: float) -> str:
    """As David Gay's `g_fmt` with the limits of jq 1.6: the fewest digits that are this number."""
    number = max(-_LARGEST, min(_LARGEST, number))
    sign = "-" if repr(number).startswith("-") else ""
    if number == 0:
        return f"{sign}0"
    _, figures, exponent = Decimal(repr(abs(number))).normalize().as_tuple()
    digits = "".join(map(str, figures))
    point = len(digits) + int(exponent)
    if point <= -4 or point > len(digits) + 15:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{fraction}e{point - 1:+03d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return f"{sign}{digits}{'0' * (point - len(digits))}"
    return f"{sign}{digits[:point]}.{digits[point:]}"


@kernel("bash.read_lines", result="list", total_on=[("text",)])
def _read_lines(text: Any) -> list[str]:
    """What `while read -r NAME` finds in a stream with the text: its lines without spaces and tabs at both ends.

    The NUL character is passed over, and what stands behind the last line end.
    """
    require_text(text)
    return [line.replace("\0", "").strip(" \t") for line in text.split("\n")[:-1]]
