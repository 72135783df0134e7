"""Inputs made from a recording and a model: answers with one thing changed in each that the model reads.

Nothing is random but by a seed of the flow's name, so each run makes the same inputs.
"""

from __future__ import annotations

import copy
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from migrate.model import Constant, Integration, expressions_of, walk, walk_steps
from migrate.shadow.bodies import Json
from migrate.shadow.messages import Answer
from migrate.shadow.recording import Recorded, Recording
from tests.mutation.lenient import place_of
from tests.mutation.plan import Input

_STATUSES = (400, 599, 600, 204, 404, 0)
_ITEMS = 3
"""Items that are left of longer lists, so that the runs are short."""
_PACKED = 6
_SHARE = 0.35
_MISSING = object()
Path = tuple[str | int, ...]


def names_read(integration: Integration) -> frozenset[str]:
    """All texts that stand in the model's expressions: the names of fields that it reads are among them."""
    return frozenset(
        part.value
        for step in walk_steps(integration.steps)
        for expression in expressions_of(step)
        for part in walk(expression)
        if isinstance(part, Constant) and isinstance(part.value, str)
    )


@dataclass(frozen=True)
class _Place:
    """A field of an answer: which exchange, and where in its body."""

    exchange: int
    path: Path

    @property
    def shape(self) -> tuple[str, ...]:
        """The same for the same field of other items."""
        return tuple("*" if isinstance(key, int) else key for key in self.path)


def generated(name: str, original: Input, names: frozenset[str]) -> Iterator[Input]:
    """Variations of the input, the same each time."""
    chance = random.Random(name)
    bodies = [_shortened(_json(one.answer)) for one in original.recording.exchanges]
    recording = _answered(
        original.recording,
        [
            one.answer if bodies[n] is None else replace(one.answer, body=json.dumps(bodies[n]).encode())
            for n, one in enumerate(original.recording.exchanges)
        ],
    )
    shapes: dict[tuple[str, str, tuple[str, ...]], list[_Place]] = defaultdict(list)
    for number, body in enumerate(bodies):
        where = place_of(recording.exchanges[number].request)
        for path in _paths(body):
            if (path and isinstance(path[-1], str) and path[-1] in names) or isinstance(
                _at(body, path), list
            ):
                place = _Place(number, path)
                shapes[(*where, place.shape)].append(place)

    def with_(label: str, changes: Mapping[_Place, object]) -> Input:
        changed = copy.deepcopy(bodies)
        for place, value in changes.items():
            changed[place.exchange] = _set(changed[place.exchange], place.path, value)
        answers = [
            one.answer
            if bodies[n] == changed[n]
            else replace(one.answer, body=json.dumps(changed[n]).encode())
            for n, one in enumerate(recording.exchanges)
        ]
        about = frozenset(str(key) for place in changes for key in place.path[-1:])
        return replace(original, name=label, recording=_answered(recording, answers), about=about)

    for number in range(_PACKED):
        changes: dict[_Place, object] = {}
        for places in shapes.values():
            seen = [_at(bodies[place.exchange], place.path) for place in places]
            for place in places:
                if chance.random() < _SHARE:
                    found = _like(_at(bodies[place.exchange], place.path), seen, chance)
                    if found is not None:
                        changes[place] = found[0]
        yield with_(f"packed {number}", changes)
    for (method, url, shape), places in shapes.items():
        field = f"{method} {url.rpartition('/')[2] or url} {'.'.join(shape)}"
        for number, (label, value) in enumerate(_odd(_at(bodies[places[0].exchange], places[0].path))):
            chosen = places[min(number % 2, len(places) - 1)]  # later ones may never be asked for
            yield with_(f"{field} {label}", {chosen: value})
    by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, one in enumerate(recording.exchanges):
        by_place[place_of(one.request)].append(number)
    for (method, url), numbers in by_place.items():
        for label, answer in _answers(recording.exchanges[numbers[0]].answer):
            answers = [one.answer for one in recording.exchanges]
            answers[numbers[0]] = answer
            yield replace(
                original,
                name=f"{method} {url.rpartition('/')[2] or url} {label}",
                recording=_answered(recording, answers),
                about=frozenset(part for part in url.split("/")[3:] if part not in ("", "*")),
            )


def without_variables(original: Input, names: Sequence[str]) -> Iterator[Input]:
    """A variable of the environment is missing, or empty."""
    for name in names:
        yield replace(
            original,
            name=f"no {name}",
            environment={**original.environment, name: None},
            about=frozenset({name}),
        )
        yield replace(
            original,
            name=f"empty {name}",
            environment={**original.environment, name: ""},
            about=frozenset({name}),
        )


def other_files(original: Input) -> Iterator[Input]:
    """A file beside the script is missing, empty, or holds something else."""
    for name, content in original.files.items():
        rest = {one: held for one, held in original.files.items() if one != name}
        yield replace(original, name=f"no {name}", files=rest)
        for label, held in (
            ("empty", b""),
            ("list", b"[]"),
            ("map", b"{}"),
            ("half", content[: len(content) // 2]),
        ):
            yield replace(original, name=f"{name} {label}", files={**rest, name: held})
        try:
            body = json.loads(content)
        except ValueError:
            continue
        for path in _paths(body):
            for label, value in _odd(_at(body, path)):
                changed = json.dumps(_set(copy.deepcopy(body), path, value)).encode()
                where = ".".join(map(str, path))
                yield replace(original, name=f"{name} {where} {label}", files={**rest, name: changed})


def _answers(answer: Answer) -> Iterator[tuple[str, Answer]]:
    """Other answers of a server."""
    for status in _STATUSES:
        yield f"status {status}", replace(answer, status=status)
    for label, body in (
        ("empty", b""),
        ("null", b"null"),
        ("list", b"[]"),
        ("map", b"{}"),
        ("no JSON", b"<html>"),
    ):
        yield f"answer {label}", replace(answer, body=body)
    yield "answer list of one", replace(answer, body=b"[null]")


def _odd(value: object) -> Iterator[tuple[str, object]]:
    """Values of another kind, and those at the border."""
    yield "missing", _MISSING
    yield "null", None
    match value:
        case bool():
            yield from (("inverted", not value), ("text", "true"))
        case str():
            yield from (("empty", ""), ("number", 7), ("empty map", {}), ("empty list", []))
        case int() | float():
            yield from (
                ("zero", 0),
                ("text", str(value)),
                ("large", 2**53 + 1),
                ("empty map", {}),
                ("empty list", []),
            )
        case list():
            yield from (("empty", []), ("one", value[:1]), ("twice", value + value), ("map", {"x": 1}))
            yield "null within", [*value[:1], None, *value[1:]]
        case dict():
            yield from (("empty", {}), ("empty list", []), ("text", "text"))
        case None:
            yield from (("text", "text"), ("empty", ""), ("empty list", []), ("true", True))


def _like(value: object, seen: list[object], chance: random.Random) -> tuple[object] | None:
    """Another value of the same kind, or one that stands there in other items."""
    match value:
        case bool():
            return (not value,)
        case str():
            others: list[object] = [one for one in seen if isinstance(one, str)]
            choices = [*others, f" {value}", value.upper(), value.lower(), f"{value} é", f"{value}&=/ ", "x"]
            return (chance.choice(choices),)
        case int():
            return (chance.choice([0, value + 1, value - 1, value * 2, 10**12 + value, -value, 1]),)
        case float():
            return (chance.choice([0.0, value + 0.005, -value, value * 1e15, 1.0, 0.125]),)
        case None:
            others = [one for one in seen if one is not None and not isinstance(one, list | dict)]
            return (chance.choice(others),) if others else None
        case _:
            return None


def _answered(recording: Recording, answers: Sequence[Answer]) -> Recording:
    pairs = zip(recording.exchanges, answers, strict=True)
    return replace(
        recording, exchanges=tuple(Recorded(one.place, one.request, answer) for one, answer in pairs)
    )


def _shortened(value: Json) -> Json:
    """With the first, the middle and the last item of longer lists."""
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    if isinstance(value, list):
        kept = value if len(value) <= _ITEMS else [value[0], value[len(value) // 2], value[-1]]
        return [_shortened(one) for one in kept]
    return value


def _json(answer: Answer) -> Json:
    try:
        found: Json = json.loads(answer.body)
    except ValueError:
        return None
    return found


def _paths(value: object, before: Path = ()) -> Iterator[Path]:
    yield before
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, one in inner:
        yield from _paths(one, (*before, key))


def _at(value: object, path: Path) -> object:
    for key in path:
        value = value[key]  # type: ignore[index]  # the path was found in it
    return value


def _set(value: Json, path: Path, new: object) -> Json:
    if not path:
        return None if new is _MISSING else new  # type: ignore[return-value]  # JSON by construction
    try:
        holder = _at(value, path[:-1])
        if new is _MISSING:
            del holder[path[-1]]  # type: ignore[attr-defined]  # a map or a list
        else:
            holder[path[-1]] = new  # type: ignore[index]  # a map or a list
    except (LookupError, TypeError):
        pass  # another change took away what held it
    return value
