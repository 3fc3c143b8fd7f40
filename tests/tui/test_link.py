"""A server that goes away and comes back: said at once, healed by itself, nothing missed."""

from __future__ import annotations

import signal

import pytest

from servizio.errors import ApiError
from servizio.shop.order import OrderStatus
from servizio.tui.api import ShopApi
from servizio.tui.console.shop_app import ExitChoice
from servizio.tui.floor import Floor, LinkStatus
from servizio.tui.stream import Backoff, ServerEvent, SseParser
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import TOKEN, ShopServer, line, modifier


async def test_a_cut_stream_is_resumed_where_it_stopped(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        server.take_order("4782")
        await console.shows("RECEIVED 1")
        server.cut_streams()
        server.take_order("9000")
        await console.shows("RECEIVED 2")
        await console.shows("● live")
        assert server.resumed_from == ["", "1"]


async def test_a_server_that_is_gone_is_said_at_once_and_since_when(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_console(server, still) as console:
        await console.shows("● live")
        await server.stop()
        await console.shows("CONNECTION LOST since 12:00")
        still.pass_by(60)
        server.take_order("9000")
        server.move("4782", OrderStatus.READY)
        await until(lambda: "since 12:00" in console.text)
        await server.start()
        await console.hides("CONNECTION LOST")
        await console.shows("RECEIVED 1")
        await console.shows("READY 1")
        await console.shows("nothing was missed")


async def test_orders_that_came_during_a_break_are_new_and_ring(
    server: ShopServer, still: StillTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_console(server, still) as console:
        rung: list[int] = []
        monkeypatch.setattr(console.app, "bell", lambda: rung.append(1))
        server.take_order("1111")
        await console.shows("RECEIVED 1")
        await server.stop()
        await console.shows("CONNECTION LOST")
        server.take_order("2222")
        await server.start()
        await console.shows("RECEIVED 2")
        assert console.text.count(" NEW ") == 2
        assert rung == [1, 1]


async def test_a_wrong_token_is_said_with_what_to_do(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still, token="wrong") as console:
        await console.shows("NOT LET IN")
        assert "does not accept this staff token" in console.text


async def test_a_press_without_connection_fails_loudly(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    async with open_console(server, still) as console:
        await server.stop()
        await console.shows("CONNECTION LOST")
        await console.press("m")
        await console.shows("4782 was NOT changed")


async def test_a_call_is_heard_while_it_is_spoken_and_its_cart_grows(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        server.ring("CA1", phone="+15550002468")
        await console.shows("ON THE LINE 0:00 …2468")
        server.say("CA1", "customer", "a taro milk", final=False)
        await console.shows("customer: a taro milk …")
        still.pass_by(1)
        server.say("CA1", "customer", "a taro milk tea please")
        await console.shows("customer: a taro milk tea please")
        assert "a taro milk …" not in console.text
        server.fill_cart("CA1", line("taro milk tea", modifier("topping", "boba")))
        await console.shows("cart: 1 taro milk tea, boba")
        server.hang_up("CA1", order_number="4782")
        await console.hides("ON THE LINE")


async def test_a_call_that_was_going_on_before_is_shown_with_what_was_said(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    server.say("CA1", "agent", "What can I get you?")
    async with open_console(server, still) as console:
        await console.shows("agent: What can I get you?")
        await console.press("f3")
        await console.shows("● LIVE")
        await console.shows("agent: What can I get you?")


async def test_a_past_call_shows_its_conversation_and_outcome(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    server.say("CA1", "customer", "one hot cocoa")
    server.hang_up("CA1", order_number="4782")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("customer: one hot cocoa")
        assert "order 4782" in console.text


async def test_staff_can_speak_in_a_call_take_it_over_and_end_it(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("● LIVE")
        await console.press("y", *"one", "space", *"minute", "enter")
        await until(lambda: server.call_orders == [("say", "one minute")])
        await console.press("t", "n", "t", "y")
        await until(lambda: server.call_orders[1:] == [("transfer", "")])
        await console.press("g", "y")
        await until(lambda: server.call_orders[2:] == [("hang_up", "")])
        server.hang_up("CA1")
        await console.hides("● LIVE")
        await console.press("g")
        await console.pilot.pause()
        assert len(server.call_orders) == 3


async def test_the_details_of_an_order_show_how_it_was_taken(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    server.say("CA1", "customer", "a taro milk tea with boba")
    server.hang_up("CA1")
    server.take_order("4782", call_sid="CA1")
    async with open_console(server, still) as console:
        await console.press("d")
        await console.shows("customer: a taro milk tea with boba")
        assert "total 6.25" in console.text


async def test_sold_out_goes_to_the_server_and_comes_back(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5")
        await console.shows("egg pudding")
        await console.press("down", "x")
        await console.shows("■ SOLD OUT")
        assert server.sold_out == {"black-milk-tea"}
        await console.press("x")
        await console.hides("■ SOLD OUT")
        assert server.sold_out == set()


async def test_history_brings_back_an_order_that_was_handed_over(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782")
    server.move("4782", OrderStatus.READY)
    server.move("4782", OrderStatus.PICKED_UP)
    async with open_console(server, still) as console:
        await console.press("f4")
        await console.shows("picked up")
        await console.press("r")
        await until(lambda: server.changes[-1] == ("4782", "ready"))


async def test_health_names_what_is_not_well(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("WARNING")
        assert "no account" in console.text
        assert server.url in console.text


async def test_the_owner_is_asked_about_the_server_only_while_customers_are_on_the_line(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, owns_server=True) as console:
        server.ring("CA1")
        await console.shows("ON THE LINE")
        await console.press("ctrl+q")
        await console.shows("No call is cut off")
        await console.press("escape")
        await console.hides("No call is cut off")
        await console.press("ctrl+q", "l")
        await until(lambda: console.app.return_value is not None)
        assert console.app.return_value is ExitChoice.LEAVE


async def test_the_owner_who_leaves_an_idle_shop_stops_the_server(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still, owns_server=True) as console:
        await console.press("ctrl+q")
        await until(lambda: console.app.return_value is ExitChoice.DRAIN)


async def test_the_console_of_a_guest_never_stops_the_server(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    async with open_console(server, still) as console:
        await console.press("ctrl+q")
        await until(lambda: console.app.return_value is ExitChoice.LEAVE)


async def test_a_signal_to_end_closes_the_screen_in_order(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        signal.raise_signal(signal.SIGTERM)
        await until(lambda: console.app.return_value is ExitChoice.DRAIN)


async def test_help_names_the_keys(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.press("f1")
        await console.shows("Picked up")
        await console.press("f1")


def test_an_event_is_put_together_from_its_lines() -> None:
    parser = SseParser()
    told = [parser.line(text) for text in (": beat", "id: 7", "event: a", "data: 1", "data: 2", "")]
    assert told[-1] == ServerEvent("a", "1\n2", "7")
    assert told[:-1] == [None] * 5
    assert parser.line("") is None


def test_waits_grow_up_to_a_limit_and_start_again_after_success() -> None:
    backoff = Backoff(1.0, 5.0)
    waits = [backoff.next_wait() for _ in range(10)]
    assert 0.75 <= waits[0] <= 1.0
    assert 3.75 <= waits[-1] <= 5.0
    backoff.worked()
    assert backoff.next_wait() <= 1.0


async def test_a_server_that_is_not_there_is_an_error_with_a_hint() -> None:
    async with ShopApi("http://127.0.0.1:9", TOKEN) as api:
        with pytest.raises(ApiError, match="No connection") as caught:
            await api.orders()
    assert "servizio serve" in caught.value.hint


def test_a_server_that_never_answered_is_not_called_lost(still: StillTime) -> None:
    floor = Floor(still.clock())
    floor.relink(LinkStatus.LOST, still.clock())
    assert floor.link.status is LinkStatus.UNREACHED
    floor.relink(LinkStatus.LIVE, still.clock())
    floor.relink(LinkStatus.LOST, still.clock())
    assert floor.link.status is LinkStatus.LOST
