"""Inputs that take a model through all its ways: made from its recorded runs, chosen by what they reach.

Each recorded run is rehearsed on the model, then varied; what is varied is rehearsed too, and what reaches a step for
the first time is varied there again. Of all of them those are kept that reach something no other does, such as a side
of a condition, the border of a comparison, a kind of value of a field, an end of the run. Nothing is random but by a
seed of the flow's name, so each run makes the same inputs.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from migrate.model import Constant, Integration, WebhookTrigger, expressions_of, walk, walk_steps
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
_DEEP = 3
"""How often what was varied is varied again where it reaches a step for the first time."""


def names_read(integration: Integration) -> frozenset[str]:
    """All texts that stand in the model's expressions: the names of fields that it reads are among them."""
    return frozenset(
        part.value
        for step in walk_steps(integration.steps)
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
    variables: Sequence[str]
    """Names of the environment's variables that may be missing."""
    covered: set[Feature] = field(default_factory=set)
    found: list[_Rehearsed] = field(default_factory=list)
    runs: int = 0

    def inputs(self, name: str, recorded: Sequence[Input]) -> list[Input]:
        """The inputs beyond the recorded ones, those that reach most first."""
        varying = Varying.of(self.integration, names_read(self.integration))
        chance = random.Random(name)
        for one in recorded:
            self.covered |= self._run(one).features
        if isinstance(self.integration.trigger, WebhookTrigger):
            self._vary_incoming(recorded, varying)
        originals = [replace(one, recording=shortened(one.recording)) for one in recorded[:1]]
        reached: set[int] = set()
        for original in originals:
            done = self._run(original)
            self._answers(original, done, varying, reached)
            self._pack(original, done, varying, chance)
            self._beside(original, done, varying)
        for one in recorded[1:]:
            done = self._run(one)
            if fresh := {sent.step for sent in done.sent} - reached:
                self._answers(one, done, varying, reached, fresh)
            if one.files:
                self._beside(one, done, varying)
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

    def _beside(self, original: Input, done: Performed, varying: Varying) -> None:
        """Varies variables and files."""
        for one in without_variables(original, self.variables):
            self._take(one)
        for one in other_files(original, varying.constants, done.seen):
            self._take(one)

    def _vary_incoming(self, recorded: Sequence[Input], varying: Varying) -> None:
        """Varies the requests that come in, each by itself; where their signature was right, it is right again."""
        for original in recorded:
            for number, incoming in enumerate(original.recording.incoming):
                recording = replace(original.recording, incoming=(incoming,))
                alone = replace(original, name=f"{original.name} {number}", recording=recording)
                taken = self._take(alone)
                if taken is None:
                    continue
                for one in varying.incoming(alone, taken.done.seen):
                    self._take_signed(one)

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
        return _named_apart(chosen)


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


def _named_apart(inputs: Iterable[Input]) -> list[Input]:
    """Each with a name of its own."""
    used: dict[str, int] = {}
    found = []
    for one in inputs:
        used[one.name] = used.get(one.name, 0) + 1
        found.append(one if used[one.name] == 1 else replace(one, name=f"{one.name} ({used[one.name]})"))
    return found
