"""The tools: the only way in which any agent touches an order.

One object serves one call. A cloud model is sent `specs()` and its calls come in through
`call`; the local mind uses `call` too, so that both obey the same rules. A tool never
raises for what a customer or a model got wrong: the result says it in a sentence that can
be spoken.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from servizio.agents.answers import business_info, menu_summary, order_status
from servizio.agents.cart_views import cart_result, cart_view, pending_result, ways_out
from servizio.agents.cloud.sentences import SILENCES
from servizio.agents.desk import Desk
from servizio.agents.prompt import call_prompt
from servizio.agents.tool_checks import ToolChecks
from servizio.agents.tool_schemas import ToolSpec, tool_specs
from servizio.agents.toolset import Arguments, Result
from servizio.errors import OrderError, StoreError
from servizio.shop.business import STAFF_CAN_TELL
from servizio.shop.cart import Cart
from servizio.shop.menu import Menu

LASTING = frozenset({"checkout_order", "cancel_order", "transfer_to_staff", "end_call"})
"""What cannot be taken back by putting the cart back."""
CANNOT_WRITE = "I'm sorry, I can't write the order down just now."

log = logging.getLogger(__name__)


class Catalogue:
    """The tools over one menu. Compiling it takes a while: one serves all calls of a shop."""

    def __init__(self, menu: Menu) -> None:
        self.specs = tool_specs(menu)
        self.checks = ToolChecks(self.specs)


class Tools:
    """The catalogue, bound to the order of one call (`servizio.agents.toolset.Toolset`)."""

    speaks_first_after: float | None = None
    opening = ""
    voice = ""
    lasting = LASTING

    def __init__(self, desk: Desk, catalogue: Catalogue | None = None) -> None:
        self.desk = desk
        """What the tools act on; agents may read it, never change it."""
        self._catalogue = catalogue or Catalogue(desk.menu)
        self._tools: dict[str, Callable[[Arguments], Awaitable[Result]]] = {
            "menu_summary": self._menu_summary,
            "get_business_info": self._get_business_info,
            "add_to_cart": self._add_to_cart,
            "update_pending_item": self._update_pending_item,
            "confirm_pending_to_cart": self._confirm_pending_to_cart,
            "clear_pending_item": self._clear_pending_item,
            "get_cart": self._get_cart,
            "remove_from_cart": self._remove_from_cart,
            "modify_cart_item": self._modify_cart_item,
            "set_sweetness_ice": self._set_sweetness_ice,
            "set_fulfilment": self._set_fulfilment,
            "save_phone_number": self._save_phone_number,
            "checkout_order": self._checkout_order,
            "order_is_placed": self._order_is_placed,
            "order_status": self._order_status,
            "cancel_order": self._cancel_order,
            "transfer_to_staff": self._transfer_to_staff,
            "end_call": self._end_call,
        }

    @property
    def call_sid(self) -> str:
        """The telephone company's name for the call."""
        return self.desk.call_sid

    @property
    def region(self) -> str:
        """Country in which a phone number without its country code is."""
        return self.desk.shop.region

    @property
    def can_transfer(self) -> bool:
        """Whether there is a person to put the customer through to."""
        return self.desk.can_transfer

    def specs(self) -> tuple[ToolSpec, ...]:
        """Every tool, as a model is told of it."""
        return self._catalogue.specs

    def at_silence(self, times: int) -> str:
        """Asks whether the customer is there."""
        return SILENCES[min(times, len(SILENCES)) - 1]

    def prompt(self, *, now: datetime, extra: str, takes_over: bool) -> str:
        """The shop, its menu and this call's order so far, as a model is told of them."""
        return call_prompt(self.desk, now=now, extra=extra, takes_over=takes_over)

    def key_terms(self) -> tuple[str, ...] | None:
        """The menu's."""
        return None

    def state_now(self) -> Cart:
        """The cart as it stands, to be put back where a change was not meant."""
        return self.desk.cart_now()

    def put_back(self, state: Cart) -> None:
        """Take up the cart as it stood."""
        self.desk.put_back(state)

    def view(self) -> dict[str, Any]:
        """The cart, and the number of the order once it is placed."""
        return {"cart": cart_view(self.desk.cart), "order_number": self.desk.order_number}

    async def call(self, name: str, arguments: Arguments) -> Result:
        """Do it. Always answers `{"ok": true, ...}` or `{"ok": false, "error": sentence, ...}`."""
        tool = self._tools.get(name)
        if tool is None:
            return {"ok": False, "error": "I can't do that.", "detail": "no such tool"}
        plain = _plain(arguments)
        fault = self._catalogue.checks.fault(name, plain)
        if fault is not None:
            return {
                "ok": False,
                "error": "Sorry, I didn't get that right. Could you say it again?",
                "detail": fault,
            }
        try:
            result = await tool(plain)
        except OrderError as error:
            instead = ways_out(self.desk.cart, arguments.get("item"))
            result = {"ok": False, "error": error.message} | instead
        except StoreError as error:
            log.error("tool_failed call=%s tool=%s: %s", self.desk.call_sid, name, error.message)
            result = {"ok": False, "error": CANNOT_WRITE, "detail": error.message}
        self.desk.note_tool(name, ok=bool(result["ok"]))
        return result

    # About the shop

    async def _menu_summary(self, arguments: Arguments) -> Result:
        return {"ok": True} | menu_summary(self.desk, arguments.get("category"))

    async def _get_business_info(self, arguments: Arguments) -> Result:
        text = await business_info(self.desk, arguments["topic"], arguments.get("day", ""))
        return {"ok": True, "text": text, "known": not text.endswith(STAFF_CAN_TELL)}

    async def _order_status(self, arguments: Arguments) -> Result:
        return await order_status(self.desk, arguments.get("order_number"), arguments.get("phone"))

    # The cart

    async def _add_to_cart(self, arguments: Arguments) -> Result:
        self.desk.stage(arguments)
        return pending_result(self.desk.cart)

    async def _update_pending_item(self, arguments: Arguments) -> Result:
        self.desk.update_pending(arguments)
        return pending_result(self.desk.cart)

    async def _confirm_pending_to_cart(self, _arguments: Arguments) -> Result:
        self.desk.confirm_pending()
        return cart_result(self.desk.cart)

    async def _clear_pending_item(self, arguments: Arguments) -> Result:
        self.desk.clear_pending(arguments.get("index"))
        return pending_result(self.desk.cart)

    async def _get_cart(self, _arguments: Arguments) -> Result:
        return cart_result(self.desk.cart)

    async def _remove_from_cart(self, arguments: Arguments) -> Result:
        self.desk.remove(arguments["index"], arguments.get("quantity"))
        return cart_result(self.desk.cart)

    async def _modify_cart_item(self, arguments: Arguments) -> Result:
        self.desk.modify(arguments)
        return cart_result(self.desk.cart)

    async def _set_sweetness_ice(self, arguments: Arguments) -> Result:
        levels = {group: arguments[group] for group in ("sweetness", "ice") if group in arguments}
        self.desk.set_levels(arguments.get("index"), levels)
        return cart_result(self.desk.cart)

    # The customer

    async def _set_fulfilment(self, arguments: Arguments) -> Result:
        self.desk.set_fulfilment(arguments["fulfilment"], arguments.get("address"))
        return cart_result(self.desk.cart)

    async def _save_phone_number(self, arguments: Arguments) -> Result:
        return {"ok": True, "phone": self.desk.save_phone(arguments.get("phone"))}

    # The order

    async def _checkout_order(self, arguments: Arguments) -> Result:
        # Asked first: once the order is written down, nothing may be refused any more.
        wait_minutes = await self.desk.quoted_wait()
        order = await self.desk.check_out(arguments.get("phone"), arguments.get("name"))
        return {
            "ok": True,
            "order_number": order.number,
            "total": str(order.draft.total),
            "revision": order.revision,
            "wait_minutes": wait_minutes,
        }

    async def _order_is_placed(self, _arguments: Arguments) -> Result:
        number = await self.desk.look_up_order()
        return {"ok": True, "placed": number is not None, "order_number": number}

    async def _cancel_order(self, _arguments: Arguments) -> Result:
        return {"ok": True, "order_number": await self.desk.cancel()}

    # The call

    async def _transfer_to_staff(self, arguments: Arguments) -> Result:
        self.desk.transfer(arguments["reason"])
        return {"ok": True}

    async def _end_call(self, _arguments: Arguments) -> Result:
        self.desk.end_call()
        return {"ok": True}


def _plain(value: Any) -> Any:
    """JSON values as Python has them: to JSON Schema 2.0 is an integer, to a list it is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
