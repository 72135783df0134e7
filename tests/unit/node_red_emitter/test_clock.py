"""What is new each time, on the real Node-RED: the clock and UUIDs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from migrate.model import ClockOperation, Read, Reference, UuidOperation
from tests.unit.node_red_emitter.conftest import Ran, Server
from tests.unit.node_red_emitter.models import call, integration, write

pytestmark = pytest.mark.engine

PARTS = {
    "at": call(
        "python.iso_text", call("python.aware", Reference(step="now", part="utc"), 0), "T", "microseconds"
    ),
    "local": call("python.iso_text", Reference(step="now", part="local")),
    "seconds": Reference(step="now", part="seconds"),
    "again": Reference(step="later", part="nanoseconds"),
    "nanoseconds": Reference(step="now", part="nanoseconds"),
    "id": Reference(step="first", part="text"),
    "same": Reference(step="first", part="text"),
    "other": Reference(step="second", part="text"),
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_the_clock_is_read_once_where_the_step_stands_and_each_uuid_is_another(
    run: Callable[..., Ran], server: Server
) -> None:
    steps = (
        Read(id="now", operation=ClockOperation()),
        Read(id="first", operation=UuidOperation()),
        Read(id="second", operation=UuidOperation()),
        Read(id="later", operation=ClockOperation()),
        write("w", "POST", server.url, "/in", json=PARTS),
    )
    before = datetime.now(UTC)
    ran = run(integration(*steps))
    assert ran.ok, ran.sentence
    (asked,) = ran.asked
    sent = json.loads(asked.body)
    at = datetime.fromisoformat(sent["at"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", sent["at"])
    assert before - timedelta(milliseconds=5) <= at <= datetime.now(UTC)
    assert abs(sent["seconds"] - at.timestamp()) < 1e-5
    assert sent["nanoseconds"] // 1000 == round(at.timestamp() * 1e6)
    assert sent["again"] > sent["nanoseconds"]
    assert datetime.fromisoformat(sent["local"]) == at.astimezone().replace(tzinfo=None)
    assert all(UUID.fullmatch(sent[name]) for name in ("id", "other"))
    assert sent["id"] == sent["same"] != sent["other"]
