"""Whether a posted request is a GraphQL document that does more than ask (https://spec.graphql.org, section 2)."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

# What holds words that mean nothing: block strings, strings, comments (section 2.1).
_PASSED_OVER = re.compile(r'"""(?:\\"""|(?!""").)*"""|"(?:[^"\\\n\r]|\\[^\n\r])*"|#[^\n\r]*', re.DOTALL)
_CHANGES = re.compile(r"\b(?:mutation|subscription)\b")
_NAMED = ("operationname", "documentid", "doc_id")
"""What stands beside a document, or for one that is not there."""


def changes_by_graphql(body: bytes, query: str = "") -> bool:
    """Whether a body is such a document, or names one that is not in it; so, too, in a parameter of the URL's query.

    In doubt it is one: a field called `mutation` counts too. A body that is no GraphQL request is none.
    """
    if any(_in_parameter(name.lower(), text) for name, text in parse_qsl(query)):
        return True
    if not body:
        return False
    try:
        held: object = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return _in_other_body(body.decode("utf-8", "replace"))
    requests = held if isinstance(held, list) else [held]
    return any(_changes(one) for one in requests if isinstance(one, _Pairs))


def _in_parameter(name: str, text: str) -> bool:
    return (name == "query" and _in_document(text)) or (name == "extensions" and "persistedQuery" in text)


class _Pairs(tuple[tuple[str, object], ...]):
    """A JSON object as it was written: a name may stand there twice, and no two servers agree on which counts."""


def _changes(request: _Pairs) -> bool:
    members = [(name.lower(), value) for name, value in request]
    documents = [value for name, value in members if name == "query" and isinstance(value, str)]
    if documents:
        return any(map(_in_document, documents))
    names = {name for name, _ in members}
    persisted = any(
        name == "extensions" and isinstance(value, _Pairs) and "persistedQuery" in dict(value)
        for name, value in members
    )
    return persisted or not names.isdisjoint(_NAMED) or names >= {"id", "variables"}


def _in_other_body(text: str) -> bool:
    """A document alone, or in a form or a multipart body."""
    fields = parse_qsl(text) if re.match(r"[^\s{}\"#]+=", text) else []
    if any(name.lower() == "query" and _in_document(value) for name, value in fields):
        return True
    if re.search(r"name=\"?(?:operations|query)\b", text):
        return _CHANGES.search(text) is not None
    alone = _PASSED_OVER.sub(" ", text).lstrip("\ufeff \t\r\n,")
    return re.match(r"(?:query|mutation|subscription|fragment)\b|\{", alone) is not None and _in_document(
        text
    )


def _in_document(document: str) -> bool:
    # Each operation has a selection: without one the words are somebody's search.
    return "{" in document and _CHANGES.search(_PASSED_OVER.sub(" ", document)) is not None
