"""What a returning customer had the last time, as far as it can be had now."""

from __future__ import annotations

import asyncio
import logging

from servizio.agents.local.talk import Talk
from servizio.errors import OrderError, StoreError
from servizio.shop.line import Choice, Line
from servizio.shop.line_rules import checked_line, missing_groups
from servizio.shop.menu import Menu
from servizio.shop.order import OrderedLine, OrderStatus

LOOK_UP_SECONDS = 0.3
"""Seconds that the greeting waits for it at most."""
MOST_LINES = 3
"""Lines from which an order is too long to be offered in one breath."""

log = logging.getLogger(__name__)


async def usual_lines(talk: Talk) -> tuple[Line, ...]:
    """The lines of the calling number's last order.

    Empty where the shop does not want it offered, the number is withheld, there is no such
    order, or anything of it is gone from the menu or sold out.
    """
    if not talk.desk.shop.offer_usual or talk.calling_number is None:
        return ()
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            orders = await talk.desk.orders.orders_by_phone(talk.calling_number)
    except (TimeoutError, StoreError):
        log.warning("usual_not_found call=%s", talk.desk.call_sid)
        return ()
    made = [order for order in orders if order.status is not OrderStatus.CANCELLED]
    if not made or not 0 < len(made[0].draft.lines) <= MOST_LINES:
        return ()
    try:
        lines = tuple(_as_it_is_now(talk, line) for line in made[0].draft.lines)
    except OrderError:
        return ()
    return lines if sum(line.quantity for line in lines) <= talk.room else ()


def _as_it_is_now(talk: Talk, ordered: OrderedLine) -> Line:
    """The line on today's menu. Raises `OrderError` where it cannot be made."""
    choices = tuple(
        Choice(one.group, one.modifier, one.amount, one.count) for one in ordered.modifiers
    )
    line = checked_line(talk.menu, Line(ordered.item, ordered.quantity, choices), talk.there)
    if missing_groups(talk.menu, line, talk.there):
        raise OrderError("The menu asks for more than it did.")
    return Line(
        line.item,
        line.quantity,
        tuple(c for c in line.choices if not _goes_without_saying(talk.menu, c)),
    )


def _goes_without_saying(menu: Menu, choice: Choice) -> bool:
    group = menu.group(choice.group)
    return choice == Choice(group.id, group.default) if group.default is not None else False
