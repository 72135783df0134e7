"""HS414, HS415: scripts that nothing starts, and versions of APIs that are going or gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from migrate.diagnostics import Diagnostic
from migrate.estate import crontab
from migrate.estate.risks.flow import Flow, Sent
from migrate.model import EntryPoint, ManualTrigger, SourceSpan

_ABOVE = 2
"""Lines above a call in which a comment is about it."""


@dataclass(frozen=True)
class Surroundings:
    """What lies beside the scripts: crontabs, and all other files that could start one, by name with their text."""

    crontabs: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[str, str] = field(default_factory=dict)


NOTHING_AROUND = Surroundings()


@dataclass(frozen=True)
class _Gone:
    """Requests that a vendor has stopped to answer: host, path with the version in it, and what is known of it."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    last: tuple[int, ...]
    text: str


_GONE = (
    _Gone(
        re.compile(r"https://[\w.{}-]+\.salesforce\.com"),
        re.compile(r"/services/data/v(\d+)\.0\b"),
        (30,),
        "versions up to 30.0 of Salesforce's API were retired with Summer '25",
    ),
    _Gone(
        re.compile(r"https://[\w.{}-]+\.myshopify\.com"),
        re.compile(r"/admin/api/(\d{4})-(\d{2})/"),
        (2025, 1),
        "Shopify supports a version of its API for 12 months, and this one is older",
    ),
    _Gone(
        re.compile(r"https://graph\.facebook\.com"),
        re.compile(r"/v(\d+)\.\d+/"),
        (15,),
        "Meta ends a version of its Graph API after two years, and this one is older",
    ),
    _Gone(
        re.compile(r"https?://api\.twitter\.com"),
        re.compile(r"/(1)/"),
        (1,),
        "version 1 of Twitter's API was retired in 2013",
    ),
    _Gone(
        re.compile(r"https://api\.hipchat\.com"),
        re.compile(r"/v(\d)/"),
        (2,),
        "HipChat was discontinued in February 2019",
    ),
    _Gone(
        re.compile(r"https://www\.googleapis\.com"),
        re.compile(r"/analytics/v(\d)/"),
        (3,),
        "Universal Analytics and its API ended in July 2024",
    ),
    _Gone(
        re.compile(r"https://[\w.-]*gitlab[\w.-]*"),
        re.compile(r"/api/v(\d)/"),
        (3,),
        "version 3 of GitLab's API was removed in GitLab 11.0",
    ),
)


def ending(flow: Flow) -> Iterator[Diagnostic]:
    """Requests that a comment beside them, or their version, shows to be of an API that ends or has ended."""
    comments = tuple(flow.seen("deprecation"))
    for sent in flow.requests:
        for one in comments:
            if _is_beside(one.span, sent.span):
                text = f"a comment in line {one.span.line} says of {flow.address(sent)}: {one.subject}"
                yield Diagnostic("HS415", text, sent.span)
        yield from (Diagnostic("HS415", text, sent.span) for text in _gone(flow, sent))


def _is_beside(comment: SourceSpan, call: SourceSpan) -> bool:
    return comment.file == call.file and call.line - _ABOVE <= comment.line <= call.end_line


def _gone(flow: Flow, sent: Sent) -> Iterator[str]:
    for one in _GONE:
        address = flow.addresses(sent.operation)[0]
        found = one.path.search(address.path)
        if found is None or one.host.fullmatch(address.base) is None:
            continue
        if tuple(map(int, found.groups())) <= one.last:
            yield f"{flow.address(sent)}: {one.text}"


def not_started(flows: Sequence[Flow], around: Surroundings) -> Iterator[tuple[str, Diagnostic]]:
    """Scripts that run by themselves, and that nothing beside them names; nothing where there is no crontab."""
    loaded = {source.file for flow in flows for source in flow.integration.sources[1:]}
    own = {
        flow.integration.sources[0].file: flow
        for flow in flows
        if isinstance(flow.integration.trigger, ManualTrigger)
        and not all(isinstance(step, EntryPoint) for step in flow.integration.steps)
    }
    for file in crontab.not_started(own, around.crontabs.values(), around.programs):
        if file not in loaded:
            span = SourceSpan(file=file, line=1, end_line=1)
            text = "no crontab and no other file in the folder names this script"
            yield own[file].integration.id, Diagnostic("HS414", text, span)
