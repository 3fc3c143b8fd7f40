"""A screen opens on a real terminal, and a closed one takes and leaves nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tui.conftest import until
from tests.tui.shop_server import TOKEN, ShopServer

pty = pytest.importorskip("pty")

_PROGRAM = """
import sys
from pathlib import Path
from servizio.tui import open_console
end = open_console(sys.argv[1], sys.argv[2], owns_server=True)
Path(sys.argv[3]).write_text(f"{end.exit_code} {end.stop_server}")
"""

_BOARD = """
import sys
from servizio.tui import run_tv
sys.exit(run_tv(sys.argv[1]))
"""

_SET_UP = """
from servizio.tui import run_setup
from servizio.tui.setup.answers import SetupQuestions
run_setup(SetupQuestions((), "servizio.toml", "token", "staff-token"), lambda answers: {})
"""


@dataclass
class Terminal:
    """A terminal with a screen on it."""

    console: asyncio.subprocess.Process
    handle: int
    end: Path
    said: bytes = b""
    is_open: bool = True

    def read(self) -> None:
        try:
            self.said += os.read(self.handle, 65536)
        except OSError:
            self.close()

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            asyncio.get_running_loop().remove_reader(self.handle)
            os.close(self.handle)


@asynccontextmanager
async def terminal(
    server: ShopServer, end: Path, program: str = _PROGRAM, shown: bytes = b"Nothing to make"
) -> AsyncIterator[Terminal]:
    ours, theirs = pty.openpty()
    console = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, server.url, TOKEN, str(end)),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm-256color"},
    )
    os.close(theirs)
    opened = Terminal(console, ours, end)
    asyncio.get_running_loop().add_reader(ours, opened.read)
    try:
        await until(lambda: shown in opened.said)
        yield opened
    finally:
        opened.close()
        if console.returncode is None:
            console.kill()
        await console.wait()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "shown"), [(_BOARD, b"READY"), (_SET_UP, b"Your shop")], ids=["tv", "set-up"]
)
async def test_the_other_screens_open_on_a_real_terminal_too(
    server: ShopServer, tmp_path: Path, program: str, shown: bytes
) -> None:
    async with terminal(server, tmp_path / "end", program, shown) as opened:
        opened.close()
        assert await asyncio.wait_for(opened.console.wait(), 15.0) == 0


async def test_closing_the_terminal_ends_the_console_and_asks_for_the_server_to_be_stopped(
    server: ShopServer, tmp_path: Path
) -> None:
    async with terminal(server, tmp_path / "end") as opened:
        await until(lambda: server.listeners)
        opened.close()
        for number in range(1000, 1040):
            server.take_order(str(number))
        await asyncio.wait_for(opened.console.wait(), 15.0)
        assert opened.end.read_text() == "0 True"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_console_and_asks_for_the_server_to_be_stopped(
    server: ShopServer, tmp_path: Path, number: signal.Signals
) -> None:
    async with terminal(server, tmp_path / "end") as opened:
        opened.console.send_signal(number)
        await asyncio.wait_for(opened.console.wait(), 15.0)
        assert opened.end.read_text() == "0 True"


_OPENING = """
import sys
from servizio.commands.supervisor import Supervisor
from servizio.settings import locate
folders = locate()
folders.make()
with Supervisor(folders, host=None, port=0) as supervisor:
    print(supervisor.wait_until_up(), flush=True)
    sys.stdin.read()
"""


async def test_a_signal_while_the_shop_opens_leaves_no_server_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "SERVIZIO_HOME": str(tmp_path), "SERVIZIO_AGENT__ORDER": "local"}
    opening = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _OPENING),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
    )
    assert opening.stdout is not None
    try:
        url = (await asyncio.wait_for(opening.stdout.readline(), 60.0)).decode().strip()
        port = int(url.rpartition(":")[2])
        opening.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(opening.wait(), 60.0) == 128 + signal.SIGTERM
    finally:
        if opening.returncode is None:
            opening.kill()
            await opening.wait()
    with pytest.raises(ConnectionError):
        await asyncio.open_connection("127.0.0.1", port)
