"""A mail server on loopback that keeps every mail as a file. It knows just enough of SMTP (RFC 5321) for our outbox.

So notices of the demo are delivered in earnest, and anybody can read them. It sends nothing on. An address that begins
with `returned` does not exist here: what is sent there comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from typing import Self

MOST_LINE, MOST_BYTES = 2000, 1024 * 1024
UNKNOWN = "returned"


class MailServer:
    """Takes mails into `folder`, at `port` or a free one, until it is closed. Use as a context manager."""

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = _Server(("127.0.0.1", port), _Talk)
        self._server.folder = folder
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """What MAIL_URL has to say."""
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    folder: Path
    writing = Lock()

    def keep(self, mail: bytes) -> None:
        """The mail under the next free number; whole or not at all."""
        with self.writing:
            names = (self.folder / f"{number:05d}.eml" for number in count(len(list(self.folder.glob("*.eml"))) + 1))
            name = next(name for name in names if not name.exists())
            draft = name.with_suffix(".part")
            draft.write_bytes(mail)
            draft.rename(name)


class _Talk(StreamRequestHandler):
    """One conversation: a word, an answer, until QUIT."""

    timeout = 60
    server: _Server

    def handle(self) -> None:
        self.known = False
        self._say("220 127.0.0.1 the demo's own mail server")
        while line := self.rfile.readline(MOST_LINE):
            word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            self._say(self._answer(word.upper(), rest))
            if word.upper() == "QUIT":
                return

    def _answer(self, word: str, rest: str) -> str:
        if word in ("EHLO", "HELO"):
            return "250 127.0.0.1"
        if word in ("MAIL", "RSET"):
            self.known = False
            return "250 fine"
        if word == "RCPT":
            return self._recipient(rest.partition(":")[2].strip().lstrip("<"))
        if word == "DATA":
            return self._take() if self.known else "503 to whom?"
        return {"NOOP": "250 fine", "QUIT": "221 bye"}.get(word, "502 this server knows no such word")

    def _recipient(self, address: str) -> str:
        if address.casefold().startswith(UNKNOWN):
            return "550 5.1.1 nobody of that name is here"
        self.known = True
        return "250 fine"

    def _take(self) -> str:
        self._say("354 go on, and end with a dot")
        mail = b"".join(self._lines())
        if len(mail) > MOST_BYTES:
            return "552 too long"
        self.server.keep(mail)
        return "250 kept"

    def _lines(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) not in (b".\r\n", b".\n", b""):
            yield line.removeprefix(b".")

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")
