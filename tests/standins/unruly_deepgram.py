"""A Deepgram that does whatever a story wants, frame by frame."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from servizio.audio.loudness import loudness
from tests.standins.deepgram_session import speech

LOUD = 500.0
Script = Callable[["Unruly"], Awaitable[None]]


class Unruly:
    """One session."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.settings: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.answers: dict[str, list[dict[str, Any]]] = {}
        """Of functions, by id."""
        self._loud = asyncio.Event()
        self._news = asyncio.Event()
        self._calls = 0

    async def read(self) -> None:
        """Take what comes until the socket is closed."""
        with suppress(ConnectionClosed):
            async for frame in self.connection:
                if isinstance(frame, bytes):
                    if loudness(frame) > LOUD:
                        self._loud.set()
                    continue
                body = json.loads(frame)
                self.messages.append(body)
                if body["type"] == "Settings":
                    self.settings.append(body)
                if body["type"] == "FunctionCallResponse":
                    answer = json.loads(body["content"])
                    self.answers.setdefault(body["id"], []).append(answer)
                self._news.set()

    async def tell(self, kind: str, **body: object) -> None:
        """A message."""
        await self.connection.send(json.dumps({"type": kind, **body}))

    async def raw(self, frame: str | bytes) -> None:
        """A frame as it is."""
        await self.connection.send(frame)

    async def settled(self) -> None:
        """The rest of the handshake."""
        await self.tell("Welcome", request_id="r")
        await self.until(lambda: bool(self.settings))
        await self.tell("SettingsApplied")

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something that comes."""
        while not holds():
            self._news.clear()
            await self._news.wait()

    async def say(self, text: str) -> None:
        """A sentence, as it should be."""
        await self.tell("ConversationText", role="assistant", content=text)
        await self.raw(speech(text))
        await self.tell("AgentAudioDone")

    async def greet(self) -> None:
        """The greeting, or the apology."""
        await self.say(self.settings[-1]["agent"]["greeting"])

    async def hear(self, text: str) -> None:
        """The customer says something, and is understood to say this."""
        self._loud.clear()
        await self._loud.wait()
        await self.tell("UserStartedSpeaking")
        await asyncio.sleep(0.7)
        await self.tell("ConversationText", role="user", content=text)

    def call(self, name: str, arguments: object = "{}", **more: object) -> dict[str, object]:
        """A function to be asked for."""
        self._calls += 1
        if isinstance(arguments, dict):
            arguments = json.dumps(arguments)
        identity = f"call_{self._calls}"
        call = {"id": identity, "name": name, "arguments": arguments, "client_side": True}
        return {**call, **more}

    async def ask(self, *calls: dict[str, object]) -> list[dict[str, Any]]:
        """Ask for functions, and wait for all answers."""
        await self.tell("FunctionCallRequest", functions=calls)
        await self.until(lambda: all(str(call["id"]) in self.answers for call in calls))
        return [self.answers[str(call["id"])][-1] for call in calls]

    async def order_taro(self) -> None:
        """The rest of the conversation, as it should be."""
        wanted = {"item": "taro-milk-tea", "modifiers": [{"modifier": "boba"}]}
        await self.ask(self.call("add_to_cart", wanted))
        await self.finish()

    async def finish(self) -> None:
        """What is staged is confirmed and ordered."""
        await self.ask(self.call("confirm_pending_to_cart"))
        await self.ask(self.call("checkout_order", {"name": "Ann", "phone": "+14155550123"}))
        await self.say("All is done.")


@asynccontextmanager
async def unruly_deepgram(script: Script) -> AsyncIterator[tuple[str, list[Unruly]]]:
    """Its address, and its sessions so far. Each follows the script."""
    sessions: list[Unruly] = []

    async def hold(connection: ServerConnection) -> None:
        session = Unruly(connection)
        sessions.append(session)
        reading = asyncio.create_task(session.read())
        playing = asyncio.ensure_future(script(session))
        try:
            await reading
        finally:
            playing.cancel()
            for ended in await asyncio.gather(playing, return_exceptions=True):
                if isinstance(ended, Exception) and not isinstance(ended, ConnectionClosed):
                    raise ended

    async with serve(
        hold, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=0.2, max_size=None
    ) as server:
        host, port = next(iter(server.sockets)).getsockname()[:2]
        yield f"ws://{host}:{port}/v1/agent/converse", sessions
