"""The kinds of difference between two legs, each able to print itself. None is ever tolerated silently.

Values in them are redacted already: they come from `Write` records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from migrate.shadow.bodies import Json
from migrate.shadow.writes import Write

Key = str | int
_PLAIN = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_SHOWN = 120


@dataclass(frozen=True)
class Absent:
    """The value of a field that is not there, which is not null."""

    def __str__(self) -> str:
        return "absent"


ABSENT = Absent()
Field = Json | Absent


def rendered(keys: Iterable[Key]) -> str:
    """A path as people write it: `body.tags[2]`, `headers.x-kind`, `body["a.b"]`."""
    text = ""
    for key in keys:
        if isinstance(key, int):
            text += f"[{key}]"
        elif _PLAIN.fullmatch(key):
            text += f".{key}" if text else key
        else:
            text += f"[{json.dumps(key, ensure_ascii=False)}]"
    return text


def shown(value: Field) -> str:
    """A value as JSON, cut to what a line can hold."""
    text = str(value) if isinstance(value, Absent) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def name_of(write: Write) -> str:
    """Method and URL."""
    return f"{write.method} {write.url}"


@dataclass(frozen=True)
class Different:
    """A field has another value; null, the empty text and an absent field are three values."""

    kind: ClassVar[str] = "different"
    keys: tuple[Key, ...]
    left: Field
    right: Field
    left_write: Write
    right_write: Write

    @property
    def path(self) -> str:
        """`url`, `status`, `headers.x`, `body.address.city`, `body.tags[2]`."""
        return rendered(self.keys)

    def __str__(self) -> str:
        return f"{name_of(self.left_write)}: {self.path}: {shown(self.left)} became {shown(self.right)}"


@dataclass(frozen=True)
class TypeChanged:
    """A field has another type: 1, 1.0, "1" and true are four. Null and absent are `Different`."""

    kind: ClassVar[str] = "type changed"
    keys: tuple[Key, ...]
    left: Json
    right: Json
    left_type: str
    right_type: str
    left_write: Write
    right_write: Write

    @property
    def path(self) -> str:
        """As for `Different`."""
        return rendered(self.keys)

    def __str__(self) -> str:
        types = f"{self.left_type} {shown(self.left)} became {self.right_type} {shown(self.right)}"
        return f"{name_of(self.left_write)}: {self.path}: {types}"


@dataclass(frozen=True)
class Missing:
    """The left leg made this write, the right one made none that corresponds."""

    kind: ClassVar[str] = "missing"
    path: ClassVar[str] = ""
    left_write: Write

    def __str__(self) -> str:
        return f"{name_of(self.left_write)}: missing (request {self.left_write.sequence} of the left leg)"


@dataclass(frozen=True)
class Extra:
    """The right leg made this write, the left one made none that corresponds."""

    kind: ClassVar[str] = "extra"
    path: ClassVar[str] = ""
    right_write: Write

    def __str__(self) -> str:
        return f"{name_of(self.right_write)}: extra (request {self.right_write.sequence} of the right leg)"


@dataclass(frozen=True)
class Duplicated:
    """Both legs made this very write, one of them more often; one difference for each surplus write."""

    kind: ClassVar[str] = "duplicated"
    path: ClassVar[str] = ""
    write: Write
    left_times: int
    right_times: int

    def __str__(self) -> str:
        return f"{name_of(self.write)}: sent {self.left_times} times, became {self.right_times} times"


@dataclass(frozen=True)
class Reordered:
    """A write moved relative to the others; positions count the writes of each leg from 0.

    `same_target`: it changed places with a write of the same method and URL.
    """

    kind: ClassVar[str] = "reordered"
    path: ClassVar[str] = ""
    left_write: Write
    right_write: Write
    left_position: int
    right_position: int
    same_target: bool

    def __str__(self) -> str:
        within = "writes to the same URL" if self.same_target else "writes to other URLs"
        moved = f"write {self.left_position} became write {self.right_position}"
        return f"{name_of(self.left_write)}: order changed among {within}: {moved}"


@dataclass(frozen=True)
class Outcome:
    """One run failed, the other did not."""

    kind: ClassVar[str] = "outcome"
    path: ClassVar[str] = ""
    left_failed: bool
    right_failed: bool

    def __str__(self) -> str:
        words = {True: "failed", False: "ended well"}
        return f"the run {words[self.left_failed]} on the left and {words[self.right_failed]} on the right"


@dataclass(frozen=True)
class ReadDiffers:
    """A read was made, or made with its credentials or its other headers, another number of times."""

    kind: ClassVar[str] = "read differs"
    path: ClassVar[str] = ""
    read: Write
    left_times: int
    right_times: int
    what: Literal["times", "credentials", "headers"]

    def __str__(self) -> str:
        what = "" if self.what == "times" else f"with these {self.what} "
        return f"{name_of(self.read)}: read {what}{self.left_times} times, became {self.right_times} times"


@dataclass(frozen=True)
class FileDiffers:
    """A part of a file that a leg made, changed or deleted is another one; without a place and keys, the whole file.

    `place` is what a person looks for: a line, a cell of a CSV file, a row of a table. `keys` are the path in a JSON
    document, or the column.
    """

    kind: ClassVar[str] = "file differs"
    file: str
    place: str
    keys: tuple[Key, ...]
    left: Field
    right: Field

    @property
    def path(self) -> str:
        """The file and the place in it."""
        return ", ".join(part for part in (self.file, self.place or rendered(self.keys)) if part)

    def __str__(self) -> str:
        return f"file {self.path}: {shown(self.left)} became {shown(self.right)}"


@dataclass(frozen=True)
class AnswerDiffers:
    """A part of the answer to a request that came in is another one.

    `number` counts these requests from 0; `statuses` are those of both answers, as far as there were any.
    """

    kind: ClassVar[str] = "answer differs"
    number: int
    method: str
    asked: str
    statuses: tuple[int, ...]
    keys: tuple[Key, ...]
    left: Field
    right: Field

    @property
    def path(self) -> str:
        """`status`, `headers.x`, `body.message`."""
        return rendered(self.keys)

    def __str__(self) -> str:
        where = f"answer {self.number + 1} to {self.method} {self.asked}: {self.path}"
        return f"{where}: {shown(self.left)} became {shown(self.right)}"


Difference = (
    Different
    | TypeChanged
    | Missing
    | Extra
    | Duplicated
    | Reordered
    | Outcome
    | ReadDiffers
    | FileDiffers
    | AnswerDiffers
)
