"""What a plug-in must be: an extractor, an emitter, an engine. The pipeline knows nothing else of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from migrate.diagnostics import Diagnostic
from migrate.interfaces import Interfaces
from migrate.model import Estate, Integration, SourceSpan


class SecretValues:
    """Values of secrets that a source hard-codes, by name; kept in memory for a shadow run, never shown or written."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self._values = dict(values or {})

    def __repr__(self) -> str:
        return f"SecretValues({', '.join(sorted(self._values))})"

    def reveal(self) -> dict[str, str]:
        """The values; only for the environment of a sandboxed run and for redaction."""
        return dict(self._values)


@dataclass(frozen=True)
class Start:
    """How a script is started so that it finds its modules: by its path, or as the module of that name (`python -m`).

    The modules lie in `search`, beside where the interpreter looks by itself; `files` are those outside of the script's
    own folder. All paths are absolute.
    """

    module: str = ""
    search: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Observation:
    """Something that the code shows beside what it does, for those who judge it; no text of the source.

    `told-secret`: a secret (`subject`, its name) is printed or logged. `silent-handler`: a handler of the errors
    `subject` does nothing; the span is its own, `around` all of the statement. `dynamic-code`: the function `subject`
    runs a text that is not constant. `discarded`: the result of a call is thrown away. `tries-again`: something that
    repeats what failed. `sets-limits`: a time limit or an adapter for requests is set beside their calls.
    `any-certificate`: any certificate is taken for a server's. `function`: a function `subject` is defined, whose
    content has the digest. `deprecation`: a comment says that something is `subject` (`deprecated`, `sunset`).
    `suppression`: a comment that takes back findings of the codes `subject` (separated by blanks) in its line.
    """

    kind: Literal[
        "told-secret",
        "silent-handler",
        "dynamic-code",
        "discarded",
        "tries-again",
        "sets-limits",
        "any-certificate",
        "function",
        "deprecation",
        "suppression",
    ]
    span: SourceSpan
    subject: str = ""
    around: SourceSpan | None = None
    digest: str = ""


@dataclass(frozen=True)
class Extraction:
    """What an extractor read from one script."""

    integration: Integration
    diagnostics: tuple[Diagnostic, ...]
    secret_values: SecretValues = field(default_factory=SecretValues)
    start: Start = Start()
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True, order=True)
class Consulted:
    """What was asked of the file system while scripts were read, and the answer, as short texts of the extractor.

    Where all answers are still the same, reading again would give the same.
    """

    question: str
    path: str
    name: str
    answer: str


@runtime_checkable
class Parted(Protocol):
    """A project whose scripts can be read in parts: what is read in one has no bearing on the others."""

    def parts(self) -> tuple[tuple[Path, ...], ...]:
        """The scripts in groups that import each other, as far as their statements say it."""

    def consulted(self) -> tuple[Consulted, ...]:
        """All that was asked of the file system until now."""

    def loaded(self) -> frozenset[Path]:
        """The files that scripts have loaded as modules; one of another part has a bearing on it after all."""

    def answer(self, asked: Consulted) -> str:
        """The answer to the same question as it is now."""


class Project(Protocol):
    """The scripts of one language below a folder, which may import each other."""

    def entries(self) -> tuple[Path, ...]:
        """The scripts that run by themselves; the others are modules, read with the scripts that import them."""

    def extract(self, path: Path) -> Extraction | tuple[Diagnostic, ...] | None:
        """The integration that a script is, with the modules it imports; `sources` names them all, the script first.

        None if it holds none; diagnostics alone if the file cannot be read.
        """

    def remaining(self) -> tuple[Path, ...]:
        """What is to be read beside the entries, as it shows by now: modules that none has loaded or used whole."""


class Extractor(Protocol):
    """Reads scripts of one language."""

    language: str
    suffixes: tuple[str, ...]

    def project(self, root: Path, scripts: Sequence[Path]) -> Project:
        """The scripts below a folder, read as what belongs together. Nothing is opened yet."""

    def answers(self, root: Path) -> Callable[[str, str, str], str]:
        """Answers to question, path and name of what was `Consulted` below a folder, as they are now.

        What gives them is there at once: to see that nothing has changed takes little time.
        """

    def extract(self, path: Path, root: Path) -> Extraction | tuple[Diagnostic, ...] | None:
        """The integration in one file, with what it imports from around it; names of files are relative to `root`.

        None if it holds none; diagnostics alone if the file cannot be read.
        """


@dataclass(frozen=True)
class Artefact:
    """A file that an emitter writes, and the model ids that it realises."""

    path: str
    text: str
    realises: frozenset[str]


@dataclass(frozen=True)
class Loss:
    """A model id that the target does not realise, and why: `todo` ours, `engine` theirs, `never` impossible."""

    id: str
    level: Literal["todo", "engine", "never"]
    reason: str


@dataclass(frozen=True)
class Emission:
    """What an emitter made of an integration. `expressions` maps a mapping rule's id to the emitted text."""

    artefacts: tuple[Artefact, ...]
    losses: tuple[Loss, ...]
    expressions: dict[str, str]


FOLDER_VARIABLES = {"script": "SCRIPT_FOLDER", "working": "WORKING_FOLDER"}
"""The environment variables that tell a flow where relative paths of files start (`FilePath.folder`)."""


@dataclass(frozen=True)
class Launch:
    """How to run an emitted flow: a command that is started inside the sandbox, in a folder that it may write to."""

    command: tuple[str, ...]
    folder: Path
    environment: dict[str, str]


class Validator(Protocol):
    """What checks emitted artefacts."""

    def version(self) -> str:
        """Its name and version, as a person would say it: `Node-RED 4.1.2`."""

    def missing(self) -> str | None:
        """None where it can run; else what is missing and the command that installs it."""

    def faults(self, artefacts: Path) -> tuple[str, ...]:
        """What is wrong with the emitted files (by hand, perhaps) that the platform would pass over silently."""


class Engine(Validator, Protocol):
    """The platform that runs emitted artefacts."""

    def launch(self, artefacts: Path, folder: Path) -> Launch:
        """Prepares `folder` from the emitted files under `artefacts`."""

    def outcome(self, exit_status: int | None, stdout: str) -> tuple[bool, str]:
        """True if the flow ended without error, and a sentence on how it ended."""


class Emitter(Protocol):
    """Writes one platform's configuration of a flow."""

    name: str
    scope: Literal["flow"]
    engine: Engine

    def emit(self, integration: Integration) -> Emission:
        """The artefacts and losses; their ids together are all ids of the integration's steps and rules.

        An artefact states each source as `file (SHA-256 hash)`, so that it is known from which version it was made.
        """


class EstateEmitter(Protocol):
    """Writes what is of all flows together: descriptions of the systems, say. Nothing of it is a flow that runs."""

    name: str
    scope: Literal["estate"]
    engine: Validator

    def emit_estate(self, estate: Estate, interfaces: Interfaces) -> Emission:
        """The artefacts and losses; their ids together are all ids of all integrations, written as `FLOW/ID`.

        `interfaces` is what the flows show of the systems. Artefacts state their sources as those of a flow do.
        """
