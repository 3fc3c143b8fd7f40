"""What a Realtime session tells, from JSON to values. Unknown events and fields are ignored.

Source: OpenAI Realtime API (GA), server events. Any field may be missing or null.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SessionTold:
    """The session as it is in force."""

    updated: bool
    """Whether our update is in it."""
    session: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The customer began to speak."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The customer's turn is an item of the conversation now."""

    item: str


@dataclass(frozen=True, slots=True)
class CustomerWords:
    """What the customer said, by a recogniser of its own. `words` is empty where it failed."""

    item: str
    words: str
    whole: bool
    """Whether these are all words of the item, or more of them."""


@dataclass(frozen=True, slots=True)
class ResponseCreated:
    """The model begins an answer."""

    id: str
    ours: str
    """The `client_event_id` of our `response.create`; empty for answers of its own accord."""


@dataclass(frozen=True, slots=True)
class Working:
    """The model is at work on an answer."""

    response: str
    item: str = ""
    is_call: bool = False
    """Whether the item is a function call."""


@dataclass(frozen=True, slots=True)
class Sound:
    """More of an answer's sound."""

    response: str
    item: str
    part: int
    """Index among the parts of the item's content."""
    sound: bytes


@dataclass(frozen=True, slots=True)
class SoundDone:
    """No more sound of this item comes."""

    response: str
    item: str


@dataclass(frozen=True, slots=True)
class Words:
    """More of an answer's words; `whole`: all of the item's."""

    response: str
    item: str
    words: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function that an answer wants called."""

    item: str
    id: str
    name: str
    arguments: str
    whole: bool
    """Whether the model has said all of it; else it must not be done."""


@dataclass(frozen=True, slots=True)
class ResponseDone:
    """An answer has ended, one way or another. Its `response.created` may never have come."""

    id: str
    status: str
    """`completed`, `cancelled`, `failed` or `incomplete`."""
    reason: str
    code: str
    """Of the error where it failed."""
    calls: tuple[Call, ...]
    said: bool
    """Whether it holds words."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An error. Most leave the session as it was."""

    code: str
    text: str
    ours: str
    """The `event_id` of the event of ours that it is about, or empty."""
    kind: str = ""
    param: str = ""


Message = (
    SessionTold | SpeechStarted | Committed | CustomerWords | ResponseCreated
    | Working | Sound | SoundDone | Words | ResponseDone | Fault
)  # fmt: skip

Body = dict[str, Any]


def read(frame: str) -> Message | None:
    """The message, or `None` where it is not known, not for us or not JSON."""
    try:
        body = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    kind = body.get("type") if isinstance(body, dict) else None
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    return None if reader is None else reader(body)


def _session(body: Body) -> Message:
    return SessionTold(body["type"] == "session.updated", _object(body, "session"))


def _customer_words(body: Body) -> Message:
    kind = str(body["type"]).rpartition(".")[2]
    key = "delta" if kind == "delta" else "transcript"
    return CustomerWords(_text(body, "item_id"), _text(body, key), kind != "delta")


def _created(body: Body) -> Message:
    response = _object(body, "response")
    ours = _text(_object(response, "metadata"), "client_event_id")
    return ResponseCreated(_text(response, "id"), ours)


def _item_added(body: Body) -> Message:
    item = _object(body, "item")
    is_call = item.get("type") == "function_call"
    return Working(_text(body, "response_id"), _text(item, "id"), is_call)


def _sound(body: Body) -> Message | None:
    try:
        sound = base64.b64decode(_text(body, "delta"), validate=True)
    except (binascii.Error, ValueError):
        return None
    part = body.get("content_index")
    return Sound(
        _text(body, "response_id"),
        _text(body, "item_id"),
        part if isinstance(part, int) else 0,
        sound,
    )


def _sound_done(body: Body) -> Message:
    return SoundDone(_text(body, "response_id"), _text(body, "item_id"))


def _words(body: Body) -> Message:
    whole = "transcript" in body
    words = _text(body, "transcript" if whole else "delta")
    return Words(_text(body, "response_id"), _text(body, "item_id"), words, whole)


def _done(body: Body) -> Message:
    response = _object(body, "response")
    details = _object(response, "status_details")
    output = response.get("output")
    items = [each for each in output if isinstance(each, dict)] if isinstance(output, list) else []
    return ResponseDone(
        id=_text(response, "id"),
        status=_text(response, "status"),
        reason=_text(details, "reason"),
        code=_text(_object(details, "error"), "code") or _text(_object(details, "error"), "type"),
        calls=tuple(_call(each) for each in items if each.get("type") == "function_call"),
        said=any(each.get("type") == "message" and each.get("content") for each in items),
    )


def _call(item: Body) -> Call:
    identity = _text(item, "id")
    return Call(
        item=identity,
        id=_text(item, "call_id") or identity,
        name=_text(item, "name"),
        arguments=_text(item, "arguments"),
        whole=item.get("status") in {"completed", None},
    )


def _fault(body: Body) -> Message:
    error = _object(body, "error")
    return Fault(
        code=_text(error, "code"),
        text=_text(error, "message"),
        ours=_text(error, "event_id"),
        kind=_text(error, "type"),
        param=_text(error, "param"),
    )


def _working(body: Body) -> Message:
    return Working(_text(body, "response_id"), _text(body, "item_id"))


def _object(body: Body, key: str) -> Body:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _text(body: Body, key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


_TRANSCRIPTION = "conversation.item.input_audio_transcription"
_READERS: dict[str, Callable[[Body], Message | None]] = {
    "session.created": _session,
    "session.updated": _session,
    "input_audio_buffer.speech_started": lambda _body: SpeechStarted(),
    "input_audio_buffer.committed": lambda body: Committed(_text(body, "item_id")),
    f"{_TRANSCRIPTION}.delta": _customer_words,
    f"{_TRANSCRIPTION}.completed": _customer_words,
    f"{_TRANSCRIPTION}.failed": _customer_words,
    "response.created": _created,
    "response.output_item.added": _item_added,
    "response.output_audio.delta": _sound,
    "response.output_audio.done": _sound_done,
    "response.output_audio_transcript.delta": _words,
    "response.output_audio_transcript.done": _words,
    "response.function_call_arguments.delta": _working,
    "response.done": _done,
    "error": _fault,
    # Gateways between here and the provider may still speak as the beta did.
    "response.audio.delta": _sound,
    "response.audio.done": _sound_done,
    "response.audio_transcript.delta": _words,
    "response.audio_transcript.done": _words,
}
