"""One session of the stand-in: hears by loudness, follows its script, breaks where it should."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from servizio.audio.loudness import loudness
from servizio.audio.resample import MulawDecoder, MulawEncoder
from tests.standins.deepgram_rules import RefusedError, check_message, check_settings
from tests.standins.deepgram_scenario import Stage, Step, Turn

LOUD = 500.0
END_OF_TURN = 0.3
"""Seconds of quiet."""
LETTER = 0.045
"""Seconds of sound for a letter: brisk, to keep stories short."""


class BrokenError(Exception):
    """The session does nothing more."""


@dataclass(frozen=True, slots=True)
class Quirks:
    """Oddities that are allowed, and seen."""

    audio_before_text: bool = False
    late_frames: int = 2
    """Of a dead reply, after the customer has begun to speak."""
    late_text: bool = False
    done_after_barge_in: bool = False
    reports: bool = True
    """Whether latency reports come, a flood of them."""
    history: bool = True
    unknown: bool = True
    """Whether messages come that nobody knows, and one that is no JSON."""
    speed: float = 4.0
    """Times real time at which a sentence is sent."""
    refuses_injections: int = 0
    echoes_keys: bool = True
    thinks: float = 0.1
    """Seconds until an answer begins."""


def speech(text: str) -> bytes:
    """Sound that only this sentence has, mu-law, loud."""
    size = int(len(text) * LETTER * 8000)
    return random.Random(text).randbytes(size)


class Session:
    """One socket."""

    def __init__(
        self,
        connection: ServerConnection,
        turns: Sequence[Turn],
        quirks: Quirks,
        due: Callable[[Stage], str],
    ) -> None:
        self._connection = connection
        self._turns = list(turns)
        self._quirks = quirks
        self._due = due
        self._loop = asyncio.get_running_loop()
        self.settings: dict[str, Any] = {}
        self.messages: list[dict[str, Any]] = []
        """Everything that came as text after the settings."""
        self.sound = bytearray()
        """Everything that came as sound, mu-law."""
        self.frames: list[bytes] = []
        self.violations: list[str] = []
        self.said: list[str] = []
        """Sentences whose sound was sent to its end."""
        self.sent = bytearray()
        """All sound that was sent as speech of a living reply."""
        self.late = bytearray()
        self.barged_in_at: list[float] = []
        self.results: dict[str, dict[str, Any]] = {}
        self.cancelled: list[str] = []
        self.events: list[str] = []
        self.broken_at = 0.0
        """When it broke, on the monotonic clock."""
        self.over = asyncio.Event()
        self._answered = asyncio.Event()
        self._turn_due: asyncio.Queue[str | None] = asyncio.Queue()
        self._reply: asyncio.Task[None] | None = None
        self._asides: list[asyncio.Task[None]] = []
        self._voice = asyncio.Lock()
        self._open: dict[str, str] = {}
        self._speaking_until = 0.0
        self._in_turn = False
        self._quiet = 0.0
        self._last: dict[str, Any] = {}
        self._decoder: MulawEncoder | None = None
        self._stalled = False

    def abort(self) -> None:
        """The provider dies."""
        self._connection.transport.abort()

    def end(self) -> None:
        """The test is over."""
        self.over.set()

    async def run(self) -> None:
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(self.over.wait())]
        try:
            await self._shake_hands()
            tasks += [asyncio.create_task(self._read()), asyncio.create_task(self._follow())]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        except RefusedError as refusal:
            await self._refuse(refusal)
        except BrokenError:
            await self.over.wait()
        except ConnectionClosed:
            pass
        finally:
            self.over.set()
            tasks += [*self._asides, *([self._reply] if self._reply else [])]
            for task in tasks:
                task.cancel()
            for ended in await asyncio.gather(*tasks, return_exceptions=True):
                await self._after(ended)

    async def _after(self, ended: object) -> None:
        if isinstance(ended, RefusedError):
            await self._refuse(ended)
        elif isinstance(ended, Exception) and not isinstance(ended, ConnectionClosed | BrokenError):
            self.violations.append(f"the stand-in crashed: {ended!r}")

    # Handshake

    async def _shake_hands(self) -> None:
        await self._stage(Stage.WELCOME)
        await self._send("Welcome", request_id=str(uuid4()))
        first = await self._connection.recv()
        body = json.loads(first) if isinstance(first, str) else {}
        if body.get("type") != "Settings":
            raise RefusedError("NON_SETTINGS_MESSAGE_BEFORE_SETTINGS", str(first)[:60])
        check_settings(body)
        self.settings = body
        output = body["audio"]["output"]
        if output["encoding"] == "linear16":
            self._decoder = MulawEncoder(body["audio"]["input"]["sample_rate"])
        await self._stage(Stage.SETTINGS)
        await asyncio.sleep(0.03)
        await self._send("SettingsApplied")

    # What comes

    async def _read(self) -> None:
        async for frame in self._connection:
            if isinstance(frame, bytes):
                self._hear(frame)
                continue
            body = dict(check_message(json.loads(frame)))
            self.messages.append(body)
            if not self._stalled:
                await self._take(body)

    async def _take(self, body: dict[str, Any]) -> None:
        match body["type"]:
            case "FunctionCallResponse":
                await self._response(body)
            case "InjectAgentMessage":
                await self._injected(body["message"])
            case "InjectUserMessage":
                self._turn_due.put_nowait(body["content"])
            case _:
                pass

    def _hear(self, frame: bytes) -> None:
        if not frame:
            self.violations.append("an empty frame")
        self.frames.append(frame)
        mulaw = self._decoder.feed(frame) if self._decoder else frame
        self.sound += mulaw
        for start in range(0, len(mulaw), 160):
            piece = mulaw[start : start + 160]
            seconds = len(piece) / 8000
            if loudness(piece) > LOUD:
                self._quiet = 0.0
                if not self._in_turn:
                    self._in_turn = True
                    self._turn_due.put_nowait(None)
            elif self._in_turn:
                self._quiet += seconds
                if self._quiet > END_OF_TURN:
                    self._in_turn = False
                    self._turn_due.put_nowait("")

    async def _response(self, body: dict[str, Any]) -> None:
        name = self._open.pop(body["id"], None)
        if body["id"] in self.cancelled:
            self.violations.append(f"an answer to the cancelled {body['name']}")
            return
        if name != body["name"]:
            self.violations.append(f"an answer nobody asked for: {body['name']}")
            return
        self._last = json.loads(body["content"])
        self.results[body["name"]] = self._last
        await self._send("FunctionCallResponse", **{k: body[k] for k in ("id", "name", "content")})
        if self._quirks.history:
            call = {"id": body["id"], "name": name, "client_side": True, "arguments": "{}"}
            await self._send("History", function_calls=[{**call, "response": body["content"]}])
        self._answered.set()

    async def _injected(self, text: str) -> None:
        if self._in_turn or self._quirks.refuses_injections:
            self._quirks = replace(
                self._quirks, refuses_injections=max(0, self._quirks.refuses_injections - 1)
            )
            await self._send("InjectionRefused", message="Injection refused: user is speaking")
            return
        self._asides.append(asyncio.create_task(self._say(Step(say=text))))

    # The script

    async def _follow(self) -> None:
        try:
            await self._follow_script()
        except BrokenError:
            # Broken is not gone: the socket stays as it is.
            await self.over.wait()

    async def _follow_script(self) -> None:
        await self._stage(Stage.GREETING)
        if greeting := self.settings["agent"].get("greeting"):
            self._reply = asyncio.create_task(self._replying((Step(say=greeting),)))
        while True:
            news = await self._turn_due.get()
            if news is None:
                await self._customer_starts()
            else:
                await self._customer_has_spoken(news)

    async def _customer_starts(self) -> None:
        dead = self._reply
        playing = self._loop.time() < self._speaking_until
        if dead is not None:
            dead.cancel()
            await asyncio.gather(dead, return_exceptions=True)
        self.events.append("UserStartedSpeaking")
        self.barged_in_at.append(self._loop.time())
        await self._send("UserStartedSpeaking")
        self._speaking_until = 0.0
        if self._open:
            await self._cancel()
        if not playing:
            return
        for number in range(self._quirks.late_frames):
            late = bytes((0x20 + number,)) * 333
            self.late += late
            await self._connection.send(late)
        if self._quirks.late_text:
            await self._send("ConversationText", role="assistant", content="Words nobody heard.")
        if self._quirks.done_after_barge_in:
            await self._send("AgentAudioDone")

    async def _customer_has_spoken(self, typed: str) -> None:
        await self._stage(Stage.HEARD)
        if typed and not self._quirks.echoes_keys:
            pass
        elif typed:
            await self._text("user", typed)
        if not self._turns:
            return
        turn = self._turns.pop(0)
        if turn.early:
            await self._ask(Step(call=turn.early, arguments=turn.early_arguments), wait=False)
            await asyncio.sleep(0.1)
            self.events.append("UserStartedSpeaking")
            await self._send("UserStartedSpeaking")
            await self._cancel()
        if not typed:
            await self._send("EndOfTurn", trigger="model")
            await self._text("user", turn.hears)
        self._reply = asyncio.create_task(self._replying(turn.does))

    async def _replying(self, steps: Sequence[Step]) -> None:
        try:
            await asyncio.sleep(self._quirks.thinks)
            for place, step in enumerate(steps):
                await asyncio.sleep(step.waits)
                if step.call:
                    await self._ask(step, wait=True)
                elif step.say:
                    more = place + 1 < len(steps) and steps[place + 1].say
                    await self._say(step, last=not more)
        except (BrokenError, ConnectionClosed):
            self._stalled = True

    async def _ask(self, step: Step, *, wait: bool) -> None:
        identity = f"call_{uuid4().hex[:24]}"
        arguments = step.arguments
        if isinstance(arguments, dict):
            arguments = json.dumps(arguments)
        self._open[identity] = step.call
        self._answered.clear()
        self.events.append(step.call)
        function = {"id": identity, "name": step.call, "arguments": arguments, "client_side": True}
        await self._send("FunctionCallRequest", functions=[function])
        if step.call == "add_to_cart":
            await self._stage(Stage.FUNCTION)
        if not wait:
            return
        await self._answered.wait()
        if step.call == "checkout_order":
            await self._stage(Stage.CHECKED_OUT)

    async def _cancel(self) -> None:
        functions = [{"id": each, "name": name} for each, name in self._open.items()]
        self.cancelled += self._open
        self._open.clear()
        await self._send("FunctionCallCancelled", functions=functions)

    async def _say(self, step: Step, *, last: bool = True) -> None:
        async with self._voice:
            with suppress(BrokenError, ConnectionClosed):
                await self._speak(step, last=last)

    async def _speak(self, step: Step, *, last: bool) -> None:
        text = step.say.format(**self._last) if "{" in step.say else step.say
        sound = speech(text) if step.sound else b""
        sound = sound[: int(len(sound) * step.share)]
        if self._quirks.audio_before_text:
            await self._play(sound[:777])
            sound = sound[777:]
        if step.text:
            await self._text("assistant", text)
        half = len(sound) // 2
        await self._play(sound[:half])
        await self._stage(Stage.SENTENCE)
        await self._play(sound[half:])
        if step.share == 1.0:
            self.said.append(text)
        if last:
            for _ in range(step.done):
                await self._send("AgentAudioDone")
        else:
            await asyncio.sleep(max(0.0, self._speaking_until - self._loop.time() - 0.5))

    async def _play(self, sound: bytes) -> None:
        chooser = random.Random(len(sound))
        encoder = MulawDecoder(24000) if self._decoder else None
        start = 0
        while start < len(sound):
            piece = sound[start : start + chooser.randint(321, 3199)]
            start += len(piece)
            now = self._loop.time()
            seconds = len(piece) / 8000
            self._speaking_until = max(now, self._speaking_until) + seconds
            self.sent += piece
            await self._connection.send(encoder.feed(piece) if encoder else piece)
            await asyncio.sleep(seconds / self._quirks.speed)
        if encoder and (rest := encoder.flush()):
            await self._connection.send(rest)

    async def _text(self, role: str, text: str) -> None:
        await self._send("ConversationText", role=role, content=text)
        if self._quirks.history:
            await self._send("History", role=role, content=text)
        if self._quirks.reports:
            for key in ("stt_latency", "ttt_token_latency", "tts_latency"):
                await self._send("LatencyReport", **{key: "0.12"})
        if self._quirks.unknown:
            await self._send("SomethingNew", payload={"deep": [1, 2]})
            await self._connection.send("{this is no JSON")

    # Breaking

    async def _stage(self, stage: Stage) -> None:
        how = self._due(stage)
        if not how:
            return
        self.events.append(f"broken: {how}")
        self.broken_at = time.monotonic()
        if how == "close":
            await self._connection.close(1011, "broken")
        elif how == "abort":
            self._connection.transport.abort()
        elif how == "freeze":
            self._connection.transport.pause_reading()
        elif how.startswith("error"):
            await self._refuse(RefusedError(how.split()[1], "On purpose."))
        self._stalled = True
        raise BrokenError

    async def _refuse(self, refusal: RefusedError) -> None:
        if refusal.description != "On purpose.":
            self.violations.append(str(refusal))
        with suppress(ConnectionClosed):
            await self._send("Error", code=refusal.code, description=refusal.description)
            await self._connection.close(1000)

    async def _send(self, kind: str, **body: object) -> None:
        if self._stalled:
            raise BrokenError
        await self._connection.send(json.dumps({"type": kind, **body}))
