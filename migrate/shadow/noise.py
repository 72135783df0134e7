"""What a leg does otherwise when it runs again on the same input: times, identifiers, random values, order, numbers.

Such a value is not left out. It is held to its shape (see `shapes`): the format that two runs of the left leg have in
common, and, for a time, the time between those two runs, in which the right leg ran. It must vary on the right leg,
too: a value that the script makes anew and the other side sends the same each time is a difference. So is one that
varies on the right leg alone, for there nothing was seen on the left.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from migrate.shadow.differences import (
    Absent,
    AnswerDiffers,
    Difference,
    Different,
    Duplicated,
    Extra,
    Field,
    FieldDiffers,
    FileDiffers,
    ItemDiffers,
    Key,
    Missing,
    Noise,
    Reordered,
    TypeChanged,
    Unverifiable,
)
from migrate.shadow.operations import template_of
from migrate.shadow.shapes import Shape, in_time, shape_of
from migrate.shadow.values import json_type
from migrate.shadow.writes import Write

Crossed = frozenset[str]
"""Two operations, or one, of which writes changed places."""

Place = Hashable
"""A field of a write, by the write itself; of a file or an answer, by their names."""

OTHER_CONSTANT = "what stays from run to run on the left, beside what varies, is another one"
COMPUTED = (
    "varies from run to run, and may be computed of what else varies: nobody can tell whether it is right"
)
CONSTANT = "made anew in each run on the left, the same in each run on the right"
NO_SHAPE = "varies from run to run on the left and has no shape that is known"
NOT_AGAIN = "varies from run to run on the left; the right leg was not run again"
VARYING_COUNT = "how many there are varies from run to run on the left"
ORDER = "the order, which varies"
ORDER_OF_UNKNOWN = "the order varies on the left, and it is not known whether these are writes of one record"


@dataclass(frozen=True)
class Variation:
    """Where two runs of one leg differ; `again` is false where there was one run only.

    `values` holds what both runs sent. `lists` are lists whose items stand elsewhere, `items` such of which there are
    others. `counts` are operations (see `template_of`) whose writes come in another number, `moved` each two of which
    writes changed places; `moved_in_key` are those of `moved` where these were of one record.
    """

    again: bool = False
    values: Mapping[Place, tuple[Field, Field]] = field(default_factory=dict)
    lists: frozenset[Place] = frozenset()
    items: frozenset[Place] = frozenset()
    moved: frozenset[Crossed] = frozenset()
    moved_in_key: frozenset[Crossed] = frozenset()
    counts: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        """Whether both runs did the same."""
        return not (self.values or self.lists or self.items or self.moved or self.counts)


NOT_RUN_AGAIN = Variation()


def variation(differences: Iterable[Difference]) -> Variation:
    """What the differences between two runs of one leg say of it; the first run is on the left."""
    values: dict[Place, tuple[Field, Field]] = {}
    lists: set[Place] = set()
    items: set[Place] = set()
    moved: set[Crossed] = set()
    moved_in_key: set[Crossed] = set()
    counts: set[str] = set()
    for one in differences:
        match one:
            case ItemDiffers() | FileDiffers() | AnswerDiffers() if one.kind not in (
                "different",
                "type changed",
            ):
                (lists if one.kind == "reordered" else items).add(_list_of(one))
            case Different() | TypeChanged() | ItemDiffers() | FileDiffers() | AnswerDiffers():
                values[place_of(one)] = (one.left, one.right)
            case Reordered():
                moved |= _crossed(one, one.passed)
                moved_in_key |= _crossed(one, one.passed_in_key)
            case Missing(left_write=write) | Extra(right_write=write) | Duplicated(write=write):
                counts.add(template_of(write))
            case _:
                pass
    return Variation(
        True,
        values,
        frozenset(lists),
        frozenset(items),
        frozenset(moved),
        frozenset(moved_in_key),
        frozenset(counts),
    )


def rated(difference: Difference, left: Variation, right: Variation) -> Difference | Noise | Unverifiable:
    """What a difference between two legs is in the light of how each of them varies by itself."""
    match difference:
        case ItemDiffers() | FileDiffers() | AnswerDiffers() if difference.kind not in (
            "different",
            "type changed",
        ):
            place = _list_of(difference)
            if place in left.items:
                return Unverifiable(difference, VARYING_COUNT)
            return (
                Noise(difference, ORDER)
                if difference.kind == "reordered" and place in left.lists
                else difference
            )
        case Different() | TypeChanged() | ItemDiffers() | FileDiffers() | AnswerDiffers():
            both = left.values.get(place_of(difference))
            return difference if both is None else _value(difference, both, right)
        case Reordered():
            return _order(difference, left)
        case Missing(left_write=write) | Extra(right_write=write) | Duplicated(write=write) if (
            template_of(write) in left.counts
        ):
            return Unverifiable(difference, VARYING_COUNT)
        case _:
            return difference


def _order(difference: Reordered, left: Variation) -> Difference | Noise | Unverifiable:
    """Order varies for those operations only whose writes changed places on the left, too."""
    in_key, passed = (_crossed(difference, some) for some in (difference.passed_in_key, difference.passed))
    if not (passed <= left.moved and in_key <= left.moved_in_key):
        return difference
    unknown = _crossed(difference, difference.passed_unknown) - left.moved_in_key
    return Unverifiable(difference, ORDER_OF_UNKNOWN) if unknown else Noise(difference, ORDER)


def _crossed(difference: Reordered, others: Iterable[str]) -> set[Crossed]:
    own = template_of(difference.left_write)
    return {frozenset((own, other)) for other in others}


RANDOM = ("uuid", "hex", "token", "base64")
"""How the formats begin of which two values are equal only where one was made of the other."""


_COMPUTED = re.compile(
    r"(?:^|[_\-. ]|(?<=[a-z0-9])(?=[A-Z]))"
    r"(?i:sig|signature|sign|hmac|mac|digest|hash|checksum|md5|sha-?\d*|authorization)(?:$|[_\-. \d]|(?=[A-Z]))"
)
"""Names of what is computed: `X-Hub-Signature-256`, `bodyHash`."""
_NAMED = re.compile(r"([A-Za-z][\w.-]*)[\"']?\s*[=:>]\s*[\"']?$")
"""A name at the end of a text, before a value: `?sig=`, `"hash": "`, `<Digest>`."""
_DIGEST = re.compile("hex .* case, (?:40|56|64|96|128) digits")
"""SHA-1, and SHA-2 or SHA-3."""


def _value(
    difference: FieldDiffers, both: tuple[Field, Field], right: Variation
) -> Difference | Noise | Unverifiable:
    first, last = both
    value = difference.right
    seen = [repr(one) for one in both]
    if right.again and place_of(difference, of_right=True) not in right.values and repr(value) not in seen:
        return noted(difference, CONSTANT)
    shape = shape_of(first, last)
    if shape is None:
        same_type = _type(value) in (_type(first), _type(last))
        return Unverifiable(difference, NO_SHAPE) if same_type else difference
    common = shape_of(first, last, value)
    if common is not None and common.varies != shape.varies:
        return noted(difference, OTHER_CONSTANT)
    if common is None:
        return noted(difference, f"on the left it varies from run to run in this shape: {shape}")
    if not in_time(first, value, last):
        return noted(difference, "it is no time between two runs of the left leg, in which it was made")
    if not right.again:
        return Unverifiable(difference, NOT_AGAIN)
    return (
        Unverifiable(difference, COMPUTED) if _computed(difference, shape) else Noise(difference, str(common))
    )


def _computed(difference: FieldDiffers, shape: Shape) -> bool:
    """Whether a value that looks random may be one that is computed of others: a signature, a digest, a login.

    Its name says so, which is that of the field or stands before it in a text, or it is as long as a digest.
    """
    names = [key for key in difference.keys if isinstance(key, str)]
    before = names[-1] if names else ""
    for part, varies in zip(shape.parts, shape.varies, strict=True):
        format = part.format or "" if varies else ""
        if format.startswith(RANDOM) and (_COMPUTED.search(before) or _DIGEST.fullmatch(format)):
            return True
        named = _NAMED.search(part.text)
        before = named[1] if named is not None else before
    return False


def noted(difference: FieldDiffers, note: str) -> FieldDiffers:
    """The difference, with why a value that varies is one nevertheless."""
    return replace(difference, note=note) if isinstance(difference, Different) else difference


def _type(value: Field) -> str:
    return "absent" if isinstance(value, Absent) else json_type(value)


def place_of(difference: FieldDiffers, *, of_right: bool = False) -> Place:
    """The field or item that a difference is of."""
    return placed(difference, difference.keys, of_right)


def _list_of(difference: FieldDiffers) -> Place:
    """The list that an item is of, or the part of a file."""
    return placed(difference, difference.keys[:-1], False)


def placed(difference: FieldDiffers, keys: tuple[Key, ...], of_right: bool) -> Place:
    """A part of what a difference is of, by the keys that lead to it."""
    match difference:
        case FileDiffers(file=file, place=place):
            return ("file", file, place, keys)
        case AnswerDiffers(number=number):
            return ("answer", number, keys)
        case _:
            write: Write | None = difference.right_write if of_right else difference.left_write
            return (id(write), keys)
