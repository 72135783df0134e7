"""Objects of libraries that a name holds from one pass of a loop to the next: the answer that leads to the next page.

An object is no data, so a loop cannot carry it. Of one that never changes the loop carries what it is made of: the name
holds an object of its own (`EARLIER`), and each pass ends with the parts of the new object put in there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extractors.evaluator.ownership import references
from extractors.evaluator.state import Cell, NotData, State, choice
from extractors.evaluator.values import EitherValue, External, Instance, Known, Pointer, Symbolic, Value
from migrate.model import Constant, Expression

EARLIER = " (of an earlier pass)"
"""What the name of a library's class ends with for an object that a pass was handed."""
HandOn = Callable[[Instance], Mapping[str, Value]]
"""Gives the parts of an object of a library's class that are data."""


def handed_on(classes: Mapping[str, HandOn], state: State, value: Value | None) -> Instance | None:
    """The object with which the next pass goes on where a name holds the value; None where that cannot be."""
    match value:
        case Pointer():
            found = state.peek(value)
            if not isinstance(found, Instance) or not isinstance(found.of, External):
                return None
            if found.of.name.endswith(EARLIER):
                return found
            parts = classes.get(found.of.name)
            return None if parts is None else Instance(External(found.of.name + EARLIER), {**parts(found)})
        case EitherValue(test=test, then=then, otherwise=otherwise):
            one, other = (handed_on(classes, state, side) for side in (then, otherwise))
            if one is None or other is None or one.of != other.of:
                return None
            try:
                return Instance(
                    one.of,
                    {
                        name: _of_data(choice(test, state.data(held), state.data(other.attributes[name])))
                        for name, held in one.attributes.items()
                    },
                )
            except NotData:
                return None
        case _:
            return None


def _of_data(expression: Expression) -> Value:
    return Known(expression.value) if isinstance(expression, Constant) else Symbolic(expression)


def put_in_place(classes: Mapping[str, HandOn], state: State, cell: Cell, address: int) -> bool:
    """Lets the object at an address have the parts of that which the cell holds now; False where that cannot be."""
    value = state.read(cell)
    if value is None or value == Pointer(address):
        return value is not None
    made = handed_on(classes, state, value)
    state.write(cell, Pointer(address))
    if made is None or references(state.heap)[address] > 1:
        state.write(cell, value)
        return False
    state.set(Pointer(address), made)
    return True
