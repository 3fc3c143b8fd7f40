"""A switchboard, scripted agents and a customer's telephone, for stories in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

from servizio.agents.protocol import (
    Agent,
    AgentAudio,
    AgentEvent,
    AgentFailed,
    AgentSentence,
    AgentSpeechEnded,
    CallBrief,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
)
from servizio.agents.roster import Member, Roster
from servizio.audio.frames import FRAME_BYTES, silence
from servizio.calls.admission import CallTexts, IncomingCall
from servizio.calls.call import Call
from servizio.calls.state import CallState, Patience
from servizio.calls.switchboard import Switchboard
from servizio.errors import AgentError
from servizio.shop.hours import OpeningHours
from servizio.shop.order import Source
from servizio.shop.profile import ShopProfile
from servizio.store.interface import Store
from servizio.store.records import Role
from tests.agents.local.conversation import menu_named
from tests.calls.line import FakeLine
from tests.calls.paper_store import PaperStore

GREETING = "Thank you for calling Servizio. What can I get for you?"
BROWSER_GREETING = "Welcome to Servizio."
APOLOGY = "Sorry about that, I'm back."
SECONDS_A_WORD = 0.3
SID = "CA1"
CALLING = "+14155550123"
SHOP = "+14155550199"
GREETED = 5.0
"""Seconds after which the greeting has been heard."""
IN_TIME = 3.5
"""Seconds within which the next agent must be heard: 3, and the tick of the deadlines."""


@dataclass
class ScriptedAgent:
    """An agent that does as the story says (`servizio.agents.protocol.Agent`)."""

    name: str = "first"
    refuses: Exception | None = None
    """Raised by `start`."""
    start_takes: float = 0.0
    speaks_first: bool = True
    close_takes: float = 0.0
    brief: CallBrief | None = None
    sound: bytearray = field(default_factory=bytearray)
    told: list[str] = field(default_factory=list)
    """Everything the call told it but sound, in order."""
    closed: int = 0
    crash_on: str = ""
    """Name of the method that raises what no agent should."""
    speeches: int = 0
    heard_ms: int = -1
    """Of the speech that was last interrupted."""

    def __post_init__(self) -> None:
        self._events: asyncio.Queue[AgentEvent | Exception | None] = asyncio.Queue()

    async def start(self, brief: CallBrief) -> None:
        self.brief = brief
        await asyncio.sleep(self.start_takes)
        if self.refuses is not None:
            raise self.refuses
        if self.speaks_first:
            self.speak(brief.greeting or brief.apology or "Hello.")

    def hear(self, mulaw: bytes) -> None:
        self._crash("hear")
        self.sound += mulaw

    def press(self, digit: str) -> None:
        self._crash("press")
        self.told.append(f"pressed {digit}")

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        self._crash("interrupted")
        self.told.append(f"interrupted {speech} after {heard!r}")
        self.heard_ms = heard_ms

    def played(self, speech: int) -> None:
        self._crash("played")
        self.told.append(f"played {speech}")

    def silence(self, times: int) -> None:
        self._crash("silence")
        self.told.append(f"silence {times}")
        self.speak("Are you still there?")

    def say(self, text: str) -> None:
        self._crash("say")
        self.told.append(f"say {text}")
        self.speak(text)

    async def events(self) -> AsyncIterator[AgentEvent]:
        while (event := await self._events.get()) is not None:
            if isinstance(event, Exception):
                raise event
            yield event

    async def close(self) -> None:
        self.closed += 1
        self._crash("close")
        await asyncio.sleep(self.close_takes)

    # The story's side

    def emit(self, *events: AgentEvent | Exception | None) -> None:
        """Tell the call; an exception is raised by `events`, `None` ends them."""
        for event in events:
            self._events.put_nowait(event)

    def speak(self, text: str, *, complete: bool = True, first: float | None = None) -> int:
        """Say a sentence; with `first` only so many seconds of its sound. Its number."""
        self.speeches += 1
        length = round(len(text.split()) * SECONDS_A_WORD * 8000)
        sound = bytes((self.speeches,)) * length
        given = sound if first is None else sound[: round(first * 8000)]
        self.emit(AgentSentence(self.speeches, text), AgentAudio(self.speeches, given))
        if complete:
            self.emit(AgentSpeechEnded(self.speeches))
        return self.speeches

    def hears(self, text: str) -> None:
        """Understand a whole turn of the customer."""
        self.emit(CustomerStarted(), CustomerHeard(text, final=True))

    def hears_begin(self) -> None:
        self.emit(CustomerStarted())

    def hears_noise(self) -> None:
        self.emit(CustomerNoise())

    def fails(self, message: str = "The provider closed the socket.") -> None:
        self.emit(AgentFailed(AgentError(message)))

    def _crash(self, where: str) -> None:
        if self.crash_on == where:
            raise ZeroDivisionError(where)


class StoryLine(FakeLine):
    """A line whose closing reaches the call, as that of a media stream does."""

    def __init__(self) -> None:
        super().__init__()
        self.story_call: Call | None = None
        self.loses_marks = False
        self._over: asyncio.Task[None] | None = None

    def mark(self, name: str) -> None:
        if not self.loses_marks:
            super().mark(name)

    async def close(self) -> None:
        await super().close()
        if self._over is None and self.story_call is not None:
            self._over = asyncio.create_task(self.story_call.line_closed("closed"))


@dataclass
class Scene:
    """One call on a switchboard."""

    switchboard: Switchboard
    store: PaperStore
    line: StoryLine
    call: Call
    agents: tuple[ScriptedAgent, ...]
    talking: bool = True
    """Whether the telephone sends sound."""

    @property
    def agent(self) -> ScriptedAgent:
        return self.agents[0]

    @property
    def said(self) -> list[str]:
        """What the transcript has of the agents, with `...` where they were cut off."""
        return [
            text if whole else f"{text}..."
            for role, text, whole in self.store.turns
            if role is Role.AGENT
        ]

    @property
    def outcomes(self) -> list[str]:
        return [outcome for _, outcome in self.store.ends]

    @property
    def state(self) -> CallState:
        return self.call.state

    def asked(self, what: str) -> list[float]:
        """When this was asked of the line."""
        return [at for at, each in self.line.log if each == what]

    async def ended(self) -> float:
        """Wait until the call is over; when that was."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(4000):
            while self.call in self.switchboard.live_calls():  # noqa: ASYNC110 - virtual time
                await asyncio.sleep(0.05)
        return loop.time()

    async def send_frames(self) -> None:
        """The telephone: 20 ms of silence every 20 ms, whether anybody speaks or not."""
        while True:
            await asyncio.sleep(FRAME_BYTES / 8000)
            if self.talking and not self.line.closed:
                self.call.hear(silence(20))


def incoming(sid: str = SID) -> IncomingCall:
    """A call that rings."""
    return IncomingCall(sid, CALLING, SHOP)


def two() -> tuple[ScriptedAgent, ScriptedAgent]:
    """An agent, and another that stands behind it."""
    return ScriptedAgent("first"), ScriptedAgent("second")


def clock() -> datetime:
    """The story's time of day."""
    began = datetime(2026, 9, 7, 18, 2, tzinfo=UTC)
    return began + timedelta(seconds=asyncio.get_running_loop().time())


def member(agent: ScriptedAgent, state: Callable[[], str] = lambda: "ready") -> Member:
    return Member(agent.name, lambda: cast("Agent", agent), state)


@asynccontextmanager
async def open_switchboard(
    store: PaperStore,
    *members: Member,
    patience: Patience | None = None,
    max_calls: int = 4,
    staff_phone: str = "+14155550111",
    hours: OpeningHours | None = None,
    takes_orders_when_closed: bool = False,
    on_handover: Callable[[str, str], None] = lambda _failed, _successor: None,
) -> AsyncIterator[Switchboard]:
    async with Switchboard(
        shop=ShopProfile(
            name="Servizio",
            menu=menu_named("boba"),
            hours=hours,
            staff_phone=staff_phone,
            takes_orders_when_closed=takes_orders_when_closed,
        ),
        store=cast("Store", store),
        roster=Roster(members),
        texts=CallTexts(GREETING, APOLOGY, BROWSER_GREETING),
        patience=patience or Patience(),
        max_calls=max_calls,
        now=clock,
        on_handover=on_handover,
    ) as switchboard:
        yield switchboard


async def connect(
    switchboard: Switchboard,
    sid: str = SID,
    source: Source = Source.PHONE,
    *,
    is_typed: bool = False,
) -> tuple[Call, StoryLine]:
    """Ring and open the stream."""
    ringing = IncomingCall(sid, CALLING, SHOP, source=source, is_typed=is_typed)
    admission = await switchboard.ring(ringing)
    line = StoryLine()
    call = await switchboard.connect(sid, admission.token, line)
    line.to(call.marked)
    line.story_call = call
    return call, line


@asynccontextmanager
async def a_call(
    *agents: ScriptedAgent,
    patience: Patience | None = None,
    store: PaperStore | None = None,
    source: Source = Source.PHONE,
    is_typed: bool = False,
) -> AsyncIterator[Scene]:
    """A call that has just begun; the customer hangs up at the end of the story."""
    kept = store or PaperStore()
    cast_of_call = agents or (ScriptedAgent(),)
    members = [member(agent) for agent in cast_of_call]
    async with open_switchboard(kept, *members, patience=patience) as switchboard:
        call, line = await connect(switchboard, source=source, is_typed=is_typed)
        scene = Scene(switchboard, kept, line, call, cast_of_call)
        frames = asyncio.create_task(scene.send_frames(), name="frames")
        try:
            yield scene
        finally:
            frames.cancel()
            await asyncio.gather(frames, return_exceptions=True)
            await call.line_closed("stop")
            await line.close()
