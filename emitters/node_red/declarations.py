"""The files in `javascript/` as declarations, of which an emitted tab carries those that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "javascript"

_HEAD = re.compile(r"(?:async )?(?:function\*?|class|const|let) (\w+)")
_WORD = re.compile(r"(?:(?<=\.\.\.)|(?<![\w$.]))[A-Za-z_$][\w$]*")
_LOCAL = re.compile(
    r"(?:(?<=\s)const|let) (?:(\w+)|\[([^\]=]*)\]|\{([^}=]*)\})"  # in a block
    r"|(\w+) =>|\(([^()]*)\) =>|^function\*? \w+\((.*)\) \{$",  # parameters
    re.MULTILINE,
)
_PARAMETER = re.compile(r"(?:^|,)[\s\[{.]*(\w+)")
_COMMENT = re.compile(r"\s*(?://|/?\*)")


@dataclass(frozen=True)
class Declaration:
    """A function, class or constant of the outermost scope, with the comment above it.

    `words` are the words of its code that are neither properties nor local names: what it refers to is among them.
    """

    name: str
    text: str
    words: frozenset[str]


def declarations(part: str) -> tuple[Declaration, ...]:
    """The declarations of a file, in its order. Each begins in the first column and ends before the next."""
    text = (FOLDER / f"{part}.js").read_text(encoding="utf-8")
    found: list[tuple[str, list[str]]] = []
    above: list[str] = []
    blank = False
    for line in text.splitlines():
        head = _HEAD.match(line)
        if head:
            found.append((head[1], [*above, line]))
            above = []
        elif line.startswith(("/", " *")):
            above.append(line)
        elif not line:
            above, blank = [], True
            continue
        elif found and not above:
            found[-1][1].extend(["", line] if blank else [line])
        else:
            raise ValueError(f"{part}.js: no declaration: {line}")
        blank = False
    return tuple(Declaration(name, "\n".join(lines), _words(lines)) for name, lines in found)


def _words(lines: Sequence[str]) -> frozenset[str]:
    code = "\n".join(line for line in lines if not _COMMENT.match(line))
    groups = (group for found in _LOCAL.finditer(code) for group in found.groups() if group)
    own = {name for group in groups for name in _PARAMETER.findall(group)}
    return frozenset(_WORD.findall(code)) - own


def needed(known: Sequence[Declaration], names: Iterable[str]) -> tuple[Declaration, ...]:
    """The declarations of these names and all that they refer to, in their order; other names are none of them."""
    by_name = {one.name: one for one in known}
    open_ = [name for name in names if name in by_name]
    reached: set[str] = set()
    while open_:
        name = open_.pop()
        if name not in reached:
            reached.add(name)
            open_ += by_name[name].words & by_name.keys()
    return tuple(one for one in known if one.name in reached)


def joined(parts: Iterable[Declaration]) -> str:
    """Their text; constants of one line stand together."""
    text = ""
    for one in parts:
        alone = "\n" in one.text or not text.rpartition("\n\n")[2].startswith("const ")
        text += ("\n\n" if alone else "\n") * bool(text) + one.text
    return text
