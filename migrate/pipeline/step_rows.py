"""Steps as rows of a report, and what each of them does in a line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from migrate.model import (
    AnyStep,
    CallTrigger,
    Check,
    EntryPoint,
    EntryTrigger,
    Fail,
    Filter,
    Handler,
    Loop,
    LoopExit,
    Milestone,
    Read,
    Respond,
    Route,
    RouteTrigger,
    ScheduleTrigger,
    Split,
    Stop,
    Translate,
    Trigger,
    Try,
    UnmappedStep,
    WebhookTrigger,
    Write,
    blocks,
)
from migrate.model.notation import described, written
from migrate.pipeline.places import Lines, place_of
from migrate.report.content import StepRow


def trigger_rows(trigger: Trigger, lines: Lines) -> Iterable[StepRow]:
    """What starts the runs, where that is not a person or a scheduler."""
    if isinstance(trigger, WebhookTrigger):
        yield StepRow(trigger.id, "trigger", 0, trigger_text(trigger), place_of(trigger.span, lines))


def step_rows(steps: Iterable[AnyStep], lines: Lines, depth: int = 0) -> Iterable[StepRow]:
    """The steps with those inside of them, in the order of the model."""
    for step in steps:
        yield StepRow(step.id, step.kind, depth, step_text(step), place_of(step.span, lines))
        for block, head in zip(blocks(step), _heads(step, depth, lines), strict=True):
            if head is not None:
                yield head
            yield from step_rows(block, lines, depth + 1)


def _heads(step: AnyStep, depth: int, lines: Lines) -> list[StepRow | None]:
    """For each block inside a step the row above it, where it is a further way of the step."""
    match step:
        case Route(branches=branches, otherwise=otherwise):
            further = StepRow("", "otherwise", depth, "", None) if otherwise else None
            return [*(None for _ in branches), further]
        case Try(handlers=handlers):
            return [
                None,
                *(
                    StepRow("", "handler", depth, _handled(one), place_of(one.span, lines))
                    for one in handlers
                ),
            ]
        case _:
            return [None for _ in blocks(step)]


def trigger_text(trigger: Trigger) -> str:
    """What comes in and starts the runs, in a few words; nothing where a person or a scheduler starts them."""
    if isinstance(trigger, WebhookTrigger):
        return f"inbound: {', '.join(trigger.methods)} {', '.join(trigger.paths) or 'any path'}"
    return ""


def entry_text(trigger: EntryTrigger) -> str:
    """Who calls a function that the script itself does not call."""
    match trigger:
        case CallTrigger():
            return "called from outside of the script"
        case ScheduleTrigger(when=when):
            return f"called by a scheduler: {when}"
        case RouteTrigger(methods=methods, path=path):
            return f"called for {', '.join(methods)} {path}"
        case _:
            assert_never(trigger)


def step_text(step: AnyStep) -> str:
    """What a step does, in a line."""
    match step:
        case Read(operation=operation, called_from=place) | Write(operation=operation, called_from=place):
            return described(operation) + ("" if place is None else f", stated at {place}")
        case Translate(rules=rules):
            return ", ".join(".".join(rule.target) for rule in rules)
        case Check(expressions=expressions):
            return "; ".join(written(one) for one in expressions)
        case Filter(condition=condition):
            return written(condition)
        case Split(over=over, concurrency=1):
            return f"for each of {written(over)}"
        case Split(over=over, concurrency=concurrency):
            how_many = "all" if concurrency == "unbounded" else f"{concurrency}"
            return f"for each of {written(over)}, {how_many} at the same time"
        case Loop(condition=condition, paging=paging):
            how = f"paging by {paging.kind}, parameter {paging.parameter}" if paging is not None else ""
            test = f"while {written(condition)}" if condition is not None else "until an exit"
            return f"{test}; {how}" if how else test
        case Route(branches=branches):
            return "when " + "; ".join(written(branch.when) for branch in branches)
        case Try(handlers=handlers):
            return "; ".join(map(_handled, handlers))
        case Milestone(attempt=attempt, number=number):
            return f"{number} of {attempt}"
        case Fail(again=str()):
            return "raises the error again"
        case Fail(error=error):
            return f"raises {error}"
        case Stop(failed=failed, reason=reason):
            return f"{'fails' if failed else 'ends'}: {reason}"
        case Respond(status=status):
            return f"answers {written(status)}"
        case EntryPoint(name=name, trigger=trigger):
            return f"{name}, {entry_text(trigger)}"
        case UnmappedStep(reason=reason):
            return reason
        case LoopExit():
            return "leaves the loop"


def _handled(handler: Handler) -> str:
    return f"after {', '.join(handler.errors) or 'any error'}"
