"""What the Realtime API refuses: the stand-in is as strict.

Source: OpenAI Realtime API (GA), client events and the types of its official client.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MODELS = frozenset({"gpt-realtime-2.1", "gpt-realtime-2.1-mini", "gpt-realtime-2"})
VOICES = frozenset(
    {"alloy", "ash", "ballad", "coral", "echo", "sage", "shimmer", "verse", "marin", "cedar"}
)
SESSION = frozenset(
    {"type", "model", "instructions", "output_modalities", "audio", "tools", "tool_choice",
     "max_output_tokens", "truncation", "tracing", "include", "prompt", "reasoning",
     "parallel_tool_calls"}
)  # fmt: skip
INPUT = frozenset({"format", "noise_reduction", "transcription", "turn_detection"})
OUTPUT = frozenset({"format", "voice", "speed"})
TOOL = frozenset({"type", "name", "description", "parameters"})
SERVER_VAD = frozenset(
    {"type", "threshold", "prefix_padding_ms", "silence_duration_ms", "create_response",
     "interrupt_response", "idle_timeout_ms"}
)  # fmt: skip
SEMANTIC_VAD = frozenset({"type", "eagerness", "create_response", "interrupt_response"})
TRANSCRIPTION = frozenset({"model", "language", "prompt", "keywords", "languages", "delay"})
RESPONSE = frozenset(
    {"instructions", "tools", "tool_choice", "output_modalities", "max_output_tokens", "audio",
     "conversation", "input", "metadata", "reasoning", "parallel_tool_calls"}
)  # fmt: skip
EVENTS: Mapping[str, frozenset[str]] = {
    "session.update": frozenset({"session"}),
    "input_audio_buffer.append": frozenset({"audio"}),
    "input_audio_buffer.commit": frozenset(),
    "input_audio_buffer.clear": frozenset(),
    "conversation.item.create": frozenset({"item", "previous_item_id"}),
    "conversation.item.truncate": frozenset({"item_id", "content_index", "audio_end_ms"}),
    "conversation.item.delete": frozenset({"item_id"}),
    "conversation.item.retrieve": frozenset({"item_id"}),
    "response.create": frozenset({"response"}),
    "response.cancel": frozenset({"response_id"}),
}

Body = dict[str, Any]


class RefusedError(Exception):
    """An `error` of the API's."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.param = param


def _known(body: Mapping[str, Any], keys: frozenset[str], where: str) -> None:
    for key in body:
        if key not in keys:
            raise RefusedError(
                "unknown_parameter", f"Unknown parameter: '{where}{key}'.", f"{where}{key}"
            )


def _valid(holds: object, where: str) -> None:
    if not holds:
        raise RefusedError("invalid_value", f"Invalid value: '{where}'.", where)


def check_event(body: object) -> Body:
    """Any event of a client's."""
    if not isinstance(body, dict):
        raise RefusedError("invalid_json", "no object")
    kind = body.get("type")
    if kind not in EVENTS:
        raise RefusedError("invalid_value", f"Invalid value: '{kind}'.", "type")
    _known(body, EVENTS[str(kind)] | {"type", "event_id"}, "")
    _valid(isinstance(body.get("event_id", ""), str), "event_id")
    if kind == "session.update":
        check_session(body["session"])
    elif kind == "response.create":
        check_response(body.get("response") or {})
    elif kind == "conversation.item.create":
        check_item(body["item"])
    elif kind == "conversation.item.truncate":
        _valid(type(body.get("audio_end_ms")) is int and body["audio_end_ms"] >= 0, "audio_end_ms")
        _valid(type(body.get("content_index")) is int, "content_index")
    return body


def check_session(session: Body) -> None:
    """A `session.update`; refused as a whole."""
    if "type" not in session:
        raise RefusedError(
            "missing_required_parameter", "Missing required parameter: 'session.type'.",
            "session.type",
        )  # fmt: skip
    _valid(session["type"] == "realtime", "session.type")
    _known(session, SESSION, "session.")
    _valid(session.get("output_modalities", ["audio"]) in (["audio"], ["text"]), "session.output")
    tokens = session.get("max_output_tokens", "inf")
    _valid(tokens == "inf" or (type(tokens) is int and 1 <= tokens <= 4096), "session.max_output")
    _valid(isinstance(session.get("instructions", ""), str), "session.instructions")
    audio = session.get("audio", {})
    _known(audio, frozenset({"input", "output"}), "session.audio.")
    _check_input(audio.get("input", {}))
    _check_output(audio.get("output", {}))
    names = [_check_tool(tool) for tool in session.get("tools", ())]
    _valid(len(set(names)) == len(names), "session.tools")
    model = str(session.get("model", "gpt-realtime-2.1"))
    if "reasoning" in session:
        _valid(model.startswith("gpt-realtime-2"), "session.reasoning")
        _valid(session["reasoning"].get("effort") in {"minimal", "low", "medium", "high", "xhigh"},
               "session.reasoning.effort")  # fmt: skip


def _check_format(form: Body, where: str) -> None:
    kind = form.get("type")
    _valid(kind in {"audio/pcm", "audio/pcmu", "audio/pcma"}, f"{where}.type")
    _known(form, frozenset({"type", "rate"} if kind == "audio/pcm" else {"type"}), f"{where}.")
    _valid(form.get("rate", 24000) == 24000, f"{where}.rate")


def _check_input(told: Body) -> None:
    _known(told, INPUT, "session.audio.input.")
    if "format" in told:
        _check_format(told["format"], "session.audio.input.format")
    if (detection := told.get("turn_detection")) is not None:
        kind = detection.get("type")
        _valid(kind in {"server_vad", "semantic_vad"}, "session.audio.input.turn_detection.type")
        keys = SERVER_VAD if kind == "server_vad" else SEMANTIC_VAD
        _known(detection, keys, "session.audio.input.turn_detection.")
        eagerness = detection.get("eagerness", "auto")
        _valid(eagerness in {"auto", "low", "medium", "high"}, "eagerness")
    if (transcription := told.get("transcription")) is not None:
        _known(transcription, TRANSCRIPTION, "session.audio.input.transcription.")
        _valid(len(transcription.get("language", "en")) == 2, "transcription.language")


def _check_output(told: Body) -> None:
    _known(told, OUTPUT, "session.audio.output.")
    if "format" in told:
        _check_format(told["format"], "session.audio.output.format")
    voice = told.get("voice", "marin")
    _valid(voice in VOICES or isinstance(voice, dict), "session.audio.output.voice")
    _valid(0.25 <= told.get("speed", 1.0) <= 1.5, "session.audio.output.speed")


def _check_tool(tool: Body) -> str:
    _known(tool, TOOL, "session.tools.")
    _valid(tool.get("type") == "function", "session.tools.type")
    _valid(isinstance(tool.get("name"), str) and tool["name"], "session.tools.name")
    _valid(tool.get("parameters", {}).get("type") == "object", "session.tools.parameters")
    return str(tool["name"])


def check_response(response: Body) -> None:
    """What a `response.create` may hold."""
    _known(response, RESPONSE, "response.")
    metadata = response.get("metadata") or {}
    _valid(len(metadata) <= 16, "response.metadata")
    for key, value in metadata.items():
        _valid(len(key) <= 64 and isinstance(value, str) and len(value) <= 512, "metadata")
    _valid(response.get("conversation", "auto") in {"auto", "none"}, "response.conversation")
    _valid(isinstance(response.get("instructions", ""), str), "response.instructions")


def check_item(item: Body) -> None:
    """An item that a client adds."""
    kind = item.get("type")
    if kind == "function_call_output":
        _known(item, frozenset({"id", "type", "call_id", "output"}), "item.")
        _valid(isinstance(item.get("call_id"), str) and len(item["call_id"]) <= 32, "item.call_id")
        _valid(isinstance(item.get("output"), str), "item.output")
        return
    _valid(kind == "message", "item.type")
    allowed = {"user": {"input_text", "input_audio", "input_image"}, "system": {"input_text"},
               "assistant": {"output_text"}}  # fmt: skip
    parts = allowed.get(item.get("role", ""), set())
    _valid(parts, "item.role")
    for part in item.get("content", ()):
        _valid(part.get("type") in parts, "item.content.type")
