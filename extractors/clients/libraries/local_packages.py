"""Packages from elsewhere that work on this machine alone: a call of theirs is no call of another system."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_name("local_packages.txt")


@cache
def _local() -> frozenset[str]:
    return frozenset(_LIST.read_text(encoding="utf-8").split())


def is_local(qualified: str) -> bool:
    """True for the standard library, for packages that reach no other system, and for modules of the script itself."""
    root = qualified.partition(".")[0]
    return not root or root == "builtins" or root in sys.stdlib_module_names or root in _local()
