"""The modules of a script's project: where an import finds them, and which of them have been loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from extractors.evaluator.signatures import Signature
from extractors.ir import Script
from migrate.diagnostics import Diagnostic
from migrate.model import SourceSpan


@dataclass(frozen=True)
class Found:
    """A module of the project: its dotted name, its file as spans name it, and its script or why there is none.

    Of a package `folders` are where its own modules lie; one without `__init__` has no file and no script.
    """

    name: str
    file: str = ""
    script: Script | Diagnostic | None = None
    sha256: str = ""
    folders: tuple[str, ...] = ()


@dataclass(frozen=True)
class Added:
    """A folder that a script adds to where modules are found, as a path from the script's or the working folder.

    It goes before all others, or behind them.
    """

    path: str
    of: Literal["script", "working"]
    first: bool


class Modules(Protocol):
    """Finds the modules of a project. A language's front end says where they lie."""

    def find(self, name: str, added: tuple[Added, ...]) -> Found | None:
        """The module of a name without dots; None where it is none of the project."""

    def find_in(self, package: Found, name: str) -> Found | None:
        """The module of a name within a package; None where the package has none."""

    def left_out(self, name: str) -> bool:
        """True for a module that is not found and that, by its name, holds settings: it is kept out of the folder."""


class NoModules:
    """A script that stands alone."""

    def find(self, name: str, added: tuple[Added, ...]) -> Found | None:
        """None: nothing lies beside it."""
        return None

    def find_in(self, package: Found, name: str) -> Found | None:
        """None, as there is no package."""
        return None

    def left_out(self, name: str) -> bool:
        """False: nothing is known of modules."""
        return False


@dataclass
class Loaded:
    """What one evaluation has loaded."""

    names: int = 0
    """The address of the name space that holds the loaded modules by their names, as `sys.modules` does."""
    found: dict[str, Found] = field(default_factory=dict)
    """The modules that were looked for and found, in order."""
    left_out: set[str] = field(default_factory=set)
    """The modules of settings that are not there."""
    open_to_settings: set[int] = field(default_factory=set)
    """The name spaces of modules that import all names of a module of settings that is not there."""
    under_way: list[str] = field(default_factory=list)
    """The modules that are being run, from the outside in."""
    added: list[Added] = field(default_factory=list)
    frames: dict[int, Found] = field(default_factory=dict)
    """The modules by the address of their name space."""
    early: dict[str, tuple[SourceSpan, Signature]] = field(default_factory=dict)
    """Modules to be loaded ahead of the script, each with an import of it and what it is to be then: running them has
    no effect, and some ways of the script only import them."""
    late: set[str] = field(default_factory=set)
    """Modules that have shown to be another when they are loaded ahead of the script."""
    wanted_early: dict[str, tuple[SourceSpan, Signature]] = field(default_factory=dict)
    wanted_late: set[str] = field(default_factory=set)

    def anew(self) -> Loaded | None:
        """What the next evaluation is to begin with, if this one has shown that it must."""
        early = {**self.early, **{n: one for n, one in self.wanted_early.items() if n not in self.early}}
        early = {name: one for name, one in early.items() if name not in self.wanted_late}
        if early == self.early:
            return None
        return Loaded(early=early, late=self.late | self.wanted_late)

    def again(self) -> Loaded:
        """What an evaluation begins with that is started anew for another reason."""
        return Loaded(early=self.early, late=self.late)

    def scripts(self) -> tuple[tuple[Script, str], ...]:
        """The scripts of the modules that were run, each with the hash of its file."""
        return tuple(
            (one.script, one.sha256) for one in self.found.values() if isinstance(one.script, Script)
        )
