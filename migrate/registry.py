"""Finds plug-ins: our own by their place, those of others by entry points. The only dynamic import of the toolkit.

An extractor is `extractors/<language>/extractor.py` with `EXTRACTOR`, an emitter is
`emitters/<target>/emitter.py` with `EMITTER`; underscores in a module's name are hyphens on the command line. Third
parties declare the entry point groups `hubshift.extractors` and `hubshift.emitters`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migrate.contracts import Emitter, EstateEmitter, Extractor


class UnknownTarget(Exception):
    """No emitter has this name; the message lists those that there are."""


def _modules(package: str) -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(importlib.import_module(package).__path__)


@cache
def extractors() -> tuple[Extractor, ...]:
    """All extractors, by language."""
    found: dict[str, Extractor] = {}
    own = importlib.import_module("extractors").__path__
    for module in pkgutil.iter_modules(own):
        inner = pkgutil.iter_modules([str(Path(place, module.name)) for place in own])
        if module.ispkg and any(one.name == "extractor" for one in inner):
            found[module.name] = importlib.import_module(f"extractors.{module.name}.extractor").EXTRACTOR
    for point in entry_points(group="hubshift.extractors"):
        found[point.name] = point.load()
    return tuple(found[name] for name in sorted(found))


def targets() -> tuple[str, ...]:
    """The names of all targets, as on the command line."""
    own = {
        module.name.replace("_", "-") for module in _modules("emitters") if not module.name.startswith("_")
    }
    return tuple(sorted(own | {point.name for point in entry_points(group="hubshift.emitters")}))


def flow_targets() -> tuple[str, ...]:
    """The names of the targets that flows are emitted for, one by one."""
    return tuple(target for target in targets() if not is_of_estate(target))


def is_of_estate(target: str) -> bool:
    """True for a target that is emitted of all flows together. Raises `UnknownTarget`."""
    return getattr(_plugin(target), "scope", "flow") == "estate"


def emitter(target: str) -> Emitter:
    """The emitter of a target for flows. Raises `UnknownTarget`, also for a target of whole estates."""
    if is_of_estate(target):
        raise UnknownTarget(
            f"{target} is made of an estate and runs no flow; there are: {', '.join(flow_targets())}"
        )
    made: Emitter = _plugin(target)
    return made


def estate_emitter(target: str) -> EstateEmitter:
    """The emitter of a target for estates. Raises `UnknownTarget`, also for a target of flows."""
    if not is_of_estate(target):
        raise UnknownTarget(f"{target} is made of one flow, not of an estate")
    made: EstateEmitter = _plugin(target)
    return made


def _plugin(target: str) -> Any:
    if target not in targets():
        near = get_close_matches(target, targets(), n=1)
        meant = f", did you mean {near[0]!r}?" if near else ";"
        raise UnknownTarget(f"there is no target {target!r}{meant} there are: {', '.join(targets())}")
    for point in entry_points(group="hubshift.emitters", name=target):
        return point.load()
    return importlib.import_module(f"emitters.{target.replace('-', '_')}.emitter").EMITTER
