"""What a script carries from record to record: counters, sums, groups, seen keys, a watermark."""

from __future__ import annotations

from tests.generated.draft import Draft
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block


class Carried:
    """Draws state that is carried from record to record."""

    def __init__(self, idioms: Idioms, draft: Draft) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.draft = draft

    def _name(self, *kinds: str) -> str:
        return self.random.choice(self.idioms.entity.of(*kinds)).name  # type: ignore[arg-type]  # names of kinds

    def counted(self, name: str) -> Lines:
        """A counter of its own, or one of a dict of counters."""
        if self.random.random() < 0.2:
            self.draft.start("counters", "{'sent': 0, 'skipped': 0, 'seen': 0}", reported=True)
            return [f"counters[{name!r}] += 1"]
        self.draft.start(name, "0", reported=True)
        return [f"{name} += 1"]

    def draw(self, record: str) -> Lines:
        """Nothing, or lines at the beginning of a pass."""
        ways = (
            (24, self._nothing),
            (3, self._sum),
            (3, self._ids),
            (2, self._last),
            (1, self._best),
            (3, self._seen),
            (2, self._groups),
            (2, self._counts),
            (2, self._sums_by_key),
            (1, self._previous),
            (2, self._watermark),
            (1, self._told),
        )
        return self.random.choices([way for _, way in ways], [weight for weight, _ in ways])[0](record)

    def _nothing(self, record: str) -> Lines:
        return []

    def _sum(self, record: str) -> Lines:
        number = self._name("number")
        start, line = self.random.choice(
            (
                ("0", f"total += {record}[{number!r}]"),
                ("0", f"total += {record}.get({number!r}, 0)"),
                ("0.0", f"total = total + float({record}.get({number!r}) or 0)"),
            )
        )
        self.draft.start("total", start, reported=True)
        return [line]

    def _ids(self, record: str) -> Lines:
        self.draft.start("ids", "[]", reported=True)
        return [f"ids.append({record}['id'])"]

    def _last(self, record: str) -> Lines:
        self.draft.start("last", "None", reported=True)
        return [f"last = {record}['id']"]

    def _best(self, record: str) -> Lines:
        whole = self._name("number", "whole")
        self.draft.start("best", "0", reported=True)
        return block(f"if {record}[{whole!r}] > best:", [f"best = {record}[{whole!r}]"])

    def _seen(self, record: str) -> Lines:
        """Each key once."""
        key = self.random.choice(
            (f"{record}['id']", f"{record}['id']", f"{record}.get({self._name('text')!r})")
        )
        start, add = self.random.choice((("set()", "add"), ("set()", "add"), ("[]", "append")))
        self.draft.start("seen_keys", start)
        if self.random.random() < 0.5:
            return [*block(f"if {key} in seen_keys:", ["continue"]), f"seen_keys.{add}({key})"]
        return [f"key = {key}", *block("if key in seen_keys:", ["continue"]), f"seen_keys.{add}(key)"]

    def _groups(self, record: str) -> Lines:
        """Lists by key."""
        key = f"{record}[{self._name('code')!r}]"
        value = self.random.choice((f"{record}['id']", record, f"{record}.get({self._name('text')!r})"))
        chance = self.random.random()
        self.draft.start("groups", "{}", reported=True)
        if chance < 0.5:
            return [f"groups.setdefault({key}, []).append({value})"]
        if chance < 0.75:
            self.draft.need("from collections import defaultdict")
            self.draft.start("groups", "defaultdict(list)", reported=True)
            return [f"groups[{key}].append({value})"]
        return [*block(f"if {key} not in groups:", [f"groups[{key}] = []"]), f"groups[{key}].append({value})"]

    def _counts(self, record: str) -> Lines:
        """Numbers by key."""
        key = f"{record}[{self._name('code')!r}]"
        self.draft.start("counts", "{}", reported=True)
        chance = self.random.random()
        if chance < 0.5:
            return [f"counts[{key}] = counts.get({key}, 0) + 1"]
        if chance < 0.7:
            self.draft.need("from collections import defaultdict")
            self.draft.start("counts", "defaultdict(int)", reported=True)
            return [f"counts[{key}] += 1"]
        return [*block(f"if {key} not in counts:", [f"counts[{key}] = 0"]), f"counts[{key}] += 1"]

    def _sums_by_key(self, record: str) -> Lines:
        key, number = f"{record}[{self._name('code')!r}]", self._name("number")
        self.draft.start("totals", "{}", reported=True)
        return [f"totals[{key}] = totals.get({key}, 0) + {record}[{number!r}]"]

    def _previous(self, record: str) -> Lines:
        code = self._name("code")
        self.draft.start("previous", "''", reported=True)
        return [f"same = {record}[{code!r}] == previous", f"previous = {record}[{code!r}]", "print(same)"]

    def _watermark(self, record: str) -> Lines:
        """The newest date so far."""
        date = self._name("date")
        self.draft.start("latest", "SINCE", reported=True)
        if self.random.random() < 0.4:
            return [f"latest = max(latest, {record}[{date!r}])"]
        if self.random.random() < 0.4:
            return block(f"if {record}[{date!r}] <= SINCE:", ["continue"])
        return block(f"if {record}[{date!r}] > latest:", [f"latest = {record}[{date!r}]"])

    def _told(self, record: str) -> Lines:
        """Lines of text for a mail at the end."""
        self.draft.start("told", "[]")
        self.draft.summary["told"] = "'\\n'.join(told)"
        text = self._name("text")
        return [f"told.append(f\"{{{record}['id']}}: {{{record}.get({text!r})}}\")"]
