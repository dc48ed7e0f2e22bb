"""Connections that go only where they may: the address is checked when it is connected to, and is the one connected to.

A name could answer with a public address when it is checked and with a private one when it is used. So it is resolved
once, every address it has must be public, and the connection goes to that same address.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from scrapers.body import Measured
from scrapers.errors import SourceBlocked

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet: not loopback, private, link-local, shared (CGNAT), multicast or
    reserved, also not when wrapped into IPv6."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        for inner in (ip.ipv4_mapped, ip.sixtofour, ip.teredo[1] if ip.teredo else None):
            if inner is not None:
                return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def may_connect(address: str, *, rehearsal: bool) -> bool:
    """Whether this address may be connected to. A rehearsal may also use loopback, and nothing else that is private."""
    return is_public(address) or (rehearsal and ipaddress.ip_address(address.split("%")[0]).is_loopback)


class AddressRefused(SourceBlocked):
    """The address is not one to connect to. Nothing was sent."""


class _Checked:
    """A connection that resolves once, checks, and connects to what it checked. `guard` is a second handle on the same
    socket, with which somebody else can end it, also when http.client already gave the first one to the answer."""

    rehearsal = False
    guard: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        host, port, timeout = self._dns_host, self.port, self.timeout  # type: ignore[attr-defined]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as wrong:
            raise NewConnectionError(self, f"{host} cannot be resolved: {wrong}") from wrong  # type: ignore[arg-type]
        for *_, address in found:
            if not may_connect(str(address[0]), rehearsal=self.rehearsal):
                raise AddressRefused(
                    f"{host} is at {address[0]}, which is not a public address", expected="a public one"
                )
        failure: OSError = OSError("it has no address")
        for family, kind, protocol, _, address in found:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # a form's body waits for no answer
                connection.settimeout(timeout)
                connection.connect(address)
            except OSError as wrong:
                connection.close()
                failure = wrong
                continue
            if self.guard is not None:
                self.guard.close()
            self.guard = connection.dup()
            return connection
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"{host} does not answer within {timeout} s") from failure
        raise NewConnectionError(self, f"{host} cannot be connected to: {failure}") from failure  # type: ignore[arg-type]


class _PlainConnection(_Checked, HTTPConnection):
    response_class = Measured


class _TlsConnection(_Checked, HTTPSConnection):
    response_class = Measured


class CheckedAdapter(HTTPAdapter):
    """The transport of the fetcher: one connection a host, certificates always checked, no retries of its own."""

    def __init__(self, *, rehearsal: bool) -> None:
        self._rehearsal = rehearsal
        self.connections: list[Any] = []
        super().__init__(pool_connections=4, pool_maxsize=1, max_retries=0, pool_block=True)

    def init_poolmanager(self, *args: Any, **keywords: Any) -> None:
        super().init_poolmanager(*args, **keywords)
        manager: urllib3.PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {
            "http": self._pool(HTTPConnectionPool, _PlainConnection),
            "https": self._pool(HTTPSConnectionPool, _TlsConnection),
        }

    def _pool(self, pool: Any, connection: Any) -> Any:
        adapter, allowed = self, self._rehearsal

        class Remembered(connection):  # type: ignore[misc]
            rehearsal = allowed

            def __init__(self, *args: Any, **keywords: Any) -> None:
                super().__init__(*args, **keywords)
                adapter.connections.append(self)

        return type(f"Checked{pool.__name__}", (pool,), {"ConnectionCls": Remembered})

    def hang_up(self) -> None:
        """Ends every open connection, from another thread: whoever reads from one gets an error or an end."""
        for connection in self.connections:
            if connection.guard is not None:
                with contextlib.suppress(OSError):  # it has ended by itself
                    connection.guard.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Closes our second handle on connections that are over. To be called when an answer has been read."""
        for connection in self.connections:
            if connection.sock is None and connection.guard is not None:
                connection.guard.close()
                connection.guard = None
