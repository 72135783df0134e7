"""Inputs that take a model through all its ways: made from its recorded runs, chosen by what they reach.

Each recorded run is rehearsed on the model, then varied; what is varied is rehearsed too, and what reaches a step for
the first time is varied there again. Of all of them those are kept that reach something no other does, such as a side
of a condition, the border of a comparison, a kind of value of a field, an end of the run. Nothing is random but by a
seed of the flow's name, so each run makes the same inputs.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from migrate.model import Constant, Integration, Split, WebhookTrigger, expressions_of, walk, walk_steps
from migrate.shadow.recording import Recorded
from tests.mutation.files_beside import other_files
from tests.mutation.json_places import shape_of
from tests.mutation.plan import Input
from tests.mutation.rehearsal import Performed, Rehearsal, as_recorded
from tests.mutation.trace import Feature
from tests.mutation.variations import (
    Change,
    Variation,
    Varying,
    apart,
    in_utf16,
    shortened,
    with_answers,
    without_variables,
)

_MOST_RUNS = 6000
_MOST_PACKS = 60
_MOST_THIN = 30
_GROUP = 8
"""How many requests come in within one run."""
_MOST_REQUESTS = 4
"""How many recorded requests that came in are varied."""
_DEEP = 3
"""How often what was varied is varied again where it reaches a step for the first time."""


def names_read(integration: Integration) -> frozenset[str]:
    """All texts that stand in the model's expressions: the names of fields that it reads are among them."""
    return frozenset(
        part.value
        for step in walk_steps(integration.whole)
        for expression in expressions_of(step)
        for part in walk(expression)
        if isinstance(part, Constant) and isinstance(part.value, str)
    )


@dataclass
class _Rehearsed:
    """An input and what came of it."""

    input: Input
    done: Performed
    change: Change | None = None
    depth: int = 0


@dataclass
class Search:
    """Looks for inputs. `covered` is what those reach that are used anyway."""

    rehearsal: Rehearsal
    integration: Integration
    variables: Mapping[str, str | None]
    """The environment's variables that may be missing, or others; None where they are missing already."""
    covered: set[Feature] = field(default_factory=set)
    found: list[_Rehearsed] = field(default_factory=list)
    runs: int = 0

    def inputs(self, name: str, recorded: Sequence[Input]) -> list[Input]:
        """The inputs beyond the recorded ones, those that reach most first."""
        varying = Varying.of(self.integration, names_read(self.integration))
        chance = random.Random(name)
        for one in recorded:
            self.covered |= self._run(one).features
        at_once = any(
            isinstance(one, Split) and one.concurrency != 1 for one in walk_steps(self.integration.steps)
        )
        originals = [one if at_once else replace(one, recording=shortened(one.recording)) for one in recorded]
        if isinstance(self.integration.trigger, WebhookTrigger):
            originals = self._alone(recorded)
        reached: set[int] = set()
        for number, original in enumerate(originals):
            done = self._run(original)
            if original.recording.incoming:
                for other in varying.incoming(original, done.seen):
                    self._take_signed(other)
            fresh = {sent.step for sent in done.sent} - reached
            if number == 0 or fresh:
                self._answers(original, done, varying, reached, None if number == 0 else fresh)
            if number == 0:
                self._pack(original, done, varying, chance)
            for given in without_variables(original, self.integration, self.variables):
                self._take(given)
            for given in other_files(original, varying.constants, done.seen):
                self._take(given)
        return self.chosen()

    def _run(self, given: Input) -> Performed:
        self.runs += 1
        return self.rehearsal.run(given)

    def _take(self, given: Input, change: Change | None = None, depth: int = 0) -> _Rehearsed | None:
        """Rehearses an input; None for one that cannot be used."""
        if self.runs >= _MOST_RUNS:
            return None
        done = self._run(given)
        if not done.usable:
            return None
        found = _Rehearsed(given, done, change, depth)
        self.found.append(found)
        return found

    def _answers(
        self,
        original: Input,
        done: Performed,
        varying: Varying,
        reached: set[int],
        steps: set[int] | None = None,
    ) -> None:
        """Varies the answers of a run, and again those to steps that are reached for the first time."""
        reached |= {sent.step for sent in done.sent}
        waiting: list[tuple[Input, Performed, set[int] | None, int]] = [(original, done, steps, 0)]
        while waiting:
            given, performed, own, depth = waiting.pop(0)
            for one in varying.answers(given, performed, own):
                taken = self._take(one.input, one.change if depth == 0 else None, depth)
                if taken is None:
                    continue
                fresh = {sent.step for sent in taken.done.sent} - reached
                if fresh and depth < _DEEP:
                    reached |= fresh
                    waiting.append((one.input, taken.done, fresh, depth + 1))
                    self._take(apart(one.input, as_recorded(taken.done.sent), varying.names))
        self._take(in_utf16(original, as_recorded(done.sent)))

    def _pack(self, original: Input, done: Performed, varying: Varying, chance: random.Random) -> None:
        """Inputs with several changes at once, none of which ends the run by itself."""
        gentle: dict[tuple[str, ...], list[Change]] = {}
        for one in self.found:
            if one.change is not None and one.done.ended_well and one.depth == 0:
                gentle.setdefault(shape_of(one.change.path), []).append(one.change)
        exchanges = as_recorded(done.sent)
        turns = max((len(ones) for ones in gentle.values()), default=0)
        for number in range(min(turns, _MOST_PACKS)):
            for label, share in (("packed", 1.0), ("half packed", 0.5), ("thinly packed", 0.2)):
                changes = [
                    ones[number % len(ones)]
                    for ones in gentle.values()
                    if share == 1.0 or (number < _MOST_THIN and chance.random() < share)
                ]
                changes.sort(key=lambda one: len(one.path))
                if changes:
                    self._take(with_answers(original, exchanges, changes, f"{label} {number}"))

    def _alone(self, recorded: Sequence[Input]) -> list[Input]:
        """Each request that comes in by itself, if it reaches what none before it does; those that reach most first."""
        known: set[Feature] = set()
        found: list[tuple[int, Input]] = []
        for original in recorded:
            for number, incoming in enumerate(original.recording.incoming):
                recording = replace(original.recording, incoming=(incoming,))
                alone = replace(original, name=f"{original.name} {number}", recording=recording)
                features = self._run(alone).features
                if ways := {one for one in features - known if one[0] == "way"}:
                    found.append((len(ways), alone))
                known |= features
        found.sort(key=lambda one: -one[0])
        return [alone for _, alone in found[:_MOST_REQUESTS]]

    def _take_signed(self, one: Variation) -> None:
        taken = self._take(one.input, one.change)
        if taken is None:
            return
        signed = _signed(one.input, taken.done)
        if signed is not None:
            self._take(signed, one.change)

    def chosen(self) -> list[Input]:
        """The fewest that reach all that any reaches, nearly: always the one that reaches most of what is left."""
        wanted = {feature for one in self.found for feature in one.done.features}
        well = {feature[:-1] for feature in wanted | self.covered if feature[-1]}
        left = [
            (one, {f for f in one.done.features if f not in self.covered and (f[-1] or f[:-1] not in well)})
            for one in self.found
        ]
        chosen: list[Input] = []
        while left:
            best, reaches = max(left, key=lambda pair: len(pair[1]))
            if not reaches:
                break
            chosen.append(best.input)
            left = [(one, rest - reaches) for one, rest in left if rest - reaches]
        return _named_apart(_together(chosen))


def _signed(given: Input, done: Performed) -> Input | None:
    """The request with the signature that was expected in place of that it came with; None where it was right."""
    (own,) = given.recording.incoming
    for one, other in done.digests:
        for had, wanted in ((one, other), (other, one)):
            if not isinstance(had, str) or not isinstance(wanted, str) or not had or had == wanted:
                continue
            lines = tuple((name, value.replace(had, wanted)) for name, value in own.request.headers)
            if lines != own.request.headers:
                incoming = (Recorded(own.place, replace(own.request, headers=lines), own.answer),)
                recording = replace(given.recording, incoming=incoming)
                return replace(given, name=f"{given.name}, signed", recording=recording)
    return None


def _together(inputs: Iterable[Input]) -> list[Input]:
    """Requests that come in go together, where they are answered from the same recording in the same environment."""
    found: list[Input] = []
    groups: dict[object, list[Input]] = {}
    for one in inputs:
        if not one.recording.incoming:
            found.append(one)
            continue
        alike = (one.recording.exchanges, tuple(one.environment.items()), tuple(one.files.items()))
        group = groups.setdefault(alike, [])
        if len(group) == _GROUP:
            found.append(_grouped(group))
            group.clear()
        group.append(one)
    return [*found, *(_grouped(group) for group in groups.values())]


def _grouped(group: Sequence[Input]) -> Input:
    incoming = tuple(request for one in group for request in one.recording.incoming)
    recording = replace(group[0].recording, incoming=incoming)
    return replace(
        group[0],
        name="; ".join(one.name for one in group),
        recording=recording,
        about=frozenset(name for one in group for name in one.about),
    )


def _named_apart(inputs: Iterable[Input]) -> list[Input]:
    """Each with a name of its own."""
    used: dict[str, int] = {}
    found = []
    for one in inputs:
        used[one.name] = used.get(one.name, 0) + 1
        found.append(one if used[one.name] == 1 else replace(one, name=f"{one.name} ({used[one.name]})"))
    return found
