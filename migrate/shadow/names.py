"""The sandbox's name server: every name has an address of its own in 127.0.0.0/8, and nothing else."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.rdataclass
import dns.rdatatype
import dns.rrset

_SECONDS_TO_LIVE = 60
_FIRST = int(ipaddress.IPv4Address("127.1.0.0"))
_MOST = 1 << 16


class NameServer(asyncio.DatagramProtocol):
    """Answers A with the name's address and every other type with no data. `asked` lists the names in order of first
    asking, each with its number; beyond 65,536 of them there is no answer.

    Names have different addresses, because protocols such as SMTP do not say which name was asked for.
    """

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.answer(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def answer(self, data: bytes) -> bytes | None:
        """The answer to a query in wire format; None for what is no query."""
        try:
            query = dns.message.from_wire(data)
            if query.flags & dns.flags.QR or not query.question:
                return None
            response = dns.message.make_response(query, recursion_available=True)
            question = query.question[0]
            name = question.name.to_text(omit_final_dot=True).lower()
            if len(self.asked) >= _MOST and name not in self.asked:
                return None
            self.asked.setdefault(name, len(self.asked))
            if question.rdtype == dns.rdatatype.A and question.rdclass == dns.rdataclass.IN:
                response.answer.append(
                    dns.rrset.from_text(
                        question.name,
                        _SECONDS_TO_LIVE,
                        dns.rdataclass.IN,
                        dns.rdatatype.A,
                        self._address(name),
                    )
                )
            return response.to_wire()
        except (dns.exception.DNSException, ValueError):
            return None

    def name_of(self, address: str) -> str:
        """The name that an address was given out for; the address itself where there is none."""
        numbers = {self._address(name): name for name in self.asked}
        return numbers.get(address, address)

    def _address(self, name: str) -> str:
        return str(ipaddress.IPv4Address(_FIRST + self.asked[name]))
