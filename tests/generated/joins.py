"""Joins: values by a key from a list of the other system, or from a detail that is read once for each key."""

from __future__ import annotations

from tests.generated.callers import Caller
from tests.generated.draft import Draft
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block


class Joins:
    """Draws look-ups that need another call."""

    def __init__(self, idioms: Idioms, draft: Draft, source: Caller, target: Caller) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.draft = draft
        self.source = source
        self.target = target

    def draw(self, record: str) -> tuple[Lines, Lines]:
        """Lines before the payload is made, and lines that put the found value into it."""
        ways = ((5, self._listed), (2, self._cached), (3, self._detail), (1, self._searched))
        return self.random.choices([way for _, way in ways], [weight for weight, _ in ways])[0](record)

    def _keys(self, record: str) -> tuple[str, str]:
        """A key of the other list, and what it is compared with in the record."""
        text = self.random.choice(self.idioms.entity.of("text")).name
        code = self.random.choice(self.idioms.entity.of("code")).name
        return self.random.choice(
            (
                ("id", f"{record}['id']"),
                ("email", f"{record}[{text!r}]"),
                ("email", f"{record}.get({text!r})"),
                ("code", f"{record}[{code!r}]"),
                ("name", f"{record}.get({text!r})"),
            )
        )

    def index(self, key: str) -> tuple[str, bool]:
        """The name of a dict of the other list by key, made before the loop; True if its values are whole entries."""
        name, whole = f"by_{key}", self.random.random() < 0.4
        value = (
            "entry" if whole else self.random.choice(("entry['name']", "entry['id']", "entry.get('rate')"))
        )
        read = self.target.get(
            "/accounts", self.random.choice(({}, {}, {"active": "'1'"})), "accounts", False
        )
        rows = self.random.choice(
            ("accounts['results']", "accounts['results']", "accounts.get('results', [])")
        )
        chance = self.random.random()
        if chance < 0.5:
            made = [f"{name} = {{entry[{key!r}]: {value} for entry in {rows}}}"]
        elif chance < 0.85:
            test = self.random.choice(([], [], block(f"if not entry.get({key!r}):", ["continue"])))
            made = [
                f"{name} = {{}}",
                *block(f"for entry in {rows}:", [*test, f"{name}[entry[{key!r}]] = {value}"]),
            ]
        else:
            made = [f"{name} = dict((entry[{key!r}], {value}) for entry in {rows})"]
        self.draft.preparation += [*read, *made]
        return name, whole

    def _listed(self, record: str) -> tuple[Lines, Lines]:
        key, asked = self._keys(record)
        index, whole = self.index(key)
        if not whole:
            use = self.random.choice(
                (
                    [f"payload['account'] = {index}.get({asked})"],
                    [f"payload['account'] = {index}.get({asked}, 'new')"],
                    [f"payload['account'] = {index}[{asked}]"],
                    block(f"if {asked} in {index}:", [f"payload['account'] = {index}[{asked}]"]),
                    [
                        f"{record}['account'] = {index}.get({asked})",
                        f"payload['account'] = {record}['account']",
                    ],
                )
            )
            return [], use
        missing = self.random.choice(
            (
                ["continue"],
                ["print('no account')", "continue"],
                self._created(record, index, asked),
                ["account = {'id': None, 'name': 'none'}"],
            )
        )
        before = [f"account = {index}.get({asked})"]
        before += block(self.random.choice(("if not account:", "if account is None:")), missing)
        return before, self.random.choice(
            (
                ["payload['account'] = account['id']"],
                ["payload['account'] = account.get('name')", "payload['rate'] = account['rate']"],
            )
        )

    def _created(self, record: str, index: str, asked: str) -> Lines:
        """An entry that is missing is created and remembered."""
        return [
            *self.target.write("POST", "/accounts", f"{{'key': {asked}}}", "account", False),
            f"{index}[{asked}] = account",
        ]

    def _cached(self, record: str) -> tuple[Lines, Lines]:
        """A detail that is read once for each key."""
        code = self.random.choice(self.idioms.entity.of("code")).name
        key = self.random.choice((f"{record}[{code!r}]", f"{record}.get({code!r})"))
        self.draft.start("cache", "{}")
        read = self.source.get(f"/codes/{{{key}}}", {}, "detail", False)
        lines = block(f"if {key} not in cache:", [*read, f"cache[{key}] = detail['owner']"])
        return lines, [f"payload['owner'] = cache[{key}]"]

    def _detail(self, record: str) -> tuple[Lines, Lines]:
        """A detail of each record, some of it put into the record itself."""
        path = f"/{self.idioms.entity.name}/{{{record}['id']}}/details"
        uses: list[tuple[Lines, Lines]] = [
            (
                ["rank = detail['extra']['rank']", f"{record}['rank'] = rank"],
                [f"payload['rank'] = {record}['rank']"],
            ),
            ([f"{record}['owner'] = detail.get('owner')"], []),
            ([f"{record}.update(detail)"], []),
            (["owner = detail['owner']", "print(owner)"], ["payload['owner'] = owner"]),
            (block("if not detail.get('owner'):", ["continue"]), []),
        ]
        before, after = self.random.choice(uses)
        return [*self.source.get(path, {}, "detail", True), *before], after

    def _searched(self, record: str) -> tuple[Lines, Lines]:
        """A look-up in what a search before the loop has found."""
        self.draft.start("names", "{}")
        self.draft.preparation += self.target.get("/search", {"q": "'all'"}, "known", False)
        self.draft.preparation += block(
            "for entry in known['results']:", ["names[entry['id']] = entry['name']"]
        )
        use = self.random.choice(
            (f"names.get({record}['id'])", f"names.get({record}['id'], 'new')", f"{record}['id'] in names")
        )
        lines = [f"joined = {use}"]
        if self.random.random() < 0.5:
            return [
                *lines,
                *block("if not joined:", ["print('new')"]),
                *block("else:", ["found_before = joined"]),
            ], []
        return [
            *lines,
            *block("if joined:", self.target.write("POST", "/known", "{'joined': joined}", "", False)),
        ], []
