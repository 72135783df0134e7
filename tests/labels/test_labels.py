from __future__ import annotations

from pathlib import Path

import pytest

from tests.labels.__main__ import main
from tests.labels.counts import Count, tables
from tests.labels.labels import SETS, load, misfits, read

SMALL = """\
repository: someone/something
commit: {commit}
sha256: {{a.py: {digest}, b.py: {digest}}}
language: python
paths: [a.py, b.py]
line_numbers: exact
calls:
  - {{line: 1, protocol: rest, method: GET, base: 'https://api.vendor.example', path: /v1/items, query: [page],
     auth: 'apikey-header:X-Key', pagination: page, direction: read, role: source, url_by: literal, client: requests}}
secrets:
  - {{line: 1, storage: env, name: KEY}}
  - {{line: 1, storage: hardcoded, name: OTHER, note: placeholder}}
mappings:
  - {{file: b.py, line: 1, target: name, sources: [label], transform: copy, idiom: literal}}
schedule: []
""".format(commit="c" * 40, digest="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@pytest.mark.parametrize("name", SETS)
def test_every_label_file_is_of_the_form(name: str) -> None:
    assert load(name)


def test_no_script_and_no_repository_is_in_both_sets() -> None:
    ids = [set(load(name)) for name in SETS]
    repositories = [{label.repository for label in load(name).values()} for name in SETS]
    assert not ids[0] & ids[1]
    assert not repositories[0] & repositories[1]


def test_a_label_that_may_be_met_is_counted_apart() -> None:
    counted = tables({"small": read(SMALL)})
    assert counted["scripts"] == [Count("several files", 1, 0)]
    assert counted["labels"] == [Count("secret", 1, 1), Count("call", 1, 0), Count("mapping", 1, 0)]
    assert counted["HTTP calls by auth"] == [Count("apikey-header", 1, 0)]
    assert counted["mappings by idiom"] == [Count("literal", 1, 0)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pagination: page", "pagination: pages", "pagination"),
        ("'apikey-header:X-Key'", "apikey-header", "auth"),
        ("direction: read", "direction: inbound", "inbound"),
        ("path: /v1/items", "path: v1/items", "slash"),
        ("method: GET", "method: get", "HTTP method"),
        ("base: 'https://api.vendor.example'", "base: null", "base is missing"),
        ("url_by: literal", "url_by: none", "url_by"),
        ("transform: copy", "transform: const", "no source"),
        ("sources: [label]", "sources: [label], sources_or: [[label]]", "repeats"),
        ("file: b.py", "file: a.py", "not named again"),
        ("file: b.py", "file: c.py", "not among the paths"),
        ("name: KEY", "name: 'a b'", "secrets"),
        ("line: 1, storage: env", "line: 0, storage: env", "secrets"),
        ("line: 1, storage: env", "line: '1', storage: env", "secrets"),
        ("paths: [a.py, b.py]", "paths: [a.py]", "other files"),
        ("schedule: []", "robustness_only: true\nschedule: []", "not labelled"),
        ("schedule: []", "schedule: []\ntext: import this", "text"),
    ],
)
def test_what_is_not_of_the_form_is_refused(old: str, new: str, said: str) -> None:
    assert old in SMALL
    with pytest.raises(ValueError, match=said):
        read(SMALL.replace(old, new))


def test_texts_are_known_by_their_content(tmp_path: Path) -> None:
    labels = {"small": read(SMALL)}
    assert misfits(labels, tmp_path) == ["small/a.py: missing", "small/b.py: missing"]
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "a.py").write_bytes(b"")
    (tmp_path / "small" / "b.py").write_bytes(b"\n")
    assert misfits(labels, tmp_path) == ["small/b.py: another content"]
    (tmp_path / "small" / "b.py").write_bytes(b"")
    assert misfits(labels, tmp_path) == []
    longer = {"small": read(SMALL.replace("line: 1, target", "line: 2, target"))}
    assert misfits(longer, tmp_path) == ["small/b.py: no line 2"]


def test_the_command_prints_the_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["development"]) == 0
    assert capsys.readouterr().out.startswith("development: ")
    assert main(["development", "--text", str(tmp_path)]) == 1
    assert ": missing" in capsys.readouterr().err
