"""The tools of one call over a real store, and what they did to the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, cast

from servizio.agents.desk import Desk
from servizio.agents.tools import Tools
from servizio.errors import StoreError
from servizio.shop.availability import Availability
from servizio.shop.hours import OpeningHours
from servizio.shop.order import Source
from servizio.shop.profile import ShopProfile
from servizio.store.interface import OrderBook
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import CALL_SID, CALLING, NOW, Control, menu_named


@dataclass
class NotedControl(Control):
    """The call, as far as tools touch it."""

    carts: list[dict[str, Any]] = field(default_factory=list)

    def cart_changed(self, cart: dict[str, Any]) -> None:
        self.carts.append(cart)


class BrokenOrders:
    """A store whose disk is full."""

    def __getattr__(self, name: str) -> Any:
        async def refuse(*_given: object, **_more: object) -> None:
            raise StoreError("The disk is full.", "Free some space.")

        return refuse


class ShopCall:
    """One call, its desk and its tools."""

    def __init__(
        self,
        orders: SqliteStore | BrokenOrders,
        *,
        menu: str = "boba",
        call_sid: str = CALL_SID,
        calling: str | None = CALLING,
        staff_phone: str = "",
        address: str = "",
        hours: OpeningHours | None = None,
        sold_out: Sequence[str] = (),
        now: datetime = NOW,
        source: Source = Source.PHONE,
    ) -> None:
        self.control = NotedControl()
        self.desk = Desk(
            shop=ShopProfile(
                name="Servizio",
                menu=menu_named(menu),
                staff_phone=staff_phone,
                address=address,
                hours=hours,
            ),
            orders=cast("OrderBook", orders),
            control=self.control,
            call_sid=call_sid,
            calling_number=calling,
            source=source,
            availability=Availability(frozenset(sold_out)),
            now=lambda: now,
        )
        self.tools = Tools(self.desk)

    async def do(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Use a tool that must succeed."""
        result = await self.tools.call(name, arguments)
        assert result["ok"] is True, result
        return result

    async def refused(self, name: str, arguments: Any = MappingProxyType({})) -> str:
        """Use a tool that must refuse; the sentence it gives."""
        result = await self.tools.call(name, arguments)
        assert result["ok"] is False, result
        sentence = result["error"]
        assert is_speakable(sentence), sentence
        return str(sentence)

    async def order_tea(self, *toppings: str, item: str = "taro-milk-tea", **more: Any) -> None:
        """A drink in the cart."""
        modifiers = [{"modifier": each} for each in toppings]
        await self.do("add_to_cart", item=item, modifiers=modifiers, **more)
        await self.do("confirm_pending_to_cart")


def is_speakable(sentence: object) -> bool:
    """Whether an agent can say it as it is: a whole sentence without signs of code."""
    return (
        isinstance(sentence, str)
        and sentence[:1].isupper()
        and sentence[-1:] in {".", "?", "!"}
        and not set(sentence) & set("{}[]<>_|\\\n")
    )
