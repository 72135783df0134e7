"""Lines of generated source."""

from __future__ import annotations

Lines = list[str]


def inside(lines: Lines) -> Lines:
    """The lines one level deeper; an empty block gets a `pass`."""
    return [f"    {line}" if line else "" for line in lines or ["pass"]]


def block(head: str, body: Lines) -> Lines:
    """A compound statement."""
    return [head, *inside(body)]
