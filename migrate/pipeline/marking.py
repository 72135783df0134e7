"""Which requests the shadow run takes for writes, as the model of an integration says."""

from __future__ import annotations

import re

from migrate.model import HttpOperation, Integration, Read, Write, changes_something, walk_steps
from migrate.shadow.classification import Classification, Mark

_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?/[A-Za-z0-9._~/-]*")


def classification_of(integration: Integration) -> Classification:
    """A mark for each request whose role the model states and whose URL it knows.

    A URL that configuration or data completes has no mark, so its requests are writes as their method says; nor has one
    to which the integration also sends requests of the same method that are writes.
    """
    operations = [
        step.operation
        for step in walk_steps(integration.steps)
        if isinstance(step, (Read, Write)) and isinstance(step.operation, HttpOperation)
    ]
    written = {(one.method, one.server + one.path) for one in operations if changes_something(one)}
    marks: dict[tuple[str, str], Mark] = {}
    for one in operations:
        place = one.method, one.server + one.path
        if one.role is not None and place not in written and _PLAIN.fullmatch(place[1]):
            query = r"(?:\?.*)?" if one.located("query") else ""
            marks[place] = Mark(one.method, re.escape(place[1]) + query, one.role)
    return Classification(tuple(marks.values()))
