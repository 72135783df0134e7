"""What a script has changed by the time of an error shows in the handler and after it: scripts of tries at random."""

from __future__ import annotations

from random import Random
from typing import Any

from tests.extent import extent
from tests.generated.differential import examine
from tests.generated.entities import ENTITIES
from tests.generated.scripts import Script
from tests.generated.vendors import Api, Fault, World

COUNT = extent(1_000, 30)
"""Scripts of a run."""
EQUAL_AT_LEAST = 0.5
"""The share of scripts that are read without a gap."""

HEAD = """import requests

class SyncError(Exception):
    pass

def send(payload):
    r = requests.post('https://erp.globex.example/rest/v1/things', json=payload)
    r.raise_for_status()
    return r

def number(value):
    global calls
    calls += 1
    return int(value['n'])

calls = n = 0
seen = []
by_key = {}
payload = {}
rows = requests.get('https://api.crm.initech.example/v2/list').json()
"""
TAIL = "send({'n': n, 'calls': calls, 'seen': seen, 'by_key': by_key})"
API = Api("https://api.crm.initech.example/v2", "/list", ENTITIES[0], (), "none", (), 10)
PLAIN = (
    "n = n + 1",
    "n = v['n']",
    "x = v['t']",
    "x = number(v)",
    "calls += number(v)",
    "seen.append(n)",
    "seen.append(v['t'])",
    "seen = [n]",
    "by_key['last'] = n",
    "by_key[v['t']] = n",
    "send({'n': n})",
    "send({'t': v['t'], 'seen': seen})",
    "state = 'half'",
    "payload = {'n': n}",
    "payload['t'] = v['t']",
    "send(payload)",
    "raise SyncError(n)",
    "raise ValueError('no')",
    "n = n / v['n']",
)
TESTS = ("v.get('t')", "n", "v.get('n') == 2", "len(seen) > 1", "not v['n'] or v['t']")
HANDLED = (
    "except Exception:",
    "except Exception as e:",
    "except KeyError:",
    "except (KeyError, TypeError):",
    "except ValueError:",
    "except SyncError:",
    "except requests.HTTPError:",
    "except requests.RequestException:",
)
IN_HANDLER = (
    "send({'failed': n})",
    "seen.append('failed')",
    "by_key['failed'] = n",
    "calls += 1",
    "send({'state': state})",
    "raise",
    "continue",
    "break",
    "send({'seen': seen, 'by_key': by_key})",
    "n = -1",
    "pass",
)

IN_FINAL = (
    "n = n + 10",
    "seen.append('end')",
    "print(n)",
    "send({'end': n})",
    "calls += number(v)",
    "if n > 20: continue",
    "if number(v) > 1: break",
)


def block(random: Random, depth: int, indent: str) -> list[str]:
    """Statements of a block."""
    return [line for _ in range(random.randint(1, 4)) for line in statement(random, depth, indent)]


def statement(random: Random, depth: int, indent: str) -> list[str]:
    """The lines of a statement."""
    inner = indent + "    "
    kind = random.random() if depth else 1.0
    if kind < 0.25:
        return attempt(random, depth - 1, indent)
    if kind < 0.4:
        test = random.choice(TESTS)
        lines = [f"{indent}if {test}:", *block(random, depth - 1, inner)]
        return (
            [*lines, f"{indent}else:", *block(random, depth - 1, inner)] if random.random() < 0.4 else lines
        )
    if kind < 0.5:
        return [f"{indent}for w in v['rows']:", f"{inner}n = n + w", *block(random, depth - 1, inner)]
    if kind < 0.58:
        return [
            f"{indent}if {random.choice(TESTS)}:",
            inner + random.choice(("continue", "break", "continue")),
        ]
    return [indent + random.choice(PLAIN)]


def attempt(random: Random, depth: int, indent: str) -> list[str]:
    """A try with handlers, sometimes with `else` and `finally`."""
    inner = indent + "    "
    lines = [f"{indent}try:", *block(random, depth, inner)]
    kinds = random.sample(HANDLED, random.randint(1, 2))
    for kind in sorted(kinds, key=lambda one: "Exception" in one and "Request" not in one):
        lines += [indent + kind, *(inner + random.choice(IN_HANDLER) for _ in range(random.randint(1, 3)))]
    if random.random() < 0.15:
        lines += [f"{indent}else:", *block(random, 0, inner)]
    if random.random() < 0.25:
        lines += [f"{indent}finally:", inner + random.choice(IN_FINAL)]
    return lines


def script(random: Random) -> str:
    """A script that goes through records, each within a try, and sends what has become of its names."""
    lines = ["for v in rows:", "    state = 'none'", *attempt(random, 2, "    ")]
    return "\n".join([HEAD + lines[0], *lines[1:], *statement(random, 0, "    "), TAIL, ""])


def record(random: Random) -> dict[str, Any]:
    """A record in which much is as a script would not expect."""
    values: dict[str, tuple[Any, ...]] = {
        "n": (0, 1, 2, 2, "3", "x", None),
        "t": ("a", "b", "", None, ["c"]),
        "rows": ([], [1], [1, 2], [1, "x"], None),
    }
    return {name: random.choice(of) for name, of in values.items() if random.random() < 0.8}


def worlds(random: Random) -> tuple[World, ...]:
    """Records and faults of a few runs."""
    fault = (Fault(500), Fault(lost=True), Fault(404))
    return tuple(
        World(
            tuple(record(random) for _ in range(random.randint(1, 4))),
            writes={
                number: random.choice(fault) for number in random.sample(range(1, 6), random.randint(0, 2))
            },
        )
        for _ in range(4)
    )


def test_what_was_changed_before_an_error_shows_after_it_or_is_stated() -> None:
    equal, wrong = 0, []
    for number in range(COUNT):
        random = Random(f"tries/{number}")
        source = script(random)
        found = examine(Script(source, API), worlds(random))
        equal += all(one.verdict == "equal" for one in found)
        wrong += [f"{number}: {one.detail}\n{source}" for one in found if one.detail][:1]
    assert not wrong, "\n\n".join(wrong[:3])
    assert equal >= EQUAL_AT_LEAST * COUNT, f"{equal} of {COUNT} scripts without a gap"
