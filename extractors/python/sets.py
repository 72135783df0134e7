"""What sets are made of together: the operators `-`, `&`, `|` and `^` of sets, and the methods that stand for them.

A set has no order here: a result is a set that is filled member by member, in the order of the first one.
"""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.sets import is_set
from extractors.evaluator.values import External, Known, ListObject, Symbolic, Unknown, Value
from extractors.python.following import follow
from extractors.python.iteration import constants, whole
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_MAKING = ("union", "intersection", "difference", "symmetric_difference")
_ASKING = ("issubset", "issuperset", "isdisjoint")


def _register(name: str) -> None:
    @KNOWLEDGE.function(f"builtins.set.{name}", f"builtins.frozenset.{name}")
    def method(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        """`first.name(*others)`: of a set and any number of iterables, or of one."""
        values = arguments.positional
        fits = len(values) == 2 or (values and name in _MAKING and name != "symmetric_difference")
        if arguments.keywords or not fits or not is_set(context.state, values[0]):
            return context.gap("HS101", f"this call of set.{name}", span, values)
        made, *others = values
        for other in others:
            made = _of_two(context, name, made, other, span)
        return made


for _name in (*_MAKING, *_ASKING):
    _register(_name)


def _of_two(context: Evaluator, name: str, one: Value, other: Value, span: SourceSpan) -> Value:
    if not is_set(context.state, other):
        other = context.call(External("builtins.set"), Arguments((other,), {}), span)
    for side in (one, other):
        if isinstance(side, Unknown):
            return side
    known = (constants(context, one), constants(context, other))
    if known[0] is not None and known[1] is not None and name in _ASKING:
        return Known(getattr(set(known[0]), name)(known[1]))
    listed: list[Value] = []
    for side in (one, other):
        members = whole(context, side, span)
        if isinstance(members, Unknown):
            return members
        listed.append(Symbolic(members))
    made = context.state.allocate(ListObject((), "set"))
    return follow(context, f"set_{name}", (made, one, other, *listed), span)
