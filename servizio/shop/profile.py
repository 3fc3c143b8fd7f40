"""What a shop is, apart from what changes while it is open."""

from __future__ import annotations

from dataclasses import dataclass

from servizio.shop.hours import OpeningHours
from servizio.shop.menu import Menu


@dataclass(frozen=True, slots=True)
class ShopProfile:
    """A shop as its agents and its texts present it."""

    name: str
    """As the agent says it."""
    menu: Menu
    hours: OpeningHours | None = None
    """`None`: not known, so the shop is never taken for closed."""
    address: str = ""
    parking: str = ""
    """A sentence of the owner's; empty: not known."""
    allergens: str = ""
    """A sentence of the owner's on what is in the food, as of the whole kitchen; may be empty."""
    staff_phone: str = ""
    """E.164; empty: nobody to put a customer through to."""
    region: str = "US"
    """Country (ISO 3166-1) in which a phone number without its country code is."""
    max_items: int = 10
    """How many items one order may have, quantities counted."""
    offer_usual: bool = False
    """Whether a returning customer is asked for what the last order was."""
    takes_orders_when_closed: bool = False
    """Whether calls are taken outside the opening hours too."""
