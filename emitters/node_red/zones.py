"""The time zone of the machine, where a flow's times depend on it."""

from __future__ import annotations

from emitters.node_red.functions import LOCAL, LOWERINGS
from migrate.model import Call, Expression, Integration, Reference, expressions_of, walk, walk_steps


def takes_local_times(integration: Integration) -> bool:
    """True if a step takes a local time, or a function takes a time that has no zone for a local one."""
    return any(
        _is_local(part)
        for step in walk_steps(integration.whole)
        for expression in expressions_of(step)
        for part in walk(expression)
    )


def _is_local(part: Expression) -> bool:
    match part:
        case Reference(part="local"):
            return True
        case Call(function=function):
            return function in LOWERINGS and LOCAL in LOWERINGS[function].limits
        case _:
            return False
