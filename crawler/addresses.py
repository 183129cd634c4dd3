"""Which addresses may be connected to: a reactor that refuses every other one, on the socket itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Any, NoReturn

from scrapy.exceptions import IgnoreRequest
from scrapy.utils.reactor import set_asyncio_event_loop
from twisted.internet import main
from twisted.internet.asyncioreactor import AsyncioSelectorReactor

# What this process may reach although it is not public, as "ip:port".
ALLOWED: set[str] = set()

# Beside what Python's own table knows: newer reservations, and doors to an IPv4 network.
RESERVED = tuple(
    IPv4Network(block) for block in ("192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4")
)
UNICAST = IPv6Network("2000::/3")
NO_UNICAST = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
TRANSLATED = IPv6Network("64:ff9b::/96")  # an IPv4 address as a network that speaks only IPv6 writes it


class NotPublic(IgnoreRequest):
    """An address that nobody allowed us to reach."""


class Reactor(AsyncioSelectorReactor):
    """Connects to public addresses, and to those in ALLOWED.

    Every connection is made here, after its name was looked up: what is checked is what is connected to, so
    neither a redirect nor a name that changes its mind comes past it.
    """

    def connectTCP(self, host: str, port: int, *arguments: Any, **named: Any) -> Any:  # noqa: N802
        if not may_connect(host, port):
            raise NotPublic(
                f"{_written(host, port)} is not a public address, and `allow_private` does not name it"
            )
        return super().connectTCP(host, port, *arguments, **named)

    def connectUNIX(self, address: Any, *_: Any, **__: Any) -> NoReturn:  # noqa: N802
        raise NotPublic(f"{address} is a socket of this machine, not a public address")

    def listenUDP(self, *_: Any, **__: Any) -> NoReturn:  # noqa: N802
        raise NotPublic("a crawl sends no datagrams")


def install() -> None:
    """Makes it this process's reactor; Scrapy calls this for TWISTED_REACTOR."""
    main.installReactor(Reactor(set_asyncio_event_loop(None)))  # type: ignore[no-untyped-call]


def allow(exceptions: Iterable[str]) -> None:
    """Lets this process reach some addresses that are not public, written `127.0.0.1:8801`."""
    for exception in exceptions:
        host, _, port = exception.rpartition(":")
        ALLOWED.add(_written(host.strip("[]"), int(port)))


def may_connect(host: str, port: int) -> bool:
    """Whether an address may be connected to."""
    return public(host) or _written(host, port) in ALLOWED


def public(ip: str) -> bool:
    """Whether it is the address of one machine in the public internet; a name is none."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        return _public6(address)
    return _public4(address)


def _public4(address: IPv4Address) -> bool:
    reserved = any(address in block for block in RESERVED)
    return address.is_global and not address.is_multicast and not reserved


def _public6(address: IPv6Address) -> bool:
    if address.scope_id:
        return False
    if address.ipv4_mapped:
        return _public4(address.ipv4_mapped)
    if address in TRANSLATED:
        return _public4(IPv4Address(address.packed[-4:]))
    in_use = address in UNICAST and not any(address in block for block in NO_UNICAST)
    return in_use and address.is_global


def _written(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
