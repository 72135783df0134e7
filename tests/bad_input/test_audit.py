"""An audit of files that cannot be read: each is listed with its reason, the others are read, and it ends with 1."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from migrate.cli import app
from migrate.contracts import Extraction
from migrate.pipeline import audit, reading
from migrate.registry import extractors
from tests.each_alone import EachAlone

GOOD = """import requests
for c in requests.get("https://a.example/c").json():
    requests.post("https://b.example/in", json={"id": c["id"]})
"""
NOBODY = 65534


def fifo(path: Path) -> None:
    """A FIFO, which nobody writes to."""
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    """A socket; its name may be long, so it is bound from within its folder."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def link(target: str) -> Callable[[Path], None]:
    """A link to a target."""
    return lambda path: path.symlink_to(target)


FILES: tuple[tuple[str, bytes | Callable[[Path], None], str], ...] = (
    ("a folder.py", Path.mkdir, ""),
    ("bidi\u202e.py", GOOD.encode(), ""),
    ("binary.py", bytes(range(256)), "HS002 gap: the file holds NUL bytes: it is binary, not Python source"),
    ("bom.py", GOOD.encode("utf-8-sig"), ""),
    ("carriage_returns.py", GOOD.replace("\n", "\r").encode(), ""),
    (
        "codec.py",
        b"# coding: rot13\n" + GOOD.encode(),
        "HS002 gap: the encoding that is stated is not one for text (PEP 263)",
    ),
    (
        "deep.py",
        GOOD.encode() + b"x = " + b"(" * 10_000 + b"1" + b")" * 10_000,
        "HS001 gap: too many nested parentheses",
    ),
    (
        "deep_sum.py",
        GOOD.encode() + b"x = " + b"1 + " * 10_000 + b"1\n",
        "HS001 gap: the code is nested too deeply (limit: 200 levels)",
    ),
    ("empty.py", b"", ""),
    ("fifo.py", fifo, "HS002 gap: it is a FIFO, not a file"),
    ("large.py", GOOD.encode() + b"x = 1\n" * 1_700_000, "HS002 gap: it is larger than 5000000 bytes"),
    ("large_line.py", GOOD.encode() + b"#" * 10_000_000, "HS002 gap: it is larger than 5000000 bytes"),
    (
        "latin_1.py",
        GOOD.encode() + "\n# caf\u00e9\n".encode("latin-1"),
        "HS002 gap: a byte is not valid utf-8; state the encoding (PEP 263)",
    ),
    ("latin_1_stated.py", "# coding: latin-1\n# caf\u00e9\n".encode("latin-1") + GOOD.encode(), ""),
    ("line\nfeed.py", b"import requests\n(", "HS001 gap: '(' was never closed"),
    ("loop_a.py", link("loop_b.py"), "HS004 note: a link, which is not followed"),
    ("loop_b.py", link("loop_a.py"), "HS004 note: a link, which is not followed"),
    (
        "nul.py",
        GOOD.encode() + b"'\0'\n",
        "HS002 gap: the file holds NUL bytes: it is binary, not Python source",
    ),
    ("outside", link("/"), "HS004 note: a link to a folder, which is not followed"),
    ("outside.py", link("/etc/passwd"), "HS004 note: a link, which is not followed"),
    (
        "python_2.py",
        b'import urllib2\nprint "first"\nprint urllib2.urlopen("http://a.example" "b" read\n',
        "HS001 gap: Missing parentheses in call to 'print'. Did you mean print(...)?; the script looks like Python 2: "
        "port it to Python 3 first",
    ),
    ("socket.py", unix_socket, "HS002 gap: it is a socket, not a file"),
    (
        "utf_16.py",
        GOOD.encode("utf-16"),
        "HS002 gap: the file is UTF-16, which Python does not read; store it as UTF-8",
    ),
    ("UPPER.PY", GOOD.encode(), ""),
)
"""Name, content or what makes the file, and what is said of it; nothing where it is read."""

PLACES = {"deep.py": "4:205", "latin_1.py": "5:1", "line\nfeed.py": "2:1", "python_2.py": "2:1"}
"""Line and column, where that is not the first."""
READ = ("UPPER", "bidi\\u202e", "bom", "carriage_returns", "latin_1_stated")


def make(folder: Path, *names: str) -> Path:
    """A folder with all these files, or with those that are named."""
    folder.mkdir()
    for name, content, _ in FILES:
        if names and name not in names:
            continue
        if isinstance(content, bytes):
            (folder / name).write_bytes(content)
        else:
            content(folder / name)
    return folder


def said() -> list[str]:
    """What is said of the files, as it is printed."""
    return [
        f"{name.replace(chr(10), chr(92) + 'u000a')}:{PLACES.get(name, '1:1')}: {text}"
        for name, _, text in FILES
        if text
    ]


def hubshift(*arguments: str | Path) -> tuple[int, list[str], str]:
    """Exit status, lines of standard output, and standard error of a command."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return done.exit_code, done.stdout.splitlines(), done.stderr


def test_each_file_is_listed_with_its_reason_and_the_others_are_read(tmp_path: Path) -> None:
    out = tmp_path / "out"
    status, lines, errors = hubshift("audit", make(tmp_path / "scripts"), "-o", out)
    shown = [line for line in lines if not line.startswith("    ")]
    assert (status, errors) == (1, "")
    assert shown[: len(READ)] == [f"{id}: 2 systems, 1 mapping rule, 0 findings, 4 risks" for id in READ]
    found = shown[len(READ) : shown.index("", shown.index(""))]
    assert sorted(found) == sorted(said())
    assert shown[-2:] == [f"report: {out / 'report.html'}", f"model:  {out / 'model.json'}"]


def test_as_json_each_finding_names_code_file_and_line(tmp_path: Path) -> None:
    found = audit(make(tmp_path / "scripts"))
    listed = {(one.code, one.span.file, one.span.line) for one in found.findings if one.span}
    wanted = {
        (text[:5], name, int(PLACES.get(name, "1:1").partition(":")[0])) for name, _, text in FILES if text
    }
    assert len(found.findings) == len(wanted)
    assert listed == wanted


@pytest.mark.parametrize("name", ["fifo.py", "socket.py", "loop_a.py", "utf_16.py", "deep.py"])
@pytest.mark.parametrize("command", ["emit", "shadow"])
def test_what_makes_something_of_one_such_file_fails_and_makes_nothing(
    command: str, name: str, tmp_path: Path
) -> None:
    script, out = make(tmp_path / "scripts", name) / name, tmp_path / "out"
    more = ("-o", out) if command == "emit" else ("--recording", tmp_path / "no.har", "--report", out)
    status, lines, errors = hubshift(command, script, "--to", "node-red", *more)
    last = "no such file" if name.startswith("loop") else "cannot be read, so nothing is made of it"
    assert (status, lines, errors.splitlines()[-1]) == (2, [], f"hubshift: {script}: {last}")
    assert not out.exists()


def test_a_name_that_is_no_text_is_shown_with_its_bytes(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py")).write_text(GOOD, encoding="utf-8")
    (finding,) = audit(tmp_path).findings
    assert str(finding) == (
        "caf\\xe9.py:1:1: HS002 gap: its name is not UTF-8, so that no model can name it: rename it"
    )


def test_a_file_that_vanishes_during_the_audit_is_listed(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")

    def vanish(done: int, total: int, name: str) -> None:
        (tmp_path / "b.py").unlink(missing_ok=True)

    found = audit(tmp_path, vanish)
    assert [one.integration.id for one in found.extractions] == ["a", "c"]
    assert list(map(str, found.findings)) == ["b.py:1:1: HS002 gap: No such file or directory"]


def test_a_folder_that_vanishes_during_the_audit_is_listed_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.py").write_text(GOOD, encoding="utf-8")
    (tmp_path / "sub" / "b.py").write_text(GOOD, encoding="utf-8")

    def vanish(done: int, total: int, name: str) -> None:
        if done == 0:
            (tmp_path / "sub").rename(tmp_path / "gone")

    found = audit(tmp_path, vanish)
    assert list(map(str, found.findings)) == ["sub/b.py:1:1: HS002 gap: No such file or directory"]


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder of a user without rights, as whom the block is run; root itself may read everything."""
    with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if os.geteuid() != 0:
            yield folder
            return
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            os.seteuid(0)


def test_files_and_folders_without_rights_are_listed() -> None:
    extractors()  # what is imported late may be of another user
    with nobody() as folder:
        (folder / "closed").mkdir()
        for name in ("a.py", "b.py", "closed/c.py"):
            (folder / name).write_text(GOOD, encoding="utf-8")
        (folder / "b.py").chmod(0)
        (folder / "closed").chmod(0)
        found = audit(folder)
        (folder / "closed").chmod(0o700)
    assert [one.integration.id for one in found.extractions] == ["a"]
    assert list(map(str, found.findings)) == [
        "closed:1:1: HS002 gap: the folder: Permission denied",
        "b.py:1:1: HS002 gap: Permission denied",
    ]


def test_a_script_that_takes_too_long_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless:
        language, suffixes = "python", (".py",)

        def project(self, root: Path, scripts: Sequence[Path]) -> EachAlone:
            return EachAlone(self.extract, root, scripts)

        def extract(self, path: Path, root: Path) -> Extraction | None:
            while path.name == "endless.py":
                pass
            return None

    for name in ("endless.py", "other.py"):
        (tmp_path / name).touch()
    monkeypatch.setattr("migrate.registry.extractors", lambda: (Endless(),))
    monkeypatch.setattr(reading, "MAX_SECONDS", 0.05)
    assert list(map(str, audit(tmp_path).findings)) == [
        "endless.py:1:1: HS104 gap: reading it takes more than 0.05 seconds"
    ]


def test_scripts_whose_names_would_give_one_id_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a.b.py", "a/b.py", "a.b-2.py"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    ids = [one.integration.id for one in audit(tmp_path).extractions]
    assert ids == ["a.b", "a.b-2", "a.b-3"]


def test_a_folder_with_links_alone_ends_with_3_and_lists_them(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "away.py").symlink_to("/etc/passwd")
    status, lines, errors = hubshift("audit", tmp_path / "scripts", "-o", tmp_path / "out")
    assert (status, lines) == (3, [])
    assert errors.splitlines() == [
        "away.py:1:1: HS004 note: a link, which is not followed",
        f"hubshift: {tmp_path / 'scripts'}: no integration found; looked for *.py files that call other systems",
    ]


def test_a_folder_with_very_many_files_is_walked(tmp_path: Path) -> None:
    for number in range(5_000):
        (tmp_path / f"{number:05}.txt").touch()
    (tmp_path / "one.py").write_text(GOOD, encoding="utf-8")
    assert audit(tmp_path).scripts == 1


def test_an_output_folder_inside_of_the_audited_one_changes_no_second_audit(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(GOOD, encoding="utf-8")
    first = hubshift("audit", tmp_path, "-o", tmp_path / "out")
    hubshift("emit", tmp_path / "one.py", "--to", "node-red", "-o", tmp_path / "out" / "flow")
    assert hubshift("audit", tmp_path, "-o", tmp_path / "out") == first
