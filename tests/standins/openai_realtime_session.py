"""One session of the stand-in: hears by loudness, keeps the conversation, refuses, breaks."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from servizio.audio.loudness import loudness
from servizio.audio.resample import MulawEncoder
from tests.standins.deepgram_scenario import Stage, Turn
from tests.standins.openai_realtime_answers import Answers, BrokenError
from tests.standins.openai_realtime_parts import (
    Item,
    Quirks,
    Record,
    error_event,
    new_session,
)
from tests.standins.openai_realtime_rules import RefusedError, check_event

LOUD = 500.0
END_OF_TURN = 0.3
"""Seconds of quiet."""
BENIGN = frozenset(
    {"response_cancel_not_active", "conversation_already_has_active_response",
     "item_delete_invalid_item_id"}
)  # fmt: skip
"""What a careful client may run into all the same."""

Body = dict[str, Any]


class Session:
    """One socket."""

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        turns: Sequence[Turn],
        quirks: Quirks,
        due: Callable[[Stage], str],
        *,
        model: str,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._turns = list(turns)
        self._due = due
        self._loop = asyncio.get_running_loop()
        self.quirks = quirks
        self.config = new_session(model, quirks.expires_in)
        self.update: Body = {}
        self.items: dict[str, Item] = {}
        self.log = Record()
        self.violations: list[str] = []
        self.broken_at = 0.0
        self.answers = Answers(self)
        self.over = asyncio.Event()
        self._stalled = False
        self._ids = 0
        self._news: asyncio.Queue[bool] = asyncio.Queue()
        """The customer begins to speak, or has ended."""
        self._in_turn = ""
        self._quiet = 0.0
        self._heard_ms = 0.0

    def abort(self) -> None:
        """The provider dies."""
        if self._transport is not None:
            self._transport.abort()

    def replace_turns(self, turns: Sequence[Turn]) -> None:
        """What is said from now on."""
        self._turns = list(turns)

    def end(self) -> None:
        """The test is over."""
        self.over.set()

    async def run(self) -> None:
        tasks = [asyncio.create_task(self.over.wait()), asyncio.create_task(self._live())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in [*tasks, *self.answers.tasks]:
                task.cancel()
            for ended in await asyncio.gather(*tasks, *self.answers.tasks, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, OSError | BrokenError):
                    self.violations.append(f"the stand-in crashed: {ended!r}")
            with suppress(OSError):
                await self._socket.close()

    async def _live(self) -> None:
        reading = asyncio.create_task(self._read())
        following = asyncio.create_task(self._follow())
        try:
            await asyncio.wait([reading, following], return_when=asyncio.FIRST_EXCEPTION)
            await reading
        except BrokenError:
            await self.over.wait()
        finally:
            for task in (reading, following):
                task.cancel()
            for ended in await asyncio.gather(reading, following, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, OSError | BrokenError):
                    self.violations.append(f"the stand-in crashed: {ended!r}")

    # What comes

    async def _read(self) -> None:
        with suppress(BrokenError):
            await self.stage(Stage.WELCOME)
            await self.send("session.created", session=self.config)
        async for frame in self._socket:
            if frame.type is not WSMsgType.TEXT:
                self.violations.append(f"a frame of type {frame.type}")
                continue
            body = json.loads(frame.data)
            try:
                check_event(body)
                if not self._stalled:
                    await self._take(body)
            except RefusedError as refusal:
                await self.refuse(refusal, body.get("event_id"))
            except BrokenError:
                continue
        self.over.set()

    async def _take(self, body: Body) -> None:
        kind = body["type"]
        if kind == "input_audio_buffer.append":
            self._hear(base64.b64decode(body["audio"], validate=True))
            return
        self.log.events.append(body)
        match kind:
            case "session.update":
                await self._update(body["session"])
            case "conversation.item.create":
                await self._add_item(body)
            case "conversation.item.truncate":
                await self._truncate(body)
            case "conversation.item.delete":
                await self._delete(body["item_id"])
            case "response.create":
                await self.answers.create(body.get("response") or {})
            case "response.cancel":
                await self.answers.client_cancels(body.get("response_id"))
            case _:
                self.violations.append(f"nobody needs {kind}")

    async def _update(self, session: Body) -> None:
        if self.update:
            self.violations.append("a second session.update")
        if session.get("model", self.config["model"]) != self.config["model"]:
            raise RefusedError("invalid_value", "The model cannot change.", "session.model")
        self.update = session
        given = dict(session)
        audio = given.pop("audio", {})
        self.config |= given
        for way in ("input", "output"):
            told = dict(audio.get(way, {}))
            if self.quirks.ignores_format:
                told.pop("format", None)
            self.config["audio"][way] |= told
        await self.stage(Stage.SETTINGS)
        await asyncio.sleep(0.03)
        await self.send("session.updated", session=self.config)
        await self.stage(Stage.GREETING)

    async def _add_item(self, body: Body) -> None:
        item, before = body["item"], body.get("previous_item_id", "root")
        if before not in {"root", None} and before not in self.items:
            raise RefusedError("item_not_found", f"No item {before}.")
        identity = item.get("id") or self.new_id("item")
        if item["type"] == "function_call_output":
            name = self.answers.open_calls.pop(item["call_id"], None)
            if name is None:
                raise RefusedError("invalid_tool_call_id", f"No open call {item['call_id']}.")
            self.answers.last = json.loads(item["output"])
            self.log.results[name] = self.answers.last
            self.items[identity] = Item("function_call_output")
            if name == "checkout_order":
                await self.stage(Stage.CHECKED_OUT)
        else:
            words = " ".join(part["text"] for part in item["content"])
            self.items[identity] = Item("message", item["role"], words=words)
        for kind in ("added", "done"):
            await self.send(f"conversation.item.{kind}", item=item | {"id": identity})

    async def _truncate(self, body: Body) -> None:
        item = self.items.get(body["item_id"])
        if item is None:
            raise RefusedError("item_truncate_invalid_item_id", "No such item.")
        if item.kind != "message" or item.role != "assistant" or not item.size:
            raise RefusedError("", "Only model output audio messages can be truncated")
        duration, wanted = item.size // 8, body["audio_end_ms"]
        if wanted > duration:
            raise RefusedError(
                "", f"Audio content of {duration}ms is already shorter than {wanted}ms"
            )
        if wanted == 0:
            self.violations.append("truncated at 0")
        item.size, item.words = wanted * 8, ""
        self.log.truncated[body["item_id"]] = wanted
        told = {key: body[key] for key in ("item_id", "content_index", "audio_end_ms")}
        await self.send("conversation.item.truncated", **told)

    async def _delete(self, identity: str) -> None:
        if self.items.pop(identity, None) is None:
            raise RefusedError("item_delete_invalid_item_id", "No such item.")
        self.log.deleted.append(identity)
        await self.send("conversation.item.deleted", item_id=identity)

    def _hear(self, sound: bytes) -> None:
        if self.config["audio"]["input"]["format"]["type"] != "audio/pcmu":
            sound = MulawEncoder(24000).feed(sound)
        self.log.sound += sound
        self.log.frames.append(len(sound))
        for start in range(0, len(sound), 160):
            piece = sound[start : start + 160]
            self._heard_ms += len(piece) / 8
            if loudness(piece) > LOUD:
                self._quiet = 0.0
                if not self._in_turn:
                    self._in_turn = self.new_id("item")
                    self._news.put_nowait(True)
            elif self._in_turn:
                self._quiet += len(piece) / 8000
                if self._quiet > END_OF_TURN:
                    self._in_turn = ""
                    self._news.put_nowait(False)

    # The customer's turns

    async def _follow(self) -> None:
        item = ""
        while True:
            if await self._news.get():
                item = self.new_id("item")
                await self._customer_starts(item)
            else:
                await self._customer_has_spoken(item)

    async def _customer_starts(self, item: str) -> None:
        self.log.barged_in_at.append(self._loop.time())
        start = int(self._heard_ms)
        await self.send("input_audio_buffer.speech_started", audio_start_ms=start, item_id=item)
        if self.config["audio"]["input"]["turn_detection"]["interrupt_response"]:
            await self.answers.interrupt()

    async def _customer_has_spoken(self, item: str) -> None:
        await self.stage(Stage.HEARD)
        end = int(self._heard_ms)
        await self.send("input_audio_buffer.speech_stopped", audio_end_ms=end, item_id=item)
        await self.send("input_audio_buffer.committed", previous_item_id=None, item_id=item)
        content = [{"type": "input_audio", "transcript": None}]
        told = {"id": item, "type": "message", "role": "user", "content": content}
        for kind in ("added", "done"):
            await self.send(f"conversation.item.{kind}", item=told)
        turn = self._turns.pop(0) if self._turns else None
        self.items[item] = Item("message", "user", words=turn.hears if turn else "")
        if self.quirks.transcribes == "before":
            await self._transcribe(item, turn)
        if turn is not None:
            await self.answers.turn(turn)
        if self.quirks.transcribes != "before":
            await self._transcribe(item, turn)

    async def _transcribe(self, item: str, turn: Turn | None) -> None:
        if self.quirks.transcribes == "never" or turn is None:
            return
        where = {"item_id": item, "content_index": 0}
        kind = "conversation.item.input_audio_transcription"
        if self.quirks.transcribes == "failed":
            await self.send(f"{kind}.failed", **where, error={"code": "x", "message": "No."})
            return
        if self.quirks.transcribes == "after":
            await asyncio.sleep(0.3)
        await self.send(f"{kind}.delta", **where, delta=turn.hears[:4])
        await self.send(f"{kind}.completed", **where, transcript=turn.hears, usage=None)

    # What goes

    def new_id(self, kind: str) -> str:
        self._ids += 1
        return f"{kind}_{self._ids}"

    async def stage(self, stage: Stage) -> None:
        """Break where it should."""
        how = self._due(stage)
        if not how:
            return
        self.broken_at = time.monotonic()
        what, _, code = how.partition(" ")
        if what == "close":
            await self._socket.close(code=int(code or 1011), message=b"broken")
        elif what == "abort":
            self.abort()
        elif what == "freeze" and self._transport is not None:
            self._transport.pause_reading()
        elif what == "error":
            await self._socket.send_json(error_event(code, "On purpose.", None, None))
        self._stalled = True
        raise BrokenError

    async def expire(self) -> None:
        """The session has lasted for as long as it may."""
        text = "Your session hit the maximum duration of 60 minutes."
        await self._socket.send_json(error_event("session_expired", text, None, None))
        await self._socket.close(code=1001, message=text.encode())

    async def refuse(self, refusal: RefusedError, event_id: str | None) -> None:
        code = refusal.code or refusal.message
        self.log.errors.append(code)
        if refusal.code not in BENIGN:
            self.violations.append(str(refusal))
        told = error_event(refusal.code, refusal.message, refusal.param, event_id)
        with suppress(OSError):
            await self._socket.send_json(told)

    async def send(self, kind: str, **body: object) -> None:
        if self._stalled:
            raise BrokenError
        await self._socket.send_str(
            json.dumps({"type": kind, "event_id": self.new_id("event"), **body})
        )

    async def send_oddities(self) -> None:
        """What nobody knows."""
        if self.quirks.unknown:
            await self.send("response.something_new", payload={"deep": [1, 2]})
            await self.send("rate_limits.updated", rate_limits=[{"name": "tokens"}])
            await self._socket.send_str("{this is no JSON")
