"""What the language offers for all rows at once: records of classes, sets, counters, order in place, pools, batches."""

from __future__ import annotations

from collections.abc import Callable

from tests.generated.callers import Caller
from tests.generated.draft import Draft
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block
from tests.generated.mapping import Mapping


class Wholes:
    """Draws statements for rows that stand in a variable; `each` makes the loop over the rows of an expression."""

    def __init__(
        self, idioms: Idioms, draft: Draft, target: Caller, mapping: Mapping, each: Callable[[str], Lines]
    ) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.one = idioms.entity.one
        self.draft = draft
        self.target = target
        self.mapping = mapping
        self.each = each

    def draw(self, rows: str) -> Lines:
        """One of the ways."""
        ways = (
            self._in_place,
            self._records,
            self._sets,
            self._counted,
            self._matched,
            self._in_pools,
            self._in_batches,
            self._as_text,
            self._in_groups,
        )
        return self.random.choice(ways)(rows)

    def _field(self, *kinds: str) -> str:
        of = [field for field in self.idioms.entity.fields if field.kind in kinds]
        return self.random.choice(of).name

    def _sent(self, path: str, payload: str) -> Lines:
        return self.target.write("POST", path, payload, "", True)

    def _in_place(self, rows: str) -> Lines:
        key = self._field("text", "number", "date", "id")
        changed = self.random.choice(
            (
                [f"rows.sort(key=lambda {self.one}: {self.one}[{key!r}])"],
                [f"rows.sort(key=lambda {self.one}: ({self.one}.get({key!r}) or '', {self.one}['id']))"],
                [f"rows.sort(key=itemgetter({key!r}), reverse=True)"],
                ["rows.reverse()"],
            )
        )
        if "itemgetter" in changed[0]:
            self.draft.need("from operator import itemgetter")
        return [f"rows = {rows}", *changed, *self.each("rows")]

    def _records(self, rows: str) -> Lines:
        """Instances of a dataclass or a named tuple on the way."""
        text, number, other = self._field("text"), self._field("number", "whole"), self._field("text", "date")
        label = self.random.choice(
            ("self.name.strip()", "f'{self.name}/{self.amount}'", "self.name or 'none'")
        )
        if self.random.random() < 0.6:
            self.draft.need("from dataclasses import asdict, dataclass")
            fields = ["name: str", "amount: float", f"extra: str = {self.random.choice(('None', repr('x')))}"]
            label_of = ["", "@property", *block("def label(self):", [f"return {label}"])]
            self.draft.define(["@dataclass", *block("class Item:", [*fields, *label_of])])
            payload = "{**asdict(item), 'label': item.label}"
        else:
            self.draft.need("from typing import NamedTuple")
            self.draft.define(
                block("class Item(NamedTuple):", ["name: str", "amount: float", "extra: str = 'x'"])
            )
            payload = "{'name': item.name, 'amount': item.amount, 'extra': item.extra}"
        extra = self.random.choice(("", f", {self.one}.get({other!r})", f", extra={self.one}[{other!r}]"))
        made = f"item = Item({self.one}[{text!r}], {self.one}[{number!r}]{extra})"
        return block(f"for {self.one} in {rows}:", [made, *self._sent("/items", payload)])

    def _sets(self, rows: str) -> Lines:
        """What is new, gone, or in both."""
        key = self._field("id", "text", "code")
        sign = self.random.choice(("-", "&", "|", "^"))
        known = self.random.choice(
            ("{'A-1', 'x'}", f"set({self.one}.get({key!r}) for {self.one} in {rows}[1:])")
        )
        lines = [f"own = {{{self.one}[{key!r}] for {self.one} in {rows}}}", f"known = {known}"]
        if self.random.random() < 0.5:
            return [
                *lines,
                *block(f"for value in sorted(own {sign} known):", self._sent("/new", "{'key': value}")),
            ]
        return [
            *lines,
            *self.target.write("POST", "/new", f"{{'keys': sorted(own {sign} known)}}", "", False),
        ]

    def _counted(self, rows: str) -> Lines:
        code = self._field("code")
        self.draft.need("from collections import Counter")
        if self.random.random() < 0.5:
            made = [f"counts = Counter({self.one}[{code!r}] for {self.one} in {rows})"]
        else:
            made = [
                "counts = Counter()",
                *block(f"for {self.one} in {rows}:", [f"counts[{self.one}[{code!r}]] += 1"]),
            ]
        way = self.random.choice(("counts.items()", "counts.most_common(2)", "sorted(counts.items())"))
        sent = self._sent("/counts", "{'key': key, 'count': count}")
        return [*made, *block(f"for key, count in {way}:", sent)]

    def _matched(self, rows: str) -> Lines:
        codes = [field for field in self.idioms.entity.fields if field.kind == "code"]
        code = self.random.choice(codes)
        first, *others = code.choices
        cases = [
            *block(f"case {first!r}:", ["kind = 1"]),
            *block(f"case {' | '.join(map(repr, others[:2] or ['x']))}:", [f"kind = {self.one}['id']"]),
            *block("case None:", ["continue"]),
            *block("case str() as other if other:", ["kind = other.upper()"]),
            *(block("case _:", ["kind = 'other'"]) if self.random.random() < 0.7 else []),
        ]
        sent = self._sent("/kinds", f"{{'id': {self.one}['id'], 'kind': kind}}")
        matched = ["kind = None", *block(f"match {self.one}[{code.name!r}]:", cases), *sent]
        return block(f"for {self.one} in {rows}:", matched)

    def _in_pools(self, rows: str) -> Lines:
        self.draft.need("from concurrent.futures import ThreadPoolExecutor")
        self.mapping.function("to_payload", self.one, identified=True)
        made = block(
            f"with ThreadPoolExecutor(max_workers={self.random.choice((2, 4))}) as pool:",
            [f"payloads = list(pool.map(to_payload, {rows}))"],
        )
        return [*made, *block("for payload in payloads:", self._sent("/pooled", "payload"))]

    def _in_batches(self, rows: str) -> Lines:
        """Slices, from a generator or in place."""
        if self.random.random() < 0.5:
            inner = block("for start in range(0, len(items), size):", ["yield items[start:start + size]"])
            self.draft.define(block("def chunks(items, size):", inner))
            return block(
                f"for part in chunks({rows}, BATCH_SIZE):", self._sent("/batches", "{'records': part}")
            )
        part = f"part = {rows}[start:start + BATCH_SIZE]"
        sent = self._sent("/batches", f"[{self.one}['id'] for {self.one} in part]")
        return block(f"for start in range(0, len({rows}), BATCH_SIZE):", [part, *sent])

    def _as_text(self, rows: str) -> Lines:
        """One text of all rows, by each way that texts are made."""
        text, number = self._field("text"), self._field("number", "whole")
        line = self.random.choice(
            (
                f"'%s;%s' % ({self.one}['id'], {self.one}[{text!r}])",
                f"'{{0}};{{1}}'.format({self.one}['id'], {self.one}[{text!r}])",
                f"'{{id}};{{{number}}}'.format(**{self.one})",
                f"f\"{{{self.one}['id']}};{{{self.one}[{number!r}]:.2f}}\"",
                f"';'.join([str({self.one}['id']), {self.one}[{text!r}]])",
            )
        )
        if self.random.random() < 0.5:
            made = [f"text = '\\n'.join({line} for {self.one} in {rows})"]
        else:
            made = ["text = ''", *block(f"for {self.one} in {rows}:", [f"text += {line} + '\\n'"])]
        return [*made, *self.target.write("POST", "/texts", "{'text': text}", "", False)]

    def _in_groups(self, rows: str) -> Lines:
        """Totals and lists for each group, ordered by its key or its size."""
        code, number = self._field("code"), self._field("number", "whole")
        key = f"{self.one}[{code!r}]"
        self.draft.need("from collections import defaultdict")
        add = [f"totals[{key}] += {self.one}[{number!r}]", f"groups[{key}].append({self.one}['id'])"]
        order = self.random.choice(
            ("sorted(groups)", "groups", "sorted(groups, key=lambda key: -len(groups[key]))")
        )
        sent = self._sent("/groups", "{'key': key, 'total': totals[key], 'ids': groups[key]}")
        return [
            *("totals = defaultdict(float)", "groups = defaultdict(list)"),
            *block(f"for {self.one} in {rows}:", add),
            *block(f"for key in {order}:", sent),
        ]
