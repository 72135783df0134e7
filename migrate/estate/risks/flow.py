"""One flow as the checks look at it: its requests with what stands around them, and what its code shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from migrate.contracts import Extraction, Observation
from migrate.estate.inventory.addresses import Address, addresses_of
from migrate.estate.inventory.calls import FoundCall, calls_of
from migrate.estate.inventory.credentials import credentials_of
from migrate.estate.inventory.origins import Origins, origins_of
from migrate.model import (
    AnyStep,
    EntryPoint,
    Expression,
    FileOperation,
    HttpOperation,
    Integration,
    LoopValue,
    MailOperation,
    Operation,
    Read,
    Reference,
    SdkOperation,
    SourceSpan,
    SqlOperation,
    Translate,
    UnmappedStep,
    Write,
    blocks,
    walk,
    walk_steps,
)


@dataclass(frozen=True)
class Sent:
    """A request, the place of its call, and the steps around it, outermost first."""

    step: Read | Write
    operation: HttpOperation
    span: SourceSpan
    within: tuple[AnyStep, ...]


@dataclass(frozen=True)
class Flow:
    """A flow with what is looked up of it again and again."""

    extraction: Extraction

    @property
    def integration(self) -> Integration:
        """The model."""
        return self.extraction.integration

    @cached_property
    def requests(self) -> tuple[Sent, ...]:
        """All requests whose place is known, in order."""
        return tuple(_requests(self.integration.steps, ()))

    @cached_property
    def steps(self) -> tuple[AnyStep, ...]:
        """All steps, parents first."""
        return tuple(walk_steps(self.integration.steps))

    @cached_property
    def origins(self) -> Origins:
        """What references stand for."""
        return origins_of(self.integration.steps)

    @cached_property
    def calls(self) -> tuple[FoundCall, ...]:
        """The calls as the inventory has them, with the fields that they send."""
        return tuple(calls_of(self.integration, "", self.origins))

    @cached_property
    def credentials(self) -> frozenset[str]:
        """The names of secrets that are credentials."""
        return credentials_of(self.integration)

    @cached_property
    def has_gaps(self) -> bool:
        """True if something that a run comes to could not be read."""
        outside = (step for step in self.integration.steps if not isinstance(step, EntryPoint))
        return any(isinstance(step, UnmappedStep) for step in walk_steps(outside))

    def addresses(self, operation: HttpOperation) -> tuple[Address, ...]:
        """Where a request may go."""
        return addresses_of(operation, self.origins)

    def address(self, sent: Sent) -> str:
        """Method, scheme, host and path; `{name}` for what is not constant."""
        first, *_ = self.addresses(sent.operation)
        return f"{sent.operation.method} {first.base or '{url}'}{first.path}"

    def system(self, operation: Operation) -> str:
        """A system by scheme and host, or by what the model calls it; empty for what is not known, or no system."""
        match operation:
            case HttpOperation():
                return self.addresses(operation)[0].base
            case SdkOperation(system=system):
                return system
            case SqlOperation():
                return "a database"
            case MailOperation():
                return "a mail server"
            case FileOperation():
                return "a file"
            case _:
                return ""

    def call_of(self, sent: Sent) -> FoundCall | None:
        """The call that a request is in the inventory."""
        place = (sent.span.file, sent.span.line)
        for call in self.calls:
            row = call.row
            if row.method == sent.operation.method and place in (
                (row.file, row.line),
                (row.file, row.sink_line),
            ):
                return call
        return None

    def seen(self, *kinds: str) -> Iterator[Observation]:
        """What the code shows of these kinds."""
        return (one for one in self.extraction.observations if one.kind in kinds)

    def systems_of(self, expression: Expression) -> frozenset[str]:
        """The systems whose answers an expression is made of, as far as the model tells."""
        return frozenset(self._systems(expression, set()))

    def _systems(self, expression: Expression, visited: set[object]) -> Iterator[str]:
        for part in walk(expression):
            match part:
                case Reference(step=id) if id not in visited:
                    visited.add(id)
                    yield from self._system_of_step(id, visited)
                case LoopValue(loop=loop, name=name) if (loop, name) not in visited:
                    visited.add((loop, name))
                    for value in self.origins.loop_values.get((loop, name), ()):
                        yield from self._systems(value, visited)
                case _:
                    pass

    def _system_of_step(self, id: str, visited: set[object]) -> Iterator[str]:
        step = self._by_id.get(id)
        match step:
            case Read(operation=operation) | Write(operation=operation):
                yield self.system(operation)
            case Translate(rules=rules):
                for rule in rules:
                    yield from self._systems(rule.value, visited)
            case _ if id in self.origins.over:
                yield from self._systems(self.origins.over[id], visited)
            case _:
                pass

    @cached_property
    def _by_id(self) -> dict[str, AnyStep]:
        return {step.id: step for step in self.steps}


def contains(outer: SourceSpan, inner: SourceSpan) -> bool:
    """True if a place lies within the lines of another."""
    return outer.file == inner.file and outer.line <= inner.line <= outer.end_line


def _requests(steps: tuple[AnyStep, ...], within: tuple[AnyStep, ...]) -> Iterator[Sent]:
    for step in steps:
        if isinstance(step, (Read, Write)) and isinstance(step.operation, HttpOperation):
            span = step.operation.span or step.span
            if span is not None:
                yield Sent(step, step.operation, span, within)
        for block in blocks(step):
            yield from _requests(block, (*within, step))
