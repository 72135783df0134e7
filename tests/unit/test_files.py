"""Files that are written together, and the progress of long work."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from migrate.cli.progress import Progress
from migrate.pipeline.deadline import TookTooLong, deadline
from migrate.pipeline.files import Together, write_whole


def tree(folder: Path) -> dict[str, str]:
    """All files below a folder with their texts, and the empty folders."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") if path.is_file() else "/"
        for path in sorted(folder.rglob("*"))
    }


def test_files_are_written_together(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    with Together() as files:
        files.write(tmp_path / "a", "new")
        files.write(tmp_path / "sub" / "deep" / "b", "b\n")
        assert (tmp_path / "a").read_text(encoding="utf-8") == "old"
    assert tree(tmp_path) == {"a": "new", "sub": "/", "sub/deep": "/", "sub/deep/b": "b\n"}
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_on_any_error_all_files_are_as_they_were(error: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")

    def fail() -> None:
        with Together() as files:
            files.write(tmp_path / "a", "new")
            files.write(tmp_path / "sub" / "deep" / "b", "b\n")
            raise error

    with pytest.raises(error):
        fail()
    assert tree(tmp_path) == {"a": "old"}


@pytest.mark.parametrize(
    ("name", "named", "said"),
    [
        ("folder", "folder", "Is a directory"),
        ("file/below", "file", "Not a directory"),
        ("x" * 300, "x" * 300, "File name too long"),
    ],
    ids=["a folder", "below a file", "a long name"],
)
def test_an_error_names_what_cannot_be_written(name: str, named: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old", encoding="utf-8")
    with pytest.raises(OSError, match=said) as problem:
        write_whole(tmp_path / name, "new")
    assert problem.value.filename == str(tmp_path / named)
    assert tree(tmp_path) == {"file": "old", "folder": "/"}


def test_a_deadline_ends_what_takes_too_long_and_nothing_else() -> None:
    with deadline(60):
        pass

    def run_for_ever() -> None:
        with deadline(0.01):
            while True:
                pass

    with pytest.raises(TookTooLong):
        run_for_ever()


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("kind", "terminal", "shown"),
    [
        (Terminal, "xterm", "\r[##########..........] 1/2 a\\u000ab\x1b[K\r\x1b[K"),
        (Terminal, "dumb", ""),
        (io.StringIO, "xterm", ""),
    ],
    ids=["at a terminal", "at a dumb terminal", "in a pipe"],
)
def test_progress_is_one_line_at_a_terminal_and_silence_elsewhere(
    kind: type[io.StringIO], terminal: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = kind()
    monkeypatch.setattr("sys.stderr", written)
    monkeypatch.setenv("TERM", terminal)
    with Progress() as progress:
        progress.show(1, 2, "a\nb")
    assert written.getvalue() == shown
