"""What systems look like from the flows that use them: addresses, operations, security, the form of what is sent.

Neutral data: `migrate.estate.interfaces` makes it of models and recorded traffic, emitters of whole estates write it in
a language of their own. Words are those of OpenAPI.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from migrate.interfaces.shapes import UNKNOWN, Field, Shape, confirmed, either

__all__ = [
    "UNKNOWN",
    "Answered",
    "Content",
    "Entity",
    "EntityField",
    "Exchange",
    "Field",
    "Interface",
    "InterfaceOperation",
    "InterfaceParameter",
    "InterfaceSecurity",
    "InterfaceServer",
    "Interfaces",
    "PagedBy",
    "Shape",
    "Source",
    "Use",
    "confirmed",
    "either",
]


@dataclass(frozen=True)
class Exchange:
    """A recorded request with its answer, its bodies decoded: JSON, a form as a map of texts; None for anything else.

    `sent_type` and `answered_type` are media types without parameters, empty where there is no body. Status 0: there
    was no answer.
    """

    method: str
    url: str
    sent_type: str
    sent: object
    status: int
    answered_type: str
    answered: object


@dataclass(frozen=True, order=True)
class Use:
    """A call of a flow: its step, and where the script states it (`file:line`)."""

    flow: str
    step: str
    place: str


@dataclass(frozen=True)
class InterfaceServer:
    """Scheme and host, without user and password; `{NAME}` where configuration gives a part of it.

    `defaults` are the values of these names that a script falls back on, or that were seen in traffic.
    """

    url: str
    defaults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class InterfaceParameter:
    """A named value of requests. `secret` is the name of the credential that it is, else empty."""

    name: str
    location: Literal["path", "query", "header"]
    shape: Shape
    secret: str = ""


Known = Literal["code", "traffic"]


@dataclass(frozen=True)
class Content:
    """A body. `media_types` are those that are known; `named` are fields of it whose place in it is not known.

    `known` says from what. `optional`: some requests go without it.
    """

    media_types: tuple[str, ...]
    shape: Shape
    named: tuple[str, ...] = ()
    known: tuple[Known, ...] = ("code",)
    optional: bool = False


@dataclass(frozen=True)
class Answered:
    """Answers of one status, or of a class of them (`2XX`); `headers` are those that flows read."""

    status: str
    content: Content | None
    headers: tuple[str, ...] = ()


SecurityKind = Literal["basic", "bearer", "digest", "api-key", "oauth2", "mutual-tls", "other"]


@dataclass(frozen=True)
class InterfaceSecurity:
    """A way to prove who calls.

    `name` is that of the header or query parameter of an API key, `prefix` what stands before the key; of `other` the
    name is the word of the model (`hmac`). `token_url` is where an OAuth 2 token is got, by the grant `grant`.
    """

    kind: SecurityKind
    location: Literal["header", "query", "body", ""] = ""
    name: str = ""
    prefix: str = ""
    grant: str = ""
    token_url: str = ""


@dataclass(frozen=True, order=True)
class PagedBy:
    """How calls page through a collection.

    `parameter` is what the next request varies, and `source` the path in the answer that its value is from, as far as
    they are known.
    """

    kind: Literal["offset", "page", "cursor", "link-header"]
    parameter: str = ""
    source: tuple[str, ...] = ()


@dataclass(frozen=True)
class InterfaceOperation:
    """All requests of one method to one path; `path` is a template without query.

    `security` are alternatives, each of schemes that are used together; an empty one is a call without any. `exact`:
    requests go to the server's URL itself, with nothing behind it.
    """

    method: str
    path: str
    uses: tuple[Use, ...]
    parameters: tuple[InterfaceParameter, ...] = ()
    request: Content | None = None
    answers: tuple[Answered, ...] = ()
    security: tuple[tuple[InterfaceSecurity, ...], ...] = ()
    paging: tuple[PagedBy, ...] = ()
    purpose: Literal["read", "write", "auth"] = "read"
    protocol: Literal["rest", "graphql", "soap"] = "rest"
    exact: bool = False


@dataclass(frozen=True)
class Interface:
    """A system as the flows use it."""

    id: str
    servers: tuple[InterfaceServer, ...]
    operations: tuple[InterfaceOperation, ...]

    @property
    def flows(self) -> tuple[str, ...]:
        """The flows that call it."""
        return tuple(sorted({use.flow for operation in self.operations for use in operation.uses}))


@dataclass(frozen=True)
class Source:
    """What one flow makes a field of.

    `sources` are dotted names of fields in answers, empty for a constant. `expression` is free of names of steps.
    """

    use: Use
    system: str
    operation: str
    sources: tuple[str, ...]
    transform: str
    expression: str


@dataclass(frozen=True)
class EntityField:
    """A field of an entity by its path, in lists `[]`; `made` holds at least one source.

    `conflicting`: flows make it otherwise.
    """

    path: tuple[str, ...]
    shape: Shape
    made: tuple[Source, ...]
    conflicting: bool


@dataclass(frozen=True)
class Entity:
    """What flows write to resources of one name, in all systems."""

    name: str
    fields: tuple[EntityField, ...]


@dataclass(frozen=True)
class Interfaces:
    """The systems by id, the entities by name, and what could not be placed.

    `unplaced` are the steps whose requests belong to no operation, with the reason; `mapped` are the translators and
    rules that make what is sent, with the systems that it is sent to; both by flow and id. `ignored` counts the
    exchanges that belong to no operation.
    """

    systems: tuple[Interface, ...]
    entities: tuple[Entity, ...]
    unplaced: Mapping[tuple[str, str], str]
    mapped: Mapping[tuple[str, str], frozenset[str]]
    ignored: int = 0
