"""What real scripts also do between reading a record and sending it: state, aliases, late errors, retries, inner loops.

Each twist is a few lines before the write (they may change `payload`) and after it, with the variables and the
definitions of the module that they need. Their order of errors and effects is what they are here for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.generated.callers import Caller
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block


@dataclass
class Twist:
    """Lines before and after the write; `starts` are variables to set at the beginning of main."""

    before: Lines = field(default_factory=list)
    after: Lines = field(default_factory=list)
    starts: dict[str, str] = field(default_factory=dict)
    module: Lines = field(default_factory=list)
    summary: str = ""


class Twists:
    """Draws twists for records of an entity."""

    def __init__(self, idioms: Idioms, target: Caller) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.target = target

    def draw(self, record: str) -> Twist:
        """One twist."""
        ways: list[Callable[[str], Twist]] = [
            self.stale,
            self.template,
            self.alias,
            self.unused,
            self.late,
            self.inner_loop,
            self.search_loop,
            self.walrus,
            self.chained,
            self.grown,
            self.built_keys,
            self.status,
            self.header,
            self.previous,
            self.flag,
            self.closure,
            self.counter_object,
            self.handlers,
            self.default_list,
            self.early_end,
            self.overwritten,
            self.lines_sent,
            self.retried,
            self.numbered,
            self.swapped,
            self.first_only,
            self.every_second,
            self.nested_function,
            self.trimmed,
        ]
        return self.random.choice(ways)(record)

    def _text(self) -> str:
        return self.random.choice(self.idioms.entity.of("text")).name

    def _number(self) -> str:
        return self.random.choice(self.idioms.entity.of("number")).name

    def _list(self) -> str:
        return self.random.choice(self.idioms.entity.of("texts")).name

    def stale(self, record: str) -> Twist:
        """A variable that keeps the last record's value, or is not there for the first one."""
        name = self._text()
        lines = block(f"if {self.idioms.condition(record)}:", [f"remark = {record}[{name!r}]"])
        starts = {"remark": "'-'"} if self.random.random() < 0.6 else {}
        return Twist([*lines, "payload['remark'] = remark"], starts=starts)

    def template(self, record: str) -> Twist:
        """A dict of the module that is changed for each record, or copied."""
        made = self.random.choice(("TEMPLATE", "TEMPLATE.copy()", "dict(TEMPLATE)", "{**TEMPLATE}"))
        lines = [
            f"extra = {made}",
            *block(f"if {self.idioms.condition(record)}:", [f"extra['b'] = {record}.get('id')"]),
        ]
        return Twist([*lines, "payload['extra'] = extra"], module=["TEMPLATE = {'a': 1}"])

    def alias(self, record: str) -> Twist:
        """Two names for one object, one of them changed; also after the write."""
        lines = [
            "inner = {'n': 1}",
            "payload['inner'] = inner",
            f"inner['m'] = {self.idioms.any_value(record)}",
        ]
        return Twist(lines, ["inner['late'] = True", "payload['sent'] = True"])

    def unused(self, record: str) -> Twist:
        """Values that nothing uses but that can fail."""
        name = self._text()
        return Twist(
            [
                self.random.choice(
                    (
                        f"size = len({record}[{name!r}])",
                        f"{record}[{name!r}]",
                        f"print({record}[{name!r}] + '!')",
                        f"log.info('at %s', {record}[{name!r}].strip())",
                    )
                )
            ]
        )

    def late(self, record: str) -> Twist:
        """An error after the write."""
        number = self._number()
        return Twist(
            after=[f"spent += {record}[{number!r}]", f"print('%s' % {record}['id'], spent)"],
            starts={"spent": "0"},
            summary="spent",
        )

    def inner_loop(self, record: str) -> Twist:
        """A loop over a list of the record with an accumulator and continue."""
        name = self._list()
        test = self.random.choice(("not tag", "tag == 'x'", "len(tag) > 3"))
        body = [
            *block(f"if {test}:", [self.random.choice(("continue", "break"))]),
            self.random.choice(("marks.append(tag.upper())", "marks = marks + [tag]", "marks += [tag]")),
        ]
        return Twist(
            ["marks = []", *block(f"for tag in {record}[{name!r}]:", body), "payload['marks'] = marks"]
        )

    def search_loop(self, record: str) -> Twist:
        """A search with break, and else."""
        name = self._list()
        loop = block(
            f"for tag in {record}.get({name!r}) or []:", block("if tag == 'vip':", ["hit = tag", "break"])
        )
        if self.random.random() < 0.4:
            return Twist([*loop, *block("else:", ["hit = 'none'"]), "payload['hit'] = hit"])
        return Twist(["hit = None", *loop, "payload['hit'] = hit"])

    def walrus(self, record: str) -> Twist:
        """An assignment in a condition."""
        return Twist(
            block(f"if (found_text := {record}.get({self._text()!r})):", ["payload['found'] = found_text"])
        )

    def chained(self, record: str) -> Twist:
        """Chained assignment and unpacking with a star."""
        text = self._text()
        return Twist(
            self.random.choice(
                (
                    [f"left = right = {record}[{text!r}]", "payload['lr'] = [left, right]"],
                    [
                        f"head, *tail = {record}[{self._list()!r}]",
                        "payload['head'] = head",
                        "payload['tail'] = tail",
                    ],
                    [
                        f"left, right = {record}['id'], {record}.get({text!r})",
                        "left, right = right, left",
                        "payload['lr'] = [left, right]",
                    ],
                )
            )
        )

    def grown(self, record: str) -> Twist:
        """A text and a number that grow by augmented assignment."""
        text = self._text()
        lines = [
            "label = 'L'",
            f"label += {record}[{text!r}]",
            *block(f"if {self.idioms.condition(record)}:", ["label += '!'"]),
        ]
        return Twist(
            [
                *lines,
                "payload['n'] = 1",
                f"payload['n'] += {record}[{self._number()!r}]",
                "payload['label'] = label",
            ]
        )

    def built_keys(self, record: str) -> Twist:
        """Reading back what was built, with a key that may be missing."""
        lines = block(f"if {self.idioms.condition(record)}:", ["payload['maybe'] = 1"])
        use = self.random.choice(
            (
                "payload['seen'] = 'maybe' in payload",
                "payload['seen'] = payload.get('maybe', 0)",
                "payload['seen'] = payload['maybe']",
                "del payload['maybe']",
                "payload['seen'] = len(payload)",
            )
        )
        return Twist([*lines, use])

    def status(self, record: str) -> Twist:
        """A decision by the status of another write."""
        if self.target.style not in ("plain", "session"):
            return self.unused(record)
        send = [
            line
            for line in self.target.write("POST", "/log", f"{{'id': {record}['id']}}", "", False)
            if line.startswith("r = ")
        ]
        test = self.random.choice(
            ("r.status_code == 409", "r.status_code == 422", "r.ok", "r.status_code != 201", "not r")
        )
        return Twist(
            [
                *send,
                *block(
                    f"if {test}:",
                    self.random.choice(
                        (
                            ["print('already')", "continue"],
                            ["payload['code'] = r.status_code"],
                            ["payload['answer'] = r.json()"],
                        )
                    ),
                ),
            ]
        )

    def header(self, record: str) -> Twist:
        """A header of the session that changes while it is used."""
        name = self.target.object_name
        if self.target.style != "session":
            return self.numbered(record)
        value = self.random.choice(
            (
                f"str({record}['id'])",
                f"f\"sync-{{{record}['id']}}\"",
                f"{record}[{self._text()!r}]",
                "'fixed'",
            )
        )
        return Twist([f"{name}.headers['X-Request'] = {value}"])

    def previous(self, record: str) -> Twist:
        """The record before this one."""
        return Twist(
            ["payload['previous'] = previous_id"], [f"previous_id = {record}['id']"], {"previous_id": "None"}
        )

    def flag(self, record: str) -> Twist:
        """A flag that stays set."""
        return Twist(
            [
                *block(f"if {self.idioms.condition(record)}:", ["any_special = True"]),
                "payload['special'] = any_special",
            ],
            starts={"any_special": "False"},
            summary="any_special",
        )

    def closure(self, record: str) -> Twist:
        """A function made by a function."""
        module = [
            *block(
                "def prefixed(prefix):",
                [*block("def apply(value):", ["return prefix + value"]), "return apply"],
            ),
            "",
            "with_ref = prefixed('REF-')",
        ]
        return Twist([f"payload['ref'] = with_ref({record}[{self._text()!r}])"], module=module)

    def counter_object(self, record: str) -> Twist:
        """State in an object."""
        module = block(
            "class Stats:",
            [
                *block("def __init__(self):", ["self.sent = 0", "self.names = []"]),
                "",
                *block("def note(self, name):", ["self.sent += 1", "self.names.append(name)"]),
            ],
        )
        return Twist(
            ["payload['rank_no'] = stats.sent"],
            [f"stats.note({record}.get('id'))"],
            {"stats": "Stats()"},
            module,
            "stats.names",
        )

    def handlers(self, record: str) -> Twist:
        """Functions in a table."""
        code = self.random.choice(self.idioms.entity.of("code"))
        module = [
            f"HANDLERS = {{{code.choices[0]!r}: lambda row: row['id'], {code.choices[1]!r}: lambda row: 'x'}}"
        ]
        lines = self.random.choice(
            (
                [f"payload['handled'] = HANDLERS[{record}[{code.name!r}]]({record})"],
                [
                    f"handler = HANDLERS.get({record}[{code.name!r}])",
                    *block("if handler:", [f"payload['handled'] = handler({record})"]),
                ],
            )
        )
        return Twist(lines, module=module)

    def default_list(self, record: str) -> Twist:
        """A mutable default, shared by all calls."""
        module = block("def remember(value, known=[]):", ["known.append(value)", "return len(known)"])
        return Twist([f"payload['known'] = remember({record}.get('id'))"], module=module)

    def early_end(self, record: str) -> Twist:
        """The run ends in the middle."""
        end = self.random.choice(
            ("sys.exit(0)", "sys.exit(2)", "raise ValueError('stop')", "raise SystemExit('stop')", "break")
        )
        return Twist(after=block(f"if {self.idioms.condition(record)}:", [end]))

    def overwritten(self, record: str) -> Twist:
        """A name that means something else in the middle, and a change of the record itself."""
        name = self._text()
        return Twist(
            [
                f"{record}[{name!r}] = {record}.get({name!r}) or 'empty'",
                f"payload['again'] = {record}[{name!r}]",
                f"payload['whole'] = {record}",
            ]
        )

    def lines_sent(self, record: str) -> Twist:
        """Writes in an inner loop."""
        rows = self.idioms.entity.of("records")
        if not rows:
            return self.inner_loop(record)
        send = self.target.write(
            "POST", "/lines", f"{{'parent': {record}['id'], 'sku': row['sku'], 'n': number}}", "", False
        )
        body = [*block("if not row['qty']:", ["continue"]), "number += 1", *send]
        return Twist(
            [
                "number = 0",
                *block(f"for row in {record}[{rows[0].name!r}]:", body),
                "payload['lines_sent'] = number",
            ]
        )

    def retried(self, record: str) -> Twist:
        """A write that is tried again."""
        if self.target.style not in ("plain", "session"):
            return self.late(record)
        send = [
            line
            for line in self.target.write(
                "POST", "/tries", f"{{'id': {record}['id'], 'try': attempt}}", "", False
            )
            if line.startswith("r = ")
        ]
        loop = block(
            "for attempt in range(3):", [*send, *block("if r.status_code < 400:", ["break"]), "time.sleep(1)"]
        )
        ending = self.random.choice(
            (
                block("else:", ["raise RuntimeError('gave up')"]),
                ["r.raise_for_status()"],
                ["payload['attempt'] = attempt"],
            )
        )
        return Twist([*loop, *ending])

    def numbered(self, record: str) -> Twist:
        """A number of its own for each payload."""
        return Twist(
            ["number_used += 1", "payload['no'] = number_used", "payload['key'] = f'{number_used:03d}'"],
            starts={"number_used": "0"},
        )

    def swapped(self, record: str) -> Twist:
        """Two states that depend on each other."""
        return Twist(
            ["a_state, b_state = b_state, a_state + 1", "payload['ab'] = [a_state, b_state]"],
            starts={"a_state": "0", "b_state": "1"},
        )

    def first_only(self, record: str) -> Twist:
        """Something for the first record only."""
        return Twist(
            [*block("if is_first:", ["payload['first'] = True", "is_first = False"])],
            starts={"is_first": "True"},
        )

    def every_second(self, record: str) -> Twist:
        """A decision by a counter."""
        return Twist(
            [
                "turn += 1",
                *block("if turn % 2 == 0:", [self.random.choice(("continue", "payload['even'] = True"))]),
            ],
            starts={"turn": "0"},
        )

    def nested_function(self, record: str) -> Twist:
        """A function with an early return and a loop."""
        body = [
            *block("for name in names:", block("if row.get(name):", ["return row[name]"])),
            "return default",
        ]
        names = tuple(one.name for one in self.random.sample(self.idioms.entity.fields, 3))
        return Twist(
            [f"payload['picked'] = first_of({record}, {names!r})"],
            module=block("def first_of(row, names, default=None):", body),
        )

    def trimmed(self, record: str) -> Twist:
        """All texts of a record changed in a loop over its keys."""
        body = self.random.choice(
            (
                block("if isinstance(value, str):", ["copy[key] = value.strip()"])
                + block("else:", ["copy[key] = value"]),
                ["copy[key.upper()] = value"],
            )
        )
        return Twist(
            ["copy = {}", *block(f"for key, value in {record}.items():", body), "payload['copy'] = copy"]
        )
