"""Real code: sixty modules of the standard library become what CPython's own parser sees in them."""

from __future__ import annotations

import sysconfig
import tokenize
from itertools import takewhile
from pathlib import Path

import pytest

from extractors import ir
from extractors.python.front import lower
from tests.unit.python_front.oracle import Oracle
from tests.unit.python_front.rendering import render_block

LIBRARY = Path(sysconfig.get_paths()["stdlib"])

MODULES = [
    "abc", "argparse", "ast", "base64", "bisect", "bz2", "calendar", "cmd",
    "code", "codecs", "configparser", "contextlib", "copy", "csv", "dataclasses", "difflib",
    "enum", "filecmp", "fileinput", "fnmatch", "fractions", "ftplib", "functools", "getpass",
    "gettext", "glob", "graphlib", "gzip", "hashlib", "heapq", "hmac", "imaplib",
    "inspect", "ipaddress", "mimetypes", "netrc", "ntpath", "operator", "pickle", "platform",
    "poplib", "pprint", "queue", "random", "sched", "secrets", "shelve", "shlex",
    "smtplib", "ssl", "stat", "statistics", "string", "tempfile", "textwrap", "threading",
    "timeit", "tokenize", "uuid", "zipfile",
]  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_a_module_of_the_standard_library_is_lowered_as_cpython_reads_it(module: str) -> None:
    path = LIBRARY / f"{module}.py"
    if not path.exists():  # some modules become packages in later versions
        path = LIBRARY / module / "__init__.py"
    script = lower(f"{module}.py", path.read_bytes())
    assert isinstance(script, ir.Script), script
    with tokenize.open(path) as stream:
        expected = Oracle(stream.read()).render()
    assert _shortened(render_block(script.body), expected) == ("", "")


def _shortened(actual: str, expected: str) -> tuple[str, str]:
    """Where the two begin to differ, so that a failure does not print a whole module."""
    if actual == expected:
        return "", ""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(actual, expected, strict=False))
    at = sum(1 for _ in same)
    return actual[max(0, at - 60) : at + 60], expected[max(0, at - 60) : at + 60]
