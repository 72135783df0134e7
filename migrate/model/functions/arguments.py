"""What a parser of command lines makes of an argument: it ends the run where the argument is not of its type.

Source: the Python Library Reference, "argparse", whose parser exits with status 2 by `SystemExit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text
from migrate.model.values import EvaluationError


def _converted(text: Any, kind: Callable[[str], Any]) -> Any:
    require_text(text)
    try:
        return kind(text)
    except ValueError:
        raise EvaluationError("SystemExit", "an argument is not of its type") from None


@kernel("argparse.int", result="integer")
def _int(text: Any) -> Any:
    """`int(text)` as the type of an argument: SystemExit where it is no integer."""
    return _converted(text, int)


@kernel("argparse.float", result="float")
def _float(text: Any) -> Any:
    """`float(text)` as the type of an argument: SystemExit where it is no number."""
    return _converted(text, float)
