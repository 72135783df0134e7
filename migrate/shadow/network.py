"""A network namespace in which every address is this machine: loopback up, and all routes local (AnyIP;
rtnetlink(7))."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from pathlib import Path

_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1
_RTM_NEWROUTE, _NLMSG_ERROR = 24, 2
_LISTENING = "0A"
_REQUEST_ACK_CREATE_REPLACE = 0x1 | 0x4 | 0x400 | 0x100
_TABLE_LOCAL, _PROTOCOL_BOOT, _SCOPE_HOST, _TYPE_LOCAL, _ATTRIBUTE_INTERFACE = 255, 3, 254, 2, 4


def interfaces() -> tuple[str, ...]:
    """The network interfaces that this process sees, sorted."""
    lines = Path("/proc/self/net/dev").read_text(encoding="ascii").splitlines()[2:]
    return tuple(sorted(line.partition(":")[0].strip() for line in lines))


def bring_up() -> bool:
    """Makes all of IPv4 local, and IPv6 where the kernel has it; says whether it has. Raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh22x", fcntl.ioctl(control, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags | _IFF_UP))
    _route_everything_here(socket.AF_INET)
    try:
        _route_everything_here(socket.AF_INET6)
    except OSError:
        return False
    return True


def failed_connections() -> int:
    """TCP connections that were refused since the namespace was made, and UDP datagrams that nobody took."""
    tables: dict[str, dict[str, int]] = {}
    lines = Path("/proc/self/net/snmp").read_text(encoding="ascii").splitlines()
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        kind, _, rest = names.partition(":")
        tables[kind] = dict(zip(rest.split(), map(int, values.partition(":")[2].split()), strict=True))
    return tables["Tcp"]["AttemptFails"] + tables["Udp"]["NoPorts"]


def listening_ports() -> frozenset[int]:
    """The TCP ports at which something in the namespace listens."""
    found = set()
    for table in ("tcp", "tcp6"):
        try:
            lines = Path(f"/proc/self/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        except FileNotFoundError:  # without IPv6
            continue
        for line in lines:
            _, local, _, state, *_ = line.split()
            if state == _LISTENING:
                found.add(int(local.rpartition(":")[2], 16))
    return frozenset(found)


def _route_everything_here(family: int) -> None:
    """`ip route add local 0.0.0.0/0 dev lo`."""
    route = struct.pack(
        "=BBBBBBBBI", family, 0, 0, 0, _TABLE_LOCAL, _PROTOCOL_BOOT, _SCOPE_HOST, _TYPE_LOCAL, 0
    )
    route += struct.pack("=HHI", 8, _ATTRIBUTE_INTERFACE, socket.if_nametoindex("lo"))
    message = struct.pack("=IHHII", 16 + len(route), _RTM_NEWROUTE, _REQUEST_ACK_CREATE_REPLACE, 1, 0) + route
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as link:
        link.send(message)
        reply = link.recv(4096)
    kind, error = struct.unpack_from("=H", reply, 4)[0], struct.unpack_from("=i", reply, 16)[0]
    if kind != _NLMSG_ERROR or error:
        raise OSError(-error, f"route of all addresses to loopback: {os.strerror(-error)}")
