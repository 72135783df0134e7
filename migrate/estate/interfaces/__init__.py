"""What the systems of an estate look like from its flows: a projection of the models and of recorded traffic."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migrate.estate.interfaces.entities import entities_of
from migrate.estate.interfaces.merging import GatheredSystem, key_of, with_traffic
from migrate.estate.interfaces.requests import FlowRequests, requests_of
from migrate.estate.interfaces.traffic import Router, Seen
from migrate.interfaces import Exchange, Interface, InterfaceOperation, Interfaces, InterfaceServer
from migrate.model import Estate

__all__ = ["interfaces_of"]


def interfaces_of(estate: Estate, traffic: Iterable[Exchange] = ()) -> Interfaces:
    """The systems that the flows of an estate call, and the entities that they write."""
    flows = [requests_of(integration) for integration in estate.integrations]
    gathered = _gathered(flows)
    systems, ignored = _with_traffic(gathered, traffic)
    entities, mapped = entities_of(flows, {server: one for one in systems for server in _urls(one)})
    return Interfaces(
        systems=systems,
        entities=entities,
        unplaced={(flow.integration.id, one.step): one.reason for flow in flows for one in flow.unplaced},
        mapped=mapped,
        ignored=ignored,
    )


def _urls(interface: Interface) -> tuple[str, ...]:
    return tuple(server.url for server in interface.servers)


# --- which servers are one system ------------------------------------------------------------------------------------


def _gathered(flows: Iterable[FlowRequests]) -> list[GatheredSystem]:
    """The systems by id. Servers that one request goes to, now to this one, now to that, are one system."""
    asked = [one for flow in flows for one in flow.asked]
    leader: dict[str, str] = {}
    by_step: dict[tuple[str, str, str], str] = {}
    for one in asked:
        url = one.server.url
        use = one.operation.uses[0]
        first = by_step.setdefault((use.flow, use.step, one.operation.path), url)
        if _led(leader, url) != _led(leader, first):
            leader[_led(leader, url)] = _led(leader, first)
    named = {
        server.url.rstrip("/"): system.id
        for flow in reversed(list(flows))
        for system in reversed(flow.integration.systems)
        for server in system.servers
    }
    systems: dict[str, GatheredSystem] = {}
    taken: set[str] = set()
    for one in asked:
        led = _led(leader, one.server.url)
        if led not in systems:
            id_ = named.get(led) or _slug(led)
            id_ = id_ if id_ not in taken else _slug(led)
            taken.add(id_)
            systems[led] = GatheredSystem(id_)
        systems[led].add(one)
    return sorted(systems.values(), key=lambda system: system.id)


def _led(leader: dict[str, str], url: str) -> str:
    while url in leader:
        url = leader[url]
    return url


def _slug(url: str) -> str:
    """A name for a server that none of the models names."""
    return re.sub(r"[^a-z0-9]+", "_", url.partition("://")[2].lower() or url.lower()).strip("_")


# --- traffic ---------------------------------------------------------------------------------------------------------


def _with_traffic(
    gathered: list[GatheredSystem], traffic: Iterable[Exchange]
) -> tuple[tuple[Interface, ...], int]:
    """The systems with what traffic shows of their operations, and how many exchanges belong to none."""
    router = Router(
        (tuple(system.servers.values()), operation)
        for system in gathered
        for operation in system.operations.values()
    )
    seen: dict[int, Seen] = {}
    ignored = 0
    for exchange in traffic:
        found = router.find(exchange.method, exchange.url)
        if found is None:
            ignored += 1
            continue
        operation, base = found
        own = seen.setdefault(id(operation), Seen())
        own.exchanges.append(exchange)
        own.bases.setdefault(base)
    return tuple(_interface(system, seen) for system in gathered), ignored


def _interface(system: GatheredSystem, seen: dict[int, Seen]) -> Interface:
    own = [seen[id(one)] for one in system.operations.values() if id(one) in seen]
    bases = dict.fromkeys(base for one in own for base in one.bases)
    operations = (
        with_traffic(one, seen[id(one)]) if id(one) in seen else one for one in system.operations.values()
    )
    return Interface(
        system.id,
        tuple(_with_default(server, bases) for server in system.servers.values()),
        tuple(sorted(operations, key=_order)),
    )


def _with_default(server: InterfaceServer, bases: dict[str, None]) -> InterfaceServer:
    """Where configuration gives all of the address and names none to fall back on, the one that was seen."""
    whole = re.fullmatch(r"\{(\w+)\}", server.url)
    if whole is None or server.defaults or len(bases) != 1:
        return server
    return replace(server, defaults=((whole[1], next(iter(bases))),))


def _order(operation: InterfaceOperation) -> tuple[str, str]:
    method, path = key_of(operation)
    return path, method
