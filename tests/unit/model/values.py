"""Values that tell functions apart, for tests of the kernel."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from migrate.model.functions import FUNCTIONS

TEXTS: list[Any] = [
    *("", "a", "ab", " Ab ", ",", "a,b,,c", "00420", "-7", "+1_0", "1e5", "nan", "0x1f", "null", "%", "{}"),
    *("straße", "İΣ", "ΑΣ", "ǆ", "ﬁ", "e\u0301", "o'neil-smith", "\U0001f642e", "\U00010400", "\ud83d", "٣"),
    *("a\nb\r\nc", "\x1c\x85\u2028", "\xa0x\u3000", "²", "½", "\x00"),
]
NUMBERS: list[Any] = [
    *(True, False, 0, 1, -1, 2, 3, -7, 31, 1234567, 2**53, -(2**60), 10**22, 10**400),
    *(0.0, -0.0, 10.0, 0.5, 2.5, -2.675, 1e5, 1e16, 1e22, 5e-324, 1.7976931348623157e308),
    *(float("inf"), float("-inf"), float("nan")),
]
CONTAINERS: list[Any] = [
    *([], [1], [None, [10.0]], ["a", "b"], [1, "a"], {}, {"a": 1}, {"2": 1, "1": [2]}, {"constructor": None}),
    {"__proto__": 1},
]
ODD: list[Any] = [None, *NUMBERS, *TEXTS, *CONTAINERS]
FEW: list[Any] = [
    *(None, True, 0, 2, -1, 2.5, 10.0, 2**60, 10**400, "", "a", "ab", ",", "a,b,ab", [], [1, "a"], ["a"]),
    *({"a": 1}, {"1": 2}),
]


def calls(name: str) -> Iterator[tuple[Any, ...]]:
    """Arguments of every number that the function takes, three at most; of triples one in seven."""
    function = FUNCTIONS[name]
    for count in range(function.minimum, min(function.maximum, 3) + 1):
        cases = itertools.product(*([ODD] if count == 1 else [FEW] * count))
        yield from itertools.islice(cases, 0, None, 7 if count == 3 else 1)
