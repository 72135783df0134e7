"""The abstract heap: objects by address, copied on fork, merged where two ways of a branch meet."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractors.evaluator.values import (
    ClassValue,
    DataObject,
    EitherValue,
    External,
    Frame,
    FunctionValue,
    HeapObject,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
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
    SequenceExpression,
    Unmapped,
)

Cell = tuple[int, str]
"""A place that can hold another value: a name of a frame, an attribute of an instance, or a whole object (name "")."""


class NotData(Exception):
    """A value that is no data (a function, a session) stands where data is needed."""


@dataclass(slots=True)
class State:
    """The heap at one point of the evaluation. Objects are never changed: a changed object replaces the old one."""

    heap: dict[int, HeapObject]
    next_address: int = 0
    frozen: frozenset[int] = frozenset()
    """Objects of which a copy was taken as an expression: if one of them changed, the copy would be wrong."""
    facts: tuple[Expression, ...] = ()
    """Conditions that hold on every way that leads here, because the others have ended."""
    open_objects: list[int] = field(default_factory=list, compare=False)
    """The objects whose contents are being turned into an expression, from the outside in."""

    def fork(self) -> State:
        """A copy that can go its own way."""
        return State(dict(self.heap), self.next_address, self.frozen, self.facts)

    def freeze(self, value: Value) -> None:
        """Marks the objects in a value: a copy of them stands in an expression from here on."""
        match value:
            case TupleValue(items=items):
                inner: tuple[Value, ...] = items
            case Pointer(address=address) if address not in self.frozen:
                self.frozen |= {address}
                self.freeze_contents(value)
                return
            case _:
                inner = ()
        for one in inner:
            self.freeze(one)

    def freeze_contents(self, value: Value) -> None:
        """Marks the objects inside an object, not itself."""
        match self.heap.get(value.address) if isinstance(value, Pointer) else value:
            case ListObject(items=items) | TupleValue(items=items):
                inner: tuple[Value, ...] = items
            case MapObject(items=entries):
                inner = tuple(entry.value for entry in entries)
            case _:
                inner = ()
        for one in inner:
            self.freeze(one)

    def allocate(self, made: HeapObject) -> Pointer:
        """Puts a new object into the heap."""
        address = self.next_address
        self.next_address += 1
        self.heap[address] = made
        return Pointer(address)

    def get(self, pointer: Pointer | int) -> HeapObject:
        """The object at an address."""
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
            case Unknown(code=code, reason=reason, span=span):
                return Unmapped(code=code, reason=reason, span=span)
            case Pointer(address=address):
                if address in self.open_objects:
                    raise NotData("an object contains itself")
                self.open_objects.append(address)
                try:
                    return self._object_data(self.get(value))
                finally:
                    self.open_objects.pop()
            case _:
                raise NotData(f"{type(value).__name__} is no data")

    def _object_data(self, found: HeapObject) -> Expression:
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
            case DataObject(expression=expression):
                return expression
            case Ruined(unknown=Unknown(code=code, reason=reason, span=span)):
                return Unmapped(code=code, reason=reason, span=span)
            case _:
                raise NotData(f"{type(found).__name__} is no data")

    def changed_cells(self, before: State) -> Iterator[Cell]:
        """The cells of objects that were there before and now hold something else."""
        for address, old in before.heap.items():
            new = self.heap[address]
            if new is old or new == old:
                continue
            names = _names(old)
            if names is None or _names(new) is None:
                yield (address, "")
                continue
            new_names = _names(new) or {}
            for name in sorted({**names, **new_names}):
                if names.get(name) != new_names.get(name):
                    yield (address, name)

    def read(self, cell: Cell) -> Value | None:
        """What a cell holds; None where it holds nothing yet."""
        address, name = cell
        if not name:
            return Pointer(address)
        return (_names(self.heap[address]) or {}).get(name)

    def write(self, cell: Cell, value: Value) -> None:
        """Puts a value into a cell that is a name of a frame or an attribute of an instance."""
        address, name = cell
        match self.heap[address]:
            case Frame(names=names, outer=outer):
                self.heap[address] = Frame({**names, name: value}, outer)
            case Instance(of=of, attributes=attributes):
                self.heap[address] = Instance(of, {**attributes, name: value})


def _names(found: HeapObject) -> dict[str, Value] | None:
    match found:
        case Frame(names=names) | Instance(attributes=names):
            return names
        case _:
            return None


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def merge(test: Expression, then: State, otherwise: State) -> State:
    """The state where two ways meet: what differs becomes a choice by the test."""
    heap: dict[int, HeapObject] = {}
    for address in sorted({*then.heap, *otherwise.heap}):
        left, right = then.heap.get(address), otherwise.heap.get(address)
        if left is None or right is None:
            heap[address] = left or right  # type: ignore[assignment]  # one of the two is there
        elif left is right or left == right:
            heap[address] = left
        else:
            heap[address] = _merge_objects(test, left, right, then, otherwise)
    merged = State(heap, max(then.next_address, otherwise.next_address))
    merged.frozen = then.frozen | otherwise.frozen
    merged.facts = tuple(fact for fact in then.facts if fact in otherwise.facts)
    return merged


def agreement(states: Sequence[State], unsure: Unknown) -> State:
    """What all states have in common: a name, or an object, that differs between them is not known."""
    first, *others = states
    heap = dict(first.heap)
    for other in others:
        for address, found in other.heap.items():
            known = heap.get(address)
            if known is None:
                heap[address] = found
            elif known is not found and known != found:
                heap[address] = _agreed(known, found, unsure)
    agreed = State(heap, max(state.next_address for state in states))
    agreed.frozen = frozenset().union(*(state.frozen for state in states))
    return agreed


def _agreed(one: HeapObject, two: HeapObject, unsure: Unknown) -> HeapObject:
    names, others = _names(one), _names(two)
    if names is None or others is None or type(one) is not type(two):
        return one if isinstance(one, Ruined) else Ruined(unsure)
    common = {
        name: names[name] if names.get(name) == others.get(name) else unsure for name in {**names, **others}
    }
    return replace(one, **{"names" if isinstance(one, Frame) else "attributes": common})  # type: ignore[arg-type]  # one of the two classes


def _merge_objects(
    test: Expression, left: HeapObject, right: HeapObject, then: State, otherwise: State
) -> HeapObject:
    match left, right:
        case Frame(names=one, outer=outer), Frame(names=two):
            return Frame(_merge_names(test, one, two, then, otherwise), outer)
        case Instance(of=of, attributes=one), Instance(attributes=two):
            return Instance(of, _merge_names(test, one, two, then, otherwise))
        case MapObject(), MapObject() if _same_order(left, right):
            return _merge_maps(test, left, right, then, otherwise)
        case ListObject(items=a), ListObject(items=b) if len(a) == len(b):
            return ListObject(
                tuple(merge_values(test, x, y, then, otherwise) for x, y in zip(a, b, strict=True)), left.sort
            )
        case Ruined(), _:
            return left
        case _, Ruined():
            return right
        case _:
            sort = (
                "map"
                if isinstance(left, MapObject) or (isinstance(left, DataObject) and left.sort == "map")
                else "list"
            )
            _freeze_inside(then, left)
            _freeze_inside(otherwise, right)
            try:
                one_data, two_data = then._object_data(left), otherwise._object_data(right)
            except NotData as problem:
                return Ruined(Unknown("HS103", str(problem)))
            return DataObject(Choice(test=test, then=one_data, otherwise=two_data), sort)  # type: ignore[arg-type]  # two names


def _freeze_inside(state: State, found: HeapObject) -> None:
    match found:
        case ListObject(items=items):
            for one in items:
                state.freeze(one)
        case MapObject(items=entries):
            for entry in entries:
                state.freeze(entry.value)


def _merge_names(
    test: Expression, one: dict[str, Value], two: dict[str, Value], then: State, otherwise: State
) -> dict[str, Value]:
    absent = Unknown("HS103", "not assigned on one of the ways that lead here")
    return {
        name: merge_values(test, one.get(name, absent), two.get(name, absent), then, otherwise)
        for name in {**one, **two}
    }


def _same_order(left: MapObject, right: MapObject) -> bool:
    """True if the common keys stand in one order, and what only the right one has stands behind them."""
    common = [item.key.value for item in left.items if right.find(item.key) is not None]
    others = [item.key.value for item in right.items]
    return others[: len(common)] == common


def _merge_maps(
    test: Expression, left: MapObject, right: MapObject, then: State, otherwise: State
) -> MapObject:
    items: list[MapItem] = []
    for item in left.items:
        other = right.find(item.key)
        if other == item:
            items.append(item)
        elif other is None:
            items.append(MapItem(item.key, item.value, both(test, item.when), item.span))
        else:
            value = merge_values(test, item.value, other.value, then, otherwise)
            when = None
            if item.when is not None or other.when is not None:
                yes = Constant(value=True)
                when = choice(test, item.when or yes, other.when or yes)
            items.append(MapItem(item.key, value, when, item.span or other.span))
    for item in right.items:
        if left.find(item.key) is None:
            items.append(MapItem(item.key, item.value, both(negation(test), item.when), item.span))
    return MapObject(tuple(items), left.table)


def merge_values(test: Expression, left: Value, right: Value, then: State, otherwise: State) -> Value:
    """The value that is `left` where the test is true, else `right`."""
    if left == right:
        return left
    if isinstance(left, TupleValue) and isinstance(right, TupleValue) and len(left.items) == len(right.items):
        pairs = zip(left.items, right.items, strict=True)
        return TupleValue(tuple(merge_values(test, a, b, then, otherwise) for a, b in pairs))
    if isinstance(left, TupleValue) or isinstance(right, TupleValue):
        return Unknown("HS101", "a tuple and something else meet here, depending on a condition")
    try:
        one, two = then.data(left), otherwise.data(right)
    except NotData:
        if _is_one_object(left, then) and _is_one_object(right, otherwise):
            return EitherValue(test, left, right)
        return Unknown("HS103", "two different objects meet here, depending on a condition")
    then.freeze(left)
    otherwise.freeze(right)
    return Symbolic(choice(test, one, two))


def _is_one_object(value: Value, state: State) -> bool:
    """True for None, and for what is no data and is the same wherever it is referred to from."""
    match value:
        case Known(value=None) | FunctionValue() | ClassValue() | External():
            return True
        case EitherValue(then=one, otherwise=two):
            return _is_one_object(one, state) and _is_one_object(two, state)
        case Pointer():
            return isinstance(state.get(value), Instance)
        case _:
            return False


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
    return Choice(test=test, then=then, otherwise=otherwise)


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
