"""Staff see what could not be delivered, try it again, let it go, and send a text once more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from servizio.store.records import EventKind, Message, MessageKind, MessageState
from tests.server.conftest import STAFF, Shop
from tests.server.test_events import screen

PHONE = "+14155550100"
DAY = timedelta(days=1)


async def order_with_phone(shop: Shop) -> str:
    body = {"items": [{"item": "taro-milk-tea"}], "phone": PHONE}
    _, order = await shop.post("/api/orders", body)
    assert isinstance(order, dict)
    return str(order["order_number"])


async def lent(shop: Shop) -> Message:
    """The one message that is due, lent to a worker."""
    (message,) = await shop.store.claim_messages({MessageKind.SMS}, limit=5, lease=DAY)
    return message


async def failed(shop: Shop, code: str = "30003") -> Message:
    """A text that the provider refused."""
    await shop.store.queue_message(MessageKind.SMS, f"k{code}", to=PHONE, body="Your order.")
    message = await lent(shop)
    await shop.store.finish_message(
        message, MessageState.FAILED, error_code=code, error_text="Refused."
    )
    return message


async def done(shop: Shop, message: Message, what: str) -> tuple[int, Any]:
    return await shop.post(f"/api/outbox/{message.id}/{what}")


async def test_a_text_that_failed_is_tried_again_now(shop: Shop) -> None:
    message = await failed(shop)
    status, shown = await done(shop, message, "retry")
    assert (status, shown["state"], shown["attempts"]) == (200, "pending", 0)
    assert shown["error_text"] is None
    assert (await lent(shop)).id == message.id


async def test_a_retry_of_what_may_have_arrived_looks_first(shop: Shop) -> None:
    await shop.store.queue_message(MessageKind.SMS, "k", to=PHONE, body="Your order.")
    message = await lent(shop)
    await shop.store.finish_message(message, MessageState.FAILED, uncertain=True)
    await done(shop, message, "retry")
    assert (await lent(shop)).uncertain


async def test_what_was_dismissed_is_not_tried_again(shop: Shop) -> None:
    message = await failed(shop)
    status, shown = await done(shop, message, "dismiss")
    assert (status, shown["state"]) == (200, "dismissed")
    assert await shop.store.claim_messages({MessageKind.SMS}, limit=5, lease=DAY) == ()


async def test_a_waiting_text_that_is_dismissed_does_not_leave(shop: Shop) -> None:
    await shop.store.queue_message(MessageKind.SMS, "k", to=PHONE, body="Your order.")
    (message,) = await shop.store.messages()
    assert (await done(shop, message, "dismiss"))[1]["state"] == "withdrawn"
    assert await shop.store.claim_messages({MessageKind.SMS}, limit=5, lease=DAY) == ()


@pytest.mark.parametrize("what", ["retry", "dismiss"])
async def test_what_has_left_stays_as_it_is(shop: Shop, what: str) -> None:
    await shop.store.queue_message(MessageKind.SMS, "k", to=PHONE, body="Your order.")
    message = await lent(shop)
    assert (await done(shop, message, what))[0] == 409
    await shop.store.finish_message(message, MessageState.SENT, provider_sid="SM1")
    assert (await done(shop, message, what))[0] == 409
    await shop.store.report_delivery("SM1", "undelivered", "30005")
    assert (await done(shop, message, what))[0] == 200


@pytest.mark.parametrize("which", ["999", "x", "-1", "1" * 30])
async def test_a_message_that_is_not_there_is_not_found(shop: Shop, which: str) -> None:
    assert (await shop.post(f"/api/outbox/{which}/retry"))[0] == 404


async def test_screens_and_the_audit_trail_know_without_the_number(shop: Shop) -> None:
    async with screen(shop) as staff:
        message = await failed(shop)
        await done(shop, message, "dismiss")
        told = await staff.events(2)
    assert [each.data["message"]["state"] for each in told] == ["failed", "dismissed"]
    events = await shop.store.events_after(0, kinds={EventKind.OUTBOX_CHANGED})
    assert [event.actor for event in events] == ["system", "staff"]
    assert all(PHONE not in event.data and "Your order" not in event.data for event in events)


async def test_the_text_that_fits_is_sent_once_more(shop: Shop) -> None:
    number = await order_with_phone(shop)
    assert await shop.post(f"/api/orders/{number}/text") == (200, {"queued": "received"})
    message = await lent(shop)
    assert number in message.body
    await shop.store.finish_message(message, MessageState.SENT, provider_sid="SM1")
    await shop.post(f"/api/orders/{number}/text")
    assert (await lent(shop)).body == message.body


async def test_a_text_that_has_not_left_yet_is_not_doubled(shop: Shop) -> None:
    number = await order_with_phone(shop)
    await shop.post(f"/api/orders/{number}/text")
    status, refused = await shop.post(f"/api/orders/{number}/text")
    assert (status, refused["error"]["code"]) == (409, "message")  # type: ignore[index]  # JSON
    assert len(await shop.store.messages()) == 1


async def test_without_a_number_or_a_fitting_text_there_is_none(shop: Shop) -> None:
    assert (await shop.post(f"/api/orders/{await shop.take()}/text"))[0] == 409
    number = await order_with_phone(shop)
    await shop.post(f"/api/orders/{number}/status", {"status": "cancelled"})
    assert (await shop.post(f"/api/orders/{number}/text"))[0] == 409
    assert (await shop.post("/api/orders/0000/text"))[0] == 404


async def test_a_number_that_opted_out_gets_no_more_texts(shop: Shop) -> None:
    number = await order_with_phone(shop)
    await failed(shop, "21610")
    status, refused = await shop.post(f"/api/orders/{number}/text")
    assert status == 409
    assert "opted out" in str(refused)


async def test_a_ticket_is_plain_text_for_staff(shop: Shop) -> None:
    number = await order_with_phone(shop)
    url = f"{shop.url}/api/orders/{number}/ticket.txt"
    async with shop.http.get(url, headers=STAFF) as answer:
        assert (answer.status, answer.content_type) == (200, "text/plain")
        assert f"ORDER {number}" in await answer.text()
