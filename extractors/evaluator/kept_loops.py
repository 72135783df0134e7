"""A loop that is kept, what is known of it so far, and what one evaluation of its body found."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations

from extractors.evaluator.context import Mark
from extractors.evaluator.control import Target
from extractors.evaluator.liveness import Unread
from extractors.evaluator.loop_facts import LoopFacts
from extractors.evaluator.ownership import Sort, sort_of_owned
from extractors.evaluator.residual import LeaveLoop, Region
from extractors.evaluator.state import THERE, Cell, NotData, State
from extractors.evaluator.values import (
    External,
    Frame,
    HeapObject,
    Instance,
    Known,
    ListObject,
    MapItem,
    MapObject,
    Place,
    Pointer,
    Value,
)
from extractors.ir import Expr
from migrate.model import (
    Expression,
    LoopValue,
    Reference,
    SourceSpan,
)
from migrate.model.operands import common_type


@dataclass
class Kept:
    """A loop that is kept, and what is known of it so far. What it goes through is `over`; `source`, as a value."""

    id: str
    span: SourceSpan
    over: Expression | None
    source: Value | None
    bind: Callable[[Value], None]
    body: Callable[[], None]
    test: Expr | None
    base: State
    mark: Mark
    carried: dict[Cell, str] = field(default_factory=dict)
    """What changes from pass to pass, with the names of the loop variables."""
    owned: dict[Cell, Sort] = field(default_factory=dict)
    """The carried names that alone hold a list or map: it is an object of its own in each pass."""
    opaque: set[Cell] = field(default_factory=set)
    collects_objects: bool = False
    """True if a pass puts objects into a list or map from before the loop: no loop variable can hold them."""
    copied: set[Cell] = field(default_factory=set)
    """The carried names whose first value a loop variable has a copy of."""
    unread: set[Cell] = field(default_factory=set)
    """The names that change, but that nothing reads before the pass has set them."""
    reads: set[Unread] = field(default_factory=set)
    """What a round has read that a loop does not carry."""
    frozen: set[int] = field(default_factory=set)
    frozen_parts: set[Place] = field(default_factory=set)
    initial_types: dict[str, str | None] = field(default_factory=dict)
    """The types of the first values of the carried names."""
    wider: dict[str, str | None] = field(default_factory=dict)
    """The types of the carried names whose later values are not of the first one's type."""
    recalled: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    """What `wider` was found to be in a round of a loop around this one, after the first value's type in it."""
    shared: set[Cell] = field(default_factory=set)
    """The carried names that hold a list or map which others hold, too."""
    in_order: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """The keys that passes add to a map, where the first of them are there before the others."""
    disordered: set[int] = field(default_factory=set)
    handed_on: dict[Cell, int] = field(default_factory=dict)
    """The names that hold an object of a library from pass to pass, with where it lies."""
    held_elsewhere: set[Cell] = field(default_factory=set)
    """Such names where that cannot be followed."""
    rounds: int = 0
    items_change: bool = False
    rebuilt: Place | None = None
    """Where the list lies whose items the loop changes in place."""

    def read_again(self, names: Collection[str]) -> None:
        """Names are read after all, so that what else the rounds have shown is not so."""
        self.unread = {cell for cell in self.unread if cell[1] not in names}
        for learned in (self.carried, self.owned, self.wider, self.recalled, self.opaque, self.shared):
            learned.clear()
        self.frozen.clear()
        self.frozen_parts.clear()

    def leave_parts(self, address: int) -> None:
        """An object is carried as a whole from here on."""
        for cell in [cell for cell in self.carried if cell[0] == address]:
            del self.carried[cell]
            self.owned.pop(cell, None)

    def type_at_head(self, name: str, initial: str | None) -> str | None:
        """The type of a carried name at the head of a pass, where its first value has the type `initial`."""
        self.initial_types[name] = initial
        if name not in self.wider and name in self.recalled and self.recalled[name][0] == initial:
            self.wider[name] = self.recalled[name][1]
        return common_type(initial, self.wider[name]) if name in self.wider else initial

    def value(self, name: str) -> LoopValue:
        """A loop variable."""
        return LoopValue(loop=self.id, name=name)

    def implied(self, address: int) -> set[tuple[LoopValue, LoopValue]]:
        """Pairs of the loop variables that say whether keys are there: the second is true where the first is."""
        names = (self.carried.get((address, THERE + key)) for key in self.in_order[address])
        flags = [self.value(name) for name in names if name is not None]
        return {(later, first) for first, later in combinations(flags, 2)}


@dataclass
class Round:
    """What one evaluation of a loop's body found."""

    region: Region
    target: Target
    head: State
    end: State | None
    condition: Expression | None

    def ends(self) -> list[State]:
        """The states at all ways out of the pass."""
        exits = [state for state, _ in self.target.breaks] + [far.state for far in self.target.far]
        return exits + ([self.end] if self.end is not None else [])

    def exits(self) -> list[tuple[State, LeaveLoop]]:
        """The ways out of the loop."""
        return [*self.target.breaks, *((far.state, far.item) for far in self.target.far)]


def name_of(state: State, address: int) -> str:
    """A speaking name for an object: that of the variable or attribute that holds it."""
    for found in state.heap.values():
        if isinstance(found, (Frame, Instance)):
            names = found.names if isinstance(found, Frame) else found.attributes
            for name, value in names.items():
                if value == Pointer(address):
                    return name
    return "collected"


def variable_name(state: State, cell: Cell) -> str:
    """A speaking name for the loop variable of a cell."""
    if cell[1].startswith(THERE):
        return f"has_{cell[1].removeprefix(THERE)}"
    if cell[1].startswith("("):
        return f"{name_of(state, cell[0])}_{cell[1].strip('()')}"
    return cell[1] or name_of(state, cell[0])


def is_headers(state: State, address: int) -> bool:
    """True for the map in a library's headers, whose order does not matter."""
    return any(
        isinstance(found, Instance)
        and isinstance(found.of, External)
        and found.attributes.get("map") == Pointer(address)
        for found in state.heap.values()
    )


def added_keys(before: MapObject, after: list[HeapObject]) -> tuple[Known, ...]:
    """The texts that became keys of a map, behind those that it has; none where more than that has happened."""
    added = _added(before, after)
    texts = all(isinstance(item.key.value, str) and item.key.value for items in added for item in items)
    return tuple(dict.fromkeys(item.key for items in added for item in items)) if texts else ()


def added_in_order(before: MapObject, after: list[HeapObject]) -> bool:
    """True if keys become part of a map in one order only: on each way the first of them, and none by a condition."""
    added = _added(before, after)
    longest = max(added, key=len, default=())
    return all(
        item.when is None and item.key == first.key
        for items in added
        for item, first in zip(items, longest, strict=False)
    )


def keeps_order(found: HeapObject, keys: tuple[str, ...], loops: LoopFacts) -> bool:
    """True if a map still has each of the keys where it has a later one of them."""
    if not isinstance(found, MapObject):
        return False
    items = [item for item in found.items if item.key.value in keys]
    if tuple(item.key.value for item in items) != keys:
        return False
    return all(loops.implies(later.when, first.when) for first, later in combinations(items, 2))


def _added(before: MapObject, after: list[HeapObject]) -> list[tuple[MapItem, ...]]:
    """What each state has behind the keys of a map; nothing where one of them has other keys before that."""
    keys = [item.key for item in before.items]
    added: list[tuple[MapItem, ...]] = []
    for found in after:
        if not isinstance(found, MapObject) or [item.key for item in found.items[: len(keys)]] != keys:
            return []
        added.append(found.items[len(keys) :])
    return added


def free_name(stem: str, names: Iterable[str]) -> str:
    taken, name, number = set(names), stem, 2
    while name in taken:
        name, number = f"{stem}{number}", number + 1
    return name


def made_within(root: Reference, kept: Kept) -> bool:
    """True for an item of the loop, and for what a step in its body gives."""
    number = re.search(r"\d+$", root.step)
    return root.step == kept.id or (number is not None and int(number[0]) > kept.mark.counter)


def holds_cell(state: State, cell: Cell) -> bool:
    return state.read(cell) is not None


def collects(cell: Cell, ends: Iterable[State]) -> bool:
    """True if the cell is, or holds, a list or map of the script at an end of a pass."""
    held = ((state, state.read(cell)) for state in ends)
    return any(
        isinstance(value, Pointer) and isinstance(state.peek(value), ListObject | MapObject)
        for state, value in held
    )


def contents_of(state: State, cell: Cell) -> Expression | None:
    """What a cell holds, as an expression; None where that is no data."""
    value = state.read(cell)
    if value is None:
        return None
    members = state.members(value)
    if members is not None and (not cell[1] or sort_of_owned(state, cell) == "set"):
        return members
    try:
        return state.data(value)
    except NotData:
        return None
