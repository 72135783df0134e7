"""Expressions as JSONata, for change nodes: only those that are exactly equal on every value.

JSONata drops what is missing, finds `constructor` in every object, maps over lists where Python would
fail, and knows neither big integers nor floats like 10.0. So the exact part is small: constants, copies
of whole items and loop variables, and records of these. Reaching into a value (`contact.email`) is not
in it: a missing key is an error in Python and nothing in JSONata.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from emitters.node_red.expressions_javascript import quoted, reorders
from migrate.model import Constant, Expression, LoopValue, MappingRule, RecordExpression, Reference

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS = frozenset({"and", "or", "in", "true", "false", "null", "function"})


def jsonata(expression: Expression, around: frozenset[str]) -> str | None:
    """The expression's text, or None where JSONata could mean something else.

    `around` are the ids of the splits and loops around the step: what others left need not be there, and
    JSONata would pass over that in silence.
    """
    match expression:
        case Constant(value=value):
            return _constant(value)
        case Reference(part="item", step=step) if step in around:
            return _path("loops", step, "item")
        case LoopValue(loop=loop, name=name) if loop in around:
            return _path("loops", loop, "values", name)
        case RecordExpression(entries=entries):
            values = [None if entry.when else jsonata(entry.value, around) for entry in entries]
            known = [value for value in values if value is not None]
            keys = [entry.key for entry in entries]
            if len(known) < len(values) or not _fit(keys):
                return None
            pairs = (f"{quoted(key)}: {value}" for key, value in zip(keys, known, strict=True))
            return f"{{{', '.join(pairs)}}}"
        case _:
            return None


def change(rules: Sequence[MappingRule], around: frozenset[str]) -> tuple[str, dict[str, str]] | None:
    """The JSONata of a mapping, one line a rule, and each rule's text by id; None where one is not exact."""
    texts = {rule.id: None if rule.when else jsonata(rule.value, around) for rule in rules}
    known = {id_: text for id_, text in texts.items() if text is not None}
    keys = [rule.target[0] for rule in rules if len(rule.target) == 1]
    if not rules or len(known) < len(rules) or len(keys) < len(rules) or not _fit(keys):
        return None
    lines = [
        f"    {quoted(key)}: {known[rule.id]}{',' if rule is not rules[-1] else ''}{_comment(rule)}\n"
        for key, rule in zip(keys, rules, strict=True)
    ]
    return f'{{\n  "value": {{\n{"".join(lines)}  }}\n}}', known


def _comment(rule: MappingRule) -> str:
    place = " ".join(str(rule.span or "").split())
    return f" /* {place} */" if place and "*/" not in place else ""


def _fit(keys: Sequence[str]) -> bool:
    """Whether an object holds the keys as they stand: all different, printable, none that moves."""
    return len(set(keys)) == len(keys) and not any(reorders(key) or not key.isprintable() for key in keys)


def _constant(value: bool | int | float | str | None) -> str | None:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if abs(value) < 2**53 else None
        case float():
            return repr(value) if not value.is_integer() and abs(value) < 1e300 and value == value else None
        case str():
            return quoted(value) if value.isprintable() else None


def _path(*names: str) -> str | None:
    """A path from the message; None for names that need more than backquotes."""
    if any("`" in name or not name.isprintable() for name in names):
        return None
    plain = (name if _NAME.fullmatch(name) and name not in _WORDS else f"`{name}`" for name in names)
    return ".".join(("msg", *plain))
