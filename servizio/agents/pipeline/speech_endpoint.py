"""A voice behind an OpenAI-compatible speech endpoint: one request for each sentence.

Source: OpenAI, "Create speech". Groq's voices give WAV files alone; others give bare samples.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from servizio.agents.cloud.provider_text import one_line
from servizio.agents.pipeline.sound_stream import SoundStream
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError
from servizio.settings import Settings

CONNECT_WITHIN = 2.0
FIRST_WITHIN = 2.5
"""Seconds from a sentence to its first sound."""
NEXT_WITHIN = 2.0
LONGEST = 4096
_SOUND = ("audio/", "application/octet-stream", "binary/octet-stream")


@dataclass(frozen=True, slots=True)
class SpeechPlan:
    """What all requests of a shop have in common."""

    url: str
    """Without `/audio/speech`."""
    api_key: str
    model: str
    voice: str
    format: str
    """`pcm` or `wav`."""


def speech_plan(settings: Settings) -> SpeechPlan:
    """How the voice of these settings is asked; its key is that of the account it belongs to."""
    pipeline = settings.pipeline
    url = pipeline.speech_url.rstrip("/")
    own = pipeline.speech_api_key.get_secret_value()
    at_llm = url == settings.llm.base_url.rstrip("/")
    account = settings.llm.api_key if at_llm else settings.openai.api_key
    return SpeechPlan(
        url=url,
        api_key=own or account.get_secret_value(),
        model=pipeline.speech_model,
        voice=pipeline.speech_voice,
        format="wav" if "orpheus" in pipeline.speech_model else "pcm",
    )


class EndpointMouth:
    """One call's voice."""

    def __init__(self, session: ClientSession, plan: SpeechPlan) -> None:
        self._session = session
        self._plan = plan

    async def open(self) -> None:
        """Nothing is held open: the first sentence finds out."""

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        """Have a sentence spoken. What is not wanted any more is cut with its connection."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + FIRST_WITHIN
        response = await self._ask(text, deadline)
        try:
            await _check(response)
            stream = SoundStream()
            is_over = False
            while not is_over:
                data = await _read(response, deadline)
                is_over = not data
                sound = stream.end() if is_over else stream.feed(data)
                if sound:
                    yield sound
                deadline = loop.time() + NEXT_WITHIN
        except ValueError as error:
            raise AgentError(f"The voice sent {error}.") from error
        finally:
            # After a whole sentence the connection has gone back to the pool by itself.
            response.close()

    async def close(self) -> None:
        """Nothing is held open."""

    async def _ask(self, text: str, deadline: float) -> ClientResponse:
        plan = self._plan
        body = {
            "model": plan.model,
            "voice": plan.voice,
            "input": text[:LONGEST],
            "response_format": plan.format,
        }
        headers = {"Authorization": f"Bearer {plan.api_key}"} if plan.api_key else {}
        try:
            async with asyncio.timeout_at(deadline):
                return await self._session.post(
                    f"{plan.url}/audio/speech",
                    json=body,
                    headers=headers,
                    allow_redirects=False,
                    timeout=ClientTimeout(total=None, sock_connect=CONNECT_WITHIN),
                )
        except TimeoutError as error:
            raise AgentUnreachableError("The voice did not answer in time.") from error
        except (ClientError, OSError) as error:
            raise AgentUnreachableError(
                f"The voice cannot be reached: {type(error).__name__}."
            ) from error


async def _check(response: ClientResponse) -> None:
    """Bytes are sound only where the status and the kind of content say so."""
    status, kind = response.status, response.content_type
    if status == 200 and kind.startswith(_SOUND):
        return
    said = ""
    try:
        async with asyncio.timeout(0.5):
            said = one_line((await response.content.read(2000)).decode(errors="replace"))
    except (TimeoutError, ClientError, OSError):
        pass
    message = f"The voice sent no sound: HTTP {status} {kind} {said}".strip()
    if status == 429 or status >= 500:
        raise AgentUnreachableError(message)
    if status in {400, 401, 402, 403, 404}:
        raise AgentRefusedError(message, "Check pipeline.speech_url and its key and model.")
    raise AgentError(message)


async def _read(response: ClientResponse, deadline: float) -> bytes:
    try:
        async with asyncio.timeout_at(deadline):
            return await response.content.readany()
    except TimeoutError as error:
        raise AgentError("The voice stopped.") from error
    except (ClientError, OSError) as error:
        raise AgentError(f"The voice broke off: {type(error).__name__}.") from error
