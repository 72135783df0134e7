"""HS409: a list of which only the first page is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from migrate.diagnostics import Diagnostic
from migrate.estate.inventory.addresses import Address
from migrate.estate.risks.flow import Flow, Sent
from migrate.model import (
    Call,
    Constant,
    Expression,
    Loop,
    LoopValue,
    Reference,
    Split,
    expressions_of,
    walk,
)

_SIZE = re.compile(
    r"limit|per_?page|page_?size|page_?limit|max_?results|results_?per_?page|\$top", re.IGNORECASE
)
_PICKS = re.compile(
    r"sort\w*|order(?:_?by)?|\$orderby|direction|since\w*|from\w*|start\w*|after|updated\w*|modified\w*|created\w*|q|query"
    r"|filter\w*|search\w*|ids?|offset|skip|page\w*|cursor",
    re.IGNORECASE,
)
"""Parameters by which a script may want no more than it asks for, or goes on."""
_NEXT = re.compile(
    r"next\w*|has_?more|has_?next\w*|cursor|paging|pagination|page_?info|total\w*|count|last_?page|pages|links?"
    r"|\w*next_?link|continuation\w*|marker",
    re.IGNORECASE,
)
_SMALLEST = 20
"""The size of a page from which on it is one, and not a small number of records that is wanted."""


@dataclass(frozen=True)
class _Paged:
    """Lists that a vendor documents as paged: host, path, records of a page, and where that is said."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    records: int
    source: str


_DOCUMENTED = (
    _Paged(
        re.compile(r"https://api\.github\.com"),
        re.compile(
            r"/(?:repos/[^/]+/[^/]+/(?:issues|pulls|commits|branches|tags|releases|labels)|(?:orgs|users)/[^/]+/repos)"
        ),
        30,
        "docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api",
    ),
    _Paged(
        re.compile(r"https://gitlab\.com"),
        re.compile(
            r"/api/v4/(?:projects|groups)(?:/[^/]+/(?:issues|merge_requests|members|projects|pipelines))?"
        ),
        20,
        "docs.gitlab.com/api/rest/#pagination",
    ),
    _Paged(
        re.compile(r"https://[\w.{}-]+\.myshopify\.com"),
        re.compile(r"/admin/(?:api/[\d-]+/)?(?:orders|products|customers)\.json"),
        50,
        "shopify.dev/docs/api/admin-rest/usage/pagination",
    ),
    _Paged(
        re.compile(r"https://api\.stripe\.com"),
        re.compile(r"/v1/(?:charges|customers|invoices|subscriptions|payment_intents|refunds|payouts)"),
        10,
        "docs.stripe.com/api/pagination",
    ),
    _Paged(
        re.compile(r"https://api\.airtable\.com"),
        re.compile(r"/v0/[^/]+/[^/]+"),
        100,
        "airtable.com/developers/web/api/list-records",
    ),
    _Paged(
        re.compile(r"https://[\w.{}-]+\.zendesk\.com"),
        re.compile(r"/api/v2/(?:tickets|users|organizations)(?:\.json)?"),
        100,
        "developer.zendesk.com/api-reference/introduction/pagination",
    ),
)


def paging(flow: Flow) -> Iterator[Diagnostic]:
    """Of reads whose answer is gone through, outside of any loop that could ask again."""
    gone_through = {
        part.step
        for step in flow.steps
        if isinstance(step, Split)
        for part in walk(step.over)
        if isinstance(part, Reference)
    }
    for sent in flow.requests:
        operation = sent.operation
        if (
            operation.method != "GET"
            or sent.step.id not in gone_through
            or any(isinstance(step, Loop) for step in sent.within)
            or any(isinstance(part, LoopValue) for one in operation.parameters for part in walk(one.value))
            or _asks_on(flow, sent.step.id)
        ):
            continue
        query = {one.name: one.value for one in operation.located("query")}
        address, *others = flow.addresses(operation)
        query = {**dict(address.query), **query}
        if not others:
            yield from _first_page(sent, address, query)


def _first_page(sent: Sent, address: Address, query: dict[str, Expression]) -> Iterator[Diagnostic]:
    shown = f"{sent.operation.method} {address.base or '{url}'}{address.path}"
    sizes = {name: _number(value) for name, value in query.items() if _SIZE.fullmatch(name)}
    if any(_PICKS.fullmatch(name) for name in query):
        return
    for name, size in sizes.items():
        if size is not None and size >= _SMALLEST:
            text = f"asks for pages of {size} records ({name}), and no request asks for the next one"
            yield Diagnostic("HS409", f"{shown} {text}", sent.span)
    if not sizes:
        for one in _DOCUMENTED:
            if one.host.fullmatch(address.base) and one.path.fullmatch(address.path):
                text = (
                    f"gives {one.records} records at a time ({one.source}), and no request asks for the next"
                )
                yield Diagnostic("HS409", f"{shown} {text}", sent.span)


def _number(value: Expression) -> int | None:
    match value:
        case Constant(value=int() as number) if not isinstance(number, bool):
            return number
        case Constant(value=str() as text) if text.isdecimal():
            return int(text)
        case _:
            return None


def _asks_on(flow: Flow, id: str) -> bool:
    """True if something looks at where an answer says that there is more, or at its headers."""
    for step in flow.steps:
        for expression in expressions_of(step):
            for part in walk(expression):
                match part:
                    case Reference(step=of, part="headers") if of == id:
                        return True
                    case Call(
                        function="python.member" | "python.get" | "python.contains",
                        arguments=(of, Constant(value=str() as key), *_),
                    ) if _NEXT.fullmatch(key) and any(
                        isinstance(one, Reference) and one.step == id for one in walk(of)
                    ):
                        return True
                    case _:
                        pass
    return False
