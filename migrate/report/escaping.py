"""Writes foreign text into Markdown (CommonMark with GitHub's tables) so that it is shown, and never acts."""

from __future__ import annotations

import re

from migrate.diagnostics import visible

_SPECIAL = re.compile(r"[\\`*\[\]#|~$@]|(?<!\w)_|_(?!\w)")
_OPENS_A_BLOCK = re.compile(r"^(\s*)([-+=>]|\d+[.)])")
_PLAIN_CODE = re.compile(r"[^`|\\<>\s](?:[^`|\\<>\n\t]*[^`|\\<>\s])?")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def text(value: str) -> str:
    """Text of a paragraph, list item, heading or table cell; no sign acts, line ends become breaks."""
    return "<br>".join(_line(line) for line in visible(value).split("\n"))


def code(value: str) -> str:
    """Text in the fixed font, on one line and fit for a table cell.

    Between backticks where nothing in it needs an escape: inside them none is possible, and renderers
    disagree on a backslash before a pipe. Else a `code` element with character references, which all of them
    read the same.
    """
    shown = visible(value)
    if _PLAIN_CODE.fullmatch(shown):
        return f"`{shown}`"
    lines = (re.sub(r"[^\w ,.;:/'\"=+%?-]", _reference, line) for line in shown.split("\n"))
    return f"<code>{'<br>'.join(re.sub('_', '&#95;', line) for line in lines)}</code>"


def _line(line: str) -> str:
    entities = re.sub("[&<>]", lambda found: _ENTITY[found[0]], line.strip())
    escaped = _SPECIAL.sub(lambda found: "&#64;" if found[0] == "@" else f"\\{found[0]}", entities)
    return _OPENS_A_BLOCK.sub(_closed, escaped)


def _closed(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2][:-1]}\\{found[2][-1]}"


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"
