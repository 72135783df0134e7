"""What is known of effects beside themselves: what decodes them, what is a log, what starts and answers runs."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.evaluator.described import Described
from extractors.evaluator.residual import Reply
from migrate.model import Expression, FilePath, WebhookTrigger


@dataclass
class EffectFacts:
    """The facts of all effects of a script; a request or read is known by its id."""

    decoders: dict[str, str] = field(default_factory=dict)
    """What decodes the answer of a request, or the text of a file that is read."""
    files_read: set[str] = field(default_factory=set)
    """The reads of files, whose text a decoder may take whole."""
    log_files: dict[tuple[str, str], FilePath] = field(default_factory=dict)
    """The files that the script logs to, by folder and path."""
    described: dict[Expression, Described] = field(default_factory=dict)
    """What calls of libraries have given that are described, not run: a gap stands before each of them."""
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The columns of the tables that statements have made, for those that do not name them."""
    trigger: WebhookTrigger | None = None
    """What takes in requests, where the script is a server."""
    replies: list[Reply] = field(default_factory=list)
    """The answers that it gives to them."""

    def mark(self) -> tuple[int, int]:
        """How many decoders and calls of libraries are known."""
        return len(self.decoders), len(self.described)

    def undo(self, mark: tuple[int, int]) -> None:
        """Forgets what was found since: ids are given again to other effects."""
        decoders, described = mark
        for one in list(self.decoders)[decoders:]:
            del self.decoders[one]
        for value in list(self.described)[described:]:
            del self.described[value]
