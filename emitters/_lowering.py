"""What a target makes of a kernel function or a codec."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Lowering:
    """A helper that does exactly what the function does, on all values but those that `limits` name.

    On these it ends the run with an error "Gap". `given` are arguments that come before the function's own.
    """

    helper: str
    limits: str = ""
    given: tuple[str, ...] = ()

    def call(self, *arguments: str, within: str = "") -> str:
        """The call, in the notation that most languages share; `within` is what the helper belongs to."""
        return f"{within}{self.helper}({', '.join((*self.given, *arguments))})"
