"""What a script does with all rows at once: filters, sorts, maps, enriches or groups them before it sends."""

from __future__ import annotations

from collections.abc import Callable

from tests.generated.callers import Caller
from tests.generated.draft import Draft
from tests.generated.errors import Errors
from tests.generated.idioms import Idioms
from tests.generated.joins import Joins
from tests.generated.layout import Lines, block
from tests.generated.mapping import Mapping
from tests.generated.wholes import Wholes


class Shapes:
    """Draws the way from rows to writes; `each` makes the loop over the rows of an expression."""

    def __init__(
        self,
        idioms: Idioms,
        draft: Draft,
        target: Caller,
        mapping: Mapping,
        joins: Joins,
        errors: Errors,
        each: Callable[[str], Lines],
    ) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.one = idioms.entity.one
        self.draft = draft
        self.target = target
        self.mapping = mapping
        self.joins = joins
        self.errors = errors
        self.each = each
        self.wholes = Wholes(idioms, draft, target, mapping, each)

    def draw(self, rows: str) -> Lines:
        """Statements for rows that stand in a variable."""
        ways = (
            (10, self._plain),
            (3, self._filtered),
            (2, self._ordered),
            (1, self._unique),
            (4, self._mapped),
            (3, self._stages),
            (3, self._enriched),
            (3, self._grouped),
            (2, self._summed),
            (1, self._looked_at),
            (8, self.wholes.draw),
        )
        return self.random.choices([way for _, way in ways], [weight for weight, _ in ways])[0](rows)

    def _plain(self, rows: str) -> Lines:
        return self.each(rows)

    def _filtered(self, rows: str) -> Lines:
        test = self.idioms.condition(self.one)
        if self.random.random() < 0.8:
            return [
                f"wanted = [{self.one} for {self.one} in {rows} if {test}]",
                *self._told("wanted"),
                *self.each("wanted"),
            ]
        return [f"wanted = list(filter(lambda {self.one}: {test}, {rows}))", *self.each("wanted")]

    def _told(self, rows: str) -> Lines:
        return self.random.choice(
            (
                [],
                [f"print(len({rows}), 'rows')"],
                [f"log.info('%d rows', len({rows}))"],
                [*block(f"if not {rows}:", ["print('nothing to do')", "sys.exit(0)"])],
            )
        )

    def _ordered(self, rows: str) -> Lines:
        key = self.random.choice(self.idioms.entity.of("text", "number", "date")).name
        made = self.random.choice(
            (
                f"sorted({rows}, key=lambda {self.one}: {self.one}[{key!r}])",
                f"sorted({rows}, key=lambda {self.one}: {self.one}['id'], reverse=True)",
                f"{rows}[:100]",
                f"list(reversed({rows}))",
            )
        )
        return [f"ordered = {made}", *self.each("ordered")]

    def _unique(self, rows: str) -> Lines:
        key = self.random.choice(("id", "id", self.random.choice(self.idioms.entity.of("text")).name))
        return [
            f"unique = {{{self.one}[{key!r}]: {self.one} for {self.one} in {rows}}}",
            *self.each("unique.values()"),
        ]

    def _sent(self, path: str, payload: str) -> Lines:
        """A write in a loop, guarded now and then."""
        lines = self.target.write("POST", path, payload, "", True)
        return self.errors.skipping(payload, lines) if self.random.random() < 0.3 else lines

    def _mapped(self, rows: str) -> Lines:
        """All payloads first, then the writes."""
        self.mapping.function("to_payload", self.one, identified=True)
        test = f" if {self.idioms.condition(self.one)}" if self.random.random() < 0.3 else ""
        if self.random.random() < 0.6:
            made = [f"payloads = [to_payload({self.one}) for {self.one} in {rows}{test}]"]
        else:
            skip = block(f"if not ({self.idioms.condition(self.one)}):", ["continue"]) if test else []
            made = [
                "payloads = []",
                *block(f"for {self.one} in {rows}:", [*skip, f"payloads.append(to_payload({self.one}))"]),
            ]
        made += self._told("payloads")
        if self.random.random() < 0.3:
            return [*made, *self.target.write("POST", "/bulk", "{'records': payloads}", "", False)]
        return [
            *made,
            *block("for payload in payloads:", self._sent(f"/{self.idioms.entity.name}", "payload")),
        ]

    def _stages(self, rows: str) -> Lines:
        """A function for each stage."""
        self.mapping.function("to_payload", self.one, identified=True)
        skip = (
            block(f"if {self.idioms.condition(self.one)}:", ["continue"])
            if self.random.random() < 0.5
            else []
        )
        transform = [
            "docs = []",
            *block(f"for {self.one} in rows:", [*skip, f"doc = to_payload({self.one})", "docs.append(doc)"]),
            "return docs",
        ]
        self.draft.define(block("def transform(rows):", transform))
        handle = self.target.handle
        sent = block("for doc in docs:", [*self._sent(f"/{self.idioms.entity.name}", "doc"), "sent += 1"])
        counters = [
            name for name in ("failed", "done", "handled", "errors") if any(name in line for line in sent)
        ]
        starts = [f"{name} = {'[]' if name == 'errors' else '0'}" for name in counters]
        self.draft.define(
            block(
                f"def load({f'{handle}, ' if handle else ''}docs):",
                [*starts, "sent = 0", *sent, "return sent"],
            )
        )
        self.draft.start("sent", "0", reported=True)
        return [f"docs = transform({rows})", f"sent = load({f'{handle}, ' if handle else ''}docs)"]

    def _enriched(self, rows: str) -> Lines:
        """Each row is changed in place, then they are sent."""
        key = self.random.choice(("id", "email", "code"))
        of = self.idioms.entity.of
        asked = {
            "id": f"{self.one}['id']",
            "email": f"{self.one}.get({self.random.choice(of('text')).name!r})",
            "code": f"{self.one}[{self.random.choice(of('code')).name!r}]",
        }[key]
        change = self.random.choice((0, 0, 1, 2))
        if change == 0:
            index, _ = self.joins.index(key)
            lines = [f"{self.one}['account'] = {index}.get({asked})"]
        elif change == 1:
            lines = [f"{self.one}['label'] = {self.idioms.any_value(self.one)}"]
        else:
            text = self.random.choice(of("text")).name
            lines = [f"{self.one}[{text!r}] = ({self.one}.get({text!r}) or '').strip()"]
        if self.random.random() < 0.3:
            lines = block(f"if {self.idioms.condition(self.one)}:", lines)
        if self.random.random() < 0.4:
            send = self.target.write("POST", "/bulk", "rows", "", False)
            return [f"rows = {rows}", *block(f"for {self.one} in rows:", lines), *send]
        return [f"rows = {rows}", *block(f"for {self.one} in rows:", lines), *self.each("rows")]

    def _grouped(self, rows: str) -> Lines:
        """A write for each group."""
        key = f"{self.one}[{self.random.choice(self.idioms.entity.of('code')).name!r}]"
        value = self.random.choice((self.one, f"{self.one}['id']", f"to_payload({self.one})"))
        if "to_payload" in value:
            self.mapping.function("to_payload", self.one, identified=True)
        start, add = self.random.choice(
            (
                ("{}", [f"groups.setdefault({key}, []).append({value})"]),
                ("{}", [f"groups.setdefault({key}, []).append({value})"]),
                (
                    "{}",
                    [
                        *block(f"if {key} not in groups:", [f"groups[{key}] = []"]),
                        f"groups[{key}].append({value})",
                    ],
                ),
                ("defaultdict(list)", [f"groups[{key}].append({value})"]),
            )
        )
        if "defaultdict" in start:
            self.draft.need("from collections import defaultdict")
        payload = self.random.choice(
            (
                "{'key': key, 'members': members}",
                "{'key': key, 'count': len(members)}",
                "{'key': key, 'count': len(members), 'first': members[0]}",
            )
        )
        return [
            f"groups = {start}",
            *block(f"for {self.one} in {rows}:", add),
            *block(
                "for key, members in groups.items():", self.target.write("POST", "/groups", payload, "", True)
            ),
        ]

    def _summed(self, rows: str) -> Lines:
        """Figures over all rows, sent once."""
        of = self.idioms.entity.of
        number, code = self.random.choice(of("number", "whole")).name, self.random.choice(of("code")).name
        chance = self.random.random()
        if chance < 0.4:
            made = [
                f"total = sum({self.one}[{number!r}] for {self.one} in {rows})",
                f"figures = {{'total': total, 'count': len({rows})}}",
            ]
        elif chance < 0.7:
            made = [
                "figures = {}",
                *block(
                    f"for {self.one} in {rows}:",
                    [
                        f"key = {self.one}[{code!r}]",
                        f"figures[key] = figures.get(key, 0) + {self.one}[{number!r}]",
                    ],
                ),
            ]
        elif chance < 0.85:
            made = [
                f"figures = {{'max': max({self.one}[{number!r}] for {self.one} in {rows}), 'n': len({rows})}}",
            ]
        else:
            self.draft.need("from collections import Counter")
            made = [f"figures = Counter({self.one}[{code!r}] for {self.one} in {rows})"]
        return [*made, *self.target.write("POST", "/figures", "figures", "", False)]

    def _looked_at(self, rows: str) -> Lines:
        """The first row decides, or the number of rows."""
        test = self.random.choice((f"len({rows}) > 3", f"{rows} and {rows}[0].get('id')", f"not {rows}"))
        return block(f"if {test}:", self.each(rows)) + block("else:", ["print('no rows')"])
