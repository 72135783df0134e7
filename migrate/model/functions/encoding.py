"""Texts in the notations of the web: percent escapes, forms, entities, base64."""

from __future__ import annotations

import base64
import html
import urllib.parse
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text


@kernel("python.quote", result="text")
def _quote(text: Any, safe: Any = "/") -> Any:
    """`urllib.parse.quote(text[, safe])`: UTF-8, `%XX` for all but letters, digits, `_.-~` and the safe characters.

    Half a surrogate pair is an error, and so is anything but texts.
    """
    return urllib.parse.quote(text, safe)


@kernel("python.quote_plus", result="text")
def _quote_plus(text: Any, safe: Any = "") -> Any:
    """`urllib.parse.quote_plus(text[, safe])`: as `python.quote`, with `+` for a blank."""
    return urllib.parse.quote_plus(text, safe)


@kernel("python.form_text", result="text")
def _form_text(pairs: Any, repeat: Any = False) -> Any:
    """`urllib.parse.urlencode(map[, doseq])`: keys and values by `str` and `quote_plus`, null as `None`.

    With `repeat`, a list as value repeats the key, and an empty one leaves it out. Of maps; a list is an error unless
    it is empty, for it has no tuples.
    """
    return urllib.parse.urlencode(pairs, repeat)


@kernel("python.html_escape", result="text", total_on=[("text",), ("text", "boolean")])
def _html_escape(text: Any, quote: Any = True) -> Any:
    """`html.escape(text[, quote])`: entities for `&`, `<`, `>` and, unless quote is false, both quotes."""
    require_text(text)
    return html.escape(text, quote)


@kernel("python.utf8_text", result="text")
def _utf8_text(text: Any) -> str:
    """`text.encode().decode()`: the text, which can be written in UTF-8; half a surrogate pair is an error."""
    require_text(text)
    return str(text.encode().decode())


@kernel("python.base64_text", result="text")
def _base64_text(text: Any) -> str:
    """`base64.b64encode(text.encode()).decode()`: of bytes, or a text in UTF-8; half a surrogate pair is an error."""
    if isinstance(text, bytes):
        return base64.b64encode(text).decode("ascii")
    require_text(text)
    return base64.b64encode(text.encode()).decode("ascii")
