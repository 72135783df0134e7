"""Runs the canonical model in Python: the oracle that says what a model means, not a platform.

If a legacy script and this runner differ, an extractor is wrong; if this runner and an engine differ, an
emitter is wrong.
Only `transport` needs the client libraries whose dialects it speaks.
"""

from migrate.reference.files import Folders
from migrate.reference.runner import MAX_REQUESTS, RunnerLimitError, RunOutcome, run
from migrate.reference.validation import MalformedModelError

__all__ = ["MAX_REQUESTS", "Folders", "MalformedModelError", "RunOutcome", "RunnerLimitError", "run"]
