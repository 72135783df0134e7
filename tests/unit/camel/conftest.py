"""Calls of the Groovy library of emitted projects, all of a test session in one process of Java."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emitters.camel import install, library

DRIVER = r"""
import java.nio.ByteBuffer
import org.codehaus.groovy.runtime.InvokerHelper
import python.*

def decode
decode = { v ->
  if (v instanceof List) return v.collect(decode)
  if (!(v instanceof Map)) return v
  if (v.containsKey('i')) return new BigInteger(v.i)
  if (v.containsKey('f')) return v.f == 'nan' ? Double.NaN : Double.longBitsToDouble(Long.parseUnsignedLong(v.f, 16))
  if (v.containsKey('b')) return v.b.decodeHex()
  if (v.containsKey('t')) return new String(v.t.collect { (char) Integer.parseInt(it, 16) } as char[])
  def made = new LinkedHashMap()
  for (pair in v.d) made.put(decode(pair[0]), decode(pair[1]))
  return made
}
def encode
encode = { v ->
  switch (Values.typeName(v)) {
    case 'int': return [i: v.toString()]
    case 'float': return [f: Double.isNaN(v) ? 'nan' : Long.toHexString(Double.doubleToLongBits(v)).padLeft(16, '0')]
    case 'list': return v.collect(encode)
    case 'dict': return [d: v.collect { key, value -> [encode(key), encode(value)] }]
    case 'bytes': return [b: v.encodeHex().toString()]
    case 'str': return [t: v.toCharArray().collect { Integer.toHexString((int) it) }]
    default: return v
  }
}
def classes = [:]
new File(args[0]).eachLine { line ->
  def (owner, name, given) = Json.parse(line)
  if (!classes.containsKey(owner)) classes[owner] = this.class.classLoader.loadClass('python.' + owner)
  def answer
  try {
    answer = encode(InvokerHelper.invokeStaticMethod(classes[owner], name, given.collect(decode) as Object[]))
  } catch (PythonError problem) {
    answer = [e: problem.kind, said: problem.said == null ? null : encode(problem.said)]
  } catch (Gap problem) {
    answer = [e: 'Gap']
  } catch (Throwable problem) {
    answer = [e: 'broken', why: problem.toString().take(300)]
  }
  println Json.jsonText(answer)
}
"""


def tagged(value: object) -> Any:
    """A value as JSON in which every Python type stays what it is; texts are lists of UTF-16 code units."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return {"i": str(value)} if abs(value) < 10**4000 else {"i": _digits(value)}
    if isinstance(value, float):
        return {"f": "nan" if value != value else struct.pack(">d", value).hex()}
    if isinstance(value, str):
        units = value.encode("utf-16-be", "surrogatepass")
        return {"t": [f"{units[at] * 256 + units[at + 1]:x}" for at in range(0, len(units), 2)]}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    if isinstance(value, list | tuple):
        return [tagged(each) for each in value]
    if isinstance(value, dict):
        return {"d": [[tagged(key), tagged(each)] for key, each in value.items()]}
    raise TypeError(type(value).__name__)


def _digits(value: int) -> str:
    digits = ""
    sign, value = ("-", -value) if value < 0 else ("", value)
    while value:
        value, rest = divmod(value, 10**1000)
        digits = f"{rest:01000d}{digits}"
    return sign + digits.lstrip("0")


@dataclass(frozen=True)
class Library:
    """Runs the library under Java."""

    folder: Path

    def answers(self, calls: Sequence[tuple[str, tuple[object, ...]]]) -> list[Any]:
        """What functions of the library answer to calls; an error is {"e": kind}, a refusal {"e": "Gap"}."""
        java, jars = install.java(), install.jars()
        assert java is not None
        assert jars is not None
        asked = self.folder / "calls.jsonl"
        owners = library.functions()
        lines = (json.dumps([owners[name], name, [tagged(each) for each in given]]) for name, given in calls)
        asked.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path = f"{self.folder}:{jars}/*"
        options = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", path, "groovy.ui.GroovyMain")
        command: list[str | Path] = [java, *options, self.folder / "driver.groovy", asked]
        done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def groovy_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library under Java; skips where the engine is missing."""
    if missing := install.missing():
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(missing)
    folder = tmp_path_factory.mktemp("groovy")
    (folder / "python").mkdir()
    for name in library.names():
        (folder / "python" / f"{name}.groovy").write_text(library.source(name), encoding="utf-8")
    (folder / "python" / "Kinds.groovy").write_text(library.kinds([]), encoding="utf-8")
    (folder / "driver.groovy").write_text(DRIVER, encoding="utf-8")
    return Library(folder)
