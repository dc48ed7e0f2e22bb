"""`make test`: all that CI runs. Installs Debian's PostgreSQL and Chromium where it is root and they are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import postgres

BIN = Path(sys.executable).parent
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("ruff", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("borders", ["lint-imports"]),
)


def main() -> int:
    in_ci = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
    install_what_is_missing()
    missing = [line for found, line in what_is_here() if not found]
    for line in missing:
        print(f"skipped: {line}", flush=True)
    if missing and in_ci:
        print("In CI a skip of these is a failure.")
        return 1
    failed = [name for name, command in CHECKS if run(name, [str(BIN / command[0]), *command[1:]])]
    with postgres.running() as address:
        environ = {**os.environ, "TEST_POSTGRES_URL": address or ""}
        environ["TMPDIR"] = postgres.scratch() or tempfile.gettempdir()
        tests = [
            str(BIN / "python"),
            "-m",
            "pytest",
            "-n",
            os.environ.get("TEST_PROCESSES", "auto"),
            "-rs",
            *sys.argv[1:],
        ]
        if run("tests", tests, environ):
            failed.append("tests")
    print(f"failed: {', '.join(failed)}" if failed else "all good", flush=True)
    return 1 if failed else 0


def install_what_is_missing() -> None:
    """Debian's packages, where we may install them. Elsewhere the tests that need them are skipped, and say so."""
    wanted = []
    if postgres.binaries() is None:
        wanted.append("postgresql")
    if shutil.which("chromium") is None:
        wanted.append("chromium")
    if not wanted or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print(f"installing {' and '.join(wanted)} from Debian", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted],
    ):
        subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)


def what_is_here() -> list[tuple[bool, str]]:
    return [
        (postgres.binaries() is not None, "tests on PostgreSQL (no initdb found)"),
        (shutil.which("chromium") is not None, "tests in a browser (no chromium found)"),
    ]


def run(name: str, command: list[str], environ: dict[str, str] | None = None) -> bool:
    """Runs one step, says how long it took, and gives whether it went wrong."""
    begun = time.monotonic()
    code = subprocess.run(command, env=environ, check=False).returncode
    print(f"{name}: {'ok' if code == 0 else f'exit {code}'} in {time.monotonic() - begun:.0f} s", flush=True)
    return code != 0


if __name__ == "__main__":
    sys.exit(main())
