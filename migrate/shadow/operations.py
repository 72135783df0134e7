"""The operation that a request is of, as far as its URL tells; people name it in patterns."""

from __future__ import annotations

import re

from migrate.shadow.differences import (
    AnswerDiffers,
    Difference,
    Duplicated,
    Extra,
    FileDiffers,
    Missing,
    Outcome,
    ReadDiffers,
)
from migrate.shadow.messages import Request
from migrate.shadow.writes import Write

_VARIES = re.compile(r"(?<=/)[^/]*\d[^/]*(?=/|$)")


def operation_of(write: Write) -> str:
    """Method and URL without its query."""
    return f"{write.method} {write.url.partition('?')[0]}"


def template_of(write: Write | Request) -> str:
    """Method and URL without its query, with `*` for each part of the path that holds a digit."""
    scheme, found, rest = write.url.partition("?")[0].partition("://")
    host, _, path = rest.partition("/")
    return f"{write.method} {scheme}{found}{host}{_VARIES.sub('*', '/' + path)}"


def subject_of(difference: Difference) -> str:
    """The operation, file or answer that a difference is of, as an `OperationPattern` names it."""
    match difference:
        case FileDiffers(file=file):
            return f"FILE {file}"
        case AnswerDiffers(method=method, asked=asked):
            return f"ANSWER {method} {asked}"
        case (
            Missing(left_write=write)
            | Extra(right_write=write)
            | Duplicated(write=write)
            | ReadDiffers(read=write)
        ):
            return operation_of(write)
        case Outcome():
            return ""
        case _:
            write_of = difference.left_write or difference.right_write
            return operation_of(write_of) if write_of is not None else ""
