"""The Linux calls that the sandbox needs and Python 3.11 lacks. Each raises OSError that says what was tried.

Sources: unshare(2), mount(2), mount_setattr(2), prctl(2), capset(2), seccomp(2), close_range(2).
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import struct
from pathlib import Path

NEW_USER, NEW_NETWORK, NEW_MOUNT = 0x10000000, 0x40000000, 0x00020000
NEW_PROCESS, NEW_IPC, NEW_UTS = 0x20000000, 0x08000000, 0x04000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2

READ_ONLY, NO_SUID, NO_DEVICES = 1, 2, 4
"""Attributes for mount_setattr(2)."""

_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_SYS_CLOSE_RANGE, _SYS_MOUNT_SETATTR, _SYS_IO_URING_SETUP = 436, 442, 425
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_CAPABILITY_VERSION = 0x20080522
_LAST_CAPABILITY = 63

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Moves this process to new namespaces. Needs a process of one thread for NEW_USER."""
    _check(_libc.unshare(ctypes.c_int(flags)), "new namespaces")


def keep_identity(user: int, group: int) -> None:
    """Maps user and group to themselves in a user namespace that this process has just made."""
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        try:
            Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
        except OSError as error:
            raise OSError(error.errno, f"{name} of a new user namespace: {error.strerror}") from error


def mount(source: str | None, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    """mount(2)."""
    arguments = [None if text is None else os.fsencode(text) for text in (source, target, kind, options)]
    result = _libc.mount(arguments[0], arguments[1], arguments[2], ctypes.c_ulong(flags), arguments[3])
    _check(result, f"mount {kind or 'of ' + str(source)} on {target}")


def bind(source: str, target: str) -> None:
    """Shows a file or folder in a second place, with what is mounted below it."""
    mount(source, target, None, MS_BIND | MS_REC)


def unmount(target: str) -> None:
    """Takes a mount away, even while it is in use."""
    _check(_libc.umount2(os.fsencode(target), ctypes.c_int(MNT_DETACH)), f"unmount of {target}")


def set_mount_attributes(target: str, *, add: int = 0, remove: int = 0, recursive: bool = False) -> None:
    """mount_setattr(2), Linux 5.12."""
    attributes = struct.pack("=QQQQ", add, remove, 0, 0)
    result = _libc.syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR),
        ctypes.c_int(_AT_FDCWD),
        ctypes.c_char_p(os.fsencode(target)),
        ctypes.c_uint(_AT_RECURSIVE if recursive else 0),
        ctypes.c_char_p(attributes),
        ctypes.c_size_t(len(attributes)),
    )
    _check(result, f"mount attributes of {target}")


def die_with_parent() -> None:
    """Has this process killed when the thread that made it ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, "death signal")


def hide_memory() -> None:
    """Keeps this process from being traced or read by others of the same user."""
    _prctl(_PR_SET_DUMPABLE, 0, 0, "hiding of memory")


def drop_privileges() -> None:
    """Gives up every capability for good, also across exec of a set-user-id program."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, "no new privileges")
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, "ambient capabilities")
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) != 0:
            break
    header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
    _check(_libc.capset(ctypes.c_char_p(header), ctypes.c_char_p(bytes(24))), "capabilities")


def close_from(first: int) -> None:
    """Closes every file descriptor from `first` on."""
    result = _libc.syscall(
        ctypes.c_long(_SYS_CLOSE_RANGE), ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), ctypes.c_uint(0)
    )
    _check(result, "closing of inherited files")


def allow_only_namespaced_sockets() -> None:
    """Refuses sockets that a network namespace does not hold back (vsock and the rare families), io_uring,
    which makes sockets unseen, and the kernel's key rings, which namespaces share. Raises OSError on a
    processor whose call numbers are not known."""
    numbers = _CALLS.get(platform.machine())
    if numbers is None:
        raise OSError(0, f"socket filter: processor {platform.machine()} is not known")
    architecture, socket_calls, refused_calls = numbers
    families = (1, 2, 10, 16)  # unix, IPv4, IPv6, netlink
    program = [
        (0x20, 0, 0, 4),  # load the architecture
        (0x15, 1, 0, architecture),
        (0x06, 0, 0, 0x80000000),  # another one: kill the process
        (0x20, 0, 0, 0),  # load the call's number
        (0x35, 0, 1, 0x40000000),  # x32 calls have numbers of their own
        (0x06, 0, 0, 0x00050000 | 38),  # ENOSYS
    ]
    for number in refused_calls:
        program += [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050000 | 38)]
    for number in socket_calls:
        program += [(0x15, 0, len(families) + 3, number), (0x20, 0, 0, 16)]
        program += [(0x15, len(families) - index, 0, family) for index, family in enumerate(families)]
        program += [(0x06, 0, 0, 0x00050000 | 97), (0x06, 0, 0, 0x7FFF0000)]  # EAFNOSUPPORT, or allowed
    program.append((0x06, 0, 0, 0x7FFF0000))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    filter_ = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    _check(_libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(2), filter_, 0, 0), "socket filter")


def _prctl(option: int, first: int, second: int, what: str) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(first), ctypes.c_ulong(second), 0, 0), what)


# Processor: its number in seccomp(2), calls that make sockets, calls refused (io_uring_setup, add_key,
# request_key, keyctl).
_CALLS = {
    "x86_64": (0xC000003E, (41, 53), (_SYS_IO_URING_SETUP, 248, 249, 250)),
    "aarch64": (0xC00000B7, (198, 199), (_SYS_IO_URING_SETUP, 217, 218, 219)),
}
