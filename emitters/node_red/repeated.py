"""Parts of an expression that stand in it several times: the JavaScript computes them once and gives them a name."""

from __future__ import annotations

import re
from collections import Counter

from migrate.model import Call, Choice, Constant, Expression, Lookup, walk

_FEWEST = 2
"""How many calls, choices and look-ups a part is made of at least: less is as short as a name."""
_READS = frozenset({"python.member", "python.get"})
_WORDS = re.compile(r"[^A-Za-z0-9]+")


def repeated(expression: Expression) -> frozenset[Expression]:
    """The parts that stand there more than once and are worth a name."""
    found = Counter(part for part in walk(expression) if isinstance(part, Call | Choice | Lookup))
    return frozenset(part for part, count in found.items() if count > 1 and _size(part) >= _FEWEST)


def _size(expression: Expression) -> int:
    return sum(isinstance(part, Call | Choice | Lookup) for part in walk(expression))


def name_for(expression: Expression) -> str:
    """What the value is called: as the first field that it is made of, in JavaScript's way of writing."""
    for part in walk(expression):
        match part:
            case Call(function=function, arguments=(_, Constant(value=str() as field), *_)) if (
                function in _READS
            ):
                first, *others = _WORDS.sub(" ", field).split() or [""]
                name = first.lower() + "".join(one.capitalize() for one in others)
                if name and not name[0].isdigit():
                    return name
    return "value"
