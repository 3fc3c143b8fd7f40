"""How the main screens look: one picture for each that a person has looked at and accepted.

`pytest tests/tui/test_pictures.py --snapshot-update` takes new ones; look at them before you
commit them.
"""

from __future__ import annotations

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.assertion import SnapshotAssertion

from tests.tui.conftest import StillTime, open_console, open_tv, until
from tests.tui.shop_scene import play, speak
from tests.tui.shop_server import ShopServer


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(SVGImageExtension)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80", "120", "200"])
async def test_the_queue_on_three_terminals(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    play(server, still.now)
    async with open_console(server, still, size) as console:
        speak(server, still.now)
        await console.shows("customer: yes, and a black milk")
        assert console.app.export_screenshot() == picture


async def test_the_queue_without_colours(
    server: ShopServer,
    still: StillTime,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    play(server, still.now)
    async with open_console(server, still) as console:
        await console.shows("ON THE LINE")
        assert console.app.export_screenshot() == picture


@pytest.mark.parametrize("theme", ["servizio-light", "servizio-contrast"])
async def test_the_queue_in_another_light(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, theme: str
) -> None:
    play(server, still.now)
    async with open_console(server, still) as console:
        console.app.theme = theme
        await console.shows("ON THE LINE")
        await console.pilot.pause()
        assert console.app.export_screenshot() == picture


async def test_a_call_in_progress(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion
) -> None:
    play(server, still.now)
    async with open_console(server, still) as console:
        speak(server, still.now)
        await console.press("f3")
        await console.shows("customer: yes, and a black milk")
        await console.pilot.pause()
        assert console.app.export_screenshot() == picture


async def test_a_lost_connection(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion
) -> None:
    play(server, still.now)
    async with open_console(server, still) as console:
        await server.stop()
        await console.shows("CONNECTION LOST")
        await console.shows("No connection to the server")
        assert console.app.export_screenshot() == picture


@pytest.mark.parametrize(
    "size",
    [(40, 12), (60, 70), (120, 34), (240, 67), (120, 68)],
    ids=["tiny", "upright", "wide", "television", "television-upright"],
)
async def test_the_board_on_the_wall(
    server: ShopServer, still: StillTime, picture: SnapshotAssertion, size: tuple[int, int]
) -> None:
    play(server, still.now)
    look = {"ticker": "Ask for the taro of the day", "order_at": "+15550001234"}
    async with open_tv(server, still, size, "Servizio Boba", **look) as (app, pilot):
        await until(lambda: len(app._board.preparing()) == 4)
        await pilot.pause()
        assert app.export_screenshot() == picture
