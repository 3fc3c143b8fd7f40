"""We rang a customer about an order: what they agree to changes that order."""

from __future__ import annotations

from servizio.shop.order import Order
from tests.agents.local.conversation import Conversation, PaperOrders

SORRY = "Hello, this is Servizio, about your order. I'm sorry, we are out of taro milk tea."
READY = "Hello, this is Servizio, about your order. It is ready for you."


async def ordered() -> tuple[PaperOrders, Order]:
    """Somebody has ordered a taro milk tea with boba, in a call of before."""
    orders = PaperOrders()
    talk = Conversation(orders, calling="+14155550123")
    await talk.say("a taro milk tea with boba", "yes", "that's all", "yes", "yes")
    assert orders.kept is not None, talk.transcript
    return orders, orders.kept


async def rung(orders: PaperOrders, order: Order, sentence: str, *gone: str) -> Conversation:
    talk = Conversation(orders, calling="+14155550123", sold_out=gone)
    talk.desk.take_up(order)
    talk.reply = await talk.mind.welcome(sentence)
    return talk


async def test_what_is_sold_out_is_offered_in_another_way_and_a_yes_changes_the_order() -> None:
    orders, order = await ordered()
    talk = await rung(orders, order, SORRY, "taro-milk-tea")
    assert "out of taro" in talk.answer
    assert "black milk tea" in talk.answer
    await talk.say("yes please")
    if (await talk.order()) is order:
        await talk.say("no that's all", "yes")
    assert await talk.lines() == [(1, "black-milk-tea", ("boba",))], talk.transcript
    kept = await talk.order()
    assert kept is not None
    assert (kept.number, kept.revision) == (order.number, 2)


async def test_a_no_leaves_the_order_as_it_is() -> None:
    orders, order = await ordered()
    talk = await rung(orders, order, SORRY, "taro-milk-tea")
    await talk.say("no thank you", "goodbye")
    assert orders.kept is order, talk.transcript


async def test_who_hears_that_it_is_ready_says_thanks_and_the_call_ends() -> None:
    orders, order = await ordered()
    talk = await rung(orders, order, READY)
    assert "it is ready" in talk.answer
    assert "what can i get" not in talk.answer
    await talk.say("great thank you bye")
    assert talk.ended, talk.transcript
    assert orders.kept is order
