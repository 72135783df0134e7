"""Blocks of steps made at random, for runs of the reference runner: each pass, filter, route and try as it comes."""

from __future__ import annotations

import random

from extractors.lifting.simplifying.algebra import Types
from migrate.model import (
    AnyStep,
    Block,
    Branch,
    Check,
    Choice,
    Entry,
    Expression,
    Filter,
    Handler,
    Integration,
    LoopExit,
    LoopUpdate,
    LoopVariable,
    MappingRule,
    RecordExpression,
    Reference,
    Route,
    SequenceExpression,
    Split,
    Translate,
    Try,
)
from migrate.model.values import Value
from migrate.reference import run
from tests.unit.node_red_emitter.models import call, const, loop_value, value
from tests.unit.reference.test_tries import Vendor, write

TYPES = Types({("each", "seen"): "list", ("each", "n"): "integer", ("inner", "rows"): "list"}, frozenset())

GOOD = tuple(
    {"id": number, "ok": number % 2 == 0, "name": "ab"[number % 2], "price": number} for number in range(6)
)
ODD: tuple[object, ...] = (
    {"id": 6, "ok": False, "name": None, "price": "x"},
    {"id": 7, "name": "refused", "price": 1},
    {"ok": "yes", "name": "b", "price": 2.5},
    {"id": [], "ok": None, "price": None},
    "text",
)
ITEM, SEEN, N = Reference(step="each", part="item"), loop_value("each", "seen"), loop_value("each", "n")


def outcome(block: Block) -> tuple[list[Value], bool]:
    """What a run wrote, and whether it failed."""
    vendor = Vendor()
    ended = run(Integration(id="i", name="i", steps=block, sources=()), {}, vendor)
    return vendor.written, ended.failed


class Maker:
    """Makes one block; ids count up."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.count = 0
        self.records = [self._record() for _ in range(2)]

    def block(self) -> Block:
        """A loop over odd items, and a write of what its variables have come to."""
        items: list[object] = [*self.dice.sample(GOOD, 3)]
        if self.dice.random() < 0.6:
            items.insert(self.dice.randrange(4), self.dice.choice(ODD))
        body = self._steps(3, self.dice.randrange(2, 6))
        variables = (
            LoopVariable(name="seen", initial=value([]), next=self._grown(2)),
            LoopVariable(name="n", initial=const(0), next=self._counted(2)),
        )
        each = Split(id="each", over=value(items), variables=variables, steps=body)
        last = write("last", value({"seen": SEEN, "n": N}))
        return (each, last)

    def _id(self, name: str) -> str:
        self.count += 1
        return f"{name}_{self.count}"

    def _steps(self, depth: int, count: int) -> Block:
        made: list[AnyStep] = []
        for _ in range(count):
            made += self._step(depth)
        return tuple(made)

    def _step(self, depth: int) -> list[AnyStep]:
        dice = self.dice
        kind = dice.randrange(10 if depth else 5)
        match kind:
            case 0 | 1:
                checked = tuple(self._value(2) for _ in range(dice.randrange(1, 3)))
                return [Check(id=self._id("check"), expressions=checked)]
            case 2:
                return [Filter(id=self._id("filter"), condition=self._condition(1))]
            case 3:
                name = self._id("map")
                rules = tuple(
                    MappingRule(id=f"{name}.{key}", target=(key,), value=self._value(1)) for key in "ab"
                )
                sent = write(self._id("write"), Reference(step=name, part="value"))
                return [Translate(id=name, rules=rules), sent]
            case 4 | 5:
                return [write(self._id("write"), self._value(2))]
            case 6 | 7:
                way, other = (self._steps(depth - 1, dice.randrange(0, 3)) for _ in range(2))
                if dice.random() < 0.2:
                    updates = (LoopUpdate(name="seen", value=self._grown(1)),)
                    way = (*way, LoopExit(id=self._id("exit"), updates=updates))
                test = self._condition(1)
                route = self._id("route")
                made = [Route(id=route, branches=(Branch(when=test, steps=way),), otherwise=other)]
                if dice.random() < 0.4:
                    again = Branch(when=call("not", test), steps=self._steps(depth - 1, dice.randrange(0, 3)))
                    made.append(Route(id=self._id("route"), branches=(again,)))
                return [*made]
            case 8:
                return self._try(depth)
            case _:
                return self._inner()

    def _try(self, depth: int) -> list[AnyStep]:
        dice, name = self.dice, self._id("try")
        kinds = dice.choice(((), ("KeyError",), ("TypeError", "KeyError"), ("AttributeError",)))
        handlers = [Handler(errors=kinds, steps=self._steps(depth - 1, dice.randrange(0, 2)))]
        if kinds and dice.random() < 0.7:
            handlers.append(Handler(steps=(write(self._id("write"), Reference(step=name, part="handler")),)))
        steps = self._steps(depth - 1, dice.randrange(1, 4))
        asked = write(
            self._id("write"), Reference(step=name, part=dice.choice(("failed", "handler", "error")))
        )
        return [
            Try(id=name, steps=steps, handlers=tuple(handlers)),
            *([asked] if dice.random() < 0.6 else []),
        ]

    def _inner(self) -> list[AnyStep]:
        """A loop within a pass, of which there is one at most."""
        if "inner" in self.__dict__:
            return []
        self.inner = True
        rows = loop_value("inner", "rows")
        grown = call(
            "python.add", rows, value([call("python.member", Reference(step="inner", part="item"), "id")])
        )
        over = call("python.get", ITEM, "lines", value([{"id": 1}, {"id": self._value(1)}]))
        variables = (LoopVariable(name="rows", initial=value([]), next=grown),)
        check = Check(id=self._id("check"), expressions=(grown,))
        return [
            Split(id="inner", over=over, variables=variables, steps=(check,)),
            write(self._id("write"), call("python.length", rows)),
        ]

    def _grown(self, depth: int) -> Expression:
        """A list: the one so far, or with something behind it."""
        if depth and self.dice.random() < 0.7:
            return Choice(
                test=self._condition(1), then=self._grown(depth - 1), otherwise=self._grown(depth - 1)
            )
        return self.dice.choice((SEEN, value([]), call("python.add", SEEN, value([self._value(1)]))))

    def _counted(self, depth: int) -> Expression:
        if depth and self.dice.random() < 0.6:
            return Choice(test=self._condition(1), then=self._counted(depth - 1), otherwise=N)
        return self.dice.choice((N, call("python.add", N, const(1)), call("python.length", self._grown(0))))

    def _field(self) -> Expression:
        key = self.dice.choice(("id", "price", "price", "ok", "name"))
        return call("python.member", ITEM, key) if self.dice.random() < 0.6 else call("python.get", ITEM, key)

    def _condition(self, depth: int) -> Expression:
        dice = self.dice
        match dice.randrange(6):
            case 0 | 1:
                return call("python.truth", call("python.get", ITEM, dice.choice(("ok", "name"))))
            case 2:
                return call("not", call("python.truth", call("python.member", ITEM, "ok")))
            case 3:
                return call(
                    "python.less_or_equal",
                    const(2),
                    call("python.length", call("python.add", SEEN, value([self._value(1)]))),
                )
            case 4 if depth:
                test, more = self._condition(depth - 1), self._condition(depth - 1)
                return Choice(test=test, then=more, otherwise=const(False))
            case _:
                return call("python.equals", self._field(), const(dice.choice((None, 1, "a"))))

    def _record(self) -> RecordExpression:
        return RecordExpression(
            entries=(
                Entry(key="id", value=self._field()),
                Entry(key="price", value=call("python.add", call("python.member", ITEM, "price"), const(1))),
            )
        )

    def _value(self, depth: int) -> Expression:
        dice = self.dice
        match dice.randrange(8):
            case 0 | 1:
                return dice.choice(self.records)
            case 2 if depth:
                return Choice(test=self._condition(1), then=self._value(depth - 1), otherwise=const(None))
            case 3:
                return SequenceExpression(items=(dice.choice(self.records),))
            case 4:
                return call("python.length", call("python.add", SEEN, value([dice.choice(self.records)])))
            case 5:
                return call("python.add", SEEN, value([dice.choice(self.records)]))
            case _:
                return self._field()
