"""The recorded request that is nearest to one that was not recorded, and what the two differ in.

Nearer is, in this order: the same server (scheme, host, port); a path with fewer other segments; the same method; fewer
query names of its own on either side; fewer other values; fewer other values in the body; the earlier in the recording.
"""

from __future__ import annotations

from collections.abc import Iterator

from migrate.shadow import addresses, bodies
from migrate.shadow.matching import Pairs, Question
from migrate.shadow.messages import RequestDifference

BODIES_READ = 200
"""Of recorded requests that are equally near but for their bodies, so many have their bodies read."""

_SHOWN = 80
_LISTED = 12


class Nearest:
    """Looks among recorded requests, given in the order of the recording."""

    def __init__(self) -> None:
        self._by_origin: dict[str, dict[str, list[Question]]] = {}

    def add(self, question: Question) -> None:
        paths = self._by_origin.setdefault(question.address.origin, {})
        paths.setdefault(question.address.path, []).append(question)

    def to(self, asked: Question) -> Question | None:
        """The nearest, or None where nothing was recorded."""
        origin = asked.address.origin
        servers = [origin] if origin in self._by_origin else list(self._by_origin)
        paths = [
            ((_of_server(asked, one[0]), _of_path(asked.address.path, path)), one)
            for server in servers
            for path, one in self._by_origin[server].items()
        ]
        if not paths:
            return None
        least = min(distance for distance, _ in paths)
        candidates = [question for distance, some in paths if distance == least for question in some]
        ranked = [(_of_request(asked, one), one) for one in candidates]
        nearest = min(distance for distance, _ in ranked)
        tied = [one for distance, one in ranked if distance == nearest][:BODIES_READ]
        return min(tied, key=lambda one: _of_body(asked, one)) if len(tied) > 1 else tied[0]


def differences(asked: Question, recorded: Question) -> tuple[RequestDifference, ...]:
    """What two requests differ in, part by part; long values are cut."""
    return tuple(_differences(asked, recorded))


def _differences(asked: Question, recorded: Question) -> Iterator[RequestDifference]:
    ours, theirs = asked.address, recorded.address
    for name, one, other in (
        ("method", asked.request.method, recorded.request.method),
        ("scheme", ours.scheme, theirs.scheme),
        ("host", ours.host, theirs.host),
        ("port", _port(ours), _port(theirs)),
    ):
        if one != other:
            yield RequestDifference(name, one, other)
    left, right = ours.path.split("/")[1:], theirs.path.split("/")[1:]
    if len(left) != len(right):
        yield _shown("path", ours.path, theirs.path)
    else:
        for number, (one, other) in enumerate(zip(left, right, strict=True), 1):
            if one != other:
                yield _shown(f"path segment {number}", one, other)
    yield from _of_values("query", _by_name(asked.pairs), _by_name(recorded.pairs))
    if asked.key != recorded.key:
        yield from _of_bodies(asked, recorded)


def _of_bodies(asked: Question, recorded: Question) -> Iterator[RequestDifference]:
    left, right = _leaves(asked), _leaves(recorded)
    if left is None or right is None:
        if asked.body != recorded.body:
            yield RequestDifference("body", _size(asked.body), _size(recorded.body))
    else:
        yield from _of_values("body", left, right)


def _of_values(part: str, left: dict[str, str], right: dict[str, str]) -> Iterator[RequestDifference]:
    found = [
        _shown(f"{part} {name}", left.get(name), right.get(name))
        for name in dict.fromkeys((*left, *right))
        if left.get(name) != right.get(name)
    ]
    yield from found[:_LISTED]
    if len(found) > _LISTED:
        yield RequestDifference(part, f"{len(found) - _LISTED} more values", None)


def _shown(part: str, asked: str | None, recorded: str | None) -> RequestDifference:
    return RequestDifference(part, *(None if text is None else _cut(text) for text in (asked, recorded)))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _leaves(question: Question) -> dict[str, str] | None:
    return bodies.leaves(question.request.headers, question.body) if question.body else {}


def _size(body: bytes) -> str:
    return f"{len(body)} bytes"


def _port(address: addresses.Address) -> str:
    return str(address.port or addresses.DEFAULT_PORTS[address.scheme])


def _by_name(pairs: Pairs) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append("(no value)" if value is None else value)
    return {name: ", ".join(values) for name, values in found.items()}


def _of_server(asked: Question, recorded: Question) -> int:
    ours, theirs = asked.address, recorded.address
    return (ours.host != theirs.host) * 4 + (ours.scheme != theirs.scheme) + (_port(ours) != _port(theirs))


def _of_path(asked: str, recorded: str) -> int:
    ours, theirs = asked.split("/"), recorded.split("/")
    return abs(len(ours) - len(theirs)) + sum(a != b for a, b in zip(ours, theirs, strict=False))


def _of_request(asked: Question, recorded: Question) -> tuple[int, int, int]:
    ours, theirs = _by_name(asked.pairs), _by_name(recorded.pairs)
    return (
        asked.request.method != recorded.request.method,
        len(ours.keys() ^ theirs.keys()),
        sum(theirs[name] != text for name, text in ours.items() if name in theirs),
    )


def _of_body(asked: Question, recorded: Question) -> int:
    ours, theirs = _leaves(asked), _leaves(recorded)
    if ours is None or theirs is None:
        return asked.body != recorded.body
    return sum(ours.get(place) != theirs.get(place) for place in ours.keys() | theirs.keys())
