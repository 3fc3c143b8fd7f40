"""The answers of the stand-in's model: made from the script, one at a time, and cut off."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from servizio.audio.resample import MulawDecoder
from tests.standins.deepgram_scenario import Stage, Step, Turn
from tests.standins.deepgram_session import speech
from tests.standins.openai_realtime_parts import Item
from tests.standins.openai_realtime_rules import RefusedError

if TYPE_CHECKING:
    from tests.standins.openai_realtime_session import Session

Body = dict[str, Any]
_QUOTED = re.compile(r'[Ss]ay exactly(?: this and nothing else)?: "(.*?)"', re.DOTALL)


class BrokenError(Exception):
    """The session does nothing more."""


@dataclass(slots=True)
class Answer:
    """One that is being made."""

    id: str
    told: Body
    beside: bool
    output: list[Body] = field(default_factory=list)
    item: Body = field(default_factory=dict)
    """The one being made."""


class Answers:
    """The model of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._loop = asyncio.get_running_loop()
        self._pending: list[list[Step]] = []
        self._making: Answer | None = None
        self._task: asyncio.Task[None] | None = None
        self._failures = list(session.quirks.fails)
        self.tasks: list[asyncio.Task[None]] = []
        self.open_calls: dict[str, str] = {}
        self.last: Body = {}
        """What the last function answered."""
        self.said: list[str] = []
        """Sentences whose sound was sent to its end."""
        self.sent = bytearray()
        self.late = bytearray()
        self.calls: list[str] = []
        self.made = 0
        self._plays_until = 0.0

    @property
    def active(self) -> str:
        return self._making.id if self._making else ""

    async def turn(self, turn: Turn) -> None:
        """The customer has said this: answer."""
        self._pending = _chunks(turn.does, together=self._session.quirks.parallel)
        if self._making is None:
            self._begin(self._pending.pop(0), {})

    async def create(self, told: Body) -> None:
        """A client wants an answer."""
        beside = told.get("conversation") == "none"
        if self._making is not None and not beside:
            raise RefusedError(
                "conversation_already_has_active_response",
                f"Conversation already has an active response in progress: {self.active}.",
            )
        instructions = told.get("instructions", "")
        quoted = _QUOTED.findall(instructions)
        if quoted:
            steps = [Step(say=quoted[-1])]
        elif instructions:
            steps = [Step(say="Where were we?")]
        else:
            steps = self._pending.pop(0) if self._pending else [Step(say="Yes?")]
            if self.open_calls:
                self._session.violations.append(f"not answered: {self.open_calls}")
        self._begin(steps, told, beside=beside)

    async def client_cancels(self, answer: str | None) -> None:
        """A client wants an answer ended."""
        if self._making is None or answer not in {None, self.active}:
            raise RefusedError("response_cancel_not_active", "Cancellation failed: none active")
        await self._cut("client_cancelled", late=0)

    async def interrupt(self) -> None:
        """The customer speaks."""
        self._pending = []
        await self._cut("turn_detected", late=self._session.quirks.late_frames)

    def _begin(self, steps: Sequence[Step], told: Body, *, beside: bool = False) -> None:
        answer = Answer(self._session.new_id("resp"), told, beside)
        self.made += 1
        task = asyncio.create_task(self._make(answer, steps))
        self.tasks.append(task)
        if not beside:
            self._making, self._task = answer, task

    async def _make(self, answer: Answer, steps: Sequence[Step]) -> None:
        with suppress(BrokenError, OSError):
            await self._answer(answer, steps)

    async def _answer(self, answer: Answer, steps: Sequence[Step]) -> None:
        session = self._session
        await asyncio.sleep(session.quirks.thinks)
        await self._tell("created", answer, "in_progress", None)
        failure = self._failures.pop(0) if self._failures and not answer.beside else ""
        if failure:
            if not answer.told.get("instructions"):
                self._pending.insert(0, list(steps))
            await self._finish(answer, *_failed(failure))
            return
        for step in steps:
            await asyncio.sleep(step.waits)
            if step.call:
                await self._call(answer, step)
            else:
                await self._say(answer, step)
        if session.quirks.tells_end:
            await self._finish(answer, "completed", None)
        else:
            self._making = None
        if any(step.call == "add_to_cart" for step in steps):
            await session.stage(Stage.FUNCTION)

    async def _finish(self, answer: Answer, status: str, details: Body | None) -> None:
        if not answer.beside:
            self._making = None
        await self._tell("done", answer, status, details)

    async def _tell(self, what: str, answer: Answer, status: str, details: Body | None) -> None:
        response = {
            "object": "realtime.response", "id": answer.id, "status": status,
            "status_details": details, "output": answer.output, "usage": None,
            "metadata": answer.told.get("metadata"), "output_modalities": ["audio"],
        }  # fmt: skip
        await self._session.send(f"response.{what}", response=response)

    async def _say(self, answer: Answer, step: Step) -> None:
        text = step.say.format(**self.last) if "{" in step.say else step.say
        sound = speech(text) if step.sound else b""
        sound = sound[: int(len(sound) * step.share)]
        item = {"type": "message", "role": "assistant", "status": "in_progress", "content": []}
        where = await self._add(answer, item)
        part = {"type": "audio", "transcript": ""}
        await self._session.send("response.content_part.added", **where, part=part)
        words = re.findall(r"\s*\S+", text) if step.text else []
        ahead = len(words) * 2 // 3
        await self._words(where, words[:ahead])
        half = len(sound) // 2
        await self._play(where, sound[:half])
        await self._words(where, words[ahead:])
        await self._session.send_oddities()
        await self._session.stage(Stage.SENTENCE)
        await self._play(where, sound[half:])
        if step.share == 1.0 and sound:
            self.said.append(text)
        content = [{"type": "output_audio", "transcript": text}]
        await self._close(answer, where, "completed", content, text)

    async def _call(self, answer: Answer, step: Step) -> None:
        session = self._session
        call, name = session.new_id("call"), step.call
        given = step.arguments
        arguments = json.dumps(given) if isinstance(given, dict) else given
        item = {"type": "function_call", "status": "in_progress", "name": name,
                "call_id": call, "arguments": ""}  # fmt: skip
        where = await self._add(answer, item)
        kind = "response.function_call_arguments"
        at = {**{key: where[key] for key in ("response_id", "item_id", "output_index")},
              "call_id": call}  # fmt: skip
        half = len(arguments) // 2
        for piece in (arguments[:half], arguments[half:]):
            await session.send(f"{kind}.delta", **at, delta=piece)
        done = 2 if session.quirks.unknown else 1
        for _ in range(done):
            await session.send(f"{kind}.done", **at, name=name, arguments=arguments)
        self.open_calls[call] = name
        self.calls.append(name)
        whole = answer.item | {"status": "completed", "arguments": arguments}
        answer.output.append(whole)
        answer.item = {}
        index = where["output_index"]
        await session.send(
            "response.output_item.done", response_id=answer.id, output_index=index, item=whole
        )

    async def _add(self, answer: Answer, item: Body) -> Body:
        session = self._session
        identity = session.new_id("item")
        answer.item = {"id": identity, "object": "realtime.item", **item}
        index = len(answer.output)
        if not answer.beside:
            session.items[identity] = Item(item["type"], item.get("role", ""))
        await session.send(
            "response.output_item.added",
            response_id=answer.id,
            output_index=index,
            item=answer.item,
        )
        return {"response_id": answer.id, "item_id": identity, "output_index": index,
                "content_index": 0}  # fmt: skip

    async def _words(self, where: Body, words: Sequence[str]) -> None:
        for word in words:
            await self._session.send(
                self._name("audio_transcript.delta"), **where, delta=word, obfuscation="xy"
            )

    async def _play(self, where: Body, sound: bytes) -> None:
        chooser = random.Random(len(sound))
        start = 0
        while start < len(sound):
            piece = sound[start : start + chooser.randint(801, 6399)]
            start += len(piece)
            self.sent += piece
            self._plays_until = max(self._loop.time(), self._plays_until) + len(piece) / 8000
            await self._delta(where, piece)
            await asyncio.sleep(len(piece) / 8000 / self._session.quirks.speed)

    async def _delta(self, where: Body, piece: bytes) -> None:
        item = self._session.items.get(where["item_id"])
        if item is not None:
            item.size += len(piece)
        if self._session.config["audio"]["output"]["format"]["type"] != "audio/pcmu":
            piece = MulawDecoder(24000).feed(piece)
        await self._session.send(
            self._name("audio.delta"), **where, delta=base64.b64encode(piece).decode()
        )

    async def _close(
        self, answer: Answer, where: Body, status: str, content: list[Body], text: str
    ) -> None:
        session = self._session
        await session.send(self._name("audio.done"), **where)
        await session.send(self._name("audio_transcript.done"), **where, transcript=text)
        answer.item |= {"status": status, "content": content}
        whole, answer.item = answer.item, {}
        answer.output.append(whole)
        await session.send(
            "response.output_item.done",
            response_id=answer.id,
            output_index=where["output_index"],
            item=whole,
        )
        if status == "completed":
            await session.send("conversation.item.done", item=whole)

    async def _cut(self, reason: str, *, late: int) -> None:
        answer, task = self._making, self._task
        was_playing = self._loop.time() < self._plays_until
        self._plays_until = 0.0
        if answer is None or task is None:
            return
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        where = {"response_id": answer.id, "item_id": answer.item.get("id", ""),
                 "output_index": len(answer.output), "content_index": 0}  # fmt: skip
        if answer.item and answer.item["type"] == "message":
            if was_playing:
                for number in range(late):
                    await self._late(where, number)
            await self._close(answer, where, "incomplete", [], "")
        elif answer.item:
            answer.output.append(answer.item | {"status": "incomplete"})
        details = {"type": "cancelled", "reason": reason}
        await self._finish(answer, "cancelled", details)
        if late and was_playing and where["item_id"]:
            await self._late(where, late)

    async def _late(self, where: Body, number: int) -> None:
        piece = bytes((0x20 + number,)) * 333
        self.late += piece
        await self._delta(where, piece)

    def _name(self, what: str) -> str:
        return f"response.{what}" if self._session.quirks.beta_names else f"response.output_{what}"


def _failed(code: str) -> tuple[str, Body | None]:
    if code == "empty":
        return "completed", None
    if code == "max_output_tokens":
        return "incomplete", {"type": "incomplete", "reason": code}
    error = {"type": "server_error", "code": code, "message": "On purpose."}
    return "failed", {"type": "failed", "error": error}


def _chunks(steps: Sequence[Step], *, together: bool) -> list[list[Step]]:
    """What each answer of a turn holds: functions end an answer."""
    chunks: list[list[Step]] = [[]]
    for step in steps:
        last = chunks[-1]
        if last and last[-1].call and not (together and step.call):
            chunks.append([])
        chunks[-1].append(step)
    return chunks
