"""A shop's server for the screens to be tested against: the API over real sockets.

It keeps orders and calls in memory, follows the rules of the trade, numbers its durable
events and replays them after `Last-Event-ID`. It can also misbehave: cut every stream, go
silent, refuse, or be gone for a while and come back on the same port.

`python -m tests.tui.shop_scene 8123` shows a busy shop to look at by hand.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from aiohttp import web

from servizio.errors import TransitionError
from servizio.shop.order import OrderStatus, check_transition
from tests.tui.shop_counter import Counter

Json = dict[str, Any]
TOKEN = "staff-token"


def stamp(at: datetime) -> str:
    """Write a time as the API does."""
    return at.astimezone(UTC).isoformat()


def modifier(group: str, name: str, amount: str = "regular", count: int = 1) -> Json:
    """A modifier on a line of an order."""
    return {
        "group": group,
        "modifier": name.replace(" ", "-"),
        "name": name,
        "amount": amount,
        "count": count,
        "price": "0.75",
    }


def line(name: str, *modifiers: Json, quantity: int = 1, price: str = "6.25") -> Json:
    """A line of an order."""
    return {
        "item": name.replace(" ", "-"),
        "name": name,
        "quantity": quantity,
        "modifiers": list(modifiers),
        "price": price,
    }


MENU = {
    "name": "Servizio Boba",
    "items": [
        {
            "id": "taro-milk-tea",
            "name": "taro milk tea",
            "aliases": ["taro", "taro boba"],
            "category": "drinks",
            "price": "5.50",
            "modifier_groups": ["topping", "ice"],
        },
        {
            "id": "black-milk-tea",
            "name": "black milk tea",
            "category": "drinks",
            "price": "5.50",
            "modifier_groups": ["topping", "ice"],
        },
    ],
    "modifier_groups": [
        {
            "id": "topping",
            "name": "topping",
            "modifiers": [
                {"id": "boba", "name": "boba", "price": "0.75"},
                {"id": "egg-pudding", "name": "egg pudding", "price": "0.75"},
            ],
        },
        {
            "id": "ice",
            "name": "ice",
            "max": 1,
            "default": "regular-ice",
            "modifiers": [
                {"id": "no-ice", "name": "no ice", "price": "0.00"},
                {"id": "less-ice", "name": "less ice", "price": "0.00"},
                {"id": "regular-ice", "name": "regular ice", "price": "0.00"},
            ],
        },
    ],
}


class ShopServer:
    """The stand-in. `clock` gives the time that its orders are stamped with."""

    def __init__(self, clock: Callable[[], datetime] | None = None, *, beat: float = 5.0) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        self.beat = beat
        self.orders: dict[str, Json] = {}
        self.before: dict[str, OrderStatus] = {}
        self.calls: dict[str, Json] = {}
        self.sold_out: set[str] = set()
        self.may_tell_calls = asyncio.Event()
        """Whether calls are told when they are asked for; until then the answer waits."""
        self.may_tell_calls.set()
        self.log: list[tuple[int, str, Json]] = []
        self.changes: list[tuple[str, str]] = []
        """Every change of status that was made: number and new status."""
        self.call_orders: list[tuple[str, str]] = []
        """What staff did in calls: what, and the words where there were any."""
        self.resumed_from: list[str] = []
        """The `Last-Event-ID` of each stream that was opened, empty where there was none."""
        self.shop_name = ""
        """What the public board is told; empty: nothing."""
        self.checks: Json = {}
        """Checks of health beside the two that are always there."""
        self.refuse_with = 0
        """A status to answer every order change with; 0 for none."""
        self.hold: asyncio.Event | None = None
        """Order changes wait for this, where it is set."""
        self.counter = Counter(self)
        """What the counter asks for: prices, the shop's day, texts, figures."""
        self.port = 0
        self._listeners: set[asyncio.Queue[tuple[int, str, Json] | None]] = set()
        self._streams: set[web.StreamResponse] = set()
        self._next_id = 1
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listen, on the same port as before."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/health", self._health),
                web.get("/api/health", self._health),
                web.get("/orders.json", self._orders),
                web.get("/orders/in_progress.json", self._board),
                web.get("/orders/events", self._public_events),
                web.get("/api/orders/{number}", self._order),
                web.post("/api/orders/{number}/ticks", self._tick),
                web.post("/api/orders/{number}/status", self._set_status),
                web.get("/api/events", self._staff_events),
                web.get("/calls", self._calls),
                web.get("/calls/{sid}", self._call),
                web.post("/api/calls/{sid}/{what}", self._act_on_call),
                web.get("/api/menu", self._menu),
                web.patch("/api/menu", self._patch_menu),
                *self.counter.routes(),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        if not self.port:
            self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Be gone, as after a crash: every stream breaks."""
        self.cut_streams()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def cut_streams(self) -> None:
        """Break every event stream that is open."""
        for queue in self._listeners:
            queue.put_nowait(None)

    @property
    def listeners(self) -> int:
        """How many event streams are open."""
        return len(self._listeners)

    # What happens in the shop -------------------------------------------------------------

    def tell(self, name: str, data: Json, *, durable: bool = True) -> None:
        """Send an event to everybody who listens."""
        number = 0
        if durable:
            number = self._next_id
            self._next_id += 1
            self.log.append((number, name, data))
        for queue in self._listeners:
            queue.put_nowait((number, name, data))

    def take_order(self, number: str, *lines: Json, **more: Any) -> Json:
        """Put an order into the queue, `minutes_ago` where it came earlier."""
        at = stamp(self.clock() - timedelta(minutes=more.pop("minutes_ago", 0)))
        order: Json = {
            "order_number": number,
            "status": "received",
            "phone": "+15551234567",
            "name": "Ana",
            "source": "phone",
            "call_sid": None,
            "items": list(lines) or [line("taro milk tea", modifier("topping", "boba"))],
            "subtotal": "6.25",
            "tax": "0.00",
            "total": "6.25",
            "fulfilment": "pickup",
            "address": None,
            "created_at": at,
            "updated_at": at,
            "revision": 1,
        } | more
        self.orders[number] = order
        self.tell("order_created", {"order": dict(order)})
        return order

    def change_order(self, number: str, *lines: Json) -> None:
        """The customer changes what was ordered."""
        order = self.orders[number]
        order |= {"items": list(lines), "revision": order["revision"] + 1}
        order["updated_at"] = stamp(self.clock())
        self.tell("order_updated", {"order": dict(order)})

    def move(self, number: str, status: OrderStatus) -> Json:
        """Move an order as the trade allows it."""
        order = self.orders[number]
        now = OrderStatus(order["status"])
        check_transition(now, status, self.before.get(number))
        self.before[number] = now
        order |= {"status": status.value, "updated_at": stamp(self.clock())}
        self.changes.append((number, status.value))
        self.tell("order_status_changed", {"order": dict(order)})
        return order

    def ring(self, sid: str, phone: str = "+15551234567", **more: Any) -> None:
        """A call comes in."""
        ago = timedelta(seconds=more.pop("seconds_ago", 0))
        call: Json = {
            "call_sid": sid,
            "direction": "inbound",
            "status": "in-progress",
            "agent": "local",
            "started_at": stamp(self.clock() - ago),
            "ended_at": None,
            "from": phone,
            "order_number": None,
            "transcript": [],
            "cart": None,
            "latency_ms": {"median": 410},
        } | more
        self.calls[sid] = call
        self.tell("call_started", {"call": self._brief(call)})

    def say(
        self, sid: str, role: str, text: str, *, final: bool = True, at: datetime | None = None
    ) -> None:
        """Somebody says something in a call."""
        spoken = {"role": role, "text": text, "at": stamp(at or self.clock())}
        if final:
            self.calls[sid]["transcript"].append(spoken | {"heard": True})
        self.tell("transcript", {"call_sid": sid, "final": final, **spoken}, durable=final)

    def fill_cart(self, sid: str, *lines: Json, total: str = "6.25") -> None:
        """The agent puts something into the cart."""
        cart = {"items": list(lines), "subtotal": total, "tax": "0.00", "total": total}
        self.calls[sid]["cart"] = cart
        self.tell("cart_changed", {"call_sid": sid, "cart": cart})

    def hang_up(self, sid: str, **more: Any) -> None:
        """A call ends."""
        self.calls[sid] |= {"status": "completed", "ended_at": stamp(self.clock())} | more
        self.tell("call_ended", {"call": self._brief(self.calls[sid])})

    @staticmethod
    def _brief(call: Json) -> Json:
        return {key: value for key, value in call.items() if key != "transcript"}

    # The endpoints ------------------------------------------------------------------------

    @staticmethod
    def _error(status: int, message: str) -> web.Response:
        return web.json_response({"error": {"code": "x", "message": message}}, status=status)

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self._error(401, "Staff only.")
        return None

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response(
            {
                "status": "ok",
                "service": "servizio",
                "version": "0.1.0",
                "uptime": 5400.0,
                "timestamp": stamp(self.clock()),
                "checks": {
                    "database": "ok",
                    "telephony": {"status": "off", "detail": "no account"},
                    **self.checks,
                },
            }
        )

    async def _orders(self, request: web.Request) -> web.Response:
        limit = int(request.query.get("limit", "50"))
        newest = sorted(self.orders.values(), key=lambda each: each["created_at"], reverse=True)
        return self._refused(request) or web.json_response(newest[:limit])

    async def _order(self, request: web.Request) -> web.Response:
        order = self.orders.get(request.match_info["number"])
        if order is None:
            return self._error(404, "There is no such order.")
        return self._refused(request) or web.json_response(order)

    async def _set_status(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        body = await request.json()
        if self.hold is not None:
            await self.hold.wait()
        if self.refuse_with:
            return self._error(self.refuse_with, "The database is full.")
        try:
            order = self.move(request.match_info["number"], OrderStatus(body["status"]))
        except TransitionError as error:
            return self._error(409, error.message)
        return web.json_response(order)

    async def _tick(self, request: web.Request) -> web.Response:
        body = await request.json()
        order = self.orders[request.match_info["number"]]
        if self.refuse_with:
            return self._error(self.refuse_with, "The database is full.")
        ticked = set(order.get("ticked", ()))
        (ticked.add if body["done"] else ticked.discard)(body["line"])
        order["ticked"] = sorted(ticked)
        told = {name: order[name] for name in ("order_number", "created_at", "revision", "ticked")}
        self.tell("order_ticked", told)
        return self._refused(request) or web.json_response(order)

    def _public(self, order: Json) -> Json:
        return {key: order[key] for key in ("order_number", "status", "created_at", "updated_at")}

    async def _board(self, _: web.Request) -> web.Response:
        shown = [
            each
            for each in self.orders.values()
            if each["status"] not in {"picked_up", "cancelled"}
        ]
        orders = [self._public(each) for each in shown]
        zone = self.counter.day["timezone"]
        told = {"shop": self.shop_name, "timezone": zone, "orders": orders}
        return web.json_response(told)

    async def _calls(self, request: web.Request) -> web.Response:
        sought = request.query.get("search", "").casefold()
        calls = [
            self._brief(call)
            for call in self.calls.values()
            if sought in json.dumps(call).casefold()
        ]
        return self._refused(request) or web.json_response({"calls": calls})

    async def _call(self, request: web.Request) -> web.Response:
        await self.may_tell_calls.wait()
        call = self.calls.get(request.match_info["sid"])
        if call is None:
            return self._error(404, "There is no such call.")
        return self._refused(request) or web.json_response(call)

    async def _act_on_call(self, request: web.Request) -> web.Response:
        call = self.calls.get(request.match_info["sid"])
        if call is None or call["ended_at"]:
            return self._error(404, "This call is not in progress.")
        body = await request.json()
        self.call_orders.append((request.match_info["what"], body.get("text", "")))
        return web.json_response({"ok": True})

    async def _menu(self, request: web.Request) -> web.Response:
        answer = {**MENU, "sold_out": sorted(self.sold_out)}
        return self._refused(request) or web.json_response(answer)

    async def _patch_menu(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.sold_out |= set(body.get("sold_out", []))
        self.sold_out -= set(body.get("back", []))
        self.tell("menu_changed", {"sold_out": sorted(self.sold_out)})
        return web.json_response({**MENU, "sold_out": sorted(self.sold_out)})

    async def _staff_events(self, request: web.Request) -> web.StreamResponse:
        refused = self._refused(request)
        return refused or await self._stream(request, lambda _, data: data)

    async def _public_events(self, request: web.Request) -> web.StreamResponse:
        def only_public(name: str, data: Json) -> Json | None:
            return self._public(data["order"]) if name.startswith("order_") else None

        return await self._stream(request, only_public)

    async def _stream(
        self, request: web.Request, select: Callable[[str, Json], Json | None]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        queue: asyncio.Queue[tuple[int, str, Json] | None] = asyncio.Queue()
        last = request.headers.get("Last-Event-ID", "")
        self.resumed_from.append(last)
        for entry in self.log if last else ():
            if entry[0] > int(last):
                queue.put_nowait(entry)
        self._listeners.add(queue)
        try:
            await response.prepare(request)
            await response.write(b": welcome\n\n")
            while True:
                try:
                    entry = await asyncio.wait_for(queue.get(), self.beat)
                except TimeoutError:
                    await response.write(b": beat\n\n")
                    continue
                if entry is None:
                    break
                number, name, data = entry
                shown = select(name, data)
                if shown is not None:
                    head = f"id: {number}\n" if number else ""
                    text = f"{head}event: {name}\ndata: {json.dumps(shown)}\n\n"
                    await response.write(text.encode())
        except ConnectionResetError:
            pass
        finally:
            self._listeners.discard(queue)
        return response
