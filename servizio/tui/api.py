"""The client of Servizio's HTTP API: one method for each thing that a screen asks.

Everything it returns is a value of `views`; everything that goes wrong is an `ApiError`
whose message a barista can read. It must be used on one event loop, as an async context
manager. The event streams are in `stream`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self
from urllib.parse import quote

import aiohttp

from servizio.errors import ApiError
from servizio.shop.order import OrderStatus
from servizio.tui import counter_wire, shop_wire, wire, wire_values
from servizio.tui.counter_views import MessageView, QuoteView, ReportView, VoiceView, WrittenView
from servizio.tui.shop_views import ShopView
from servizio.tui.views import BoardView, CallView, HealthView, MenuView, OrderView
from servizio.tui.words import clean

ORDERS_AT_ONCE = 1000
"""How many recent orders a screen loads: more than a shop can have open."""

_LONGEST_LINE = 4 * 1024 * 1024


def _message_in(body: bytes) -> str:
    """Find the sentence in an error answer: `{"error": {"code", "message"}}`."""
    try:
        error = wire_values.table(
            wire_values.table(wire_values.load(body), "answer").get("error"), "error"
        )
    except ApiError:
        return ""
    return clean(error.get("message"), 200)


def refusal(status: int, body: bytes) -> ApiError:
    """Translate an answer that is no success."""
    said = _message_in(body)
    match status:
        case 401 | 403:
            return ApiError(
                "The server does not accept this staff token.",
                "Give the token of this shop: servizio config show, or --token.",
                status=status,
            )
        case 404:
            return ApiError(said or "The server does not know that.", status=status)
        case 409:
            return ApiError(said or "The order has changed meanwhile.", status=status)
        case _:
            return ApiError(
                said or f"The server answered {status}.",
                "Look at the health page, or at the server's log.",
                status=status,
            )


@asynccontextmanager
async def _translated(url: str) -> AsyncIterator[None]:
    """Turn what the network raises into an `ApiError`, keeping the cause."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        slow = isinstance(error, TimeoutError)
        raise ApiError(
            "The server does not answer." if slow else f"No connection to {url}.",
            "Is it running? `servizio serve` starts it.",
        ) from error


class ShopApi:
    """A connection to one server.

    `url` is where it listens, such as `http://127.0.0.1:8000`; `token` is the staff token,
    or empty for a screen that needs the public endpoints only.
    """

    def __init__(self, url: str, token: str = "", *, patience_seconds: float = 5.0) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._headers = headers
        self._patience = aiohttp.ClientTimeout(total=patience_seconds, connect=3.0)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._headers,
            timeout=self._patience,
            read_bufsize=_LONGEST_LINE // 2,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session. Raises `ApiError` outside the context."""
        if self._session is None:
            raise ApiError("The connection is closed.")
        return self._session

    async def _fetch(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        asked = self.session.request(method, self.url + path, json=body, headers=headers)
        async with _translated(self.url), asked as answer:
            content = await answer.read()
            if answer.status >= 400:
                raise refusal(answer.status, content)
            return content

    async def _ask(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> object:
        return wire_values.load(await self._fetch(method, path, body, headers))

    async def _ask_if_known(self, path: str) -> object | None:
        """Ask for what a server of an earlier version does not have; `None` from such a one."""
        try:
            return await self._ask("GET", path)
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    async def orders(self, limit: int = ORDERS_AT_ONCE) -> tuple[OrderView, ...]:
        """Load recent orders, newest first."""
        return wire.orders_from(await self._ask("GET", f"/orders.json?limit={limit}"))

    async def order(self, number: str) -> OrderView:
        """Load one order."""
        return _one_order(await self._ask("GET", f"/api/orders/{quote(number, safe='')}"))

    async def set_status(self, number: str, status: OrderStatus) -> OrderView:
        """Move an order on, or one step back. The order as it is afterwards."""
        path = f"/api/orders/{quote(number, safe='')}/status"
        return _one_order(await self._ask("POST", path, {"status": status.value}))

    async def done(self, number: str) -> OrderView:
        """Make an order ready."""
        return _one_order(await self._ask("POST", f"/api/orders/{quote(number, safe='')}/done"))

    async def tick(self, order: OrderView, line: int, *, done: bool) -> OrderView:
        """Tick a line of an order off on every screen, or on again. The order with its ticks."""
        path = f"/api/orders/{quote(order.number, safe='')}/ticks"
        asked = {"line": line, "done": done, "revision": order.revision}
        return _one_order(await self._ask("POST", path, asked))

    async def quote(self, order: Mapping[str, object]) -> QuoteView:
        """Price an order as it stands, and say why it cannot be placed; nothing is kept."""
        return counter_wire.quote_from(await self._ask("POST", "/api/orders/quote", order))

    async def place(self, order: Mapping[str, object], key: str) -> OrderView:
        """Place an order taken at the counter. The same `key` never makes a second one."""
        headers = {"Idempotency-Key": key}
        return _one_order(await self._ask("POST", "/api/orders", order, headers))

    async def text_again(self, number: str) -> str:
        """Send the customer the text that fits the order's status; its kind."""
        path = f"/api/orders/{quote(number, safe='')}/text"
        answer = wire_values.table(await self._ask("POST", path, {}), "answer")
        return clean(answer.get("queued"), 40)

    async def ring_customer(self, number: str, how: Mapping[str, object]) -> None:
        """Ring the customer of that order: staff do, or the agent where `how` has a purpose."""
        await self._ask("POST", "/api/calls", {"order_number": number, **how})

    async def ticket(self, number: str) -> str:
        """The order as plain text for a printer, 42 columns wide."""
        path = f"/api/orders/{quote(number, safe='')}/ticket.txt"
        return (await self._fetch("GET", path)).decode("utf-8", "replace")

    async def calls(self, search: str = "") -> tuple[CallView, ...]:
        """Load the calls, live ones and recent ones, without their transcripts.

        With `search` only those in which these words were said, or whose number ends so.
        """
        query = f"?search={quote(search, safe='')}" if search else ""
        return wire.calls_from(await self._ask("GET", f"/calls{query}"))

    async def call(self, sid: str) -> CallView:
        """Load one call with its transcript, cart and latency."""
        answer = wire_values.table(await self._ask("GET", f"/calls/{quote(sid, safe='')}"), "call")
        return wire.call_from(answer.get("call", answer))

    async def take_over(self, sid: str) -> None:
        """Put a live call through to the shop's own telephone."""
        await self._ask("POST", f"/api/calls/{quote(sid, safe='')}/transfer", {})

    async def hang_up(self, sid: str) -> None:
        """End a live call."""
        await self._ask("POST", f"/api/calls/{quote(sid, safe='')}/hang_up", {})

    async def say(self, sid: str, words: str) -> None:
        """Have the agent of a live call say these words."""
        await self._ask("POST", f"/api/calls/{quote(sid, safe='')}/say", {"text": words})

    async def menu(self) -> MenuView:
        """Load the menu with what is sold out."""
        return wire.menu_from(await self._ask("GET", "/api/menu"))

    async def mark_sold_out(self, ids: Sequence[str]) -> None:
        """Take items or modifiers off the menu of the running shop."""
        await self._ask("PATCH", "/api/menu", {"sold_out": list(ids)})

    async def mark_back(self, ids: Sequence[str]) -> None:
        """Put items or modifiers back on the menu."""
        await self._ask("PATCH", "/api/menu", {"back": list(ids)})

    async def shop(self) -> ShopView:
        """Ask how the shop takes orders at this moment."""
        return shop_wire.shop_from(await self._ask("GET", "/api/shop"))

    async def change_shop(self, changes: Mapping[str, object]) -> ShopView:
        """Pause, be busy, or open at other hours today; the shop as it is afterwards."""
        return shop_wire.shop_from(await self._ask("PATCH", "/api/shop", changes))

    async def outbox(self) -> tuple[MessageView, ...]:
        """Load the texts and other messages, newest first."""
        return counter_wire.messages_from(await self._ask("GET", "/api/outbox"))

    async def written(self) -> tuple[WrittenView, ...]:
        """Load what customers wrote, newest first; none from a server that keeps no texts."""
        answer = await self._ask_if_known("/api/texts")
        return counter_wire.written_from(answer) if answer is not None else ()

    async def voice_messages(self) -> tuple[VoiceView, ...]:
        """Load what customers spoke after the tone and staff are not done with, newest first."""
        answer = await self._ask_if_known("/api/voice_messages")
        return counter_wire.voices_from(answer) if answer is not None else ()

    async def voice_message_done(self, sid: str) -> None:
        """Be done with a message after the tone: its sound is erased for good."""
        await self._ask("POST", f"/api/voice_messages/{quote(sid, safe='')}/done", {})

    async def retry(self, message_id: str) -> None:
        """Have a message sent again that could not be delivered."""
        await self._ask("POST", f"/api/outbox/{quote(message_id, safe='')}/retry", {})

    async def dismiss(self, message_id: str) -> None:
        """Give a message up."""
        await self._ask("POST", f"/api/outbox/{quote(message_id, safe='')}/dismiss", {})

    async def report(self, day: str = "") -> ReportView:
        """Load the figures of a day (ISO 8601), or of today."""
        query = f"?day={quote(day, safe='')}" if day else ""
        return counter_wire.report_from(await self._ask("GET", f"/api/report{query}"))

    async def report_csv(self, day: str) -> str:
        """The figures of a day as CSV."""
        content = await self._fetch("GET", f"/api/report.csv?day={quote(day, safe='')}")
        return content.decode("utf-8", "replace")

    async def report_json(self, day: str) -> str:
        """The figures of a day as the server's own JSON."""
        content = await self._fetch("GET", f"/api/report?day={quote(day, safe='')}")
        return content.decode("utf-8", "replace")

    async def health(self) -> HealthView:
        """Ask how the server is. A server that cannot take calls says so; that is no error."""
        path = "/api/health" if self._headers else "/health"
        async with _translated(self.url), self.session.get(self.url + path) as answer:
            content = await answer.read()
            if answer.status not in {200, 503}:
                raise refusal(answer.status, content)
            return wire.health_from(wire_values.load(content))

    async def board(self) -> BoardView:
        """Load what the public may know of the shop and the orders in progress."""
        return wire.board_from(await self._ask("GET", "/orders/in_progress.json"))


def _one_order(answer: object) -> OrderView:
    raw = wire_values.table(answer, "order")
    return wire.order_from(raw.get("order", raw))
