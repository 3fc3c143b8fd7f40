"""A shop with a cloud agent and one behind it, rung over the real wire of the telephone.

Everything is real but the far ends: the simulated telephone, the stand-in of the provider,
and an agent in place of the local one that needs no models and finishes the order.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from aiohttp import web
from pydantic import SecretStr

from servizio.agents.protocol import Agent, CallBrief
from servizio.agents.roster import Member, Roster
from servizio.calls.admission import CallTexts
from servizio.calls.state import Patience
from servizio.calls.switchboard import Switchboard
from servizio.demo.phone import LineError, Phone, PlacedCall
from servizio.paths import Folders
from servizio.server.agent_table import KINDS, Employer
from servizio.server.app import create_app
from servizio.server.keys import Fixtures
from servizio.server.metrics import Metrics
from servizio.server.opening import clock
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from servizio.shop.order import Order
from servizio.shop.profile import ShopProfile
from servizio.store.sqlite import SqliteStore
from tests.calls.scene import ScriptedAgent
from tests.standins.deepgram_agent import KEY

GREETING = "Hi, you are at Servizio."
APOLOGY = "Sorry about that, I'm back."
CUSTOMER = "+14155550123"
SHOP = "+14155550199"
WORDS = bytes((0x10, 0x90)) * 2400
"""The customer's voice: 0.6 s, loud."""


@dataclass
class FinishingAgent(ScriptedAgent):
    """Takes over and brings the order to its end, whatever has been done of it."""

    name: str = "local"
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, brief: CallBrief) -> None:
        await super().start(brief)
        tools, desk = brief.tools, brief.tools.desk
        if await desk.look_up_order() is None:
            if not desk.cart.lines and not desk.cart.pending:
                topping = [{"modifier": "boba"}]
                await tools.call("add_to_cart", {"item": "taro-milk-tea", "modifiers": topping})
            if desk.cart.pending:
                await tools.call("confirm_pending_to_cart", {})
            await tools.call("save_phone_number", {})
            await tools.call("checkout_order", {"name": "Ann"})
        self.finished.set()


@dataclass
class ShopOnTheLine:
    """A running shop."""

    url: str
    store: SqliteStore
    switchboard: Switchboard
    next_agents: list[FinishingAgent]
    handovers: list[tuple[str, str]]

    def phone(self, number: str = CUSTOMER) -> Phone:
        return Phone(self.url, number, SHOP)

    async def orders(self) -> list[Order]:
        return list(await self.store.orders_by_phone(CUSTOMER))

    async def said(self, call_sid: str, role: str = "agent") -> list[str]:
        """The transcript's words of one side."""
        call = await self.store.call(call_sid)
        assert call is not None
        return [turn.text for turn in call.turns if turn.role == role]

    async def texts(self) -> int:
        """Texts that were queued."""
        return sum((await self.store.message_counts()).values())


URL_KEYS = {"deepgram": "agent_url", "openai": "realtime_url"}
"""Which key of its section says where an agent's provider is."""


@asynccontextmanager
async def shop_on_the_line(
    folder: Path, provider_url: str, *, agent: str = "deepgram", key: str = KEY, **section: object
) -> AsyncIterator[ShopOnTheLine]:
    """A shop whose first agent is at `provider_url`; `section` has more of its settings."""
    settings = Settings.model_validate(
        {agent: {"api_key": key, URL_KEYS[agent]: provider_url, **section}}
    )
    profile = ShopProfile(name="Servizio", menu=load_menu("boba"))
    employer = Employer(settings, profile, GREETING, asyncio.Event())
    async with KINDS[agent].join(employer) as member, shop_with(folder, settings, member) as shop:
        yield shop


@asynccontextmanager
async def shop_with(
    folder: Path, settings: Settings, *first: Member
) -> AsyncIterator[ShopOnTheLine]:
    """A shop whose first agents are these."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    profile = ShopProfile(
        name="Servizio", menu=load_menu("boba"), staff_phone=settings.shop.staff_phone
    )
    agents: list[FinishingAgent] = []
    handovers: list[tuple[str, str]] = []

    def make_next() -> Agent:
        agents.append(FinishingAgent())
        return cast("Agent", agents[-1])

    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(SqliteStore(folder / "shop.db", clock=clock))
        switchboard = await stack.enter_async_context(
            Switchboard(
                shop=profile,
                store=store,
                roster=Roster((*first, Member("local", make_next, lambda: "ready"))),
                texts=CallTexts(GREETING, APOLOGY),
                patience=Patience(),
                max_calls=40,
                now=clock,
                on_handover=lambda failed, successor: handovers.append((failed, successor)),
            )
        )
        url = await stack.enter_async_context(
            _served(folder, settings, profile, store, switchboard)
        )
        yield ShopOnTheLine(url, store, switchboard, agents, handovers)


@asynccontextmanager
async def _served(
    folder: Path,
    settings: Settings,
    profile: ShopProfile,
    store: SqliteStore,
    switchboard: Switchboard,
) -> AsyncIterator[str]:
    parts: dict[str, Any] = {
        "settings": settings,
        "folders": Folders(config=folder, data=folder),
        "token": SecretStr("staff"),
        "menu": profile.menu,
        "profile": profile,
        "store": store,
        "switchboard": switchboard,
        "metrics": Metrics(),
    }
    runner = web.AppRunner(create_app(Fixtures(**parts)), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def talk(line: PlacedCall, turns: int, *, quiet: float = 0.35) -> None:
    """Say something whenever the agent has finished, so many times."""
    for _ in range(turns):
        await line.hear_reply(quiet, 15.0)
        await line.speak(WORDS)


async def talk_on(line: PlacedCall) -> None:
    """Say all four sentences of the sample, as far as the line lasts."""
    with suppress(LineError, TimeoutError):
        await talk(line, 4)


async def say_so_much(line: PlacedCall, turns: int) -> None:
    """Say something so many times, and hear the answer."""
    await talk(line, turns)
    await line.hear_reply(0.35, 15.0)


def items_of(order: Order) -> list[tuple[str, int]]:
    """What was ordered, and how often."""
    return [(each.item, each.quantity) for each in order.draft.lines]


def origin_of(line: PlacedCall) -> float:
    """When the call began, on the monotonic clock."""
    return time.monotonic() - line.now


def silence_after(line: PlacedCall, moment: float) -> float:
    """How long the customer heard nothing after this moment, in seconds of the call."""
    # Two clocks meet here: what began a few frames before the moment is an answer to it.
    before = moment - 0.1
    playing = [span.end for span in line.agent_spans if span.holds(before)]
    since = max([before, *playing])
    after = [span.start for span in line.agent_spans if span.start >= since]
    return max(0.0, (after[0] if after else float("inf")) - max(since, moment))


async def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something that is told by nobody."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.02)
