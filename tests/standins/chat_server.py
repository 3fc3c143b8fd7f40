"""A language model behind an OpenAI-compatible server on loopback, in several dialects.

It follows a scenario (`deepgram_scenario`): each turn is one message of the customer's, and a
step of it is one answer, words or function calls. The history it is sent is checked as a
strict server would check it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standins.deepgram_scenario import Step, Turn

KEY = "a-good-key"
MODEL = "openai/gpt-oss-120b"


@dataclass(slots=True)
class ChatFault:
    """What goes wrong with the next requests."""

    how: str
    """`status N`, `hang`, `stall`, `abort`, `eof`, `no finish`, `error`, `tool_use_failed`,
    `tool_use_failed in stream`, `json`."""
    times: int = 1000
    after: int = 0
    """Requests that are answered well before."""
    text: str = ""
    """What is said before it breaks."""
    generation: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ChatServer:
    """The server, as a test sets it up and as it remembers what came."""

    turns: Sequence[Turn] = ()
    dialect: str = "groq"
    raw: deque[Sequence[dict[str, Any] | str]] = field(default_factory=deque)
    """Answers to be streamed as they are, before the scenario: chunks, or lines of text."""
    fault: ChatFault | None = None
    waits: float = 0.0
    """Seconds before each answer."""
    pace: float = 0.0
    """Seconds between two pieces."""
    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    asked_at: list[float] = field(default_factory=list)
    """When they came, on the monotonic clock."""
    violations: list[str] = field(default_factory=list)
    dropped: int = 0
    """Answers whose connection was closed before their end."""
    broke: asyncio.Event = field(default_factory=asyncio.Event)
    broken_at: float = 0.0
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    _asked: int = 0

    async def models(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "Invalid API Key", "invalid_api_key")
        return web.json_response({"object": "list", "data": [{"id": MODEL, "object": "model"}]})

    async def completions(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return _error(401, "Invalid API Key", "invalid_api_key")
        body = await request.json()
        self.requests.append(body)
        self.asked_at.append(time.monotonic())
        if wrong := faults_of(body):
            self.violations.append(wrong)
            return _error(400, wrong, "invalid_request")
        self._asked += 1
        fault = self.fault
        if fault is not None and fault.after < self._asked <= fault.after + fault.times:
            return await self._break(request, fault)
        await asyncio.sleep(self.waits)
        if self.raw:
            return await self._stream(request, self.raw.popleft())
        return await self._stream(request, self._chunks(body))

    async def _break(self, request: web.Request, fault: ChatFault) -> web.StreamResponse:
        self.broken_at = asyncio.get_running_loop().time()
        self.broke.set()
        kind, _, detail = fault.how.partition(" ")
        if kind == "status":
            return _error(int(detail), "No.", "", fault.headers)
        if fault.how == "tool_use_failed":
            return web.json_response({"error": _tool_use_failed(fault.generation)}, status=400)
        if kind == "json":
            return web.json_response({"error": {"message": "No.", "code": "server_error"}})
        if kind == "hang":
            await self.gone.wait()
            return web.Response(status=500)
        response = await self._open(request)
        if fault.text:
            await _send(response, _chunk({"role": "assistant", "content": fault.text}))
        match fault.how:
            case "stall":
                with suppress(TimeoutError):
                    async with asyncio.timeout(20):
                        await self.gone.wait()
            case "abort":
                if request.transport is not None:
                    request.transport.abort()
            case "error":
                await _send(response, {"error": {"message": "Overloaded.", "code": "x"}})
            case "tool_use_failed in stream":
                failed = json.dumps({"error": _tool_use_failed(fault.generation)})
                await response.write(f"event: error\ndata: {failed}\n\n".encode())
            case "no finish":
                await response.write(b"data: [DONE]\n\n")
            case _:
                pass
        return response

    async def _open(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        return response

    async def _stream(
        self, request: web.Request, chunks: Sequence[dict[str, Any] | str]
    ) -> web.StreamResponse:
        response = await self._open(request)
        try:
            for chunk in chunks:
                if isinstance(chunk, str):
                    await response.write(chunk.encode())
                else:
                    await _send(response, chunk)
                await asyncio.sleep(self.pace)
            await response.write(b"data: [DONE]\n\n")
        except (ConnectionError, asyncio.CancelledError):
            self.dropped += 1
            raise
        return response

    def _chunks(self, body: dict[str, Any]) -> list[dict[str, Any] | str]:
        messages = body["messages"]
        place = sum(message["role"] == "user" for message in messages) - 1
        last = max(at for at, each in enumerate(messages) if each["role"] == "user")
        done = sum(
            len(each.get("tool_calls") or [None])
            for each in messages[last + 1 :]
            if each["role"] == "assistant"
        )
        steps = self.turns[place].does if place < len(self.turns) else ()
        return self._answer(steps[done:], messages)

    def _answer(self, steps: Sequence[Step], messages: list[Any]) -> list[dict[str, Any] | str]:
        chunks: list[dict[str, Any] | str] = [": keep-alive\n\n"]
        if steps and steps[0].call:
            return [*chunks, *_calls([steps[0]], self.dialect, len(messages))]
        said = " ".join(step.say for step in steps) or "Anything else?"
        text = said.format(**_last_result(messages))
        if self.dialect in {"groq", "llamacpp"}:
            key = "reasoning" if self.dialect == "groq" else "reasoning_content"
            chunks.append(_chunk({"role": "assistant", key: "I must not say this."}))
        chunks += [_chunk({"content": text[at : at + 7]}) for at in range(0, len(text), 7)]
        chunks.append(_chunk({}, "stop"))
        return [*chunks, {"id": "c", "choices": [], "usage": {"total_tokens": 3}}]


def faults_of(body: dict[str, Any]) -> str:
    """What a strict server would not take; empty where all is well."""
    if body.get("model") != MODEL or body.get("stream") is not True:
        return "model or stream"
    if "max_tokens" in body and "max_completion_tokens" in body:
        return "two token limits"
    for tool in body.get("tools", ()):
        if tool.get("type") != "function" or "name" not in tool.get("function", {}):
            return "a tool that is not nested"
    open_calls: set[str] = set()
    wrong = [_fault_of(message, open_calls) for message in body["messages"]]
    return next(filter(None, wrong), "an open call" if open_calls else "")


def _fault_of(message: dict[str, Any], open_calls: set[str]) -> str:
    if message["role"] == "tool":
        known = message["tool_call_id"] in open_calls
        open_calls.discard(message["tool_call_id"])
        return "" if known else "an answer to no call"
    if open_calls:
        return "tool_calls must be followed by tool messages"
    if message["role"] not in {"system", "user", "assistant"}:
        return f"role {message['role']}"
    calls = message.get("tool_calls") or ()
    open_calls.update(call["id"] for call in calls)
    if len(open_calls) < len(calls):
        return "two calls with one id"
    if not all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in calls):
        return "arguments are no object"
    return "an empty message" if message["content"] is None and not calls else ""


def _calls(steps: Sequence[Step], dialect: str, number: int) -> list[dict[str, Any]]:
    """In pieces, as OpenAI does; whole, as Groq and Ollama do."""
    chunks = []
    for index, step in enumerate(steps):
        given = step.arguments if isinstance(step.arguments, str) else json.dumps(step.arguments)
        head = {"index": index, "id": f"call_{number}_{index}", "type": "function"}
        if dialect in {"groq", "ollama"}:
            whole = {**head, "function": {"name": step.call, "arguments": given}}
            chunks.append(_chunk({"role": "assistant", "content": None, "tool_calls": [whole]}))
            continue
        first = {**head, "function": {"name": step.call, "arguments": ""}}
        chunks.append(_chunk({"role": "assistant", "content": None, "tool_calls": [first]}))
        for at in range(0, len(given), 9):
            part = {"index": index, "function": {"arguments": given[at : at + 9]}}
            chunks.append(_chunk({"tool_calls": [part]}))
    return [*chunks, _chunk({}, "tool_calls")]


def _last_result(messages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    results = [each["content"] for each in messages if each["role"] == "tool"]
    return dict(json.loads(results[-1])) if results else {}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "model": MODEL, "choices": [choice]}


async def _send(response: web.StreamResponse, chunk: dict[str, Any]) -> None:
    data = f"data: {json.dumps(chunk, ensure_ascii=False)}\r\n\r\n".encode()
    cut = len(data) // 3
    await response.write(data[:cut])
    await response.write(data[cut:])


def _tool_use_failed(generation: str) -> dict[str, str]:
    return {
        "message": "Failed to call a function.",
        "type": "invalid_request_error",
        "code": "tool_use_failed",
        "failed_generation": generation,
    }


def _error(
    status: int, message: str, code: str, headers: dict[str, str] | None = None
) -> web.Response:
    body = {"error": {"message": message, "type": "error", "code": code}}
    return web.json_response(body, status=status, headers=headers)


@asynccontextmanager
async def chat_server(
    turns: Sequence[Turn] = (), fault: ChatFault | None = None, *, dialect: str = "groq"
) -> AsyncIterator[ChatServer]:
    """A server that listens."""
    server = ChatServer(turns, dialect, fault=fault)
    app = web.Application()
    app.router.add_get("/v1/models", server.models)
    app.router.add_post("/v1/chat/completions", server.completions)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    server.url = f"http://{host}:{port}/v1"
    try:
        yield server
    finally:
        server.gone.set()
        await runner.cleanup()
