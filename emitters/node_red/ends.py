"""What stands around the steps on a tab: what starts a run, and what ends it."""

from __future__ import annotations

from typing import Any

from emitters.node_red.files import LIBRARIES
from emitters.node_red.flow_library import TAKEN, on_start
from emitters.node_red.graph import Canvas, Fragment, Place, Port
from emitters.node_red.webhooks import emit_take_in, started
from migrate.model import WebhookTrigger


def emit_start(canvas: Canvas, whole: Fragment, webhook: WebhookTrigger | None, first: Fragment) -> None:
    """Starts for each request, or once when the flow is deployed; then a person sets the schedule.

    `first` is what comes before the requests. Comes last: it brings what the others use.
    """
    starts: list[Port] = []
    if webhook is None or first.entry is not None:
        properties: dict[str, Any] = {"props": [], "repeat": "", "crontab": "", "once": True}
        properties |= {"onceDelay": 0.1}
        starts.append(Port(canvas.add(("", "inject"), "inject", "Start", "", properties, Place(0))))
    if webhook is None:
        code = (
            "// A new run: no results yet, no loops.\nreturn { _msgid: msg._msgid, results: {}, loops: {} };"
        )
    else:
        starts += emit_take_in(canvas, webhook, Place(0).column(len(starts)))
        code = started(webhook)
    info = "Brings the functions that the other nodes use."
    start = on_start(f"{canvas.code}\n{code}")
    library = canvas.function(
        ("", "library"),
        "Python semantics",
        info,
        code,
        Place(0).column(len(starts)),
        labels=("",) if first.entry is None else ("request", "start"),
        on_start=start,
        libraries=[library for sign, library in LIBRARIES.items() if sign in start],
    )
    canvas.wire(starts, library)
    canvas.wire([Port(library)], whole.entry)
    canvas.wire([Port(library, 1)] if first.entry is not None else [], first.entry)


def emit_closed(canvas: Canvas, place: Place) -> Fragment:
    """Closes the databases at the end, as the interpreter does."""
    code = f"{TAKEN}py.disconnect();\nreturn msg;"
    info = "What is not committed is lost."
    node = canvas.function(("", "closed"), "Close the databases", info, code, place)
    return Fragment(node, (Port(node),))


def emit_failure(
    canvas: Canvas, place: Place, whole: Fragment, *, databases: bool, webhook: WebhookTrigger | None
) -> None:
    """An error that no try handles ends the run: nothing leads back from here."""
    properties = {"scope": None, "uncaught": True}
    closing = 'flow.get("python").disconnect(); // what is not committed is lost\n' if databases else ""
    catch = canvas.add(("", "catch"), "catch", "Any error that is not handled", "", properties, place)
    unanswered = "" if webhook is None else 'flow.get("python").unanswered(msg);\n'
    code = (
        "// The run has failed where the error came from; no later node has run.\n"
        f"{closing}{unanswered}"
        'node.error(`${msg.error.source.name}: ${msg.error.message.replace(/^Error: /, "")}`);\n'
        "return null;"
    )
    info = "Writes the error to the log. To be told of failed runs, wire a node here."
    failed = canvas.function(("", "failed"), "Run failed", info, code, place.column(1))
    canvas.wire([Port(catch), *whole.raises], failed)
