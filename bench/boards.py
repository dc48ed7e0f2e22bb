"""Three invented boards' hosts on loopback for the trial of manners, each noting when it was asked what."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

SPEC = """
id: {id}
title: "Invented board {id}"
issues: {{kind: license, profession: acupuncturist}}
jurisdiction: US-CA
authority: issuer
home: "{address}/"
platform: delimited
completeness: all_statuses
politeness: {{delay_seconds: 1}}
channels:
  roster:
    start: [{pages}]
columns: {{number: Number, holder.given: First, holder.family: Last}}
standing: {{from: Status, words: {{active: [Active]}}}}
"""
ROWS_A_PAGE = 3


@dataclass
class Host:
    """One server. `asked` holds when each request came (wall-clock seconds) and its path."""

    asked: list[tuple[float, str]] = field(default_factory=list)

    def __enter__(self) -> Host:
        host = self

        class Answers(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host.asked.append((time.time(), self.path))
                body = b"" if self.path == "/robots.txt" else page(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/csv")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """The list of what was asked says more."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def gaps(self) -> list[float]:
        """The seconds between one request and the next."""
        times = sorted(at for at, _ in self.asked)
        return [later - earlier for earlier, later in pairwise(times)]

    def asked_twice(self) -> dict[str, list[float]]:
        """When it was asked what was asked more than once, robots.txt aside."""
        times: defaultdict[str, list[float]] = defaultdict(list)
        for at, path in sorted(self.asked):
            times[path].append(at)
        return {path: asked for path, asked in times.items() if len(asked) > 1 and path != "/robots.txt"}

    def pages_asked(self) -> set[str]:
        return {path for _, path in self.asked if path != "/robots.txt"}


def page(path: str) -> bytes:
    """A page of a board's list: the same three people each time, and on no other page."""
    board, _, number = path.strip("/").removesuffix(".csv").rpartition("/")
    lines = ["Number,First,Last,Status"]
    lines += [
        f"{int(number) * ROWS_A_PAGE + row + 1000 * (1 + int(board.rpartition('_')[2]))},Ottoline,Thorne{row},Active"
        for row in range(ROWS_A_PAGE)
    ]
    return "\n".join(lines).encode() + b"\n"


def describe(folder: Path, board: str, host: Host, *, pages: int) -> Path:
    """Writes a board's description: its list has so many pages on that host."""
    addresses = ", ".join(f'"{host.address}/{board}/{number}.csv"' for number in range(pages))
    path = folder / f"{board}.yaml"
    path.write_text(SPEC.format(id=board, address=host.address, pages=addresses), encoding="utf-8")
    return path
