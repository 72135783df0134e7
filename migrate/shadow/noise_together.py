"""Values that vary and belong together: an identifier that stands in two places, times of which one is the later.

Each of them may have its shape and the whole be wrong nevertheless. What is said here both runs of both legs say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from migrate.shadow.differences import (
    Difference,
    FieldDiffers,
    Noise,
    Unverifiable,
)
from migrate.shadow.noise import RANDOM, Place, Variation, noted, place_of, placed
from migrate.shadow.shapes import Part, parts_of

UNLIKE = "made anew in each run, and the same as elsewhere on one side only"
TURNED = "on the left it is always later than another time beside it, on the right always earlier"

_Times = tuple[Fraction, ...]
Both = tuple[str, str]
"""A part of a value as each of two runs has it."""


@dataclass(frozen=True)
class _Varying:
    """A part of a value that varies: of which noise, in which write or answer, and as each run of each leg has it."""

    noise: Noise
    within: Place
    left: tuple[Part, Part]
    right: tuple[Part, Part]

    @property
    def texts(self) -> tuple[Both, Both]:
        """Of the left leg and of the right one."""
        return (self.left[0].text, self.left[1].text), (self.right[0].text, self.right[1].text)


def misplaced(
    noise: Iterable[Noise], left: Variation, right: Variation
) -> dict[int, Difference | Unverifiable]:
    """The noise, by its `id`, that has its shape and is wrong beside other noise, as what it is."""
    varying = list(_varying(noise, left, right))
    return {**_turned(varying), **_unlike(varying)}


def _varying(noise: Iterable[Noise], left: Variation, right: Variation) -> Iterator[_Varying]:
    for one in noise:
        difference = one.difference
        if not isinstance(difference, FieldDiffers) or difference.kind not in ("different", "type changed"):
            continue
        ours = left.values.get(place_of(difference))
        theirs = right.values.get(place_of(difference, of_right=True))
        if ours is None or theirs is None:
            continue
        # Items of lists, like writes, may have been paired that do not belong together.
        in_list = any(isinstance(key, int) for key in difference.keys)
        within = placed(difference, difference.keys if in_list else (), False)
        for a, b, c, d in zip(*map(parts_of, (*ours, *theirs)), strict=False):
            if a.text != b.text:
                yield _Varying(one, within, (a, b), (c, d))


def _unlike(varying: Iterable[_Varying]) -> dict[int, Difference | Unverifiable]:
    """Random values that do not stand where they should: one that the left leg sends in two places is one on the right,
    too, and two are two. Within one write or answer that is a difference; elsewhere nobody can tell."""
    odd: dict[int, Difference | Unverifiable] = {}
    forward: dict[Both, tuple[Both, Place]] = {}
    backward: dict[Both, tuple[Both, Place]] = {}
    for one in varying:
        if id(one.noise) in odd or not (one.left[0].format or "").startswith(RANDOM):
            continue
        mine, other = one.texts
        seen = (forward.setdefault(mine, (other, one.within)), backward.setdefault(other, (mine, one.within)))
        apart = [
            place for (text, place), now in zip(seen, (other, mine), strict=True) if _both_differ(text, now)
        ]
        if apart:
            difference = _field(one.noise)
            told = noted(difference, UNLIKE) if one.within in apart else Unverifiable(difference, UNLIKE)
            odd[id(one.noise)] = told
    return odd


def _both_differ(one: Both, other: Both) -> bool:
    return one[0] != other[0] and one[1] != other[1]


def _turned(varying: Iterable[_Varying]) -> dict[int, Difference | Unverifiable]:
    """Times of one write, of one format, of which the left leg always has one later than the other, and the right leg
    the other."""
    groups: dict[tuple[Place, str], list[tuple[_Times, _Times, _Varying]]] = defaultdict(list)
    for one in varying:
        ours, theirs = _times(one.left), _times(one.right)
        if len(ours) == len(theirs) == 2:
            groups[one.within, one.left[0].format or ""].append((ours, theirs, one))
    odd: dict[int, Difference | Unverifiable] = {}
    for times in groups.values():
        times.sort(key=lambda row: row[0])
        for (ours, theirs, _), (later, earlier, one) in pairwise(times):
            if all(a < b for a, b in zip(ours, later, strict=True)) and all(
                a > b for a, b in zip(theirs, earlier, strict=True)
            ):
                odd[id(one.noise)] = noted(_field(one.noise), TURNED)
    return odd


def _times(parts: tuple[Part, Part]) -> _Times:
    return tuple(part.time for part in parts if part.time is not None)


def _field(noise: Noise) -> FieldDiffers:
    difference = noise.difference
    assert isinstance(difference, FieldDiffers)
    return difference
