"""A telephone company on loopback that takes the requests of Twilio's REST API for calls.

async with TelephoneCompany(account, shop, far_ends) as company:
    ... POST {company.url}/2010-04-01/Accounts/AC.../Calls.json
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import random
import re
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from email.utils import format_datetime
from types import TracebackType
from typing import Self

from aiohttp import web
from multidict import MultiMapping

from servizio.demo.loopback import on_loopback
from servizio.demo.phone_plan import new_sid
from servizio.demo.rung_call import CallForm, FarEnd, RungCall, Shop

_ROOT = "/2010-04-01/Accounts"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_FINISHED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_MOST_CALLS = 200
"""Calls that are remembered."""

log = logging.getLogger(__name__)

Fields = MultiMapping[str | web.FileField | bytes | bytearray]


class TelephoneCompany:
    """One account's calls. An async context manager."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        shop: Shop,
        far_end: Callable[[str], FarEnd],
        *,
        clock: Callable[[], float] = time.monotonic,
        randomness: random.Random | None = None,
    ) -> None:
        """`far_end` gives whoever is at a number (E.164), anew for each call."""
        self.url = ""
        """Where it listens, once entered."""
        self.calls: dict[str, RungCall] = {}
        """By SID, in the order in which they were asked for."""
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._shop = shop
        self._far_end = far_end
        self._clock = clock
        self._randomness = randomness or random.Random()
        self._open = AsyncExitStack()
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        account = f"{_ROOT}/{self._account_sid}"
        app.router.add_post(f"{account}/Calls.json", self._create)
        app.router.add_get(f"{account}/Calls.json", self._list)
        app.router.add_post(f"{account}/Calls/{{sid}}.json", self._update)
        app.router.add_get(f"{account}/Calls/{{sid}}.json", self._show)
        self.url = await self._open.enter_async_context(on_loopback(app))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _create(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return _error(401, 20003)
        fields = await request.post()
        to, url = _text(fields, "To"), _text(fields, "Url")
        if not _E164.fullmatch(to):
            return _error(400, 21211)
        if not url.startswith(("http://", "https://")):
            return _error(400, 21205)
        call = RungCall(
            new_sid("CA", self._randomness),
            _form(fields),
            self._shop,
            self._far_end(to),
            clock=self._clock,
            randomness=self._randomness,
        )
        self.calls[call.call_sid] = call
        while len(self.calls) > _MOST_CALLS:
            del self.calls[next(iter(self.calls))]
        task = asyncio.create_task(call.run(), name=f"call {call.call_sid}")
        self._running.add(task)
        task.add_done_callback(self._done)
        return web.json_response(self._json(call), status=201)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("simulated_call_died", exc_info=task.exception())

    async def _list(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return _error(401, 20003)
        to = request.query.get("To", "")
        found = [call for call in reversed(self.calls.values()) if to in {"", call.form.to}]
        page = {"page": 0, "page_size": 50, "start": 0, "end": max(len(found) - 1, 0)}
        uris = {"first_page_uri": "", "previous_page_uri": None, "next_page_uri": None, "uri": ""}
        return web.json_response({"calls": [self._json(call) for call in found], **page, **uris})

    async def _show(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return _error(401, 20003)
        call = self.calls.get(request.match_info["sid"])
        return _error(404, 20404) if call is None else web.json_response(self._json(call))

    async def _update(self, request: web.Request) -> web.Response:
        if not self._knows(request):
            return _error(401, 20003)
        call = self.calls.get(request.match_info["sid"])
        if call is None or call.status in _FINISHED:
            return _error(404, 20404)
        if _text(await request.post(), "Status") not in {"completed", "canceled"}:
            return _error(400, 21218)
        call.complete()
        return web.json_response(self._json(call))

    def _knows(self, request: web.Request) -> bool:
        secret = base64.b64encode(f"{self._account_sid}:{self._auth_token}".encode()).decode()
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Basic {secret}".encode())

    def _json(self, call: RungCall) -> dict[str, object]:
        return {
            "sid": call.call_sid,
            "account_sid": self._account_sid,
            "to": call.form.to,
            "from": call.form.from_number,
            "status": call.status,
            "direction": "outbound-api",
            "date_created": format_datetime(call.made_at),
        }


def _form(fields: Fields) -> CallForm:
    events = {value for value in fields.getall("StatusCallbackEvent", []) if isinstance(value, str)}
    detects = bool(_text(fields, "MachineDetection"))
    return CallForm(
        to=_text(fields, "To"),
        from_number=_text(fields, "From"),
        url=_text(fields, "Url"),
        status_url=_text(fields, "StatusCallback"),
        events=frozenset(events or {"completed"}),
        machine_url=_text(fields, "AsyncAmdStatusCallback") if detects else "",
        ring_seconds=_seconds(fields, "Timeout", 60.0),
        limit_seconds=_seconds(fields, "TimeLimit", 14400.0),
    )


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _seconds(fields: Fields, name: str, default: float) -> float:
    text = _text(fields, name)
    return float(text) if text.isascii() and text.isdigit() else default


def _error(status: int, number: int) -> web.Response:
    body = {
        "code": number,
        "message": f"error {number}",
        "more_info": f"https://www.twilio.com/docs/errors/{number}",
        "status": status,
    }
    return web.json_response(body, status=status)
