"""How much of what a set holds, by kind and by construct."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.labels.labels import Label


@dataclass(frozen=True)
class Count:
    """One line of a table: a construct, how many labels of it must be met, and how many may be."""

    name: str
    required: int
    optional: int


def tables(labels: Mapping[str, Label]) -> dict[str, list[Count]]:
    """The tables by their titles; the most frequent first, then by name."""
    scripts = [label for label in labels.values() if not label.robustness_only]
    calls = [call for label in scripts for call in label.calls]
    sent = [call for call in calls if call.is_http and not call.inbound]
    mappings = [mapping for label in scripts for mapping in label.mappings]
    secrets = [secret for label in scripts for secret in label.secrets]
    return {
        "scripts": _counted((_extent(label), True) for label in labels.values()),
        "labels": _counted(
            [("call", call.required) for call in calls]
            + [("mapping", mapping.required) for mapping in mappings]
            + [("secret", secret.required) for secret in secrets]
        ),
        "calls by protocol": _counted(
            (call.protocol if not call.inbound else "inbound", call.required) for call in calls
        ),
        "HTTP calls by how the URL is given": _counted((call.url_by, call.required) for call in sent),
        "HTTP calls by method": _counted((call.method, call.required) for call in sent),
        "HTTP calls by auth": _counted((call.auth.partition(":")[0], call.required) for call in sent),
        "HTTP calls by pagination": _counted((call.pagination, call.required) for call in sent),
        "calls by client": _counted((call.client, call.required) for call in calls),
        "mappings by transform": _counted((mapping.transform, mapping.required) for mapping in mappings),
        "mappings by idiom": _counted((mapping.idiom, mapping.required) for mapping in mappings),
        "secrets by storage": _counted((secret.storage, secret.required) for secret in secrets),
    }


def _extent(label: Label) -> str:
    if label.robustness_only:
        return "not counted"
    return "one file" if len(label.paths) == 1 else "several files"


def _counted(named: Iterable[tuple[str, bool]]) -> list[Count]:
    required: Counter[str] = Counter()
    optional: Counter[str] = Counter()
    for name, is_required in named:
        (required if is_required else optional)[name] += 1
    found = [Count(name, required[name], optional[name]) for name in {*required, *optional}]
    return sorted(found, key=lambda count: (-count.required, -count.optional, count.name))
