"""The form of a label file and the reading of all of them.

A label file `SET/ID.yaml` says of one script or small project which calls it makes, which secrets it uses and which
fields it maps. The columns are those of the rows of `hubshift inventory`; a few more say how a row is to be compared
or what it is an example of.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

FOLDER = Path(__file__).parent
SETS = ("development", "held_out")
HTTP = frozenset({"rest", "graphql", "soap", "webhook"})

_Line = Annotated[int, Field(ge=1)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^\S.*$")]
_File = Annotated[str, StringConstraints(pattern=r"^[^/\s][^\\]*$")]
_Sources = tuple[_Name, ...]

_KEYED = r"apikey-(header|query|body):\S+"
_FLOWS = (
    "none|basic|bearer|session|digest|hmac|oauth1|mtls|wsse|sigv4|sdk|other|"
    "oauth2-(client-credentials|refresh|password|authorization-code)"
)


class _Labelled(BaseModel):
    """What calls, mappings and secrets have in common: a place, and whether a row for it is required."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    file: _File | None = Field(None, description="relative to the script's folder; None means the entry file")
    line: _Line
    optional: bool = Field(False, description="a row for it is neither required nor wrong")

    @property
    def required(self) -> bool:
        return not self.optional


class Call(_Labelled):
    """One call: where it is stated, where it goes and how."""

    logical_line: _Line | None = Field(None, description="a second line that counts as this call's")
    sink_line: _Line | None = Field(
        None, description="where a wrapper finally sends it, maybe in another file"
    )
    protocol: Literal["rest", "graphql", "soap", "webhook", "db", "file", "sftp", "smtp", "sdk"]
    method: _Name
    base: str | None = Field(
        description="scheme and host, or {NAME}; None where it is known from a response only"
    )
    base_resolved: str | None = Field(None, description="the base by the configuration beside the script")
    base_default: str | None = Field(None, description="the base by a default that stands in the code")
    alternatives: tuple[_Name, ...] = Field(
        (), description="other right places: a whole URL, a base, or a path"
    )
    path: str
    query: tuple[_Name, ...]
    body_fields: tuple[_Name, ...] = Field((), description="only of calls that read or log in")
    auth: Annotated[str, StringConstraints(pattern=rf"^({_FLOWS}|{_KEYED})$")]
    pagination: Literal["none", "offset", "page", "cursor", "link-header", "unknown"]
    direction: Literal["read", "write", "inbound"]
    role: Literal["source", "target", "auth", "notify"]
    inbound: bool = False
    url_by: Literal["literal", "constant", "wrapper", "other-module", "config", "response", "none"]
    client: _Name
    note: Annotated[str, StringConstraints(max_length=120)] = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.inbound != (self.direction == "inbound"):
            raise ValueError("inbound says something else than direction")
        if not self.is_http:
            return self
        if not self.method.isupper():
            raise ValueError(f"not an HTTP method: {self.method}")
        if self.path and not self.path.startswith("/"):
            raise ValueError(f"a path starts with a slash: {self.path}")
        if not self.inbound and (self.base is None) != (self.url_by == "response"):
            raise ValueError("a base is missing exactly where a response gives the URL")
        if self.inbound == (self.url_by != "none"):
            raise ValueError("url_by says how the script gives the URL of a request that it sends")
        if self.base is not None and not self.base.startswith(("http://", "https://", "{")):
            raise ValueError(f"a base is a scheme and a host, or a placeholder: {self.base}")
        return self

    @property
    def is_http(self) -> bool:
        return self.protocol in HTTP


class Mapping(_Labelled):
    """One field of what is written, and the fields of the source that it is made of."""

    logical_line: _Line | None = Field(None, description="where an intermediate record gets the value")
    target: _Name
    sources: _Sources = Field(description="empty for a constant, the clock and random values")
    sources_or: tuple[_Sources, ...] = Field((), description="other lists that are as right")
    transform: Literal[
        "copy", "const", "concat", "format", "lower", "lookup", "conditional", "cast", "date", "other"
    ]
    idiom: Literal[
        "literal",
        "assignment",
        "intermediate",
        "table",
        "lookup",
        "template",
        "frame",
        "keyword",
        "pairs",
        "row",
    ]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.transform == "const" and self.sources:
            raise ValueError("a constant has no source")
        if self.sources in self.sources_or:
            raise ValueError("sources_or repeats sources")
        return self


class Secret(_Labelled):
    """A credential by its name, never its value."""

    storage: Literal["hardcoded", "env", "config", "arg", "store"]
    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[\w.{}\-]+$")]
    note: Annotated[str, StringConstraints(max_length=120)] = Field(
        "", description="`placeholder`: the value is none, so that the secret is not counted"
    )

    @property
    def required(self) -> bool:
        return not self.optional and self.note != "placeholder"


class Schedule(BaseModel):
    """A line of a crontab or the like that runs the script."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cron: _Name
    command: _Name


class Label(BaseModel):
    """One script, or a small project, with all that is known of it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    repository: Annotated[str, StringConstraints(pattern=r"^[\w.-]+/[\w.-]+$")]
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
    sha256: dict[_File, Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]]
    language: Literal["python"]
    paths: Annotated[tuple[_File, ...], Field(min_length=1, description="the entry file first")]
    line_numbers: Literal["exact", "approx"]
    robustness_only: bool = Field(False, description="the tool must not stop at it; nothing is counted")
    note: Annotated[str, StringConstraints(max_length=200)] = ""
    calls: tuple[Call, ...]
    secrets: tuple[Secret, ...]
    mappings: tuple[Mapping, ...]
    schedule: tuple[Schedule, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if tuple(self.sha256) != self.paths:
            raise ValueError("sha256 lists other files than paths")
        items: tuple[_Labelled, ...] = (*self.calls, *self.secrets, *self.mappings)
        for item in items:
            if item.file == self.paths[0]:
                raise ValueError(f"the entry file is not named again: line {item.line}")
            if item.file and item.file not in self.paths:
                raise ValueError(f"not among the paths: {item.file}")
        for item, times in Counter(items).items():
            if times > 1:
                raise ValueError(f"{times} times the same: {item!r}")
        if self.robustness_only and items:
            raise ValueError("what is not counted is not labelled")
        return self


def read(text: str) -> Label:
    """The label file; raises ValueError that names the field."""
    return Label.model_validate_json(json.dumps(yaml.safe_load(text)))


def load(name: str) -> dict[str, Label]:
    """All labels of a set by their ids, in order; raises ValueError that names the file."""
    found: dict[str, Label] = {}
    for file in sorted((FOLDER / name).glob("*.yaml")):
        try:
            found[file.stem] = read(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{name}/{file.name}: {error}") from error
    return found


def misfits(labels: dict[str, Label], text: Path) -> list[str]:
    """What of the labels does not fit the texts `TEXT/ID/PATH`: missing, of another content, or with fewer lines."""
    wrong: list[str] = []
    for name, label in labels.items():
        for path, digest in label.sha256.items():
            file = text / name / path
            if not file.is_file():
                wrong.append(f"{name}/{path}: missing")
                continue
            content = file.read_bytes()
            if hashlib.sha256(content).hexdigest() != digest:
                wrong.append(f"{name}/{path}: another content")
                continue
            lines = content.count(b"\n") + 1
            beyond = [
                item.line
                for item in (*label.calls, *label.secrets, *label.mappings)
                if (item.file or label.paths[0]) == path and item.line > lines
            ]
            wrong += [f"{name}/{path}: no line {line}" for line in beyond]
    return wrong
