"""A real server of a throw-away shop: a process that can be killed and started again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from servizio.commands.shop_client import ShopClient
from servizio.errors import ApiError
from servizio.paths import Folders, find_folders
from servizio.server.presence import running_server

REPOSITORY = Path(__file__).parents[2]
UP_SECONDS = 30.0
READY_SECONDS = 90.0
STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order as it is in the database."""

    number: str
    phone: str | None
    total: str
    items: tuple[tuple[int, str, frozenset[str]], ...]
    """Quantity, item, modifiers that are no defaults."""


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One thing that was said."""

    role: str
    text: str
    heard: bool


class Process(Protocol):
    """What is needed of a process that was started; `subprocess.Popen` is one."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def kill(self) -> None: ...
    def terminate(self) -> None: ...


class ShopProcess:
    """`servizio serve` in a folder of its own. A context manager: leaving it stops the server."""

    def __init__(
        self,
        home: Path,
        environment: Mapping[str, str] | None = None,
        *,
        up_seconds: float = UP_SECONDS,
    ) -> None:
        self._up_seconds = up_seconds
        self._environment = dict(environment or {})
        home.mkdir(parents=True, exist_ok=True)
        self.folders: Folders = find_folders({"SERVIZIO_HOME": str(home)})
        self._home = home
        self._process: Process | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it answers."""
        running = running_server(self.folders)
        assert running is not None, self.log()
        return running.url

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("SERVIZIO", "TWILIO", "DEEPGRAM", "OPENAI", "GROQ", "COV"))
        }
        environment |= {
            "SERVIZIO_HOME": str(self._home),
            "SERVIZIO_AGENT__ORDER": "local",
            "SERVIZIO_SERVER__DRAIN_SECONDS": "1",
            "PYTHONPATH": str(REPOSITORY),
            **self._environment,
        }
        self._process = self._launch(environment)
        self._wait(self._up_seconds, lambda: self._is_announced() and self.health() is not None)

    def _launch(self, environment: Mapping[str, str]) -> Process:
        with (self._home / "server.out").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "servizio", "serve", "--port", "0"],
                cwd=self._home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_for_agent(self) -> None:
        """Wait until the local agent can talk."""
        self._wait(READY_SECONDS, lambda: self._agent_state() in {"ok", "failed"})
        assert self._agent_state() == "ok", self.log()

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_SECONDS)

    def wait_for_end(self) -> None:
        """Wait until it has ended by itself, in order."""
        assert self._process is not None
        assert self._process.wait(STOP_SECONDS) == 0, self.log()

    def stop(self) -> None:
        """End it as the system does, and wait."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def health(self) -> dict[str, Any] | None:
        """What `/health` says; empty where calls cannot be taken, `None` where nothing answers."""
        try:
            answer = ShopClient(self.url).get("/health")
        except ApiError as error:
            return {} if error.status == 503 else None
        return answer if isinstance(answer, dict) else None

    def log(self, length: int = 4000) -> str:
        """The end of what it wrote; `-1`: all of it."""
        written = (self._home / "server.out").read_text(errors="replace")
        return written if length < 0 else written[-length:]

    # What is in the database

    def orders(self, call_sid: str | None = None) -> list[OrderRow]:
        """The orders of a call, or all."""
        rows = self.select("SELECT number, phone, total, lines, call_sid FROM orders")
        return [
            OrderRow(number, phone, total, tuple(_item(line) for line in json.loads(lines)))
            for number, phone, total, lines, sid in rows
            if call_sid in {None, sid}
        ]

    def turns(self, call_sid: str) -> list[TurnRow]:
        """What was said in a call."""
        rows = self.select(
            "SELECT role, text, heard FROM turns WHERE call_sid = ? ORDER BY id", call_sid
        )
        return [TurnRow(role, text, bool(heard)) for role, text, heard in rows]

    def outcome(self, call_sid: str) -> str | None:
        """How a call ended; `None` while it has not."""
        rows = self.select("SELECT outcome FROM calls WHERE call_sid = ?", call_sid)
        return rows[0][0] if rows else None

    def texts(self, number: str) -> list[tuple[str, str]]:
        """Recipient and state of every text about an order."""
        return self.select(
            "SELECT recipient, state FROM outbox WHERE order_number = ? AND kind = 'sms'", number
        )

    def select(self, statement: str, *given: object) -> list[Any]:
        """Rows of the database, read beside the server."""
        with closing(sqlite3.connect(self.folders.database, timeout=10)) as connection:
            return connection.execute(statement, given).fetchall()

    def _is_announced(self) -> bool:
        running = running_server(self.folders)
        return running is not None and running.process == self.pid

    @property
    def pid(self) -> int:
        """Of the process that was started last."""
        assert self._process is not None
        return self._process.pid

    def _agent_state(self) -> str:
        health = self.health()
        if not health:
            return "" if health is None else "failed"
        return str(health.get("checks", {}).get("agents", {}).get("status", ""))

    def _wait(self, seconds: float, holds: Any) -> None:
        until = time.monotonic() + seconds
        while not holds():
            assert self._process is not None
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)


def _item(line: dict[str, Any]) -> tuple[int, str, frozenset[str]]:
    said: Sequence[str] = [each["modifier"] for each in line["modifiers"]]
    return line["quantity"], line["item"], frozenset(said)
