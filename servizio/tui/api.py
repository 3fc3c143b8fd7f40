"""The client of Servizio's HTTP API: one method for each thing that a screen asks.

Everything it returns is a value of `views`; everything that goes wrong is an `ApiError`
whose message a barista can read. It must be used on one event loop, as an async context
manager. The event streams are in `stream`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self
from urllib.parse import quote

import aiohttp

from servizio.errors import ApiError
from servizio.shop.order import OrderStatus
from servizio.tui import wire
from servizio.tui.views import BoardOrder, CallView, HealthView, MenuView, OrderView
from servizio.tui.words import clean

ORDERS_AT_ONCE = 1000
"""How many recent orders a screen loads: more than a shop can have open."""

_LONGEST_LINE = 4 * 1024 * 1024


def _message_in(body: bytes) -> str:
    """Find the sentence in an error answer: `{"error": {"code", "message"}}`."""
    try:
        error = wire.table(wire.table(wire.load(body), "answer").get("error"), "error")
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
            "Is it running? Try: servizio doctor",
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

    async def _ask(self, method: str, path: str, body: object = None) -> object:
        async with (
            _translated(self.url),
            self.session.request(method, self.url + path, json=body) as answer,
        ):
            content = await answer.read()
            if answer.status >= 400:
                raise refusal(answer.status, content)
            return wire.load(content)

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

    async def calls(self) -> tuple[CallView, ...]:
        """Load the calls, live ones and recent ones, without their transcripts."""
        return wire.calls_from(await self._ask("GET", "/calls"))

    async def call(self, sid: str) -> CallView:
        """Load one call with its transcript, cart and latency."""
        answer = wire.table(await self._ask("GET", f"/calls/{quote(sid, safe='')}"), "call")
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

    async def health(self) -> HealthView:
        """Ask how the server is. A server that cannot take calls says so; that is no error."""
        async with _translated(self.url), self.session.get(self.url + "/health") as answer:
            content = await answer.read()
            if answer.status not in {200, 503}:
                raise refusal(answer.status, content)
            return wire.health_from(wire.load(content))

    async def board(self) -> tuple[BoardOrder, ...]:
        """Load what the public may know of the orders in progress."""
        return wire.board_from(await self._ask("GET", "/orders/in_progress.json"))


def _one_order(answer: object) -> OrderView:
    raw = wire.table(answer, "order")
    return wire.order_from(raw.get("order", raw))
