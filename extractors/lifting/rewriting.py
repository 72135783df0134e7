"""Applies a change to every expression, and a renaming to every step, of a block."""

from __future__ import annotations

from collections.abc import Callable

from migrate.model import (
    AnyStep,
    Branch,
    Check,
    Expression,
    Filter,
    Loop,
    LoopExit,
    LoopValue,
    LoopVariable,
    Operation,
    Read,
    Reference,
    Route,
    Split,
    Translate,
    Write,
    rewrite,
)

Change = Callable[[Expression], Expression]
Block = tuple[AnyStep, ...]


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


def rewrite_block(block: Block, change: Change) -> Block:
    """The block with the change applied to all its expressions."""
    return tuple(rewrite_step(step, change) for step in block)


def rewrite_step(step: AnyStep, change: Change) -> AnyStep:
    """The step, and all inside it, with the change applied."""

    def new(expression: Expression) -> Expression:
        return rewrite(expression, change)

    match step:
        case Read(operation=operation) | Write(operation=operation):
            return step.model_copy(update={"operation": _operation(operation, new)})
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
        case Split(over=over, variables=variables, steps=steps):
            inner = {
                "over": new(over),
                "variables": _variables(variables, new),
                "steps": rewrite_block(steps, change),
            }
            return step.model_copy(update=inner)
        case Loop(condition=held, variables=variables, steps=steps):
            parts = {
                "condition": None if held is None else new(held),
                "variables": _variables(variables, new),
            }
            return step.model_copy(update={**parts, "steps": rewrite_block(steps, change)})
        case LoopExit(updates=updates):
            changed = tuple(u.model_copy(update={"value": new(u.value)}) for u in updates)
            return step.model_copy(update={"updates": changed})
        case Route(branches=branches, otherwise=otherwise):
            ways = tuple(_branch(branch, new, change) for branch in branches)
            return step.model_copy(update={"branches": ways, "otherwise": rewrite_block(otherwise, change)})
        case _:
            return step


def _variables(variables: tuple[LoopVariable, ...], new: Change) -> tuple[LoopVariable, ...]:
    return tuple(v.model_copy(update={"initial": new(v.initial), "next": new(v.next)}) for v in variables)


def _branch(branch: Branch, new: Change, change: Change) -> Branch:
    return branch.model_copy(update={"when": new(branch.when), "steps": rewrite_block(branch.steps, change)})


def _operation(operation: Operation, new: Change) -> Operation:
    parameters = tuple(p.model_copy(update={"value": new(p.value)}) for p in operation.parameters)
    body = operation.body
    if body is not None:
        body = body.model_copy(update={"content": new(body.content)})
    return operation.model_copy(update={"parameters": parameters, "body": body})


def map_requests(block: Block, change: Callable[[Operation], Operation]) -> Block:
    """The block with the change applied to the operation of every read and write."""
    made: list[AnyStep] = []
    for step in block:
        match step:
            case Read(operation=operation) | Write(operation=operation):
                made.append(step.model_copy(update={"operation": change(operation)}))
            case Split(steps=steps) | Loop(steps=steps):
                made.append(step.model_copy(update={"steps": map_requests(steps, change)}))
            case Route(branches=branches, otherwise=otherwise):
                ways = tuple(b.model_copy(update={"steps": map_requests(b.steps, change)}) for b in branches)
                made.append(
                    step.model_copy(update={"branches": ways, "otherwise": map_requests(otherwise, change)})
                )
            case _:
                made.append(step)
    return tuple(made)
