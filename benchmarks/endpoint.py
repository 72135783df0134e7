"""Serves a HAR file by the sandbox's own endpoint, without the sandbox: `python -m benchmarks.endpoint FILE`.

Prints its port on a line; ends with its standard input.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from migrate.shadow.certificates import CertificateAuthority
from migrate.shadow.classification import Classification
from migrate.shadow.endpoint import Endpoint
from migrate.shadow.journal import Journal
from migrate.shadow.recording import read_har
from migrate.shadow.redaction import Redactor
from migrate.shadow.replay import Replay

SECRETS = {"CRM_TOKEN": "not-a-real-token", "MAIL_KEY": "another-value-of-no-use"}


async def _serve(path: Path) -> None:
    redactor = Redactor(SECRETS)
    replay = Replay(read_har(path), Classification(), redactor)
    endpoint = Endpoint(Journal(replay, redactor), CertificateAuthority())
    print(endpoint.listen(0, address="127.0.0.1"), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await endpoint.finish()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
