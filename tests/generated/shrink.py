"""Reduces a case that fails to the smallest script and world that fail in the same way, and prints it as a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from migrate.model.values import Value
from tests.generated.differential import Outcome, examine
from tests.generated.reductions import blocks, edits
from tests.generated.scripts import Script
from tests.generated.vendors import World

T = TypeVar("T")
Row = dict[str, Value]
_HASTY = 2.0
_SIMPLE: tuple[Value, ...] = (1, "x")


def likeness(outcome: Outcome) -> str:
    """What stays the same while a case shrinks: the verdict and the kind of difference, without numbers and values."""
    if outcome.verdict == "gap":
        return f"gap {outcome.gaps[0].message if outcome.gaps else ''}"
    kind = re.match(
        r"(?:beside its gaps: )?(request \d+: \w+|\d+ requests|the script ended|no \w+"
        r"|the \w+( \w+)? (takes too long|crashed: \w+))",
        outcome.detail,
    )
    return f"{outcome.verdict} {re.sub(r'[0-9]+', 'n', kind[1] if kind else outcome.detail[:40])}"


def shrink(
    script: Script, world: World, outcome: Outcome, attempts: int = 2000
) -> tuple[Script, World, Outcome]:
    """The smallest case that was found within so many attempts, and its outcome."""
    wanted = likeness(outcome)
    last = outcome

    def fails(candidate: Script, candidate_world: World) -> bool:
        nonlocal attempts, last
        attempts -= 1
        if attempts < 0:
            return False
        try:
            found = examine(candidate, (candidate_world,), _HASTY)[0]
        except SyntaxError:
            return False
        if found.verdict != outcome.verdict or likeness(found) != wanted or found.ended != outcome.ended:
            return False
        last = found
        return True

    changed = True
    while changed and attempts > 0:
        smaller = _smaller_script(script, partial(fails, candidate_world=world))
        smaller_world = _smaller_world(world, partial(fails, smaller))
        changed = smaller != script or smaller_world != world
        script, world = smaller, smaller_world
    return script, world, last


def pasted(script: Script, world: World, outcome: Outcome) -> str:
    """The case as the text of a test."""
    faults = "".join(
        f", {name}={value!r}" for name in ("others", "reads", "writes") if (value := getattr(world, name))
    )
    api = script.api
    shown = (
        f"Api({api.base!r}, {api.path!r}, {api.entity.name.removesuffix('s').upper()}, {api.envelope!r}, "
        f"{api.paging!r}, {api.next_key!r}, {api.size})"
    )
    return (
        "def test_it_differs() -> None:\n"
        f'    source = """\n{script.source}"""\n'
        f"    world = World({world.records!r}{faults})\n"
        f"    outcome = examine(Script(source, {shown}), (world,))[0]\n"
        '    assert (outcome.verdict, outcome.detail) == ("equal", "")'
    )


def _fewer(items: Sequence[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """Delta debugging (Zeller, ddmin): a small part of the items that fails, by leaving out ever smaller chunks."""
    kept, size = list(items), len(items)
    while size >= 1:
        start = 0
        while start < len(kept):
            candidate = kept[:start] + kept[start + size :]
            if fails(candidate):
                kept = candidate
            else:
                start += size
        size //= 2
    return kept


def _smaller_script(script: Script, fails: Callable[[Script], bool]) -> Script:
    """Chunks of statements of each block first, then every single reduction."""
    number = 0
    while number < len(blocks(ast.parse(script.source))):
        script = _without_statements(script, number, fails)
        number += 1
    number = 0
    while True:
        tree = ast.parse(script.source)
        found = list(edits(tree))
        if number >= len(found):
            return script
        found[number]()
        candidate = _rewritten(script, tree)
        if candidate is not None and len(candidate.source) < len(script.source) and fails(candidate):
            script = candidate
        else:
            number += 1


def _rewritten(script: Script, tree: ast.Module) -> Script | None:
    try:
        return replace(script, source=ast.unparse(ast.fix_missing_locations(tree)) + "\n")
    except (ValueError, AttributeError):
        return None  # what is left has no form, an f-string of nothing for one


def _without_statements(script: Script, number: int, fails: Callable[[Script], bool]) -> Script:
    """The script without those statements of one block that are not needed."""
    smallest = script

    def still(kept: list[int]) -> bool:
        nonlocal smallest
        tree = ast.parse(script.source)
        body = blocks(tree)[number]
        body[:] = [body[position] for position in kept] or ([ast.Pass()] if number else [])
        candidate = _rewritten(script, tree)
        if candidate is None or len(candidate.source) >= len(smallest.source) or not fails(candidate):
            return False
        smallest = candidate
        return True

    _fewer(range(len(blocks(ast.parse(script.source))[number])), still)
    return smallest


def _smaller_world(world: World, fails: Callable[[World], bool]) -> World:
    number = 0
    while True:
        found = list(_worlds(world))
        if number >= len(found):
            return world
        if fails(found[number]):
            world = found[number]
        else:
            number += 1


def _worlds(world: World) -> Iterator[World]:
    """Smaller worlds: without faults, half of the rows or one of them, without a field, with a simpler value."""
    for number in world.reads:
        yield replace(world, reads={n: fault for n, fault in world.reads.items() if n != number})
    for number in world.writes:
        yield replace(world, writes={n: fault for n, fault in world.writes.items() if n != number})
    for rows in _rows(world.others):
        yield replace(world, others=rows)
    for rows in _rows(world.records):
        yield replace(world, records=rows)


def _rows(rows: tuple[Row, ...]) -> Iterator[tuple[Row, ...]]:
    half = len(rows) // 2
    if half:
        yield rows[:half]
        yield rows[half:]
    for number, row in enumerate(rows):
        yield (*rows[:number], *rows[number + 1 :])
        for name, value in row.items():
            yield (*rows[:number], {key: row[key] for key in row if key != name}, *rows[number + 1 :])
            if isinstance(value, (dict, list)) or (isinstance(value, str) and len(value) > 1):
                for simple in _SIMPLE:
                    yield (*rows[:number], row | {name: simple}, *rows[number + 1 :])
