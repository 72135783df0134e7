"""What starts a run of an integration, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from migrate.model.base import Node
from migrate.model.steps import Block


class ManualTrigger(Node):
    """A person, or a scheduler outside of the script, starts a run."""

    kind: Literal["manual"] = "manual"


class WebhookTrigger(Node):
    """Each HTTP request that comes in starts a run, one at a time, in the order in which they come.

    `server` names the dialect: `http.server` is Python's, which answers methods that are not among these with 501 by
    itself, and closes the connection where a run ends without an answer. Requests come on any path; `paths` are those
    that the steps ask for by name.

    Results, by the id: `method`; `path` (the target as sent, query included, with one slash at its beginning);
    `headers` (a map with names in lower case, of several headers of one name the first); `bytes` (the body, as long as
    Content-Length says; without that header empty).

    `start` are checks, and routes that may fail the script, of what the environment holds. They run once, before the
    server takes in requests; where they fail, the script ends with an error and nothing is taken in.
    """

    kind: Literal["webhook"] = "webhook"
    id: str
    server: Literal["http.server"] = "http.server"
    methods: tuple[str, ...]
    paths: tuple[str, ...] = ()
    start: Block = ()


Trigger = Annotated[ManualTrigger | WebhookTrigger, Field(discriminator="kind")]

WEBHOOK_PARTS = frozenset({"method", "path", "headers", "bytes"})
"""The results of a webhook."""
