"""Values that stand in for a recorded one: of another kind, at the border of what the model compares with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from migrate.model import Call, Constant, Integration, Lookup, expressions_of, walk, walk_steps
from tests.mutation.json_places import MISSING

_LENGTHS = range(1, 60)
"""Whole numbers of a model that may be lengths of lists and texts."""
_MOST_HINTS = 12
_EDGES = frozenset({"python.starts_with", "python.ends_with"})
_SIGN = 2
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMERAL = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Constants:
    """The constants of a model."""

    numbers: tuple[int | float, ...] = ()
    texts: tuple[str, ...] = ()
    edges: tuple[str, ...] = ()
    """Texts that others are asked to begin or end with."""
    keys: tuple[str, ...] = ()
    """Texts that are keys of tables."""

    @classmethod
    def of(cls, integration: Integration) -> Constants:
        """Those of all its expressions, keys of tables included, each once."""
        found: dict[object, None] = {}
        edges: dict[str, None] = {}
        keys: dict[str, None] = {}
        for step in walk_steps(integration.whole):
            for expression in expressions_of(step):
                for part in walk(expression):
                    if isinstance(part, Constant):
                        found[part.value] = None
                    elif isinstance(part, Lookup):
                        found.update({case.key.value: None for case in part.cases})
                        keys.update(
                            {one.key.value: None for one in part.cases if isinstance(one.key.value, str)}
                        )
                    elif isinstance(part, Call) and part.function in _EDGES:
                        values = (one.value for one in part.arguments if isinstance(one, Constant))
                        edges.update({one: None for one in values if isinstance(one, str)})
        numbers = [one for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
        texts = tuple(one for one in found if isinstance(one, str))
        return cls(tuple(numbers), texts, tuple(edges), tuple(keys))

    @property
    def signs(self) -> tuple[str, ...]:
        """Short texts without letters or digits, as are replaced, split at or stripped."""
        return tuple(one for one in self.texts if 0 < len(one) <= _SIGN and not any(map(str.isalnum, one)))

    @property
    def lengths(self) -> tuple[int, ...]:
        """One less, the same and one more than each that may be a length, from 2 on."""
        around = {one + by for one in self.numbers if one in _LENGTHS for by in (-1, 0, 1)}
        return tuple(int(one) for one in sorted(around) if one > 1)


@dataclass(frozen=True)
class Seen:
    """What a run compared: with which values each scalar was held against, and which stand in the same field."""

    against: Mapping[object, Sequence[object]] = field(default_factory=dict)

    def beside(self, value: object) -> Iterable[object]:
        """Those that a value was compared with, and those one beside them."""
        if isinstance(value, list | dict):
            return
        for one in list(self.against.get(key_of(value), ()))[:_MOST_HINTS]:
            yield one
            if isinstance(one, int | float) and not isinstance(one, bool):
                yield one + 1
                yield one - 1


def key_of(value: object) -> object:
    """A key for a scalar that keeps true from 1."""
    return (type(value).__name__, value)


def odd(
    value: object, constants: Constants, seen: Seen, others: Sequence[object] = ()
) -> Iterator[tuple[str, object]]:
    """Values in place of `value`, each under a label; `others` stand in the same field elsewhere."""
    given: set[str] = {_text_of(value)}
    for label, new in _all(value, constants, seen, others):
        if _text_of(new) not in given:
            given.add(_text_of(new))
            yield label, new


def _text_of(value: object) -> str:
    return f"{type(value).__name__} {value!r}"


def _all(
    value: object, constants: Constants, seen: Seen, others: Sequence[object]
) -> Iterator[tuple[str, object]]:
    yield "missing", MISSING
    yield "null", None
    for number, one in enumerate(seen.beside(value)):
        yield f"beside {number}", one
    match value:
        case bool():
            yield from (("inverted", not value), ("text", "true"), ("zero", 0))
        case str():
            yield from _texts(value, constants)
        case int() | float():
            yield from _numbers(value, constants)
        case list():
            yield from _lists(value, constants)
        case dict():
            yield from (("empty", {}), ("empty list", []), ("text", "text"), ("number", 7))
        case None:
            yield from (
                ("text", "text"),
                ("empty", ""),
                ("empty list", []),
                ("true", True),
                ("map", {"x": 1}),
            )
            yield from ((f"other {number}", one) for number, one in enumerate(others[:3]) if one is not None)
    if isinstance(value, str | int | float):
        scalars = [one for one in others if isinstance(one, str | int | float) and one != value]
        yield from ((f"other {number}", one) for number, one in enumerate(scalars[:2]))


def _texts(value: str, constants: Constants) -> Iterator[tuple[str, object]]:
    yield from (
        ("empty", ""),
        ("number", 7),
        ("zero", 0),
        ("true", True),
        ("list", ["x", "y"]),
        ("empty list", []),
        ("empty map", {}),
        ("blank", "  "),
        ("spaces", f" {value}\t"),
        ("upper", value.upper()),
        ("lower", value.lower()),
        ("title", value.title()),
        ("longer", f"{value}x"),
        ("other", "x"),
        ("accents", f"{value} éß&=/%\"'"),
        ("far", f"{value} \U0001f469 ſ"),
        ("lines", f"{value}\nand; more, {value}"),
        ("many", ", ".join([value] * 3)),
        ("parts", " ".join([value] * 3)),
        ("first sign", value[:1]),
        ("without the first sign", value[1:]),
        ("without the last sign", value[:-1]),
    )
    rest = value.lstrip("+0 ") or "x"
    for edge in constants.edges[:6]:
        yield f"edge {edge}", f"{edge}{rest}"
        for sign in constants.signs[:12]:
            yield f"edge {sign}{edge}", f"{sign}{edge}{rest}"
            yield f"edge {edge}{sign}", f"{edge}{sign}{rest}{sign}"
    for length in constants.lengths:
        yield f"of length {length}", (value * length)[:length] if value else "x" * length
    if _DATE.match(value):
        yield from _times(value)
    if _NUMERAL.fullmatch(value):
        for other in ("0", "-1", "1e3", " 12 ", "1,5", "007", "1.005", "nan", f"{value}.5", f"-{value}"):
            yield f"numeral {other}", other
        if "." not in value:
            for around in (int(value) - 1, int(value) + 1):
                yield f"numeral {around}", str(around)
    for one in constants.keys[:40]:
        yield f"constant {one}", one
    for one in constants.texts[:80]:
        if one and one.lower() != value.lower() and (one.islower() == value.islower()) and len(one) < 40:
            yield f"constant {one}", one
            yield f"with {one}", f"{value}{one}"
            yield f"behind {one}", f"{one}{value}"


def _times(value: str) -> Iterator[tuple[str, object]]:
    """Other times, other ways of writing one."""
    day, rest = value[:10], value[10:]
    clock = re.sub(r"(Z|[+-]\d\d:?\d\d)$", "", rest) or "T00:00:00"
    for other in (
        day,
        f"{day}{clock}",
        f"{day}{clock}Z",
        f"{day}{clock}+02:00",
        f"{day}{clock}-11:30",
        f"{day}T23:59:59.999999Z",
        f"{day}T00:00:00",
        f"1999-12-31{rest}",
        f"2099-01-01{rest}",
        f"2024-02-29{rest}",
        f"2023-02-29{rest}",
        f"{day} 12:30",
        f"{day}{clock}.5Z",
    ):
        yield f"time {other}", other


def _numbers(value: int | float, constants: Constants) -> Iterator[tuple[str, object]]:
    yield from (
        ("zero", 0),
        ("one", 1),
        ("negative", -value if value else -1),
        ("text", str(value)),
        ("another text", "x"),
        ("empty text", ""),
        ("large", 2**53 + 1),
        ("half", value + 0.5),
        ("true", True),
        ("empty map", {}),
        ("empty list", []),
        ("one more", value + 1),
        ("one less", value - 1),
    )
    if isinstance(value, float):
        yield from (("a cent", value + 0.01), ("rounded", 0.125), ("up", 2.675), ("far", value * 1e15))
    for one in constants.numbers[:24]:
        for around in (one, one - 1, one + 1):
            yield f"constant {around}", around


def _lists(value: list[object], constants: Constants) -> Iterator[tuple[str, object]]:
    yield from (
        ("empty", []),
        ("one", value[:1]),
        ("twice", value + value),
        ("map", {"x": 1}),
        ("text", "xy"),
    )
    yield from (("empty map", {}), ("empty text", ""))
    yield from (("null within", [*value[:1], None, *value[1:]]), ("reversed", value[::-1]), ("zero", 0))
    if value:
        yield "the first again", [*value, value[0]]
        for length in constants.lengths:
            yield f"of length {length}", (value * length)[:length]
