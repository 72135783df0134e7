"""The abstract heap: objects by address, copied on fork, merged where two ways of a branch meet."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from extractors.evaluator import places
from extractors.evaluator.paths import holds, with_part
from extractors.evaluator.values import (
    DATA,
    TRUE,
    DataObject,
    EitherValue,
    External,
    Frame,
    GrownList,
    HeapObject,
    Instance,
    Known,
    ListObject,
    MapObject,
    Place,
    Pointer,
    Ruined,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import (
    Call,
    Choice,
    Constant,
    Entry,
    Expression,
    RecordExpression,
    Reference,
    SequenceExpression,
    Unmapped,
)

Cell = tuple[int, str]
"""A place that can hold another value: a name of a frame, an attribute of an instance, a key of a map, whether that key
is there (`THERE` before it), or a whole object (name "")."""
THERE = "(there) "


class NotData(Exception):
    """A value that is no data (a function, a session) stands where data is needed."""


@dataclass(slots=True)
class State:
    """The heap at one point of the evaluation. Objects are never changed: a changed object replaces the old one."""

    heap: dict[int, HeapObject]
    next_address: int = 0
    frozen: frozenset[int] = frozenset()
    """Objects of which a copy was taken as an expression: if one of them changed, the copy would be wrong."""
    frozen_parts: frozenset[Place] = frozenset()
    """Parts of objects of which a copy was taken so."""
    repeated: set[Expression] = field(default_factory=set, compare=False)
    """The expressions of objects of which more than one copy was taken; one set for all states of a script."""
    facts: tuple[Expression, ...] = ()
    """Conditions that hold on every way that leads here, because the others have ended."""
    roots: dict[Reference, int] = field(default_factory=dict)
    """The answers and items that have become objects of the heap, because the script changes them, by address."""
    open_objects: list[int] = field(default_factory=list, compare=False)
    """The objects whose contents are being turned into an expression, from the outside in."""

    newest: dict[int, tuple[HeapObject, int]] = field(default_factory=dict, compare=False)
    """The youngest object that each object leads to, as found so far, with the object; one map for all states."""

    def fork(self) -> State:
        """A copy that can go its own way."""
        made = State(dict(self.heap), self.next_address, self.frozen, self.frozen_parts, self.repeated)
        made.facts, made.roots, made.newest = self.facts, dict(self.roots), self.newest
        return made

    def adopt(self, root: Reference, address: int) -> None:
        """Makes an object of an answer or item that the script changes."""
        if root not in self.roots:
            self.roots[root] = address
            places.adopt(self.heap, root, address)

    def change_part(
        self, place: Place, changed: Expression, gone: places.Replaced, *, settled: bool = False
    ) -> places.Change:
        """Changes a part of an object in place: whatever holds it, or what it lies in, sees the change.

        `settled`: what else may hold the part is unknown already, but for what gives it when it is asked. Returns what
        the change does to a value, for values that are not in the heap.
        """
        found = self.heap[place.address]
        if not isinstance(found, DataObject):
            return lambda value: value  # what it holds is not known anyway
        whole = with_part(found.expression, place.keys, changed)
        root = next((root for root, address in self.roots.items() if address == place.address), None)

        def change(value: Symbolic) -> Value:
            if settled and value.place is None and places.is_new_list(value.expression):
                return value
            return places.after_change(value, place, whole, root, gone)

        places.sweep(self.heap, change)
        lost = [
            address
            for address, other in self.heap.items()
            if not settled
            and address != place.address
            and places.object_after_change(other, root, place.keys) is not other
        ]
        self.ruin(lost)
        self.heap[place.address] = DataObject(whole, found.sort)
        return lambda value: change(value) if value.place is None else self._changed(value, change, lost)

    def _changed(self, value: Symbolic, change: places.Change, lost: list[int]) -> Value:
        """A part of an object after a change, which may have made the object one that is not known."""
        seen = places.refreshed(value, self.heap, lost)
        return change(seen) if isinstance(seen, Symbolic) else seen

    def ruin(self, addresses: Iterable[int]) -> None:
        """Lets objects be unknown, and what is held of them."""
        lost = tuple(addresses)
        for address in lost:
            self.heap[address] = Ruined(places.UNSURE)
        places.refresh(self.heap, lost)

    def freeze(self, value: Value, *, again: bool = True) -> None:
        """Marks the objects in a value: a copy of them stands in an expression from here on.

        `again` is false where one of which a copy was taken before is not held twice by that.
        """
        match value:
            case TupleValue(items=items):
                inner: tuple[Value, ...] = items
            case EitherValue(then=then, otherwise=otherwise):
                inner = (then, otherwise)
            case Symbolic(place=Place() as place):
                self.frozen_parts |= {place}
                return
            case Pointer(address=address):
                if address not in self.frozen:
                    self.frozen |= {address}
                    self.freeze_contents(value, again=again)
                elif again:
                    self._repeat(value)
                return
            case _:
                inner = ()
        for one in inner:
            self.freeze(one, again=again)

    def has_copies(self, address: int) -> bool:
        """True if a copy was taken of an object or of a part of it."""
        return address in self.frozen or any(part.address == address for part in self.frozen_parts)

    def freeze_as(self, other: State) -> None:
        """Takes over of which objects copies were taken on another way."""
        self.frozen |= other.frozen & self.heap.keys()
        self.frozen_parts |= {part for part in other.frozen_parts if part.address in self.heap}

    def is_adopted(self, value: Symbolic) -> bool:
        """True if the value is an answer or item that became an object, or a part of one."""
        return value.place is not None and value.place.address in self.roots.values()

    def is_frozen(self, place: Place) -> bool:
        """True if a copy was taken of the part at the place, or of one in which it lies."""
        parts = (part for part in self.frozen_parts if part.address == place.address)
        return place.address in self.frozen or any(holds(p.keys, place.keys) != "different" for p in parts)

    def _repeat(self, value: Pointer) -> None:
        """A second copy of an object goes into an expression."""
        try:
            self.repeated |= {self.data(value)}
        except NotData:
            return

    def freeze_contents(self, value: Value, *, again: bool = True) -> None:
        """Marks the objects inside an object, not itself; `again` as in `freeze`."""
        match self.heap.get(value.address) if isinstance(value, Pointer) else value:
            case ListObject(items=items) | TupleValue(items=items) | GrownList(items=items):
                inner: tuple[Value, ...] = items
            case MapObject(items=entries):
                inner = tuple(entry.value for entry in entries)
            case _:
                inner = ()
        for one in inner:
            self.freeze(one, again=again)

    def allocate(self, made: HeapObject) -> Pointer:
        """Puts a new object into the heap."""
        address = self.next_address
        self.next_address += 1
        self.heap[address] = made
        return Pointer(address)

    def get(self, pointer: Pointer | int) -> HeapObject:
        """The object at an address; a list that has grown becomes data, which a change of its items would not reach."""
        address = pointer if isinstance(pointer, int) else pointer.address
        found = self.heap[address]
        if isinstance(found, GrownList):
            self.freeze_contents(Pointer(address))
            self.heap[address] = found = DataObject(self.object_data(found), "list")
        return found

    def peek(self, pointer: Pointer | int) -> HeapObject:
        """The object at an address, as it is."""
        return self.heap[pointer if isinstance(pointer, int) else pointer.address]

    def set(self, pointer: Pointer | int, made: HeapObject) -> None:
        """Replaces the object at an address."""
        self.heap[pointer if isinstance(pointer, int) else pointer.address] = made

    def data(self, value: Value) -> Expression:
        """The value as an expression, as it is now (later changes of the objects in it do not show)."""
        match value:
            case Known(value=float() as number) if not math.isfinite(number):
                raise NotData("not-a-number and infinity have no form in a model")
            case Known(value=str() as text) if not _is_unicode(text):
                raise NotData("half of a surrogate pair has no form in a model")
            case Known(value=None | bool() | int() | float() | str() as scalar):
                return Constant(value=scalar)
            case Symbolic(expression=expression):
                return expression
            case TupleValue(items=items):
                return Call(function="python.tuple", arguments=tuple(self.data(item) for item in items))
            case Unknown(code=code, reason=reason, span=span, made_of=made_of):
                return Unmapped(code=code, reason=reason, span=span, made_of=made_of)
            case EitherValue(test=test, then=then, otherwise=other):
                return choice(test, self.data(then), self.data(other))
            case Pointer(address=address):
                if address in self.open_objects:
                    raise NotData("an object contains itself")
                self.open_objects.append(address)
                try:
                    return self.object_data(self.peek(value))
                finally:
                    self.open_objects.pop()
            case _:
                raise NotData(f"{type(value).__name__} is no data")

    def data_in_part(
        self, value: Value, unclear: Expression, around: frozenset[int] = frozenset()
    ) -> Expression:
        """The value as an expression, with `unclear` in the place of each part that is no data."""
        try:
            return self.data(value)
        except NotData:
            if not isinstance(value, Pointer) or value.address in around:
                return unclear
        around |= {value.address}
        match self.peek(value):
            case ListObject(items=items, sort="list"):
                return SequenceExpression(
                    items=tuple(self.data_in_part(one, unclear, around) for one in items)
                )
            case MapObject(items=entries) if all(isinstance(one.key.value, str) for one in entries):
                return RecordExpression(
                    entries=tuple(
                        Entry(
                            key=str(one.key.value),
                            value=self.data_in_part(one.value, unclear, around),
                            when=one.when,
                            span=one.span,
                        )
                        for one in entries
                    )
                )
            case _:
                return unclear

    def object_data(self, found: HeapObject) -> Expression:
        """What an object holds, as an expression."""
        match found:
            case ListObject(items=items, sort="list"):
                return SequenceExpression(items=tuple(self.data(item) for item in items))
            case MapObject(items=map_items):
                entries = []
                for item in map_items:
                    if not isinstance(item.key.value, str):
                        raise NotData("a map has a key that is no text")
                    entries.append(
                        Entry(key=item.key.value, value=self.data(item.value), when=item.when, span=item.span)
                    )
                return RecordExpression(entries=tuple(entries))
            case DataObject(expression=expression, sort="list" | "map" | "any"):
                return expression
            case GrownList(first=first, items=items):
                more = SequenceExpression(items=tuple(self.data(item) for item in items))
                return Call(function="python.add", arguments=(self.data(first), more))
            case Ruined(unknown=Unknown(code=code, reason=reason, span=span)):
                return Unmapped(code=code, reason=reason, span=span)
            case Instance(of=External(name="builtins.Exception")):
                return Call(function="python.error", arguments=())
            case Instance(of=External(), attributes=attributes) if DATA in attributes:
                return self.data(attributes[DATA])
            case Instance(of=External(name=name)):
                raise NotData(f"{name} is no data")
            case _:
                raise NotData(f"{type(found).__name__} is no data")

    def members(self, value: Value | None) -> Expression | None:
        """A set as a map with its members as keys; None for anything else, and where a member is no data."""
        found = self.heap.get(value.address) if isinstance(value, Pointer) else None
        return None if found is None else members_of(found)

    def differs_from(self, other: State) -> bool:
        """True if something that both know is not the same in both."""
        if self.roots != other.roots:
            return True
        for address, found in self.heap.items():
            seen = other.heap.get(address)
            if seen is not None and seen is not found and seen != found:
                return True
        return False

    def changed_cells(self, before: State) -> Iterator[Cell]:
        """The cells of objects that were there before and now hold something else."""
        for address, old in before.heap.items():
            new = self.heap[address]
            if new is old or new == old:
                continue
            names, new_names = _parts(old), _parts(new)
            if (
                names is None
                or new_names is None
                or (isinstance(old, MapObject) and _keys(old) != _keys(new))
            ):
                yield (address, "")
                continue
            for name in sorted({**names, **new_names}):
                if names.get(name) != new_names.get(name):
                    yield (address, name)

    def read(self, cell: Cell) -> Value | None:
        """What a cell holds; None where it holds nothing yet."""
        address, name = cell
        if not name:
            return Pointer(address)
        parts = _parts(self.heap[address]) or {}
        always = name.startswith(THERE) and name.removeprefix(THERE) in parts
        return parts.get(name, TRUE if always else None)

    def write(self, cell: Cell, value: Value) -> None:
        """Puts a value into a cell that is not a whole object; a key of a map is there already."""
        address, name = cell
        match self.heap[address]:
            case Frame(names=names, outer=outer):
                self.heap[address] = Frame({**names, name: value}, outer)
            case Instance(of=of, attributes=attributes):
                self.heap[address] = Instance(of, {**attributes, name: value})
            case MapObject(items=items, table=table):
                key, there = Known(name.removeprefix(THERE)), name.startswith(THERE)
                what = {"when": None if value == TRUE else self.data(value)} if there else {"value": value}
                made = (replace(one, **what) if one.key == key else one for one in items)
                self.heap[address] = MapObject(tuple(made), table)


def _parts(found: HeapObject) -> dict[str, Value] | None:
    """What an object holds by name: as `names_of`, and the entries of a map whose keys are all known texts."""
    if not isinstance(found, MapObject):
        return names_of(found)
    parts: dict[str, Value] = {}
    for one in found.items:
        key = one.key.value
        if not isinstance(key, str) or not key or key.startswith(THERE):
            return None
        parts[key] = one.value
        if one.when is not None:
            there = one.when
            parts[THERE + key] = Known(there.value) if isinstance(there, Constant) else Symbolic(there)
    return parts


def _keys(found: HeapObject) -> list[Known] | None:
    return [one.key for one in found.items] if isinstance(found, MapObject) else None


def members_of(found: HeapObject) -> Expression | None:
    """A set as a map with its members as keys; None for anything else, and where a member is not known."""
    match found:
        case DataObject(expression=expression, sort="set"):
            return expression
        case ListObject(items=items, sort="set"):
            made: Expression = RecordExpression(entries=())
            for item in items:
                if not isinstance(item, Known) or isinstance(item.value, (bytes, complex)):
                    return None
                made = Call(
                    function="python.with_item",
                    arguments=(made, Constant(value=item.value), Constant(value=True)),
                )
            return made
        case _:
            return None


def names_of(found: HeapObject) -> dict[str, Value] | None:
    """The names of a name space, or the attributes of an instance; None for other objects."""
    match found:
        case Frame(names=names) | Instance(attributes=names):
            return names
        case _:
            return None


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def choice(test: Expression, then: Expression, otherwise: Expression) -> Expression:
    """A choice in its simplest form."""
    yes, no = Constant(value=True), Constant(value=False)
    if test == yes or then == otherwise:
        return then
    if test == no:
        return otherwise
    if (then, otherwise) == (yes, no):
        return test
    if (then, otherwise) == (no, yes):
        return negation(test)
    if isinstance(otherwise, Choice) and otherwise.then == then and implies(test, otherwise.test):
        return otherwise
    return Choice(test=test, then=then, otherwise=otherwise)


def implies(condition: Expression, other: Expression) -> bool:
    """True if a number that is at most one bound is at most the other."""
    match condition, other:
        case (
            Call(function="python.less_or_equal", arguments=(of, Constant(value=int() as bound))),
            Call(function="python.less_or_equal", arguments=(same, Constant(value=int() as higher))),
        ):
            return of == same and bound <= higher
        case _:
            return False


def negation(test: Expression) -> Expression:
    """The other truth value of a boolean expression."""
    match test:
        case Constant(value=bool() as value):
            return Constant(value=not value)
        case Call(function="not", arguments=(inner,)):
            return inner
        case _:
            return Call(function="not", arguments=(test,))


def both(left: Expression, right: Expression | None) -> Expression:
    """True where both are true; the right one is not evaluated where the left one is false."""
    if right is None or right == Constant(value=True):
        return left
    return choice(left, right, Constant(value=False))


def either(left: Expression, right: Expression) -> Expression:
    """True where one of the two is true; the right one is not evaluated where the left one is."""
    return choice(left, Constant(value=True), right)
