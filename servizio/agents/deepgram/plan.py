"""The `Settings` message: everything a Deepgram session is told before it begins.

Source: Deepgram Voice Agent API v1, "Settings". Deepgram refuses fields that it does not
know, so nothing is sent that is not needed; `agent.language` and a language for its voices
in particular end the session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from servizio.agents.cloud.last_turns import last_turns
from servizio.agents.cloud.provider_json import Json
from servizio.agents.cloud.sound_path import Linear, SoundPath, Untouched
from servizio.agents.prompt import key_terms
from servizio.agents.protocol import Spoken
from servizio.agents.tool_schemas import ToolSpec
from servizio.errors import SettingsError
from servizio.settings.sections import DeepgramSettings, LlmSettings
from servizio.shop.menu import Menu

SECOND_THINK: Final = {"type": "open_ai", "model": "gpt-4.1-mini", "temperature": 0.3}
"""Thinks where the first model fails in a turn."""
SECOND_VOICE: Final = "aura-2-luna-en"
"""Speaks where the first voice fails."""
END_OF_TURN_MS: Final = 1700
"""Silence that ends a turn whatever was said; the local agent waits so long for a number."""
MOST_HISTORY: Final = 40
"""Turns that a session is told of when it takes over."""
MOST_HISTORY_CHARACTERS: Final = 10_000
UP_RATE: Final = 48_000
"""Hz of the linear16 path to Deepgram."""
DOWN_RATE: Final = 24_000
"""Hz of the linear16 path back."""
OWN_VOICES: Final = ("aura", "flux")
"""Begin the names of Deepgram's voices."""


@dataclass(frozen=True, slots=True)
class DeepgramPlan:
    """What all calls of a shop have in common."""

    url: str
    api_key: str
    encoding: str
    """`mulaw` or `linear16`."""
    listen: Json
    think: Json
    """The first think provider, with its endpoint where it needs one."""
    voice: str


@dataclass(frozen=True, slots=True)
class DeepgramShop:
    """What all Deepgram agents of a shop share."""

    plan: DeepgramPlan
    prompt_extra: str
    """The owner's own lines."""
    now: Callable[[], datetime]


def deepgram_plan(settings: DeepgramSettings, llm: LlmSettings, menu: Menu) -> DeepgramPlan:
    """The plan of these settings. Raises `SettingsError` where a key is missing."""
    return DeepgramPlan(
        url=settings.agent_url,
        api_key=settings.api_key.get_secret_value(),
        encoding=settings.encoding,
        listen=_listen(settings, menu),
        think=_think(settings, llm),
        voice=settings.speak_model,
    )


def sound_path(plan: DeepgramPlan) -> SoundPath:
    """How sound goes both ways in these sessions."""
    return Linear(UP_RATE, DOWN_RATE) if plan.encoding == "linear16" else Untouched()


def settings_message(
    plan: DeepgramPlan,
    *,
    prompt: str,
    tools: Sequence[ToolSpec],
    greeting: str | None,
    history: Sequence[Spoken] = (),
    voice: str = "",
    key_terms: Sequence[str] | None = None,
) -> Json:
    """The first message of a session. `greeting` is spoken as it is; `voice` and `key_terms`
    take the place of the shop's, where they are given and Deepgram knows such voices."""
    functions = [_function(spec) for spec in tools]
    agent: Json = {
        "listen": {"provider": _expecting(plan.listen, key_terms)},
        # Each with all of it: that a fallback inherits anything is written nowhere.
        "think": [
            {**plan.think, "prompt": prompt, "functions": functions},
            {"provider": dict(SECOND_THINK), "prompt": prompt, "functions": functions},
        ],
        "speak": [_voice(_known(voice) or plan.voice), _voice(SECOND_VOICE)],
    }
    if greeting:
        agent["greeting"] = greeting
    if messages := _history(history):
        agent["context"] = {"messages": messages}
    return {"type": "Settings", "tags": ["servizio"], "audio": _audio(plan), "agent": agent}


def _audio(plan: DeepgramPlan) -> Json:
    linear = plan.encoding == "linear16"
    return {
        "input": {"encoding": plan.encoding, "sample_rate": UP_RATE if linear else 8000},
        # A container would be heard as a click.
        "output": {
            "encoding": plan.encoding,
            "sample_rate": DOWN_RATE if linear else 8000,
            "container": "none",
        },
    }


def _listen(settings: DeepgramSettings, menu: Menu) -> Json:
    provider: Json = {"type": "deepgram", "model": settings.listen_model}
    if settings.listen_model.startswith("flux"):
        # Without the version a Flux model is not known; with it a language is refused.
        provider |= {"version": "v2", "eot_threshold": 0.7, "eot_timeout_ms": END_OF_TURN_MS}
    else:
        provider |= {"language": settings.language, "smart_format": True}
    if settings.listen_model.startswith(("flux", "nova-3")):
        provider["keyterms"] = list(key_terms(menu))
    return provider


def _expecting(listen: Json, key_terms: Sequence[str] | None) -> Json:
    if key_terms is None or "keyterms" not in listen:
        return listen
    return {**listen, "keyterms": list(key_terms)}


def _known(voice: str) -> str:
    """The voice, where it is one of Deepgram's: another one ends the session."""
    return voice if voice.startswith(OWN_VOICES) else ""


def _think(settings: DeepgramSettings, llm: LlmSettings) -> Json:
    provider = {
        "type": settings.think_provider,
        "model": settings.think_model,
        "temperature": 0.3,
    }
    if settings.think_provider != "groq":
        return {"provider": provider}
    # Deepgram hosts no Groq: it needs the way there and the shop's own key.
    key = llm.api_key.get_secret_value()
    if not key:
        raise SettingsError(
            "deepgram.think_provider is groq, but llm.api_key is not set.",
            "Set llm.api_key (or GROQ_API_KEY), or leave deepgram.think_provider out.",
        )
    return {
        "provider": provider,
        "endpoint": {
            "url": f"{llm.base_url}/chat/completions",
            "headers": {"authorization": f"Bearer {key}"},
        },
    }


def _voice(model: str) -> Json:
    provider: Json = {"type": "deepgram", "model": model}
    if model.startswith("flux"):
        provider["version"] = "v2"
    return {"provider": provider}


def _function(spec: ToolSpec) -> Json:
    return {
        "name": spec.name,
        "description": spec.description,
        "parameters": _plain_schema(spec.parameters),
        **({"defer_until_eot": True} if spec.changes_order else {}),
    }


def _plain_schema(schema: Any) -> Any:
    """Without `additionalProperties`: not every model's own dialect of schemas has it."""
    if isinstance(schema, dict):
        return {
            key: _plain_schema(value)
            for key, value in schema.items()
            if key != "additionalProperties"
        }
    return [_plain_schema(each) for each in schema] if isinstance(schema, list) else schema


def _history(history: Sequence[Spoken]) -> list[Json]:
    """The last turns, oldest first, within what a session's context is sure to take."""
    return [
        {
            "type": "History",
            "role": "user" if turn.role == "customer" else "assistant",
            "content": turn.text,
        }
        for turn in last_turns(history, turns=MOST_HISTORY, characters=MOST_HISTORY_CHARACTERS)
    ]
