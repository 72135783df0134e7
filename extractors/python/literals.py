"""The values of Python's string and number tokens, and the text parts of f-strings."""

from __future__ import annotations

import ast
import re

import libcst as cst

_ESCAPES = re.compile(
    r"""\\(?:\n|[\\'"abfnrtv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]+\})""",
    re.VERBOSE,
)
_BRACES = re.compile(r"\{\{|\}\}")
_ESCAPES_OR_BRACES = re.compile(f"{_ESCAPES.pattern}|{_BRACES.pattern}", re.VERBOSE)


def token_value(token: str) -> str | bytes | int | float | complex:
    """The value of a string or number token (not of an f-string)."""
    value = ast.literal_eval(token)
    if not isinstance(value, (str, bytes, int, float, complex)):
        raise TypeError(f"not a string or number token but {type(value).__name__}")
    return value


def template_text(text: str, *, raw: bool) -> str:
    """The text of a part of an f-string: doubled braces are one, escapes are resolved unless it is raw."""
    return (_BRACES if raw else _ESCAPES_OR_BRACES).sub(_resolve, text)


def _resolve(match: re.Match[str]) -> str:
    text = match.group()
    if text in ("{{", "}}"):
        return text[0]
    return str(ast.literal_eval(f'"{text}"'))


def debug_text(node: cst.FormattedStringExpression) -> str:
    """What `{expression=}` writes before the value: its own source, white space included."""
    empty = cst.Module(body=())
    if node.equal is None:
        return ""
    before = (node.whitespace_before_expression, node.expression, node.whitespace_after_expression)
    sign = (node.equal.whitespace_before, node.equal.whitespace_after)
    source = "".join(empty.code_for_node(part) for part in before)
    return f"{source}{empty.code_for_node(sign[0])}={empty.code_for_node(sign[1])}"


def is_raw(prefix: str) -> bool:
    """Whether a string's prefix says that backslashes stand for themselves."""
    return "r" in prefix.lower()
