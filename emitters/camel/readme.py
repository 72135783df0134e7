"""The README of a project: how to run it, what it needs, what it does not do."""

from __future__ import annotations

from collections.abc import Sequence

from emitters._descriptions import names_needed
from migrate.contracts import Loss
from migrate.model import Integration

DEVIATIONS = (
    "Headers that the script does not set itself (User-Agent, Accept, Accept-Encoding) are not sent.",
    "A timeout covers the connection and each wait for data, as the script's does.",
    "Cookies that a server sets are not kept.",
    "A redirect that the script would follow ends the run with an error.",
    "Each request has a connection of its own.",
    "Log lines and printed output of the script are not written.",
    "An error that begins with `Gap:` met a value for which equality with Python is not certain; no handler takes it.",
)


def readme(integration: Integration, losses: Sequence[Loss], version: str) -> str:
    """Markdown; names of variables and secrets only, never values."""
    variables, secrets = names_needed(integration)
    optional = {v.name for v in integration.variables if not (v.required and v.default is None)}
    sources = [f"- `{source.file}` (SHA-256 `{source.sha256}`)" for source in integration.sources]
    environment = [f"- `{name}` (secret)" for name in secrets]
    environment += [f"- `{name}`{' (optional)' if name in optional else ''}" for name in variables]
    lines = [
        f"# {integration.name} on Apache Camel",
        "",
        f"One route for Apache Camel {version} on Java 17 or newer, in the YAML DSL; its expressions are Groovy.",
        "",
        "## Legacy sources",
        "",
        *(sources or ["None."]),
        "",
        "## Run",
        "",
        "```",
        "mvn -q package dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib",
        "LC_ALL=C.UTF-8 java -Dfile.encoding=UTF-8 -cp 'target/classes:target/lib/*' org.apache.camel.main.Main",
        "```",
        "",
        "The timer of the route fires once, and the process ends with the run. For a schedule put `quartz` or a timer",
        "with a period in its place, and take `camel.main.duration-max-messages` out of `application.properties`.",
        "",
        "## Errors",
        "",
        "An error that nothing handles ends the run; Camel logs it with the id of the step. The process ends with the",
        "exit status 0 all the same: watch the log, or the health checks, not the status.",
        "",
        "## Environment variables",
        "",
        *(environment or ["None."]),
        "",
        "## Losses",
        "",
        *([f"- `{loss.id}` ({loss.level}): {loss.reason}" for loss in losses] or ["None."]),
        "",
        "## What differs by nature",
        "",
        *(f"- {one}" for one in DEVIATIONS),
        "",
    ]
    return "\n".join(lines)
