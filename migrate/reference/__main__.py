"""`python -m migrate.reference MODEL_JSON [FOLDER]`: runs one integration with the process's environment.

FOLDER is the script's own, where files beside it are; without it, and for other relative paths, the current one.
Prints lines of JSON: what `migrate.reference.observed` reads, then `failed`, `unmapped`, `reason`, `step`, none of
which holds a value. Exit status: 0
ended well, 1 failed as the script would, 2 no run or no meaningful one (malformed model, a bound of the
runner), 3 came to a gap. One that a webhook triggers serves on a free port until it gets SIGTERM.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from migrate.model import Integration, WebhookTrigger
from migrate.reference.clients import Clients
from migrate.reference.coverage import Tally
from migrate.reference.exchange import Incoming, Reply, Transport
from migrate.reference.files import Folders
from migrate.reference.observed import lines_of
from migrate.reference.runner import RunnerLimitError, RunOutcome, run, start
from migrate.reference.serving import serve
from migrate.reference.validation import MalformedModelError

USAGE = 2


def main(arguments: Sequence[str]) -> int:
    """The exit status; the outcome goes to standard output, messages to standard error."""
    if len(arguments) not in (1, 2):
        print("usage: python -m migrate.reference MODEL_JSON [FOLDER]", file=sys.stderr)
        return USAGE
    try:
        integration = read_integration(Path(arguments[0]))
        with Clients() as transport:
            tally = Tally()
            outcome = _outcome(integration, transport, Folders(Path(*arguments[1:]), Path()), tally)
    except (MalformedModelError, RunnerLimitError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return USAGE
    for line in (*lines_of(tally, integration), _line(outcome)):
        print(json.dumps(line))
    if outcome.unmapped:
        return 3
    return 1 if outcome.failed else 0


def _outcome(integration: Integration, transport: Transport, folders: Folders, tally: Tally) -> RunOutcome:
    environment = dict(os.environ)
    trigger = integration.trigger
    if not isinstance(trigger, WebhookTrigger):
        return run(integration, environment, transport, folders=folders, tally=tally)

    started = start(integration, environment, transport, tally=tally)
    if started.failed:
        return started

    def handle(incoming: Incoming, respond: Callable[[Reply], None]) -> RunOutcome:
        return run(
            integration,
            environment,
            transport,
            folders=folders,
            incoming=incoming,
            respond=respond,
            tally=tally,
        )

    return serve(trigger, handle)


def read_integration(path: Path) -> Integration:
    """The integration in a JSON file. Raises MalformedModelError; it names the place and quotes nothing."""
    try:
        return Integration.model_validate_json(path.read_bytes())
    except OSError as error:
        raise MalformedModelError(f"cannot be read: {error.strerror}") from None
    except ValidationError as error:
        faults = [f"{_place(fault['loc'])}: {fault['type']}" for fault in error.errors(include_input=False)]
    raise MalformedModelError("; ".join(faults))


def _place(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the file"


def _line(outcome: RunOutcome) -> dict[str, object]:
    return {
        "failed": outcome.failed,
        "unmapped": outcome.unmapped,
        "reason": outcome.reason,
        "step": outcome.step,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
