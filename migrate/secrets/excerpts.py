"""Excerpts of source lines in which no secret can be read.

A string literal is masked, character by character so that columns stay, where it meets a secret-like name,
where it looks like a credential, and where it holds a value known to be secret. In doubt it is masked.
Written for Python's quotes and comments.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from migrate.model import Excerpt, SourceSpan
from migrate.secrets.recognition import is_secret_name, looks_like_secret

__all__ = ["MAX_LENGTH", "excerpt_line", "is_secret_name", "looks_like_secret", "mask_known"]

MAX_LENGTH = 200
"""The longest excerpt, in characters."""

_TOKENS = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<triple>(?P<tprefix>\b[rbuftRBUFT]{1,2})?(?P<tquote>\"{3}|'{3})
                  (?:\\.|[^\\])*?(?:(?P=tquote)|\\?\Z))
      | (?P<string>(?P<prefix>\b[rbuftRBUFT]{1,2})?(?P<quote>["'])
                  (?:\\.|(?!(?P=quote))[^\\\n])*(?P<end>(?P=quote))?)
      | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<comma>,) | (?P<continued>\\\n) | (?P<newline>\n)
      | (?P<word>\w+) | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMES = re.compile(r"[\w-]+")
_LONG_WORD = re.compile(r"[\w\-+/=.:@?&;]{16,}")
_TRIPLE_QUOTE = re.compile(r"\"{3}|'{3}")
_NUMBER = re.compile(r"\b\d[\d_]{3,}\b")
_KEYWORD_ARGUMENT = re.compile(r"\s*\w+\s*=(?!=)")
_FIELD = re.compile(r"\{[A-Za-z_][\w.]*\}")
_HEADER = re.compile(r"\s*(?:for|if|while|elif|with|case|def|class|return|assert|match)\b")
_READS_KEY = re.compile(r"(?:[\w)\]]\[|\b(?:getenv|get|pop|get_secret|has_key)\()$")


@dataclass(frozen=True)
class _Literal:
    """A string literal: its place, the code before it that it belongs to, and whether it is a key there."""

    start: int
    end: int
    content: int
    content_end: int
    formatted: bool
    context: str
    key: bool


def excerpt_line(
    source_lines: Sequence[str], span: SourceSpan, secret_texts: Collection[str] = (), *, broken: bool = False
) -> Excerpt:
    """The first line of the span without its comment, possible secrets masked by `*`, cut at 200 characters.

    `source_lines` are all lines of the file, parted at line feeds alone: strings are told apart from its
    start. `secret_texts` are values known to be secret. With `broken`, for a file that does not parse, every
    literal is masked, and everything after a secret-like name. Outside of the file the excerpt is empty.
    """
    if not 1 <= span.line <= len(source_lines):
        return Excerpt(redacted="")
    lines = [line.rstrip("\r\n") for line in source_lines]
    text = "\n".join(lines)
    start = sum(len(line) + 1 for line in lines[: span.line - 1])
    end = start + len(lines[span.line - 1])
    literals, comment = _scan(text, start, end)
    end = min(end, comment)
    known = frozenset(value for value in secret_texts if value)
    masked = list(text[start:end])
    secret_line = _names_secret(text[start:end])
    for literal in literals:
        if broken or _must_mask(text, literal, start, known, secret_line):
            kept = _fields(text, literal) if literal.formatted and not broken else frozenset()
            for index in range(max(start, literal.content), min(end, literal.content_end)):
                if index not in kept:
                    masked[index - start] = "*"
    line = "".join(masked)
    if secret_line:
        line = _NUMBER.sub(_stars, line)
    if broken:
        line = _mask_broken(line, quoted=_TRIPLE_QUOTE.search(text, 0, end) is not None)
    return Excerpt(redacted=mask_known(line, known)[:MAX_LENGTH].rstrip())


def _scan(text: str, start: int, end: int) -> tuple[list[_Literal], int]:
    """The string literals that touch the text from `start` to `end`, and where a comment begins."""
    literals: list[_Literal] = []
    contexts = [""]
    for token in _TOKENS.finditer(text):
        kind = token.lastgroup or ""
        if token.start() > end:
            break
        if kind == "comment":
            if token.start() >= start:
                return literals, token.start()
        elif kind in ("triple", "string"):
            if token.end() > start:
                literals.append(_literal(text, token, kind, contexts, start))
            contexts[-1] += f" {token.group()} " if len(token.group()) < 80 else " "
        elif kind == "open":
            contexts[-1] += token.group()
            contexts.append("{" if token.group() == "{" else "")
        elif kind == "close":
            if len(contexts) > 1:
                contexts.pop()
        elif kind == "comma":
            contexts[-1] = _after_comma(contexts[-1])
        elif kind == "newline":
            if len(contexts) == 1:
                contexts = [""]
        elif kind != "continued":
            contexts[-1] += token.group()
    return literals, end


def _after_comma(context: str) -> str:
    """What of the code before a comma says something about what follows: not an entry, not a keyword."""
    if context.startswith("{"):
        return "{"
    kept = context.rpartition(",")
    return kept[0] + kept[1] if _KEYWORD_ARGUMENT.match(kept[2]) else context + ","


def _literal(text: str, token: re.Match[str], kind: str, contexts: list[str], start: int) -> _Literal:
    prefix = token["tprefix"] if kind == "triple" else token["prefix"]
    quote = token["tquote"] if kind == "triple" else token["quote"]
    content = token.start() + len(prefix or "") + len(quote)
    closed = token["end"] if kind == "string" else text.endswith(quote, content, token.end())
    content_end = token.end() - len(quote) if closed else token.end()
    line = text[text.rfind("\n", 0, token.start()) + 1 : token.start()]
    before, after = line.rstrip(), text[token.end() : token.end() + 80].lstrip()
    entry = before.endswith(("{", ",")) or (not before and contexts[-1].startswith("{"))
    key = (entry and after.startswith(":") and not _HEADER.match(line)) or (
        _READS_KEY.search(line) is not None and after.startswith(("]", ",", ")"))
    )
    formatted = "f" in (prefix or "").lower()
    return _Literal(token.start(), token.end(), content, content_end, formatted, "".join(contexts), key)


def _must_mask(text: str, literal: _Literal, start: int, known: frozenset[str], secret_line: bool) -> bool:
    if literal.content < start:  # the line begins inside of the literal
        return True
    content = text[literal.content : literal.content_end]
    if literal.formatted:
        content = _FIELD.sub(" ", content)
    if looks_like_secret(content) or _is_known(content, text[literal.start : literal.end], known):
        return True
    return not literal.key and (secret_line or _names_secret(literal.context))


def _is_known(content: str, token: str, known: frozenset[str]) -> bool:
    values = {content}
    try:
        value = ast.literal_eval(token)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        value = content
    values.add(value.decode("latin-1") if isinstance(value, bytes) else str(value))
    pairs = ((value, secret) for value in values if value for secret in known)
    return any(secret in value or (len(value) >= 3 and value in secret) for value, secret in pairs)


def _names_secret(code: str) -> bool:
    return any(is_secret_name(name) for name in _NAMES.findall(code))


def _fields(text: str, literal: _Literal) -> frozenset[int]:
    """The places of an f-string's `{name}` parts: code, not text."""
    found = _FIELD.finditer(text, literal.content, literal.content_end)
    return frozenset(index for field in found for index in range(*field.span()))


def _mask_broken(line: str, *, quoted: bool) -> str:
    """Masks more where strings cannot be told from code for sure; all, after a quote over several lines."""
    if quoted:
        return re.sub(r"\S", "*", line)
    line = _LONG_WORD.sub(_stars_if_secret, line)
    for name in _NAMES.finditer(line):
        if is_secret_name(name.group()):
            rest = line[name.end() :]
            return line[: name.end()] + re.sub(r"[^\s=:\"'(){}\[\],]", "*", rest)
    return line


def mask_known(line: str, known: Collection[str]) -> str:
    """The line with values known to be secret, of four characters or more, masked wherever they stand."""
    for secret in sorted(known, key=lambda value: (-len(value), value)):
        if len(secret) >= 4:
            line = line.replace(secret, "*" * len(secret))
    return line


def _stars_if_secret(match: re.Match[str]) -> str:
    return _stars(match) if looks_like_secret(match.group()) else match.group()


def _stars(match: re.Match[str]) -> str:
    return "*" * len(match.group())
