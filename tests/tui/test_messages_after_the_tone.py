"""What customers spoke after the tone, as staff at the counter see it."""

from __future__ import annotations

import pytest
from aiohttp import web

from servizio.tui.counter_views import VoiceView
from servizio.tui.look import StaffPage
from servizio.tui.mailbox import Mailbox
from servizio.tui.views import MessageLeft
from tests.tui.conftest import NOON, StillTime, open_console
from tests.tui.shop_server import ShopServer


async def test_a_message_is_told_at_once_and_not_again_when_it_is_done(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.shows("F6 Health")
        server.counter.spoke("RE1")
        await console.shows("…4567 left a message of 23 s: F6 says where to listen")
        await console.shows("F6 Health 1")
        server.counter.heard("RE1")
        await console.hides("F6 Health 1")
        server.counter.spoke("RE2", phone=None, seconds=9)
        await console.shows("Somebody left a message of 9 s")


async def test_messages_that_wait_to_be_heard_stand_first_with_who_when_and_how_long(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.could_not_send("m1")
    server.counter.messages[0]["state"] = "sent"
    server.counter.spoke("RE1", phone=None, seconds=7, days_ago=3)
    server.counter.spoke("RE2")
    page = StaffPage("http://192.168.1.7:8000/barista")
    async with open_console(server, still, staff_page=page) as console:
        await console.press("f6")
        await console.shows("● 2 TO BE HEARD   ○ all delivered or on their way")
        rows = [row for row in console.text.splitlines() if "● TO BE" in row or "○ sent" in row]
        told = [" ".join(row.split()) for row in rows]
        assert told[0] == "● TO BE HEARD 12:00 …4567 spoken 23 s after the tone"
        assert told[1] == "● TO BE HEARD 11 Mar withheld spoken 7 s after the tone"
        assert "○ sent" in told[2]
        assert "Listen at http://192.168.1.7:8000/barista/messages" in console.text
        await console.press("down")
        await console.shows("withheld number spoke for 7 s, Wed 11 Mar, 12:00")


async def test_where_no_tablet_reaches_the_server_one_listens_on_this_machine(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.spoke("RE1")
    page = StaffPage("http://192.168.1.7:8000/barista", "Not yet: it listens on this machine.")
    async with open_console(server, still, staff_page=page) as console:
        await console.press("f6")
        await console.shows(f"Listen at {server.url}/barista/messages")


async def test_a_message_is_dealt_with_by_a_key_after_a_question(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.spoke("RE1")
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("● 1 TO BE HEARD")
        await console.press("d")
        await console.shows("Its sound is erased for good.")
        await console.press("n")
        await console.shows("● 1 TO BE HEARD")
        assert server.counter.spoken
        await console.press("d", "y")
        await console.shows("○ dealt with")
        await console.shows("The message is dealt with")
        assert server.counter.spoken == []
        await console.shows("dealt with: its sound is erased")
        await console.hides("F6 Health 1")
        await console.press("d")
        await console.shows("Somebody has dealt with it already")


async def test_what_somebody_else_has_dealt_with_stays_listed_as_such(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.spoke("RE1")
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("● TO BE HEARD")
        server.counter.heard("RE1")
        await console.shows("○ dealt with")
        await console.press("r")
        await console.hides("● TO BE HEARD")
        assert "○ dealt with" in console.text


@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_message_that_is_done_stays_listed_whichever_news_of_it_comes_first(
    is_told_first: bool,
) -> None:
    mailbox = Mailbox()
    mailbox.load([], [], [VoiceView("RE1", "+15551234567", 23, NOON)])
    assert mailbox.waiting == 1
    if is_told_first:
        mailbox.apply(MessageLeft("RE1", "", 23, is_done=True))
    mailbox.load([], [], [])
    if not is_told_first:
        mailbox.apply(MessageLeft("RE1", "", 23, is_done=True))
    assert mailbox.letters == (VoiceView("RE1", "+15551234567", 23, NOON, is_done=True),)
    assert mailbox.waiting == 0


async def test_keys_for_texts_do_nothing_to_a_message_and_say_so(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.could_not_send("m1")
    server.counter.messages[0]["state"] = "sent"
    server.counter.spoke("RE1")
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("● 1 TO BE HEARD")
        await console.press("x")
        await console.shows("That is what a customer spoke: nothing is left to send")
        await console.press("down", "d")
        await console.shows("This is for messages after the tone")
        assert server.counter.spoken and not server.counter.dismissed


async def test_a_server_that_keeps_no_messages_shows_its_texts_all_the_same(
    server: ShopServer, still: StillTime
) -> None:
    async def unknown(_: web.Request) -> web.Response:
        return web.json_response({"error": {"code": "not_found", "message": "?"}}, status=404)

    server.counter._voice_messages = unknown  # type: ignore[method-assign]
    await server.stop()
    await server.start()
    server.counter.could_not_send("m1")
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("■ 1 NOT DELIVERED")
