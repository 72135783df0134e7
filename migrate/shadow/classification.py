"""Which requests are writes: one rule for all legs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from migrate.model import SAFE_METHODS
from migrate.shadow.messages import Request

Role = Literal["read", "auth", "write"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Says what requests of `method` to a URL that `url_pattern` (a regular expression) matches as a whole
    are.

    URLs are seen without default port, with a lower-case host and with `{{NAME}}` in place of secrets.
    """

    method: str
    url_pattern: str
    role: Role

    def __post_init__(self) -> None:
        re.compile(self.url_pattern)

    def applies(self, request: Request) -> bool:
        """Whether this mark speaks of the request."""
        return (
            request.method == self.method.upper() and re.fullmatch(self.url_pattern, request.url) is not None
        )


@dataclass(frozen=True, slots=True)
class Classification:
    """A write is every request but GET, HEAD and OPTIONS, except those marked read or auth, plus those marked
    write.

    Where marks contradict each other, write wins.
    """

    marks: tuple[Mark, ...] = ()

    def is_write(self, request: Request) -> bool:
        """Whether the request changes something."""
        roles = {mark.role for mark in self.marks if mark.applies(request)}
        if "write" in roles:
            return True
        return not roles and request.method not in SAFE_METHODS
