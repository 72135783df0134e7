"""What the evaluator computes with: values known now, expressions known when the flow runs, and heap addresses.

Values are immutable; everything that a script can change (lists, maps, instances, name spaces) lies in the heap and is
referred to by its address, so that aliases stay aliases.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from extractors.ir import ClassDef, FunctionDef, FunctionExpr
from migrate.model import Expression, SourceSpan


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A scalar that the source fixes."""

    value: bool | int | float | str | bytes | complex | None

    def __eq__(self, other: object) -> bool:
        """Equal where type and value agree: 1, 1.0 and True are three values."""
        return isinstance(other, Known) and (type(self.value), repr(self.value)) == (
            type(other.value),
            repr(other.value),
        )

    def __hash__(self) -> int:
        return hash((type(self.value), repr(self.value)))


@dataclass(frozen=True, slots=True)
class Place:
    """A part of an object that is known at run time only: the object's address, and the keys that lead to the part.

    At the keys whose numbers are in `optional` there may be nothing; the part is None then.
    """

    address: int
    keys: tuple[Expression, ...] = ()
    optional: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Symbolic:
    """A value that is an expression over what is known when the flow runs.

    With a place it is that part of an object which the script changes: wherever the part is held, a change shows.
    """

    expression: Expression
    place: Place | None = None

    def __eq__(self, other: object) -> bool:
        """The same part of one object; without places, equal expressions."""
        if not isinstance(other, Symbolic):
            return False
        if self.place is not None or other.place is not None:
            return self.place == other.place
        return self.expression == other.expression

    def __hash__(self) -> int:
        return hash(self.expression if self.place is None else self.place)


@dataclass(frozen=True, slots=True)
class Pointer:
    """The address of an object in the heap."""

    address: int


@dataclass(frozen=True, slots=True)
class TupleValue:
    """A tuple, or the items of any fixed sequence."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the script with the name space that it closes over, and the instance it is bound to."""

    definition: FunctionDef | FunctionExpr
    closure: int
    defaults: tuple[tuple[str, Value], ...] = ()
    bound: Value | None = None
    binding: str = "instance"
    """What it is bound to as an attribute of a class: the `instance`, the `class`, `none`, or run as a `property`,
    `once` an instance where it is one that keeps its value."""
    setter: FunctionValue | None = None
    """Of a property, what an assignment calls."""
    wrapped: Unknown | None = None
    """Why a call does not only run the function: a decorator that is not known stands in between."""


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the script; its attributes lie in the heap."""

    definition: ClassDef
    attributes: int
    bases: tuple[Value, ...]
    record: Literal["", "dataclass", "namedtuple", "model", "enum"] = ""
    """What makes its objects instead of an `__init__` of its own."""


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the script's project by its dotted name; its names lie in the heap."""

    name: str
    names: int


@dataclass(frozen=True, slots=True)
class External:
    """Something of a library or of the language, by its qualified name (`requests.get`, `builtins.len`)."""

    name: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the language's own types, or of a library's object, bound to its receiver."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class GeneratorValue:
    """A call of a generator function that has not started; it runs where it is iterated."""

    function: FunctionValue
    frame: int


@dataclass(frozen=True, slots=True)
class CoroutineValue:
    """A call of an asynchronous function that has not started; it runs where it is awaited."""

    function: FunctionValue
    frame: int


@dataclass(frozen=True, slots=True)
class ViewValue:
    """`keys()`, `values()` or `items()` of a map: what it gives depends on the map as it is when it is asked."""

    of: Pointer
    sort: Literal["keys", "values", "items"]


@dataclass(frozen=True, slots=True)
class CollectionValue:
    """What gives items and is no list: a range, a set, a tuple or a view whose items are known at run time only.

    The items are a list or a tuple as a value; those of a set stand in the order in which they came into it, which is
    not the order in which Python gives them.
    """

    items: Value
    sort: Literal["range", "set", "tuple", "keys", "values", "items"]


@dataclass(frozen=True, slots=True)
class EitherValue:
    """One of two values that are no data (functions, classes, instances), depending on a condition."""

    test: Expression
    then: Value
    otherwise: Value


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that cannot be determined, and why; `text` where it is certain to be a text.

    `made_of` is what the script makes it of, as far as that is known.
    """

    code: str
    reason: str
    span: SourceSpan | None = None
    text: bool = field(default=False, compare=False)
    made_of: tuple[Expression, ...] = field(default=(), compare=False)


Value = (
    Known
    | Symbolic
    | Pointer
    | TupleValue
    | FunctionValue
    | ClassValue
    | ModuleValue
    | External
    | Method
    | GeneratorValue
    | CoroutineValue
    | Unknown
    | ViewValue
    | CollectionValue
    | EitherValue
)

NONE = Known(None)
TRUE = Known(True)
FALSE = Known(False)


# --- heap objects ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frame:
    """A name space: of a module, a function call, or a class body; and the one around it."""

    names: dict[str, Value]
    outer: int | None = None


@dataclass(frozen=True, slots=True)
class ListObject:
    """A list whose length is known."""

    items: tuple[Value, ...]
    sort: Literal["list", "set"] = "list"


@dataclass(frozen=True, slots=True)
class MapItem:
    """A key of a map; with `when`, the key is there only where that is true. The span is where it was set."""

    key: Known
    value: Value
    when: Expression | None = None
    span: SourceSpan | None = field(default=None, compare=False)

    def viewed(self, view: str) -> Value:
        """What a view of the map (`keys`, `values`, else items) gives for it."""
        match view:
            case "keys":
                return self.key
            case "values":
                return self.value
            case _:
                return TupleValue((self.key, self.value))


@dataclass(frozen=True, slots=True)
class MapObject:
    """A map whose possible keys are known, in insertion order; `table` is the name it was first assigned to."""

    items: tuple[MapItem, ...]
    table: str = ""

    def find(self, key: Known) -> MapItem | None:
        """The item of a key; keys are equal as in Python (1, 1.0 and True are one key)."""
        for item in self.items:
            if item.key.value == key.value:
                return item
        return None


@dataclass(frozen=True, slots=True)
class DataObject:
    """A list or map of which only an expression is known (it was filled in a loop, say); `any`: one of the two.

    The expression of a `set` is a map with its members as keys.
    """

    expression: Expression
    sort: Literal["list", "map", "any", "set"]


@dataclass(frozen=True, slots=True)
class GrownList:
    """A list that was filled at run time, the object `first`, and what was appended to it since, still as objects.

    Whoever asks for the object gets the list as data; from then on the objects in it may not change (`State.get`).
    """

    first: Pointer
    items: tuple[Value, ...]


DATA = "(data)"
"""The attribute of a library's object that stands for data: what it holds."""


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the script or of a library, with its attributes."""

    of: Value
    attributes: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Ruined:
    """An object that code not understood may have changed."""

    unknown: Unknown


HeapObject = Frame | ListObject | MapObject | DataObject | GrownList | Instance | Ruined

__all__ = [
    "FALSE",
    "NONE",
    "TRUE",
    "ClassValue",
    "CollectionValue",
    "CoroutineValue",
    "DataObject",
    "EitherValue",
    "External",
    "Frame",
    "FunctionValue",
    "GeneratorValue",
    "GrownList",
    "HeapObject",
    "Instance",
    "Known",
    "ListObject",
    "MapItem",
    "MapObject",
    "Method",
    "ModuleValue",
    "Place",
    "Pointer",
    "Ruined",
    "Symbolic",
    "TupleValue",
    "Unknown",
    "Value",
    "ViewValue",
]
