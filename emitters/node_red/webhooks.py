"""What takes in the requests of a webhook, and what answers them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emitters.node_red.expressions_javascript import JavaScript, key, quoted
from emitters.node_red.flow_library import TAKEN
from emitters.node_red.graph import Canvas, Fragment, Place, Port
from migrate.model import Respond, WebhookTrigger

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
"""The methods that the node "http in" knows."""

RAW_BODY = "raw_body.js"
"""What the server's settings must hold for the raw bodies of requests."""

ANY_PATH = "/*"


def raw_body() -> str:
    """The middleware that keeps raw bodies."""
    return (Path(__file__).parent / "runtime" / RAW_BODY).read_text(encoding="utf-8")


def emit_take_in(canvas: Canvas, trigger: WebhookTrigger, place: Place) -> list[Port]:
    """A node for each path that the steps ask for and each method, and one for all other paths, from a place on."""
    ports: list[Port] = []
    rows = [(path, method) for path in (*trigger.paths, ANY_PATH) for method in trigger.methods]
    for number, (path, method) in enumerate(row for row in rows if row[1] in METHODS):
        properties: dict[str, Any] = {"url": path, "method": method.lower(), "upload": False}
        properties |= {"skipBodyParsing": False, "swaggerDoc": ""}
        name = f"{method} {'any other path' if path == ANY_PATH and trigger.paths else path}"
        part, info = (trigger.id, f"in {number}"), str(trigger.span or "")
        ports.append(Port(canvas.add(part, "http in", name, info, properties, place.column(number))))
    return ports


def started(trigger: WebhookTrigger) -> str:
    """The code that begins a run for a request; by the second output what comes before all requests, if anything."""
    run = f"{{ _msgid, req, res, results: {{ {key(trigger.id)}: py.incoming(msg) }}, loops: {{}} }}"
    about = "// A new run for the request in the message: no results yet but it, no loops.\n"
    taken = "const { _msgid, req, res } = msg;\n"
    if not trigger.start:
        return f"{about}{TAKEN}{taken}return {run};"
    return (
        "// What the script evaluates before it takes in requests; until that has gone well, none is taken in.\n"
        f"{TAKEN}"
        "if (!msg.req) {\n"
        '  flow.set("serving", false);\n'
        "  return [null, { _msgid: msg._msgid, results: {}, loops: {} }];\n"
        "}\n"
        'if (!flow.get("serving")) {\n'
        "  py.unanswered(msg);\n"
        "  return null;\n"
        "}\n"
        f"{about}{taken}"
        f"return [{run}, null];"
    )


def emit_serve(canvas: Canvas, first: Fragment, place: Place) -> None:
    """The node from which on requests are taken in, behind what comes before them."""
    code = '// From here on requests are taken in.\nflow.set("serving", true);\nreturn null;'
    canvas.wire(first.exits, canvas.function(("", "serve"), "Take in requests", "", code, place))


def reply_code(step: Respond, javascript: JavaScript) -> str:
    """The code that answers: the message goes on by the first output, the answer leaves by the second."""
    headers = ", ".join(f"[{quoted(one.name)}, {javascript.value(one.value)}]" for one in step.headers)
    arguments = [javascript.value(step.status), f"[{headers}]"]
    arguments += [javascript.value(step.body)] if step.body is not None else []
    return f"return [msg, py.reply(msg, {', '.join(arguments)})];"


def emit_response(canvas: Canvas, step: Respond, answer: Port, place: Place) -> None:
    """The node that sends the answer."""
    properties = {"statusCode": "", "headers": {}}
    node = canvas.add(
        (step.id, "response"), "http response", f"Send {step.id}", str(step.span or ""), properties, place
    )
    canvas.wire((answer,), node)


def emit_unanswered(canvas: Canvas, whole: Fragment, place: Place) -> None:
    """Where the run of a request ends without an answer, the connection is closed."""
    code = (
        '// A request without an answer is not left open.\nflow.get("python").unanswered(msg);\nreturn null;'
    )
    node = canvas.function(("", "ended"), "End of the request", "", code, place)
    canvas.wire(whole.exits, node)
