"""Where tuples stand in values that are known at run time only.

A model holds a tuple as a list, which is what JSON makes of it; Python tells the two apart (`==`, `str`, `isinstance`).
So an expression says by its form what in it is a tuple: `python.tuple` makes one, `python.items` and `python.zip` make
lists of them, and other functions of lists keep what the list holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from migrate.model import (
    Call,
    Choice,
    Constant,
    Expression,
    LoopValue,
    Reference,
    SequenceExpression,
    children,
)
from migrate.model.functions import FUNCTIONS
from migrate.model.operands import SCALARS

_KEEPING = frozenset(
    f"python.{name}"
    for name in ("iterate", "reversed", "slice", "sorted", "sorted_by", "unique", "minimum", "maximum")
)
"""Functions whose value holds the items of their first argument."""
_CHOOSING = frozenset(f"python.{name}" for name in ("member", "minimum", "maximum"))
"""Functions whose value is an item of their first argument."""
_KEYED = frozenset(
    f"python.{name}" for name in ("member", "get", "with_item", "with_default", "without_item", "without_key")
)
"""Functions whose second argument is a key; a list is none, while a tuple is."""


@dataclass
class Tuples:
    """What is known of the loops: the list that each goes over, and the variables in which tuples stand."""

    over: dict[str, Expression] = field(default_factory=dict)
    variables: set[tuple[str, str]] = field(default_factory=set)
    collected: dict[tuple[str, str], tuple[Expression, ...]] = field(default_factory=dict)
    """The variables whose lists got one tuple in each pass, with the items of the tuple."""
    _keys: dict[Expression, frozenset[Expression]] = field(default_factory=dict)
    """What was looked up of expressions before."""

    def parts(self, expression: Expression) -> tuple[Expression, ...] | None:
        """The items of a tuple, for an expression that always is one."""
        match expression:
            case Call(function="python.tuple", arguments=arguments):
                return arguments
            case Reference(step=step, part="item"):
                width = self.width(self.over[step]) if step in self.over else None
            case Call(function="python.member", arguments=(container, Constant(value=int()))):
                width = self.width(container)
            case Call(function="python.partition" | "python.rpartition"):
                width = 3
            case Call(function="python.minimum" | "python.maximum", arguments=(container,)):
                width = self.width(container)
            case _:
                return None
        return None if width is None else tuple(_member(expression, place) for place in range(width))

    def are_keys_in(self, expression: Expression) -> bool:
        """True if a tuple stands as a key in the expression."""
        return any(self.parts(key) is not None for key in self._keys_in(expression))

    def _keys_in(self, expression: Expression) -> frozenset[Expression]:
        """The keys in an expression that may be tuples."""
        known = self._keys.get(expression)
        if known is None:
            own: tuple[Expression, ...] = ()
            if isinstance(expression, Call) and expression.function in _KEYED:
                own = expression.arguments[1:2]
            found = [self._keys_in(one) for one in children(expression)]
            known = frozenset(one for one in own if not isinstance(one, Constant)).union(*found)
            self._keys[expression] = known
        return known

    def width(self, expression: Expression) -> int | None:
        """How many items each item of a list has, where all of them are tuples of that length."""
        match expression:
            case Call(function="python.items"):
                return 2
            case Call(function="python.zip", arguments=arguments):
                return len(arguments)
            case Call(function=function, arguments=(first, *_)) if function in _KEEPING - _CHOOSING:
                return self.width(first)
            case LoopValue(loop=loop, name=name) if (loop, name) in self.collected:
                return len(self.collected[loop, name])
            case Choice(then=then, otherwise=otherwise):
                width = self.width(then)
                return width if width == self.width(otherwise) else None
            case SequenceExpression(items=items):
                widths = {
                    len(item.arguments)
                    if isinstance(item, Call) and item.function == "python.tuple"
                    else None
                    for item in items
                }
                return widths.pop() if len(widths) == 1 else None
            case _:
                return None

    def inside(self, expression: Expression) -> bool:
        """True if a tuple can stand anywhere in the value."""
        match expression:
            case Call(
                function="python.tuple"
                | "python.items"
                | "python.zip"
                | "python.partition"
                | "python.rpartition"
            ):
                return True
            case Call(function="python.member", arguments=(Call(function=function), _)) if function in (
                "python.partition",
                "python.rpartition",
            ):
                return False
            case Call(
                function="python.member", arguments=(Call(function="python.dict", arguments=(rows,)), _)
            ) if self.width(rows) == 2:
                return self._inside_column(rows, Constant(value=1))
            case Call(
                function="python.maximum" | "python.minimum",
                arguments=(Call(function="python.tuple", arguments=items), *others),
            ):
                return any(self.inside(one) for one in (*items, *others))
            case Call(function=function) if FUNCTIONS[function].result in SCALARS:
                return False
            case Call(function="python.member", arguments=(Reference(step=step, part="item"), place)) if (
                step in self.over and self.width(self.over[step]) is not None
            ):
                return self._inside_column(self.over[step], place)
            case Reference(step=step, part="item"):
                return step in self.over and self.inside(self.over[step])
            case LoopValue(loop=loop, name=name):
                return (loop, name) in self.variables
            case _:
                return any(self.inside(child) for child in children(expression))

    def flat(self, rows: Expression) -> bool:
        """True if no tuple stands in the tuples that a list holds."""
        width = self.width(rows)
        return width is not None and not any(
            self._inside_column(rows, Constant(value=place)) for place in range(width)
        )

    def _inside_column(self, rows: Expression, place: Expression) -> bool:
        """True if a tuple can stand in the items at one place of the tuples that a list holds."""
        match rows, place:
            case Call(function="python.items", arguments=(of,)), Constant(value=int() as number):
                return number != 0 and self.inside(of)
            case Call(function="python.zip", arguments=arguments), Constant(value=int() as number):
                return self.inside(arguments[number])
            case Call(function=function, arguments=(first, *_)), _ if function in _KEEPING:
                return self._inside_column(first, place)
            case LoopValue(loop=loop, name=name), Constant(value=int() as number) if (
                loop,
                name,
            ) in self.collected:
                return self.inside(self.collected[loop, name][number])
            case _:
                return True


def _member(expression: Expression, place: int) -> Expression:
    return Call(function="python.member", arguments=(expression, Constant(value=place)))
