"""What the console has done about an order beside moving it: text, call, ticket on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from servizio.errors import ApiError
from servizio.tui.api import ShopApi
from servizio.tui.desk import Notice, Weight
from servizio.tui.papers import PaperError, Papers


async def text_again(api: ShopApi, number: str, *, leaves: bool) -> Notice:
    """Send the customer the text that fits the order's status once more.

    `leaves`: whether the shop's texts go anywhere.
    """
    try:
        await api.text_again(number)
    except ApiError as error:
        return Notice(f"{number}: no text was sent. {error.message}", Weight.ERROR)
    if not leaves:
        kept = f"{number}: the text is kept here and sent nowhere: no telephone account"
        return Notice(kept, Weight.WARNING)
    return Notice(f"{number}: the text is sent again")


async def ring_back(
    api: ShopApi, number: str, how: Mapping[str, object], *, calls_key: str
) -> Notice:
    """Ring the shop's telephone and then the customer, or have the agent ring: `how` says it.

    `calls_key` opens the calls.
    """
    try:
        await api.ring_customer(number, how)
    except ApiError as error:
        return Notice(f"{number}: nobody is rung. {error.message}", Weight.ERROR)
    if how:
        return Notice(f"{number}: the agent rings the customer; {calls_key} shows the call")
    return Notice(f"{number}: your telephone rings; pick it up and the customer is rung")


async def print_ticket(api: ShopApi, papers: Papers, number: str, now: datetime) -> Notice:
    """Print an order, or write it to a file where no printer is set up."""
    try:
        ticket = await api.ticket(number)
        if papers.print_command:
            await papers.print_out(ticket)
            return Notice(f"{number} is printed")
        path = papers.save(f"ticket-{number}-{now:%Y%m%d-%H%M%S}.txt", ticket)
    except (ApiError, PaperError) as error:
        return Notice(f"{number} was NOT printed. {error.message}", Weight.ERROR)
    return Notice(f"{number} is saved: {path}")
