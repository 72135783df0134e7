"""Files that are packed, cut off or hostile are read, or refused with what is wrong; no other file is opened."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
import zlib
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from migrate.cli import app
from migrate.shadow import har_file
from migrate.shadow.har_file import MAX_FILE_BYTES
from migrate.shadow.recording import RecordingError, read_har

SCRIPT = 'import requests\n\nrequests.get("https://a.example/x", timeout=5)\n'


def _har(**content: object) -> dict[str, Any]:
    request = {"method": "GET", "url": "https://a.example/x", "headers": []}
    response = {"status": 200, "headers": [], "content": {"text": "ok", **content}}
    return {"log": {"version": "1.2", "entries": [{"request": request, "response": response}]}}


PLAIN = json.dumps(_har())


def _zipped(**members: bytes | str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.har", PLAIN.encode("utf-8-sig")),
        ("a.har", PLAIN.encode("utf-16")),
        ("a.har.gz", gzip.compress(PLAIN.encode())),
        ("a.zhar", zlib.compress(PLAIN.encode())),
        ("a.zip", _zipped(har__har=PLAIN)),
        ("a.zip", _zipped(har__har=json.dumps(_har(text=None, _file="0a.txt")), **{"0a__txt": b"ok"})),
    ],
    ids=["BOM", "UTF-16", "gzip", "zlib of mitmproxy", "zip", "zip of Playwright"],
)
def test_packed_files_are_read(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert [one.answer.body for one in read_har(path).exchanges] == [b"ok"]


def test_an_attached_body_lies_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "0a.bin").write_bytes(b"\0\xff")
    path = tmp_path / "a.har"
    path.write_text(json.dumps(_har(text=None, _file="0a.bin")))
    assert [one.answer.body for one in read_har(path).exchanges] == [b"\0\xff"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret", "a/b", "..", "", "a\0b", "C:x", "..\\secret"])
@pytest.mark.parametrize("packed", [False, True])
def test_an_attachment_elsewhere_is_refused(name: str, packed: bool, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    text = json.dumps(_har(text=None, _file=name))
    path = folder / "a.har"
    path.write_bytes(_zipped(har__har=text) if packed else text.encode())
    with pytest.raises(RecordingError) as error:
        read_har(path)
    assert str(error.value) == f"{path}: entries[0].response.content._file: names no file beside the HAR file"


def test_a_link_a_pipe_or_a_folder_is_no_attachment(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    path = tmp_path / "a.har"
    for name in ("link", "pipe", "folder"):
        path.write_text(json.dumps(_har(text=None, _file=name)))
        assert [one.reason for one in read_har(path).left_out] == [
            "the body lies in a file of its own, which is not there"
        ]


CUT = json.dumps({"log": {"entries": _har()["log"]["entries"] * 3}})
LARGE = f"larger than {MAX_FILE_BYTES} bytes; record fewer requests, or save without the bodies of pictures"
HOSTILE = [
    ("cut off", "a.har", CUT[:-40].encode(),
     ":1:422: not JSON: Unterminated string starting at, behind 2 whole entries; the file is cut off: save it again"),
    ("NaN", "a.har", b'{"log": NaN}', ": holds NaN, which is no JSON"),
    ("a key twice", "a.har", b'{"log": {}, "log": {}}', ": the key log stands twice in one object"),
    ("an odd key twice", "a.har", b'{"a b": 1, "a b": 2}', ": the key stands twice in one object"),
    ("nested", "a.har", b'{"log":' * 200_000, ": nested too deeply"),
    ("a huge number", "a.har", b'{"log": ' + b"9" * 10_000 + b"}", ": holds a number of too many digits"),
    ("NUL", "a.har", b'{"log": "\0"}', ":1:10: not JSON: Invalid control character at"),
    ("half UTF-16", "a.har", PLAIN.encode("utf-16")[:-1], ":1: not UTF-16 text (byte 376)"),
    ("gzip cut off", "a.har.gz", gzip.compress(PLAIN.encode())[:-12], ": the compressed file is cut off"),
    ("gzip damaged", "a.har.gz", b"\x1f\x8b\x08garbage-all-along", ": the compressed file is damaged"),
    ("zlib damaged", "a.zhar", b"abc", ": the compressed file is damaged"),
    ("zip cut off", "a.zip", _zipped(har__har=PLAIN)[:-30], ": the archive is cut off, damaged or encrypted"),
    ("no HAR in zip", "a.zip", _zipped(a__txt=""), ": the archive holds 0 HAR files, and not one"),
    ("two HARs in zip", "a.zip", _zipped(a__har="", b__har=""), ": the archive holds 2 HAR files, and not one"),
    ("a list", "a.har", b"[1]", ": top level: not an object"),
    ("body is no base64", "a.har", json.dumps(_har(encoding="base64", text="%")).encode(),
     ": entries[0].response.content.text: not base64"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "problem"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE]
)
def test_a_damaged_or_hostile_file_is_refused_with_its_place(
    name: str, content: bytes, problem: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordingError) as error:
        read_har(path)
    found = str(error.value)
    assert found == f"{path}{problem}"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.har.gz", gzip.compress(b" " * 5000)),
        ("a.zhar", zlib.compress(b" " * 5000)),
        ("a.zip", _zipped(a__har=b" " * 5000)),
    ],
)
def test_what_unpacks_to_too_much_is_refused(
    name: str, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(har_file, "MAX_FILE_BYTES", 4000)
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="larger than 4000 bytes"):
        read_har(path)


def test_a_file_of_600_mb_and_what_is_no_file_are_refused_before_they_are_read(tmp_path: Path) -> None:
    large = tmp_path / "a.har"
    with large.open("wb") as file:
        file.truncate(600_000_000)
    os.mkfifo(tmp_path / "pipe")
    for path, problem in ((large, LARGE), (tmp_path / "pipe", "is no file"), (tmp_path, "is no file")):
        with pytest.raises(RecordingError) as error:
            read_har(path)
        assert str(error.value) == f"{path}: {problem}"


@pytest.mark.parametrize(
    "content", [CUT[:-40].encode(), b"", b"{}", json.dumps(_har(_file="/etc/passwd")).encode()]
)
def test_the_command_ends_with_2_and_one_line(content: bytes, tmp_path: Path) -> None:
    script, har = tmp_path / "script.py", tmp_path / "a.har"
    script.write_text(SCRIPT)
    har.write_bytes(content)
    ended = CliRunner().invoke(app, ["shadow", str(script), "--recording", str(har), "--to", "node-red"])
    assert ended.exit_code == 2
    assert ended.stderr.startswith(f"hubshift: {har}")
    assert ended.stderr.count("\n") == 1
    assert "root:" not in ended.output


def test_a_base64_body_that_is_compressed_again_is_not_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    path = tmp_path / "a.har"
    path.write_text(json.dumps(_har(encoding="base64", text=b64encode(packed).decode())))
    assert read_har(path).exchanges[0].answer.body == packed
