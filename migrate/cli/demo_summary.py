"""What the demonstration says at its end, for people and for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from migrate.report.wording import counted

if TYPE_CHECKING:
    from migrate.pipeline.demonstration import Demonstration, ShownFlow, ShownMistake
    from migrate.report.content import Finding, Place

_WIDTH = 110
_CUT = 60


def summary(shown: Demonstration) -> str:
    """The summary for people: flows with their verdicts, what cannot be migrated, what to look at, the mistake."""
    return "\n".join(_lines(shown))


def _lines(shown: Demonstration) -> Iterator[str]:
    systems = [one for one in shown.estate.systems if one.kind in ("web", "mail", "database")]
    yield shown.name
    yield (
        f"{counted(shown.scripts, 'script')}, {counted(len(systems), 'system')} that they use, "
        f"{counted(len(shown.flows), 'flow')} run as script, as model and on Node-RED, on recorded traffic"
    )
    yield ""
    width = max(len(one.name) for one in shown.flows)
    for flow in shown.flows:
        yield f"  {flow.name.ljust(width)}  {flow.page.verdict.ljust(7)}  {reason(flow)}"
    gaps = [one for flow in shown.flows for one in flow.page.findings if one.severity == "gap"]
    if gaps:
        yield from ("", "Cannot be migrated as it is written")
        yield from dict.fromkeys(f"  {_where(one.place)}  {one.code} {one.message}" for one in gaps)
    look = list(_to_look_at(shown))
    if look:
        yield from ("", "Worth a look before anybody migrates")
        for one in look:
            yield from textwrap.wrap(one, _WIDTH, initial_indent="  ", subsequent_indent="      ")
    if shown.mistake is not None:
        yield from ("", *_mistake(shown.mistake))
    yield ""
    if shown.surprises:
        yield "Not as the sample expects:"
        yield from (f"  {one}" for one in shown.surprises)
    else:
        yield "All of it is as the sample expects."
    yield ""
    yield f"report:  {shown.report}"
    yield f"model:   {shown.model}"
    yield f"flows:   {shown.report.parent / 'flows'}"
    yield "next:    hubshift audit DIR, with the folder of your own scripts"


def reason(flow: ShownFlow) -> str:
    """One reason for the verdict."""
    page = flow.page
    gaps = [one for one in page.findings if one.severity == "gap"]
    if gaps:
        return f"a run ends where {_where(gaps[0].place)} is not understood: {gaps[0].message}"
    if page.verdict != "PASS":
        return page.reasons[0].removeprefix(f"{page.verdict} ") if page.reasons else "no reason was given"
    writes = page.comparisons[0].left_writes if page.comparisons else 0
    return (
        f"all three did the same: {counted(writes, 'write')}" if writes else "all three left the same behind"
    )


def _to_look_at(shown: Demonstration) -> Iterator[str]:
    """What the scripts have in common and nobody may know of."""
    for one in shown.estate.credentials:
        if one.storage == "hardcoded":
            names = ", ".join(dict.fromkeys(name for _, name in one.names))
            yield f"one hard-coded credential in several scripts: {names} ({', '.join(map(_where, one.places))})"
    for system in shown.estate.systems:
        if system.plain:
            flows = ", ".join(dict.fromkeys((*system.read_by, *system.written_by)))
            yield f"not encrypted: {system.name}, called by {flows}"
    for field in shown.estate.mapped:
        if not field.same:
            rules = "; ".join(
                f"{_where(one.place)} {textwrap.shorten(one.text, _CUT)}" for one in field.rules
            )
            yield f"one field, made in several ways: {field.field} of {field.request}: {rules}"
    for name in shown.not_started:
        yield f"nothing starts it: {name} stands in no line of the crontab and in no other script"


def _mistake(one: ShownMistake) -> Iterator[str]:
    made = one.made
    yield "A mistake, made on purpose"
    yield f"  {one.mistake.story}"
    yield f"  {made.file}, node {made.node}, line {made.line}:"
    yield f"    - {made.before}"
    yield f"    + {made.after}"
    yield f"  The shadow run of the changed flow: {one.page.verdict}"
    if one.found:
        first = one.found[0]
        yield from textwrap.wrap(
            f"{first.legs}: {first.text}", _WIDTH, initial_indent="    ", subsequent_indent="    "
        )
        more = len(one.found) - 1
        if more:
            yield f"    and the same in {counted(more, 'more record')}"
        yield f"  Rule:    {first.rule}"
        rule = next((rule for rule in one.page.rules if rule.id == first.rule), None)
        if rule is not None:
            yield f"  Emitted: {rule.emitted}"
        if first.place is not None:
            yield f"  Script:  {_where(first.place)}  {first.place.excerpt}"
    yield f"  report:  {one.report}"


def _where(place: Place | None) -> str:
    return f"{place.file}:{place.line}" if place is not None else "the script"


def data(shown: Demonstration) -> dict[str, Any]:
    """The same for programs."""
    mistake = shown.mistake
    return {
        "as_expected": not shown.surprises,
        "surprises": list(shown.surprises),
        "scripts": shown.scripts,
        "flows": [
            {
                "flow": one.name,
                "verdict": one.page.verdict,
                "expected": one.expected,
                "reason": reason(one),
                "gaps": [_gap(gap) for gap in one.page.findings if gap.severity == "gap"],
            }
            for one in shown.flows
        ],
        "systems": [asdict(one) for one in shown.estate.systems],
        "look_at": list(_to_look_at(shown)),
        "not_started": list(shown.not_started),
        "mistake": {
            "flow": mistake.mistake.flow,
            "rule": mistake.mistake.rule,
            "file": str(mistake.made.file),
            "node": mistake.made.node,
            "line": mistake.made.line,
            "before": mistake.made.before,
            "after": mistake.made.after,
            "verdict": mistake.page.verdict,
            "differences": [asdict(one) for one in mistake.page.differences],
            "report": str(mistake.report),
        }
        if mistake is not None
        else None,
        "report": str(shown.report),
        "model": str(shown.model),
    }


def _gap(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code,
        "message": finding.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
    }
