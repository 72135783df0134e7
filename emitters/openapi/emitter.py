"""Writes the documents of an estate, and says which of its steps no document can tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from emitters._estate import accounted, within
from emitters._steps import NOT_STARTED, ids_of
from emitters.openapi.document import document_of
from emitters.openapi.engine import SUFFIX, OpenApiValidator
from emitters.openapi.entities import entities_document
from emitters.openapi.readme import readme
from emitters.openapi.yaml_text import yaml_text
from migrate.contracts import Artefact, Emission, Loss
from migrate.interfaces import Interface, Interfaces
from migrate.model import (
    AnyStep,
    Estate,
    HttpOperation,
    Integration,
    Read,
    Respond,
    Translate,
    UnmappedStep,
    Write,
    walk_steps,
)

_ORDER = "a description says what is called, not when, in what order, or what a flow does between its calls"
_NOT_HTTP = "it is no request over HTTP, and OpenAPI describes no other interface"
_ELSEWHERE = "what it makes is not sent to a system over HTTP"
_INCOMING = "requests that come in to a flow are not described yet"


class OpenApi:
    """OpenAPI 3.1 documents, checked by a validator."""

    name = "openapi"
    scope: Literal["estate"] = "estate"
    engine = OpenApiValidator()

    def emit_estate(self, estate: Estate, interfaces: Interfaces) -> Emission:
        """A document a system, one for the entities, and a README."""
        flows = {flow.id: flow for flow in estate.integrations}
        artefacts = [self._system(one, interfaces, flows) for one in interfaces.systems]
        if interfaces.entities:
            used = {
                made.use.flow for one in interfaces.entities for field in one.fields for made in field.made
            }
            document = entities_document(interfaces.entities, _sources(flows, used))
            artefacts.append(Artefact(f"entities{SUFFIX}", yaml_text(document), frozenset()))
        realised = frozenset[str]().union(*(one.realises for one in artefacts))
        losses = [
            loss
            for flow in estate.integrations
            for loss in _losses(flow, interfaces)
            if loss.id not in realised
        ]
        artefacts.append(Artefact("README.md", readme(interfaces, estate, losses), frozenset()))
        return accounted(self.name, estate, artefacts, losses)

    def _system(
        self, interface: Interface, interfaces: Interfaces, flows: dict[str, Integration]
    ) -> Artefact:
        calls = {within(use.flow, use.step) for one in interface.operations for use in one.uses}
        made = {within(*id_) for id_, systems in interfaces.mapped.items() if interface.id in systems}
        text = yaml_text(document_of(interface, _sources(flows, set(interface.flows))))
        return Artefact(f"systems/{interface.id}{SUFFIX}", text, frozenset(calls | made))


def _sources(flows: dict[str, Integration], used: set[str]) -> list[str]:
    """The files of the flows with their hashes, each once."""
    found = {
        f"{source.file} (SHA-256 {source.sha256})": None
        for id_, flow in flows.items()
        if id_ in used
        for source in flow.sources
    }
    return sorted(found)


def _losses(flow: Integration, interfaces: Interfaces) -> Iterator[Loss]:
    """A loss for each id of a flow, whether or not a document tells it."""
    told: set[str] = set()
    for step in walk_steps(flow.steps):
        reason = interfaces.unplaced.get((flow.id, step.id))
        level, why = _why(step)
        if reason is not None:
            level, why = "todo", reason
        ids = (step.id, *(rule.id for rule in step.rules)) if isinstance(step, Translate) else (step.id,)
        for id_ in ids:
            told.add(id_)
            yield Loss(within(flow.id, id_), level, why)
    for id_ in sorted(ids_of(flow) - told):
        yield Loss(within(flow.id, id_), "todo", _INCOMING)


def _why(step: AnyStep) -> tuple[Literal["todo", "never"], str]:
    match step:
        case Read(operation=HttpOperation()) | Write(operation=HttpOperation()):
            return "todo", NOT_STARTED
        case Read() | Write():
            return "never", _NOT_HTTP
        case Translate():
            return "never", _ELSEWHERE
        case Respond():
            return "todo", _INCOMING
        case UnmappedStep(code=code, reason=reason):
            return "todo", f"{code}: {reason}{f' ({step.span})' if step.span else ''}"
        case _:
            return "never", _ORDER


EMITTER = OpenApi()
