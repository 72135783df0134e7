"""`python -m tests.mutation [NAME...] [--every N] [--processes P] [--inputs N] [--thorough] [--anew] [--show] [--json]`

Mutates the emitted flows of the fixtures and says which wrong configurations the shadow run finds. What was found is
kept in the cache folder, and only what changed since runs again. Exit status 1: a harmful mutant was not found, more
than 5 % survived, or a survivor has no argument.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from emitters.node_red import install
from migrate.shadow import sandbox
from tests.mutation import arguments as argued
from tests.mutation.arguments import Argument
from tests.mutation.campaign import MOST_SURVIVORS, FlowResult, Result, Settings, campaign, subjects
from tests.mutation.store import folder

_ROW = "{:<22} {:>7} {:>7} {:>8} {:>9} {:>9} {:>7} {:>8}"
_HEADINGS = ("flow", "inputs", "mutants", "harmful", "detected", "survivors", "runs", "seconds")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("names", nargs="*", help="fixtures; without any, all")
    parser.add_argument("--every", type=int, default=1, help="run each N-th mutant only")
    parser.add_argument("--processes", type=int, default=2, help="sandboxes at a time")
    parser.add_argument("--inputs", type=int, default=None, help="at most so many generated inputs a flow")
    parser.add_argument(
        "--thorough", action="store_true", help="the reference runner too on generated inputs"
    )
    parser.add_argument("--anew", action="store_true", help="take nothing from the cache folder")
    parser.add_argument("--show", action="store_true", help="say of every mutant what became of it")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    given = parser.parse_args(arguments)
    if missing := install.missing() or sandbox.probe():
        print(f"not run: {missing}", file=sys.stderr)
        return 2
    chosen = subjects(given.names)
    if unknown := set(given.names) - {one.name for one in chosen}:
        parser.error(f"no flow that can be mutated: {', '.join(sorted(unknown))}")
    if not given.json:
        print(_ROW.format(*_HEADINGS), flush=True)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        cache = Path(stack.enter_context(tempfile.TemporaryDirectory())) if given.anew else folder()
        flows = campaign(
            chosen,
            Settings(cache, given.every, given.inputs, given.thorough),
            processes=given.processes,
            progress=lambda done: None if given.json else print(_row(done), flush=True),
            running=_running,
        )
    seconds = time.monotonic() - began
    if given.json:
        print(json.dumps(_as_json(flows), ensure_ascii=False, indent=1))
    else:
        _print(flows, seconds, show=given.show)
        if not given.names and given.every == 1:
            for one in unused(argued.arguments(), flows):
                print(f"fits no survivor: {one.operator} in {one.flow} of {one.node}: {one.why.strip()}")
    return int(bool(missed(flows)))


def _running(name: str, done: int, whole: int) -> None:
    """A line that is written over, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r{name}: {done} of {whole} mutants\x1b[K", end="\r", file=sys.stderr, flush=True)


def missed(flows: Sequence[FlowResult]) -> list[str]:
    """Which targets are missed."""
    results = [one for flow in flows for one in flow.results]
    found = [
        f"not detected: {one.mutant}" for one in results if one.finding.harmful and not one.finding.detected
    ]
    survivors = [one for one in results if one.survives]
    if len(survivors) > MOST_SURVIVORS * len(results):
        found.append(f"{len(survivors)} of {len(results)} survive: more than {MOST_SURVIVORS:.0%}")
    found += [
        f"not argued: {one.mutant}" for one in survivors if one.finding.harmful is None and not one.reason
    ]
    found += [f"{flow.name}: the process kept something of the mutants" for flow in flows if not flow.clean]
    return found


def unused(given: Sequence[Argument], flows: Sequence[FlowResult]) -> list[Argument]:
    """The arguments for survivors that speak of none: they no longer apply, where all mutants ran."""
    survivors = [one.mutant for flow in flows for one in flow.survivors]
    return [one for one in given if not any(one.fits(mutant) for mutant in survivors)]


def _row(flow: FlowResult) -> str:
    counts = (flow.inputs, len(flow.results), flow.harmful, flow.detected, len(flow.survivors), flow.runs)
    return _ROW.format(flow.name, *counts, f"{flow.seconds:.0f}")


def _print(flows: Sequence[FlowResult], seconds: float, *, show: bool) -> None:
    results = [one for flow in flows for one in flow.results]
    if show:
        for one in results:
            print(f"{_fate(one):<10} {one.mutant}{_where(one)}")
    harmful = sum(flow.harmful for flow in flows)
    detected = sum(flow.detected for flow in flows)
    survivors = [one for one in results if one.survives]
    runs = sum(flow.runs for flow in flows)
    print(f"\n{len(results)} mutants, {harmful} harmful, {detected} detected ({_share(detected, harmful)})")
    print(f"{len(survivors)} survivors ({_share(len(survivors), len(results))})")
    print(f"{runs} runs, {seconds:.0f} seconds, {60 * len(results) / max(seconds, 1):.0f} mutants a minute")
    for reason, count in Counter(_why(one) for one in survivors).most_common():
        print(f"  {count:>4}  {reason}")
        for one in survivors:
            if _why(one) == reason:
                print(f"          {one.mutant}")
    proved = Counter(one.proof for flow in flows for one in flow.equivalent)
    for rule, count in proved.most_common():
        print(f"equivalent, proved by '{rule}', no mutants: {count}")
    print(_passed_over(flows))
    for flow in flows:
        for odd in flow.disagreeing:
            print(f"{flow.name}: the flow itself differs from the script on {odd.name!r}: {odd.reason}")
        reasons = Counter(one.reason for one in flow.dropped)
        for reason, count in sorted(reasons.items()):
            print(f"{flow.name}: {count} inputs not used: {reason}")
    for line in missed(flows):
        print(f"MISSED: {line}")


def _passed_over(flows: Sequence[FlowResult]) -> str:
    """Mutants that were found, but not on each input on which their bytes differ."""
    found = [one for flow in flows for one in flow.results if one.finding.passed_over]
    lines = [f"\n{len(found)} mutants sent other bytes on an input on which nothing was said of it:"]
    lines += [f"  {one.mutant}: {', '.join(one.finding.passed_over[:3])}" for one in found]
    return "\n".join(lines) if found else ""


def _fate(one: Result) -> str:
    if one.finding.detected:
        return "detected"
    return "MISSED" if one.finding.harmful else "harmless"


def _where(one: Result) -> str:
    found = one.finding
    return f"  [{found.detected}: {', '.join(found.codes)}]" if found.detected else ""


def _why(one: Result) -> str:
    if one.finding.harmful:
        return f"NOT DETECTED on {one.finding.harmful}"
    if one.reason:
        return one.reason
    if one.finding.reached == 0:
        return "NOT REACHED by any input"
    if one.finding.different == 0:
        return "NOT ARGUED: the changed node does the same on all inputs"
    return "NOT ARGUED: the same bytes on all inputs"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def _as_json(flows: Sequence[FlowResult]) -> dict[str, object]:
    return {
        "flows": {
            flow.name: {
                "inputs": flow.inputs,
                "mutants": len(flow.results),
                "harmful": flow.harmful,
                "detected": flow.detected,
                "equivalent": [{"id": one.id, "rule": one.proof} for one in flow.equivalent],
                "disagreeing": {one.name: one.reason for one in flow.disagreeing},
                "survivors": [
                    {
                        "id": one.mutant.id,
                        "before": one.mutant.before,
                        "after": one.mutant.after,
                        "reason": _why(one),
                    }
                    for one in flow.survivors
                ],
            }
            for flow in flows
        },
        "missed": missed(flows),
    }


if __name__ == "__main__":
    sys.exit(main())
