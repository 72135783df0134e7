"""Expressions in a simpler form, and that each has the value or the error of the one it stands for."""

from __future__ import annotations

import random
from typing import Any

import pytest

from extractors.lifting.simplifying.algebra import Types, simplified
from extractors.lifting.simplifying.facts import Facts
from migrate.model import (
    Choice,
    Entry,
    Expression,
    Integration,
    LoopValue,
    RecordExpression,
    Reference,
    SequenceExpression,
)
from migrate.model.notation import written
from migrate.model.values import EvaluationError, UnmappedReached
from migrate.reference.expressions import evaluate
from migrate.reference.state import State
from tests.unit.node_red_emitter.models import call, const

TYPES = Types(
    {("l", "yes"): "boolean", ("l", "no"): "boolean", ("l", "rows"): "list", ("l", "n"): "integer"},
    frozenset(),
)
YES, NO, ROWS, N, ANY = (LoopValue(loop="l", name=name) for name in ("yes", "no", "rows", "n", "any"))
T, F = const(True), const(False)
ANSWERED = Reference(step="r", part="status")
BAD = call("python.member", ANY, "k")


def choice(test: Expression, then: Any, otherwise: Any) -> Choice:
    return Choice(test=test, then=_made(then), otherwise=_made(otherwise))


def _made(value: Any) -> Expression:
    return value if not isinstance(value, bool | int | str | None) else const(value)


def negated(one: Expression) -> Expression:
    return call("not", one)


def truth(one: Expression) -> Expression:
    return call("python.truth", one)


def length(one: Expression) -> Expression:
    return call("python.length", one)


def grown(*items: Expression) -> Expression:
    return call("python.add", ROWS, SequenceExpression(items=items))


STATUS = choice(truth(ANY), 1, 0)
CASES: list[tuple[str, Expression, str]] = [
    ("a choice within the same choice", choice(YES, choice(YES, 1, 2), 3), "(1 if yes else 3)"),
    ("a choice within the other side", choice(YES, 1, choice(YES, 2, 3)), "(1 if yes else 3)"),
    ("a status is at least 100", call("python.less_or_equal", const(100), ANSWERED), "True"),
    ("a status has three digits", call("python.less", ANSWERED, const(1000)), "True"),
    ("a status may be an error", call("python.less", ANSWERED, const(999)), "(r.status < 999)"),
    ("a choice under the negation", choice(negated(YES), choice(YES, 1, 2), 3), "(2 if not yes else 3)"),
    ("a test that is its own value", choice(YES, YES, BAD), "(True if yes else any.k)"),
    (
        "both tests hold",
        choice(choice(YES, NO, F), choice(NO, 1, 2), 3),
        "(1 if (no if yes else False) else 3)",
    ),
    (
        "a test of a failing value decides the next one",
        choice(BAD, choice(BAD, 1, 2), 3),
        "(1 if any.k else 3)",
    ),
    (
        "two tests that lead to one value",
        choice(YES, N, choice(NO, N, ANY)),
        "(n if (True if yes else no) else any)",
    ),
    (
        "two tests that lead to another value",
        choice(YES, choice(NO, ANY, N), N),
        "(any if (no if yes else False) else n)",
    ),
    ("constants stay where they are", choice(YES, 1, choice(NO, 1, 2)), "(1 if yes else (1 if no else 2))"),
    ("a test that decides nothing", choice(YES, N, N), "n"),
    ("a test that decides nothing but can fail", choice(truth(BAD), N, N), "(n if truth(any.k) else n)"),
    ("a test that may be no boolean", choice(ANY, N, N), "(n if any else n)"),
    ("the test is the value", choice(YES, True, False), "yes"),
    ("the test is no boolean, so not its value", choice(ANY, True, False), "(True if any else False)"),
    ("the truth of a truth", truth(truth(ANY)), "truth(any)"),
    ("the truth of what has one", truth(choice(YES, negated(NO), ANY)), "(not no if yes else truth(any))"),
    ("the truth of two values", truth(choice(YES, ANY, N)), "truth((any if yes else n))"),
    ("neither", negated(choice(negated(YES), True, truth(ANY))), "(not truth(any) if yes else False)"),
    (
        "not one and the other",
        negated(choice(YES, True, negated(truth(ANY)))),
        "(truth(any) if not yes else False)",
    ),
    (
        "one and another, or not the one",
        choice(choice(YES, NO, F), True, negated(YES)),
        "(no if yes else True)",
    ),
    (
        "one and another, or a third",
        choice(choice(YES, NO, F), True, truth(ANY)),
        "(True if (no if yes else False) else truth(any))",
    ),
    (
        "an exit status",
        choice(call("is_null", STATUS), True, call("python.equals", STATUS, 0)),
        "not truth(any)",
    ),
    ("the truth of a list with one more", truth(grown(N)), "True"),
    ("the truth of a list with what can fail", truth(grown(BAD)), "truth((rows + [any.k]))"),
    ("the length of a list with one more", length(grown(N)), "(length(rows) + 1)"),
    (
        "the length of a list with two more than that",
        length(call("python.add", grown(N), SequenceExpression(items=(N, N)))),
        "(length(rows) + 3)",
    ),
    ("the length of a list with what can fail", length(grown(BAD)), "length((rows + [any.k]))"),
    (
        "the length of what may be a text",
        length(call("python.add", ANY, SequenceExpression(items=(N,)))),
        "length((any + [n]))",
    ),
    ("the length of a list", length(SequenceExpression(items=(N, ANY))), "2"),
    (
        "a field that is there",
        RecordExpression(entries=(Entry(key="a", value=choice(YES, N, 2), when=YES),)),
        "{a: n if yes}",
    ),
    (
        "a field that is never there",
        choice(YES, 0, RecordExpression(entries=(Entry(key="a", value=N, when=YES),))),
        "(0 if yes else {})",
    ),
]


@pytest.mark.parametrize(
    ("expression", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_an_expression_becomes(expression: Expression, expected: str) -> None:
    assert written(simplified(expression, Facts(), TYPES)) == expected


# --- the same value, or the same error, on all data ----------------------------------------------------------------

VALUES: dict[str, tuple[Any, ...]] = {
    "yes": (True, False),
    "no": (True, False),
    "rows": ([], [1], [None, {}]),
    "n": (0, 1, -3),
    "any": (None, True, False, 0, 1.0, "", "k", [], [[]], {}, {"k": True}, {"k": None}),
}


def outcome(expression: Expression, state: State) -> Any:
    """The value with its type, or the kind of the error."""
    try:
        return repr(evaluate(expression, state))
    except EvaluationError as error:
        return error.kind
    except UnmappedReached:
        return "unmapped"


def any_expression(dice: random.Random, depth: int) -> Expression:
    """An expression of the functions that the rules are about."""
    if depth == 0 or dice.random() < 0.15:
        return dice.choice((YES, NO, ROWS, N, ANY, BAD, T, F, const(0), const(1), const(None)))
    inner = [any_expression(dice, depth - 1) for _ in range(3)]
    match dice.randrange(9):
        case 0 | 1 | 2:
            return choice(dice.choice((inner[0], YES, NO, negated(YES), truth(ANY))), inner[1], inner[2])
        case 3:
            return negated(inner[0])
        case 4:
            return truth(inner[0])
        case 5:
            return length(dice.choice((inner[0], grown(inner[1]), grown(inner[1], inner[2]))))
        case 6:
            entries = (Entry(key="a", value=inner[0], when=inner[1]), Entry(key="b", value=inner[2]))
            return RecordExpression(entries=entries)
        case 7:
            return call(
                dice.choice(("python.equals", "python.less", "python.less_or_equal")), inner[0], inner[1]
            )
        case _:
            return call("is_null", inner[0])


def any_state(dice: random.Random) -> State:
    state = State(Integration(id="i", name="i", steps=(), sources=()), {})
    state.loops["l"] = {name: dice.choice(values) for name, values in VALUES.items()}
    return state


@pytest.mark.parametrize("seed", range(20))
def test_a_simpler_form_has_the_same_value_or_error(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(60):
        expression, known = any_expression(dice, 4), any_expression(dice, 2)
        for _ in range(6):
            state = any_state(dice)
            facts = Facts()
            if (held := outcome(known, state)) in ("True", "False"):
                facts = facts.assuming(known, held == "True")
            made = simplified(expression, facts, TYPES)
            assert outcome(made, state) == outcome(expression, state), (
                f"{written(expression)}\nbecame {written(made)}\nwhere {written(known)} is {held}, {state.loops}"
            )
