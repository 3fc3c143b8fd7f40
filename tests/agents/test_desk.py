"""What an order of a call has beside its lines, and who learns of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from servizio.agents.cart_views import cart_view
from servizio.shop.order import OrderStatus, Source
from servizio.store.records import MessageState
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import CALL_SID, CALLING
from tests.agents.shop_call import ShopCall

Begin = Callable[..., ShopCall]


async def test_an_order_belongs_to_its_call_and_came_by_phone(
    shop_call: Begin, store: SqliteStore
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    await call.do("checkout_order")
    order = await store.latest_order_of_call(CALL_SID)
    assert order is not None
    assert (order.draft.source, order.draft.call_sid) == (Source.PHONE, CALL_SID)
    (placed,) = await store.order_history(order.number)
    assert placed.actor == "agent"


async def test_the_confirmation_waits_for_the_end_of_the_call_and_tells_the_last_state(
    shop_call: Begin, store: SqliteStore
) -> None:
    await store.start_call(CALL_SID, phone=CALLING)
    call = shop_call()
    await call.order_tea("boba")
    await call.do("save_phone_number")
    await call.do("checkout_order")
    await call.order_tea(item="black-milk-tea")
    await call.do("checkout_order")
    waiting = await store.messages()
    assert [message.state for message in waiting if "11.75" in message.body] == [MessageState.HELD]
    await store.end_call(CALL_SID, outcome="completed")
    (text,) = await store.messages(states=[MessageState.PENDING])
    assert text.to == CALLING
    assert "11.75" in text.body


async def test_a_cancelled_order_sends_no_confirmation(
    shop_call: Begin, store: SqliteStore
) -> None:
    await store.start_call(CALL_SID, phone=CALLING)
    call = shop_call()
    await call.order_tea("boba")
    await call.do("save_phone_number")
    await call.do("checkout_order")
    await call.do("cancel_order")
    await store.end_call(CALL_SID, outcome="completed")
    assert await store.messages(states=[MessageState.PENDING]) == []


async def test_two_calls_get_two_numbers(shop_call: Begin) -> None:
    numbers = set()
    for sid in ("CA1", "CA2"):
        call = shop_call(call_sid=sid)
        await call.order_tea()
        numbers.add((await call.do("checkout_order"))["order_number"])
    assert len(numbers) == 2


async def test_the_wait_counts_what_is_in_the_queue_and_in_the_cart(shop_call: Begin) -> None:
    for sid in ("CA1", "CA2"):
        ahead = shop_call(call_sid=sid)
        await ahead.order_tea(quantity=8)
        await ahead.do("checkout_order")
    call = shop_call()
    assert await call.desk.quoted_wait() == 30
    await call.order_tea(quantity=4)
    asked = await call.desk.quoted_wait()
    assert asked == 30
    assert (await call.do("checkout_order"))["wait_minutes"] == asked


async def test_a_cart_that_a_screen_shows_never_holds_a_whole_phone_number(
    shop_call: Begin,
) -> None:
    call = shop_call()
    await call.do("save_phone_number", phone="555-123-4567")
    view = cart_view(call.desk.cart)
    assert view["phone_ends"] == "4567"
    assert "123" not in str(view)


async def test_an_order_placed_for_an_agent_who_has_gone_is_known_to_the_next(
    shop_call: Begin, store: SqliteStore
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    placing = asyncio.create_task(call.do("checkout_order"))
    await asyncio.sleep(0)
    placing.cancel()
    await asyncio.gather(placing, return_exceptions=True)
    found = await call.do("order_is_placed")
    order = await store.latest_order_of_call(CALL_SID)
    assert found["order_number"] == (order.number if order else None)


async def test_what_staff_cancelled_is_not_placed_any_more(
    shop_call: Begin, store: SqliteStore
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    number = (await call.do("checkout_order"))["order_number"]
    await store.set_status(number, OrderStatus.CANCELLED, actor="staff")
    assert (await call.do("order_is_placed"))["placed"] is False


async def test_a_browser_cannot_be_put_through_to_a_person(shop_call: Begin) -> None:
    call = shop_call(staff_phone="+14155550111", source=Source.BROWSER)
    assert "nobody" in await call.refused("transfer_to_staff", {"reason": "asked"})
