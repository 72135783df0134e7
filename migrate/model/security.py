"""Security schemes, in the words of OpenAPI; a secret is known by name only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from migrate.model.base import Node
from migrate.model.expressions import Expression


class Secret(Node):
    """A secret that a script uses: where it is kept and under what name. The value is never part of a model.

    One that is not required is null where it is not set, except in a security scheme, which then fails. `default` is
    the name of the secret that is used where this one is not set. Without both the run fails with an error of the kind
    `missing`. A `placeholder` is a text that only fills the place of one, such as the name of a variable or `{}`.
    """

    name: str
    storage: Literal["hardcoded", "env", "config", "arg", "store"]
    required: bool = True
    default: str | None = None
    missing: str = "KeyError"
    placeholder: bool = False


class HttpBearer(Node):
    """`Authorization: Bearer SECRET` (RFC 6750)."""

    kind: Literal["http-bearer"] = "http-bearer"
    id: str
    secret: str


class HttpBasic(Node):
    """`Authorization: Basic base64(user:password)` (RFC 7617), which takes the place of an Authorization.

    Both texts are in Latin-1, those that `curl` sends in UTF-8.
    """

    kind: Literal["http-basic"] = "http-basic"
    id: str
    user: Expression
    password: Expression


class ApiKey(Node):
    """A key in a header, written as prefix and secret (`Token SECRET`, or the bare key)."""

    kind: Literal["api-key"] = "api-key"
    id: str
    name: str
    prefix: str = ""
    secret: str


class UnmappedScheme(Node):
    """A way to prove who calls that is only named: no run goes past a request that needs it.

    `secrets` are those that it uses, as far as they are known.
    """

    kind: Literal["unmapped"] = "unmapped"
    id: str
    scheme: Literal["digest", "oauth1", "oauth2", "sigv4", "hmac", "mtls", "wsse", "session", "sdk", "other"]
    secrets: tuple[str, ...] = ()


SecurityScheme = Annotated[HttpBearer | HttpBasic | ApiKey | UnmappedScheme, Field(discriminator="kind")]
