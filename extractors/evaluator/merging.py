"""Where ways meet: one state that is either of two, or what several have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractors.evaluator import places
from extractors.evaluator.liveness import is_unread
from extractors.evaluator.ownership import references, sort_of
from extractors.evaluator.state import NotData, State, both, choice, implies, members_of, names_of, negation
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
    Method,
    ModuleValue,
    Pointer,
    Ruined,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Call, Constant, Expression, Unmapped, children, walk

ABSENT = Unknown("HS103", "not assigned on one of the ways that lead here")
"""What a name holds, or an attribute, that is there on some ways only; to read it is an error on the others."""


def may_be_absent(value: Value) -> bool:
    """True for what a name or attribute holds that may be there on some ways only."""
    match value:
        case Unknown():
            return True
        case EitherValue(then=then, otherwise=otherwise):
            return may_be_absent(then) or may_be_absent(otherwise)
        case Symbolic(expression=expression):
            return any(isinstance(part, Unmapped) for part in walk(expression))
        case _:
            return False


@dataclass
class _Merge:
    """Two states where two ways meet, and the state that they become."""

    test: Expression
    then: State
    otherwise: State
    merged: State
    counts: list[tuple[Counter[int], Counter[int]]] = field(default_factory=list)

    def alone(self, left: Pointer, right: Pointer) -> bool:
        """True if each of the two objects is held once, so that nothing shows which of them goes on."""
        if not self.counts:
            self.counts.append((references(self.then.heap), references(self.otherwise.heap)))
        one, two = self.counts[0]
        frozen = self.then.has_copies(left.address) or self.otherwise.has_copies(right.address)
        return not frozen and one[left.address] == 1 == two[right.address]


def merge(test: Expression, then: State, otherwise: State) -> State:
    """The state where two ways meet: what differs becomes a choice by the test."""
    for root in {**then.roots, **otherwise.roots}:
        address = then.roots.get(root, otherwise.roots.get(root))
        assert address is not None
        then.adopt(root, address)
        otherwise.adopt(root, address)
    heap: dict[int, HeapObject] = {}
    merged = State(heap, max(then.next_address, otherwise.next_address), repeated=then.repeated)
    merged.roots = {**then.roots, **otherwise.roots}
    work = _Merge(test, then, otherwise, merged)
    for address in sorted({*then.heap, *otherwise.heap}):
        if (
            address in then.heap
            and address in otherwise.heap
            and then.peek(address) != otherwise.peek(address)
        ):
            for state in (then, otherwise):
                state.get(address)
        left, right = then.heap.get(address), otherwise.heap.get(address)
        if left is None or right is None:
            heap[address] = left or right  # type: ignore[assignment]  # one of the two is there
        elif left is right or left == right:
            heap[address] = left
        else:
            heap[address] = _merge_objects(work, left, right)
    merged.frozen |= then.frozen | otherwise.frozen
    merged.frozen_parts |= then.frozen_parts | otherwise.frozen_parts
    merged.facts = tuple(fact for fact in then.facts if fact in otherwise.facts)
    places.refresh(
        heap, [a for a, found in heap.items() if found is not then.heap.get(a) and _is_data(found)]
    )
    return merged


def _is_data(found: HeapObject) -> bool:
    return isinstance(found, (DataObject, Ruined))


def agreement(states: Sequence[State], unsure: Unknown) -> State:
    """What all states have in common: a name, or an object, that differs between them is not known."""
    roots = {root: address for state in states for root, address in state.roots.items()}
    for state in states:
        for root, address in roots.items():
            state.adopt(root, address)
    first, *others = states
    heap = dict(first.heap)
    for other in others:
        for address, found in other.heap.items():
            known = heap.get(address)
            if known is None:
                heap[address] = found
            elif known is not found and known != found:
                heap[address] = _agreed(known, found, unsure)
    agreed = State(heap, max(state.next_address for state in states), repeated=first.repeated)
    agreed.frozen = frozenset().union(*(state.frozen for state in states))
    agreed.frozen_parts = frozenset().union(*(state.frozen_parts for state in states))
    agreed.roots = roots
    agreed.facts = tuple(fact for fact in first.facts if all(fact in state.facts for state in states))
    places.refresh(
        heap, [a for a, found in heap.items() if found is not first.heap.get(a) and _is_data(found)]
    )
    return agreed


def _agreed(one: HeapObject, two: HeapObject, unsure: Unknown) -> HeapObject:
    names, others = names_of(one), names_of(two)
    if names is None or others is None or type(one) is not type(two):
        return one if isinstance(one, Ruined) else Ruined(unsure)
    common: dict[str, Value] = {}
    for name in {**names, **others}:
        held = [values[name] for values in (names, others) if name in values]
        lost = next((value for value in held if is_unread(value)), unsure)
        common[name] = held[0] if len(held) == 2 and held[0] == held[1] else lost
    return replace(one, **{"names" if isinstance(one, Frame) else "attributes": common})  # type: ignore[arg-type]  # one of the two classes


def _merge_objects(work: _Merge, left: HeapObject, right: HeapObject) -> HeapObject:
    test, then, otherwise = work.test, work.then, work.otherwise
    match left, right:
        case Frame(names=one, outer=outer), Frame(names=two):
            return Frame(_merge_names(work, one, two), outer)
        case Instance(of=of, attributes=one), Instance(attributes=two):
            return Instance(of, _merge_names(work, one, two))
        case MapObject(), MapObject() if _same_order(left, right):
            return _merge_maps(work, left, right)
        case _ if sort_of(left) == "set" == sort_of(right):
            members, others = members_of(left), members_of(right)
            if members is None or others is None:
                return Ruined(Unknown("HS101", "a set with members that are known at run time only"))
            return DataObject(choice(test, members, others), "set")
        case ListObject(items=a), ListObject(items=b) if len(a) == len(b):
            return ListObject(tuple(_merge_held(work, x, y) for x, y in zip(a, b, strict=True)), left.sort)
        case Ruined(), _:
            return left
        case _, Ruined():
            return right
        case _:
            sort = sort_of(left)
            if sort is None or sort != sort_of(right):
                sort = "any"
            _freeze_inside(then, left)
            _freeze_inside(otherwise, right)
            try:
                one_data, two_data = then.object_data(left), otherwise.object_data(right)
            except NotData as problem:
                return Ruined(Unknown("HS103", str(problem)))
            return DataObject(choice(test, one_data, two_data), sort)


def _freeze_inside(state: State, found: HeapObject) -> None:
    match found:
        case ListObject(items=items):
            for one in items:
                state.freeze(one)
        case MapObject(items=entries):
            for entry in entries:
                state.freeze(entry.value)


def _merge_names(work: _Merge, one: dict[str, Value], two: dict[str, Value]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for name in {**one, **two}:
        left, right = one.get(name, ABSENT), two.get(name, ABSENT)
        merged[name] = (
            left if is_unread(left) else right if is_unread(right) else _merge_held(work, left, right)
        )
    # What is no data leaves no place for the way on which there is nothing.
    return {
        name: ABSENT if isinstance(value, Unknown) and not (name in one and name in two) else value
        for name, value in merged.items()
    }


def _same_order(left: MapObject, right: MapObject) -> bool:
    """True if the common keys stand in one order, and what only the right one has stands behind them."""
    common = [item.key.value for item in left.items if right.find(item.key) is not None]
    others = [item.key.value for item in right.items]
    return others[: len(common)] == common


def _merge_maps(work: _Merge, left: MapObject, right: MapObject) -> MapObject:
    test = work.test
    items: list[MapItem] = []
    for item in left.items:
        other = right.find(item.key)
        if other == item:
            items.append(item)
        elif other is None:
            items.append(MapItem(item.key, item.value, both(test, item.when), item.span))
        else:
            value = _merge_held(work, item.value, other.value)
            when = None
            if item.when is not None or other.when is not None:
                yes = Constant(value=True)
                when = choice(test, item.when or yes, other.when or yes)
            items.append(MapItem(item.key, value, when, item.span or other.span))
    for item in right.items:
        if left.find(item.key) is None:
            items.append(MapItem(item.key, item.value, both(negation(test), item.when), item.span))
    return MapObject(tuple(items), left.table)


def _merge_held(work: _Merge, left: Value, right: Value) -> Value:
    """The value of a cell; of two lists or maps that nothing else holds, one that is either."""
    if isinstance(left, Pointer) and isinstance(right, Pointer) and left != right and work.alone(left, right):
        one, two = work.then.get(left), work.otherwise.get(right)
        if sort_of(one) is not None and sort_of(one) == sort_of(two):
            return work.merged.allocate(_merge_objects(work, one, two))
    return merge_values(work.test, left, right, work.then, work.otherwise)


def merge_values(test: Expression, left: Value, right: Value, then: State, otherwise: State) -> Value:
    """The value that is `left` where the test is true, else `right`."""
    if left == right:
        return left
    if isinstance(left, TupleValue) and isinstance(right, TupleValue) and len(left.items) == len(right.items):
        pairs = zip(left.items, right.items, strict=True)
        return TupleValue(tuple(merge_values(test, a, b, then, otherwise) for a, b in pairs))
    if isinstance(left, TupleValue) or isinstance(right, TupleValue):
        return _tuple_or_other(left, then, right, otherwise)
    if _is_optional(left, then, right, otherwise):
        return alternative(test, left, right)
    try:
        one, two = then.data(left), otherwise.data(right)
    except NotData:
        if _is_one_object(left, then) and _is_one_object(right, otherwise):
            return alternative(test, left, right)
        return Unknown("HS103", "two different objects meet here, depending on a condition")
    then.freeze(left)
    otherwise.freeze(right)
    return Symbolic(choice(test, one, two))


def _tuple_or_other(left: Value, then: State, right: Value, otherwise: State) -> Unknown:
    """What is a tuple on one way alone; it is made of the tuple, of which constants (a password) are left out."""
    value, state = (left, then) if isinstance(left, TupleValue) else (right, otherwise)
    try:
        held = state.data(value)
    except NotData:
        made_of: tuple[Expression, ...] = ()
    else:
        parts = (Constant(value=None) if isinstance(one, Constant) else one for one in children(held))
        made_of = (Call(function="python.tuple", arguments=tuple(parts)),)
    reason = "a tuple and something else meet here, depending on a condition"
    return Unknown("HS101", reason, made_of=made_of)


def _is_optional(left: Value, then: State, right: Value, otherwise: State) -> bool:
    """True for None, or no value at all, and one list or map: the object stays what it is on its way."""
    objects = {
        (value, sort_of(state.peek(value)) if isinstance(value, Pointer) else None)
        for one, state in ((left, then), (right, otherwise))
        for value in _either(one)
        if value != Known(None) and not isinstance(value, Unknown)
    }
    return len({value for value, _ in objects}) == 1 and all(
        sort in ("list", "map", "any") for _, sort in objects
    )


def _either(value: Value) -> Iterator[Value]:
    """What a value can be."""
    if isinstance(value, EitherValue):
        yield from (*_either(value.then), *_either(value.otherwise))
    else:
        yield value


def alternative(test: Expression, left: Value, right: Value) -> EitherValue:
    """One of two values, in the simplest form."""
    if isinstance(right, EitherValue) and right.then == left and implies(test, right.test):
        return right
    return EitherValue(test, left, right)


def _is_one_object(value: Value, state: State) -> bool:
    """True for None, and for what is no data and is the same wherever it is referred to from."""
    match value:
        case Known(value=None) | FunctionValue() | ClassValue() | ModuleValue() | External():
            return True
        case EitherValue(then=one, otherwise=two):
            return _is_one_object(one, state) and _is_one_object(two, state)
        case Method(receiver=receiver):
            return _is_one_object(receiver, state)
        case Pointer():
            return isinstance(state.peek(value), Instance)
        case _:
            return False
