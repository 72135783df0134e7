"""What is known of a value that is sent or received: its types, its fields, what stands in its lists.

Nothing is guessed: types that are not known are None, and what is said of fields holds where the value is a map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from migrate.model import Scalar

Type = Literal["null", "boolean", "integer", "number", "string", "array", "object"]
"""The types of JSON Schema; an `integer` is no `number` here."""
Presence = Literal["always", "sometimes"]
MOST_CONSTANTS = 10


@dataclass(frozen=True)
class Field:
    """A field of a map; `presence` is None where it is not known whether it is always there."""

    shape: Shape
    presence: Presence | None = None


@dataclass(frozen=True)
class Shape:
    """What is known of a value.

    `types` None: not known; none at all: no value was met. `items` is what any item of a list is, `values` what any
    value of a map is whose keys are data. `closed`: a map has no other fields than these. `constants` are those of
    code, the first ten. `secret` is the name of the credential that it is.
    """

    types: frozenset[Type] | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    items: Shape | None = None
    values: Shape | None = None
    closed: bool = False
    format: str = ""
    constants: tuple[Scalar, ...] = ()
    secret: str = ""

    @property
    def says_nothing(self) -> bool:
        """True where nothing at all is known."""
        return self == UNKNOWN

    def may_be(self, type_: Type) -> bool:
        """False if the value is known to be something else."""
        return self.types is None or type_ in self.types

    def is_only(self, type_: Type) -> bool:
        """True if the value is known to be of the type."""
        return self.types is not None and set(self.types) == {type_}


UNKNOWN = Shape()
NONE_MET = Shape(types=frozenset())
"""What is known where there was no value to look at."""


def either(one: Shape, other: Shape) -> Shape:
    """What is known of a value that is one or the other."""
    if one == other or other == NONE_MET:
        return one
    if one == NONE_MET:
        return other
    types = None if one.types is None or other.types is None else one.types | other.types
    maps = [shape for shape in (one, other) if shape.may_be("object")]
    texts = [shape for shape in (one, other) if shape.may_be("string")]
    formats = {shape.format for shape in texts}
    return Shape(
        types=types,
        fields=_joined(one, other),
        items=_either_known([shape.items for shape in (one, other) if shape.may_be("array")]),
        values=_either_known([shape.values for shape in (one, other) if shape.may_be("object")]),
        closed=bool(maps) and all(shape.closed for shape in maps),
        format=formats.pop() if len(formats) == 1 else "",
        constants=_constants(one, other),
        secret=one.secret or other.secret,
    )


def _joined(one: Shape, other: Shape) -> dict[str, Field]:
    """The fields of both; one that only one of two maps has is not always there."""
    if not one.may_be("object") or not other.may_be("object"):
        return dict(one.fields) if one.may_be("object") else dict(other.fields)
    found: dict[str, Field] = {}
    for name in (*one.fields, *(name for name in other.fields if name not in one.fields)):
        a, b = one.fields.get(name), other.fields.get(name)
        if a is not None and b is not None:
            found[name] = Field(either(a.shape, b.shape), _presence(a.presence, b.presence))
        else:
            only, lacking = (a, other) if a is not None else (b, one)
            assert only is not None
            known = lacking.closed or only.presence == "sometimes"
            shape = only.shape if lacking.closed else loosened(only.shape)
            found[name] = Field(shape, "sometimes" if known else None)
    return found


def loosened(shape: Shape) -> Shape:
    """What remains to be said of a value where another one may stand in its place: the names of fields alone."""
    return replace(
        shape,
        types=None,
        fields={name: Field(loosened(one.shape)) for name, one in shape.fields.items()},
        items=None if shape.items is None else loosened(shape.items),
        values=None if shape.values is None else loosened(shape.values),
        closed=False,
        format="",
    )


def _presence(one: Presence | None, other: Presence | None) -> Presence | None:
    return "sometimes" if "sometimes" in (one, other) else one if one == other else None


def _either_known(shapes: list[Shape | None]) -> Shape | None:
    """One of several, of some of which nothing may be known."""
    known = [shape for shape in shapes if shape is not None]
    if not known:
        return None
    first, *rest = known
    for shape in rest:
        first = either(first, shape)
    return first if len(known) == len(shapes) else loosened(first)


def _constants(one: Shape, other: Shape) -> tuple[Scalar, ...]:
    found: dict[tuple[str, str], Scalar] = {}
    for value in (*one.constants, *other.constants):
        found.setdefault((type(value).__name__, repr(value)), value)
    return tuple(found.values())[:MOST_CONSTANTS]


def confirmed(code: Shape, seen: Shape) -> Shape:
    """What code and traffic say together: the types of both, and a field is always there where none denies it."""
    if seen == NONE_MET or seen.says_nothing:
        return code
    fields = {
        name: _confirmed_field(code.fields.get(name), seen.fields.get(name), seen)
        for name in (*code.fields, *(name for name in seen.fields if name not in code.fields))
    }
    return Shape(
        types=seen.types if code.types is None or seen.types is None else code.types | seen.types,
        fields=fields,
        items=_confirmed_part(code.items, seen.items),
        values=_confirmed_part(code.values, seen.values),
        closed=code.closed and set(seen.fields) <= set(code.fields) and seen.values is None,
        format=seen.format if not code.constants else "",
        constants=code.constants,
        secret=code.secret,
    )


def _confirmed_part(code: Shape | None, seen: Shape | None) -> Shape | None:
    return confirmed(code, seen) if code is not None and seen is not None else code or seen


def _confirmed_field(code: Field | None, seen: Field | None, around: Shape) -> Field:
    if code is None:
        assert seen is not None
        return seen
    if seen is None:
        met = around.types is not None and "object" in around.types
        return Field(code.shape, "sometimes" if met else code.presence)
    presence = seen.presence if code.presence is None else _presence(code.presence, seen.presence)
    return Field(confirmed(code.shape, seen.shape), presence)
