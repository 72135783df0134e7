"""What is known of a value that comes from a library whose calls are described, not run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from migrate.model import Expression, SourceSpan

Sort = Literal["client", "answer", "statement", "data"]


@dataclass(frozen=True, slots=True)
class Described:
    """Where such a value comes from: the package, and the names and calls that led to it.

    A `client` is what the script calls methods of; an `answer` is what an operation has given, mostly data; a
    `statement` is one for a database that is not sent yet; `data` is what the library only computes with.
    `service`: which of the systems of a vendor. `on`: what the operation that gave an answer was called on (a cursor).
    `made`: where a statement was made, and the function in which that is.
    """

    library: str
    sort: Sort
    path: tuple[str, ...] = ()
    server: Expression | None = None
    resource: Expression | None = None
    content: Expression | None = None
    service: str = ""
    on: Expression | None = None
    made: tuple[SourceSpan, SourceSpan | None] | None = None
