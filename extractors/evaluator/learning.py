"""What a loop carries from pass to pass, learned from one evaluation of its body after the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from extractors.evaluator import item_changes
from extractors.evaluator.attempts import Attempts
from extractors.evaluator.handed_on import handed_on
from extractors.evaluator.joined import settle_joined
from extractors.evaluator.kept_loops import (
    Kept,
    Round,
    added_in_order,
    added_keys,
    collects,
    contents_of,
    free_name,
    holds_cell,
    is_headers,
    keeps_order,
    made_within,
    variable_name,
)
from extractors.evaluator.ownership import sort_of_owned
from extractors.evaluator.paths import ANY_KEY, Keys, identities, items, path_of
from extractors.evaluator.state import Cell, State
from extractors.evaluator.types import type_of, unassigned
from extractors.evaluator.values import NONE, Frame, MapItem, MapObject, Pointer, Symbolic
from migrate.model import (
    Constant,
    LoopValue,
    Reference,
)
from migrate.model.operands import common_type

ROUNDS_TO_SETTLE = 5
"""After so many rounds, nothing that was found of what names hold is forgotten."""


class Learning(Attempts):
    """The part of the evaluator that finds out what loops carry."""

    def _learn(self, kept: Kept, found: Round) -> bool:
        """Adds what the round shows to be carried; True if the body must be evaluated again."""
        kept.rounds += 1
        ends = found.ends()
        for cell in kept.carried:
            for state in (kept.base, *ends):
                self.liveness.note_read(cell[1], state.read(cell) or NONE)
        reads = set(self.liveness.reads[kept.mark.reads :])
        if not reads <= kept.reads:
            kept.reads |= reads
            kept.read_again({name for loop, name in reads if loop == kept.span})
            return True
        if self._learn_objects(kept, ends) or self._learn_keys(kept, ends):
            return True
        base = kept.base
        changed = sorted(
            {cell for end in ends for cell in end.changed_cells(found.head) if cell[0] in base.heap}
        )
        copies = [end.fork() for end in ends]
        for copy in copies:
            for cell in kept.carried:
                self._freeze(kept, copy, cell, again=False)
        held = {address for copy in copies for address in copy.frozen if address in base.heap}
        parts = {part for copy in copies for part in copy.frozen_parts if part.address in base.heap}
        news = not (held <= kept.frozen and parts <= kept.frozen_parts)
        kept.frozen |= held
        kept.frozen_parts |= parts
        news = self._learn_unread(kept, changed) or news
        for cell in changed:
            if cell in kept.opaque or cell in kept.unread:
                continue
            contents = [contents_of(state, cell) for state in (base, *ends) if holds_cell(state, cell)]
            if any(one is None for one in contents) and self._learn_handed_on(kept, cell, ends):
                news = True
            elif any(one is None for one in contents):
                kept.carried.pop(cell, None)
                kept.owned.pop(cell, None)
                kept.opaque.add(cell)
                kept.collects_objects = kept.collects_objects or collects(cell, ends)
                news = True
            elif cell[1] and (cell[0], "") in kept.carried:
                continue  # it is carried as a part of its object
            elif cell not in kept.carried:
                if not cell[1]:
                    kept.leave_parts(cell[0])
                name = free_name(variable_name(base, cell), kept.carried.values())
                kept.carried[cell] = name
                if not holds_cell(base, cell):
                    self.loops.types[unassigned(kept.id, name)] = "missing"
                news = True
        news = self._learn_contents(kept, ends) or news
        return self._learn_owned(kept, ends) or self._learn_types(kept, ends) or news

    def _freeze(self, kept: Kept, state: State, cell: Cell, *, again: bool) -> None:
        """Marks the objects that a loop variable takes a copy of: what a name holds, or what its own list does.

        A part of an answer or item is known by what it is a part of, wherever a loop variable holds it: what changes
        it finds the variable (`sharing.unsettle`). `again` as in `State.freeze`.
        """
        value = state.read(cell)
        if value is None or (isinstance(value, Symbolic) and state.is_adopted(value)):
            return
        if cell[1] and cell not in kept.owned:
            state.freeze(value, again=again)
        else:
            state.freeze_contents(value, again=again)

    def _learn_unread(self, kept: Kept, changed: Iterable[Cell]) -> bool:
        """The names that need not be carried: nothing is known to read what they held when the pass began."""
        before = set(kept.unread)
        kept.unread |= {
            (address, name)
            for address, name in changed
            if name.isidentifier()
            and (kept.span, name) not in self.liveness.read_again
            and isinstance(kept.base.heap[address], Frame)
            and address not in self.scopes.classes
        }
        return kept.unread != before

    def _learn_contents(self, kept: Kept, ends: list[State]) -> bool:
        """What the carried names hold; True if it is not what the round was evaluated by.

        Where two rounds would lead to each other for ever, a name holds what it held in either.
        """
        news = False
        for cell, name in kept.carried.items():
            found = (contents_of(state, cell) for state in (kept.base, *ends) if holds_cell(state, cell))
            known = self.loops.carried.get((kept.id, name), ())
            before = known if kept.rounds > ROUNDS_TO_SETTLE else ()
            made = tuple(dict.fromkeys(one for one in (*before, *found) if one is not None))
            news = news or ((kept.id, name) in self.loops.asked and known != made)
            self.loops.carried[kept.id, name] = made
        return news

    def _learn_objects(self, kept: Kept, ends: list[State]) -> bool:
        """Data from outside that the body changes becomes an object before the loop."""
        outside = {
            root: address
            for end in ends
            for root, address in end.roots.items()
            if root not in kept.base.roots and not made_within(root, kept)
        }
        for root, address in outside.items():
            kept.base.adopt(root, address)
        joined = {one for one in self.loops.joined if settle_joined(kept.base, one) is not None}
        self.loops.joined -= joined
        if kept.over is not None and kept.id in self.loops.changing_items and not kept.items_change:
            kept.items_change = True
            self.undo(kept.mark)
            kept.rebuilt = item_changes.forget_items(self, kept.base, kept.source, kept.over, kept.span)
            kept.mark = replace(kept.mark, findings=self.findings.mark())
            return True
        return bool(outside or joined)

    def _learn_keys(self, kept: Kept, ends: list[State]) -> bool:
        """A key that a pass adds to a map is one that is not there before the loop."""
        news = False
        for address, found in kept.base.heap.items():
            if not isinstance(found, MapObject) or (address, "") in kept.carried:
                continue
            after = [end.get(address) for end in ends]
            added = added_keys(found, after)
            orderly = address not in kept.disordered and added_in_order(found, after)
            if added and (len(added) == 1 or orderly or is_headers(kept.base, address)):
                if orderly and len(added) > 1:
                    kept.in_order[address] = tuple(str(key.value) for key in added)
                absent = tuple(MapItem(key, NONE, Constant(value=False)) for key in added)
                kept.base.set(address, replace(found, items=(*found.items, *absent)))
                news = True
        return self._learn_order(kept, ends) or news

    def _learn_handed_on(self, kept: Kept, cell: Cell, ends: list[State]) -> bool:
        """A name that holds another object of one library's class after the pass: its parts are carried."""
        if not cell[1] or cell in kept.held_elsewhere or cell in kept.handed_on:
            return False
        classes = self.knowledge.handed_on
        first, *others = (handed_on(classes, state, state.read(cell)) for state in (kept.base, *ends))
        if first is None or any(one is None or one.of != first.of for one in others):
            return False
        kept.handed_on[cell] = address = kept.base.allocate(first).address
        kept.base.write(cell, Pointer(address))
        return True

    def _learn_order(self, kept: Kept, ends: list[State]) -> bool:
        """Keys that are added to a map together are there together, if each way through the body keeps to it."""
        before = {pair for pair in self.loops.implied if pair[0].loop == kept.id}
        for address, keys in tuple(kept.in_order.items()):
            if not all(keeps_order(end.get(address), keys, self.loops) for end in ends):
                del kept.in_order[address]
                kept.disordered.add(address)
        after = {pair for address in kept.in_order for pair in kept.implied(address)}
        others = {pair for pair in self.loops.implied if pair[0].loop != kept.id}
        self.loops.implied = others | after
        return before != after

    def _learn_owned(self, kept: Kept, ends: list[State]) -> bool:
        """Carried names that alone hold a list or map, before the loop and at each end of a pass."""
        before = dict(kept.owned)
        for cell in kept.carried:
            if not cell[1] or cell in kept.shared:
                continue
            sorts = {sort_of_owned(state, cell) for state in (kept.base, *ends)}
            sort = sorts.pop() if len(sorts) == 1 else None
            if sort is None or kept.owned.setdefault(cell, sort) != sort:
                kept.owned.pop(cell, None)
                kept.shared.add(cell)
        return kept.owned != before

    def _learn_parts(self, kept: Kept, states: tuple[State, ...]) -> bool:
        """The parts of answers and items that carried names hold: a change of one is a change of the other."""
        before = sum(map(len, self.loops.sharing.values()))
        for cell, name in kept.carried.items():
            for content in (contents_of(state, cell) for state in states if holds_cell(state, cell)):
                if content is None:
                    continue
                for root, keys in (*identities(content), *items(content)):
                    parts: Iterable[tuple[Reference, Keys]] = ()
                    if isinstance(root, LoopValue):
                        parts = self.loops.sharing.get((root.loop, root.name), ())
                    elif not (keys == (ANY_KEY,) and path_of(content)):
                        parts = self.data_parts(root, keys)
                    if found := set(parts):
                        self.loops.sharing.setdefault((kept.id, name), set()).update(found)
        return before != sum(map(len, self.loops.sharing.values()))

    def _learn_types(self, kept: Kept, ends: list[State]) -> bool:
        states = (kept.base, *ends)
        news = self._learn_parts(kept, states)
        for cell, name in kept.carried.items():
            if (kept.id, name) not in self.tuples.variables:
                held_now = (contents_of(state, cell) for state in states if holds_cell(state, cell))
                if any(one is not None and self.tuples.inside(one) for one in held_now):
                    self.tuples.variables.add((kept.id, name))
                    news = True
            expected = self.loops.types.get((kept.id, name))
            if expected is None:
                continue
            for end in ends:
                after = contents_of(end, cell)
                wider = common_type(expected, None if after is None else type_of(after, self.loops.types))
                if wider != expected:
                    kept.wider[name] = expected = wider
                    news = True
        return news
