"""Python modules as they stand beside integrations: models, rules, reports, tests; none of them reaches a system."""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import Template

_BLOCKS = (
    '''@dataclass
class ${Noun}:
    """One $noun as the $other sees it."""

    number: int
    name: str
    $field: str = ""
    tags: list[str] = field(default_factory=list)
    active: bool = True

    @property
    def label(self) -> str:
        return f"{self.number}: {self.name} ({self.$field})" if self.$field else self.name

    def matches(self, text: str) -> bool:
        needle = text.strip().lower()
        return needle in self.name.lower() or any(needle in tag.lower() for tag in self.tags)
''',
    '''def ${verb}_${noun}s(rows, limit=$number):
    """Keeps the ${noun}s that count, the newest first."""
    kept = []
    for row in rows:
        if row.get("$field") is None or row.get("deleted"):
            continue
        if row["$field"] > limit:
            kept.append({**row, "rank": len(kept) + 1})
    return sorted(kept, key=lambda row: (-row["$field"], row["name"]))
''',
    '''class ${Noun}Error(ValueError):
    """A $noun that cannot be taken."""

    def __init__(self, message, number=None):
        super().__init__(message)
        self.number = number


def check_$noun(row):
    missing = [name for name in ("number", "name", "$field") if not row.get(name)]
    if missing:
        raise ${Noun}Error(f"no {', '.join(missing)}", row.get("number"))
    if not re.fullmatch(r"[A-Z]{2}-\\d{4,8}", str(row["number"])):
        raise ${Noun}Error("not a number of a $noun", row["number"])
    return row
''',
    """def group_by_$field(${noun}s):
    groups = defaultdict(list)
    for one in ${noun}s:
        groups[one.get("$field", "none")].append(one)
    totals = {name: sum(one["amount"] for one in group) for name, group in groups.items()}
    share = {name: total / (sum(totals.values()) or 1) for name, total in totals.items()}
    return {name: (totals[name], round(share[name] * 100, 1)) for name in sorted(totals)}
""",
    '''def parse_${field}(text, default=None):
    """Takes what people type: "1.234,50", "1,234.50", " 12 "."""
    if text is None:
        return default
    text = text.strip().replace(" ", "")
    if "," in text and "." in text:
        last = max(text.rfind(","), text.rfind("."))
        text = text[:last].replace(",", "").replace(".", "") + "." + text[last + 1 :]
    elif "," in text:
        text = text.replace(",", ".")
    try:
        return round(float(text), 2)
    except ValueError:
        return default
''',
    '''class ${Noun}Queue:
    """${Noun}s by their time; the next one first."""

    def __init__(self, size=$number):
        self._size = size
        self._items = []
        self._seen = set()

    def push(self, when, $noun):
        if $noun in self._seen:
            return False
        heapq.heappush(self._items, (when, len(self._seen), $noun))
        self._seen.add($noun)
        while len(self._items) > self._size:
            self._items.pop()
        return True

    def pop(self):
        when, _, $noun = heapq.heappop(self._items)
        return when, $noun

    def __len__(self):
        return len(self._items)
''',
    """def next_${field}(day, weekdays=(0, 1, 2, 3, 4), holidays=frozenset()):
    day += timedelta(days=1)
    while day.weekday() not in weekdays or day in holidays:
        day += timedelta(days=1)
    return day


def ${field}_between(first, last, step=$number):
    while first <= last:
        yield first
        first += timedelta(days=step)
""",
    '''def ${verb}_report(${noun}s, width=$number):
    """The lines of a report about ${noun}s."""
    lines = ["${Noun}s", "=" * 6, ""]
    for number, one in enumerate(${noun}s, 1):
        name = one["name"][:width].ljust(width)
        lines.append(f"{number:>4}  {name}  {one.get('$field', 0):>10.2f}")
    if not ${noun}s:
        lines.append("nothing")
    lines.append("")
    return "\\n".join(lines)
''',
    """${UPPER}_LEVELS = {
    "low": $number,
    "normal": $number2,
    "high": $number3,
}


def level_of(amount):
    for name, bound in sorted(${UPPER}_LEVELS.items(), key=lambda one: -one[1]):
        if amount >= bound:
            return name
    return "none"
""",
    '''class ${Noun}Table:
    """${Noun}s with an index by $field."""

    columns = ("number", "name", "$field", "amount")

    def __init__(self, rows=()):
        self._rows = {}
        self._index = defaultdict(set)
        for row in rows:
            self.add(row)

    def add(self, row):
        number = row["number"]
        if number in self._rows:
            self.remove(number)
        self._rows[number] = {name: row.get(name) for name in self.columns}
        self._index[row.get("$field")].add(number)

    def remove(self, number):
        row = self._rows.pop(number)
        self._index[row["$field"]].discard(number)

    def with_$field(self, value):
        return [self._rows[number] for number in sorted(self._index.get(value, ()))]
''',
    """@contextmanager
def ${verb}ing(name):
    begin = time.monotonic()
    logger.debug("%s begins", name)
    try:
        yield
    except ${Noun}Failed:
        logger.exception("%s failed", name)
        raise
    finally:
        logger.debug("%s took %.1f s", name, time.monotonic() - begin)


class ${Noun}Failed(RuntimeError):
    pass
""",
    '''@lru_cache(maxsize=$number)
def distance(left, right):
    """How many letters to change, add or leave out."""
    if not left or not right:
        return len(left) + len(right)
    if left[0] == right[0]:
        return distance(left[1:], right[1:])
    return 1 + min(distance(left[1:], right), distance(left, right[1:]), distance(left[1:], right[1:]))


def nearest_$noun(name, names, bound=3):
    best = min(names, key=lambda one: distance(name.lower(), one.lower()), default=None)
    return best if best is not None and distance(name.lower(), best.lower()) <= bound else None
''',
    """class ${Noun}Test(unittest.TestCase):
    def setUp(self):
        self.rows = [
            {"number": "AB-1$number", "name": "$noun one", "$field": 3, "amount": 12.5},
            {"number": "AB-2$number", "name": "$noun two", "$field": 1, "amount": 0},
        ]

    def test_$verb(self):
        names = [row["name"] for row in self.rows if row["$field"] > 2]
        self.assertEqual(names, ["$noun one"])

    def test_no_$noun(self):
        self.assertEqual(sum(row["amount"] for row in []), 0)
""",
)
_MAIN = """def main(argv=None):
    parser = argparse.ArgumentParser(description="$Verb ${noun}s.")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--$field", default="$other")
    parser.add_argument("--limit", type=int, default=$number)
    options = parser.parse_args(argv)
    found = 0
    for name in options.files:
        with open(name, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("$field") == options.$field and found < options.limit:
                    print(json.dumps(row, sort_keys=True))
                    found += 1
    return 0 if found else 1
"""
"""In each module: what others import."""
_HEAD = '''"""$title

$Verb and keep ${noun}s for the $other.
"""

import argparse
import csv
import heapq
import json
import logging
import re
import time
import unittest
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

'''
_NOUNS = (
    *("order", "invoice", "ticket", "parcel", "device", "member", "lesson", "meter", "claim", "supplier"),
    *("asset", "booking", "recipe", "batch", "patient", "vehicle", "contract", "sensor", "title", "permit"),
)
_VERBS = ("collect", "filter", "rank", "check", "merge", "print", "split", "review", "archive", "plan")
_FIELDS = (
    "region",
    "weight",
    "priority",
    "category",
    "season",
    "branch",
    "level",
    "colour",
    "quality",
    "shift",
)
_OTHERS = (
    "warehouse",
    "office",
    "laboratory",
    "front desk",
    "night shift",
    "sales team",
    "workshop",
    "depot",
)


def plain_module(title: str, package: str, imported: Sequence[tuple[str, str]], chance: random.Random) -> str:
    """The text of a module; `imported` are modules of packages, of which it takes a function each."""
    head = Template(_HEAD).substitute(_words(chance), title=title)
    for number, (of, module) in enumerate(imported):
        if of == package:
            head += f"from .{module} import main as {module}_main\n"
        else:
            head += f"from {of} import {module} as other_{number}\n"
    blocks = [*chance.sample(_BLOCKS, chance.randrange(4, len(_BLOCKS))), _MAIN]
    body = [Template(block).substitute(_words(chance)) for block in blocks]
    return "\n\n".join([f"{head}\nlogger = logging.getLogger(__name__)\n", *body, ""])


def _words(chance: random.Random) -> dict[str, str]:
    noun, verb = chance.choice(_NOUNS), chance.choice(_VERBS)
    words = {"noun": noun, "Noun": noun.title(), "UPPER": noun.upper(), "verb": verb, "Verb": verb.title()}
    numbers = {f"number{one}": str(chance.randrange(10, 400)) for one in ("", "2", "3")}
    return {**words, **numbers, "field": chance.choice(_FIELDS), "other": chance.choice(_OTHERS)}
