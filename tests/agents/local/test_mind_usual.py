"""A returning customer and "the usual?"."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from servizio.errors import StoreError
from servizio.language.meaning import Expecting
from servizio.shop.order import Order
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders, line

GREETING = "Servizio, hi! What can I get you?"
TARO_BOBA = line("taro-milk-tea", "boba")


async def regular(
    orders: PaperOrders | None = None,
    *,
    offers: bool = True,
    calling: str | None = CALLING,
    sold_out: Sequence[str] = (),
) -> Conversation:
    """A customer who had one taro milk tea with boba the last time rings again."""
    kept = orders or PaperOrders()
    before = Conversation(kept, calling=CALLING)
    await before.say("a taro milk tea with boba", "yes", "that's all", "this number")
    await before.say("yes", "thanks bye")
    assert kept.kept is not None
    talk = Conversation(kept, calling=calling, sold_out=sold_out)
    talk.desk.shop = replace(talk.desk.shop, offer_usual=offers)
    talk.reply = await talk.mind.welcome(GREETING)
    return talk


async def test_a_returning_number_is_greeted_with_its_last_order() -> None:
    talk = await regular()
    assert talk.answer.startswith("servizio, hi!")
    assert "the usual, one taro milk tea with boba?" in talk.answer
    assert "what can i get you" not in talk.answer
    assert talk.reply.expecting is Expecting.YES_NO


async def test_a_yes_to_the_usual_is_read_back_before_it_is_ordered() -> None:
    talk = await regular()
    await talk.say("yes please")
    assert talk.desk.cart.lines == ()
    assert "one taro milk tea with boba" in talk.answer
    assert talk.reply.expecting is Expecting.YES_NO
    await talk.say("yes")
    assert list(talk.desk.cart.lines) == [TARO_BOBA]


async def test_a_no_to_the_usual_goes_on_as_ever() -> None:
    talk = await regular()
    await talk.say("no")
    assert talk.desk.cart.pending == ()
    await talk.say("a black milk tea with boba")
    assert "one black milk tea with boba" in talk.answer


async def test_something_else_is_ordered_instead_of_the_usual() -> None:
    talk = await regular()
    await talk.say("a black milk tea with boba")
    assert [one.item for one in talk.desk.cart.pending] == ["black-milk-tea"]
    await talk.say("yes")
    assert "usual" not in talk.answer


async def test_nothing_is_offered_unless_the_shop_wants_it() -> None:
    assert (await regular(offers=False)).answer == GREETING.lower()


async def test_nothing_is_said_about_a_withheld_number() -> None:
    assert (await regular(calling=None)).answer == GREETING.lower()


async def test_another_number_has_no_usual() -> None:
    assert (await regular(calling="+14155550199")).answer == GREETING.lower()


async def test_what_is_sold_out_is_not_offered_as_the_usual() -> None:
    for gone in ("taro-milk-tea", "boba"):
        assert (await regular(sold_out=[gone])).answer == GREETING.lower()


class Broken(PaperOrders):
    fault = False

    async def orders_by_phone(self, phone: str, limit: int = 5) -> list[Order]:
        if self.fault:
            raise StoreError("The disk is gone.")
        return await super().orders_by_phone(phone, limit)


class Slow(PaperOrders):
    fault = False

    async def orders_by_phone(self, phone: str, limit: int = 5) -> list[Order]:
        await asyncio.sleep(3600 if self.fault else 0)
        return await super().orders_by_phone(phone, limit)


async def test_a_store_that_fails_or_is_slow_holds_no_greeting_up() -> None:
    for orders in (Broken(), Slow()):
        talk = await regular(orders, offers=False)
        orders.fault = True
        talk.desk.shop = replace(talk.desk.shop, offer_usual=True)
        assert (await talk.mind.welcome(GREETING)).sentences == (GREETING,)
