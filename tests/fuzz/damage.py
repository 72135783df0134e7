"""Damages the text of a script, as editors, merges, cut-off downloads and people do."""

from __future__ import annotations

import io
import keyword
import tokenize
from collections.abc import Callable
from random import Random

_SPACE = (
    tokenize.ENCODING,
    tokenize.ENDMARKER,
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
)
_VALUES = (tokenize.NAME, tokenize.NUMBER, tokenize.STRING)
_LONG = 10_000_000
_DEEP = 3_000


def _tokens(source: bytes) -> list[tuple[int, int]]:
    """Where each token of the text begins and ends, in bytes; none where it cannot be told."""
    return [(start, end) for _, start, end in _kinds(source)]


def _kinds(source: bytes) -> list[tuple[int, int, int]]:
    """The same, each with what kind of token it is; a keyword is none of the names."""
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    try:
        found = [
            (
                tokenize.OP if keyword.iskeyword(one.string) else one.type,
                starts[one.start[0] - 1] + one.start[1],
                starts[one.end[0] - 1] + one.end[1],
            )
            for one in tokenize.tokenize(io.BytesIO(source).readline)
            if one.type not in _SPACE
        ]
    except (tokenize.TokenError, SyntaxError, IndexError, UnicodeDecodeError):
        return []
    return [(kind, start, end) for kind, start, end in found if start < end <= len(source)]


def deleted(source: bytes, random: Random) -> bytes:
    """Without one token."""
    tokens = _tokens(source)
    if not tokens:
        return source
    start, end = random.choice(tokens)
    return source[:start] + source[end:]


def doubled(source: bytes, random: Random) -> bytes:
    """With one token twice."""
    tokens = _tokens(source)
    if not tokens:
        return source
    start, end = random.choice(tokens)
    return source[:end] + b" " + source[start:]


def swapped(source: bytes, random: Random) -> bytes:
    """With two tokens in each other's place."""
    tokens = _tokens(source)
    if len(tokens) < 2:
        return source
    (a, b), (c, d) = sorted(random.sample(tokens, 2))
    return source[:a] + source[c:d] + source[b:c] + source[a:b] + source[d:]


def replaced(source: bytes, random: Random) -> bytes:
    """With a name, number or text in the place of another: it still parses, and means something else."""
    tokens = [one for one in _kinds(source) if one[0] in _VALUES]
    if not tokens:
        return source
    kind, a, b = random.choice(tokens)
    _, c, d = random.choice([one for one in tokens if one[0] == kind or random.random() < 0.1])
    return source[:a] + source[c:d] + source[b:]


def line_lost(source: bytes, random: Random) -> bytes:
    """Without one line."""
    lines = source.splitlines(keepends=True)
    return b"".join(lines[:at] + lines[at + 1 :]) if (at := random.randrange(len(lines))) >= 0 else source


def line_moved(source: bytes, random: Random) -> bytes:
    """With one line elsewhere."""
    lines = source.splitlines(keepends=True)
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randrange(len(lines) + 1), line)
    return b"".join(lines)


def cut_off(source: bytes, random: Random) -> bytes:
    """The beginning alone, cut at any byte."""
    return source[: random.randrange(len(source))]


def byte_changed(source: bytes, random: Random) -> bytes:
    """With another byte somewhere."""
    at = random.randrange(len(source))
    return source[:at] + bytes([random.randrange(256)]) + source[at + 1 :]


def deep(source: bytes, random: Random) -> bytes:
    """With an expression, or blocks, nested far too deeply."""
    depth = random.choice((90, 400, _DEEP))
    head, tail = random.choice(
        ((b"(", b")"), (b"[", b"]"), (b"{1: ", b"}"), (b"-", b""), (b"f(", b")"), (b"not ", b""))
    )
    more = b"\nx = " + head * depth + b"1" + tail * depth + b"\n"
    if random.random() < 0.3:
        more = (
            b"\n" + b"".join(b" " * n + b"if x:\n" for n in range(min(depth, 120))) + b" " * 120 + b"pass\n"
        )
    return source + more


def long_line(source: bytes, random: Random) -> bytes:
    """With a line of ten megabytes."""
    kind = random.choice(
        (b"# " + b"x" * _LONG, b'x = "' + b"y" * _LONG + b'"', b"x = [" + b"1," * (_LONG // 2) + b"]")
    )
    return source + b"\n" + kind + b"\n"


def joined(source: bytes, random: Random) -> bytes:
    """With two halves swapped at a line, as by a bad merge."""
    lines = source.splitlines(keepends=True)
    at = random.randrange(len(lines) + 1)
    return b"".join(lines[at:] + lines[:at])


OFTEN: tuple[Callable[[bytes, Random], bytes], ...] = (
    deleted,
    doubled,
    swapped,
    *[replaced] * 12,
    line_lost,
    line_moved,
    cut_off,
    byte_changed,
    joined,
)
SELDOM: tuple[Callable[[bytes, Random], bytes], ...] = (deep, long_line)
"""Take long to be made and read; one in a hundred is enough."""


def damaged(source: bytes, random: Random) -> tuple[str, bytes]:
    """The text with one to three damages, and their names."""
    names = []
    for _ in range(random.choice((1, 1, 2, 3))):
        damage = random.choice(SELDOM) if random.random() < 0.01 else random.choice(OFTEN)
        if not source:
            break
        source = damage(source, random)
        names.append(damage.__name__)
    return "+".join(names), source
