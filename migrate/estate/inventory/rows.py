"""Rows of the inventory: flat facts that stand in a table, each with the place it was read from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from migrate.model import Evidence

Protocol = Literal["rest", "graphql", "soap", "webhook", "db", "file", "sftp", "smtp", "sdk"]
Pagination = Literal["none", "offset", "page", "cursor", "link-header"]
Direction = Literal["read", "write", "inbound"]
Role = Literal["source", "target", "auth", "notify"]
Transform = Literal[
    "copy", "const", "concat", "format", "lower", "lookup", "conditional", "cast", "date", "other"
]


class InventoryRow(BaseModel):
    """What all rows have. `file` is relative to the folder that was read (POSIX), lines count from 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CallRow(InventoryRow):
    """A call of another system, a file, a database or a mail server.

    `base` is scheme and host, `{NAME}` where configuration gives it. `path` is a template with `{name}` for what is
    known at run time only, without the query. `query`, `headers` and `body_fields` are names, those of a body dotted.
    `line` is where the script states the call, `sink_line` where a wrapper finally sends it.
    """

    kind: Literal["call"] = "call"
    integration: str
    file: str
    line: int
    language: str
    evidence: Evidence
    protocol: Protocol
    method: str
    base: str
    path: str
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    body_fields: tuple[str, ...] = ()
    auth: str = "none"
    pagination: Pagination = "none"
    direction: Direction
    role: Role
    sink_line: int | None = None


class MappingRow(InventoryRow):
    """A field that is sent and what it is made of: dotted names of the fields of answers, empty for a constant.

    `call` is the call that it feeds, as method and URL.
    """

    kind: Literal["mapping"] = "mapping"
    integration: str
    file: str
    line: int
    language: str
    evidence: Evidence
    target: str
    sources: tuple[str, ...]
    transform: Transform
    expression: str
    call: str


class SecretRow(InventoryRow):
    """A secret by its name and where it is kept; never its value."""

    kind: Literal["secret"] = "secret"
    integration: str
    file: str
    line: int
    language: str
    evidence: Evidence = "literal"
    storage: Literal["hardcoded", "env", "config", "arg", "store"]
    name: str


class ScheduleRow(InventoryRow):
    """When something is started, in the five fields of crontab(5) or as `@daily`, and the command."""

    kind: Literal["schedule"] = "schedule"
    integration: str
    file: str
    line: int
    language: str
    evidence: Evidence = "literal"
    cron: str
    command: str


Row = Annotated[CallRow | MappingRow | SecretRow | ScheduleRow, Field(discriminator="kind")]

COLUMNS: tuple[str, ...] = tuple(
    dict.fromkeys(
        name for of in (CallRow, MappingRow, SecretRow, ScheduleRow) for name in ("kind", *of.model_fields)
    )
)
"""The columns of all kinds, `kind` first."""
