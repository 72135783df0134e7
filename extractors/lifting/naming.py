"""The names of steps, made of what they are about."""

from __future__ import annotations

import re
from typing import assert_never

from migrate.model import (
    Call,
    ClockOperation,
    Constant,
    Expression,
    FileOperation,
    HttpOperation,
    MailOperation,
    Operation,
    SdkOperation,
    SqlOperation,
    UuidOperation,
    changes_something,
    walk,
)

_TABLE = re.compile(r"\b(?:FROM|INTO|UPDATE|TABLE(?: IF NOT EXISTS)?)\s+[\"\[`]?(\w+)", re.IGNORECASE)


def noun_of(operation: Operation) -> str:
    """What an operation is about: the last fixed word of its path, else its server, file, or table."""
    match operation:
        case HttpOperation(server=server, path=path):
            words = [word for word in path.partition("?")[0].split("/") if word and "{" not in word]
            text = words[-1] if words else server.rpartition("/")[2].strip("{}")
        case FileOperation(file=file):
            text = _last_text(file.path).rpartition("/")[2].partition(".")[0] or "file"
        case SqlOperation(statement=statement, action=action):
            table = _TABLE.search(_last_text(statement)) if statement is not None else None
            text = table[1] if table else action
        case MailOperation(action=action):
            text = action
        case SdkOperation(resource=Constant(value=str() as resource)) if resource:
            text = resource.rpartition("/")[2]
        case SdkOperation(name=name):
            text = name
        case ClockOperation():
            text = "clock"
        case UuidOperation():
            text = "uuid"
        case _:
            assert_never(operation)
    cleaned = "".join(c if c.isascii() and c.isalnum() else "_" for c in text).strip("_").lower()
    return cleaned or "request"


def name_of(operation: Operation, noun: str) -> str:
    """The id of an operation's step, before it is numbered."""
    match operation:
        case FileOperation(action=action):
            return f"{action.replace('-', '_')}_{noun}"
        case SqlOperation(action="connect" | "commit" | "rollback" | "close" as action):
            return action
        case MailOperation(action=action):
            return f"{action.replace('-', '_')}_mail"
        case SdkOperation(action="connect"):
            return f"connect_{noun}"
        case ClockOperation():
            return "now"
        case UuidOperation():
            return "uuid"
        case _:
            return f"{'write' if changes_something(operation) else 'read'}_{noun}"


def _last_text(expression: Expression) -> str:
    """The last constant text in an expression, or the empty text."""
    texts = [e.value for e in walk(expression) if isinstance(e, Constant) and isinstance(e.value, str)]
    return texts[-1] if texts else ""


def leaf_of(expression: Expression) -> str:
    for part in walk(expression):
        match part:
            case Call(
                function="python.member" | "python.get", arguments=(_, Constant(value=str() as key), *_)
            ):
                return (
                    "".join(c if c.isascii() and c.isalnum() else "_" for c in key).strip("_").lower()
                    or "item"
                )
    return "item"


def taken_id(name: str, taken: set[str]) -> str:
    """The name as an id, with a number behind it where it is `taken` already; it is from now on."""
    made, number = name, 1
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    taken.add(made)
    return made
