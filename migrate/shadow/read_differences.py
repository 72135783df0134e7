"""Compares the reads of two legs: which were made, how often, and with which credentials and other headers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from migrate.shadow.differences import ReadDiffers
from migrate.shadow.exactness import settled
from migrate.shadow.transport_headers import compared_headers
from migrate.shadow.writes import Write

HeaderLines = tuple[tuple[str, str], ...]
_CREDENTIAL = re.compile(r"authori[sz]ation|cookie|auth|token|api-?key|secret|signature|session|password")


def compare_reads(left: Sequence[Write], right: Sequence[Write]) -> tuple[ReadDiffers, ...]:
    """Compares the reads as a multiset of method, URL, body and headers; their order does not count.

    Credentials are also compared for each server, so that a wrong one shows even where the URLs differ.
    """
    found: list[ReadDiffers] = []
    reads = _by_read(left), _by_read(right)
    for key in dict.fromkeys((*reads[0], *reads[1])):
        both = [side.get(key, []) for side in reads]
        if len(both[0]) != len(both[1]):
            found.append(ReadDiffers((both[0] or both[1])[0], len(both[0]), len(both[1]), "times"))
            continue
        found += _header_differences(both[0], both[1])
    servers = {_server(one.read) for one in found if one.what == "credentials"}
    sides = _by_server(left), _by_server(right)
    for origin in sides[0].keys() & sides[1].keys() - servers:
        ways = [{_credentials(read) for read in side[origin]} for side in sides]
        for read in (*sides[0][origin], *sides[1][origin]):
            if _credentials(read) in ways[0] ^ ways[1]:
                times = [sum(_credentials(r) == _credentials(read) for r in side[origin]) for side in sides]
                found.append(ReadDiffers(read, times[0], times[1], "credentials"))
                break
    return tuple(sorted(found, key=lambda one: (one.what, one.read.sequence, str(one))))


def _by_read(reads: Sequence[Write]) -> dict[tuple[str, str, bytes, str], list[Write]]:
    found: dict[tuple[str, str, bytes, str], list[Write]] = defaultdict(list)
    for read in reads:
        found[read.method, read.url, settled(read.body), read.written_as].append(read)
    return found


def _server(read: Write) -> str:
    """Scheme, host and port; refused requests can have URLs that no parser takes."""
    return "/".join(read.url.split("/", 3)[:3])


def _by_server(reads: Sequence[Write]) -> dict[str, list[Write]]:
    found: dict[str, list[Write]] = defaultdict(list)
    for read in reads:
        found[_server(read)].append(read)
    return found


def _credentials(read: Write) -> HeaderLines:
    return tuple((name, value) for name, value in read.headers if _CREDENTIAL.search(name))


def _other_headers(read: Write) -> HeaderLines:
    return tuple(
        (name, value)
        for name, value in sorted(compared_headers(read).items())
        if not _CREDENTIAL.search(name)
    )


_HEADER_KINDS: tuple[tuple[Literal["credentials", "headers"], Callable[[Write], HeaderLines]], ...] = (
    ("credentials", _credentials),
    ("headers", _other_headers),
)


def _header_differences(left: list[Write], right: list[Write]) -> Iterator[ReadDiffers]:
    """The first read whose credentials, or whose other headers, were sent another number of times."""
    for what, part in _HEADER_KINDS:
        ours, theirs = Counter(map(part, left)), Counter(map(part, right))
        odd = next((read for read in (*left, *right) if ours[part(read)] != theirs[part(read)]), None)
        if odd is not None:
            yield ReadDiffers(odd, ours[part(odd)], theirs[part(odd)], what)
