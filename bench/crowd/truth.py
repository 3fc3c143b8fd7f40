"""What was promised, as the world outside saw it, and whether it was kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import aiohttp

from tests.end_to_end.shop_process import ShopProcess
from tests.standins.deepgram_agent import DeepgramStandIn
from tests.standins.twilio_api import TwilioApi


@dataclass
class Tally:
    """What clients were told by the shop."""

    sent: set[str] = field(default_factory=set)
    """Keys with which an order was sent, acknowledged or not."""
    taken: dict[str, str] = field(default_factory=dict)
    """Acknowledged order numbers, by key."""
    ready: set[str] = field(default_factory=set)
    """Numbers of orders whose `ready` was acknowledged."""
    spoken: list[str] = field(default_factory=list)
    """Order numbers that an agent was given to speak."""
    heard_agent: int = 0
    """Calls in which an order was asked for."""
    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How often another program was told: id and order number of `order.created`."""
    refused: Counter[int] = field(default_factory=Counter)
    """Answers of the server that are no success."""

    def note(self, answer: aiohttp.ClientResponse) -> None:
        """Look at an answer. Raises `aiohttp.ClientResponseError` for one that is no success."""
        if not answer.ok:
            self.refused[answer.status] += 1
        answer.raise_for_status()

    def listen_to(self, agent: DeepgramStandIn) -> None:
        """Take what the agent's sessions were given to speak, and forget the sessions."""
        for session in agent.sessions:
            number = session.results.get("checkout_order", {}).get("order_number")
            self.spoken += [str(number)] if number else []
        agent.sessions.clear()

    def __str__(self) -> str:
        return (
            f"{len(self.taken)} orders at the counter, {len(self.spoken)} by telephone, "
            f"{sum(self.told.values())} webhooks"
        )


def what_is_wrong(shop: ShopProcess, tally: Tally, api: TwilioApi, waiting: int) -> list[str]:
    """Every broken promise, in words."""
    orders = shop.select("SELECT number, status, source, phone, call_sid FROM orders")
    keys = shop.select("SELECT key, order_id FROM counter_keys")
    status = {number: state for number, state, *_ in orders}
    wrong = [f"{waiting} messages never left"] if waiting else []
    wrong += [f"answered with {code}: {count}" for code, count in tally.refused.items()]
    wrong += [
        f"lost: {each}" for each in [*tally.taken.values(), *tally.spoken] if each not in status
    ]
    at_counter = [row for row in orders if row[2] == "counter"]
    if len(at_counter) != len(keys):
        wrong.append(f"doubled: {len(at_counter)} orders of {len(keys)} keys")
    wrong += [f"a key nobody sent: {key}" for key, _ in keys if key not in tally.sent]
    wrong += [f"no longer ready: {each}" for each in tally.ready if status[each] != "ready"]
    wrong += _of_texts(orders, api)
    heard = Counter(number for _, number in tally.told)
    wrong += [f"not told of {number}" for number in status if number not in heard]
    wrong += [f"two ids for order {number}" for number, ids in heard.items() if ids > 1]
    left_open = shop.select("SELECT count(*) FROM calls WHERE ended_at IS NULL")[0][0]
    wrong += [f"{left_open} calls were never ended"] if left_open else []
    wrong += [str(row[0]) for row in shop.select("PRAGMA integrity_check") if row[0] != "ok"]
    return wrong + tracebacks(shop)


def tracebacks(shop: ShopProcess) -> list[str]:
    """The first traceback in the server's log, with what led to it; empty where there is none."""
    log = shop.log(-1)
    place = log.find("Traceback")
    if place < 0:
        return []
    return [f"there is a traceback in the log: {log[max(0, place - 200) : place + 2500]}"]


def _of_texts(orders: list[tuple[str, str, str, str, str]], api: TwilioApi) -> list[str]:
    """Each customer has a number of their own, and one thing to be told."""
    due = {phone for _, state, source, phone, _ in orders if source == "phone" or state == "ready"}
    texts = Counter(str(message["to"]) for message in api.messages)
    return [
        *(f"{count} texts to {to}" for to, count in texts.items() if count > 1),
        *(f"no text to {phone}" for phone in due if phone not in texts),
        *(f"a text to {phone}, whom nothing was to be told" for phone in texts if phone not in due),
    ]
