"""What every node of the canonical model has: immutability, a closed set of fields, and the place it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict

Evidence = Literal["literal", "folded", "inferred", "observed", "unresolved"]
"""How a fact is known: written so in the source; computed by the script; concluded from how it is
used; seen in recorded traffic; not known (and then a reason stands beside it)."""


class SourceSpan(BaseModel):
    """A stretch of a source file. Lines count from 1, columns from 0, the end column is exclusive (as in libcst)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    line: int
    column: int = 0
    end_line: int
    end_column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Excerpt(BaseModel):
    """Source text that may be shown: string literals that could be secrets are already masked in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    redacted: str


class Node(BaseModel):
    """Base of all model classes: frozen, unknown fields refused, with the source span it came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    __slots__ = ("_hash", "_leaves", "_size")
    """What is computed of a node once and kept; no part of its value."""
    if TYPE_CHECKING:
        _hash: int
        _leaves: tuple[Any, ...]
        _size: int

    span: SourceSpan | None = None

    def __eq__(self, other: object) -> bool:
        """Equal where the class and all fields are; hashes that are known tell most others apart at once."""
        if self is other:
            return True
        if not isinstance(other, Node) or self.__class__ is not other.__class__:
            return NotImplemented
        try:
            if self._hash != other._hash:
                return False
        except AttributeError:
            pass
        return self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        """The hash of the fields, which is computed once: expressions are large, and stand in many sets."""
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", self.hash_of_fields())
            return self._hash

    def hash_of_fields(self) -> int:
        """A hash that agrees with `==`."""
        return hash(tuple(self.__dict__.values()))
