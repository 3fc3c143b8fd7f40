"""What the sessions of the stand-in are made of: oddities, items, what is remembered."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Quirks:
    """Oddities that are allowed, and seen."""

    late_frames: int = 2
    """Of a dead answer: after the customer has begun to speak, and once more after its end."""
    unknown: bool = True
    """Whether events come that nobody knows, and one that is no JSON."""
    speed: float = 4.0
    """Times real time at which an answer is sent."""
    thinks: float = 0.1
    """Seconds until an answer begins."""
    transcribes: str = "after"
    """`before` the answer begins, `after` it has begun, `never`, or `failed`."""
    parallel: bool = False
    """Whether one answer wants all functions of a turn called."""
    fails: tuple[str, ...] = ()
    """Codes for which the first answers of a session fail; `empty`: it has no output."""
    ignores_format: bool = False
    """Whether an update is accepted and its format is not."""
    beta_names: bool = False
    expires_in: float = 3600.0
    tells_end: bool = True
    """Whether answers are told to be over."""


@dataclass(slots=True)
class Item:
    """One of the conversation."""

    kind: str
    role: str = ""
    size: int = 0
    """Bytes of mu-law of its sound."""
    words: str = ""
    call_id: str = ""


@dataclass(slots=True)
class Record:
    """What a session remembers for the test."""

    events: list[Body] = field(default_factory=list)
    """Everything that came but sound."""
    sound: bytearray = field(default_factory=bytearray)
    frames: list[int] = field(default_factory=list)
    """Sizes of what came as sound."""
    errors: list[str] = field(default_factory=list)
    barged_in_at: list[float] = field(default_factory=list)
    truncated: dict[str, int] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    results: dict[str, Body] = field(default_factory=dict)

    def of(self, kind: str) -> list[Body]:
        return [event for event in self.events if event["type"] == kind]


def error_event(code: str, message: str, param: str | None, event_id: str | None) -> Body:
    """An `error` of the API's."""
    kind = "server_error" if code == "server_error" else "invalid_request_error"
    error = {"type": kind, "code": code, "message": message, "param": param, "event_id": event_id}
    return {"type": "error", "event_id": "event_e", "error": error}


def new_session(model: str, expires_in: float) -> Body:
    """A session as it begins: linear sound."""
    pcm = {"type": "audio/pcm", "rate": 24000}
    detection = {
        "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300,
        "silence_duration_ms": 200, "idle_timeout_ms": None, "create_response": True,
        "interrupt_response": True,
    }  # fmt: skip
    told = {"format": pcm, "transcription": None, "noise_reduction": None}
    return {
        "type": "realtime", "object": "realtime.session", "id": "sess_1", "model": model,
        "output_modalities": ["audio"], "instructions": "Be nice.", "tools": [],
        "tool_choice": "auto", "max_output_tokens": "inf", "tracing": None, "truncation": "auto",
        "prompt": None, "expires_at": int(time.time() + expires_in),
        "audio": {"input": told | {"turn_detection": detection},
                  "output": {"format": dict(pcm), "voice": "alloy", "speed": 1.0}},
        "include": None,
    }  # fmt: skip
