"""Compare the JavaScript library of emitted flows with CPython, call by call, in one Node process a test."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from emitters.node_red import install, python_values
from migrate.reference.exchange import kind_of
from tests.extent import extent

MISSING = object()
"""Stands for JavaScript's undefined."""

DRIVER = r"""
const crypto = require("crypto");
const python = SOURCE;
function decode(v) {
  if (Array.isArray(v)) return v.map(decode);
  if (v === null || typeof v !== "object") return v;
  if ("i" in v) return Number.isSafeInteger(Number(v.i)) ? Number(v.i) : BigInt(v.i);
  if ("f" in v) {
    const number = Buffer.from(v.f, "hex").readDoubleBE();
    return python.to_float(Object.is(number, -0) ? "-0.0" : String(number));
  }
  if ("d" in v) return python.dict(v.d.map(([key, value]) => [key, decode(value)]));
  if ("b" in v) return Buffer.from(v.b, "hex");
  return undefined;
}
function encode(v) {
  if (v === undefined) return { u: 1 };
  switch (python.type_name(v)) {
    case "int": return { i: String(v) };
    case "float": {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(typeof v === "number" ? v : v.value);
      return Number.isNaN(bytes.readDoubleBE()) ? { f: "nan" } : { f: bytes.toString("hex") };
    }
    case "list": return v.map(encode);
    case "dict": return { d: python.items(v).map(([key, value]) => [key, encode(value)]) };
    default: return v;
  }
}
const answers = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => {
  const [name, ...given] = JSON.parse(line);
  try {
    return JSON.stringify(encode(python[name](...given.map(decode))));
  } catch (error) {
    return JSON.stringify({ e: error.code || error.message.split(":")[0], message: error.message });
  }
});
process.stdout.write(answers.join("\n"));
"""


def tagged(value: object) -> Any:
    """A value as JSON in which every Python type stays what it is."""
    if value is MISSING:
        return {"u": 1}
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": "nan" if value != value else struct.pack(">d", value).hex()}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    if isinstance(value, list | tuple):
        return [tagged(each) for each in value]
    if isinstance(value, dict):
        return {"d": [[key, tagged(each)] for key, each in value.items()]}
    raise TypeError(type(value).__name__)


def sent(value: object) -> Any:
    """As `tagged`, with nan in the form that the driver reads."""
    return json.loads(json.dumps(tagged(value)).replace('{"f": "nan"}', '{"f": "7ff8000000000000"}'))


@dataclass(frozen=True)
class Semantics:
    """Runs the library under Node."""

    node: Path
    program: Path
    """The driver with the library, longer than an argument of a command may be."""

    def answers(self, calls: Sequence[tuple[object, ...]]) -> list[Any]:
        """What the library answers to calls, each (name, argument, ...); an error is {"e": kind, "message": …}."""
        lines = "\n".join(json.dumps([call[0], *(sent(each) for each in call[1:])]) for call in calls)
        done = subprocess.run(
            [self.node, self.program],
            input=lines,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return [json.loads(line) for line in done.stdout.split("\n")]

    def agree(
        self,
        name: str,
        python: Callable[..., object],
        cases: Sequence[tuple[Any, ...]],
        gap: Callable[..., bool] = lambda *_: False,
    ) -> None:
        """Assert that the library does what Python does in every case, its exceptions included.

        A refusal by name ("Gap") is right only where `gap` holds.
        """
        assert cases
        wrong = []
        for case, answer in zip(cases, self.answers([(name, *case) for case in cases]), strict=True):
            wanted = outcome(python, case)
            got = {"e": answer["e"]} if isinstance(answer, dict) and "e" in answer else answer
            if got != wanted and not (got == {"e": "Gap"} and gap(*case)):
                wrong.append(f"{name}{case!r:.300}: Python {wanted!r:.300}, JavaScript {answer!r:.300}")
        assert not wrong, f"{len(wrong)} of {len(cases)} differ:\n" + "\n".join(wrong[:10])


def outcome(python: Callable[..., object], case: tuple[object, ...]) -> Any:
    """Python's answer, tagged, or the kind of its exception."""
    try:
        return tagged(python(*case))
    except Exception as error:  # noqa: BLE001 - any exception is an answer to compare
        return {"e": kind_of(error)}


def drawn(strategy: SearchStrategy[tuple[Any, ...]], count: int = 400) -> list[tuple[Any, ...]]:
    """Cases that hypothesis draws, the same on every run: so many of them, a quarter in a run that takes samples."""
    cases: list[tuple[Any, ...]] = []

    @settings(
        max_examples=extent(count, min(count, max(count // 4, 50))),
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case: tuple[Any, ...]) -> None:
        cases.append(case)

    collect()
    return cases


@pytest.fixture(scope="session")
def semantics(tmp_path_factory: pytest.TempPathFactory) -> Semantics:
    """The library under Node; skips where Node is missing."""
    node = install.node()
    if node is None:
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(install.missing() or "Node is missing")
    program = tmp_path_factory.mktemp("semantics") / "driver.cjs"
    program.write_text(DRIVER.replace("SOURCE", python_values.source(), 1), encoding="utf-8")
    return Semantics(node, program)


@pytest.fixture(scope="session")
def draw() -> Callable[..., list[tuple[Any, ...]]]:
    """The function `drawn`, for tests."""
    return drawn


@pytest.fixture(scope="session")
def missing() -> object:
    """The value that stands for undefined."""
    return MISSING
