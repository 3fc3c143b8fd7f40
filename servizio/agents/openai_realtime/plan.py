"""What a Realtime session is told: `session.update`, `response.create`, and what must come back.

Source: OpenAI Realtime API (GA), client events. An update with one unknown field, or without
`session.type`, is refused as a whole, and the session goes on with linear sound at 24 kHz: on
the telephone that is loud noise. Hence `fault_of`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from servizio.agents.cloud.last_turns import last_turns
from servizio.agents.cloud.provider_json import Json
from servizio.agents.prompt import key_terms
from servizio.agents.protocol import Spoken
from servizio.agents.tool_schemas import ToolSpec
from servizio.settings.sections import OpenAISettings
from servizio.shop.menu import Menu

SOUND: Final[Json] = {"type": "audio/pcmu"}
"""Mu-law at 8000 Hz, as the telephone has it. It takes no rate."""
MOST_TOKENS: Final = 1024
"""Of one answer, function calls included."""
MOST_HISTORY: Final = 12
"""Turns that a session is told of when it takes over."""
MOST_HISTORY_CHARACTERS: Final = 4000
PROMPTED: Final = frozenset({"gpt-4o-mini-transcribe", "gpt-4o-transcribe", "whisper-1"})
"""Recognisers that are known to take expected words as a prompt."""
OTHERS_VOICES: Final = ("aura", "flux")
"""Begin the names of voices that are Deepgram's."""
REASONS: Final = "gpt-realtime-2"
"""Begins the names of models that take `reasoning` and `parallel_tool_calls`."""
SLOWEST_TURN: Final = {"low": 8.0, "medium": 4.0, "auto": 4.0, "high": 2.0}
"""Seconds that semantic turn detection may wait after the last word, by eagerness."""


@dataclass(frozen=True, slots=True)
class RealtimePlan:
    """What all calls of a shop have in common."""

    url: str
    """Without its query."""
    api_key: str
    model: str
    voice: str
    speed: float
    turn_detection: Json
    transcription: Json
    reasoning: str
    """Effort; empty for models that do not take one."""

    @property
    def end_of_turn(self) -> float:
        """Seconds of quiet after which a turn is over at the latest."""
        eagerness = self.turn_detection.get("eagerness")
        if eagerness is not None:
            return SLOWEST_TURN[eagerness]
        return float(self.turn_detection["silence_duration_ms"]) / 1000


@dataclass(frozen=True, slots=True)
class RealtimeShop:
    """What all Realtime agents of a shop share."""

    plan: RealtimePlan
    prompt_extra: str
    """The owner's own lines."""
    now: Callable[[], datetime]


def realtime_plan(settings: OpenAISettings, menu: Menu, language: str) -> RealtimePlan:
    """The plan of these settings."""
    reasons = settings.realtime_model.startswith(REASONS)
    return RealtimePlan(
        url=settings.realtime_url,
        api_key=settings.api_key.get_secret_value(),
        model=settings.realtime_model,
        voice=settings.voice,
        speed=settings.speed,
        turn_detection=_turn_detection(settings),
        transcription=_transcription(settings, menu, language),
        reasoning=settings.reasoning_effort if reasons else "",
    )


def plan_for(plan: RealtimePlan, voice: str, key_terms: Sequence[str] | None) -> RealtimePlan:
    """The plan of a call that has its own voice, where it is one of OpenAI's, and its own words."""
    own = voice if voice and not voice.startswith(OTHERS_VOICES) else plan.voice
    heard = plan.transcription
    if key_terms is not None and "prompt" in heard:
        heard = {**heard, "prompt": ", ".join(key_terms)}
    return replace(plan, voice=own, transcription=heard)


def session_update(
    plan: RealtimePlan, *, instructions: str, tools: Sequence[ToolSpec], event_id: str
) -> Json:
    """The one `session.update` of a session; a later one could only undo parts of it."""
    session: Json = {
        "type": "realtime",
        "model": plan.model,
        "instructions": instructions,
        "output_modalities": ["audio"],
        "audio": {
            "input": {
                "format": dict(SOUND),
                "noise_reduction": None,
                "transcription": plan.transcription,
                "turn_detection": plan.turn_detection,
            },
            "output": {"format": dict(SOUND), "voice": plan.voice, "speed": plan.speed},
        },
        "tools": [_tool(spec) for spec in tools],
        "tool_choice": "auto",
        "max_output_tokens": MOST_TOKENS,
        "truncation": "auto",
        "tracing": None,
    }
    if plan.reasoning:
        session["reasoning"] = {"effort": plan.reasoning}
    return {"type": "session.update", "event_id": event_id, "session": session}


def fault_of(session: Json) -> str:
    """What is wrong with a session that is in force; empty where nothing is."""
    audio = session.get("audio")
    for way in ("input", "output"):
        told = audio.get(way) if isinstance(audio, dict) else None
        form = told.get("format") if isinstance(told, dict) else None
        kind = form.get("type") if isinstance(form, dict) else None
        if kind != SOUND["type"]:
            return f"its {way} is {str(kind)[:40]}, not {SOUND['type']}"
    return "" if session.get("tools", True) else "it has no tools"


def exactly(instructions: str, sentence: str) -> str:
    """Instructions for one answer that says only this. They stand in for the session's own."""
    return f'{instructions}\n\n# Now\nSay exactly this and nothing else: "{sentence}"'


def going_on(instructions: str, apology: str | None) -> str:
    """Instructions for the first answer of a session that takes over in mid-call."""
    first = f'Say exactly: "{apology}" Then go on' if apology else "Go on"
    return (
        f"{instructions}\n\n# Now\n{first} with the call in one short sentence, from the last "
        "words: ask what is still open. Do not greet. Call no function."
    )


def said_so_far(history: Sequence[Spoken]) -> str:
    """The last turns, oldest first, as part of the instructions.

    As messages of their own they make a model answer in text only.
    """
    told = [
        f"{'Customer' if turn.role == 'customer' else 'You'}: {' '.join(turn.text.split())}"
        for turn in last_turns(history, turns=MOST_HISTORY, characters=MOST_HISTORY_CHARACTERS)
    ]
    return "\n# Said so far, the last words at the end\n" + "\n".join(told) if told else ""


def _turn_detection(settings: OpenAISettings) -> Json:
    if settings.turn_detection == "semantic_vad":
        kind: Json = {"type": "semantic_vad", "eagerness": settings.eagerness}
    else:
        # All of it is sent: what a session begins with is not what is written down.
        kind = {
            "type": "server_vad",
            "threshold": settings.vad_threshold,
            "prefix_padding_ms": 300,
            "silence_duration_ms": settings.silence_ms,
            "idle_timeout_ms": None,
        }
    return kind | {"create_response": True, "interrupt_response": True}


def _transcription(settings: OpenAISettings, menu: Menu, language: str) -> Json:
    model = settings.transcription_model
    told: Json = {"model": model, "language": language}
    if model in PROMPTED:
        told["prompt"] = ", ".join(key_terms(menu))
    return told


def _tool(spec: ToolSpec) -> Json:
    """Flat, and without `strict`: not as in chat completions."""
    return {
        "type": "function",
        "name": spec.name,
        "description": spec.description,
        "parameters": spec.parameters,
    }
