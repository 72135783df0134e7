"""Names that a loop gives a new value before they are read: no pass sees what they held in the one before.

A loop carries no such name. That it is not read is taken for granted at first: at the head of a pass the name holds
a mark. Where a read finds the mark, the loop is evaluated again with the name carried, and the script where the loop
has been left by then. So what a name holds only in vain holds no object that changes in place.
"""

from __future__ import annotations

from extractors.evaluator.values import Unknown, Value
from migrate.model import SourceSpan

Unread = tuple[SourceSpan, str]
"""A loop and a name that it does not carry."""

_REASON = "what a name held when a loop was left, or in an earlier pass of it"


def unread(loop: SourceSpan) -> Unknown:
    """What a name holds that the loop does not carry."""
    return Unknown("HS103", _REASON, loop)


def loop_of_unread(value: Value) -> SourceSpan | None:
    """The loop that does not carry the value; None for all other values."""
    return value.span if isinstance(value, Unknown) and value.reason == _REASON else None


def is_unread(value: Value) -> bool:
    """True for what a name holds that a loop does not carry."""
    return loop_of_unread(value) is not None


class Liveness:
    """What is read of the names that loops do not carry."""

    def __init__(self) -> None:
        self.read_again: set[Unread] = set()
        """The names that loops must carry, because something reads what they held in an earlier pass."""
        self.reads: list[Unread] = []
        """Reads of what a loop does not carry; one that is still there at the end has no value."""

    def note_read(self, name: str, value: Value) -> None:
        """Keeps in mind that a name is read, if a loop does not carry what it holds."""
        loop = loop_of_unread(value)
        if loop is not None:
            self.read_again.add((loop, name))
            self.reads.append((loop, name))
