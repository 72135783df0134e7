"""A script while it is being written: what its parts need elsewhere in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.generated.layout import Lines


@dataclass
class Draft:
    """What stands around the loop over records.

    `imports` are whole statements; `functions` stand in the module; `starts` are variables set at the beginning of
    main, `preparation` follows them; `ending` comes after the loop; `summary` is what a report at the end holds, by
    key. `expected` are the statuses that the script looks for (0: no answer at all).
    """

    imports: list[str] = field(default_factory=list)
    functions: Lines = field(default_factory=list)
    starts: dict[str, str] = field(default_factory=dict)
    preparation: Lines = field(default_factory=list)
    ending: Lines = field(default_factory=list)
    summary: dict[str, str] = field(default_factory=dict)
    expected: list[int] = field(default_factory=list)

    def start(self, name: str, value: str, *, reported: bool = False) -> None:
        """A variable of main; `reported`: a report at the end holds it."""
        self.starts[name] = value
        if reported:
            self.summary[name] = name

    def define(self, lines: Lines) -> None:
        """A function or class of the module, once."""
        joined = "\n".join(lines)
        if joined not in "\n".join(self.functions):
            self.functions += [*lines, ""]

    def need(self, statement: str) -> None:
        """An import."""
        if statement not in self.imports:
            self.imports.append(statement)
