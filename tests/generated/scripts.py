"""The generator of integration scripts: reads a list from one system, maps each record, writes to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.generated.aliases import Aliases
from tests.generated.callers import STYLES, Caller, System
from tests.generated.entities import ENTITIES
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block, inside
from tests.generated.mapping import Mapping
from tests.generated.pages import Pages
from tests.generated.twists import Twists
from tests.generated.vendors import Api, Paging

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
_AUTHS = ("token", "token", "token", "basic", "none")


@dataclass(frozen=True)
class Script:
    """A generated script, and the API of the source that it was written for.

    A twisted script has state, aliases and late errors that a plain one has not.
    """

    source: str
    api: Api
    twisted: bool = False
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))


def generate(random: Random) -> Script:
    """A script; the same random state gives the same script."""
    return _Author(random).script()


class _Author:
    """Writes one script."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.entity = random.choice(ENTITIES)
        self.api = self._api()
        styles = [style for _, style in STYLES]
        weights = [weight for weight, _ in STYLES]
        self.source = Caller(
            random,
            System("CRM", self.api.base, random.choice(_AUTHS), random.random() < 0.1),
            random.choices(styles, weights)[0],
        )
        target = System(
            "ERP", "https://erp.globex.example/rest/v1", random.choice(_AUTHS), random.random() < 0.1
        )
        self.target = Caller(random, target, random.choices(styles, weights)[0])
        self.idioms = Idioms(random, self.entity)
        self.mapping = Mapping(self.idioms)
        self.twists = Twists(self.idioms, self.target)
        self.aliases = Aliases(self.idioms, self.target)
        self.pages = Pages(random, self.api, self.source)
        self.functions: Lines = []
        self.starts: dict[str, str] = {"failed": "0"}
        self.summary: dict[str, str] = {}
        self.mode = random.choices(("each", "batch", "flush", "summary"), (10, 2, 2, 1))[0]
        self.one = self.entity.one
        self.in_main = random.random() < 0.6
        self.twisted = random.random() < 0.5
        self.preparation: Lines = []

    def _api(self) -> Api:
        pagings: tuple[Paging, ...] = ("none", "offset", "page", "total", "cursor", "link")
        paging = self.random.choices(pagings, (3, 3, 3, 2, 3, 2))[0]
        envelopes = _ENVELOPES if paging in ("none", "offset", "page") else _ENVELOPES[1:]
        next_keys = {"cursor": (("next_cursor",), ("meta", "next")), "link": (("next",), ("links", "next"))}
        return Api(
            "https://api.crm.initech.example/v2",
            f"/{self.entity.name}",
            self.entity,
            self.random.choice(envelopes),
            paging,
            self.random.choice(next_keys.get(paging, ((),))),
            self.random.choice((2, 3, 4)),
        )

    def script(self) -> Script:
        """The whole source."""
        fetching = self.random.choices(("place", "generator", "collected"), (5, 3, 3))[0]
        body = self._fetching(fetching)
        if self.random.random() < 0.1:
            body = block(
                f"for phase in {self.random.choice(('(1, 2)', '[True, False]', '(None, 3)'))}:", body
            )
        main = [
            *self.source.setup(),
            *self.target.setup(),
            *self._starts(),
            *self.preparation,
            *body,
            *self._ending(),
        ]
        head = [
            '"""Nightly sync."""',
            "import json",
            "import logging",
            "import os",
            "import sys",
            "import time",
            "",
            "import requests",
            "",
            *self.source.constants(),
            *self.target.constants(),
            f"PAGE_SIZE = {self.api.size}",
            "TIMEOUT = 20",
            "SOURCE = 'crm'",
            "SINCE = '2024-01-01'",
            "BATCH_SIZE = 2",
            *self._tables(),
            "",
            "logging.basicConfig(level=logging.INFO)",
            "log = logging.getLogger(__name__)",
            "",
            *self._definitions(),
        ]
        if self.in_main:
            tail = [*block("def main():", main), "", "", "if __name__ == '__main__':", "    main()"]
        else:
            tail = main
        return Script("\n".join([*head, *tail]) + "\n", self.api, self.twisted)

    def _tables(self) -> Lines:
        lines: Lines = []
        for name, rows in self.idioms.tables.items():
            lines += [f"{name} = {{", *(f"    {key!r}: {value!r}," for key, value in rows.items()), "}"]
        for constant in self.mapping.constants.values():
            lines += constant
        return lines

    def _definitions(self) -> Lines:
        helpers = [line for helper in self.mapping.helpers.values() for line in (*helper, "")]
        return [*self.source.definitions(), *self.target.definitions(), *helpers, *self.functions]

    def _starts(self) -> Lines:
        return [f"{name} = {value}" for name, value in self.starts.items()]

    def _fetching(self, way: str) -> Lines:
        if way == "place":
            return self.pages.loop(lambda rows, _: self._each(rows), "break")
        fetch = self.pages.function(way == "generator")
        self.functions += [*fetch, ""]
        call = f"fetch_rows({self.source.handle})"
        if way == "collected" and self.random.random() < 0.6:
            return [
                f"rows = {call}",
                *self.random.choice(([], ["print(len(rows), 'rows')"])),
                *self._each("rows"),
            ]
        return self._each(call)

    # --- the loop over records ---------------------------------------------------------------------------------------

    def _each(self, rows: str) -> Lines:
        record = self.one
        lines: Lines = []
        if self.random.random() < 0.3:
            lines += self._counted("seen")
        lines += self._accumulated(record)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            lines += self._skip(record)
        if self.random.random() < 0.12:
            lines += self._detail(record)
        lines += self._mapped(record)
        twists = [self.twists.draw(record) for _ in range(self.random.choice((0, 1, 1, 2)))]
        if not self.twisted:
            twists = []
        elif self.random.random() < 0.3:
            twists.append(self.aliases.draw(record))
        for twist in twists:
            lines += twist.before
        lines += self._written(record)
        for twist in twists:
            lines += twist.after
            self.starts.update(twist.starts)
            self.functions += [*twist.module, ""] if twist.module else []
            if twist.summary:
                self.summary[twist.summary.replace(".", "_")] = twist.summary
        if self.random.random() < 0.5:
            lines += self._counted("sent")
        if self.random.random() < 0.4:
            lines += [
                self.random.choice(
                    (
                        f'print("sent", {record}.get("id"))',
                        f"log.info('sent %s', {record}['id'])",
                        'print(f"done {payload}")',
                    )
                )
            ]
        if self.random.random() < 0.05:
            lines += ["time.sleep(0.1)"]
        if self.random.random() < 0.06:
            lines = [*self._joined(record), *lines]
        if self.random.random() < 0.08 and self.target.style == "session":
            self._logged_in()
        if self.random.random() < 0.25 and not {"continue", "break"} & {line.strip() for line in lines}:
            lines = self._in_function(record, lines)
        head = f"for {record} in {rows}:"
        if self.random.random() < 0.04:
            head, record_line = f"for number, {record} in enumerate({rows}):", "print(number)"
            lines = [record_line, *lines]
        return block(head, lines)

    def _in_function(self, record: str, lines: Lines) -> Lines:
        """The body of the loop as a function of its own that changes the state around it."""
        names = list(self.starts)
        scope = "nonlocal" if self.in_main else "global"
        body = [f"{scope} {', '.join(names)}", *lines]
        if self.random.random() < 0.5:
            early = block(
                f"if {self.idioms.condition(record)}:", [self.random.choice(("return", "return False"))]
            )
            body = [body[0], *early, *lines, "return True"]
            use = (
                block(f"if handle({record}):", ["failed += 0"])
                if self.random.random() < 0.5
                else [f"handle({record})"]
            )
        else:
            use = [f"handle({record})"]
        self.preparation += block(f"def handle({record}):", body)
        return use

    def _joined(self, record: str) -> Lines:
        """A look-up in another list, read before the loop."""
        self.starts["names"] = "{}"
        self.preparation += self.target.get("/search", {"q": "'all'"}, "known", False)
        self.preparation += block("for entry in known['results']:", ["names[entry['id']] = entry['name']"])
        use = self.random.choice(
            (f"names.get({record}['id'])", f"names.get({record}['id'], 'new')", f"{record}['id'] in names")
        )
        if self.random.random() < 0.5:
            return [
                f"joined = {use}",
                *block("if not joined:", ["print('new')"]),
                *block("else:", ["found_before = joined"]),
            ]
        return [
            f"joined = {use}",
            *block("if joined:", self.target.write("POST", "/known", "{'joined': joined}", "", False)),
        ]

    def _logged_in(self) -> None:
        """A session that is opened by a write."""
        self.preparation += self.target.write("POST", "/login", "{'user': 'robot'}", "login", False)
        self.preparation.append(f"{self.target.object_name}.headers['X-Session'] = str(login['id'])")

    def _counted(self, name: str) -> Lines:
        self.starts[name] = "0"
        self.summary[name] = name
        return [f"{name} += 1"]

    def _skip(self, record: str) -> Lines:
        test = self.idioms.condition(record)
        lines = [*(self._counted("skipped") if self.random.random() < 0.4 else []), "continue"]
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

    def _accumulated(self, record: str) -> Lines:
        """State that is carried from record to record."""
        number = self.random.choice(self.entity.of("number")).name
        whole = self.random.choice(self.entity.of("number", "whole")).name
        code = self.random.choice(self.entity.of("code")).name
        ways: list[tuple[int, str, str, Lines]] = [
            (24, "", "", []),
            (3, "total", "0", [f"total += {record}[{number!r}]"]),
            (2, "total", "0.0", [f"total = total + float({record}.get({number!r}) or 0)"]),
            (3, "ids", "[]", [f"ids.append({record}['id'])"]),
            (3, "last", "None", [f"last = {record}['id']"]),
            (1, "best", "0", [f"if {record}[{whole!r}] > best:", f"    best = {record}[{whole!r}]"]),
            (
                1,
                "seen_ids",
                "[]",
                [f"if {record}['id'] in seen_ids:", "    continue", f"seen_ids.append({record}['id'])"],
            ),
            (1, "groups", "{}", [f"groups.setdefault({record}[{code!r}], []).append({record}['id'])"]),
            (1, "by_code", "{}", [f"by_code[{record}[{code!r}]] = by_code.get({record}[{code!r}], 0) + 1"]),
            (
                1,
                "previous",
                "''",
                [f"same = {record}[{code!r}] == previous", f"previous = {record}[{code!r}]", "print(same)"],
            ),
        ]
        _, name, start, lines = self.random.choices(ways, [way[0] for way in ways])[0]
        if name:
            self.starts[name] = start
            self.summary[name] = name
        return lines

    def _detail(self, record: str) -> Lines:
        path = f"/{self.entity.name}/{{{record}['id']}}/details"
        uses: list[Lines] = [
            ["rank = detail['extra']['rank']", f"{record}['rank'] = rank"],
            [f"{record}['owner'] = detail.get('owner')"],
            ["owner = detail['owner']", "print(owner)"],
            block("if not detail.get('owner'):", ["continue"]),
        ]
        return [*self.source.get(path, {}, "detail", True), *self.random.choice(uses)]

    def _mapped(self, record: str) -> Lines:
        if self.random.random() < 0.5:
            parameter = self.random.choice((record, "row", "r"))
            lines = self.mapping.build(parameter, "doc")
            if len(lines) > 2 and lines[0] == "doc = {" and lines[-1] == "}" and self.random.random() < 0.8:
                lines = ["return {", *lines[1:]]
            else:
                lines.append("return doc")
            if self.random.random() < 0.15:
                lines = [*block(f"if {self.idioms.condition(parameter)}:", ["return None"]), *lines]
                self.functions += [*block(f"def to_payload({parameter}):", lines), ""]
                return [
                    f"payload = to_payload({record})",
                    *block(self.random.choice(("if payload is None:", "if not payload:")), ["continue"]),
                ]
            self.functions += [*block(f"def to_payload({parameter}):", lines), ""]
            return [f"payload = to_payload({record})"]
        return [line for text in self.mapping.build(record, "payload") for line in text.split("\n")]

    # --- writes ------------------------------------------------------------------------------------------------------

    def _written(self, record: str) -> Lines:
        match self.mode:
            case "batch":
                self.starts["batch"] = "[]"
                return ["batch.append(payload)"]
            case "flush":
                self.starts["batch"] = "[]"
                send = self._batch("{'records': batch}")
                return [
                    "batch.append(payload)",
                    *block("if len(batch) >= BATCH_SIZE:", [*send, "batch = []"]),
                ]
            case "summary":
                self.starts["docs"] = "[]"
                self.summary["docs"] = self.random.choice(("docs", "len(docs)"))
                return ["docs.append(payload)"]
        chance = self.random.random()
        if chance < 0.12:
            first, second = self._one_write(record, "/vip"), self._one_write(record, "/regular")
            return [*block(f"if {self.idioms.condition(record)}:", first), *block("else:", second)]
        if chance < 0.2:
            return self._found_or_created(record)
        if chance < 0.3:
            lines = self._one_write(record, "/main", "created")
            use = self.random.choice(("created['id']", "created.get('id')", "created['data']['id']"))
            if self.random.random() < 0.4:
                self.starts["created_ids"] = "[]"
                self.summary["created_ids"] = "created_ids"
                return [*lines, f"created_ids.append({use})"]
            return [
                *lines,
                f"new_id = {use}",
                *self.target.write(
                    "POST", "/links/{new_id}", f"{{'link': {record}['id'], 'to': new_id}}", "", False
                ),
            ]
        lines = self._one_write(record, f"/{self.entity.name}")
        if chance > 0.96:
            return [
                *block("try:", lines),
                *block("except Exception as error:", ["failed += 1", "print(error)", "continue"]),
            ]
        return lines

    def _one_write(self, record: str, path: str, answer: str = "") -> Lines:
        method = self.random.choices(("POST", "PUT", "PATCH"), (5, 3, 1))[0]
        if method != "POST" or self.random.random() < 0.1:
            path += (
                "/{"
                + self.random.choice((f"{record}['id']",) * 4 + (f"{record}.get('id')", "payload['id']")[:1])
                + "}"
            )
        return self.target.write(method, path, "payload", answer, True)

    def _found_or_created(self, record: str) -> Lines:
        key = self.random.choice(self.entity.of("text")).name
        found = self.target.get("/search", {"q": f"{record}[{key!r}]"}, "found", True)
        update = self.target.write("PUT", "/things/{found['results'][0]['id']}", "payload", "", True)
        create = self.target.write("POST", "/things", "payload", "", True)
        test = self.random.choice(
            ("if found['results']:", "if found.get('total', 0) > 0:", "if len(found['results']) > 0:")
        )
        return [*found, *block(test, update), *block("else:", create)]

    def _batch(self, payload: str) -> Lines:
        return self.target.write("POST", "/bulk", payload, "", False)

    def _ending(self) -> Lines:
        lines: Lines = []
        if self.mode == "batch":
            send = self._batch(
                self.random.choice(("batch", "{'records': batch}", "{'records': batch, 'count': len(batch)}"))
            )
            if self.random.random() < 0.2:
                send = [
                    "for start in range(0, len(batch), BATCH_SIZE):",
                    *inside(self._batch("batch[start:start + BATCH_SIZE]")),
                ]
            lines += block("if batch:", send) if self.random.random() < 0.5 else send
        if self.mode == "flush":
            lines += block("if batch:", self._batch("{'records': batch}"))
        if self.summary and self.random.random() < 0.5:
            lines.append(
                self.random.choice(
                    (
                        f"print({', '.join(self.summary.values())})",
                        f'print(f"finished: {{{next(iter(self.summary.values()))}}}")',
                    )
                )
            )
        if self.mode == "summary" or (self.summary and self.random.random() < 0.25):
            given = ", ".join(f"{name!r}: {value}" for name, value in self.summary.items())
            lines += self.target.write("POST", "/runs", f"{{{given}}}", "", False)
        if self.random.random() < 0.1:
            lines += block("if failed:", ["sys.exit(1)"])
        return lines
