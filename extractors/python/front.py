"""The Python front end: lowers a Python 3 source file to the script IR."""

from __future__ import annotations

import warnings

from extractors import ir
from extractors.python.front_statements import StatementLowering
from extractors.python.reading import nested_too_deeply, parse
from migrate.diagnostics import Diagnostic

_PYTHON_2 = (
    "the script is Python 2: it is read, but what it does there is not all that it would do in Python 3"
)


def lower(file: str, source: bytes | str) -> ir.Script | Diagnostic:
    """The script in the file; HS001 if it is not Python 3, HS002 if it cannot be read.

    `file` is the relative POSIX name that spans carry. Bytes are decoded by PEP 263. Line ends become `\\n`
    as in Python. Annotations and type parameters are left out; what the IR has no form for is `Unsupported`
    in its place. Nothing of the file is run.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escapes and the like: they are the script's, not ours
        parsed = parse(file, source)
        if isinstance(parsed, Diagnostic):
            return parsed
        try:
            body = StatementLowering(parsed).block(parsed.module.body)
            if parsed.python_2:
                body = (ir.UnsupportedStatement(parsed.start(), _PYTHON_2, frozenset()), *body)
        except RecursionError:
            return nested_too_deeply(file)
    return ir.Script(parsed.whole(), file, "python", parsed.text, body)
