"""A HAR file as bytes: plain, compressed, or zipped with its bodies beside it; JSON that is not cut off or hostile.

Plain text in UTF-8 or UTF-16; gzip (`.har.gz`) and zlib (`.zhar` of mitmproxy); the zip files of Playwright, whose
bodies are members of the archive. In a plain file an attached body (`_file`) lies beside the HAR file and nowhere else.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from migrate.shadow.bodies import MAX_BODY_BYTES

MAX_FILE_BYTES = 512 * 1024 * 1024
"""Bound on the file, as it lies there and unpacked."""

_ENTRIES = re.compile(r'"entries"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,30}")
_NOT_THERE = "the body lies in a file of its own, which is not there"


class RecordingError(Exception):
    """The file is no usable recording; the message names the file and the place in it, never its content."""


class NoAttachment(Exception):
    """An attached body that cannot be had; the message says why."""


class _Odd(ValueError):
    """JSON that readers take in different ways."""


@dataclass(frozen=True)
class HarFile:
    """The content of a file and where its attached bodies are."""

    path: Path
    root: object
    archive: zipfile.ZipFile | None = None

    def attached(self, name: str) -> bytes:
        """A body that lies in a file of its own. Raises NoAttachment; ValueError for a name that leads elsewhere."""
        if not name or name.startswith(".") or re.search(r"[/\\\0:]", name):
            raise ValueError("names no file beside the HAR file")
        if self.archive is not None:
            return self._member(name, self.archive)
        try:
            handle = os.open(self.path.parent / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise NoAttachment(_NOT_THERE) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise NoAttachment(_NOT_THERE)
        with os.fdopen(handle, "rb") as file:
            return _bounded(file.read(MAX_BODY_BYTES + 1))

    def _member(self, name: str, archive: zipfile.ZipFile) -> bytes:
        try:
            with archive.open(name) as file:
                return _bounded(file.read(MAX_BODY_BYTES + 1))
        except KeyError:
            raise NoAttachment(_NOT_THERE) from None
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise NoAttachment("the body lies in a damaged part of the archive") from error


def load(path: Path) -> HarFile:
    """Reads a file. Raises RecordingError where it is missing, too large, cut off, or no JSON."""
    raw = _read(path)
    archive = None
    if raw.startswith(b"PK\x03\x04"):
        archive, raw = _from_zip(path, raw)
    elif raw.startswith(b"\x1f\x8b"):
        raw = _inflated(path, raw, 31)
    elif path.suffix.lower() == ".zhar":
        raw = _inflated(path, raw, 15)
    return HarFile(path, _json(path, _text(path, raw)), archive)


def _read(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise RecordingError(f"{path}: is no file")
        if found.st_size > MAX_FILE_BYTES:
            raise RecordingError(f"{path}: {_too_large()}")
        return path.read_bytes()
    except OSError as error:
        raise RecordingError(f"{path}: cannot be read: {error.strerror}") from error


def _from_zip(path: Path, raw: bytes) -> tuple[zipfile.ZipFile, bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        names = [name for name in archive.namelist() if name.lower().endswith(".har") and "/" not in name]
        if len(names) != 1:
            raise RecordingError(f"{path}: the archive holds {len(names)} HAR files, and not one")
        with archive.open(names[0]) as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise RecordingError(f"{path}: the archive is cut off, damaged or encrypted") from error
    if len(content) > MAX_FILE_BYTES:
        raise RecordingError(f"{path}: {_too_large()}")
    return archive, content


def _inflated(path: Path, raw: bytes, window: int) -> bytes:
    decoder = zlib.decompressobj(window)
    try:
        content = decoder.decompress(raw, MAX_FILE_BYTES + 1)
    except zlib.error as error:
        raise RecordingError(f"{path}: the compressed file is damaged") from error
    if len(content) > MAX_FILE_BYTES:
        raise RecordingError(f"{path}: {_too_large()}")
    if not decoder.eof:
        raise RecordingError(f"{path}: the compressed file is cut off")
    return content


def _text(path: Path, raw: bytes) -> str:
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        name = "UTF-16" if wide else "UTF-8"
        line = raw.count(b"\n", 0, error.start) + 1
        raise RecordingError(f"{path}:{line}: not {name} text (byte {error.start})") from error


def _json(path: Path, text: str) -> object:
    if not text.strip():
        raise RecordingError(f"{path}: the file is empty")
    try:
        root: object = json.loads(text, parse_constant=_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        whole = _whole_entries(text)
        after = f", behind {whole} whole entries" if whole else ""
        cut = error.msg.startswith("Unterminated") or error.pos >= len(text.rstrip()) - 1
        hint = "; the file is cut off: save it again" if cut else ""
        raise RecordingError(
            f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}{after}{hint}"
        ) from error
    except RecursionError as error:
        raise RecordingError(f"{path}: nested too deeply") from error
    except _Odd as error:
        raise RecordingError(f"{path}: {error}") from None
    except ValueError as error:
        raise RecordingError(f"{path}: holds a number of too many digits") from error
    return root


def _constant(name: str) -> NoReturn:
    raise _Odd(f"holds {name}, which is no JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Odd(f"the key{f' {twice}' if _KEY.fullmatch(twice) else ''} stands twice in one object")
    return made


def _whole_entries(text: str) -> int:
    """How many entries of a damaged file can be read before the damage."""
    found = _ENTRIES.search(text)
    if found is None:
        return 0
    decoder, at, count = json.JSONDecoder(), found.end(), 0
    while True:
        space = _BETWEEN.match(text, at)
        try:
            _, at = decoder.raw_decode(text, space.end() if space else at)
        except (ValueError, RecursionError):
            return count
        count += 1


def _bounded(body: bytes) -> bytes:
    if len(body) > MAX_BODY_BYTES:
        raise NoAttachment(f"the body is larger than {MAX_BODY_BYTES} bytes")
    return body


def _too_large() -> str:
    return (
        f"larger than {MAX_FILE_BYTES} bytes; record fewer requests, or save without the bodies of pictures"
    )
