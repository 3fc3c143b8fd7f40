"""Where texts and webhooks go: a telephone company and a program that fail as they like."""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from bench.crowd.points import Points
from bench.crowd.truth import Tally
from servizio.demo.loopback import on_loopback
from tests.standins.twilio_api import TwilioApi
from tests.standins.twilio_faults import (
    UNAVAILABLE,
    AcceptThenDrop,
    AcceptThenFail,
    AcceptWithNonsense,
    Fault,
    Refuse,
)

FAULTS: tuple[Fault, ...] = (
    Refuse(429, 20429, {"Retry-After": "1"}),
    UNAVAILABLE,
    AcceptThenFail(503),
    AcceptThenDrop(),
    AcceptWithNonsense(),
)
LONGEST = 0.02
"""Seconds that each side of a request may take at most."""


class SlowApi(TwilioApi):
    """The telephone company, which takes a moment before and after it takes a text."""

    def __init__(self, points: Points, dice: random.Random) -> None:
        super().__init__()
        self._points = points
        self._dice = dice

    def fail_at_random(self) -> None:
        """Script no, one or some faults, in place of those that are left."""
        self.be_well()
        self.fail_next(*(self._dice.choice(FAULTS) for _ in range(self._dice.randrange(4))))

    def be_well(self) -> None:
        """No more faults."""
        self._faults.clear()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        what = "text leaves" if request.method == "POST" else "text is looked for"
        with self._points.at(what):
            await asyncio.sleep(self._dice.random() * LONGEST)
            try:
                answer = await super()._serve(request)
            except ConnectionError:
                # Whoever asked was killed in the middle of the question.
                return web.Response(status=400)
            await asyncio.sleep(self._dice.random() * LONGEST)
            return answer


class FailingProgram:
    """A receiver of webhooks that fails a third of the time, before or after taking it in."""

    def __init__(self, points: Points, dice: random.Random, tally: Tally) -> None:
        self._points = points
        self._dice = dice
        self._tally = tally
        self.is_well = False
        """Fails no more."""
        self.url = ""
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/", self._take)
        self.url = await self._open.enter_async_context(on_loopback(app)) + "/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    async def _take(self, request: web.Request) -> web.Response:
        with self._points.at("program told"):
            told: dict[str, Any] = await request.json()
            await asyncio.sleep(self._dice.random() * LONGEST)
            luck = 1.0 if self.is_well else self._dice.random()
            if luck < 0.2:
                return web.Response(status=503)
            if told["type"] == "order.created":
                self._tally.told[told["id"], told["data"]["order_number"]] += 1
            return web.Response(status=500 if luck < 0.3 else 204)
