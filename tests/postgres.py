"""A PostgreSQL of our own for the time of a test run: a fresh cluster in a temporary folder, on loopback."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # a test run writes and forgets thousands of small databases
ENOUGH = 4 * 1024**3  # bytes

# Durability is what a test database can do without.
SETTINGS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return versions[-1] if versions else None


def scratch() -> str | None:
    """A folder in memory where there is room for a test run's databases; None for the usual place."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        return str(MEMORY)
    return None


@contextmanager
def running() -> Iterator[str | None]:
    """The address of a running cluster, or None where PostgreSQL is not installed."""
    folder = binaries()
    if folder is None:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="tm-postgres-", dir=scratch()))
    port = _free_port()
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(home, "postgres", "postgres")
    options = f"-k {home} -p {port} -c listen_addresses=127.0.0.1 {SETTINGS}"
    log, cluster = home / "log", home / "cluster"
    try:
        _run([folder / "initdb", "-D", cluster, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"])
        _run([folder / "pg_ctl", "-w", "-D", cluster, "-l", log, "-o", options, "start"])
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run([folder / "pg_ctl", "-w", "-m", "immediate", "-D", cluster, "stop"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def _run(command: list[str | Path], *, check: bool = True) -> None:
    words = [str(word) for word in command]
    user = pwd.getpwnam("postgres").pw_name if os.geteuid() == 0 else None
    # Not captured by pipe: the server would inherit it, and we would wait for its end.
    subprocess.run(words, user=user, check=check, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
