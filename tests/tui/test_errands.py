"""What is done about an order beside moving it: recall, text, call back, ticket on paper."""

from __future__ import annotations

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from servizio.shop.order import OrderStatus
from servizio.tui.papers import PaperError, Papers
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer


async def test_any_finished_order_can_be_brought_back_from_a_list(
    server: ShopServer, still: StillTime
) -> None:
    for number, minutes_ago in (("1111", 9), ("2222", 8), ("3333", 7)):
        server.take_order(number, minutes_ago=minutes_ago)
        still.pass_by(60)
        server.move(number, OrderStatus.READY)
    async with open_console(server, still) as console:
        await console.press("r")
        await console.shows("Bring which order back?")
        rows = [row for row in console.text.splitlines() if "READY   " in row]
        assert [number in row for number, row in zip(("3333", "2222", "1111"), rows, strict=True)]
        await console.press("down", "enter")
        await console.shows("RECALLED")
        assert server.changes[-1] == ("2222", "received")
        assert console.selected == "2222"


async def test_closing_the_list_brings_nothing_back(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.press("r")
        await console.shows("No finished order to bring back")
        server.take_order("1111")
        server.move("1111", OrderStatus.READY)
        await console.shows("READY 1")
        await console.press("r")
        await console.shows("Bring which order back?")
        await console.press("escape")
        await console.hides("Bring which order back?")
        assert server.changes[-1] == ("1111", "ready")


async def test_the_text_is_sent_again_with_one_key(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782", minutes_ago=2)
    server.take_order("5555", phone=None, source="counter")
    async with open_console(server, still) as console:
        await console.press("t")
        await console.shows("4782: the text is sent again")
        assert server.counter.texted == ["4782"]
        await console.press("down", "t")
        await console.shows("no text was sent. There is no phone number.")


async def test_without_an_account_no_text_is_said_to_be_sent_and_no_call_is_offered(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.day |= {"can_text": False, "can_ring": False}
    server.take_order("4782", minutes_ago=2)
    async with open_console(server, still) as console:
        await until(lambda: console.app.floor.shop)
        await console.press("t")
        await console.shows("4782: the text is kept here and sent")
        await console.press("b")
        await console.shows("There is no telephone to call with")
        assert "Ring the customer" not in console.text
        assert server.counter.rung == []


async def test_calling_back_asks_first_and_says_which_telephone_rings(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", minutes_ago=2)
    server.take_order("5555", phone=None, source="counter")
    async with open_console(server, still) as console:
        await console.press("b")
        await console.shows("Ring the customer of 4782 (…4567)?")
        await console.press("n")
        await console.hides("Ring the customer")
        assert server.counter.rung == []
        await console.press("b", "y")
        await console.shows("4782: your telephone rings")
        assert server.counter.rung == ["4782"]
        assert server.counter.rung_how == [{}]
        await console.press("down", "b")
        await console.shows("5555 has no phone number")


async def test_the_agent_rings_a_customer_and_says_what_staff_want_it_to(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", minutes_ago=2)
    async with open_console(server, still) as console:
        await console.press("b")
        await console.shows("Agent: sold out (o)")
        await console.press("o")
        await console.shows("4782: the agent rings the customer")
        await console.press("b")
        await console.shows("Agent: ready (r)")
        await console.press("r")
        await console.hides("Agent: ready (r)")
        await console.press("b")
        await console.shows("m: the agent tells")
        await console.press("m", *"yourbag", "enter")
        await console.hides("m: the agent tells")
        assert server.counter.rung_how == [
            {"purpose": "sold_out"},
            {"purpose": "ready"},
            {"purpose": "message", "message": "yourbag"},
        ]


async def test_the_file_of_a_ticket_is_named_by_the_clock_of_the_shop(
    server: ShopServer, still: StillTime, tmp_path: Path
) -> None:
    server.counter.day["timezone"] = "Asia/Tokyo"
    server.take_order("4782")
    async with open_console(server, still, (160, 40), papers=Papers(tmp_path)) as console:
        await console.press("i")
        await console.shows("4782 is saved:")
    (path,) = tmp_path.glob("ticket-*")  # noqa: ASYNC240 - a story looks into a folder
    at = still.now.astimezone(ZoneInfo("Asia/Tokyo"))
    assert path.name == f"ticket-4782-{at:%Y%m%d-%H%M%S}.txt"


async def test_without_a_printer_the_ticket_becomes_a_file_and_its_path_is_shown(
    server: ShopServer, still: StillTime, tmp_path: Path
) -> None:
    server.take_order("4782")
    folder = tmp_path / "papers"
    async with open_console(server, still, (160, 40), papers=Papers(folder)) as console:
        await console.press("i")
        await console.shows("4782 is saved:")
        (path,) = folder.iterdir()
        assert path.name.startswith("ticket-4782-")
        assert path.read_text(encoding="utf-8") == "ORDER 4782\ntaro milk tea\n"
        assert path.stat().st_mode & 0o777 == 0o600


async def test_a_ticket_goes_to_the_print_command_as_it_is(
    server: ShopServer, still: StillTime, tmp_path: Path
) -> None:
    server.take_order("4782")
    printed = tmp_path / "printed"
    copy = "import sys; open(sys.argv[1], 'w').write(sys.stdin.read())"
    command = f'{sys.executable} -c "{copy}" {printed}'
    async with open_console(server, still, papers=Papers(tmp_path, command)) as console:
        await console.press("i")
        await console.shows("4782 is printed")
        assert printed.read_text(encoding="utf-8") == "ORDER 4782\ntaro milk tea\n"


@pytest.mark.parametrize(
    "command", ["/nowhere/printer", '"', f'{sys.executable} -c "raise SystemExit(3)"']
)
async def test_a_printer_that_fails_is_told_and_breaks_nothing(
    server: ShopServer, still: StillTime, tmp_path: Path, command: str
) -> None:
    server.take_order("4782")
    async with open_console(server, still, papers=Papers(tmp_path, command)) as console:
        await console.press("i")
        await console.shows("4782 was NOT printed.")
        await until(lambda: console.app.is_running)


def test_a_folder_that_cannot_be_written_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PaperError) as caught:
        Papers(tmp_path / "file").save("ticket.txt", "4782")
    assert caught.value.hint
