"""Numbers with what they count."""

from __future__ import annotations


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 gap`, `2 gaps`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"
