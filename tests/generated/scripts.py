"""The generator of integration scripts: reads a list from one system, maps each record, writes to another."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from tests.generated.aliases import Aliases
from tests.generated.callers import AUTHS, STYLES, Caller, System
from tests.generated.carried import Carried
from tests.generated.classes import as_class
from tests.generated.draft import Draft
from tests.generated.entities import ENTITIES
from tests.generated.errors import Errors
from tests.generated.idioms import Idioms
from tests.generated.joins import Joins
from tests.generated.layout import Lines, block
from tests.generated.mapping import Mapping
from tests.generated.pages import Pages
from tests.generated.shapes import Shapes
from tests.generated.twists import Twists
from tests.generated.vendors import Api, Paging
from tests.generated.writes import Writes

ENVIRONMENT = {
    "CRM_TOKEN": "crm-7c1f09aa53",
    "CRM_USER": "crm-robot",
    "CRM_PASSWORD": "crm-pw-4410",
    "ERP_TOKEN": "erp-e2b8d7710c",
    "ERP_USER": "erp-robot",
    "ERP_PASSWORD": "erp-pw-9126",
}
"""What the scripts find in their environment."""

_ENVELOPES: tuple[tuple[str, ...], ...] = ((), ("data",), ("items",), ("results",), ("result", "items"))
_PAGINGS: tuple[tuple[int, Paging], ...] = (
    (5, "none"),
    (3, "offset"),
    (4, "page"),
    (2, "total"),
    (4, "cursor"),
    (2, "link"),
    (2, "header"),
)


@dataclass(frozen=True)
class Script:
    """A generated script, and the API of the source that it was written for.

    A twisted script has state, aliases and late errors that a plain one has not. `expected` are the statuses that it
    looks for in answers; 0 stands for a lost connection.
    """

    source: str
    api: Api
    twisted: bool = False
    expected: tuple[int, ...] = ()
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))


def generate(random: Random) -> Script:
    """A script; the same random state gives the same script."""
    return _Author(random).script()


class _Author:
    """Writes one script."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.draft = Draft(starts={"failed": "0"})
        self.errors = Errors(random, self.draft)
        self.entity = random.choice(ENTITIES)
        self.one = self.entity.one
        self.api = self._api()
        self.source = self._caller("CRM", self.api.base)
        self.target = self._caller("ERP", "https://erp.globex.example/rest/v1")
        self.idioms = Idioms(random, self.entity)
        self.mapping = Mapping(self.idioms, self.draft, self.errors)
        self.joins = Joins(self.idioms, self.draft, self.source, self.target)
        self.carried = Carried(self.idioms, self.draft)
        self.writes = Writes(self.idioms, self.draft, self.target, self.errors)
        self.twists = Twists(self.idioms, self.target)
        self.aliases = Aliases(self.idioms, self.target)
        self.pages = Pages(random, self.api, self.source)
        self.shapes = Shapes(
            self.idioms, self.draft, self.target, self.mapping, self.joins, self.errors, self._each
        )
        self.place = random.choices(("main", "module", "class"), (12, 7, 2))[0]
        self.twisted = random.random() < 0.5

    def _drawn(self, ways: tuple[tuple[int, str], ...]) -> str:
        return self.random.choices([name for _, name in ways], [weight for weight, _ in ways])[0]

    def _caller(self, prefix: str, url: str) -> Caller:
        style = self.random.choices([style for _, style in STYLES], [weight for weight, _ in STYLES])[0]
        system = System(prefix, url, self._drawn(AUTHS), self.random.random() < 0.1)
        return Caller(self.errors, self.draft, system, style)

    def _api(self) -> Api:
        paging = self.random.choices([name for _, name in _PAGINGS], [weight for weight, _ in _PAGINGS])[0]
        bare = paging in ("none", "offset", "page", "header")
        next_keys = {"cursor": (("next_cursor",), ("meta", "next")), "link": (("next",), ("links", "next"))}
        return Api(
            "https://api.crm.initech.example/v2",
            f"/{self.entity.name}",
            self.entity,
            self.random.choice(_ENVELOPES if bare else _ENVELOPES[1:]),
            paging,
            self.random.choice(next_keys.get(paging, ((),))),
            self.random.choice((2, 3, 4)),
        )

    def script(self) -> Script:
        """The whole source."""
        body = self._fetching(self.random.choices(("place", "generator", "collected"), (5, 2, 4))[0])
        if self.random.random() < 0.05:
            phases = self.random.choice(("(1, 2)", "[True, False]", "(None, 3)"))
            body = block(f"for phase in {phases}:", body)
        body = [*self.draft.preparation, *body, *self._ending()]
        closing = [*self.source.closing(), *self.target.closing()] if self.place == "main" else []
        if self.random.random() < 0.1:
            body = self.errors.run(body, closing)
        if not any(re.search(r"\bfailed \+=|if failed|(\W|\')failed[,)}]", line) for line in body):
            self.draft.starts.pop("failed", None)
        opening = [*self.source.setup(), *self.target.setup()]
        definitions = [*self.source.definitions(), *self.target.definitions()]
        head = [
            '"""Nightly sync."""',
            *("import json", "import logging", "import os", "import sys", "import time", "import uuid"),
            "from datetime import date, datetime, timedelta, timezone",
            *self.draft.imports,
            "",
            "import requests",
            "",
            *self.source.constants(),
            *self.target.constants(),
            f"PAGE_SIZE = {self.api.size}",
            *("TIMEOUT = 20", "SOURCE = 'crm'", "SINCE = '2024-01-01'", "BATCH_SIZE = 2"),
            *self._tables(),
            "",
            *("logging.basicConfig(level=logging.INFO)", "log = logging.getLogger(__name__)"),
            "",
            *definitions,
            *self.draft.functions,
        ]
        source = "\n".join([*head, *self._placed(opening, body)]) + "\n"
        return Script(source, self.api, self.twisted, tuple(self.draft.expected))

    def _placed(self, opening: Lines, body: Lines) -> Lines:
        starts = [f"{name} = {value}" for name, value in self.draft.starts.items()]
        guard = "if __name__ == '__main__':"
        match self.place:
            case "module":
                return [*opening, *starts, *body]
            case "class":
                made = as_class("Sync", self.draft.starts, [*opening, *body])
                return [*made, "", "", *block(guard, ["Sync().run()"])]
        return [*block("def main():", [*opening, *starts, *body]), "", "", *block(guard, ["main()"])]

    def _tables(self) -> Lines:
        lines: Lines = []
        for name, rows in self.idioms.tables.items():
            lines += [f"{name} = {{", *(f"    {key!r}: {value!r}," for key, value in rows.items()), "}"]
        for constant in self.mapping.constants.values():
            lines += constant
        return lines

    def _fetching(self, way: str) -> Lines:
        if way == "place":
            return self.pages.loop(lambda rows, _: self._each(rows), "break")
        self.draft.functions += [*self.pages.function(way == "generator"), ""]
        call = f"fetch_rows({self.source.handle})"
        if way == "generator":
            return self._each(call)
        return [f"rows = {call}", *self.shapes.draw("rows")]

    # --- the loop over records ---------------------------------------------------------------------------------------

    def _each(self, rows: str) -> Lines:
        record = self.one
        lines: Lines = []
        if self.random.random() < 0.3:
            lines += self.carried.counted("seen")
        lines += self.carried.draw(record)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            lines += self._skip(record)
        before, after = self.joins.draw(record) if self.random.random() < 0.2 else ([], [])
        lines += [*before, *self._mapped(record), *after]
        lines += self._twisted(record)
        if self.random.random() < 0.08 and self.target.style == "session":
            self._logged_in()
        if self.random.random() < 0.07:
            lines = self.errors.skipping(record, lines)
        if self.random.random() < 0.2 and not {"continue", "break"} & {line.strip() for line in lines}:
            lines = self._in_function(record, lines)
        if self.random.random() < 0.05:
            return block(f"for number, {record} in enumerate({rows}):", ["print(number)", *lines])
        return block(f"for {record} in {rows}:", lines)

    def _twisted(self, record: str) -> Lines:
        """The write, and what stands around it."""
        twists = [self.twists.draw(record) for _ in range(self.random.choice((0, 1, 1, 2)))]
        if not self.twisted:
            twists = []
        elif self.random.random() < 0.3:
            twists.append(self.aliases.draw(record))
        lines = [line for twist in twists for line in twist.before]
        lines += self.writes.draw(record)
        for twist in twists:
            lines += twist.after
            self.draft.starts.update(twist.starts)
            if twist.module:
                self.draft.define(twist.module)
            if twist.summary:
                self.draft.summary[twist.summary.replace(".", "_")] = twist.summary
        if self.random.random() < 0.5:
            lines += self.carried.counted("sent")
        if self.random.random() < 0.4:
            told = (
                f'print("sent", {record}.get("id"))',
                f"log.info('sent %s', {record}['id'])",
                'print(f"done {payload}")',
            )
            lines += [self.random.choice(told)]
        if self.random.random() < 0.05:
            lines += ["time.sleep(0.1)"]
        return lines

    def _in_function(self, record: str, lines: Lines) -> Lines:
        """The body of the loop as a function of its own that changes the state around it."""
        scope = "global" if self.place == "module" else "nonlocal"
        names = ", ".join(self._changed(lines))
        if self.random.random() < 0.5:
            early = block(
                f"if {self.idioms.condition(record)}:", [self.random.choice(("return", "return False"))]
            )
            body = [*early, *lines, "return True"]
            use = (
                block(f"if not handle({record}):", [f"print('left out', {record}['id'])"])
                if self.random.random() < 0.5
                else [f"handle({record})"]
            )
        else:
            body, use = lines, [f"handle({record})"]
        self.draft.preparation += block(
            f"def handle({record}):", [*([f"{scope} {names}"] if names else []), *body]
        )
        return use

    def _changed(self, lines: Lines) -> list[str]:
        """The variables of main that the lines assign."""
        text = "\n".join(lines)
        return [name for name in self.draft.starts if re.search(rf"\b{name}\b[^=\n(\[.]*[-+*]?=[^=]", text)]

    def _logged_in(self) -> None:
        """A session that is opened by a write."""
        self.draft.preparation += self.target.write("POST", "/login", "{'user': 'robot'}", "login", False)
        self.draft.preparation.append(f"{self.target.object_name}.headers['X-Session'] = str(login['id'])")

    def _skip(self, record: str) -> Lines:
        test = self.idioms.condition(record)
        lines = [*(self.carried.counted("skipped") if self.random.random() < 0.4 else []), "continue"]
        if self.random.random() < 0.4:
            lines = [
                self.random.choice(
                    (f"print('skipped', {record}['id'])", f"log.warning('skipped %s', {record}.get('id'))")
                ),
                *lines,
            ]
        if self.random.random() < 0.04:
            lines[-1] = "break"
        return block(f"if {test}:", lines)

    def _mapped(self, record: str) -> Lines:
        if self.random.random() < 0.5:
            return [line for text in self.mapping.build(record, "payload") for line in text.split("\n")]
        parameter = self.random.choice((record, "row", "r"))
        if self.random.random() < 0.15:
            refused = block(f"if {self.idioms.condition(parameter)}:", ["return None"])
            lines = [*refused, *self.mapping.build(parameter, "doc"), "return doc"]
            self.draft.define(block(f"def to_payload({parameter}):", lines))
            test = self.random.choice(("if payload is None:", "if not payload:"))
            return [f"payload = to_payload({record})", *block(test, ["continue"])]
        self.mapping.function("to_payload", parameter)
        return [f"payload = to_payload({record})"]

    def _ending(self) -> Lines:
        lines, summary = list(self.draft.ending), self.draft.summary
        if summary and self.random.random() < 0.5:
            lines.append(
                self.random.choice(
                    (
                        f"print({', '.join(summary.values())})",
                        f"log.info('finished: %s', {next(iter(summary.values()))})",
                    )
                )
            )
        if self.writes.mode == "summary" or (summary and self.random.random() < 0.25):
            given = ", ".join(f"{name!r}: {value}" for name, value in summary.items())
            lines += self.target.write("POST", "/runs", f"{{{given}}}", "", False)
        if self.random.random() < 0.1:
            lines += block("if failed:", ["sys.exit(1)"])
        return lines
