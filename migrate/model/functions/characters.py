"""Case and classes of characters, by the Unicode data of the Python that runs the script (3.11 has Unicode 14)."""

from __future__ import annotations

from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text

_TEXT = [("text",)]


@kernel("python.lower", result="text", total_on=_TEXT)
def _lower(text: Any) -> Any:
    """`text.lower()`: full Unicode lower case."""
    require_text(text)
    return text.lower()


@kernel("python.upper", result="text", total_on=_TEXT)
def _upper(text: Any) -> Any:
    """`text.upper()`: full Unicode upper case (`ß` becomes `SS`)."""
    require_text(text)
    return text.upper()


@kernel("python.title", result="text", total_on=_TEXT)
def _title(text: Any) -> Any:
    """`text.title()`: a capital after every character that is no letter."""
    require_text(text)
    return text.title()


@kernel("python.capitalize", result="text", total_on=_TEXT)
def _capitalize(text: Any) -> Any:
    """`text.capitalize()`: first character title case, the rest lower."""
    require_text(text)
    return text.capitalize()


@kernel("python.casefold", result="text", total_on=_TEXT)
def _casefold(text: Any) -> Any:
    """`text.casefold()`: full Unicode case folding (`ß` becomes `ss`), for comparison without case."""
    require_text(text)
    return text.casefold()


@kernel("python.swapcase", result="text", total_on=_TEXT)
def _swapcase(text: Any) -> Any:
    """`text.swapcase()`: upper case letters lower and lower case letters upper, by full mappings."""
    require_text(text)
    return text.swapcase()


@kernel("python.is_digit", result="boolean", total_on=_TEXT)
def _is_digit(text: Any) -> Any:
    """`text.isdigit()`: not empty, and digits only, superscripts and circled ones among them."""
    require_text(text)
    return text.isdigit()


@kernel("python.is_decimal", result="boolean", total_on=_TEXT)
def _is_decimal(text: Any) -> Any:
    """`text.isdecimal()`: not empty, and only digits of decimal numbers, in any script."""
    require_text(text)
    return text.isdecimal()


@kernel("python.is_numeric", result="boolean", total_on=_TEXT)
def _is_numeric(text: Any) -> Any:
    """`text.isnumeric()`: not empty, and only characters with a numeric value, fractions and Han numerals too."""
    require_text(text)
    return text.isnumeric()


@kernel("python.is_alpha", result="boolean", total_on=_TEXT)
def _is_alpha(text: Any) -> Any:
    """`text.isalpha()`: not empty, and letters only; combining marks are none."""
    require_text(text)
    return text.isalpha()


@kernel("python.is_alphanumeric", result="boolean", total_on=_TEXT)
def _is_alphanumeric(text: Any) -> Any:
    """`text.isalnum()`: not empty, and only letters and characters with a numeric value."""
    require_text(text)
    return text.isalnum()


@kernel("python.is_space", result="boolean", total_on=_TEXT)
def _is_space(text: Any) -> Any:
    """`text.isspace()`: not empty, and white space only."""
    require_text(text)
    return text.isspace()


@kernel("python.is_upper", result="boolean", total_on=_TEXT)
def _is_upper(text: Any) -> Any:
    """`text.isupper()`: an upper case letter, and no lower or title case one."""
    require_text(text)
    return text.isupper()


@kernel("python.is_lower", result="boolean", total_on=_TEXT)
def _is_lower(text: Any) -> Any:
    """`text.islower()`: a lower case letter, and no upper or title case one."""
    require_text(text)
    return text.islower()


@kernel("python.is_ascii", result="boolean", total_on=_TEXT)
def _is_ascii(text: Any) -> Any:
    """`text.isascii()`: ASCII only; true for the empty text."""
    require_text(text)
    return text.isascii()
