"""Servers that start in a moment: forked from a process that has loaded everything already.

Loading Python's modules is most of a server's start, and nothing of it can lose an order. What
is forked does all the rest, as `servizio serve` does: settings, store, recovery, port.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.end_to_end.shop_process import REPOSITORY, Process, ShopProcess


class ForkedServer:
    """A process that is a child of the nursery's and not ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """`None` while it lives."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        """Until it is gone. Raises `subprocess.TimeoutExpired`."""
        if not select.select([self._handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("servizio serve", timeout or 0.0)
        return 0

    def kill(self) -> None:
        """SIGKILL, unless it is gone."""
        self._send(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM, unless it is gone."""
        self._send(signal.SIGTERM)

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, number)

    def __del__(self) -> None:
        os.close(self._handle)


class NurseryShop(ShopProcess):
    """A shop whose server may be started many times. Leave its context to end the nursery."""

    _nursery: subprocess.Popen[bytes] | None = None

    def __exit__(self, *given: object) -> None:
        super().__exit__(*given)
        if self._nursery is not None:
            self._nursery.terminate()
            self._nursery.communicate(timeout=10)
            self._nursery = None

    def _launch(self, environment: Mapping[str, str]) -> Process:
        if self._nursery is None:
            command = [sys.executable, "-m", "bench.crowd.nursery", self._home / "server.out"]
            self._nursery = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write(b"start\n")
        self._nursery.stdin.flush()
        return ForkedServer(int(self._nursery.stdout.readline()))


def main() -> None:
    """Fork a server for each line that comes in, and tell its process number."""
    import servizio.commands.serving  # noqa: PLC0415 - this is what it is for
    import servizio.server.agent_table  # noqa: PLC0415
    import servizio.server.assembly  # noqa: PLC0415

    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    output = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in iter(sys.stdin.readline, ""):
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.chdir(Path(sys.argv[1]).parent)
            try:
                servizio.commands.serving.serve_shop(None, 0, supervised=False)
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
