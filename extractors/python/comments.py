"""Comments of Python that say something about the line they stand at: that an API ends, that a finding is none."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

from migrate.contracts import Observation
from migrate.model import SourceSpan

_ANY = re.compile(r"#.*(?:hubshift\s*:|deprecat|sunset|end[ -]of[ -](?:life|support)|\beol\b)", re.IGNORECASE)
_IGNORED = re.compile(r"#\s*hubshift:\s*ignore\[(?P<codes>[\w\s,]+)\]")
_ENDING = re.compile(r"\b(?P<word>deprecated|sunset|end[ -]of[ -](?:life|support)|EOL)\b", re.IGNORECASE)
_OF_AN_API = re.compile(
    r"\b(?:api|apis|endpoint|endpoints|version|versions|v\d+(?:\.\d+)?|rest|soap|method|call|route)\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\b(?:not|never|no longer|isn't|instead of|replac\w+|un)[ -]*(?:\w+ ){0,3}(?:deprecated|sunset)|no longer",
    re.IGNORECASE,
)


def remarks(file: str, source: str) -> Iterator[Observation]:
    """The comments that count. A text that cannot be told apart into tokens has none behind the place where it ends."""
    if _ANY.search(source) is None:
        return
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield from _remark(file, token)
    except (tokenize.TokenError, SyntaxError):
        return


def _remark(file: str, token: tokenize.TokenInfo) -> Iterator[Observation]:
    (line, column), (end_line, end_column) = token.start, token.end
    span = SourceSpan(file=file, line=line, column=column, end_line=end_line, end_column=end_column)
    ignored = _IGNORED.search(token.string)
    if ignored is not None:
        yield Observation("suppression", span, " ".join(re.split(r"[\s,]+", ignored["codes"].strip())))
    ending = _ENDING.search(token.string)
    if ending is not None and _OF_AN_API.search(token.string) and not _TAKEN_BACK.search(token.string):
        yield Observation("deprecation", span, ending["word"].lower())
