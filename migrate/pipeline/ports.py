"""The ports at which mail servers listen in a shadow run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from migrate.model import (
    Constant,
    Integration,
    MailOperation,
    Read,
    VariableReference,
    walk,
    walk_steps,
)
from migrate.shadow.mails import PORTS

_PORT_LIMIT = 1 << 16


def mail_ports(integration: Integration, environment: Mapping[str, str]) -> tuple[int, ...]:
    """Where mail servers listen: the ports that are for mail, and those that the integration names."""
    found = {*PORTS}
    for step in walk_steps(integration.steps):
        operation = step.operation if isinstance(step, Read) else None
        if isinstance(operation, MailOperation) and operation.port is not None:
            for part in walk(operation.port):
                match part:
                    case Constant(value=value):
                        named = str(value)
                    case VariableReference(name=name):
                        default = next((v.default for v in integration.variables if v.name == name), None)
                        named = environment.get(name, str(default))
                    case _:
                        continue
                if re.fullmatch(r"0*[1-9][0-9]{0,4}", named) and int(named) < _PORT_LIMIT:
                    found.add(int(named))
    return tuple(sorted(found))
