"""What a language model streams, piece by piece, and what goes wrong with it.

Source: OpenAI, "Chat completion chunk"; where Groq, Ollama, vLLM and llama.cpp differ, both
ways are read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from servizio.agents.cloud.provider_json import Json, body_of, text_of
from servizio.agents.cloud.provider_text import one_line


class Trouble(StrEnum):
    """What kind of fault it is: it decides what is tried next."""

    UNREACHABLE = "unreachable"
    """No connection, or the server is out of order (5xx)."""
    BUSY = "busy"
    """Too many requests; later may be better."""
    REFUSED = "refused"
    """The key, the account or the model: nothing mends itself."""
    REJECTED = "rejected"
    """This request was not understood: a plainer one may be."""
    BAD_TOOL_CALL = "bad tool call"
    """The model called a function in its own tongue, and its server noticed."""
    CUT = "cut"
    """The stream ended without an end, or with an error."""
    LATE = "late"
    """Nothing came in time."""


class ChatError(Exception):
    """The model did not answer, or not to the end."""

    def __init__(
        self, trouble: Trouble, text: str, *, generation: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(text)
        self.trouble = trouble
        self.text = text
        """For the log: one line, cut short."""
        self.generation = generation
        """What the model had said, where its server tells (Groq, `failed_generation`)."""
        self.retry_after = retry_after
        """Seconds after which the server wants to be asked again."""


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Words of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CallPiece:
    """A part of a function call, or a whole one."""

    index: int
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer is whole, or cut (`length`)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """It is at work: reasoning, which nobody may hear."""


Piece = TextPiece | CallPiece | Finished | Thinking


def pieces(data: str) -> list[Piece]:
    """The pieces of one event. What is no JSON is left out. Raises `ChatError`."""
    # One bad line is no end: where it matters, the end of the answer is missing too.
    chunk = body_of(data)
    if error := chunk.get("error") or _groq_error(chunk):
        raise stream_error(error)
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return []
    return _choice(choices[0])


def stream_error(error: object) -> ChatError:
    """An error object that came instead of the rest."""
    body = error if isinstance(error, dict) else {}
    text = one_line(str(body.get("message") or error))
    code = str(body.get("code") or body.get("type") or "")
    if code == "tool_use_failed":
        generation = str(body.get("failed_generation") or "")
        return ChatError(Trouble.BAD_TOOL_CALL, text, generation=generation)
    if "rate_limit" in code or code == "429":
        return ChatError(Trouble.BUSY, text)
    if code in {"insufficient_quota", "invalid_api_key", "model_not_found", "model_decommissioned"}:
        return ChatError(Trouble.REFUSED, text)
    return ChatError(Trouble.CUT, text)


def _groq_error(chunk: Json) -> object:
    extra = chunk.get("x_groq")
    return extra.get("error") if isinstance(extra, dict) else None


def _choice(choice: Json) -> list[Piece]:
    found: list[Piece] = []
    delta = choice.get("delta")
    if isinstance(delta, dict):
        if delta.get("reasoning") or delta.get("reasoning_content"):
            found.append(Thinking())
        content = delta.get("content")
        if isinstance(content, str) and content:
            found.append(TextPiece(content))
        calls = delta.get("tool_calls")
        for place, call in enumerate(calls if isinstance(calls, list) else ()):
            if isinstance(call, dict):
                found.append(_call(place, call))
    reason = choice.get("finish_reason")
    if isinstance(reason, str) and reason:
        found.append(Finished(reason))
    return found


def _call(place: int, call: Json) -> CallPiece:
    given = call.get("function")
    function = given if isinstance(given, dict) else {}
    index = call.get("index")
    return CallPiece(
        index if isinstance(index, int) else place,
        text_of(call, "id"),
        text_of(function, "name"),
        _arguments(function),
    )


def _arguments(function: Json) -> str:
    """Text; some servers send the object itself."""
    given = function.get("arguments")
    return json.dumps(given) if isinstance(given, dict) else text_of(function, "arguments")
