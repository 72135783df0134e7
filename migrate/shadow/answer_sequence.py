"""The recorded answers of one question, handed out in order."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from migrate.shadow.matching import Question
from migrate.shadow.messages import Answer, Source
from migrate.shadow.recording import Recorded


@dataclass(frozen=True, slots=True)
class Prepared:
    """A recorded exchange, what it asks for, and its answer as it is kept, redacted."""

    recorded: Recorded
    question: Question
    kept: Answer


@dataclass(slots=True)
class AnswerSequence:
    """The recorded exchanges of one question, in order. They differ in spelling and in volatile values only."""

    prepared: list[Prepared] = field(default_factory=list)
    _used: list[bool] = field(default_factory=list)
    _first: int = 0
    _by: dict[Hashable, list[int]] = field(default_factory=dict)
    """Numbers of the exchanges that are left of one spelling or key, the last one first."""
    _last: dict[Hashable, int] = field(default_factory=dict)

    def add(self, prepared: Prepared) -> None:
        self.prepared.append(prepared)
        self._used.append(False)

    def next(self, asked: Question) -> tuple[Prepared, Source] | None:
        """Takes the next exchange that is left: one spelled as the request, else one that means the same, else any."""
        while self._first < len(self._used) and self._used[self._first]:
            self._first += 1
        if self._first == len(self._used):
            return None
        if len(self.prepared) == 1:
            # Most questions were asked once.
            same = asked.spelling == self.prepared[0].question.spelling
            return self._take(0), "exact" if same else "canonical"
        ways: tuple[tuple[Hashable, Source], ...] = ((asked.spelling, "exact"), (asked.key, "canonical"))
        for way, source in ways:
            number = self._left_of(way)
            if number is not None:
                return self._take(number), source
        return self._take(self._first), "canonical"

    def again(self, asked: Question) -> Prepared:
        """The last exchange that means the same, else the last."""
        if not self._last:
            self._last = {one.question.key: number for number, one in enumerate(self.prepared)}
        return self.prepared[self._last.get(asked.key, -1)]

    def use(self, recorded: Recorded) -> None:
        """Counts an exchange, and those with the same answer, as asked for."""
        for number, one in enumerate(self.prepared):
            if one.recorded.answer.body == recorded.answer.body:
                self._used[number] = True

    def left(self) -> Iterator[Prepared]:
        """What nobody has asked for."""
        return (one for one, used in zip(self.prepared, self._used, strict=True) if not used)

    def _left_of(self, way: Hashable) -> int | None:
        if not self._by:
            for number in reversed(range(len(self.prepared))):
                question = self.prepared[number].question
                for one in (question.spelling, question.key):
                    self._by.setdefault(one, []).append(number)
        numbers = self._by.get(way, [])
        while numbers and self._used[numbers[-1]]:
            numbers.pop()
        return numbers[-1] if numbers else None

    def _take(self, number: int) -> Prepared:
        self._used[number] = True
        return self.prepared[number]
