"""The file system that a leg sees: all read-only, private folders empty, its own folder a copy that nobody
keeps.

Runs in the leg's own user and mount namespaces, before the leg does; see mount_namespaces(7). What cannot be
isolated raises.
"""

from __future__ import annotations

import os
import shutil
import ssl
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from migrate.shadow import kernel
from migrate.shadow.legs import SCRATCH, Leg, SandboxUnavailable

CERTIFICATES = "/run/hubshift/certificates.pem"
_HIDDEN = ("/tmp", "/run", "/var/tmp", "/var/run")
_STAGE = "/run/hubshift/stage"
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_CONFIGURATION = {
    "/etc/resolv.conf": "nameserver 127.0.0.1\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
    "/etc/nsswitch.conf": (
        "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n"
    ),
}
_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_MAX_TMPFS = "size=512m,nr_inodes=100000"
_MAX_SMALL_TMPFS = "size=128m,nr_inodes=50000"
"""Bounds on the memory that a leg may fill with files: each of its folders, and the places where few are put."""
_MAX_COPIED_FILES = 50_000
_MAX_COPIED_BYTES = 1 << 30
_MAX_CHANGES = 10_000
_MAX_KEPT_FILES = 1_000
_MAX_KEPT_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class View:
    """What was built. `upper` is an open folder that holds what the leg changes in the one where it starts (None: it is
    a copy, `folder`, that held `copied`). `lower` are open folders with what is there before, the first to be seen
    first; `laid_over` are those of them whose files were laid over the rest."""

    upper: int | None
    lower: tuple[int, ...]
    laid_over: tuple[int, ...]
    folder: Path
    copied: Mapping[str, bytes | None]

    def changed_files(self) -> tuple[str, ...] | None:
        """Paths below the leg's folder that were written or deleted, sorted; at most 10 000."""
        if self.upper is None:
            return None
        found: list[str] = []
        for folder, _, files, _ in os.fwalk(".", dir_fd=self.upper):
            found += [os.path.normpath(os.path.join(folder, name)) for name in files]
            if len(found) > _MAX_CHANGES:
                break
        return tuple(sorted(found)[:_MAX_CHANGES])

    def changes(self) -> tuple[tuple[str, bytes | None], ...] | None:
        """The files that hold something else than before, with their content, None for one that is gone.

        None where there are more than 1000 of them, or more than 16 MB in them.
        """
        names = self.changed_files()
        if names is None:
            names = tuple(sorted({*self.copied, *_files_below(self.folder)}))
        return _kept(
            (name, now) for name in names if (now := _content(self.folder / name)) != self._before(name)
        )

    def before(self) -> tuple[tuple[str, bytes | None], ...] | None:
        """The files that were laid over the folder, and those that the leg changed or deleted, as they were before;
        None as for `changes`."""
        changes = self.changes()
        if changes is None:
            return None
        names = {name for name, _ in changes}
        names.update(os.path.normpath(name) for folder in self.laid_over for name in _files_in(folder))
        held = ((name, self._before(name)) for name in sorted(names))
        return _kept((name, content) for name, content in held if content is not None)

    def _before(self, name: str) -> bytes | None:
        if self.upper is None:
            return self.copied.get(name)
        contents = (_content(Path(name), folder) for folder in self.lower)
        return next((content for content in contents if content is not None), None)


def _kept(files: Iterable[tuple[str, bytes | None]]) -> tuple[tuple[str, bytes | None], ...] | None:
    """The files, if they are no more than are kept."""
    found: list[tuple[str, bytes | None]] = []
    size = 0
    for name, content in files:
        size += len(content or b"")
        if len(found) == _MAX_KEPT_FILES or size > _MAX_KEPT_BYTES:
            return None
        found.append((name, content))
    return tuple(found)


def _files_in(folder: int) -> Iterator[str]:
    """The files below an open folder."""
    for inner, _, names, _ in os.fwalk(".", dir_fd=folder):
        yield from (os.path.join(inner, name) for name in names)


def _content(path: Path, folder: int | None = None) -> bytes | None:
    """What a plain file holds; None for anything else, and where there is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        plain = stat.S_ISREG(os.fstat(handle).st_mode)
        return file.read(_MAX_KEPT_BYTES + 1) if plain else None


def _files_below(folder: Path) -> Iterator[str]:
    for inner, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(inner, name), folder) for name in names)


def bound_sockets() -> tuple[str, ...]:
    """Paths of the unix sockets that programs of this machine listen on. Call it before leaving the network
    namespace."""
    paths: dict[str, None] = {}
    for line in (
        Path("/proc/self/net/unix").read_text(encoding="utf-8", errors="surrogateescape").splitlines()[1:]
    ):
        columns = line.split(maxsplit=7)
        if len(columns) == 8 and columns[7].startswith("/"):
            paths.setdefault(columns[7])
    return tuple(paths)


def build(leg: Leg, sockets: Iterable[str]) -> View:
    """Builds the view. Raises OSError or SandboxUnavailable where any part of it cannot be had."""
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    os.umask(0o022)
    folder, scratch, working, files = (
        None if path is None else _hold(path) for path in (leg.folder, leg.scratch, leg.working, leg.files)
    )
    assert folder is not None
    visible = [(str(path), _hold(path)) for path in leg.visible]
    devices = [(name, _hold(Path("/dev", name))) for name in _DEVICES]
    kernel.set_mount_attributes(
        "/", add=kernel.READ_ONLY | kernel.NO_SUID | kernel.NO_DEVICES, recursive=True
    )
    writable = {_empty(path) for path in _HIDDEN if os.path.isdir(path) and not os.path.islink(path)}
    writable |= _devices(devices)
    os.makedirs(_STAGE)
    kernel.mount("tmpfs", _STAGE, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, f"mode=700,{_MAX_TMPFS}")
    for path, handle in visible:
        _show(path, handle)
    start = folder if working is None else working
    over = () if files is None else (files,)
    upper = _writable(start, str(leg.starts_in), "working", over)
    if working is not None:
        _writable(folder, str(leg.folder), "folder")
    before = (
        {} if upper is not None else {n: _content(leg.starts_in / n) for n in _files_below(leg.starts_in)}
    )
    os.mkdir(SCRATCH, 0o700)
    if scratch is not None:
        _writable(scratch, SCRATCH, "scratch")
    # Where HOME has none, curl reads the one of the user that the password file names.
    Path(SCRATCH, ".curlrc").touch()
    kernel.unmount(_STAGE)
    os.rmdir(_STAGE)
    _configure(leg)
    _mask(sockets)
    # Read-only, for a leg run by root could set the kernel's parameters otherwise.
    flags = kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
    kernel.mount("proc", "/proc", "proc", flags)
    _require_read_only(writable | {str(leg.folder), str(leg.starts_in), SCRATCH})
    return View(upper, (*over, start), over, leg.starts_in, before)


def trust(pem: bytes) -> None:
    """Fills the certificate bundle, under all the names that it has."""
    Path(CERTIFICATES).write_bytes(pem)


def _hold(path: Path) -> int:
    """Opens a path that may be hidden later."""
    try:
        return os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError as error:
        raise SandboxUnavailable(f"{path} cannot be shown to the leg: {error.strerror}") from error


def _empty(path: str, mode: str = "1777") -> str:
    bound = _MAX_TMPFS if path == "/tmp" else _MAX_SMALL_TMPFS
    kernel.mount("tmpfs", path, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, f"mode={mode},{bound}")
    return path


def _devices(devices: list[tuple[str, int]]) -> set[str]:
    """A /dev without disks: a read-only mount does not keep root from writing to a device."""
    _empty("/dev", "755")
    own = set()
    for name, handle in devices:
        target = f"/dev/{name}"
        Path(target).touch()
        kernel.bind(f"/proc/self/fd/{handle}", target)
        kernel.set_mount_attributes(target, remove=kernel.NO_DEVICES)
        own.add(target)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"/dev/{name}")
    os.mkdir("/dev/shm")
    os.mkdir("/dev/pts")
    own.add(_empty("/dev/shm"))
    try:
        options = "newinstance,ptmxmode=0666,mode=620"
        kernel.mount("devpts", "/dev/pts", "devpts", kernel.MS_NOSUID | kernel.MS_NOEXEC, options)
        own.add("/dev/pts")
        os.symlink("pts/ptmx", "/dev/ptmx")
    except OSError:
        pass  # A leg that needs a terminal fails and says so.
    kernel.set_mount_attributes("/dev", add=kernel.READ_ONLY)
    return own


def _show(path: str, handle: int) -> None:
    """Shows a held path again, read-only as it became, where it was hidden."""
    if stat.S_ISDIR(os.fstat(handle).st_mode):
        os.makedirs(path, exist_ok=True)
    elif not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).touch()
    kernel.bind(f"/proc/self/fd/{handle}", path)


def _writable(handle: int, target: str, name: str, over: tuple[int, ...] = ()) -> int | None:
    """Shows a held folder, writable, at `target`, under the content of those `over` it; writes go to memory."""
    source = f"/proc/self/fd/{handle}"
    os.makedirs(target, exist_ok=True)
    lower, upper, work = (f"{_STAGE}/{name}.{part}" for part in ("lower", "upper", "work"))
    for part in (lower, upper, work):
        os.mkdir(part, 0o755)
    try:
        # Not MS_REC: folders mounted below would be missing in the overlay.
        # The kernel refuses that, and all is copied.
        kernel.mount(source, lower, None, kernel.MS_BIND)
        layers = [lower]
        for number, held in enumerate(over):
            layers.insert(0, f"{lower}.{number}")
            os.mkdir(layers[0], 0o755)
            kernel.mount(f"/proc/self/fd/{held}", layers[0], None, kernel.MS_BIND)
        options = f"lowerdir={':'.join(layers)},upperdir={upper},workdir={work},userxattr"
        kernel.mount("overlay", target, "overlay", kernel.MS_NOSUID | kernel.MS_NODEV, options)
    except OSError:
        for layer in (source, *(f"/proc/self/fd/{held}" for held in over)):
            _copy(layer, upper)
        kernel.bind(upper, target)
        return None
    for layer in layers:
        kernel.unmount(layer)
    return os.open(upper, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


def _copy(source: str, target: str) -> None:
    count = size = 0
    for folder, folders, files in os.walk(source, onerror=_raise):
        count += len(folders) + len(files)
        size += sum(os.lstat(os.path.join(folder, name)).st_size for name in files)
        if count > _MAX_COPIED_FILES or size > _MAX_COPIED_BYTES:
            raise SandboxUnavailable("the folder cannot be overlaid here and is too large to be copied")
    shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True, ignore=_special)


def _raise(error: OSError) -> None:
    raise error


def _special(folder: str, names: list[str]) -> list[str]:
    kinds = (stat.S_ISREG, stat.S_ISDIR, stat.S_ISLNK)
    return [
        name
        for name in names
        if not any(kind(os.lstat(os.path.join(folder, name)).st_mode) for kind in kinds)
    ]


def _configure(leg: Leg) -> None:
    """Sends all names to the endpoint's name server, and has every bundle hold its certificate."""
    for path, content in _CONFIGURATION.items():
        own = Path("/run/hubshift", os.path.basename(path))
        own.write_text(content, encoding="ascii")
        _place(str(own), path)
    Path(CERTIFICATES).touch()
    default = ssl.get_default_verify_paths().openssl_cafile
    for path in dict.fromkeys((*_BUNDLES, default, *map(str, leg.certificate_files))):
        _place(CERTIFICATES, path)


def _place(source: str, path: str) -> None:
    """Puts a file over another one. One that does not exist stays away: the system's own default does the
    same."""
    target = os.path.realpath(path)
    if not os.path.exists(target):
        if not target.startswith("/run/"):
            return
        os.makedirs(os.path.dirname(target), exist_ok=True)
        Path(target).touch()
    kernel.bind(source, target)
    kernel.set_mount_attributes(target, add=kernel.READ_ONLY)


def _mask(sockets: Iterable[str]) -> None:
    """Hides sockets that are left outside the emptied folders: one can be connected to on a read-only file
    system."""
    for path in sockets:
        try:
            is_socket = stat.S_ISSOCK(os.lstat(path).st_mode)
        except OSError:
            continue
        if is_socket:
            kernel.bind("/dev/null", path)


def _require_read_only(writable: set[str]) -> None:
    """Looks whether the kernel did what it was told."""
    expected = {os.path.realpath(path) for path in writable}
    for line in (
        Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    ):
        columns = line.split(" ")
        place = columns[4].encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1")
        path = os.fsdecode(place)
        inside = os.path.realpath(path) in expected or path.startswith("/run/")
        if "ro" not in columns[5].split(",") and not inside:
            raise SandboxUnavailable(f"{path} is still writable")
