"""An integration: one script's job, with the systems it joins; and the estate, which holds all of them."""

from __future__ import annotations

from typing import Literal

from migrate.model.base import Node
from migrate.model.expressions import Scalar
from migrate.model.operations import FilePath
from migrate.model.security import Secret, SecurityScheme
from migrate.model.steps import AnyStep
from migrate.model.triggers import ManualTrigger, Trigger, WebhookTrigger


class Variable(Node):
    """A configuration value that a script reads when it runs.

    `storage` is where the script has it from: the environment, its arguments, or a file of configuration. Where it is
    required and not set, the run fails with an error of the kind `missing`.
    """

    name: str
    storage: Literal["env", "arg", "config"]
    default: Scalar = None
    required: bool = True
    missing: str = "KeyError"


class Server(Node):
    """Scheme and host of a system, or `{NAME}` where configuration gives it."""

    url: str


class System(Node):
    """A system that integrations read from or write to, found by its servers."""

    id: str
    servers: tuple[Server, ...]


class Source(Node):
    """A legacy file (relative, POSIX) and the SHA-256 of its bytes."""

    file: str
    sha256: str


class Integration(Node):
    """What one legacy script does.

    `mentioned_secrets` are credentials that its code takes from somewhere by name and no step uses, as far as is known.
    `log_files` are those that the script writes its log to, with constant paths: no step does, and none reads them.
    """

    id: str
    name: str
    trigger: Trigger = ManualTrigger()
    variables: tuple[Variable, ...] = ()
    secrets: tuple[Secret, ...] = ()
    mentioned_secrets: tuple[Secret, ...] = ()
    security_schemes: tuple[SecurityScheme, ...] = ()
    systems: tuple[System, ...] = ()
    log_files: tuple[FilePath, ...] = ()
    steps: tuple[AnyStep, ...]
    sources: tuple[Source, ...]

    @property
    def whole(self) -> tuple[AnyStep, ...]:
        """What is evaluated before the trigger takes in requests, if it takes in any, then the steps of a run."""
        start = self.trigger.start if isinstance(self.trigger, WebhookTrigger) else ()
        return (*start, *self.steps)


class Estate(Node):
    """All integrations of an audit."""

    schema_version: Literal["3"] = "3"
    integrations: tuple[Integration, ...]
