"""No frame of any provider's can stop its reader, whatever stands in its fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from servizio.agents.deepgram import messages as deepgram
from servizio.agents.openai_realtime import messages as openai
from servizio.agents.pipeline.chat_pieces import ChatError, pieces
from servizio.agents.pipeline.listen_messages import FluxReader, NovaReader

ODD: tuple[object, ...] = (
    None, True, -1, 10**30, float("nan"), float("inf"), "", "\0\n", "x" * 5000, [], [None], [[]],
    [{}], [7], {}, {"": None}, {"id": []}, {"type": {}}, {"functions": 7}, [{"id": 7, "name": []}],
    [{"id": "1", "arguments": [], "function": 7, "index": "0", "delta": 7}],
    [{"type": "function_call", "call_id": 7, "status": []}], {"output": [7, {"type": []}]},
    {"error": {"code": 7, "message": []}}, {"alternatives": [{"transcript": 7}]},
)  # fmt: skip
DEEPGRAM = (
    "Welcome", "SettingsApplied", "ConversationText", "UserStartedSpeaking", "EndOfTurn",
    "AgentThinking", "AgentStartedSpeaking", "AgentAudioDone", "FunctionCallRequest",
    "FunctionCallCancelled", "FunctionCallResponse", "History", "InjectionRefused", "Warning",
    "Error", "LatencyReport",
)  # fmt: skip
OPENAI = (
    "session.created", "session.updated", "input_audio_buffer.speech_started",
    "input_audio_buffer.committed", "conversation.item.input_audio_transcription.delta",
    "conversation.item.input_audio_transcription.completed",
    "conversation.item.input_audio_transcription.failed", "response.created",
    "response.output_item.added", "response.output_audio.delta", "response.output_audio.done",
    "response.output_audio_transcript.delta", "response.output_audio_transcript.done",
    "response.function_call_arguments.delta", "response.done", "error",
)  # fmt: skip
LISTEN = ("Connected", "TurnInfo", "Results", "SpeechStarted", "UtteranceEnd", "Error", "Metadata")
FIELDS = (
    "role", "content", "functions", "function_calls", "code", "description", "request_id",
    "session", "item_id", "delta", "transcript", "response", "item", "content_index", "error",
    "event", "channel", "is_final", "speech_final", "variant", "choices", "x_groq", "type",
)  # fmt: skip
NO_MESSAGE = ("", " ", "null", "7", '"x"', "[]", "[" * 5000, '{"a":' * 5000, "\ufeff{}", "{", "\0")


def frames(kinds: tuple[str, ...]) -> Iterator[str]:
    """Every field of every kind, with everything that should not stand there."""
    yield from NO_MESSAGE
    for kind in kinds:
        yield json.dumps({"type": kind})
        for odd in ODD:
            yield json.dumps({"type": kind} | dict.fromkeys(FIELDS[:-1], odd))
            for field in FIELDS:
                yield json.dumps({"type": kind, field: odd})


def _flux(frame: str) -> object:
    return FluxReader().read(frame)


def _nova(frame: str) -> object:
    return NovaReader().read(frame)


def _chat(frame: str) -> object:
    with suppress(ChatError):
        return pieces(frame)
    return None


@pytest.mark.parametrize(
    ("read", "kinds"),
    [
        (deepgram.read, DEEPGRAM),
        (openai.read, OPENAI),
        (_flux, LISTEN),
        (_nova, LISTEN),
        (_chat, ("chat.completion.chunk",)),
    ],
    ids=["deepgram", "openai", "flux", "nova", "chat"],
)
def test_it_is_read_or_left(read: Callable[[str], object], kinds: tuple[str, ...]) -> None:
    stopped: list[str] = []
    for frame in frames(kinds):
        try:
            read(frame)
        except Exception as error:  # noqa: BLE001 - which one it is, is what the story tells
            stopped.append(f"{error!r} in {frame[:120]}")
    assert stopped == []
