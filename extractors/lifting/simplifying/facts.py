"""What is known at one point of a flow: conditions that were decided on every way that leads there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce

from migrate.model import (
    AnyStep,
    Call,
    Choice,
    Constant,
    Expression,
    LoopValue,
    Milestone,
    Reference,
    walk,
    walk_steps,
)

TRUE, FALSE = Constant(value=True), Constant(value=False)


@dataclass(frozen=True)
class Facts:
    """Conditions that were evaluated, by their value; each would have the same value if it were evaluated again."""

    held: Mapping[Expression, bool] = field(default_factory=dict)

    def value(self, condition: Expression) -> Constant | None:
        """The value that the condition has here, None where it is not known."""
        if isinstance(condition, Constant):
            return None
        known = self.held.get(condition)
        if known is not None:
            return TRUE if known else FALSE
        match condition:
            case Call(function="not", arguments=(inner,)) if (decided := self.value(inner)) is not None:
                return FALSE if decided == TRUE else TRUE
            case Choice(test=test, then=then, otherwise=otherwise) if (
                decided := self.value(test)
            ) is not None:
                side = then if decided == TRUE else otherwise
                return side if isinstance(side, Constant) and side in (TRUE, FALSE) else self.value(side)
            case _:
                return None

    def there(self) -> Iterator[Expression]:
        """Look-ups that find their key: what `get` gives for it is true, or not null."""
        for condition, true in self.held.items():
            match condition:
                case Call(
                    function="python.truth" | "is_null" as asked,
                    arguments=(Call(function="python.get", arguments=(of, key)),),
                ) if true is (asked == "python.truth"):
                    yield Call(function="python.member", arguments=(of, key))

    def assuming(self, condition: Expression, value: bool) -> Facts:
        """What is known where the condition has the value, and what follows from that for its parts."""
        held = dict(self.held)
        open_conditions = [(condition, value)]
        while open_conditions:
            one, true = open_conditions.pop()
            if isinstance(one, Constant):
                continue
            held[one] = true
            match one:
                case Call(function="not", arguments=(inner,)):
                    open_conditions.append((inner, not true))
                case Choice(test=left, then=right, otherwise=Constant(value=False)) if true:
                    open_conditions += [(left, True), (right, True)]
                case Choice(test=left, then=Constant(value=True), otherwise=right) if not true:
                    open_conditions += [(left, False), (right, False)]
                case Choice(test=left, then=Constant(value=False), otherwise=right) if true:
                    open_conditions += [(left, False), (right, True)]
                case Choice(test=left, then=right, otherwise=Constant(value=True)) if not true:
                    open_conditions += [(left, True), (right, False)]
        return Facts(held)

    def without(self, ids: Iterable[str]) -> Facts:
        """What is still known when the steps of these ids have run once more, or a loop is in another pass."""
        gone = frozenset(ids)
        if not gone:
            return self
        return Facts({one: value for one, value in self.held.items() if not gone & mentioned(one)})


def common(several: Iterable[Facts | None]) -> Facts | None:
    """What is known behind all of the ways that come to an end; None where none does."""
    reached = [one for one in several if one is not None]
    return reduce(_shared, reached) if reached else None


def _shared(left: Facts, right: Facts) -> Facts:
    return Facts({one: value for one, value in left.held.items() if right.held.get(one) is value})


def mentioned(expression: Expression) -> frozenset[str]:
    """The ids of the steps and loops that an expression refers to."""
    found = set()
    for part in walk(expression):
        match part:
            case Reference(step=step):
                found.add(step)
            case LoopValue(loop=loop):
                found.add(loop)
    return frozenset(found)


def changed_by(step: AnyStep) -> frozenset[str]:
    """The ids whose results and variables are other ones when a step has run: its own, and of all inside it."""
    steps = list(walk_steps((step,)))
    attempts = (one.attempt for one in steps if isinstance(one, Milestone))
    return frozenset((*(one.id for one in steps), *attempts))
