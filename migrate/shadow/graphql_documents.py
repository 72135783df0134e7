"""Whether a posted body is a GraphQL document that does more than ask (https://spec.graphql.org, section 2)."""

from __future__ import annotations

import json
import re

# What holds words that mean nothing: block strings, strings, comments.
_PASSED_OVER = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*', re.DOTALL)
_CHANGES = re.compile(r"\b(?:mutation|subscription)\b")


def changes_by_graphql(body: bytes) -> bool:
    """Whether a body is such a document, or names one that is not in it.

    In doubt it is one: a field called `mutation` counts too. A body that is no GraphQL request is none.
    """
    try:
        held: object = json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace").lstrip()
        return text.startswith(("mutation", "subscription"))
    requests = held if isinstance(held, list) else [held]
    return any(_changes(one) for one in requests if isinstance(one, dict))


def _changes(request: dict[object, object]) -> bool:
    document = request.get("query")
    if isinstance(document, str):
        return _CHANGES.search(_PASSED_OVER.sub(" ", document)) is not None
    extensions = request.get("extensions")
    persisted = isinstance(extensions, dict) and "persistedQuery" in extensions
    return persisted or "operationName" in request
