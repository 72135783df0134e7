"""Whether a request asks for another method in a parameter: `_method`, as Rails, Laravel and Symfony have it."""

from __future__ import annotations

import json
import re

from migrate.shadow.url_templates import parameters, unquoted

_NAME = "_method"
_PART = re.compile(r"name\*?=(?:\"|'|[\w-]*''|)\s*_method\b", re.IGNORECASE)
_MEMBER = re.compile(r"\"_method\"\s*:", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u00([0-7][0-9a-fA-F])")


def asks_for_another_method(*texts: str | bytes) -> bool:
    """Whether one of these does: queries, or bodies that are forms, JSON or multipart, in whatever encoding."""
    return any(_asks(text if isinstance(text, str) else _decoded(text)) for text in texts)


def _decoded(body: bytes) -> str:
    try:
        # UTF-16 and UTF-32 too (RFC 4627, section 3).
        return body.decode(json.detect_encoding(body))
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _asks(text: str) -> bool:
    plain = unquoted(text)
    if "method" not in plain.lower() and "\\" not in plain:
        return False
    return (
        any(name == _NAME for name, _ in (*parameters(text.lstrip("?\ufeff \r\n\t")), *parameters(plain)))
        or _PART.search(plain) is not None
        or _MEMBER.search(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), plain)) is not None
    )
