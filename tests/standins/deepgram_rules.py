"""What Deepgram refuses, as its specification has it: the stand-in is as strict.

Source: Deepgram Voice Agent API v1, "Settings" and the types of its official client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

TOP = frozenset({"type", "tags", "experimental", "mip_opt_out", "flags", "audio", "agent"})
AGENT = frozenset({"context", "listen", "think", "speak", "greeting"})
UP = frozenset({"linear16", "linear32", "flac", "alaw", "mulaw", "opus", "ogg-opus", "speex"})
DOWN = frozenset({"linear16", "mulaw", "alaw", "mp3", "opus", "flac", "aac"})
THINKERS = frozenset({"open_ai", "anthropic", "google", "groq", "aws_bedrock", "nvidia"})
NEED_ENDPOINT = frozenset({"groq", "aws_bedrock"})
MODELS = frozenset(
    {"gemini-2.5-flash", "gemini-3-flash-preview", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini",
     "claude-haiku-4-5", "openai/gpt-oss-20b"}
)  # fmt: skip
EARS = frozenset({"flux-general-en", "flux-general-multi", "nova-3", "nova-2"})
FUNCTION = frozenset({"name", "description", "parameters", "endpoint", "defer_until_eot"})
PARAMETERS = frozenset({"type", "properties", "required", "description"})

Body = Mapping[str, Any]


class RefusedError(Exception):
    """An `Error` of Deepgram's."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code
        self.description = description


def unparsable(holds: object, where: str) -> None:
    if not holds:
        raise RefusedError("UNPARSABLE_CLIENT_MESSAGE", where)


def invalid(holds: object, where: str) -> None:
    if not holds:
        raise RefusedError("INVALID_SETTINGS", where)


def check_settings(body: Body) -> None:
    """Raise `RefusedError` for what Deepgram would not take."""
    unparsable(set(body) <= TOP, f"unknown fields: {set(body) - TOP}")
    unparsable(isinstance(body.get("agent"), dict), "agent")
    unparsable(isinstance(body.get("audio"), dict), "audio")
    _check_audio(body["audio"])
    agent = body["agent"]
    unparsable(set(agent) <= AGENT, f"agent: unknown fields: {set(agent) - AGENT}")
    unparsable({"listen", "think", "speak"} <= set(agent), "agent: listen, think and speak")
    _check_listen(agent["listen"]["provider"])
    for think in _each(agent["think"]):
        _check_think(think)
    for speak in _each(agent["speak"]):
        _check_speak(speak["provider"])
    unparsable(isinstance(agent.get("greeting", ""), str), "agent.greeting")
    for message in agent.get("context", {}).get("messages", ()):
        _check_history(message)


def _each(value: Any) -> list[Body]:
    values = value if isinstance(value, list) else [value]
    unparsable(values and all(isinstance(each, dict) for each in values), "providers")
    return values


def _check_audio(audio: Body) -> None:
    up, down = audio.get("input", {}), audio.get("output", {})
    invalid(up.get("encoding") in UP, "audio.input.encoding")
    invalid(isinstance(up.get("sample_rate"), int), "audio.input.sample_rate")
    invalid(down.get("encoding") in DOWN, "audio.output.encoding")
    invalid(down.get("container", "none") in {"none", "wav", "ogg"}, "audio.output.container")
    rate = down.get("sample_rate")
    if down["encoding"] in {"mulaw", "alaw"}:
        invalid(rate in {8000, 16000}, "audio.output.sample_rate")
    else:
        invalid(isinstance(rate, int) and 8000 <= rate <= 48000, "audio.output.sample_rate")


def _check_listen(provider: Body) -> None:
    model = provider.get("model")
    invalid(provider.get("type") == "deepgram" and model in EARS, f"unknown model {model}")
    terms = provider.get("keyterms", [])
    invalid(len(terms) <= 100 and all(isinstance(each, str) for each in terms), "keyterms")
    invalid(sum(len(each.split()) for each in terms) <= 500, "keyterms: too many tokens")
    if str(model).startswith("flux"):
        invalid(provider.get("version") == "v2", "flux needs version v2")
        unparsable(not {"language", "smart_format"} & set(provider), "not with v2")
        end, eager = provider.get("eot_threshold", 0.7), provider.get("eager_eot_threshold", 0.3)
        invalid(0.5 <= end <= 1.0 and 0.3 <= eager <= end, "thresholds")
        invalid(500 <= provider.get("eot_timeout_ms", 5000) <= 60000, "eot_timeout_ms")
    else:
        invalid(provider.get("version", "v1") == "v1", "nova has no v2")


def _check_think(think: Body) -> None:
    provider = think.get("provider", {})
    invalid(provider.get("type") in THINKERS, "think.provider.type")
    endpoint = think.get("endpoint")
    invalid(endpoint or provider.get("model") in MODELS, f"unknown model {provider.get('model')}")
    invalid(
        endpoint and "url" in endpoint if provider["type"] in NEED_ENDPOINT else True,
        "think.endpoint.url",
    )
    invalid(0 <= provider.get("temperature", 0) <= 2, "temperature")
    unparsable(isinstance(think.get("prompt", ""), str), "prompt")
    names = [_check_function(each) for each in think.get("functions", ())]
    invalid(len(set(names)) == len(names), "functions of one name")


def _check_function(function: Body) -> str:
    unparsable(set(function) <= FUNCTION, f"function: {set(function) - FUNCTION}")
    unparsable(isinstance(function.get("name"), str), "function.name")
    parameters = function.get("parameters", {})
    unparsable(parameters.get("type") == "object", "function.parameters.type")
    unparsable(set(parameters) <= PARAMETERS, f"parameters: {set(parameters) - PARAMETERS}")
    return str(function["name"])


def _check_speak(provider: Body) -> None:
    model = str(provider.get("model"))
    unparsable("language" not in provider, "speak.provider.language")
    invalid(provider.get("type") == "deepgram", "speak.provider.type")
    if model.startswith("flux"):
        invalid(provider.get("version") == "v2", "a flux voice needs version v2")
    else:
        invalid(model.startswith("aura-2-"), f"unknown voice {model}")


def _check_history(message: Body) -> None:
    unparsable(message.get("type") == "History", "context.messages.type")
    if "function_calls" in message:
        return
    unparsable(message.get("role") in {"user", "assistant"}, "context.messages.role")
    unparsable(isinstance(message.get("content"), str), "context.messages.content")


_MESSAGES: Mapping[str, Callable[[Body], bool]] = {
    "KeepAlive": lambda body: set(body) == {"type"},
    "InjectAgentMessage": lambda body: (
        isinstance(body.get("message"), str)
        and body.get("behavior", "default") in {"default", "queue", "interrupt"}
        and set(body) <= {"type", "message", "behavior"}
    ),
    "InjectUserMessage": lambda body: (
        isinstance(body.get("content"), str) and set(body) == {"type", "content"}
    ),
    "FunctionCallResponse": lambda body: all(
        isinstance(body.get(key), str) and body[key] for key in ("id", "name", "content")
    ),
}


def check_message(body: object) -> Body:
    """Any later message. Raises `RefusedError`."""
    if not isinstance(body, dict):
        raise RefusedError("UNPARSABLE_CLIENT_MESSAGE", "no object")
    kind = body.get("type")
    if kind == "Settings":
        raise RefusedError("SETTINGS_ALREADY_APPLIED", "")
    unparsable(kind in _MESSAGES, f"unknown type {kind}")
    unparsable(_MESSAGES[str(kind)](body), f"fields of {kind}")
    return body
