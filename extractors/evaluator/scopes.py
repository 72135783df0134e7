"""The name spaces of a script: those of functions, classes and comprehensions, by the address of their frame."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.ir import FunctionDef, FunctionExpr


@dataclass
class Scopes:
    """The name spaces around the place being evaluated, from the outside in, and what sort each is."""

    functions: list[tuple[int, FunctionDef | FunctionExpr]] = field(default_factory=list)
    """The functions being run."""
    class_bodies: list[int] = field(default_factory=list)
    """The bodies of classes being run."""
    classes: set[int] = field(default_factory=set)
    """The name spaces of all classes."""
    comprehensions: set[int] = field(default_factory=set)
    """The name spaces of comprehensions, past which a walrus assigns."""
