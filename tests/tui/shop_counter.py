"""The part of the stand-in server that a counter works with: prices, the day, texts, figures."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from tests.tui.shop_server import ShopServer

Json = dict[str, Any]


class Counter:
    """Answers what `ShopServer` is asked at the counter."""

    def __init__(self, shop: ShopServer) -> None:
        self._shop = shop
        self.placed: dict[str, Json] = {}
        """Orders by the key that they were sent with."""
        self.lose_answers = 0
        """So many orders are taken without an answer: the line breaks in between."""
        self.faults: list[Json] = []
        """What a quote complains of."""
        self.texted: list[str] = []
        self.rung: list[str] = []
        self.rung_how: list[dict[str, object]] = []
        self.retried: list[str] = []
        self.dismissed: list[str] = []
        self.messages: list[Json] = []
        self.written: list[Json] = []
        self.spoken: list[Json] = []
        self.day: Json = {
            "name": "Servizio Boba",
            "timezone": "UTC",
            "open_now": True,
            "hours_today": {"opens": "09:00", "closes": "21:00"},
            "hours_override": None,
            "paused": None,
            "busy_minutes": 0,
            "quoted_wait_minutes": 10,
            "phone_number": "+15550001000",
            "staff_page": None,
        }
        self.days: dict[str, Json] = {}
        """Reports by day, over those that every day has."""

    def routes(self) -> list[web.RouteDef]:
        """The endpoints."""
        return [
            web.get("/api/shop", self._show_day),
            web.patch("/api/shop", self._change_day),
            web.post("/api/orders/quote", self._quote),
            web.post("/api/orders", self._place),
            web.post("/api/orders/{number}/text", self._text),
            web.get("/api/orders/{number}/ticket.txt", self._ticket),
            web.post("/api/calls", self._ring),
            web.get("/api/outbox", self._outbox),
            web.get("/api/texts", self._texts),
            web.get("/api/voice_messages", self._voice_messages),
            web.post("/api/voice_messages/{sid}/done", self._voice_message_done),
            web.post("/api/outbox/{id}/retry", self._retry),
            web.post("/api/outbox/{id}/dismiss", self._dismiss),
            web.get("/api/report", self._report),
            web.get("/api/report.csv", self._report_csv),
        ]

    async def _show_day(self, _: web.Request) -> web.Response:
        return web.json_response(self.day)

    async def _change_day(self, request: web.Request) -> web.Response:
        body = await request.json()
        now = self._shop.clock()
        if "pause" in body:
            pause = body["pause"]
            minutes = pause and pause.get("minutes")
            until = (now + timedelta(minutes=minutes)).isoformat() if minutes else None
            said = {"since": now.isoformat(), "until": until, "message": ""}
            self.day["paused"] = said | {"message": pause.get("message", "")} if pause else None
        if "busy_minutes" in body:
            self.day["busy_minutes"] = body["busy_minutes"]
            self.day["quoted_wait_minutes"] = 10 + body["busy_minutes"]
        if "hours_today" in body:
            self.day["hours_override"] = body["hours_today"]
        self._shop.tell("shop_changed", dict(self.day))
        return web.json_response(self.day)

    def _priced(self, body: Json) -> Json:
        lines = [
            {
                "item": each["item"],
                "name": each["item"].replace("-", " "),
                "quantity": each["quantity"],
                "modifiers": [
                    each | {"name": each["modifier"].replace("-", " "), "price": "0.75"}
                    for each in each["modifiers"]
                ],
                "price": f"{each['quantity'] * 5.5:.2f}",
            }
            for each in body["items"]
        ]
        total = f"{sum(each['quantity'] * 5.5 for each in body['items']):.2f}"
        return {"items": lines, "subtotal": total, "tax": "0.00", "total": total}

    async def _quote(self, request: web.Request) -> web.Response:
        return web.json_response(self._priced(await request.json()) | {"faults": self.faults})

    async def _place(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        key = request.headers["Idempotency-Key"]
        if self.faults:
            said = {"error": {"code": "order", "message": self.faults[0]["message"]}}
            return web.json_response(said, status=422)
        if key not in self.placed:
            number = f"{7000 + len(self.placed)}"
            priced = self._priced(body)
            about = {name: body.get(name) for name in ("name", "phone")}
            lines = priced.pop("items")
            self.placed[key] = self._shop.take_order(
                number, *lines, source="counter", **priced, **about
            )
        if self.lose_answers:
            self.lose_answers -= 1
            assert request.transport is not None
            request.transport.close()
            await asyncio.sleep(0)
        return web.json_response(self.placed[key], status=201)

    async def _text(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        if not self._shop.orders[number]["phone"]:
            said = {"error": {"code": "no_phone", "message": "There is no phone number."}}
            return web.json_response(said, status=409)
        self.texted.append(number)
        return web.json_response({"queued": "received"})

    async def _ticket(self, request: web.Request) -> web.Response:
        order = self._shop.orders[request.match_info["number"]]
        rows = [f"ORDER {order['order_number']}", *(each["name"] for each in order["items"])]
        return web.Response(text="\n".join(rows) + "\n")

    async def _ring(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.rung.append(asked.pop("order_number"))
        self.rung_how.append(asked)
        return web.json_response({"call_sid": "CA99"})

    def could_not_send(self, message_id: str, why: str = "unreachable") -> None:
        """A text comes back from the telephone company."""
        at = self._shop.clock().isoformat()
        self.messages.append(
            {
                "id": message_id,
                "kind": "sms",
                "to": "+15551234567",
                "body": "Your order 4782 is ready.",
                "state": "failed",
                "attempts": 3,
                "order_number": "4782",
                "error_code": "30003",
                "error_text": why,
                "delivery": None,
                "created_at": at,
                "updated_at": at,
            }
        )

    async def _outbox(self, _: web.Request) -> web.Response:
        return web.json_response({"messages": self.messages})

    def wrote(self, body: str, *, order_number: str | None = None) -> Json:
        """A customer writes to the shop's number; the event's payload."""
        text: Json = {
            "sid": f"SM{len(self.written)}",
            "from": "+15551234567",
            "body": body,
            "reply": "Thank you, our staff will see your message.",
            "order_number": order_number,
            "at": "2026-11-20T18:05:00.000000Z",
        }
        self.written.insert(0, text)
        return {"text": text}

    async def _texts(self, _: web.Request) -> web.Response:
        return web.json_response({"texts": self.written})

    def spoke(
        self, sid: str, *, phone: str | None = "+15551234567", seconds: int = 23, days_ago: int = 0
    ) -> None:
        """A customer speaks after the tone, and whoever listens is told."""
        message = {
            "sid": sid,
            "call_sid": "CA1",
            "from": phone,
            "seconds": seconds,
            "at": (self._shop.clock() - timedelta(days=days_ago)).isoformat(),
        }
        self.spoken.insert(0, message)
        self._shop.tell("voice_message", {"message": message, "done": False})

    def heard(self, sid: str) -> bool:
        """Somebody is done with that message; False where there is none."""
        told = [each for each in self.spoken if each["sid"] == sid]
        for each in told:
            self.spoken.remove(each)
            self._shop.tell("voice_message", {"message": each, "done": True})
        return bool(told)

    async def _voice_messages(self, _: web.Request) -> web.Response:
        return web.json_response({"messages": self.spoken})

    async def _voice_message_done(self, request: web.Request) -> web.Response:
        if self.heard(request.match_info["sid"]):
            return web.json_response({"ok": True})
        said = {"error": {"code": "not_found", "message": "There is no such message."}}
        return web.json_response(said, status=404)

    def _one(self, request: web.Request) -> Json:
        wanted = request.match_info["id"]
        return next(each for each in self.messages if each["id"] == wanted)

    async def _retry(self, request: web.Request) -> web.Response:
        message = self._one(request)
        message["state"] = "pending"
        self.retried.append(message["id"])
        return web.json_response(message)

    async def _dismiss(self, request: web.Request) -> web.Response:
        message = self._one(request)
        message["state"] = "dismissed"
        self.dismissed.append(message["id"])
        return web.json_response(message)

    def figures(self, day: str) -> Json:
        """The figures of a day."""
        hours = {9: 2, 10: 5, 11: 11, 12: 14, 13: 6, 15: 1}
        return {
            "day": day,
            "orders": 39,
            "cancelled": 2,
            "items": 61,
            "revenue": "381.25",
            "tax": "0.00",
            "average_order": "9.78",
            "seconds_to_ready": {"average": 312.4, "p90": 571.0},
            "by_hour": [
                {"hour": hour, "orders": count, "revenue": f"{count * 9.78:.2f}"}
                for hour, count in hours.items()
            ],
            "by_item": [
                {"item": "taro", "name": "taro milk tea", "quantity": 40, "revenue": "250.00"},
                {"item": "black", "name": "black milk tea", "quantity": 21, "revenue": "131.25"},
            ],
            "by_source": {"phone": 31, "counter": 8},
            "calls": {
                "total": 44,
                "by_outcome": {"ordered": 31, "question": 6, "hung_up": 7},
                "average_seconds": 74.2,
            },
            "not_understood": 9,
            "handed_over": 3,
        } | self.days.get(day, {})

    async def _report(self, request: web.Request) -> web.Response:
        day = request.query.get("day") or self._shop.clock().date().isoformat()
        return web.json_response(self.figures(day))

    async def _report_csv(self, request: web.Request) -> web.Response:
        return web.Response(text=f"day,orders\n{request.query['day']},39\n")
