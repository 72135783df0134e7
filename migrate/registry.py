"""Finds plug-ins: our own by their place, those of others by entry points. The only dynamic import of the toolkit.

An extractor is `extractors/<language>/extractor.py` with `EXTRACTOR`, an emitter is
`emitters/<target>/emitter.py` with `EMITTER`; underscores in a module's name are hyphens on the command line. Third
parties declare the entry point groups `hubshift.extractors` and `hubshift.emitters`.
"""

from __future__ import annotations

import importlib.util
import pkgutil
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points

from migrate.contracts import Emitter, Extractor


class UnknownTarget(Exception):
    """No emitter has this name; the message lists those that there are."""


def _modules(package: str) -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(importlib.import_module(package).__path__)


@cache
def extractors() -> tuple[Extractor, ...]:
    """All extractors, by language."""
    found: dict[str, Extractor] = {}
    for module in _modules("extractors"):
        name = f"extractors.{module.name}.extractor"
        if module.ispkg and importlib.util.find_spec(name) is not None:
            found[module.name] = importlib.import_module(name).EXTRACTOR
    for point in entry_points(group="hubshift.extractors"):
        found[point.name] = point.load()
    return tuple(found[name] for name in sorted(found))


def targets() -> tuple[str, ...]:
    """The names of all targets, as on the command line."""
    own = {
        module.name.replace("_", "-") for module in _modules("emitters") if not module.name.startswith("_")
    }
    return tuple(sorted(own | {point.name for point in entry_points(group="hubshift.emitters")}))


def emitter(target: str) -> Emitter:
    """The emitter of a target. Raises `UnknownTarget`."""
    if target not in targets():
        near = get_close_matches(target, targets(), n=1)
        meant = f", did you mean {near[0]!r}?" if near else ";"
        raise UnknownTarget(f"there is no target {target!r}{meant} there are: {', '.join(targets())}")
    for point in entry_points(group="hubshift.emitters", name=target):
        loaded: Emitter = point.load()
        return loaded
    made: Emitter = importlib.import_module(f"emitters.{target.replace('-', '_')}.emitter").EMITTER
    return made
