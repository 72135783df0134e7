"""Strings in fields of f-strings that use the quotes of the f-string itself, as Python allows from 3.12 on (PEP 701).

The parser does not read them. With the other quotes they mean the same, and nothing moves.
"""

from __future__ import annotations

import re

_STRING = re.compile(r"(?<![\w])(?P<prefix>[rbuftRBUFT]{0,2})(?P<quote>\"{3}|'{3}|[\"'])")
_MARK_IN_CODE = re.compile(r"(?<![\w])[rbuftRBUFT]{0,2}[\"']|[#:()\[\]{}]")
_MARK_IN_TEXT = re.compile(r"[\\{}\n\"']")
"""Where something begins or ends; all between them is passed over at once."""
_OTHER = {'"': "'", "'": '"'}


class _NotClosed(Exception):
    """A string, field or bracket does not end, or a quote cannot be changed."""


def requoted(text: str) -> str | None:
    """The text with other quotes in fields of f-strings where theirs would end the f-string; None if it cannot be."""
    scan = _Requoting(text)
    try:
        scan.code(0, (), field=False)
    except _NotClosed:
        return None
    return "".join(scan.characters)


class _Requoting:
    """One pass over a source text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.characters = list(text)

    def code(self, position: int, around: tuple[str, ...], *, field: bool) -> int:
        """Passes over code, in a field to behind its end; `around` are the quotes of the f-strings it lies in."""
        depth = 0
        while (mark := _MARK_IN_CODE.search(self.text, position)) is not None:
            position = mark.start()
            character = self.text[position]
            if character == "#" and not field:
                position = self._end_of_line(position)
                continue
            started = _STRING.match(self.text, position)
            if started is not None:
                position = self._string(started, around)
                continue
            if field and depth == 0 and character in "}:" and self.text[position : position + 2] != ":=":
                return position + 1 if character == "}" else self._content(position + 1, "", around, "f")
            depth += (character in "([{") - (character in ")]}")
            position += 1
        if field:
            raise _NotClosed
        return len(self.text)

    def _end_of_line(self, position: int) -> int:
        end = self.text.find("\n", position)
        return len(self.text) if end < 0 else end

    def _string(self, started: re.Match[str], around: tuple[str, ...]) -> int:
        quote, prefix = started["quote"], started["prefix"].lower()
        end = self._content(started.end(), quote, (*around, quote), prefix)
        if quote in around:
            other = _OTHER[quote[0]] * len(quote)
            if other in around or other in self.text[started.end() : end - len(quote)]:
                raise _NotClosed
            self.characters[started.end() - len(quote) : started.end()] = other
            self.characters[end - len(quote) : end] = other
        return end

    def _content(self, position: int, quote: str, around: tuple[str, ...], prefix: str) -> int:
        """Passes over the text of a string to behind its quote, or over a format to behind its field (no quote)."""
        while (mark := _MARK_IN_TEXT.search(self.text, position)) is not None:
            position = mark.start()
            two = self.text[position : position + 2]
            if quote and self.text.startswith(quote, position):
                return position + len(quote)
            if not quote and two[0] == "}":
                return position + 1
            if two[0] == "\\" and quote:
                position += 2
            elif "f" in prefix and two[0] == "{" and (two != "{{" or not quote):
                position = self.code(position + 1, around, field=True)
            elif two in ("{{", "}}"):
                position += 2
            elif two[0] == "\n" and len(quote) == 1:
                raise _NotClosed
            else:
                position += 1
        raise _NotClosed
