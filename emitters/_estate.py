"""What emitters of whole estates share: ids that are one of a kind in an estate, and the account of them."""

from __future__ import annotations

from collections.abc import Iterable

from emitters._steps import ids_of
from migrate.contracts import Artefact, Emission, Loss
from migrate.model import Estate


def within(flow: str, id_: str) -> str:
    """The id of a step or rule of a flow as it stands for an estate."""
    return f"{flow}/{id_}"


def accounted(target: str, estate: Estate, artefacts: Iterable[Artefact], losses: Iterable[Loss]) -> Emission:
    """The emission; raises `AssertionError` where an id is neither realised nor lost, or both."""
    emission = Emission(tuple(artefacts), tuple(losses), {})
    wanted = {within(flow.id, id_) for flow in estate.integrations for id_ in ids_of(flow)}
    realised = frozenset[str]().union(*(artefact.realises for artefact in emission.artefacts))
    lost = {loss.id for loss in emission.losses}
    if missing := sorted(wanted - realised - lost):
        raise AssertionError(f"{target} neither realises nor states as lost: {', '.join(missing)}")
    if both := sorted(realised & lost):
        raise AssertionError(f"{target} realises what it states as lost: {', '.join(both)}")
    if unknown := sorted((realised | lost) - wanted):
        raise AssertionError(f"{target} accounts for what is not there: {', '.join(unknown)}")
    return emission
