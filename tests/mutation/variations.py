"""Variations of an input: one thing changed in an answer, a file, a variable or a request that comes in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrate.model import HttpOperation, Integration, Read, Write, walk_steps
from migrate.shadow.bodies import Json
from migrate.shadow.messages import Answer
from migrate.shadow.recording import Recorded, Recording
from tests.mutation.json_places import Path, at, paths, shape_of, with_changes
from tests.mutation.odd_values import Constants, Seen, odd
from tests.mutation.plan import Input
from tests.mutation.rehearsal import Performed, as_recorded

_STATUSES = (399, 400, 599, 600, 204, 404, 0)
_STATUS = range(200, 600)
_ITEMS = 3
"""Items that are left of longer lists, so that the runs are short."""
_LONG = 40


@dataclass(frozen=True)
class Change:
    """Another value at a place in the JSON body of an exchange, or of a request that comes in."""

    exchange: int
    path: Path
    value: object


@dataclass(frozen=True)
class Variation:
    """An input, and the one change by which it differs, if it is one within a body."""

    input: Input
    change: Change | None = None


@dataclass(frozen=True)
class Varying:
    """What is known of a model when its inputs are varied: the fields that it reads, its constants."""

    names: frozenset[str]
    constants: Constants
    statuses: tuple[int, ...]

    @classmethod
    def of(cls, integration: Integration, names: frozenset[str]) -> Varying:
        """What a model names."""
        constants = Constants.of(integration)
        found = dict.fromkeys(_STATUSES)
        for step in walk_steps(integration.steps):
            operation = step.operation if isinstance(step, Read | Write) else None
            if isinstance(operation, HttpOperation):
                for rule in operation.on_status:
                    found |= dict.fromkeys((rule.first - 1, rule.first, rule.last, rule.last + 1))
        for number in constants.numbers:
            if isinstance(number, int) and number in _STATUS:
                found |= dict.fromkeys((number - 1, number, number + 1))
        return cls(names, constants, tuple(found))

    def answers(self, given: Input, done: Performed, steps: Collection[int] | None) -> Iterator[Variation]:
        """Other answers to what the run sent, or to what these steps of it sent."""
        exchanges = as_recorded(done.sent)
        by_step: dict[int, list[int]] = defaultdict(list)
        for number, one in enumerate(done.sent):
            if steps is None or one.step in steps:
                by_step[one.step].append(number)
        for numbers in by_step.values():
            for number in dict.fromkeys((numbers[0], numbers[-1])):
                yield from self._other_answers(given, exchanges, number)
            if len(numbers) > 1:
                yield from self._same_answers(given, exchanges, numbers)
            yield from self._fields(given, exchanges, numbers, done.seen)

    def _same_answers(
        self, given: Input, exchanges: tuple[Recorded, ...], numbers: Sequence[int]
    ) -> Iterator[Variation]:
        """Each request of a step is answered by the same other status."""
        for status in (500, 404, 0):
            made = list(exchanges)
            for number in numbers:
                answer = replace(exchanges[number].answer, status=status)
                made[number] = replace(exchanges[number], answer=answer)
            recording = replace(given.recording, exchanges=tuple(made))
            own = exchanges[numbers[0]].request
            name = f"{own.method} {own.url.partition('?')[0].rpartition('/')[2][:30]} always {status}"
            yield Variation(replace(given, name=name, recording=recording))

    def _other_answers(
        self, given: Input, exchanges: tuple[Recorded, ...], number: int
    ) -> Iterator[Variation]:
        own = exchanges[number]
        about = frozenset(part for part in own.request.url.split("/")[3:] if part)
        where = f"{own.request.method} {own.request.url.partition('?')[0].rpartition('/')[2][:30]} {number}"

        def made(label: str, *answers: Answer) -> Variation:
            new = [Recorded(own.place, own.request, one) for one in answers]
            recorded = (*exchanges[:number], *new, *exchanges[number + 1 :])
            recording = replace(given.recording, exchanges=recorded)
            return Variation(replace(given, name=f"{where} {label}", recording=recording, about=about))

        for status in self.statuses:
            yield made(f"status {status}", replace(own.answer, status=status))
            if status in self.constants.numbers or status in (0, 599):
                again = replace(own.answer, status=status)
                yield made(f"first status {status}", again, own.answer)
                yield made(f"first status {status} twice", again, again, own.answer)
        bodies: tuple[tuple[str, bytes], ...] = (
            ("empty", b""),
            ("null", b"null"),
            ("list", b"[]"),
            ("map", b"{}"),
            ("text", b'"x"'),
            ("number", b"7"),
            ("no JSON", b"<html>"),
            ("list of null", b"[null]"),
            ("no UTF-8", b'{"x": "\xff"}'),
        )
        for label, body in bodies:
            yield made(f"answer {label}", replace(own.answer, body=body))
        for at_header, (name, _) in enumerate(own.answer.headers):
            if name.lower() in self.names or name in self.names:
                kept = own.answer.headers
                for label, line in (("missing", ()), ("empty", ((name, ""),)), ("other", ((name, "x"),))):
                    headers = (*kept[:at_header], *line, *kept[at_header + 1 :])
                    yield made(f"header {name} {label}", replace(own.answer, headers=headers))

    def _fields(
        self, given: Input, exchanges: tuple[Recorded, ...], numbers: Sequence[int], seen: Seen
    ) -> Iterator[Variation]:
        bodies = {number: json_of(exchanges[number].answer.body) for number in numbers}
        for places in self._shapes(bodies).values():
            own, path = places[0]
            values = [at(bodies[number], one) for number, one in places]
            field = f"{exchanges[own].request.method} {number_of(own)}{'.'.join(map(str, path))}"
            for turn, (label, value) in enumerate(odd(values[0], self.constants, seen, values[1:8])):
                number, place = places[turn % 2 if len(places) > 1 and label not in _FIRST else 0]
                change = Change(number, place, value)
                yield Variation(with_answers(given, exchanges, [change], f"{field} {label}"), change)

    def _shapes(self, bodies: dict[int, Json]) -> dict[tuple[str, ...], list[tuple[int, Path]]]:
        """Places of what the model may read, by shape."""
        found: dict[tuple[str, ...], list[tuple[int, Path]]] = defaultdict(list)
        for number, body in bodies.items():
            for path in paths(body):
                if self._read(body, path):
                    found[shape_of(path)].append((number, path))
        return found

    def _read(self, body: Json, path: Path) -> bool:
        """Whether the model may read what stands there: a list, a named field, a scalar in a list or an open map."""
        value = at(body, path)
        if isinstance(value, list) or not path:
            return isinstance(value, list)
        if isinstance(path[-1], str) and path[-1] in self.names:
            return True
        if isinstance(value, dict):
            return False
        holder = at(body, path[:-1])
        return not isinstance(holder, dict) or (len(path) > 1 and self.names.isdisjoint(holder))

    def incoming(self, given: Input, seen: Seen) -> Iterator[Variation]:
        """Other requests that come in, in place of the only one."""
        (own,) = given.recording.incoming
        body = json_of(own.request.body)
        asked = own.request

        def made(label: str, change: Change | None = None, **parts: object) -> Variation:
            request = replace(asked, **parts)  # type: ignore[arg-type]  # fields of a request
            recording = replace(given.recording, incoming=(replace(own, request=request),))
            about = frozenset(str(key) for key in change.path[-1:]) if change else frozenset({"incoming"})
            return Variation(
                replace(given, name=f"{given.name} {label}", recording=recording, about=about), change
            )

        for places in self._shapes({0: body}).values():
            values = [at(body, path) for _, path in places]
            path = places[0][1]
            for label, value in odd(values[0], self.constants, seen, values[1:8]):
                change = Change(0, path, value)
                changed = json.dumps(with_changes(body, [(path, value)])).encode()
                yield made(f"{'.'.join(map(str, path))} {label}", change, body=changed)
        for label, raw in (
            ("empty", b""),
            ("null", b"null"),
            ("list", b"[]"),
            ("map", b"{}"),
            ("no JSON", b"<html>"),
            ("cut", asked.body[:-1]),
            ("number", b"7"),
            ("no UTF-8", asked.body + b"\xff"),
            ("in UTF-16", asked.body.decode(errors="replace").encode("utf-16")),
        ):
            yield made(f"body {label}", None, body=raw)
        for number, (name, value) in enumerate(asked.headers):
            if name.lower() in ("host", "content-length"):
                continue
            for label, lines in (
                ("missing", ()),
                ("empty", ((name, ""),)),
                ("other", ((name, "x"),)),
                ("longer", ((name, f"{value}0"),)),
                ("upper", ((name, value.upper()),)),
                ("twice", ((name, value), (name, "x"))),
                ("of accents", ((name, "é"),)),
            ):
                headers = (*asked.headers[:number], *lines, *asked.headers[number + 1 :])
                yield made(f"header {name} {label}", None, headers=headers)
        start = asked.url.partition("?")[0]
        for label, url in (
            ("longer", f"{start}x"),
            ("deeper", f"{start}/x"),
            ("with a slash", f"{start}/"),
            ("with a query", f"{start}?x=1&y=%20"),
            ("upper", start.rpartition("/")[0] + "/" + start.rpartition("/")[2].upper()),
            ("elsewhere", start.rpartition("/")[0] + "/elsewhere"),
        ):
            yield made(f"path {label}", None, url=url)


_FIRST = frozenset({"missing", "null", "empty"})


def number_of(exchange: int) -> str:
    """The number of an exchange as it stands in a name."""
    return f"{exchange} " if exchange else ""


def with_answers(
    given: Input, exchanges: tuple[Recorded, ...], changes: Sequence[Change], name: str
) -> Input:
    """The input with changes in the answers' bodies."""
    by_exchange: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        by_exchange[change.exchange].append(change)
    made = list(exchanges)
    for number, ones in by_exchange.items():
        own = exchanges[number]
        body = with_changes(json_of(own.answer.body), [(one.path, one.value) for one in ones])
        made[number] = replace(own, answer=replace(own.answer, body=json.dumps(body).encode()))
    about = frozenset(str(key) for one in changes for key in one.path[-1:])
    recording = replace(given.recording, exchanges=tuple(made))
    return replace(given, name=name, recording=recording, about=about)


def in_utf16(given: Input, exchanges: tuple[Recorded, ...]) -> Input:
    """All answers in another encoding of JSON."""
    made = tuple(
        replace(one, answer=replace(one.answer, body=one.answer.body.decode().encode("utf-16")))
        if json_of(one.answer.body) is not None
        else one
        for one in exchanges
    )
    return replace(given, name="all in UTF-16", recording=replace(given.recording, exchanges=made))


def apart(given: Input, exchanges: tuple[Recorded, ...], names: frozenset[str]) -> Input:
    """Answers that were the same are told apart by their texts, so that it shows which of them is used."""
    seen: dict[bytes, int] = {}
    made = list(exchanges)
    for number, one in enumerate(exchanges):
        body, times = json_of(one.answer.body), seen.get(one.answer.body, 0)
        seen[one.answer.body] = times + 1
        if times and isinstance(body, dict):
            changes = [
                ((key,), f"{value}-{times}")
                for key, value in body.items()
                if isinstance(value, str) and key in names
            ]
            changed = json.dumps(with_changes(body, changes)).encode()
            made[number] = replace(one, answer=replace(one.answer, body=changed))
    return replace(
        given, name=f"{given.name} apart", recording=replace(given.recording, exchanges=tuple(made))
    )


def without_variables(
    original: Input, integration: Integration, names: Mapping[str, str | None]
) -> Iterator[Input]:
    """A variable of the environment (by name, with its value) is missing, empty, or another."""
    defaults = {one.name: one.default for one in integration.variables}
    for name, value in names.items():
        usual = value if value is not None else defaults.get(name)
        other = [("other", f"{usual}x" if isinstance(usual, str) else "x"), ("number", "7")]
        for label, held in (("no", None), ("empty", ""), *other):
            yield replace(
                original,
                name=f"{label} {name}",
                environment={**original.environment, name: held},
                about=frozenset({name}),
            )


def shortened(recording: Recording) -> Recording:
    """With the first, the middle and the last item of longer lists in answers."""
    made = []
    for one in recording.exchanges:
        body = json_of(one.answer.body)
        short = _shortened(body)
        made.append(
            one
            if short == body
            else replace(one, answer=replace(one.answer, body=json.dumps(short).encode()))
        )
    return replace(recording, exchanges=tuple(made))


def _shortened(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list):
        kept = value if len(value) <= _ITEMS else [value[0], value[len(value) // 2], value[-1]]
        return [_shortened(one) for one in kept]
    return value


def json_of(body: bytes) -> Json:
    """The JSON of a body; None for another."""
    try:
        found: Json = json.loads(body)
    except ValueError:
        return None
    return found
