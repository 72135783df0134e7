"""Values laid out as text: format specifications, printf conversions (`python.modulo`), padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text
from migrate.model.operands import Operand

LONGEST = 100_000_000
"""More characters or items than this are not made: a run that would is one without memory."""

_SAMPLES = {"text": "x", "integer": 1, "float": 1.0, "boolean": True, "null": None}
_OVERFLOWING = "eEfFgG%c"
"""Letters that an integer can be too large for."""


def _format_is_safe(operands: Sequence[Operand]) -> bool:
    """True for a specification that every value of the type can have; an integer may be too large for a float."""
    value, specification = operands
    constant = specification.constant.value if specification.constant else None
    if value.type not in _SAMPLES or not isinstance(constant, str):
        return False
    if value.type == "integer" and constant[-1:] in _OVERFLOWING and constant:
        return False
    try:
        format(_SAMPLES[value.type], constant)
    except (ValueError, TypeError, MemoryError, OverflowError):
        return False
    return True


@kernel("python.format", result="text", total_on=_format_is_safe)
def _format(value: Any, specification: Any) -> str:
    """`format(value, specification)`: Python's format specification mini-language, `n` as without a locale.

    Texts, integers, floats and booleans have their own letters; null, lists and maps take the empty one only.
    """
    return format(value, specification)


def _width(operand: Operand) -> bool:
    """A constant width that fits into memory."""
    constant = operand.constant
    return constant is not None and isinstance(constant.value, int) and abs(constant.value) <= LONGEST


def _character(operand: Operand) -> bool:
    """A constant text of one character."""
    constant = operand.constant
    return constant is not None and isinstance(constant.value, str) and len(constant.value) == 1


_PADDING = [("text", _width), ("text", _width, _character)]


def _pad(text: Any, method: str, width: Any, fill: Any) -> Any:
    require_text(text)
    if isinstance(width, int) and LONGEST < width < 2**63 and isinstance(fill, str) and len(fill) == 1:
        raise MemoryError
    return getattr(text, method)(width, fill)


@kernel("python.left_justify", result="text", total_on=_PADDING)
def _left_justify(text: Any, width: Any, fill: Any = " ") -> Any:
    """`text.ljust(width[, fill])`: filled at the end with one character, a blank unless given."""
    return _pad(text, "ljust", width, fill)


@kernel("python.right_justify", result="text", total_on=_PADDING)
def _right_justify(text: Any, width: Any, fill: Any = " ") -> Any:
    """`text.rjust(width[, fill])`: filled at the start."""
    return _pad(text, "rjust", width, fill)


@kernel("python.center", result="text", total_on=_PADDING)
def _center(text: Any, width: Any, fill: Any = " ") -> Any:
    """`text.center(width[, fill])`: filled on both sides; the odd one is at the start if the width is odd too."""
    return _pad(text, "center", width, fill)


@kernel("python.zero_fill", result="text", total_on=[("text", _width)])
def _zero_fill(text: Any, width: Any) -> Any:
    """`text.zfill(width)`: zeros after the sign."""
    require_text(text)
    if isinstance(width, int) and LONGEST < width < 2**63:
        raise MemoryError
    return text.zfill(width)
