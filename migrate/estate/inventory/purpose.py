"""What a call is for: whether it only reads though its method says otherwise, logs in, or tells people something."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

from migrate.estate.inventory.rows import Role
from migrate.model import Constant, Expression, HttpOperation, changes_something
from migrate.secrets.recognition import names_credential

NOTIFIED = re.compile(
    r"hooks\.slack\.com|slack\.com/api/chat\.|webhook\.office\.com|discord(app)?\.com/api/webhooks"
    r"|api\.telegram\.org|api\.pushover\.net|chat\.googleapis\.com|events\.pagerduty\.com|ntfy\.sh"
)
"""Where messages for people go."""
_SEARCH = re.compile(
    r"(?i:(?:^|[/._:-])(?:search|_search|query|lookup|find|filter|batch/read|graphql-read|list)/?$)"
    r"|(?:^|/)(?:get|list|fetch|search|find|query)(?:[A-Z_-]\w*)/?$"
)
"""The last part of a path that asks for something, also as the name of a function (`getRecords`, `list_folder`)."""
_LOGIN = re.compile(
    r"(?:^|[/._-])(?:log_?in|log-?on|sign[-_]?in|auth|authenticate|authentication|authorize|oauth2?|token|tokens|session|sessions"
    r"|access_?token|refresh_?token|get_?token|gettoken)(?=$|[/._?-])",
    re.I,
)
_GRANT = "grant_type"


def role_of(operation: HttpOperation, address: str, names: Collection[str], *, credentials: bool) -> Role:
    """The role of a request to an address that gives these names in query and body; `credentials`: secrets too."""
    last = {name.rpartition(".")[2].lower() for name in names}
    if operation.role == "auth" or _GRANT in last:
        return "auth"
    path = address.partition("://")[2] or address
    login = any(names_credential(name) for name in last) and ("password" in last or credentials)
    if login and _LOGIN.search(path.partition("/")[2]) and len(last) <= _MOST_FIELDS:
        return "auth"
    if not changes_something(operation):
        return "source"
    return "notify" if NOTIFIED.search(address) else "target"


_MOST_FIELDS = 6
"""A request for a token has fewer fields than one for data."""


def direction_of(
    operation: HttpOperation, path: str, query_text: Expression | None
) -> Literal["read", "write"]:
    """`read` also for a search by POST, and for a GraphQL operation that is no mutation."""
    if not changes_something(operation):
        return "read"
    if query_text is not None:
        return "write" if begins_mutation(query_text) else "read"
    return "read" if operation.method == "POST" and _SEARCH.search(path) else "write"


def begins_mutation(text: Expression) -> bool:
    """True if a GraphQL document is a mutation, as far as its constant beginning says."""
    return re.match(r"\s*(?:#[^\n]*\n\s*)*mutation\b", constant_head(text)) is not None


def constant_head(text: Expression) -> str:
    """What a text begins with for certain."""
    match text:
        case Constant(value=str() as head):
            return head
        case _ if first := getattr(text, "arguments", ()):
            return constant_head(first[0])
        case _:
            return ""
