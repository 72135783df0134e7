"""Several processes give what one gives, and one that ends early is named by the script that it read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migrate.contracts import Extraction
from migrate.pipeline import auditing, processes
from migrate.pipeline.auditing import audit
from migrate.pipeline.reading import pack, read_part

CALL = (
    "import requests\nrequests.post('https://{n}.example/in', json={{'n': {n}}}, auth=('me', 'secret-{n}'))\n"
)


def test_the_number_of_processes_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auditing, "_WORTH_PROCESSES", 2)
    for number in range(4):
        (tmp_path / f"call{number}.py").write_text(CALL.format(n=number), encoding="utf-8")
    (tmp_path / "broken.py").write_text("import requests\nrequests.get(\n", encoding="utf-8")
    told: list[tuple[int, int]] = []
    one, two = audit(tmp_path), audit(tmp_path, lambda done, total, name: told.append((done, total)), jobs=2)
    assert [one.integration for one in two.extractions] == [one.integration for one in one.extractions]
    assert [one.secret_values.reveal() for one in two.extractions] == [
        one.secret_values.reveal() for one in one.extractions
    ]
    assert two.findings == one.findings
    assert told == [(number, 5) for number in range(5)]


def _crash(language: str, root: Path, scripts: tuple[Path, ...]) -> object:
    if scripts[0].name == "crash.py":
        os._exit(3)
    return _read(language, root, scripts)


_read = processes._read_and_send


def test_a_process_that_ends_is_a_finding_of_the_script_that_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_read_and_send", _crash)
    names = ("crash.py", "fine.py", "other.py")
    for name in names:
        (tmp_path / name).write_text(CALL.format(n=1), encoding="utf-8")
    parts = [("python", (tmp_path / name,)) for name in names]
    found = {part[1][0].name: read for part, read in processes.read_parts(parts, tmp_path, 2)}
    assert [str(one) for _, read in found["crash.py"].reads if isinstance(read, tuple) for one in read] == [
        "crash.py:1:1: HS005 gap: the process that read it ended before it was done"
    ]
    for name in ("fine.py", "other.py"):
        alone = read_part("python", tmp_path, (tmp_path / name,))
        assert pack(found[name].reads) == pack(alone.reads)


def test_a_module_that_a_script_loads_by_a_folder_that_it_adds_is_read_with_it(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sending.py").write_text(
        "import requests\nrequests.post('https://a.example/in', json={})\n", encoding="utf-8"
    )
    (tmp_path / "main.py").write_text(
        "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\nimport sending\n",
        encoding="utf-8",
    )
    whole = read_part("python", tmp_path, (tmp_path / "lib" / "sending.py", tmp_path / "main.py"))
    found = audit(tmp_path)
    expected = [read.integration for _, read in sorted(whole.reads) if isinstance(read, Extraction)]
    assert [one.integration for one in found.extractions] == expected
