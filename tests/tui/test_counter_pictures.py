"""How the counter's screens look: one picture for each that a person has looked at and accepted.

`pytest tests/tui/test_counter_pictures.py --snapshot-update` takes new ones; look at them before
you commit them.
"""

from __future__ import annotations

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion
from textual.widgets import Input

from servizio.tui.floor import Change, Topic
from servizio.tui.look import StaffPage
from tests.tui.conftest import OpenConsole, StillTime, open_console
from tests.tui.shop_scene import play
from tests.tui.shop_server import ShopServer

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80", "120"])


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageExtension)


async def settle(console: OpenConsole, words: str) -> str:
    """A picture of the screen once these words stand on it and nothing changes any more, with
    no cursor that blinks."""
    for field in console.app.screen.query(Input):
        field.cursor_blink = False
    await console.shows(words)
    console.app.clear_notifications()
    before = ""
    for _ in range(50):
        await console.pilot.pause()
        await console.pilot.pause()
        shown = console.app.export_screenshot()
        if shown == before:
            break
        before = shown
    return shown


@SIZES
async def test_a_counter_order_in_the_making(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    server.sold_out = {"egg-pudding"}
    async with open_console(server, still, size) as console:
        await console.press("n")
        await console.shows("For example")
        await console.pilot.press(*"2taro", "space", *"boba", "enter")
        await console.pilot.press(*"black", "space", *"egg", "space", *"foo")
        await console.shows("? foo")
        assert await settle(console, "TOTAL") == picture


@SIZES
async def test_the_menu_board_during_a_pause(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    server.sold_out = {"boba"}
    async with open_console(server, still, size) as console:
        await console.press("f5", "plus", "p")
        await console.shows("for how long?")
        await console.press("2")
        await console.shows("PAUSED until 12:20")
        assert await settle(console, "▲ BUSY +5 min") == picture


async def test_how_long_to_pause(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion
) -> None:
    async with open_console(server, still, (80, 24)) as console:
        await console.press("f5", "p")
        assert await settle(console, "for how long?") == picture


@SIZES
async def test_what_could_not_be_delivered(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    server.counter.could_not_send("m1")
    sent = {"id": "m2", "state": "sent", "error_code": None, "error_text": None, "attempts": 1}
    server.counter.messages.append(server.counter.messages[0] | sent)
    async with open_console(server, still, size) as console:
        await console.press("f6")
        await console.shows("■ 1 NOT DELIVERED")
        console.app.api.url = "http://127.0.0.1:8000"
        console.app.announce(Change(Topic.HEALTH))
        await console.shows("127.0.0.1:8000")
        assert await settle(console, "unreachable") == picture


@SIZES
async def test_what_waits_to_be_heard(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    server.counter.could_not_send("m1")
    server.counter.wrote("I am late", order_number="4782")
    server.counter.spoke("RE1", phone=None, seconds=7, days_ago=3)
    server.counter.spoke("RE2")
    page = StaffPage("http://192.168.1.7:8000/barista")
    async with open_console(server, still, size, staff_page=page) as console:
        await console.press("f6")
        await console.shows("● 2 TO BE HEARD")
        await console.press("down")
        console.app.api.url = "http://127.0.0.1:8000"
        console.app.announce(Change(Topic.HEALTH))
        await console.shows("127.0.0.1:8000")
        assert await settle(console, "Listen at") == picture


@SIZES
async def test_the_figures_of_a_day(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    async with open_console(server, still, size) as console:
        await console.press("f7")
        assert await settle(console, "FIGURES") == picture


async def test_the_figures_of_a_day_without_colours(
    server: ShopServer,
    still: StillTime,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_console(server, still) as console:
        await console.press("f7")
        assert await settle(console, "FIGURES") == picture


@SIZES
async def test_which_order_to_bring_back(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    play(server, still.now)
    async with open_console(server, still, size) as console:
        await console.shows("Maximilian")
        await console.press("r")
        assert await settle(console, "Bring which order back?") == picture


async def test_a_call_on_a_small_terminal(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion
) -> None:
    play(server, still.now)
    async with open_console(server, still, (80, 24)) as console:
        await console.press("f3")
        assert await settle(console, "fifty percent sweet") == picture
