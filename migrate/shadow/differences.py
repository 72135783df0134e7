"""The kinds of difference between two legs, each able to print itself. None is ever tolerated silently.

Each has a class (`kind`), one of CLASSES. Values in them are redacted already: they come from `Write` records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal

from migrate.shadow.bodies import Json, json_text
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

Change = Literal["different", "type changed", "missing", "extra", "reordered", "duplicated"]
"""What may become of a field, or of an item of a list."""

CLASSES = {
    "equal": "nothing differs: not a type, not a digit; where it stands among the others is told by itself",
    "different": "a field has another value; null, the empty text and an absent field are three values",
    "type changed": 'a field has another type: 1, 1.0, "1" and true are four; null and absent are no types',
    "missing": "the left side has this write or item of a list, the right one has none that corresponds",
    "extra": "the right side has it, the left one has none that corresponds",
    "reordered": "it stands elsewhere among the others",
    "duplicated": "both sides have it, one of them more often",
    "batch size": "the same records were sent in other batches",
    "noise": "the legacy script itself sends another value in each run; the value was held to its shape",
    "unverifiable": "it cannot be told whether it is equal, such as a value that varies and has no known shape",
}
"""What a comparison may say of a write, a field or an item, by the name of the class."""


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
    text = str(value) if isinstance(value, Absent) else json_text(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def told(change: Change, left: Field, right: Field, to: int | None = None) -> str:
    """What became of a field or an item, in words."""
    match change:
        case "reordered":
            return f"{shown(left)} moved" + (f" to place {to}" if to is not None else "")
        case "missing":
            return f"{shown(left)} is missing"
        case "extra":
            return f"{shown(right)} is extra"
        case "duplicated":
            times = "once less" if isinstance(right, Absent) else "once more"
            return f"{shown(left if isinstance(right, Absent) else right)} is there {times}"
        case _:
            return f"{shown(left)} became {shown(right)}"


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
    note: str = ""
    """Why a value that varies from run to run is a difference nevertheless."""

    @property
    def path(self) -> str:
        """`url`, `method`, `status`, `headers.x`, `body.address.city`, `body.tags[2]`."""
        return rendered(self.keys)

    def __str__(self) -> str:
        what = f"{shown(self.left)} became {shown(self.right)}" + (f" ({self.note})" if self.note else "")
        return f"{name_of(self.left_write)}: {self.path}: {what}"


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
class ItemDiffers:
    """An item of a list in a body, or a record of a batch, is missing, extra, elsewhere or there more often.

    `keys` lead to it in the body of the left write; in that of the right one where the left leg has none. `to` is its
    place on the right where it moved. Where batches were taken apart, the other leg may have no write that corresponds.
    """

    kind: Change
    keys: tuple[Key, ...]
    left: Field
    right: Field
    left_write: Write | None
    right_write: Write | None
    to: int | None = None

    @property
    def path(self) -> str:
        """`body.tags[2]`."""
        return rendered(self.keys)

    def __str__(self) -> str:
        write = self.left_write or self.right_write
        assert write is not None
        return f"{name_of(write)}: {self.path}: {told(self.kind, self.left, self.right, self.to)}"


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

    `same_target`: it changed places with a write of the same method and URL; `same_key`: with one of the same record,
    so that the receiver may end with another state. Of those that it must not have passed, `passed` are the operations
    (see `template_of`), `passed_in_key` of such of the same record, `passed_unknown` of such where it is not known of
    which record one of the two is.
    """

    kind: ClassVar[str] = "reordered"
    path: ClassVar[str] = ""
    left_write: Write
    right_write: Write
    left_position: int
    right_position: int
    same_target: bool
    same_key: bool = False
    passed: tuple[str, ...] = ()
    passed_in_key: tuple[str, ...] = ()
    passed_unknown: tuple[str, ...] = ()

    def __str__(self) -> str:
        within = "writes to the same URL" if self.same_target else "writes to other URLs"
        within = "writes of the same record" if self.same_key else within
        moved = f"write {self.left_position} became write {self.right_position}"
        return f"{name_of(self.left_write)}: order changed among {within}: {moved}"


@dataclass(frozen=True)
class Rebatched:
    """The same records went to a URL in other batches; sizes count the records of each write, in the order sent."""

    kind: ClassVar[str] = "batch size"
    path: ClassVar[str] = ""
    left_write: Write
    right_write: Write
    left_sizes: tuple[int, ...]
    right_sizes: tuple[int, ...]

    def __str__(self) -> str:
        sizes = " became ".join(shown(list(sizes)) for sizes in (self.left_sizes, self.right_sizes))
        return f"{name_of(self.left_write)}: records in batches of {sizes}"


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

    file: str
    place: str
    keys: tuple[Key, ...]
    left: Field
    right: Field
    kind: Change = "different"
    to: int | None = None

    @property
    def path(self) -> str:
        """The file and the place in it."""
        return ", ".join(part for part in (self.file, self.place or rendered(self.keys)) if part)

    def __str__(self) -> str:
        return f"file {self.path}: {told(self.kind, self.left, self.right, self.to)}"


@dataclass(frozen=True)
class AnswerDiffers:
    """A part of the answer to a request that came in is another one.

    `number` counts these requests from 0; `statuses` are those of both answers, as far as there were any.
    """

    number: int
    method: str
    asked: str
    statuses: tuple[int, ...]
    keys: tuple[Key, ...]
    left: Field
    right: Field
    kind: Change = "different"
    to: int | None = None

    @property
    def path(self) -> str:
        """`status`, `headers.x`, `body.message`."""
        return rendered(self.keys)

    def __str__(self) -> str:
        where = f"answer {self.number + 1} to {self.method} {self.asked}: {self.path}"
        return f"{where}: {told(self.kind, self.left, self.right, self.to)}"


FieldDiffers = Different | TypeChanged | ItemDiffers | FileDiffers | AnswerDiffers
"""Those that speak of a field or an item, with the `keys` that lead to it."""

Difference = (
    Different
    | TypeChanged
    | ItemDiffers
    | Missing
    | Extra
    | Duplicated
    | Reordered
    | Rebatched
    | Outcome
    | ReadDiffers
    | FileDiffers
    | AnswerDiffers
)


@dataclass(frozen=True)
class Rated:
    """A difference in the light of how the left leg varies by itself; `why` says what that makes of it."""

    kind: ClassVar[str]
    difference: Difference
    why: str

    @property
    def path(self) -> str:
        """That of the difference."""
        return self.difference.path

    def __str__(self) -> str:
        return f"{self.difference} [{self.why}]"


@dataclass(frozen=True)
class Noise(Rated):
    """A difference that is none: the left leg itself differs there from run to run. `why` is the shape that both have,
    or what varies."""

    kind: ClassVar[str] = "noise"

    def __str__(self) -> str:
        return f"{self.difference} [varies from run to run, held to its shape: {self.why}]"


@dataclass(frozen=True)
class Unverifiable(Rated):
    """A difference of which nobody can tell whether it is one."""

    kind: ClassVar[str] = "unverifiable"
