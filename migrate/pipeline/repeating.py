"""Second runs of the legs of a shadow run, which tell what varies from run to run from what differs.

A second run costs as much as the first, so it is made only where it can change what is said: where the legs differ. All
first runs are over by then, so a time that the script takes has gone on, too. If the script itself then does
the same as before, nothing varies and the other legs need not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from migrate.shadow.sandbox import SandboxUnavailable
from migrate.shadow.verdict import Judgement, LegResult, variation_of

Repeat = Literal["auto", "always", "never"]


def second_runs(
    legs: Mapping[str, Callable[[], LegResult]],
    first: Sequence[LegResult],
    judgement: Judgement,
    repeat: Repeat,
    progress: Callable[[str], None],
) -> tuple[LegResult, ...]:
    """The second runs, in the order of the legs, of which the first is the legacy script. `legs` make them."""
    differ = any(one.differences or one.writes.open_order for one in judgement.comparisons)
    if repeat == "never" or not first or (repeat == "auto" and not differ):
        return ()
    found: list[LegResult] = []
    for number, leg in enumerate(first):
        if leg.state == "not-run":
            continue
        progress(f"{leg.name} again")
        try:
            found.append(legs[leg.name]())
        except SandboxUnavailable as unavailable:
            found.append(LegResult(leg.name, "not-run", detail=unavailable.reason))
        if repeat == "auto" and number == 0 and _same(leg, found[0]):
            break
    return tuple(found)


def _same(first: LegResult, second: LegResult) -> bool:
    return first.state == second.state and variation_of(first, second).nothing
