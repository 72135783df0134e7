"""Applies a change to every expression, and a renaming to every step, of a block."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from migrate.model import (
    AnyStep,
    Block,
    Call,
    Check,
    EntryPoint,
    Expression,
    Fail,
    Filter,
    HttpOperation,
    Loop,
    LoopExit,
    LoopValue,
    LoopVariable,
    Milestone,
    Read,
    Reference,
    Respond,
    Route,
    SequenceExpression,
    Split,
    Stop,
    Translate,
    Try,
    UnmappedStep,
    Write,
    expressions_of,
    map_blocks,
    rewrite,
    walk,
    walk_steps,
    with_values,
)

Change = Callable[[Expression], Expression]


def renaming(names: dict[str, str]) -> Change:
    """The change that refers to steps by their new ids."""

    def change(expression: Expression) -> Expression:
        match expression:
            case Reference(step=step) if step in names:
                return expression.model_copy(update={"step": names[step]})
            case LoopValue(loop=loop) if loop in names:
                return expression.model_copy(update={"loop": names[loop]})
            case _:
                return expression

    return change


def tuples_as_lists(expression: Expression) -> Expression:
    """The change that writes a tuple as the list that it is in a model."""
    match expression:
        case Call(function="python.tuple", arguments=items):
            return SequenceExpression(items=items)
        case _:
            return expression


def rewrite_block(block: Block, change: Change) -> Block:
    """The block with the change applied to all its expressions."""
    return tuple(rewrite_step(step, change) for step in block)


def rewrite_step(step: AnyStep, change: Change) -> AnyStep:
    """The step, and all inside it, with the change applied."""
    made = with_expressions(step, lambda expression: rewrite(expression, change))
    return map_blocks(made, lambda block: rewrite_block(block, change))


def with_expressions(step: AnyStep, new: Change) -> AnyStep:
    """The step with new expressions in place of those that stand in it as wholes, not in the steps inside."""
    match step:
        case Read(operation=operation) | Write(operation=operation):
            return step.model_copy(update={"operation": with_values(operation, new)})
        case Translate(rules=rules):
            made = []
            for rule in rules:
                when = None if rule.when is None else new(rule.when)
                made.append(rule.model_copy(update={"value": new(rule.value), "when": when}))
            return step.model_copy(update={"rules": tuple(made)})
        case Check(expressions=expressions):
            return step.model_copy(update={"expressions": tuple(new(e) for e in expressions)})
        case Filter(condition=condition):
            return step.model_copy(update={"condition": new(condition)})
        case Split(over=over, variables=variables):
            return step.model_copy(update={"over": new(over), "variables": _variables(variables, new)})
        case Loop(condition=test, variables=variables):
            tested = None if test is None else new(test)
            return step.model_copy(update={"condition": tested, "variables": _variables(variables, new)})
        case LoopExit(updates=updates):
            changed = tuple(u.model_copy(update={"value": new(u.value)}) for u in updates)
            return step.model_copy(update={"updates": changed})
        case Route(branches=branches):
            ways = tuple(b.model_copy(update={"when": new(b.when)}) for b in branches)
            return step.model_copy(update={"branches": ways})
        case Respond(status=status, headers=headers, body=body):
            sent = tuple(one.model_copy(update={"value": new(one.value)}) for one in headers)
            content = None if body is None else new(body)
            return step.model_copy(update={"status": new(status), "headers": sent, "body": content})
        case Try() | Milestone() | Fail() | Stop() | EntryPoint() | UnmappedStep():
            return step
        case _:
            assert_never(step)


def _variables(variables: tuple[LoopVariable, ...], new: Change) -> tuple[LoopVariable, ...]:
    return tuple(v.model_copy(update={"initial": new(v.initial), "next": new(v.next)}) for v in variables)


def without_idle_tries(block: Block) -> Block:
    """The block with the steps of a try that handles nothing, and that nothing refers to, in its place."""
    used = {
        part.step
        for step in walk_steps(block)
        for expression in expressions_of(step)
        for part in walk(expression)
        if isinstance(part, Reference)
    }

    def flattened(block: Block) -> Block:
        made: list[AnyStep] = []
        for step in block:
            inner = map_blocks(step, flattened)
            idle = isinstance(inner, Try) and not inner.handlers and inner.id not in used
            made.extend(inner.steps if idle and isinstance(inner, Try) else (inner,))
        return tuple(made)

    return flattened(block)


def map_requests(block: Block, change: Callable[[HttpOperation], HttpOperation]) -> Block:
    """The block with the change applied to every HTTP request."""

    def changed(step: AnyStep) -> AnyStep:
        if isinstance(step, (Read, Write)) and isinstance(step.operation, HttpOperation):
            return step.model_copy(update={"operation": change(step.operation)})
        return map_blocks(step, lambda inner: map_requests(inner, change))

    return tuple(changed(step) for step in block)
