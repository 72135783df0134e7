"""What joins the flows of an estate, in rows for a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from migrate.contracts import Extraction
from migrate.estate import Credential, SystemGraph, mapped_twice, system_graph
from migrate.model import Estate
from migrate.pipeline.places import Lines, place_of
from migrate.report.content import (
    CredentialRow,
    EstateMap,
    LinkRow,
    MappedFieldRow,
    MappedRow,
    SystemRow,
)

ONE_VALUE = "hard-coded with the same value"
ONE_SYSTEM = "one name, sent to one system"
SEVERAL_SYSTEMS = "one name, sent to several systems: whether it is one value, the environment alone tells"
NOWHERE = "one name; where it is sent could not be told"


def estate_map(extractions: Sequence[Extraction], ids: Sequence[str], lines: Lines) -> EstateMap:
    """The map of what was read, with the flows under the given ids, all different."""
    integrations = tuple(
        one.integration.model_copy(update={"id": id}) for one, id in zip(extractions, ids, strict=True)
    )
    estate = Estate(integrations=integrations)
    graph = system_graph(estate, _same_values(extractions, ids))
    plain = {system.name for system in graph.systems if system.plain}
    return EstateMap(
        systems=tuple(
            SystemRow(
                system.name,
                system.kind,
                system.plain,
                _flows(graph, system.name, "reads"),
                _flows(graph, system.name, "writes"),
            )
            for system in graph.systems
        ),
        links=tuple(
            LinkRow(
                link.flow,
                link.system,
                link.direction,
                link.operations,
                link.system in plain,
                link.unverified,
                tuple(_shared(graph, link.flow, link.system)),
                place_of(link.span, lines),
            )
            for link in graph.links
        ),
        credentials=tuple(
            CredentialRow(
                one.names,
                one.storage,
                one.systems,
                _note(one),
                tuple(place for span in one.spans if (place := place_of(span, lines)) is not None),
            )
            for one in graph.credentials
        ),
        mapped=tuple(
            MappedFieldRow(
                one.request,
                one.field,
                one.same,
                tuple(
                    MappedRow(rule.flow, rule.rule, rule.text, place_of(rule.span, lines))
                    for rule in one.rules
                ),
            )
            for one in mapped_twice(estate)
        ),
    )


def _same_values(
    extractions: Sequence[Extraction], ids: Sequence[str]
) -> tuple[frozenset[tuple[str, str]], ...]:
    """The hard-coded secrets that have one value; the values stay here."""
    by_value: dict[str, set[tuple[str, str]]] = {}
    for extraction, id in zip(extractions, ids, strict=True):
        for name, value in extraction.secret_values.reveal().items():
            by_value.setdefault(value, set()).add((id, name))
    groups = [frozenset(group) for group in by_value.values() if len(group) > 1]
    return tuple(sorted(groups, key=sorted))


def _flows(graph: SystemGraph, system: str, direction: str) -> tuple[str, ...]:
    found = (link.flow for link in graph.links if (link.system, link.direction) == (system, direction))
    return tuple(dict.fromkeys(found))


def _shared(graph: SystemGraph, flow: str, system: str) -> Iterator[str]:
    for credential in graph.credentials:
        if system in credential.systems:
            yield from (name for owner, name in credential.names if owner == flow)


def _note(credential: Credential) -> str:
    if credential.storage == "hardcoded":
        return ONE_VALUE
    return {0: NOWHERE, 1: ONE_SYSTEM}.get(len(credential.systems), SEVERAL_SYSTEMS)
