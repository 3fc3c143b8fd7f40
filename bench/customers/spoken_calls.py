"""Calls over the real wire: the simulated telephone, a voice, and the shop's own transcript.

A customer hears the agent's words by way of the shop's record of the call, which holds only
what was heard, and decides when to speak by the sound of the line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from random import Random
from typing import Any, Protocol

from bench.customers.grading import Turn
from bench.customers.moves import Caller, Move
from bench.customers.voices import Voice, background, cough, draw_manner, mixed, speech
from servizio.demo.phone import Phone
from servizio.demo.phone_line import Line, LineError
from servizio.demo.shop_watch import ShopWatch
from servizio.errors import ApiError

SHOP_NUMBER = "+14155550199"
POLITE = (0.9, 1.4)
"""Seconds of quiet until a customer takes it that the agent has finished."""
ANSWER = 15.0
WORDS_SECONDS = 4.0
"""How long the words of what was heard may take to be written down."""
BREATH_SECONDS = 1.2
"""How much longer a customer waits who was not asked anything."""
CALL_SECONDS = 420.0
_ALWAYS = ("yes", "no", "yes please", "no thank you", "that's all", "hello?")


class Reached(Protocol):
    """A running server."""

    url: str
    token: str


class SpokenCall:
    """One customer's telephone call."""

    def __init__(self, shop: Reached, customer: Caller, voice: Voice, rng: Random) -> None:
        self._shop = shop
        self._customer = customer
        self._voice = voice
        self._rng = rng
        self._manner = draw_manner(rng)
        self._noise = background(self._manner, rng)
        self._polite = rng.uniform(*POLITE)
        self._barges = False
        """The last time; nobody breaks in twice in a row."""
        self._seen = 0
        self._said: list[tuple[int, str]] = []
        """How many turns the record had, and what was said then."""

    async def rehearse(self, sayings: Iterable[str]) -> None:
        """Have these sentences rendered before the call: a slow voice keeps the agent waiting."""
        for said in (*sayings, *_ALWAYS):
            await asyncio.to_thread(speech, self._voice, said, self._manner, Random(0))

    async def hold(self, calls_from: str) -> tuple[list[Turn], str, list[Mapping[str, Any]]]:
        """Ring, talk, hang up: what was said, why there is no order number, the orders."""
        phone = Phone(self._shop.url, calls_from, SHOP_NUMBER, background=self._noise)
        async with ShopWatch(self._shop.url, self._shop.token) as watch, phone.call() as line:
            problem = ""
            try:
                async with asyncio.timeout(CALL_SECONDS):
                    await line.streaming(ANSWER)
                    problem = await self._converse(line, watch)
            except (LineError, TimeoutError) as error:
                if not self._customer.order_number_heard:
                    problem = str(error) or f"still talking after {CALL_SECONDS:.0f} s"
            await line.hang_up()
            turns, outcome = await self._record(watch, line.call_sid)
            orders = (await watch.get("/orders.json?limit=500"))["orders"]
        mine = [order for order in orders if order["call_sid"] == line.call_sid]
        if mine and "order number" in " ".join(turn.text for turn in turns).lower():
            # The call may have ended before the customer could read the last words.
            problem = "" if "shop_hung_up" in problem else problem
        if problem:
            problem = f"{problem} ({outcome})"
        return turns, problem, mine

    async def _converse(self, line: Line, watch: ShopWatch) -> str:
        while True:
            text, whole = await self._listen(line, watch)
            move = self._customer.answer(text, whole=whole)
            if move.hangs_up:
                return move.why
            self._said.append((self._seen, move.keys or move.say))
            await self._do(line, move)
            if self._customer.order_number_heard and line.ended.is_set():
                return ""

    async def _listen(self, line: Line, watch: ShopWatch) -> tuple[str, bool]:
        """The agent's words until it is quiet, or until this customer breaks in."""
        await line.agent_speaks(ANSWER)
        persona = self._customer.persona
        self._barges = not self._barges and self._rng.random() < persona.barges
        if self._barges:
            await asyncio.sleep(self._rng.uniform(0.3, 2.5))
            return "", not line.playback.is_audible_queued and await self._finished(line)
        if self._rng.random() < persona.coughs:
            await asyncio.sleep(self._rng.uniform(0.2, 1.5))
            line.feed(mixed(cough(self._rng), self._noise))
        await line.agent_quiet(self._polite, 40.0)
        text = await self._words(watch, line.call_sid)
        if not self._customer.knows_what_to_do(text):
            # Perhaps the agent is only taking breath.
            await line.agent_quiet(self._polite + BREATH_SECONDS, 40.0)
            text = f"{text} {await self._words(watch, line.call_sid, BREATH_SECONDS)}".strip()
        return text, True

    @staticmethod
    async def _finished(line: Line) -> bool:
        return (line.playback.last_heard or 0.0) < line.now - 0.3

    async def _words(self, watch: ShopWatch, call_sid: str, seconds: float = WORDS_SECONDS) -> str:
        """What the agent said since the last time; nothing where nothing is written."""
        found: list[str] = []
        for _ in range(int(seconds / 0.1)):
            turns = (await watch.get(f"/calls/{call_sid}"))["transcript"]
            new = turns[self._seen :]
            # What the customer broke into was not listened to.
            last = max((n for n, turn in enumerate(new) if turn["role"] == "customer"), default=-1)
            found = [turn["text"] for turn in new[last + 1 :] if turn["role"] == "agent"]
            if found:
                self._seen = len(turns)
                break
            await asyncio.sleep(0.1)
        return " ".join(found)

    async def _do(self, line: Line, move: Move) -> None:
        if move.keys:
            await line.press(move.keys)
            return
        sound = await asyncio.to_thread(speech, self._voice, move.say, self._manner, self._rng)
        await line.speak(mixed(sound, self._noise))

    async def _record(self, watch: ShopWatch, call_sid: str) -> tuple[list[Turn], str]:
        """What was said, and what was heard, in order; and how the shop says it ended."""
        record: Mapping[str, Any] = {"transcript": []}
        for _ in range(30):
            try:
                record = await watch.get(f"/calls/{call_sid}")
            except ApiError:
                break
            if record.get("status") != "in_progress":
                break
            await asyncio.sleep(0.1)
        turns: list[Turn] = []
        said = list(self._said)
        for place, turn in enumerate(record["transcript"]):
            if turn["role"] == "customer" and said and said[0][0] <= place:
                turns.append(Turn("said", said.pop(0)[1]))
            if turn["role"] in {"agent", "customer"}:
                text = turn["text"] + ("" if turn.get("heard", True) else " --")
                turns.append(Turn(turn["role"], text))
        turns += [Turn("said", words) for _, words in said]
        return turns, str(record.get("outcome"))
