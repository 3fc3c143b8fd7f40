"""The figures of a day, what could not be delivered, and calls that are looked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from servizio.tui.desk import Notice
from servizio.tui.papers import Papers
from servizio.tui.report_art import bar
from tests.tui.conftest import StillTime, open_console, until
from tests.tui.shop_server import ShopServer


async def test_the_day_is_told_in_figures_and_bars(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await console.press("f7")
        await console.shows("Today, Saturday, 14 March 2026")
        for words in ("381.25", "5 min 12 s", "9 of 10 within 9 min 31 s", "hung up"):
            assert words in console.text
        rows = {row.split()[0]: row for row in console.text.splitlines() if "█" in row}
        assert rows["12-13"].count("█") > rows["11-12"].count("█") > rows["09-10"].count("█")
        assert "14 136.92" in " ".join(rows["12-13"].split())


async def test_one_leafs_through_the_days_and_not_into_the_future(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.days["2026-03-13"] = {"orders": 7, "by_hour": [], "by_item": []}
    async with open_console(server, still) as console:
        await console.press("f7")
        await console.shows("Today, Saturday, 14 March 2026")
        await console.press("left")
        await console.shows("Friday, 13 March 2026")
        await console.shows("no orders on this day")
        await console.press("right")
        await console.shows("Today, Saturday, 14 March 2026")
        await console.press("right")
        await console.shows("Today is the last day there is")


@pytest.mark.parametrize(("key", "kind"), [("c", "csv"), ("e", "json")])
async def test_a_day_is_saved_to_a_file_and_its_path_is_shown(
    server: ShopServer, still: StillTime, tmp_path: Path, key: str, kind: str
) -> None:
    async with open_console(server, still, (160, 40), papers=Papers(tmp_path)) as console:
        await console.press("f7")
        await console.shows("14 March 2026")
        await console.press(key)
        await console.shows("Saved:")
        content = (tmp_path / f"servizio-2026-03-14.{kind}").read_text(encoding="utf-8")
        if kind == "csv":
            assert content == "day,orders\n2026-03-14,39\n"
        else:
            assert json.loads(content)["orders"] == 39


async def test_a_report_that_cannot_be_had_says_why(server: ShopServer, still: StillTime) -> None:
    async with open_console(server, still) as console:
        await server.stop()
        await console.shows("CONNECTION LOST")
        await console.press("f7")
        await console.shows("■ No connection to")


@pytest.mark.parametrize(
    ("value", "drawn"), [(0, ""), (8, "████"), (4, "██"), (1, "▌"), (0.01, "▏"), (99, "████")]
)
def test_bars_are_drawn_to_scale_and_the_smallest_is_seen(value: float, drawn: str) -> None:
    assert bar(value, 8, 4) == drawn


async def test_undelivered_texts_stand_first_and_say_why(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.could_not_send("m1", "unreachable [/b] handset")
    server.counter.messages.insert(
        0, server.counter.messages[0] | {"id": "m0", "state": "sent", "error_code": None}
    )
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("■ 1 NOT DELIVERED")
        rows = [row for row in console.text.splitlines() if "…4567" in row]
        assert "NOT DELIVERED" in rows[0]
        assert "unreachable [/b] handset (30003)" in console.text


async def test_an_undelivered_text_is_sent_again_or_given_up(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.could_not_send("m1")
    server.counter.could_not_send("m2")
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("■ 2 NOT DELIVERED")
        await console.press("t")
        await console.shows("■ 1 NOT DELIVERED")
        assert server.counter.retried == ["m1"]
        await console.press("up", "up", "x")
        await console.shows("all delivered or on their way")
        assert server.counter.dismissed == ["m2"]


async def test_texts_of_a_shop_without_an_account_are_not_said_to_be_on_their_way(
    server: ShopServer, still: StillTime
) -> None:
    server.counter.could_not_send("m1")
    server.counter.messages[0] |= {"state": "local", "error_code": None, "error_text": None}
    async with open_console(server, still) as console:
        await console.press("f6")
        await console.shows("○ 1 kept here, sent nowhere: no telephone account")
        assert "on their way" not in console.text


async def test_calls_are_found_by_what_was_said(server: ShopServer, still: StillTime) -> None:
    server.ring("CA1", "+15550001111")
    server.say("CA1", "customer", "is there peanut in it")
    server.hang_up("CA1", outcome="question")
    server.ring("CA2", "+15550002222")
    server.hang_up("CA2", outcome="hung_up")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("…2222")
        await console.press("slash", *"peanut", "enter")
        await console.hides("…2222")
        await console.shows("is there peanut in it")
        await console.shows("ended: question")
        await console.press("escape")
        await console.shows("…2222")


async def test_the_order_of_a_call_is_one_key_away(server: ShopServer, still: StillTime) -> None:
    server.take_order("4782", call_sid="CA1")
    server.ring("CA1")
    server.hang_up("CA1", order_number="4782")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("order 4782")
        await console.press("o")
        await console.shows("How it was taken")


async def test_a_conversation_that_has_not_come_yet_is_said_to_be_loading(
    server: ShopServer, still: StillTime
) -> None:
    server.take_order("4782", call_sid="CA1")
    server.ring("CA1")
    server.say("CA1", "customer", "one taro")
    server.hang_up("CA1", order_number="4782")
    server.may_tell_calls.clear()
    async with open_console(server, still) as console:
        await console.press("d")
        await console.shows("How it was taken  loading …")
        server.may_tell_calls.set()
        await console.shows("one taro")
        assert "loading" not in console.text


async def test_who_is_speaking_is_told_while_it_is_spoken(
    server: ShopServer, still: StillTime
) -> None:
    server.ring("CA1")
    async with open_console(server, still) as console:
        await console.press("f3")
        await console.shows("● on the line")
        server.say("CA1", "customer", "two taro", final=False)
        await until(lambda: "● customer speaks" in console.text)


async def test_a_text_that_fails_is_told_at_once_and_marks_the_way_to_the_reason(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.shows("F6 Health ")
        server.counter.could_not_send("m1")
        failed = {"id": "m1", "kind": "sms", "state": "failed", "order_number": "4782"}
        server.tell("outbox_changed", {"message": failed})
        await console.shows("A text for order 4782 could not be delivered")
        await console.shows("F6 Health 1")
        await console.press("f6")
        await console.shows("■ 1 NOT DELIVERED")
        await console.press("x")
        await console.hides("F6 Health 1")


async def test_what_a_customer_wrote_is_told_at_once_and_stands_among_the_texts(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.shows("F6 Health")
        server.tell("text_received", server.counter.wrote("I am [b]late", order_number="4782"))
        await console.shows("…4567 wrote: I am [b]late (F6)")
        await console.press("f6")
        await console.shows("● WROTE US")
        await console.shows("answered: Thank you, our staff will see your message.")
        await console.press("t")
        await console.shows("nothing is left to send")
        assert server.counter.retried == []


async def test_what_is_sold_out_is_put_back_by_the_key_that_says_so(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5")
        await console.shows("x Sold out")
        await console.press("x")
        await console.shows("x Back")
        await console.press("down")
        await console.shows("x Sold out")
        await console.press("up", "x")
        await console.shows("x Sold out")


@pytest.mark.parametrize("columns", [80, 120])
async def test_a_notice_is_shown_to_its_last_letter(
    server: ShopServer, still: StillTime, columns: int
) -> None:
    words = "abcd efgh ijkl mnop qrst uvwx yzAB CDEF GHIJ KLMN OPQR STUV WXYZ"
    async with open_console(server, still, size=(columns, 30)) as console:
        for length in (35, 36, 37, 38, 55, 56, 57, 58):
            said = f"{words[: length - 1]}#"
            console.app.tell(Notice(said))
            await until(lambda: "#" in console.text)


async def test_the_wait_that_customers_are_told_stays_true_while_the_queue_grows(
    server: ShopServer, still: StillTime
) -> None:
    async with open_console(server, still) as console:
        await console.press("f5")
        await console.shows("Customers are told 10 min")
        server.counter.day["quoted_wait_minutes"] = 35
        console.app.ask_wait()
        await console.shows("Customers are told 35 min")
