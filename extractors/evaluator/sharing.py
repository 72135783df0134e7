"""Which objects a list or map known at run time only holds, and what else holds one of them when it changes in place.

An expression is a copy: where two lists hold one object, each has the expression of it, and a change through one of
them does not show in the other. So what else may hold the changed object is not known after the change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain

from extractors.evaluator import places
from extractors.evaluator.collecting import is_new
from extractors.evaluator.context import Context
from extractors.evaluator.ownership import references
from extractors.evaluator.paths import ANY_KEY, Keys, holds, relation
from extractors.evaluator.places import UNSURE, refreshed
from extractors.evaluator.state import NotData, State
from extractors.evaluator.values import DataObject, ListObject, MapObject, Place, Pointer, Symbolic, Value
from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    Lookup,
    LoopValue,
    RecordExpression,
    Reference,
    SequenceExpression,
)
from migrate.model.functions import FUNCTIONS

_SAME_ITEMS = frozenset(
    {
        *(
            "python.iterate",
            "python.values",
            "python.slice",
            "python.add",
            "python.extended",
            "python.multiply",
        ),
        *("python.add_in_place", "python.copy", "python.dict", "python.reversed", "python.sorted"),
        *("python.unique", "merge", "python.updated", "python.tuple"),
    }
)
"""Functions that give a list or map whose items are items of their arguments."""
_DEEPEST = 6
"""Keys of a pattern; what lies deeper may be anywhere."""


@dataclass(frozen=True)
class Held:
    """An object that a value holds: at `at` within the value, the part of `root` at `keys`.

    `root` is an answer, a loop variable, or the expression that makes a new list or map. What the value has at the
    keys `replaced` is no longer that of the object. `anywhere`: neither the place nor the part is known; `twice`: the
    value may hold the object at another place too.
    """

    at: Keys
    root: Expression
    keys: Keys = ()
    replaced: Keys = ()
    anywhere: bool = False
    twice: bool = False
    older: bool = False
    """True if a loop variable gave it."""

    def meets(self, other: Held) -> bool:
        """True if one of the two objects may be, or hold, the other."""
        return _is_told_apart(self.root) and (self.may_hold(other) or other.may_hold(self))

    def may_hold(self, changed: Held) -> bool:
        """True if the object may be the changed one, or hold it."""
        if self.root != changed.root:
            return False
        if self.anywhere or changed.anywhere:
            return True
        if holds(self.keys, changed.keys) == "different":
            return False
        deeper = changed.keys[len(self.keys) :]
        return not (deeper and any(relation(deeper[0], key) == "same" for key in self.replaced))


Parts = tuple[Held, ...]


@dataclass
class _Contents:
    """What values hold; the loop variables in `older` hold nothing that is asked for."""

    context: Context
    older: frozenset[str] = frozenset()
    open: list[LoopValue] = field(default_factory=list)
    found: dict[LoopValue, Parts] = field(default_factory=dict)
    known: dict[Expression, Parts] = field(default_factory=dict)
    """What is known of expressions whose contents depend on no variable that is open."""
    met: set[LoopValue] = field(default_factory=set)
    """The open variables that were come to again, within the expression that is being looked at."""

    def of(self, expression: Expression) -> Parts:
        """The objects that a value is or holds."""
        known = self.known.get(expression)
        if known is not None:
            return known
        around, self.met = self.met, set()
        parts = tuple(dict.fromkeys(self._of(expression)))
        if not self.met:
            self.known[expression] = parts
        self.met |= around
        return parts

    def _of(self, expression: Expression) -> Iterator[Held]:
        match expression:
            case Reference(part="item"):
                over = self.context.tuples.over.get(expression.step)
                yield from _at(self.of(over), ANY_KEY) if over is not None else (Held((), expression),)
            case Reference(part="body" | "rows"):
                yield Held((), expression)
            case LoopValue():
                yield from self._of_variable(expression)
            case Choice(then=then, otherwise=otherwise):
                yield from (*self.of(then), *self.of(otherwise))
            case Lookup(cases=cases, otherwise=otherwise):
                for one in (
                    *(case.value for case in cases),
                    *((otherwise,) if otherwise is not None else ()),
                ):
                    yield from self.of(one)
            case SequenceExpression(items=items):
                yield Held((), expression)
                yield from self._joined([[*_under(ANY_KEY, self.of(item))] for item in items])
            case RecordExpression(entries=entries):
                yield Held((), expression)
                keyed = ((Constant(value=entry.key), entry.value) for entry in entries)
                yield from self._joined([[*_under(key, self.of(value))] for key, value in keyed])
            case Call():
                yield from self._of_call(expression)

    def _of_call(self, call: Call) -> Iterator[Held]:
        match call:
            case Call(function="python.deep_copy"):
                yield Held((), call)
            case Call(function="python.member" | "python.get", arguments=(container, key, *default)):
                yield from _at(self.of(container), key)
                for one in default:
                    yield from self.of(one)
            case Call(function="python.minimum" | "python.maximum", arguments=(container, *default)):
                yield from _at(self.of(container), ANY_KEY)
                for one in default:
                    yield from self.of(one)
            case Call(function="python.with_item", arguments=(container, key, value)):
                yield from self._joined(
                    [[*_without(self.of(container), key)], [*_under(key, self.of(value))]]
                )
            case Call(function="python.with_default", arguments=(container, key, value)):
                yield from self.of(container)
                yield from _under(key, self.of(value))
            case Call(function="python.appended", arguments=(container, value)):
                yield from self._joined([[*self.of(container)], [*_under(ANY_KEY, self.of(value))]])
            case Call(function="python.without_item" | "python.without_key", arguments=(container, *_)):
                yield from self.of(container)
            case Call(function=function, arguments=arguments) if function in _SAME_ITEMS:
                yield Held((), call)
                lists = [[*_items(self.of(one))] for one in arguments]
                yield from self._joined(lists) if call.function != "merge" else chain.from_iterable(lists)
            case Call(function="python.sorted_by", arguments=(container, *_)):
                yield Held((), call)
                yield from _items(self.of(container))
            case Call(function="python.items", arguments=(container,)):
                yield from _under(ANY_KEY, _items(self.of(container)))
            case Call(function=function, arguments=arguments) if _gives_objects(function):
                yield Held((), call)
                for one in arguments:
                    yield from (replace(held, at=(), anywhere=True) for held in self.of(one))

    def _joined(self, sides: list[list[Held]]) -> Iterator[Held]:
        """What a value holds that is made of several: an object of two of them is in it twice.

        What loop variables hold is left out: it comes from other passes.
        """
        now: dict[Expression, list[tuple[int, Held]]] = {}
        for number, side in enumerate(sides):
            for held in side:
                if not held.older and _is_told_apart(held.root):
                    now.setdefault(held.root, []).append((number, held))
        for number, side in enumerate(sides):
            for held in side:
                others = () if held.older else now.get(held.root, ())
                again = any(other != number and one.meets(held) for other, one in others)
                yield replace(held, twice=True) if again else held

    def _of_variable(self, value: LoopValue) -> Parts:
        if value.loop in self.older:
            return ()
        if value in self.open:
            self.met.add(value)
            return (Held((), value, older=True),)
        if value not in self.found:
            self.context.loops.asked.add((value.loop, value.name))
            self.open.append(value)
            ways = self.context.loops.carried.get((value.loop, value.name), ())
            inner = dict.fromkeys(held for way in ways for held in self.of(way))
            self.open.pop()
            self.met.discard(value)
            own = [held for held in inner if held.root == value]
            kept = tuple(held for held in inner if held.root != value)
            if not all(_stays(held) for held in own):
                kept = tuple(dict.fromkeys(replace(held, at=(), anywhere=True) for held in kept))
            kept = tuple(replace(held, older=True) for held in kept)
            made = (Held((), value, older=True), *kept)
            if any(held.root in self.open for held in kept):
                return made
            self.found[value] = made
        return self.found[value]


def _is_told_apart(root: Expression) -> bool:
    """True if other objects have other expressions; two empty lists look the same."""
    if isinstance(root, RecordExpression):
        return any(entry.span is not None for entry in root.entries)
    return not isinstance(root, SequenceExpression)


def _is_empty(root: Expression) -> bool:
    match root:
        case SequenceExpression(items=held, span=None) | RecordExpression(entries=held, span=None):
            return not held
        case _:
            return False


def _stays(held: Held) -> bool:
    """True if what a loop variable held in the last pass stands at the same place in this one."""
    if held.anywhere or len(held.at) != len(held.keys):
        return False
    return all(relation(one, other) != "different" for one, other in zip(held.at, held.keys, strict=True))


def _gives_objects(function: str) -> bool:
    result = FUNCTIONS[function].result
    return not isinstance(result, str) or result in ("list", "map")


def _at(parts: Iterable[Held], key: Expression) -> Iterator[Held]:
    """What the item at a key is, or holds."""
    for held in parts:
        if held.anywhere:
            yield held
        elif held.at:
            if relation(held.at[0], key) != "different":
                yield replace(held, at=held.at[1:])
        elif not _is_empty(held.root) and not any(relation(key, other) == "same" for other in held.replaced):
            yield replace(held, keys=(*held.keys, key), replaced=())


def _items(parts: Iterable[Held]) -> Iterator[Held]:
    """What a new list or map holds that has the items of another one."""
    for held in parts:
        own = not held.at and not held.anywhere
        if own and _is_empty(held.root):
            continue
        yield replace(held, at=(ANY_KEY,), keys=(*held.keys, ANY_KEY), replaced=()) if own else held


def _under(key: Expression, parts: Iterable[Held]) -> Iterator[Held]:
    for held in parts:
        deep = len(held.at) >= _DEEPEST
        yield replace(held, at=(), anywhere=True) if deep else replace(held, at=(key, *held.at))


def _without(parts: Iterable[Held], key: Expression) -> Iterator[Held]:
    for held in parts:
        if not held.at and not held.anywhere:
            yield replace(held, replaced=(*held.replaced, key))
        elif not held.at or relation(held.at[0], key) != "same":
            yield held


def unsettle(context: Context, state: State, place: Place) -> bool:
    """Lets all be unknown that may hold the object at a place which changes, but for the object that it lies in.

    False if that holds it twice.
    """
    whole = state.heap[place.address]
    if isinstance(whole, DataObject):
        roots = [root for root, address in state.roots.items() if address == place.address]
        if place.keys or roots:
            return unsettle_part(context, state, whole.expression, place.keys, {place.address}, roots)
    return True


def unsettle_part(
    context: Context,
    state: State,
    whole: Expression,
    keys: Keys,
    own: Collection[int],
    roots: Iterable[Reference] = (),
) -> bool:
    """Lets all be unknown that may hold the part of a whole at some keys, but for the objects at `own`.

    The roots are the answers and items that the whole is; a loop variable holds those of earlier passes. False if
    the whole may hold the part at two places.
    """
    contents = _Contents(context)
    changed = tuple(_reached(contents.of(whole), keys))
    if any(held.twice or held.root in state.repeated for held in changed):
        return False
    loops = (loop for loop in context.loops.around if any(is_new(context, root, loop) for root in roots))
    others = _Contents(context, frozenset(loops))

    clear: dict[Expression, list[Held]] = {}
    for one in changed:
        if _is_told_apart(one.root):
            clear.setdefault(one.root, []).append(one)

    @cache
    def shares(expression: Expression) -> bool:
        return any(held.may_hold(one) for held in others.of(expression) for one in clear.get(held.root, ()))

    def look(value: Symbolic) -> Value:
        return UNSURE if value.place is None and shares(value.expression) else value

    places.sweep(state.heap, look)
    context.change_held(look)
    made = {one.root for one in changed if isinstance(one.root, (SequenceExpression, RecordExpression))}
    lengths = {len(one.items if isinstance(one, SequenceExpression) else one.entries) for one in made}
    held = references(state.heap)
    lost = [
        other
        for other, found in state.heap.items()
        if other not in own
        and (
            (isinstance(found, DataObject) and shares(found.expression))
            or (
                held[other]
                and other in state.frozen
                and isinstance(found, (ListObject, MapObject))
                and len(found.items) in lengths
                and _is(state, other, made)
            )
        )
    ]
    state.ruin(lost)
    context.change_held(lambda one: refreshed(one, state.heap, lost))
    return True


def _reached(parts: Parts, keys: Keys) -> Iterator[Held]:
    """The objects that are at some keys, or that hold what is there."""
    for held in parts:
        if held.anywhere:
            yield held
        elif holds(held.at, keys) != "different" and (len(held.at) == len(keys) or not _is_empty(held.root)):
            yield replace(held, at=(), keys=(*held.keys, *keys[len(held.at) :]), replaced=())


def _is(state: State, address: int, made: Collection[Expression]) -> bool:
    """True if a list or map of the script is one of those that expressions were made of."""
    try:
        return state.data(Pointer(address)) in made
    except NotData:
        return False
