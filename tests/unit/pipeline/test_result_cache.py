"""What was read is taken from the cache only where reading again would give the same."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from migrate.contracts import Extraction, SecretValues
from migrate.pipeline import cache_files, processes, result_cache
from migrate.pipeline.auditing import Audit, audit
from migrate.pipeline.reading import Read, pack, read_part, unpack

MAIN = """
import requests
import shop.api
from settings import BASE

def run():
    requests.post(BASE + "/orders", json=shop.api.order(), headers={"X-Key": "sk-canary-9f8e7d6c5b4a"})

run()
"""
API = 'def order():\n    return {"number": 1}\n'
ALONE = 'import requests\nrequests.get("https://b.example/items")\n'


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A project of three files, a script beside it, and one that calls nothing."""
    folder = tmp_path / "scripts"
    (folder / "shop").mkdir(parents=True)
    (folder / "main.py").write_text(MAIN, encoding="utf-8")
    (folder / "shop" / "api.py").write_text(API, encoding="utf-8")
    (folder / "settings.py").write_text('BASE = "https://a.example"\n', encoding="utf-8")
    (folder / "alone.py").write_text(ALONE, encoding="utf-8")
    (folder / "none.py").write_text("print(1)\n", encoding="utf-8")
    return folder


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that are read, by the name of their first script."""
    parts: list[str] = []

    def counted(language: str, root: Path, of: tuple[Path, ...], *, begun: Callable[[Path], None]) -> object:
        parts.append(of[0].name)
        return read_part(language, root, of, begun=begun)

    monkeypatch.setattr(processes, "read_part", counted)
    return parts


def audited(folder: Path, cache: Path, *, secrets: bool = False) -> Audit:
    return audit(folder, cache=cache, secrets=secrets)


def shown(found: Audit) -> tuple[object, ...]:
    """What an audit has found, but for the values of credentials."""
    return ([_without_values(one) for one in found.extractions], found.findings, found.scripts)


def test_what_did_not_change_is_not_read_again(scripts: Path, read: list[str], tmp_path: Path) -> None:
    first = audited(scripts, tmp_path / "cache")
    assert read == ["alone.py", "main.py", "none.py"]
    read.clear()
    second = audited(scripts, tmp_path / "cache")
    assert (read, shown(second)) == ([], shown(first))
    assert shown(second) == shown(audit(scripts))


def _write(name: str, text: str) -> Callable[[Path], object]:
    def change(folder: Path) -> object:
        (folder / name).parent.mkdir(exist_ok=True)
        return (folder / name).write_text(text, encoding="utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        (_write("main.py", MAIN + "\nrun()\n"), ["main.py"]),
        (_write("shop/api.py", API.replace("1", "2")), ["main.py"]),
        (_write("settings.py", 'BASE = "https://c.example"\n'), ["main.py"]),
        (_write("shop/__init__.py", ""), ["main.py"]),
        (_write("shop.py", "api = None\n"), ["api.py", "main.py"]),
        (_write("requests.py", "def get(url): pass\n"), ["alone.py"]),
        (lambda folder: (folder / "settings.py").unlink(), ["main.py"]),
        (_write("another.py", "print(2)\n"), ["another.py"]),
    ],
    ids=[
        "script",
        "module",
        "settings",
        "absent package",
        "absent module",
        "in place of a library",
        "gone",
        "new",
    ],
)
def test_what_was_consulted_and_is_another_one_is_read_again(
    change: Callable[[Path], object], anew: list[str], scripts: Path, read: list[str], tmp_path: Path
) -> None:
    audited(scripts, tmp_path / "cache")
    change(scripts)
    read.clear()
    found = audited(scripts, tmp_path / "cache")
    assert set(anew) <= set(read)
    assert shown(found) == shown(audit(scripts))


def test_another_version_reads_all_again(
    scripts: Path, read: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(scripts, tmp_path / "cache")
    monkeypatch.setattr(result_cache, "version", lambda: "another")
    read.clear()
    audited(scripts, tmp_path / "cache")
    assert read == ["alone.py", "main.py", "none.py"]


def test_the_version_is_that_of_all_our_code(tmp_path: Path) -> None:
    assert cache_files.version() == cache_files.version.__wrapped__()
    assert len(cache_files.version()) == 64


def test_a_damaged_cache_is_none(scripts: Path, read: list[str], tmp_path: Path) -> None:
    first = audited(scripts, tmp_path / "cache")
    for damage in (b"", b"\0" * 100):
        for file in (tmp_path / "cache").iterdir():
            file.write_bytes(damage)
        assert shown(audited(scripts, tmp_path / "cache")) == shown(first)
    for file in (tmp_path / "cache").iterdir():
        if file.suffix != ".index":
            file.write_bytes(file.read_bytes()[:-9])
    read.clear()
    assert shown(audited(scripts, tmp_path / "cache")) == shown(first)
    assert set(read) == {"alone.py", "main.py"}


def test_no_credential_is_kept_and_what_needs_its_value_reads_again(
    scripts: Path, read: list[str], tmp_path: Path
) -> None:
    import zlib

    first = audited(scripts, tmp_path / "cache", secrets=True)
    values = [value for one in first.extractions for value in one.secret_values.reveal().values()]
    assert values == ["sk-canary-9f8e7d6c5b4a"]
    for file in (tmp_path / "cache").iterdir():
        kept = file.read_bytes()
        text = zlib.decompress(kept[32:] if file.suffix == ".index" else kept)
        assert b"canary" not in kept + text
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read.clear()
    second = audited(scripts, tmp_path / "cache", secrets=True)
    assert read == ["main.py"]
    assert [one.secret_values.reveal() for one in second.extractions] == [
        one.secret_values.reveal() for one in first.extractions
    ]


def test_what_is_kept_stays_within_a_bound(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}").write_bytes(b"x" * 10)
        os.utime(tmp_path / f"{number}", (number, number))
    cache_files.prune(tmp_path, 25)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["3", "4"]


def test_a_cache_that_cannot_be_written_changes_nothing(scripts: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    assert shown(audited(scripts, tmp_path / "cache")) == shown(audit(scripts))


def test_what_is_packed_is_the_same_when_unpacked(scripts: Path) -> None:
    (scripts / "alone.py").write_text(ALONE + "exec(input())\n", encoding="utf-8")
    part = read_part("python", scripts, (scripts / "alone.py", scripts / "none.py"))
    again = unpack(pack(part.reads))
    assert [(path, _without_values(one)) for path, one in again] == [
        (path, _without_values(one)) for path, one in part.reads
    ]
    assert any(isinstance(one, Extraction) and one.observations for _, one in part.reads)


NO_VALUES = SecretValues()


def _without_values(read: Read) -> object:
    return replace(read, secret_values=NO_VALUES) if isinstance(read, Extraction) else read
