"""Expressions in a simpler form that has the same value, or the same error, on all data.

Each rule keeps what is evaluated and in which order, except parts that cannot fail and parts whose value is known
because they were evaluated before, without an error, from the same data. Expressions are pure, so to evaluate those
once less shows nowhere.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from extractors.evaluator.state import negation
from extractors.evaluator.types import LoopTypes, can_fail, type_of
from extractors.lifting.simplifying.facts import FALSE, TRUE, Facts
from migrate.model import (
    Call,
    Choice,
    Constant,
    Entry,
    Expression,
    Lookup,
    RecordExpression,
    Reference,
    SequenceExpression,
)
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached

_DECIDING = frozenset(
    {
        "not",
        "identical_type",
        "python.equals",
        "is_null",
        "python.less",
        "python.less_or_equal",
        "python.truth",
    }
)
"""Functions whose value for constants stands in the model in their place."""


_LEAST_STATUS, _GREATEST_STATUS = 100, 999
"""A status of an answer has three digits (RFC 9110, section 15)."""


@dataclass(frozen=True)
class Types:
    """What is known of types: of loop variables and items, and which variables have a default."""

    loops: LoopTypes
    defaults: Set[str]

    def of(self, expression: Expression) -> str | None:
        """The type of an expression, None where it depends on the data."""
        return type_of(expression, self.loops)

    def may_fail(self, expression: Expression, known: Set[Expression] = frozenset()) -> bool:
        """False where evaluation always succeeds, the `known` expressions having been evaluated before."""
        return can_fail(expression, self.loops, self.defaults, known)


def simplified(expression: Expression, facts: Facts, types: Types) -> Expression:
    """The expression in its simplest form where the facts hold."""
    if (decided := facts.value(expression)) is not None:
        return decided
    match expression:
        case Choice():
            return _choice(expression, facts, types)
        case Call(arguments=arguments):
            made = tuple(simplified(one, facts, types) for one in arguments)
            call = expression if made == arguments else expression.model_copy(update={"arguments": made})
            return facts.value(call) or _call(call, types)
        case RecordExpression(entries=entries):
            kept = tuple(one for entry in entries if (one := _entry(entry, facts, types)) is not None)
            return expression if kept == entries else expression.model_copy(update={"entries": kept})
        case SequenceExpression(items=items):
            made = tuple(simplified(one, facts, types) for one in items)
            return expression if made == items else expression.model_copy(update={"items": made})
        case Lookup(cases=cases, key=key, otherwise=otherwise):
            rows = tuple(
                case.model_copy(update={"value": simplified(case.value, facts, types)}) for case in cases
            )
            rest = None if otherwise is None else simplified(otherwise, facts, types)
            key = simplified(key, facts, types)
            return expression.model_copy(update={"cases": rows, "key": key, "otherwise": rest})
        case _:
            return expression


def condition(expression: Expression, facts: Facts, types: Types) -> tuple[Expression, Facts, Facts]:
    """A condition in its simplest form, and what is known where it is true and where it is false."""
    made = simplified(expression, facts, types)
    true, false = (facts.assuming(expression, value).assuming(made, value) for value in (True, False))
    return made, true, false


def _entry(entry: Entry, facts: Facts, types: Types) -> Entry | None:
    """An entry of a record; None for one that is never there."""
    if entry.when is None:
        value = simplified(entry.value, facts, types)
        return entry if value == entry.value else entry.model_copy(update={"value": value})
    when, true, _ = condition(entry.when, facts, types)
    if when == FALSE:
        return None
    update = {"when": None if when == TRUE else when, "value": simplified(entry.value, true, types)}
    return entry.model_copy(update=update)


def _choice(choice: Choice, facts: Facts, types: Types) -> Expression:
    """A choice: one side where it is decided; else each side under what the test says."""
    test, true, false = condition(choice.test, facts, types)
    if test == TRUE:
        return simplified(choice.then, facts, types)
    if test == FALSE:
        return simplified(choice.otherwise, facts, types)
    made = choice.model_copy(
        update={
            "test": test,
            "then": simplified(choice.then, true, types),
            "otherwise": simplified(choice.otherwise, false, types),
        }
    )
    made = _told_apart(_joined(made), facts, types)
    return facts.value(made) or _plain(made, types)


def _plain(choice: Choice, types: Types) -> Expression:
    """A choice without a test that decides nothing, or that is the value itself."""
    test, then, otherwise = choice.test, choice.then, choice.otherwise
    if then == otherwise and not types.may_fail(choice.model_copy(update={"then": TRUE, "otherwise": TRUE})):
        return then
    match test:
        case Call(function="not", arguments=(inner,)) if then == FALSE:
            return choice.model_copy(update={"test": inner, "then": otherwise, "otherwise": FALSE})
        case Call(function="not", arguments=(inner,)) if otherwise == TRUE:
            return choice.model_copy(update={"test": inner, "then": TRUE, "otherwise": then})
    if types.of(test) == "boolean":
        if (then, otherwise) == (TRUE, FALSE):
            return test
        if (then, otherwise) == (FALSE, TRUE):
            return negation(test)
    return choice


def _joined(choice: Choice) -> Choice:
    """Two choices that lead to one value as a choice by both tests, so that the value stands there once.

    The tests are evaluated in the same order and under the same conditions as before.
    """
    test, then, otherwise = choice.test, choice.then, choice.otherwise
    match otherwise:
        case Choice(test=second, then=same, otherwise=other) if same == then and not isinstance(
            then, Constant
        ):
            either = Choice(test=test, then=TRUE, otherwise=second)
            return Choice(test=either, then=then, otherwise=other, span=choice.span)
    match then:
        case Choice(test=second, then=other, otherwise=same) if same == otherwise and not isinstance(
            otherwise, Constant
        ):
            both = Choice(test=test, then=second, otherwise=FALSE)
            return Choice(test=both, then=other, otherwise=otherwise, span=choice.span)
    return choice


def _told_apart(choice: Choice, facts: Facts, types: Types) -> Choice:
    """`(x and b) or c` as `b if x else c`, where `c` is false if only `b` was: `c` often asks for `x` again."""
    match choice:
        case Choice(
            test=Choice(test=first, then=second, otherwise=Constant(value=False)), then=Constant(value=True)
        ) if types.of(first) == types.of(second) == "boolean":
            neither = facts.assuming(first, True).assuming(second, False)
            if simplified(choice.otherwise, neither, types) != FALSE:
                return choice
            rest = simplified(choice.otherwise, facts.assuming(first, False), types)
            return Choice(test=first, then=second, otherwise=rest, span=choice.span)
    return choice


def _call(call: Call, types: Types) -> Expression:
    match call:
        case Call(function="not", arguments=(Call(function="not", arguments=(inner,)),)):
            return inner if types.of(inner) == "boolean" else call
        case Call(
            function="not",
            arguments=(
                Choice(test=Call(function="not", arguments=(left,)), then=Constant(value=True)) as either,
            ),
        ):
            right = _call(Call(function="not", arguments=(either.otherwise,)), types)
            return either.model_copy(update={"test": left, "then": right, "otherwise": FALSE})
        case Call(
            function="not",
            arguments=(
                Choice(
                    then=Constant(value=True), otherwise=Call(function="not", arguments=(right,))
                ) as either,
            ),
        ) if types.of(right) == "boolean":
            return either.model_copy(
                update={"test": negation(either.test), "then": right, "otherwise": FALSE}
            )
        case Call(function="python.truth", arguments=(value,)) if types.of(value) == "boolean":
            return value
        case Call(
            function="python.truth",
            arguments=(
                Call(function="python.add", arguments=(first, SequenceExpression(items=[_, *_]))) as whole,
            ),
        ) if types.of(first) == "list" and not types.may_fail(whole):
            return TRUE
        case Call(function="python.truth", arguments=(Choice() as choice,)):
            return _truth_of(choice, types) or call
        case Call(
            function="python.less_or_equal",
            arguments=(Constant(value=int() as least), Reference(part="status")),
        ) if least <= _LEAST_STATUS:
            return TRUE
        case Call(
            function="python.less",
            arguments=(Reference(part="status"), Constant(value=int() as above)),
        ) if above > _GREATEST_STATUS:
            return TRUE
        case Call(function="python.get" | "python.member", arguments=(of, Constant(value=str()), *_)):
            return _looked_up(call, of, types) or call
        case Call(function="python.length", arguments=(whole,)):
            return _length(whole, types) or call
        case Call(function=function, arguments=arguments) if function in _DECIDING:
            return _decided(function, arguments, types) or call
        case _:
            return call


def _looked_up(call: Call, of: Expression, types: Types) -> Expression | None:
    """What a look-up of a text finds in a record of the script, or in a choice where one side is such a record.

    A record without entries stays, as in `(order.get("address") or {}).get("city")`: it has no default to find.
    """
    _, key, *default = call.arguments
    if any(types.may_fail(one) for one in default):
        return None
    match of:
        case RecordExpression(entries=[_, *_] as entries) if not types.may_fail(of):
            if any(entry.when is not None for entry in entries):
                return None
            found = [entry.value for entry in entries if Constant(value=entry.key) == key]
            absent = [*default, Constant(value=None)] if call.function == "python.get" else []
            return next(iter((*reversed(found), *absent)), None)
        case Choice():
            asked = [with_first(call, side) for side in (of.then, of.otherwise)]
            then, otherwise = (_looked_up(one, one.arguments[0], types) for one in asked)
            if then is None and otherwise is None:
                return None
            sides = {"then": then or asked[0], "otherwise": otherwise or asked[1]}
            return _plain(of.model_copy(update=sides), types)
        case _:
            return None


def with_first(call: Call, argument: Expression) -> Call:
    """The call with another first argument."""
    return call.model_copy(update={"arguments": (argument, *call.arguments[1:])})


def _truth_of(choice: Choice, types: Types) -> Expression | None:
    """The truth of a choice as a choice of truths, where one of these is shorter than the value."""
    sides = []
    for side in (choice.then, choice.otherwise):
        of_side = Call(function="python.truth", arguments=(side,))
        sides.append(_call(of_side, types))
    if not any(isinstance(side, Constant) or side in (choice.then, choice.otherwise) for side in sides):
        return None
    return _plain(choice.model_copy(update={"then": sides[0], "otherwise": sides[1]}), types)


def _decided(function: str, arguments: tuple[Expression, ...], types: Types) -> Expression | None:
    """The value for constants; where one argument is a choice of constants, a choice of such values."""
    of_constants = _value(function, arguments)
    if of_constants is not None:
        return of_constants
    others = [at for at, one in enumerate(arguments) if not isinstance(one, Constant)]
    if len(others) != 1 or not isinstance(choice := arguments[others[0]], Choice):
        return None
    sides = [
        _value(function, (*arguments[: others[0]], side, *arguments[others[0] + 1 :]))
        for side in (choice.then, choice.otherwise)
    ]
    if sides[0] is None or sides[1] is None:
        return None
    return _plain(choice.model_copy(update={"then": sides[0], "otherwise": sides[1]}), types)


def _value(function: str, arguments: tuple[Expression, ...]) -> Constant | None:
    """The value of a function of constants; None where it is none that stands in a model, or an error."""
    values = [one.value for one in arguments if isinstance(one, Constant)]
    if len(values) < len(arguments):
        return None
    try:
        value = FUNCTIONS[function](*values)
    except (EvaluationError, UnmappedReached):
        return None
    return Constant(value=value) if isinstance(value, bool) else None


def _length(whole: Expression, types: Types) -> Expression | None:
    """The length of a list with items behind it, without the items: `len(a + [x])` is `len(a) + 1`."""
    match whole:
        case Call(function="python.add", arguments=(first, SequenceExpression(items=items) as more)) if (
            types.of(first) == "list" and items and not types.may_fail(more)
        ):
            length = _call(Call(function="python.length", arguments=(first,)), types)
            more_of = len(items)
            match length:
                case Call(function="python.add", arguments=(inner, Constant(value=int() as count))):
                    length, more_of = inner, count + more_of
            return Call(function="python.add", arguments=(length, Constant(value=more_of)))
        case SequenceExpression(items=items) if not types.may_fail(whole):
            return Constant(value=len(items))
        case _:
            return None
