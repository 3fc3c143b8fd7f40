"""What nobody plans for: a crash that tells no names, and a key that nobody remembers."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from rich.console import Console

from servizio.tui.quiet_terminal import quiet_terminal
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer


async def test_a_crash_tells_the_terminal_no_names_and_fails_the_command(
    server: ShopServer, still: StillTime
) -> None:
    def break_down() -> None:
        secret = "Ana +15551234567"
        raise RuntimeError(secret)

    printed = io.StringIO()
    with pytest.raises(RuntimeError):
        async with open_console(server, still) as console:
            console.app.call_later(break_down)
            await until(lambda: console.app.return_code)
            terminal = Console(file=printed)
            for each in console.app._exit_renderables:
                terminal.print(each)
    assert console.app.return_code == 1
    assert "error: The console broke (RuntimeError)." in printed.getvalue()
    assert "Ana" not in printed.getvalue()
    assert "1234567" not in printed.getvalue()


async def test_the_palette_has_every_action_and_every_open_order(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("1111", minutes_ago=2)
    server.take_order("2222")
    async with open_console(server, still) as console:
        await console.press("ctrl+p", *"2222")
        await console.shows("Order 2222")
        await console.press("enter")
        await until(lambda: console.selected == "2222")
        await console.press("ctrl+p", *"picked")
        await console.shows("Picked up")
        await console.press("escape")
        titles = {each.title for each in console.app.get_system_commands(console.app.screen)}
    wanted = {"Ready", "Start", "Picked up", "Undo", "Recall", "Cancel", "Find", "Details", "Quit"}
    assert wanted <= titles


def test_no_log_line_reaches_the_terminal_and_all_go_to_a_private_file(tmp_path: Path) -> None:
    root = logging.getLogger()
    screen = io.StringIO()
    handler = logging.StreamHandler(screen)
    root.addHandler(handler)
    path = tmp_path / "logs" / "console.log"
    try:
        with quiet_terminal(path):
            logging.getLogger("servizio.test").warning("the outbox is full")
        assert handler in root.handlers
    finally:
        root.removeHandler(handler)
    assert screen.getvalue() == ""
    assert "the outbox is full" in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o777 == 0o600
