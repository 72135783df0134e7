"""What calls a function of a script that the script itself does not call, told apart by `kind`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from migrate.model.base import Node


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
