"""Measures two sides in turn, so that a machine whose speed drifts is as hard on one as on the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figures:
    """What was measured, one number a round."""

    name: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        return f"{self.name:<24}{_number(self.median):>12} {self.unit}  ({_number(low)} to {_number(high)})"


@dataclass(frozen=True)
class Target:
    """What a ratio should be: at least `bound`, or at most."""

    bound: float
    at_most: bool = False

    def reached(self, ratio: float) -> bool:
        return ratio <= self.bound if self.at_most else ratio >= self.bound

    def __str__(self) -> str:
        return f"at {'most' if self.at_most else 'least'} {self.bound:g}"


@dataclass(frozen=True)
class Result:
    """A benchmark's outcome; the ratio is the median of those of the rounds."""

    title: str
    figures: tuple[Figures, ...]
    ratios: tuple[float, ...]
    target: Target

    @property
    def ratio(self) -> float:
        return median(self.ratios)

    @property
    def reached(self) -> bool:
        return self.target.reached(self.ratio)

    def __str__(self) -> str:
        spread = f"({_number(min(self.ratios))} to {_number(max(self.ratios))})"
        word = "reached" if self.reached else "NOT REACHED"
        lines = [self.title, *(f"  {one}" for one in self.figures)]
        lines.append(f"  {'ratio':<24}{_number(self.ratio):>12} {spread}; wanted {self.target}: {word}")
        return "\n".join(lines)


def in_turn(
    rounds: int, ours: Callable[[], float], theirs: Callable[[], float]
) -> tuple[list[float], list[float]]:
    """Calls both sides once a round, in each second round the other side first; what they return, by side."""
    mine: list[float] = []
    others: list[float] = []
    for number in range(rounds):
        sides = [(ours, mine), (theirs, others)]
        for measure, kept in sides if number % 2 == 0 else reversed(sides):
            kept.append(measure())
    return mine, others


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
