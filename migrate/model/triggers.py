"""What starts a run of an integration, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from migrate.model.base import Node


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
    """

    kind: Literal["webhook"] = "webhook"
    id: str
    server: Literal["http.server"] = "http.server"
    methods: tuple[str, ...]
    paths: tuple[str, ...] = ()


Trigger = Annotated[ManualTrigger | WebhookTrigger, Field(discriminator="kind")]


class CallTrigger(Node):
    """Code that is not read calls a function of the script: a platform, another file, a library."""

    kind: Literal["call"] = "call"


class ScheduleTrigger(Node):
    """A scheduler calls a function of the script; `when` is five fields of crontab(5), or a word such as `@daily`."""

    kind: Literal["schedule"] = "schedule"
    when: str


class RouteTrigger(Node):
    """A web framework calls a function of the script for requests with one of the methods on the path.

    The path is a template with `{name}` for its parameters.
    """

    kind: Literal["route"] = "route"
    methods: tuple[str, ...]
    path: str


EntryTrigger = Annotated[CallTrigger | ScheduleTrigger | RouteTrigger, Field(discriminator="kind")]

WEBHOOK_PARTS = frozenset({"method", "path", "headers", "bytes"})
"""The results of a webhook."""
