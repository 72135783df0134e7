"""Python 2 source as Python 3 source, line for line, by fissix (the maintained fork of lib2to3).

What is made of it is read, not run: `/` and `round`, texts and bytes, the order of maps and comparisons of unlike
values mean something else in Python 2, so a gap stands ahead of all that such a script does.
"""

from __future__ import annotations

import re
from functools import cache

from fissix.pgen2.parse import ParseError
from fissix.pgen2.tokenize import TokenError
from fissix.refactor import RefactoringTool

_FIXERS = (
    *("basestring", "except", "exec", "filter", "has_key", "imports", "long", "map", "ne", "next", "nonzero"),
    *("numliterals", "paren", "print", "raise", "raw_input", "repr", "standarderror", "throw", "unicode"),
    *("xrange", "zip"),
)
"""The rewritings that leave each statement in its line."""

_LEADING = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_ITERATING = re.compile(r"\.iter(items|keys|values)\(\)")
_WIDTH = 8
"""Python 2 lets a tab lead to the next column that is a multiple of this (Python 2 reference, 2.1.8)."""

_IMPORT = re.compile(r"^(\s*import[ ]+)([\w., ]*\b(?:urllib2?|urlparse)\b[\w., ]*)$", re.MULTILINE)
_DIVIDED = {
    "urllib": ("urllib.request", "urllib.parse", "urllib.error"),
    "urllib2": ("urllib.request", "urllib.error"),
    "urlparse": ("urllib.parse",),
}
_MEMBERS = (
    (r"\bfrom[ ]+urllib2[ ]+import\b", "from urllib.request import"),
    (r"\bfrom[ ]+urllib[ ]+import[ ]+(?=url(?:open|retrieve)\b)", "from urllib.request import "),
    (r"\bfrom[ ]+(?:urllib|urlparse)[ ]+import\b", "from urllib.parse import"),
    (r"\burllib2\.(?=(?:HTTP|URL)Error\b)", "urllib.error."),
    (r"\burllib2\.(?=\w)", "urllib.request."),
    (r"\burllib\.(?=(?:urlencode|quote|quote_plus|unquote|unquote_plus)\b)", "urllib.parse."),
    (r"\burllib\.(?=(?:urlopen|urlretrieve)\b)", "urllib.request."),
    (
        r"(?<![\w.])urlparse\.(?=(?:urlparse|urljoin|urlsplit|parse_qs|parse_qsl|urlunparse)\b)",
        "urllib.parse.",
    ),
)
"""The modules that Python 3 has divided, by what a script names of them; fissix would part their imports into lines."""


def as_python_3(text: str) -> str | None:
    """The text as Python 3, with each statement in the line where it stood; None if it is not Python 2."""
    text = _LEADING.sub(lambda tabs: tabs[0].expandtabs(_WIDTH), text)
    ended = text if text.endswith("\n") else f"{text}\n"
    try:
        made = str(_tool().refactor_string(ended, "<script>"))
    except (ParseError, TokenError, IndentationError, RecursionError, ValueError):
        return None
    made = _ITERATING.sub(r".\1()", made)
    made = _IMPORT.sub(_import, made)
    for pattern, module in _MEMBERS:
        made = re.sub(pattern, module, made)
    return made if made.count("\n") == ended.count("\n") else None


def _import(statement: re.Match[str]) -> str:
    modules = (part.strip() for part in statement[2].split(","))
    return statement[1] + ", ".join(
        dict.fromkeys(new for old in modules for new in _DIVIDED.get(old, (old,)))
    )


@cache
def _tool() -> RefactoringTool:
    return RefactoringTool([f"fissix.fixes.fix_{name}" for name in _FIXERS])
