"""Talks to a language model over HTTP and reads its answer while it comes.

One request is one answer; what to do when it fails is decided where it is asked for. Leaving
the iteration closes the connection, which is how a server learns that nobody listens any more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from servizio.agents.cloud.provider_json import Json
from servizio.agents.cloud.provider_text import one_line
from servizio.agents.pipeline.chat_pieces import (
    CallPiece,
    ChatError,
    Finished,
    Piece,
    TextPiece,
    Trouble,
    pieces,
    stream_error,
)
from servizio.agents.pipeline.dialects import ChatPlan
from servizio.agents.pipeline.event_lines import EventLines, StreamEvent

CONNECT_WITHIN = 3.0
FIRST_WITHIN = 4.0
"""Seconds from the request to the first sign of an answer."""
NEXT_WITHIN = 3.0
"""Seconds between two signs of it."""
REST_WITHIN = 0.3
"""Seconds for what follows the end of an answer; nobody waits for that."""
MOST_ERROR = 64 * 1024
"""Bytes of an error that are read."""

DONE = "[DONE]"


class Chat:
    """The way to one model. Shared by all calls."""

    def __init__(self, session: ClientSession, plan: ChatPlan) -> None:
        self._session = session
        self._plan = plan
        self._headers = {"Accept": "text/event-stream"}
        if plan.api_key:
            self._headers["Authorization"] = f"Bearer {plan.api_key}"

    @property
    def plan(self) -> ChatPlan:
        """What all requests have in common."""
        return self._plan

    async def check(self) -> None:
        """Whether there is a server that takes our key. Opens the connection for the first turn.

        Raises `ChatError`. A server without a list of models is as good as another.
        """
        url = f"{self._plan.url}/models"
        try:
            async with self._session.get(
                url, headers=self._headers, timeout=ClientTimeout(total=CONNECT_WITHIN)
            ) as response:
                if response.status in {401, 403}:
                    raise await _refusal(response)
                await response.content.read(MOST_ERROR)
        except (TimeoutError, ClientError, OSError) as error:
            raise _unreachable(error) from error

    async def stream(self, body: Json) -> AsyncGenerator[Piece, None]:
        """The answer to one request, in pieces, `Finished` among them. Raises `ChatError`."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + FIRST_WITHIN
        response = await self._ask(body, deadline)
        try:
            if response.status != 200:
                raise await _refusal(response)
            if response.content_type == "application/json":
                for piece in await _whole_answer(response, deadline):
                    yield piece
                return
            is_over = False
            async with aclosing(_events(response, deadline)) as events:
                async for piece in events:
                    is_over = is_over or isinstance(piece, Finished)
                    yield piece
            if not is_over:
                raise ChatError(Trouble.CUT, "the answer has no end")
        finally:
            # After a whole answer the connection has gone back to the pool by itself.
            response.close()

    async def _ask(self, body: Json, deadline: float) -> ClientResponse:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._session.post(
                    f"{self._plan.url}/chat/completions",
                    json=body,
                    headers=self._headers,
                    allow_redirects=False,
                    timeout=ClientTimeout(total=None, sock_connect=CONNECT_WITHIN),
                )
        except TimeoutError as error:
            raise ChatError(Trouble.LATE, "the model did not answer in time") from error
        except (ClientError, OSError) as error:
            raise _unreachable(error) from error


async def _events(response: ClientResponse, deadline: float) -> AsyncGenerator[Piece, None]:
    """Every piece until the stream ends, each in time; keep-alives are no sign of progress."""
    loop = asyncio.get_running_loop()
    lines = EventLines()
    is_over = False
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                data = await response.content.readany()
            found = lines.feed(data) if data else lines.end()
        except TimeoutError as error:
            if is_over:
                return
            raise ChatError(Trouble.LATE, "the answer stopped coming") from error
        except (ClientError, OSError, ValueError) as error:
            if is_over:
                return
            raise ChatError(Trouble.CUT, f"the answer broke off: {type(error).__name__}") from error
        for piece in _pieces(found):
            is_over = is_over or isinstance(piece, Finished)
            deadline = loop.time() + (REST_WITHIN if is_over else NEXT_WITHIN)
            yield piece
        if not data:
            return


def _pieces(events: list[StreamEvent]) -> Iterator[Piece]:
    for event in events:
        if event.name == "error":
            raise stream_error(_error_of(event.data))
        if event.data.strip() != DONE:
            yield from pieces(event.data)


async def _whole_answer(response: ClientResponse, deadline: float) -> list[Piece]:
    """The answer of a server that does not stream, or an error under a good status."""
    try:
        async with asyncio.timeout_at(deadline):
            body = json.loads(await response.read())
    except (TimeoutError, ClientError, OSError, ValueError) as error:
        raise ChatError(Trouble.CUT, "the answer is no JSON") from error
    if not isinstance(body, dict) or body.get("error"):
        raise stream_error(body.get("error") if isinstance(body, dict) else body)
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        raise ChatError(Trouble.CUT, "the answer is empty")
    whole = {"choices": [{**choice, "delta": choice.get("message")}]}
    found = pieces(json.dumps(whole))
    if not any(isinstance(piece, TextPiece | CallPiece) for piece in found):
        raise ChatError(Trouble.CUT, "the answer is empty")
    return found


async def _refusal(response: ClientResponse) -> ChatError:
    """An answer with a bad status as one of our errors."""
    error: Any = {}
    try:
        async with asyncio.timeout(1.0):
            error = _error_of((await response.content.read(MOST_ERROR)).decode(errors="replace"))
    except (TimeoutError, ClientError, OSError):
        pass
    status = response.status
    body = error if isinstance(error, dict) else {}
    code = str(body.get("code") or "")
    text = f"HTTP {status} {one_line(str(body.get('message') or ''))}".strip()
    if code == "tool_use_failed":
        return stream_error(body)
    if status in {429, 498} and code != "insufficient_quota":
        return ChatError(Trouble.BUSY, text, retry_after=_seconds(response))
    if status >= 500 or status == 408:
        return ChatError(Trouble.UNREACHABLE, text)
    if status in {400, 413, 422} and code not in {"model_decommissioned", "model_not_found"}:
        return ChatError(Trouble.REJECTED, text)
    return ChatError(Trouble.REFUSED, text)


def _error_of(text: str) -> object:
    """What is in an error's `error`, or all of it."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return body.get("error", body) if isinstance(body, dict) else body


def _seconds(response: ClientResponse) -> float | None:
    try:
        return max(0.0, float(response.headers.get("Retry-After", "")))
    except ValueError:
        return None


def _unreachable(error: BaseException) -> ChatError:
    return ChatError(Trouble.UNREACHABLE, f"cannot be reached: {type(error).__name__}")
