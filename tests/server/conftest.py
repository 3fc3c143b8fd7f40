"""A server on loopback over a real store, with a switchboard that only takes notes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from blockbuster import BlockBuster, blockbuster_ctx
from pydantic import SecretStr

from servizio.calls.admission import Admission, AfterCall, Answer, IncomingCall, NextStep
from servizio.calls.line import Line
from servizio.errors import TelephonyError
from servizio.paths import Folders
from servizio.server.app import create_app
from servizio.server.keys import Fixtures
from servizio.server.metrics import Metrics
from servizio.server.opening import clock, shop_profile
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from servizio.store.sqlite import SqliteStore, any_free_number

TOKEN = "staff-secret"
STAFF = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _nothing_blocks_the_loop() -> Iterator[BlockBuster]:
    with blockbuster_ctx("servizio.server") as guard:
        yield guard


@dataclass(slots=True)
class NotedCall:
    """A call that writes down what reaches it."""

    call_sid: str
    line: Line
    sound: bytearray = field(default_factory=bytearray)
    digits: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, mulaw: bytes) -> None:
        self.sound += mulaw
        self.changed.set()

    def press(self, digit: str) -> None:
        self.digits.append(digit)
        self.changed.set()

    def marked(self, name: str) -> None:
        self.marks.append(name)
        self.changed.set()

    async def line_closed(self, how: str) -> None:
        self.ends.append(how)
        self.ended.set()

    def view(self) -> dict[str, object]:
        return {"call_sid": self.call_sid, "status": "in-progress", "agent": "local"}

    async def hang_up(self, outcome: str = "ended_by_staff") -> None:
        del outcome
        await self.line.close()

    async def say(self, text: str) -> None:
        self.said.append(text)

    async def transfer(self, reason: str) -> None:
        self.said.append(f"transfer: {reason}")

    async def until(self, what: str, count: int) -> None:
        """Wait until so many have come."""
        async with asyncio.timeout(5):
            while len(getattr(self, what)) < count:
                self.changed.clear()
                await self.changed.wait()


class SpokenWords:
    """Words that are being spoken: every watcher gets all of them."""

    def __init__(self) -> None:
        self._said: list[Mapping[str, object]] = []
        self._more = asyncio.Event()

    def put_nowait(self, partial: Mapping[str, object]) -> None:
        self._said.append(partial)
        self._more.set()
        self._more = asyncio.Event()

    async def watch(self) -> AsyncIterator[Mapping[str, object]]:
        place = 0
        while True:
            while place >= len(self._said):
                await self._more.wait()
            yield self._said[place]
            place += 1


class NotedSwitchboard:
    """Admits every call and keeps what it was told."""

    def __init__(self) -> None:
        self.rung: list[IncomingCall] = []
        self.statuses: list[tuple[str, str]] = []
        self.calls: dict[str, NotedCall] = {}
        self.tokens: dict[str, str] = {}
        self.admission = Admission(Answer.TALK, "", "Sorry.")
        self.next = AfterCall(NextStep.HANG_UP, "")
        self.back: Admission | None = None
        self.staff_came: list[bool] = []
        self.going_on: dict[str | None, int] = {}
        self.whispers: dict[str, str] = {}
        self.taken: list[str] = []
        self.open = True
        self.states: Mapping[str, str] = {"local": "ready"}
        self.faults: Mapping[str, str] = {}
        self.connected = asyncio.Event()
        self.spoken = SpokenWords()
        self.crash: Exception | None = None

    async def ring(self, incoming: IncomingCall) -> Admission:
        if self.crash is not None:
            raise self.crash
        self.rung.append(incoming)
        token = f"token-{len(self.rung)}"
        self.tokens[incoming.call_sid] = token
        return Admission(self.admission.answer, token, self.admission.sentence)

    async def connect(self, call_sid: str, token: str, line: Line) -> NotedCall:
        if self.tokens.pop(call_sid, None) != token:
            raise TelephonyError("The stream's token is not known.")
        call = self.calls[call_sid] = NotedCall(call_sid, line)
        self.connected.set()
        return call

    def after(self, _call_sid: str) -> AfterCall:
        if self.crash is not None:
            raise self.crash
        return self.next

    async def after_staff(self, _call_sid: str, *, taken: bool) -> Admission | None:
        if self.crash is not None:
            raise self.crash
        self.staff_came.append(taken)
        return None if taken else self.back

    def whisper(self, call_sid: str) -> str:
        if self.crash is not None:
            raise self.crash
        return self.whispers.get(call_sid, "")

    def staff_took(self, call_sid: str) -> None:
        self.taken.append(call_sid)

    async def call_status(self, call_sid: str, status: str) -> None:
        self.statuses.append((call_sid, status))

    def live_calls(self) -> tuple[NotedCall, ...]:
        return tuple(call for call in self.calls.values() if not call.ends)

    def live_call(self, call_sid: str) -> NotedCall | None:
        call = self.calls.get(call_sid)
        return call if call is not None and not call.ends else None

    def calls_of(self, phone: str | None) -> int:
        return self.going_on.get(phone, 0)

    def accepting(self) -> bool:
        return self.open

    async def drain(self, _seconds: float) -> None:
        self.open = False

    def agents(self) -> Mapping[str, str]:
        return self.states

    def agent_faults(self) -> Mapping[str, str]:
        return self.faults

    def partials(self) -> AsyncIterator[Mapping[str, object]]:
        return self.spoken.watch()


@dataclass(slots=True)
class Shop:
    """A running server and what stands behind it."""

    url: str
    http: aiohttp.ClientSession
    store: SqliteStore
    switchboard: NotedSwitchboard
    app: web.Application

    async def get(self, path: str, *, staff: bool = True) -> tuple[int, object]:
        async with self.http.get(self.url + path, headers=STAFF if staff else {}) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: object = None) -> tuple[int, object]:
        async with self.http.post(self.url + path, json=body, headers=STAFF) as answer:
            return answer.status, await answer.json()

    async def patch(self, path: str, body: object) -> tuple[int, object]:
        async with self.http.patch(self.url + path, json=body, headers=STAFF) as answer:
            return answer.status, await answer.json()

    async def take(self, *items: str) -> str:
        """An order from the counter; its number."""
        body = {"items": [{"item": item} for item in items or ("taro-milk-tea",)]}
        status, order = await self.post("/api/orders", body)
        assert status == 201, order
        assert isinstance(order, dict)
        return str(order["order_number"])


@asynccontextmanager
async def running_shop(
    folder: Path,
    *,
    environment: Mapping[str, object] | None = None,
    now: Callable[[], datetime] = clock,
    number: str = "",
) -> AsyncIterator[Shop]:
    """`number`: which one the first order gets; without it any."""
    settings = Settings.model_validate(dict(environment or {}))
    folders = Folders(config=folder, data=folder)
    menu = load_menu("boba")
    profile = await asyncio.to_thread(shop_profile, settings, menu)
    pick = any_free_number if not number else lambda _taken: number
    async with SqliteStore(folder / "shop.db", clock=now, pick_number=pick) as store:
        switchboard = NotedSwitchboard()
        app = create_app(
            Fixtures(
                settings=settings,
                folders=folders,
                token=SecretStr(TOKEN),
                menu=menu,
                profile=profile,
                store=store,
                switchboard=switchboard,
                metrics=Metrics(),
                now=now,
            )
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        async with aiohttp.ClientSession() as http:
            try:
                yield Shop(f"http://{host}:{port}", http, store, switchboard, app)
            finally:
                await runner.cleanup()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path) as running:
        yield running
