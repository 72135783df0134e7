"""A model file that cannot be used is refused with file, line and place, by exit status 2, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from migrate.cli import app
from migrate.model.migrations import CURRENT, MIGRATIONS
from migrate.pipeline.models import read_model

SCRIPT = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"]})
"""

Document = Any
"""A model file as parsed, to be broken in place."""

KNOWN = ", ".join([*sorted(MIGRATIONS), CURRENT])
NO_KEY = "is no key that is known here"
NO_TYPE = "is of no type that is allowed here"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script and the audit of it."""
    (tmp_path / "sync.py").write_text(SCRIPT, encoding="utf-8")
    hubshift("audit", tmp_path / "sync.py", "--out", tmp_path)
    return tmp_path


def hubshift(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def emit(folder: Path, name: str = "model.json") -> Result:
    """Emits from the model in the folder."""
    return hubshift(
        "emit", folder / "sync.py", "--to", "node-red", "--model", folder / name, "--out", folder / "flow"
    )


def refused(done: Result, folder: Path) -> str:
    """What is said, without the folder of the test."""
    assert (done.exit_code, done.stdout) == (2, "")
    assert not (folder / "flow").exists()
    assert "Traceback" not in done.stderr
    return done.stderr.replace(f"{folder}/", "")


def line_of(folder: Path, text: str, *, last: bool = False) -> int:
    """The line of the model file that holds a text."""
    lines = (folder / "model.json").read_text(encoding="utf-8").split("\n")
    found = [number for number, line in enumerate(lines, start=1) if text in line]
    return found[-1 if last else 0]


# --- no JSON, no YAML ------------------------------------------------------------------------------------------------


NO_VERSION = "there is no schema_version, so this is no model file; `hubshift audit` writes one"
NEWER = f"this hubshift reads {KNOWN}: install a newer hubshift, or audit the scripts again"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("m.json", b"{", "m.json:1:2: not JSON: Expecting property name enclosed in double quotes"),
        ("m.json", b'{\n"a" 1}', "m.json:2:5: not JSON: Expecting ':' delimiter"),
        ("m.json", b"[]", "m.json:1: the file: is no object"),
        ("m.json", b"", "m.json:1:1: not JSON: Expecting value"),
        ("m.json", b"\xff{}", "m.json: is not UTF-8"),
        ("m.json", b'{"a": NaN}', "m.json: NaN is no JSON number"),
        ("m.json", b'{"a": 1e999}', "m.json: a number is too large for binary64"),
        ("m.json", b'{"a": ' + b"9" * 5000 + b"}", "m.json: an integer has too many digits"),
        ("m.json", b"[" * 100_000, "m.json: is nested too deeply"),
        ("m.json", b'{"a": 1,\n "b": 2,\n "a": 3}', "m.json:3: /a: the key stands twice in one object"),
        ("m.json", b'{"a":\n\t{"b\\/": 2, "b\\/": 3}}', "m.json: /b~1: the key stands twice in one object"),
        ("m.json", b'{"x": 1}', f"m.json: {NO_VERSION}"),
        ("m.json", b'{"schema_version": "999"}', f"m.json: its schema_version is 999; {NEWER}"),
        ("m.yaml", b"a: [1,\nb: 2", "m.yaml:2:5: not YAML: expected ',' or ']', but got '<stream end>'"),
        ("m.yaml", b"a: 1\nb: 2\na: 3\n", "m.yaml:3: /a: the key stands twice in one object"),
        ("m.yaml", b"a: &x 1\nb: *x\n", "m.yaml:2:4: not YAML: aliases are not read"),
        ("m.yaml", b"a: 1\nb: !!set {x}\n", "m.yaml:2:4: not YAML: a tag that JSON does not have"),
        ("m.yml", b"a: !!python/object:os.system x\n", "m.yml:1:4: not YAML: a tag that JSON does not have"),
        ("m.yaml", b"a: \x01\n", "m.yaml: not YAML: a character is not allowed"),
        ("m.yaml", b"[" * 10_000, "m.yaml: is nested too deeply"),
        ("m.yaml", b"", "m.yaml:1: the file: is no object"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_document_is_refused(folder: Path, name: str, content: bytes, said: str) -> None:
    (folder / name).write_bytes(content)
    assert refused(emit(folder, name), folder) == f"hubshift: {said}\n"


@pytest.mark.parametrize(
    ("name", "said"), [("no.json", "No such file or directory"), (".", "Is a directory")]
)
def test_a_file_that_is_not_there_is_refused(folder: Path, name: str, said: str) -> None:
    path = folder / "none" if name == "." else folder / name
    if name == ".":
        (path / "model.json").mkdir(parents=True)
        said = f"none/model.json: cannot be read: {said}"
    else:
        said = f"{name}: cannot be read: {said}"
    assert refused(emit(folder, path.name), folder) == f"hubshift: {said}\n"


# --- no model --------------------------------------------------------------------------------------------------------


def flow(document: Document) -> Any:
    return document["integrations"][0]


def split(document: Document) -> Any:
    return next(step for step in flow(document)["steps"] if step["kind"] == "split")


def rule(document: Document) -> Any:
    return next(step for step in split(document)["steps"] if step["kind"] == "translate")["rules"][0]


def source(document: Document) -> Any:
    return flow(document)["sources"][0]


def constant(document: Document, **keys: object) -> None:
    rule(document)["value"] = {"kind": "constant", **keys}


def again(document: Document) -> None:
    document["integrations"] *= 2


SPLIT = "/integrations/0/steps/1"


@pytest.mark.parametrize(
    ("change", "line", "said"),
    [
        (lambda d: d.update(never=1), '"never"', f"/never: {NO_KEY}"),
        (lambda d: d.update(integrations={}), '"integrations"', "/integrations: is no list"),
        (lambda d: d.update(integrations=[33]), "33", "/integrations/0: is no object"),
        (lambda d: flow(d).update(name=3), '"name": 3', "/integrations/0/name: is no text"),
        (lambda d: flow(d).pop("name"), None, "/integrations/0/name: is missing"),
        (lambda d: flow(d).update(trigger="often"), '"often"', "/integrations/0/trigger: is no object"),
        (lambda d: flow(d).update(trigger={}), '"trigger": {}', "/integrations/0/trigger: has no kind"),
        (lambda d: source(d).update({"a/b~": 1}), '"a/b~"', f"/integrations/0/sources/0/a~1b~0: {NO_KEY}"),
        (lambda d: split(d).update(id=None), '"id": null', f"{SPLIT}/id: is no text"),
        (lambda d: split(d).pop("kind"), None, f"{SPLIT}: has no kind"),
        (lambda d: split(d)["span"].update(line="7"), '"7"', f"{SPLIT}/span/line: is no integer"),
        (lambda d: split(d)["span"].update(line=7.5), "7.5", f"{SPLIT}/span/line: is no integer"),
        (lambda d: constant(d, value=[1]), '"value": [', f"RULE/value/value: {NO_TYPE}"),
        (constant, None, "RULE/value/value: is missing"),
        (lambda d: constant(d, value=1, of=2), '"of"', f"RULE/value/of: {NO_KEY}"),
        (again, "L", "/integrations/1/id: the id is used by an integration above"),
    ],
)  # fmt: skip
def test_a_document_that_is_no_model_is_refused_with_its_place(
    folder: Path, change: Callable[[Document], object], line: str | None, said: str
) -> None:
    model = folder / "model.json"
    document = json.loads(model.read_text(encoding="utf-8"))
    change(document)
    model.write_text(json.dumps(document, indent=2), encoding="utf-8")
    found = refused(emit(folder), folder)
    rules = f"{SPLIT}/steps/0/rules/0"
    if line is not None:
        number = line_of(folder, '"id": "sync"', last=True) if line == "L" else line_of(folder, line)
        assert found == f"hubshift: model.json:{number}: {said.replace('RULE', rules)}\n"
    else:
        assert found.startswith("hubshift: model.json:")
        assert found.endswith(f": {said.replace('RULE', rules)}\n")


def test_a_kind_that_is_not_known_is_refused_with_those_that_are(folder: Path) -> None:
    model = folder / "model.json"
    document = json.loads(model.read_text(encoding="utf-8"))
    split(document)["kind"] = "splice"
    model.write_text(json.dumps(document, indent=2), encoding="utf-8")
    found = refused(emit(folder), folder)
    assert f": {SPLIT}: is of a kind that is not known; known are 'read', 'write', " in found
    assert "splice" not in found


def nowhere(document: Document) -> None:
    split(document)["over"] = {"kind": "reference", "step": "nowhere", "part": "body"}


def no_variable(document: Document) -> None:
    rule(document)["value"] = {"kind": "variable", "name": "NEVER"}


def no_function(document: Document) -> None:
    rule(document)["value"] = {"kind": "call", "function": "never.heard", "arguments": []}


def no_secret(document: Document) -> None:
    rule(document)["value"] = {"kind": "secret", "name": "NEVER"}


def no_code(document: Document) -> None:
    rule(document)["value"] = {"kind": "unmapped", "code": "XX1", "reason": "x"}


def no_loop(document: Document) -> None:
    flow(document)["steps"].append({"kind": "loop-exit", "id": "leave"})


def used_twice(document: Document) -> None:
    split(document)["steps"][0]["id"] = split(document)["id"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (used_twice, f"{SPLIT}/steps/0: step each: the id is used 2 times"),
        (nowhere, f"{SPLIT}: step each: no step nowhere"),
        (no_variable, f"{SPLIT}/steps/0: step map_in: no variable NEVER"),
        (no_secret, f"{SPLIT}/steps/0: step map_in: no secret NEVER"),
        (no_function, f"{SPLIT}/steps/0: step map_in: no function never.heard"),
        (no_code, f"{SPLIT}/steps/0: step map_in: its code is none of hubshift"),
        (no_loop, "/integrations/0/steps/2: step leave: loop-exit outside of a split or loop"),
    ],
)
def test_a_model_that_contradicts_itself_is_refused_with_its_place(
    folder: Path, change: Callable[[Document], None], said: str
) -> None:
    model = folder / "model.json"
    document = json.loads(model.read_text(encoding="utf-8"))
    each = split(document)["id"]
    change(document)
    model.write_text(json.dumps(document, indent=2), encoding="utf-8")
    found = refused(emit(folder), folder)
    where, _, what = found.removeprefix("hubshift: model.json:").partition(": ")
    first = what.split("\nmodel.json:")[0].rstrip("\n")
    assert first == said.replace("step each", f"step {each}")
    lines = model.read_text(encoding="utf-8").split("\n")
    assert lines[int(where) - 1].strip() == "{"


def test_many_faults_are_listed_up_to_ten(folder: Path) -> None:
    model = folder / "model.json"
    document = json.loads(model.read_text(encoding="utf-8"))
    document.update({f"never{number}": 1 for number in range(12)})
    model.write_text(json.dumps(document, indent=2), encoding="utf-8")
    lines = refused(emit(folder), folder).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "model.json: and 2 more"


def test_no_value_of_the_file_stands_in_the_message(folder: Path) -> None:
    model = folder / "model.json"
    text = (
        model.read_text(encoding="utf-8")
        .replace('"manual"', '"canary-0001"')
        .replace('"folded"', '"canary-2"')
    )
    model.write_text(text, encoding="utf-8")
    assert "canary" not in refused(emit(folder), folder)


# --- YAML ------------------------------------------------------------------------------------------------------------


def test_a_model_may_be_written_as_yaml(folder: Path) -> None:
    document = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.yaml").write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    assert read_model(folder / "model.yaml") == read_model(folder / "model.json")
    assert emit(folder, "model.yaml").exit_code == 0


def test_words_and_dates_are_texts_in_yaml(folder: Path) -> None:
    model = (folder / "model.json").read_text(encoding="utf-8")
    document = json.loads(model)
    for text in ("2020-01-01", "no", "on", "12:30", "010", "0x1F", "1_000", ".inf", "<<", "="):
        rule(document)["value"] = {"kind": "constant", "value": "PLACE"}
        written = yaml.safe_dump(document, sort_keys=False).replace("PLACE", text)
        (folder / "m.yaml").write_text(written, encoding="utf-8")
        rule(document)["value"]["value"] = text
        (folder / "m.json").write_text(json.dumps(document), encoding="utf-8")
        assert read_model(folder / "m.yaml") == read_model(folder / "m.json"), text
