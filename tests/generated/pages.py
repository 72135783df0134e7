"""How a script reads a list: each way of paging, as a loop in place, a generator, or a function that collects."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.generated.callers import Caller
from tests.generated.layout import Lines, block
from tests.generated.vendors import Api

Body = Callable[[str, bool], Lines]
"""What to do with the rows in the named variable; True if that stands directly in a loop over pages."""


class Pages:
    """Draws loops over the pages of an API."""

    def __init__(self, random: Random, api: Api, caller: Caller) -> None:
        self.random = random
        self.api = api
        self.caller = caller

    def function(self, generator: bool) -> Lines:
        """The function `fetch_rows` that yields or returns all rows."""
        handle = self.caller.handle
        if generator:
            return block(
                f"def fetch_rows({handle}):",
                self.loop(self._yielding, "return" if self.random.random() < 0.3 else "break"),
            )
        if self.api.paging == "link" and self.random.random() < 0.6:
            return block(f"def fetch_rows({handle}):", self._into_the_first())
        lines = ["rows = []", *self.loop(self._collecting, "break"), "return rows"]
        counted = ["failed = 0"] if any("failed += 1" in line for line in lines) else []
        return block(f"def fetch_rows({handle}):", [*counted, *lines])

    def _yielding(self, rows: str, loop: bool) -> Lines:
        if self.random.random() < 0.4:
            return [f"yield from {rows}"]
        return [f"for row in {rows}:", "    yield row"]

    def _collecting(self, rows: str, loop: bool) -> Lines:
        return self.random.choice(
            (
                [f"rows.extend({rows})"],
                [f"rows += {rows}"],
                [f"for row in {rows}:", "    rows.append(row)"],
                [f"rows = rows + {rows}"],
            )
        )

    def _into_the_first(self) -> Lines:
        """The rows of the pages that follow are added to the list that the first answer holds."""
        rows = "data" + "".join(f"[{key!r}]" for key in self.api.envelope)
        next_page = self._next()
        add = self.random.choice((f"rows.extend({rows})", f"rows.extend({rows})", f"rows += {rows}"))
        first = f'f"{{{self.caller.system.prefix}_URL}}{self.api.path}"'
        return [
            *self.caller.follow(first, "data", False),
            f"rows = {rows}",
            *block(f"while {next_page}:", [*self.caller.follow(next_page, "data", True), add]),
            "return rows",
        ]

    def loop(self, body: Body, leave: str) -> Lines:
        """The reads and, for the rows of each page, the body; `leave` is the statement that ends paging."""
        match self.api.paging:
            case "none":
                return [
                    *self.caller.get(self.api.path, self._fixed(), "data", False),
                    *self._rows(),
                    *body("page_rows", False),
                ]
            case "offset":
                return self._offset(body, leave)
            case "page":
                return self._page(body, leave)
            case "total":
                return self._total(body, leave)
            case "cursor":
                return self._cursor(body, leave)
            case "link":
                return self._link(body, leave)
            case "header":
                return self._header(body, leave)

    def _fixed(self) -> dict[str, str]:
        if self.random.random() < 0.5:
            return {}
        return (
            {"sort": "'created'"}
            if self.random.random() < 0.6
            else {"include": "['a', 'b']", "since": "SINCE"}
        )

    def _rows(self) -> Lines:
        value = "data"
        for key in self.api.envelope:
            value = self.random.choice((f"{value}[{key!r}]", f"{value}[{key!r}]", f"{value}.get({key!r}, [])")) if (
                key == self.api.envelope[-1]
            ) else f"{value}[{key!r}]"  # fmt: skip
        return [f"page_rows = {value}"]

    def _offset(self, body: Body, leave: str) -> Lines:
        size = self.api.size
        params = {"limit": "PAGE_SIZE", "offset": "offset", **self._fixed()}
        step = self.random.choice(
            ("offset += PAGE_SIZE", "offset = offset + PAGE_SIZE", "offset += len(page_rows)")
        )
        inner = [*self.caller.get(self.api.path, params, "data", False), *self._rows()]
        head = self.random.random() < 0.6
        if head:
            inner += block(self.random.choice(("if not page_rows:", "if len(page_rows) == 0:")), [leave])
        inner += body("page_rows", True)
        if not head or self.random.random() < 0.4:
            inner += block("if len(page_rows) < PAGE_SIZE:", [leave])
        assert size
        return ["offset = 0", *block("while True:", [*inner, step])]

    def _page(self, body: Body, leave: str) -> Lines:
        params = {"per_page": "PAGE_SIZE", "page": "page", **self._fixed()}
        inner = [*self.caller.get(self.api.path, params, "data", False), *self._rows()]
        chance = self.random.random()
        if chance < 0.2:
            inner += block("if not page_rows:", [leave])
            return block(
                f"for page in range(1, {self.random.choice((4, 20))}):", [*inner, *body("page_rows", True)]
            )
        if chance < 0.4:
            inner += [*body("page_rows", True), "page += 1"]
            return [
                "page = 1",
                "more = True",
                *block("while more:", [*inner, "more = len(page_rows) == PAGE_SIZE"]),
            ]
        inner += block("if not page_rows:", [leave])
        return ["page = 1", *block("while True:", [*inner, *body("page_rows", True), "page += 1"])]

    def _total(self, body: Body, leave: str) -> Lines:
        params = {"page": "page", **self._fixed()}
        inner = [
            *self.caller.get(self.api.path, params, "data", False),
            *self._rows(),
            *body("page_rows", True),
        ]
        chance = self.random.random()
        if chance < 0.4:
            inner += ["pages = data.get('total_pages', 1)", "page += 1"]
            return ["page = 1", "pages = 1", *block("while page <= pages:", inner)]
        if chance < 0.5:
            read = self.caller.get(self.api.path, {"page": "page"}, "data", False)
            pages = self.random.choice(("data['total_pages']", "data.get('total_pages', 1)"))
            following = [*read, *self._rows(), *body("page_rows", True)]
            return [
                "page = 1",
                *read,
                f"pages = {pages}",
                *block("for page in range(1, pages + 1):", following),
            ]
        if chance < 0.75:
            test = self.random.choice(("page >= data['total_pages']", "not data.get('has_more')"))
            return ["page = 1", *block("while True:", [*inner, *block(f"if {test}:", [leave]), "page += 1"])]
        return [
            "page, more = 1, True",
            *block("while more:", [*inner, "more = data['has_more']", "page += 1"]),
        ]

    def _next(self) -> str:
        *outer, last = self.api.next_key
        value = "data"
        for key in outer:
            value = self.random.choice((f"{value}[{key!r}]", f"{value}.get({key!r}, {{}})"))
        return self.random.choice((f"{value}.get({last!r})", f"{value}[{last!r}]"))

    def _cursor(self, body: Body, leave: str) -> Lines:
        chance = self.random.random()
        if chance < 0.35:
            params = {"limit": "PAGE_SIZE", "cursor": "cursor", **self._fixed()}
            inner = [
                *self.caller.get(self.api.path, params, "data", False),
                *self._rows(),
                *body("page_rows", True),
            ]
            return ["cursor = 'k0'", *block("while cursor:", [*inner, f"cursor = {self._next()}"])]
        start = self.random.choice(("cursor = None", "cursor = ''"))
        if chance < 0.7 and self.caller.style in ("plain", "session"):
            head = ["params = {'limit': PAGE_SIZE}", *block("if cursor:", ["params['cursor'] = cursor"])]
            given = self.caller.get(self.api.path, {"limit": "1"}, "data", False)
            inner = [line.replace("params={'limit': 1}", "params=params") for line in given]
        else:
            head = []
            inner = self.caller.get(self.api.path, {"cursor": "cursor", "limit": "PAGE_SIZE"}, "data", False)
        inner = [*head, *inner, *self._rows(), *body("page_rows", True), f"cursor = {self._next()}"]
        return [start, *block("while True:", [*inner, *block("if not cursor:", [leave])])]

    def _link(self, body: Body, leave: str) -> Lines:
        first = f'url = f"{{{self.caller.system.prefix}_URL}}{self.api.path}"'
        inner = [*self.caller.follow("url", "data", False), *self._rows(), *body("page_rows", True)]
        if self.random.random() < 0.7:
            return [
                first,
                *block(
                    self.random.choice(("while url:", "while url is not None:")),
                    [*inner, f"url = {self._next()}"],
                ),
            ]
        tail = [f"following = {self._next()}", *block("if not following:", [leave]), "url = following"]
        return [first, *block("while True:", [*inner, *tail])]

    def _header(self, body: Body, leave: str) -> Lines:
        """The next page stands in the Link header."""
        first = f'url = f"{{{self.caller.system.prefix}_URL}}{self.api.path}"'
        inner = [*self.caller.follow("url", "data", False), *self._rows()]
        chance = self.random.random()
        if chance < 0.4:
            following = self.random.choice(
                (
                    "r.links.get('next', {}).get('url')",
                    "r.links['next']['url'] if 'next' in r.links else None",
                )
            )
            # The rows may be sent by another `r`, so the link is read before.
            inner += [f"next_url = {following}", *body("page_rows", True), "url = next_url"]
            return [first, *block(self.random.choice(("while url:", "while url is not None:")), inner)]
        if chance < 0.8:
            inner += ["links = r.links", *body("page_rows", True)]
            tail = [*block("if 'next' not in links:", [leave]), "url = links['next']['url']"]
            return [first, *block("while True:", [*inner, *tail])]
        inner += ["link = r.headers.get('Link', '')", *body("page_rows", True)]
        inner += [
            "url = None",
            *block(
                "for part in link.split(','):",
                block("if 'rel=\"next\"' in part:", ["url = part[part.find('<') + 1:part.find('>')]"]),
            ),
        ]
        return [first, *block("while url:", inner)]
