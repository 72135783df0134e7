"""What is to be run: inputs, and mutants of an emitted flow; and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from migrate.shadow.messages import Exchange
from migrate.shadow.recording import Recording

Node = Mapping[str, object]


@dataclass(frozen=True)
class Mutant:
    """An emitted flow that is wrong in one place.

    `id` is `flow/operator/place`, the same each time; `nodes` are those that stand in place of the emitted ones of
    these ids (None: the node is gone); `before` and `after` say what was changed, for people.
    """

    id: str
    operator: str
    node: str
    """The name of the changed node, and behind a colon the line of its JavaScript."""
    before: str
    after: str
    nodes: Mapping[str, Node | None]
    starts: bool = False
    """Whether it is where runs begin, so that all inputs reach it."""
    proof: str | None = None
    """The rule by which it is proved to change nothing, which makes it none."""

    def __str__(self) -> str:
        return f"{self.id}  {self.node}  {self.before!r} -> {self.after!r}"


@dataclass(frozen=True)
class Input:
    """What a run is given: traffic, files beside the script, environment."""

    name: str
    recording: Recording
    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """What differs from the environment of the flow; None for a variable that is missing."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    about: frozenset[str] = frozenset()
    """Names of what was varied: fields, variables, the last part of a path; empty for a recorded run."""


@dataclass(frozen=True)
class Capture:
    """What a run sent, byte by byte, and what it left behind: nothing is left out, brought into order or redacted.

    `ended` is None for a run that had to be ended, else how it ended. A request is its method, target, header lines and
    body as they came; `answers` are what it said to requests that came in, but for the server's clock (`Date`).
    """

    ended: str | None
    requests: tuple[bytes, ...]
    files: tuple[tuple[str, bytes | None], ...]
    answers: tuple[bytes, ...]

    def unordered(self) -> Capture:
        """With the requests in the order of their bytes, for a flow that sends several at a time."""
        return replace(self, requests=tuple(sorted(self.requests)))


@dataclass(frozen=True)
class Outcome:
    """A run: its capture for harm, and its redacted records for the verdict."""

    capture: Capture
    exchanges: tuple[Exchange, ...]
    sent: tuple[Exchange, ...]
    """The same, not redacted."""
    unused: tuple[object, ...]
    answers: tuple[Exchange, ...]
    reached: frozenset[str] = frozenset()
    """Ids of the nodes that got a message."""
    messages: int = 0
    detail: str = ""
    """What the engine logged last, free of values."""
    different: frozenset[str] = frozenset()
    """Of what was tried beside the run: the names of mutants whose node did something else."""
