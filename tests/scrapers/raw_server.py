"""A server on loopback that says exactly what it is told, byte by byte: also what no HTTP library would say."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from scrapers.session import Limits

Say = Callable[[bytes], None]
Script = Callable[[Say, threading.Event], None]

SOON = Limits(connect=1, read=0.6, whole=0.9)
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def saying(script: Script, *, robots: bytes = NOT_FOUND) -> Iterator[str]:
    """The address of a server that answers /robots.txt as given and everything else by the script. The event is set
    when the test is over."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, script, robots, over), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(listener: socket.socket, script: Script, robots: bytes, over: threading.Event) -> None:
    while not over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, contextlib.suppress(OSError):  # whoever asked may hang up at any time
            asked = connection.recv(65536)
            if asked.startswith(b"GET /robots.txt "):
                connection.sendall(robots)
            else:
                script(connection.sendall, over)


def headers(*lines: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *lines, b"", b""))


def once(answer: bytes) -> Script:
    return lambda say, over: say(answer)


def flooding(first: bytes, block: bytes) -> Script:
    def script(say: Say, over: threading.Event) -> None:
        say(first)
        while not over.is_set():
            say(block)

    return script
