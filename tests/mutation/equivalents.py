"""Mutants that change nothing, proved by a rule on the flow alone, as compilers prove that two programs are one.

They are no mutants: nobody could find them, and no argument of a person is needed. A rule reads the flow and what its
JavaScript does (`facts.js`); where it cannot tell, the mutant stays.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.mutation.plan import Node

LAST = "nothing comes behind the node"
INERT = "leads to a node that does nothing"
UNREAD = "never read"
ASKED_AGAIN = "asked for again before anything is done"
THERE = "asked for before"
TWIN = "leads to a node that does the same"
TAKEN_IN = "another node takes in the same requests"
FAILS = "fails either way"
TOLD_BEHIND = "the node behind tells of it"
UNHANDLED = "the kind of an error that no handler gets"
QUIET = "nothing in the node fails"

RULES = {
    LAST: "a node that no wire leaves ends with another value",
    INERT: "a wire is gone that leads to a node which does nothing, as the one that marks the end of the run",
    UNREAD: "a value is not kept that no node reads",
    ASKED_AGAIN: (
        "a check does not ask for a value, but on each way from it that value is asked for again, in the same words "
        "and under no condition, before anything is sent, written or changed that the value depends on; no handler "
        "covers the check, so the run ends either way, having done the same"
    ),
    THERE: (
        "a look-up that fails for a missing key is one that gives null, or a check does not ask for a value, where on "
        "each way that leads there the same was asked for, in the same words and under no condition, and has not "
        "changed"
    ),
    TWIN: "a wire leads to a node with the same code, the same wires behind it, and the same handlers",
    TAKEN_IN: "a node takes in requests at another path, but one for all paths leads where it leads",
    FAILS: (
        "a look-up that fails for a missing key is one that gives null, or the reverse, where what it gives goes to a "
        "function that fails for null, and no handler covers the node"
    ),
    "only whether it is null is asked": (
        "a constant is another that decides only which text a value becomes, of which nothing is asked but whether it "
        "is null"
    ),
    UNHANDLED: "an error has another kind where no handler covers the node that raises it: it stands in the log alone",
    QUIET: "a handler does not cover a node that does nothing but what cannot fail",
    TOLD_BEHIND: (
        "a request that gets no answer is told of by the node behind it, which has the same handlers, not by its own"
    ),
    "its key is there, as its value is true": (
        "a look-up that fails for a missing key is one that gives null, or the reverse, where the same look-up has "
        "just been true"
    ),
    "gives what the default gives": (
        "a row of a table is gone, or has another key, that gives the same as each look-up in the table without it"
    ),
    "checks do not read what a table gives": (
        "a row of a table is another that is looked up with a default, in checks alone: no row makes them fail"
    ),
    "of that kind already": "a value is not made a boolean, or a text, that can be nothing else",
}
"""What each rule says, for the documentation."""

_OF_LOOKS = frozenset({"id", "name", "info", "x", "y", "func", "outputLabels"})
"""Properties of a node of which nothing depends, and its code."""


@dataclass(frozen=True)
class Facts:
    """What the JavaScript of a function node does, as `facts.js` reads it."""

    asked: Sequence[str]
    reads: Sequence[str]
    sets: Sequence[str]
    acts: bool
    raises: bool
    inert: bool
    onlyChecks: bool  # noqa: N815  # as JavaScript writes it
    advances: bool
    quiet: bool


@dataclass(frozen=True)
class Proofs:
    """Proves mutants of one flow equal to it."""

    flow: Sequence[Node]
    facts: Mapping[str, Facts]

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {str(node["id"]): node for node in self.flow}

    @cached_property
    def _handled(self) -> frozenset[str]:
        """Nodes whose errors a handler of the script gets."""
        return frozenset(
            str(covered)
            for node in self.flow
            if node["type"] == "catch" and isinstance(scope := node.get("scope"), list)
            for covered in scope
        )

    def returned(self, node: str) -> str | None:
        """The rule by which a node may end with another value."""
        return None if self._targets(node) else LAST

    def wire(self, target: str) -> str | None:
        """The rule by which a wire to the target may go."""
        return INERT if self._inert(target) else None

    def elsewhere(self, target: str, other: str) -> str | None:
        """The rule by which a wire to the target may lead to another node."""
        return TWIN if self._does(target) == self._does(other) else None

    def taken_in(self, node: str) -> str | None:
        """The rule by which a node that takes in requests may do so at another path."""
        own = self._by_id[node]
        for other in self.flow:
            everywhere = other["type"] == "http in" and other["id"] != node and other.get("url") == "/*"
            if everywhere and all(other.get(key) == own.get(key) for key in ("method", "wires")):
                return TAKEN_IN
        return None

    def _does(self, node: str) -> tuple[object, ...]:
        """What a node does, free of its name and place."""
        held = self._by_id[node]
        lines = str(held.get("func", "")).splitlines()
        code = "\n".join(line for line in lines if not line.startswith("//"))
        kept = {key: value for key, value in held.items() if key not in _OF_LOOKS}
        return (json.dumps(kept, sort_keys=True), code, self._scopes(node))

    def skipped(self, node: str) -> str | None:
        """The rule by which a node may be passed over."""
        facts = self.facts.get(node)
        if facts is None or not facts.onlyChecks:
            return None
        return self.unasked(node, [one for one in facts.asked if not one.startswith("py.type_name(")])

    def unasked(self, node: str, lost: Sequence[str]) -> str | None:
        """The rule by which a check may not ask for these."""
        there = self._available.get(node, frozenset())
        lost = [one for one in lost if one not in there]
        if not lost:
            return THERE
        if node in self._handled:
            return None
        after = self._targets(node)
        again = all(self._asks(target, one, frozenset()) for one in lost for target in after)
        return ASKED_AGAIN if after and again else None

    def there(self, node: str, asked: str, *, again: bool) -> str | None:
        """The rule by which what is asked for is there when the node asks; `again`: the node itself has asked."""
        return THERE if again or asked in self._available.get(node, frozenset()) else None

    def failing(self, node: str) -> str | None:
        """The rule by which an error of the node may come one function later."""
        return None if node in self._handled else FAILS

    def told_behind(self, node: str) -> str | None:
        """The rule by which a request may leave it to the next node to tell that there was no answer."""
        scopes = self._scopes(node)
        targets = self._targets(node)
        return TOLD_BEHIND if targets and all(self._scopes(one) == scopes for one in targets) else None

    def uncovered(self, node: str) -> str | None:
        """The rule by which a handler need not cover the node."""
        facts = self.facts.get(node)
        quiet = facts.quiet if facts is not None else self._by_id[node]["type"] == "http response"
        return QUIET if quiet else None

    def _scopes(self, node: str) -> tuple[str, ...]:
        """The catch nodes that cover a node."""
        return tuple(
            str(one["id"])
            for one in self.flow
            if one["type"] == "catch" and isinstance(scope := one.get("scope"), list) and node in scope
        )

    def kind(self, node: str) -> str | None:
        """The rule by which an error that the node raises may be of another kind."""
        return None if node in self._handled else UNHANDLED

    @cached_property
    def _available(self) -> dict[str, frozenset[str]]:
        """By node: what was asked for on each way that leads to it, and has not changed since.

        The greatest solution of the equations for available expressions: all to begin with, then less until it holds.
        """
        before: dict[str, list[str]] = {node: [] for node in self._by_id}
        for node in self._by_id:
            for target in self._targets(node):
                before[target].append(node)
        everything = frozenset(one for facts in self.facts.values() for one in facts.asked)
        there = {node: everything if before[node] else frozenset[str]() for node in before}
        changed = True
        while changed:
            changed = False
            for node, ways in before.items():
                after = [self._after(way, there[way]) for way in ways]
                now = frozenset.intersection(*after) if after else frozenset()
                if now != there[node]:
                    there[node], changed = now, True
        return there

    def _after(self, node: str, there: frozenset[str]) -> frozenset[str]:
        """What was asked for when a node is done."""
        facts = self.facts.get(node)
        if facts is not None:
            there |= set(facts.asked)
        places = self._places_set(node) if facts is None else facts.sets
        return frozenset(one for one in there if not any(_within(place, one) for place in places))

    def _places_set(self, node: str) -> list[str]:
        """What a node that is no function sets in the message, of what expressions read."""
        rules = self._by_id[node].get("rules")
        return (
            [str(rule.get("p", "")).removesuffix(".value") for rule in rules]
            if isinstance(rules, list)
            else []
        )

    def unread(self, name: str, node: str) -> str | None:
        """The rule by which the result of this name may not be kept by the node."""
        pattern = re.compile(rf"results\.{re.escape(name)}\b|\"{re.escape(name)}\"")
        for one in self.flow:
            own = self.facts.get(str(one["id"]))
            reads = own.reads if own is not None else ()
            if any(part == f"results.{name}" or part.startswith(f"results.{name}.") for part in reads):
                return None
            if own is None and pattern.search(json.dumps(dict(one))) and not one.get("initialize"):
                return None
            if "handle(" in str(one.get("func", "")) and f'"{name}"' in str(one.get("func")):
                return None
        return UNREAD

    def _targets(self, node: str) -> list[str]:
        wires = self._by_id[node].get("wires")
        return [str(target) for row in wires for target in row] if isinstance(wires, list) else []

    def _inert(self, node: str) -> bool:
        facts = self.facts.get(node)
        return facts is not None and facts.inert and not self._targets(node)

    def _asks(self, node: str, asked: str, passed: frozenset[str]) -> bool:
        """Whether each way from the node on asks for it before anything else can be told.

        A way that comes back to a node goes round a loop over a list, which ends.
        """
        if node in passed:
            return any((facts := self.facts.get(one)) is not None and facts.advances for one in passed)
        facts = self.facts.get(node)
        if facts is None or node in self._handled:
            return self._constant(node, asked, passed)
        if facts.raises or asked in facts.asked:
            return True
        if facts.acts or any(_within(one, asked) for one in facts.sets):
            return False
        targets = self._targets(node)
        return bool(targets) and all(self._asks(one, asked, passed | {node}) for one in targets)

    def _constant(self, node: str, asked: str, passed: frozenset[str]) -> bool:
        """A node that sets a record of constants; any other that is no function is an act."""
        held = self._by_id[node]
        if held["type"] != "change" or node in self._handled:
            return False
        if any(_within(one, asked) for one in self._places_set(node)):
            return False
        targets = self._targets(node)
        return bool(targets) and all(self._asks(one, asked, passed | {node}) for one in targets)


def _within(place: str, expression: str) -> bool:
    """Whether an expression depends on a place of the message such as `results.read`."""
    parts = place.removeprefix("msg.").split(".")[:2]
    return re.search(rf"\b{re.escape('.'.join(parts))}\b", expression) is not None
