"""Records in another order than the one in which they were recorded, where it is certain how the server sorts."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal

from migrate.shadow import json_spans
from migrate.shadow.envelope import Uncertain
from migrate.shadow.matching import pointer_parts
from migrate.shadow.replay_settings import Order

_ZONE = re.compile(r"T[0-9:.]+(Z|[+-][0-9:]+)$")
_TIME = re.compile(r"[0-9TZ:.+-]+")


def in_order(records: Sequence[str], order: Order) -> list[str]:
    """The records, texts of JSON, in an order. Raises Uncertain where it is not certain which comes first."""
    parts = pointer_parts(order.by)
    keys: list[Decimal | str] = []
    for record in records:
        try:
            span = json_spans.find(record, json_spans.whole(record), parts)
        except json_spans.NotThere:
            raise Uncertain(f"a record has no {order.by} to sort by") from None
        value = json.loads(record[slice(*span)], parse_float=Decimal, parse_int=Decimal)
        if not isinstance(value, Decimal | str):
            raise Uncertain(f"{order.by} is neither a number nor a text in all records")
        keys.append(value)
    kinds = {type(key) for key in keys}
    if len(kinds) > 1:
        raise Uncertain(f"{order.by} is not of one type in all records")
    texts = [key for key in keys if isinstance(key, str)]
    if texts and (len({len(text) for text in texts}) > 1 or not all(map(_TIME.fullmatch, texts))):
        raise Uncertain(f"{order.by} is a text; how the server sorts texts is not known")
    if len({_ZONE.findall(text)[-1] if _ZONE.search(text) else "" for text in texts}) > 1:
        raise Uncertain(
            f"{order.by} is a time of several zones; whether the server sorts it as a text is not known"
        )
    if len(set(keys)) < len(keys):
        raise Uncertain(f"two records have the same {order.by}; which of them comes first is not known")
    numbers = sorted(range(len(keys)), key=lambda number: _orderable(keys[number]), reverse=order.descending)
    return [records[number] for number in numbers]


def _orderable(key: Decimal | str) -> tuple[Decimal, str]:
    return (key, "") if isinstance(key, Decimal) else (Decimal(0), key)
