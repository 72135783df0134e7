"""Operators, methods and built-in functions that are read from a script do in the model what CPython does."""

from __future__ import annotations

import base64
import html
import json
import math
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.model import Integration, Unmapped, UnmappedStep, expressions_of, walk, walk_steps
from migrate.reference import run
from migrate.reference.exchange import Answer, Request
from tests.unit.model.values import FEW, ODD

SCRIPT = """\
import base64
import html
import json
import math
import urllib.parse
import requests

data = requests.get("https://a.example/data").json()
x = data["x"]
y = data["y"]
requests.post("https://b.example/result", json={"result": repr(%s)})
"""
ONE = (
    *(
        "str(x)",
        "repr(x)",
        "ascii(x)",
        "int(x)",
        "float(x)",
        "abs(x)",
        "round(x)",
        "round(x, 1)",
        "round(x, None)",
    ),
    *(
        "bool(x)",
        "-x",
        "x**2",
        "x**-1",
        "3**x if isinstance(x, int) and x < 99 else 0",
        "x // 7",
        "x % 7",
        "x // 0.5",
        "x % -0.5",
        "list(divmod(x, 7))",
        "list(divmod(x, 0.3))",
    ),
    *("int(x, 16)", "int(x, base=0)", "int(x, 36)", "round(x, ndigits=-2)", "math.floor(x)", "math.ceil(x)"),
    *(
        'f"{x}"',
        'f"<{x!r:>12}>"',
        'f"{x!s}"',
        'f"{x!a}"',
        'f"{x:03d}"',
        'f"{x:>8}"',
        'f"{x:,.2f}"',
        'f"{x:.1%}"',
    ),
    *(
        'f"{x:x}"',
        'f"{x:#010b}"',
        'f"{x:e}"',
        'f"{x:g}"',
        'f"{x:_}"',
        'f"{x:*^9}"',
        'f"{x:+}"',
        'f"{x:.3}"',
        'f"{x:n}"',
    ),
    *(
        "format(x)",
        'format(x, "05.1f")',
        '"{:05.2f}".format(x)',
        '"{} {name}".format(x, name=1)',
        '"{0!r:<{1}}|".format(x, 9)',
    ),
    *(
        '"{0}{1}".format(x, x)',
        '"{x[0]}".format(x=x)',
        '"{{{}}}".format(x)',
        '"{[a]}".format(x)',
        '"{} {0}".format(x)',
    ),
    *(
        '"%s" % x',
        '"%d items" % x',
        '"%.2f" % (x,)',
        '"%05d" % x',
        '"%r" % (x,)',
        '"%(a)s" % x',
        '"%x" % x',
        '"%-6s|" % x',
    ),
    *(
        '"%s and %s" % (x, 1)',
        '"100%%" % x',
        '"%s%%" % x',
        '"%c" % x',
        '"%5.1f|%+d" % (x, x)',
        '"%s" % (x, x)',
        '"%(a)s %(a)03d" % x',
    ),
    *(
        "x.strip()",
        'x.strip("a ")',
        "x.lstrip()",
        'x.rstrip("7")',
        'x.removeprefix("a")',
        'x.removesuffix("b")',
    ),
    *(
        "x.split()",
        'x.split(",")',
        'x.split(",", 1)',
        "x.split(maxsplit=1)",
        "x.split(None)",
        'x.split("")',
        'x.split(sep=" ")',
    ),
    *(
        "x.rsplit()",
        'x.rsplit(",", 1)',
        "x.rsplit(maxsplit=1)",
        "x.splitlines()",
        "x.splitlines(True)",
        "x.splitlines(keepends=True)",
    ),
    *(
        'list(x.partition(","))',
        'list(x.rpartition(","))',
        'x.partition("-")[2]',
        '", ".join(x)',
        'x.join(["1", "2"])',
    ),
    *(
        'x.replace("a", "b")',
        'x.replace("a", "", 1)',
        'x.replace("", "-")',
        'x.find("b")',
        'x.find("b", 1)',
        'x.find(",", -4, 4)',
    ),
    *(
        'x.rfind(",")',
        'x.index("a")',
        'x.rindex("a")',
        'x.count("a")',
        'x.count("")',
        'x.startswith("a")',
        'x.endswith(",")',
    ),
    *(
        'x.startswith(("a", "0"))',
        'x.endswith(("b", 1))',
        "x.lower()",
        "x.upper()",
        "x.title()",
        "x.capitalize()",
        "x.casefold()",
    ),
    *(
        "x.swapcase()",
        "x.isdigit()",
        "x.isdecimal()",
        "x.isnumeric()",
        "x.isalpha()",
        "x.isalnum()",
        "x.isspace()",
    ),
    *(
        "x.isupper()",
        "x.islower()",
        "x.isascii()",
        "x.ljust(6)",
        'x.rjust(6, "0")',
        'x.center(7, "*")',
        "x.zfill(5)",
    ),
    *(
        "urllib.parse.quote(x)",
        'urllib.parse.quote(x, safe="")',
        "urllib.parse.quote_plus(x)",
        "urllib.parse.urlencode(x)",
    ),
    *(
        "urllib.parse.urlencode(x, doseq=True)",
        'urllib.parse.urlencode({"q": x, "n": 1})',
        'urllib.parse.urlencode([("q", x), ("q", 2)])',
    ),
    *(
        "json.dumps(x)",
        "json.dumps(x, indent=2)",
        "json.dumps(x, sort_keys=True)",
        'json.dumps(x, indent="\\t", sort_keys=True)',
        'json.dumps(x, ensure_ascii=False, separators=(",", ":"))',
        'json.dumps([x, {"b": x, "a": [x]}], sort_keys=True, indent=1, separators=(";", "="), default=str)',
        "json.dumps(x, allow_nan=False, indent=0)",
        "html.escape(x)",
        "html.escape(x, quote=False)",
        "base64.b64encode(x.encode()).decode()",
    ),
    *(
        'base64.b64encode(x.encode("utf-8")).decode("ascii")',
        'base64.b64encode(f"{x}:y".encode("utf8")).decode()',
    ),
)
TWO = (
    *(
        "x + y",
        "x - y",
        "x * y",
        "x / y",
        "x // y",
        "x % y",
        "list(divmod(x, y))",
        "round(x, y)",
        "int(x, y)",
    ),
    *(
        'f"{x:{y}}"',
        "format(x, y)",
        '"{:{}}".format(x, y)',
        "x.strip(y)",
        "x.split(y)",
        "x.rsplit(y, 1)",
        "x.split(',', y)",
    ),
    *(
        "x.replace(y, '-')",
        "x.find(y)",
        "x.index(y)",
        "x.count(y)",
        "x.startswith(y)",
        "x.join(y)",
        "x.removeprefix(y)",
    ),
    *(
        "list(x.partition(y))",
        "x.ljust(y)",
        "x.rjust(8, y)",
        "x.zfill(y)",
        "urllib.parse.quote(x, y)",
        "x.splitlines(y)",
    ),
)
NAMES = {"base64": base64, "json": json, "html": html, "math": math, "urllib": urllib}


@dataclass
class Answering:
    """Answers with the values, and keeps what is posted."""

    values: dict[str, Any]
    posted: list[Any] = field(default_factory=list)

    def send(self, request: Request) -> Answer:
        """The values, or nothing."""
        if request.method == "POST":
            self.posted.append(request.content)
        content = json.dumps(self.values)
        return Answer(200, {}, content.encode(), lambda: content, lambda: json.loads(content))


def read(expression: str, folder: Path) -> Integration:
    """What is made of a script with the expression; nothing in it may be unmapped."""
    script = folder / "script.py"
    script.write_text(SCRIPT % expression, encoding="utf-8")
    found = EXTRACTOR.extract(script, folder)
    assert isinstance(found, Extraction), found
    for step in walk_steps(found.integration.steps):
        assert not isinstance(step, UnmappedStep), (expression, found.diagnostics)
        for each in expressions_of(step):
            assert not any(isinstance(part, Unmapped) for part in walk(each)), (expression, found.diagnostics)
    return found.integration


def in_python(expression: str, x: Any, y: Any) -> str:
    """What CPython makes of it, or the name of its error."""
    values = json.loads(json.dumps({"x": x, "y": y}))
    try:
        return repr(eval(expression, dict(NAMES), values))
    except Exception as error:  # noqa: BLE001 - any error is an answer to compare
        return f"! {type(error).__name__}"


def in_model(integration: Integration, x: Any, y: Any) -> str:
    """What the reference runner posts, or the name of the error that ends the run."""
    transport = Answering({"x": x, "y": y})
    outcome = run(integration, {}, transport)
    if outcome.failed:
        return f"! {outcome.reason.partition(':')[0]}"
    return str(transport.posted[0]["result"])


def differences(expression: str, folder: Path, cases: list[tuple[Any, Any]]) -> list[str]:
    """The cases in which the two are not equal."""
    integration = read(expression, folder)
    made = [(x, y, in_python(expression, x, y), in_model(integration, x, y)) for x, y in cases]
    return [
        f"x={x!r:.60}, y={y!r:.60}: {one:.80} in Python, {two:.80} in the model"
        for x, y, one, two in made
        if one != two
    ]


@pytest.mark.parametrize("expression", ONE)
def test_a_function_of_one_value_is_python_s(expression: str, tmp_path: Path) -> None:
    assert differences(expression, tmp_path, [(x, None) for x in ODD]) == []


@pytest.mark.parametrize("expression", TWO)
def test_a_function_of_two_values_is_python_s(expression: str, tmp_path: Path) -> None:
    fitting = [
        y
        for y in FEW
        if not isinstance(y, int) or abs(y) < 2**60 or ("ust" not in expression and "fill" not in expression)
    ]
    assert differences(expression, tmp_path, [(x, y) for x in FEW for y in fitting]) == []
