"""The README of an emitted flow: how to import it, what it needs, what it does not do."""

from __future__ import annotations

from collections.abc import Sequence

from emitters._descriptions import names_needed
from emitters.node_red.files import folders_of
from emitters.node_red.mails import has_mails
from emitters.node_red.webhooks import RAW_BODY
from emitters.node_red.zones import takes_local_times
from migrate.contracts import Loss
from migrate.model import Integration, Trigger, WebhookTrigger

DEVIATIONS = (
    "User-Agent, Accept and Accept-Encoding are those of Node-RED.",
    "A timeout covers the whole request; that of the script covers the connection and each wait for data. While data"
    " arrives it counts as requests.ReadTimeout.",
    "Cookies that a server sets are kept within one request and its redirects only.",
    "Of an answer's headers that must not repeat (Retry-After, Location) the first counts; blanks at the end are cut.",
    "Redirects are followed for GET; another request that is redirected ends the run with an error.",
    "Log lines and printed output of the script are not written.",
    "An error that begins with `Gap:` met a value for which equality with Python is not certain; no handler takes it.",
)

WEBHOOK_DEVIATIONS = (
    "Requests come in at the address and port of Node-RED (1880, or `uiPort` in `settings.js`), not at those that the"
    " script names.",
    "Several requests can be under way at once, where the script takes one after the other; in a shadow run they come"
    " one after the other.",
    "Other methods than those of the nodes `http in`, and a HEAD, are answered by Node-RED; the script's server says"
    " 501.",
    "Blanks at the end of a header are cut. Headers such as Date, Server and ETag are those of Node-RED.",
)

WEBHOOK_START = (
    "What the script evaluates before it takes in requests, the nodes behind `Start` evaluate once when the flow is"
    " deployed. Where that fails, the script ends; Node-RED writes the error to its log and goes on for its other"
    " flows, and each request to this one is closed without an answer until it is deployed again."
)

MAIL_DEVIATIONS = (
    "A mail gets the headers Date and Message-ID, and its text is encoded in base64.",
    "Each mail gets a connection to the mail server of its own; the script uses one for all.",
    "A line of a mail that begins with `From ` ends the run with an error.",
)


LOCAL_TIME = (
    "The script takes local times: those of its machine. The flow takes those of the Node-RED process; set its variable"
    " `TZ` to the zone of the script's machine, such as `Europe/Berlin`."
)


_FOLDERS = {
    "SCRIPT_FOLDER": "what lay beside the script",
    "WORKING_FOLDER": "where the script was started; relative paths begin there",
}


def readme(integration: Integration, losses: Sequence[Loss]) -> str:
    """Markdown; names of variables and secrets only, never values."""
    variables, secrets = names_needed(integration)
    optional = {v.name for v in integration.variables if not (v.required and v.default is None)}
    sources = [f"- `{source.file}` (SHA-256 `{source.sha256}`)" for source in integration.sources]
    needs = [f"- `{name}`" + (" (optional)" if name in optional else "") for name in variables]
    needs += [f"- `{name}` (secret)" for name in secrets if name not in variables]
    needs += [f"- `{name}` (a folder: {_FOLDERS[name]})" for name in folders_of(integration)]
    lost = [f"- `{loss.id}` ({loss.level}): {' '.join(loss.reason.split())}" for loss in losses]
    mails = has_mails(integration)
    module = [
        "5. The nodes use the module `nodemailer`, which Node-RED installs when the flow is deployed; 10.6 is proven."
    ]
    title = " ".join(integration.name.split())
    zone = (LOCAL_TIME,) if takes_local_times(integration) else ()
    deviations = (
        *DEVIATIONS,
        *zone,
        *(MAIL_DEVIATIONS if mails else ()),
        *_of_webhook(integration.trigger),
    )
    sections = [
        (f"{title} on Node-RED", ["One tab for Node-RED 4.1 on Node 22 or newer."]),
        ("Legacy sources", sources or ["None stated."]),
        (
            "Import",
            [
                "1. Set the environment variables below for the Node-RED process.",
                "2. In the editor: Menu, Import, select `flows.json`, import to a new flow.",
                _starting(integration),
                "4. Keep flow context in memory (the default): the tab keeps its functions there.",
                *(module if mails else ()),
            ],
        ),
        (
            "Errors",
            [
                "An error that nothing handles ends the run at the node `Run failed`, which writes it to the log; to",
                "be told of failed runs, wire a node to it. Where the script handles errors, a node `Catch …` takes",
                "those of the nodes that it names, and `Handle errors of …` chooses what follows by the error's kind",
                "(`msg.error.code`), as the script does.",
            ],
        ),
        *_raw_bodies(integration),
        ("Environment variables", needs or ["None."]),
        ("Losses", lost or ["None."]),
        ("What differs by nature", [f"- {deviation}" for deviation in deviations]),
    ]
    blocks = [f"## {head}\n\n" + "\n".join(lines) for head, lines in sections]
    return ("\n\n".join(blocks) + "\n").removeprefix("#")


def _of_webhook(trigger: Trigger) -> tuple[str, ...]:
    """What differs by nature where requests come in."""
    if not isinstance(trigger, WebhookTrigger):
        return ()
    return (*WEBHOOK_DEVIATIONS, *((WEBHOOK_START,) if trigger.start else ()))


def _starting(integration: Integration) -> str:
    """What starts a run."""
    if not isinstance(integration.trigger, WebhookTrigger):
        return "3. The node `Start` fires once at each deployment; set its schedule, or switch `once` off."
    return (
        "3. Each request to a node `http in` starts a run. The node for any other path is there because the script "
        "answers every path; delete it where other flows of the server take in requests."
    )


def _raw_bodies(integration: Integration) -> list[tuple[str, list[str]]]:
    """The section on the setting without which requests have no raw body."""
    if not isinstance(integration.trigger, WebhookTrigger):
        return []
    return [
        (
            "Raw bodies",
            [
                "Node-RED decodes the body of a request before a flow sees it, and answers what it cannot decode",
                f"itself. The script reads the bytes. So copy `{RAW_BODY}` beside the `settings.js` of the server and",
                f'put `httpNodeMiddleware: require("./{RAW_BODY}")` there; it applies to all nodes `http in` of the',
                "server. Without it a run that needs the body ends with an error that begins with `Gap:`.",
            ],
        )
    ]
