"""The process of the simulated telephone company and the restaurants that it rings.

It is told what it needs in one line of JSON on its standard input, tells its address in one
line on its standard output, and ends when its input closes: with whoever started it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Self
from zoneinfo import ZoneInfo

from servizio.agents.local.speech_engine import SpeechEngine
from servizio.demo.restaurant import Restaurant
from servizio.demo.restaurant_book import RestaurantBook
from servizio.demo.restaurant_mood import Mood
from servizio.demo.restaurant_telephone import RestaurantTelephone
from servizio.demo.rung_call import Shop
from servizio.demo.telephone_company import TelephoneCompany
from servizio.errors import DemoError

SPEED = 1.12
"""Of the restaurant's voice: brisker than the concierge's, to be told from it."""
NUMBERS: Mapping[str, str] = {
    "+14155550160": "normal",
    "+14155550161": "offers",
    "+14155550162": "full",
    "+14155550163": "closed",
    "+14155550164": "odd_order",
    "+14155550165": "hold",
    "+14155550166": "wrong_once",
    "+14155550167": "no_answer",
    "+14155550168": "busy",
    "+14155550169": "voicemail",
}
"""What a restaurant is like goes by its number; at every other one it is `normal`."""
_SILENT = frozenset({"no_answer", "busy"})
"""Nobody is talked to there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Orders:
    """What this process is told."""

    account_sid: str
    auth_token: str
    shop: Shop
    names: Mapping[str, str]
    """Restaurants by number."""
    caller: str
    """What a display shows of whoever rings."""
    book: Path
    zone: str

    @classmethod
    def read(cls, line: str) -> Self:
        """The line of JSON. Raises `DemoError` for anything else."""
        try:
            given: Mapping[str, Any] = json.loads(line)
            shop = Shop(
                base_url=given["base_url"],
                public_url=given["public_url"],
                auth_token=given["webhook_token"],
                account_sid=given["account_sid"],
            )
            return cls(
                account_sid=given["account_sid"],
                auth_token=given["auth_token"],
                shop=shop,
                names=given["names"],
                caller=given["caller"],
                book=Path(given["book"]),
                zone=given["zone"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise DemoError(
                "This is started by a Servizio server.", "Ring it: servizio book --help"
            ) from error


def run() -> None:
    """Be the telephone company until the input closes."""
    asyncio.run(_serve())


async def _serve() -> None:
    lines = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin.buffer)
    orders = Orders.read((await lines.readline()).decode())
    async with SpeechEngine(workers=1, speed=SPEED) as engine:
        company = TelephoneCompany(
            orders.account_sid, orders.auth_token, orders.shop, _restaurants(orders, engine)
        )
        async with company:
            print(json.dumps({"url": company.url}), flush=True)  # noqa: T201 - told the server
            while await lines.read(1024):
                pass


def _restaurants(orders: Orders, engine: SpeechEngine) -> Callable[[str], RestaurantTelephone]:
    zone = ZoneInfo(orders.zone) if orders.zone else None

    def restaurant(number: str) -> RestaurantTelephone:
        mood = NUMBERS.get(number, "normal")
        mind = Restaurant(
            RestaurantBook(orders.book),
            Mood("normal" if mood in _SILENT else mood),
            datetime.now(zone).astimezone(zone),
            orders.names.get(number, "Demo Restaurant"),
            Random(),
        )
        return RestaurantTelephone(
            mind,
            engine,
            answers=mood != "no_answer",
            is_busy=mood == "busy",
            is_machine=mood == "voicemail",
            caller=orders.caller,
            tell=lambda line: log.info("%s", line),
        )

    return restaurant
