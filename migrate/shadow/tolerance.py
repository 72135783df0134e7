"""What becomes of a difference: it stays one, a named rule accepts it, or the left leg varies there by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from migrate.shadow import mail_dates
from migrate.shadow.comparison_rules import NUMBER_SPELLING, RULES, same_number
from migrate.shadow.comparison_settings import NOTHING_DECLARED, ComparisonSettings, DeclaredRule
from migrate.shadow.differences import (
    AnswerDiffers,
    Difference,
    Different,
    FileDiffers,
    ItemDiffers,
    Key,
    Noise,
    Rebatched,
    TypeChanged,
    Unverifiable,
    rendered,
)
from migrate.shadow.noise import NOT_RUN_AGAIN, Variation, rated
from migrate.shadow.operations import subject_of
from migrate.shadow.patterns import FieldPattern, OperationPattern
from migrate.shadow.transport_headers import content_type, is_default
from migrate.shadow.writes import Write

Fate = Literal["difference", "accepted", "noise", "unverifiable"]


@dataclass(frozen=True, order=True)
class RuleHit:
    """A named rule made `count` places equal that differ; `at` is the header, or where the rule holds as declared."""

    rule: str
    at: str
    count: int

    def __str__(self) -> str:
        if self.rule in ("transport-headers", "content-type-case"):
            return f"{self.rule}: {self.at} not compared in {self.count} pairs where it differs"
        return f"{self.rule}: {self.at} equal by this rule in {self.count} places where it differs"


class Tolerance:
    """Takes the differences of one comparison one by one, and keeps what each of them is."""

    def __init__(
        self,
        settings: ComparisonSettings = NOTHING_DECLARED,
        left: Variation = NOT_RUN_AGAIN,
        right: Variation = NOT_RUN_AGAIN,
    ) -> None:
        self.differences: list[Difference] = []
        self.noise: list[Noise] = []
        self.unverifiable: list[Unverifiable] = []
        self.used: Counter[DeclaredRule] = Counter()
        self._built_in: Counter[tuple[str, str]] = Counter()
        self._rules = [(rule, *_patterns(rule)) for rule in settings.rules]
        self.left, self.right = left, right

    @property
    def hits(self) -> tuple[RuleHit, ...]:
        """The rules that were needed, sorted."""
        declared = [RuleHit(rule.rule, rule.place, count) for rule, count in self.used.items()]
        return tuple(sorted([*declared, *(RuleHit(*what, count) for what, count in self._built_in.items())]))

    def take(self, difference: Difference) -> Fate:
        """Decides on a difference, keeps it or counts the rule, and tells which."""
        if self.accepts(difference):
            return "accepted"
        match rated(difference, self.left, self.right):
            case Noise() as found:
                self.noise.append(found)
                return "noise"
            case Unverifiable() as found:
                self.unverifiable.append(found)
                return "unverifiable"
            case found:
                self.differences.append(found)
                return "difference"

    def take_all(self, differences: Iterable[Difference]) -> None:
        """Decides on each of them."""
        for difference in differences:
            self.take(difference)

    def set_apart(self, odd: Mapping[int, Difference | Unverifiable]) -> None:
        """Takes noise, named by its `id`, for what it turned out to be."""
        found = [odd[id(one)] for one in self.noise if id(one) in odd]
        self.noise = [one for one in self.noise if id(one) not in odd]
        self.differences += [one for one in found if not isinstance(one, Unverifiable)]
        self.unverifiable += [one for one in found if isinstance(one, Unverifiable)]

    def take_headers(self, left: Write, right: Write) -> None:
        """Counts the headers of a pair that differ and are not compared."""
        if left.headers == right.headers:
            return
        ours, theirs = dict(left.headers), dict(right.headers)
        for name in ours.keys() | theirs.keys():
            one, other = ours.get(name), theirs.get(name)
            default = is_default(name, one) and is_default(name, other)
            if one != other and (default or (name == mail_dates.NAME and mail_dates.is_added(left, right))):
                self._built_in["transport-headers", name] += 1
            elif one and other and one != other and name == "content-type" and _same_type(one, other):
                self._built_in["content-type-case", name] += 1

    def accepts(self, difference: Difference) -> bool:
        """Whether a named rule accepts a difference, which is counted."""
        if isinstance(difference, Different | FileDiffers | AnswerDiffers) and same_number(
            difference.left, difference.right
        ):
            self._built_in[NUMBER_SPELLING, rendered(_any_item(difference.keys)).replace("[0]", "[*]")] += 1
            return True
        for rule, field, operation in self._rules:
            if _accepted(rule, field, difference) and (
                operation is None or operation.fits(subject_of(difference))
            ):
                self.used[rule] += 1
                return True
        return False


def _patterns(rule: DeclaredRule) -> tuple[FieldPattern | None, OperationPattern | None]:
    return (
        None if rule.at is None else FieldPattern(rule.at),
        None if rule.operation is None else OperationPattern(rule.operation),
    )


def _accepted(rule: DeclaredRule, field: FieldPattern | None, difference: Difference) -> bool:
    """Whether a rule accepts a difference, whatever operation it is of."""
    match rule.rule, difference:
        case "batch-size", Rebatched():
            return True
        case "query-order", Different(keys=("url",), left=left, right=right):
            return RULES["query-order"].accepts(left, right)
        case "list-order", ItemDiffers(kind="reordered", keys=keys) | FileDiffers(
            kind="reordered", keys=keys
        ) | AnswerDiffers(kind="reordered", keys=keys):
            return field is not None and (field.fits(keys) or field.fits(keys[:-1]))
        case name, Different() | TypeChanged() | FileDiffers() | AnswerDiffers() if (
            RULES[name].scope == "field"
        ):
            return (
                difference.kind in ("different", "type changed")
                and field is not None
                and field.fits(difference.keys)
                and RULES[name].accepts(difference.left, difference.right)
            )
        case _:
            return False


def _same_type(one: str, other: str) -> bool:
    return content_type(one) == content_type(other)


def _any_item(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """A path with the first place in each list, for all of its items."""
    return tuple(0 if isinstance(key, int) else key for key in keys)
