"""The README beside the documents: what they are, how to look at them, what they do not say."""

from __future__ import annotations

from collections.abc import Sequence

from migrate.contracts import Loss
from migrate.interfaces import Interfaces
from migrate.model import Estate


def readme(interfaces: Interfaces, estate: Estate, losses: Sequence[Loss]) -> str:
    """The text, in Markdown."""
    flows = len(estate.integrations)
    lines = [
        "# Interfaces of the estate",
        "",
        f"What {'1 flow uses' if flows == 1 else f'{flows} flows use'} of other systems, as OpenAPI 3.1. Each document"
        " holds what the code shows, and recorded traffic where it was given; what is not known does not stand there.",
        "",
        "| document | operations | flows |",
        "| --- | ---: | ---: |",
        *(
            f"| `systems/{one.id}.openapi.yaml` | {len(one.operations)} | {len(one.flows)} |"
            for one in interfaces.systems
        ),
        *(
            [f"| `entities.openapi.yaml` | {len(interfaces.entities)} entities | |"]
            if interfaces.entities
            else []
        ),
        "",
        "Any tool for OpenAPI 3.1 reads them. To check them: `pip install openapi-spec-validator`, then"
        " `openapi-spec-validator systems/*.openapi.yaml`.",
        "",
        "`x-hubshift-source` names the lines of the scripts that call an operation, `x-hubshift-integrations` the"
        " flows, `x-hubshift-paging` how they page, `x-hubshift-secret` the name (never the value) of a credential.",
    ]
    if interfaces.ignored:
        said = (
            "1 recorded request is"
            if interfaces.ignored == 1
            else f"{interfaces.ignored} recorded requests are"
        )
        lines += ["", f"{said} of no operation: other calls, or a value with a slash that is not escaped."]
    conflicts = [
        f"- `{entity.name}`: {'.'.join(field.path).replace('.[]', '[]')}"
        for entity in interfaces.entities
        for field in entity.fields
        if field.conflicting
    ]
    if conflicts:
        lines += ["", "## Fields that flows make in different ways", "", *conflicts]
    open_losses = [loss for loss in losses if loss.level != "never"]
    if open_losses:
        lines += ["", "## What is not in the documents", ""]
        lines += [f"- `{loss.id}`: {loss.reason}" for loss in open_losses]
    beyond = len(losses) - len(open_losses)
    if beyond:
        said = "1 step or rule" if beyond == 1 else f"{beyond} steps and rules"
        lines += [
            "",
            f"{said} of the flows are no part of any interface: what flows do between their calls, files, databases,"
            " mails.",
        ]
    return "\n".join(lines) + "\n"
