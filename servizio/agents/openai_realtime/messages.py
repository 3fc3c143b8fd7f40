"""What a Realtime session tells, from JSON to values. Unknown events and fields are ignored.

Source: OpenAI Realtime API (GA), server events. Any field may be missing or null.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from servizio.agents.cloud.provider_json import Json, body_of, text_of


@dataclass(frozen=True, slots=True)
class SessionTold:
    """The session as it is in force."""

    updated: bool
    """Whether our update is in it."""
    session: Json


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The customer began to speak."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The customer's turn is an item of the conversation now."""


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
    code: str
    """Of the error where it failed."""
    calls: tuple[Call, ...]


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


def read(frame: str) -> Message | None:
    """The message, or `None` where it is not known, not for us or not JSON."""
    body = body_of(frame)
    reader = _READERS.get(text_of(body, "type"))
    return None if reader is None else reader(body)


def _session(body: Json) -> Message:
    return SessionTold(body["type"] == "session.updated", _object(body, "session"))


def _customer_words(body: Json) -> Message:
    kind = str(body["type"]).rpartition(".")[2]
    key = "delta" if kind == "delta" else "transcript"
    return CustomerWords(text_of(body, "item_id"), text_of(body, key), kind != "delta")


def _created(body: Json) -> Message:
    response = _object(body, "response")
    ours = text_of(_object(response, "metadata"), "client_event_id")
    return ResponseCreated(text_of(response, "id"), ours)


def _sound(body: Json) -> Message | None:
    try:
        sound = base64.b64decode(text_of(body, "delta"), validate=True)
    except (binascii.Error, ValueError):
        return None
    part = body.get("content_index")
    return Sound(
        text_of(body, "response_id"),
        text_of(body, "item_id"),
        part if isinstance(part, int) else 0,
        sound,
    )


def _sound_done(body: Json) -> Message:
    return SoundDone(text_of(body, "response_id"), text_of(body, "item_id"))


def _words(body: Json) -> Message:
    whole = "transcript" in body
    words = text_of(body, "transcript" if whole else "delta")
    return Words(text_of(body, "response_id"), text_of(body, "item_id"), words, whole)


def _done(body: Json) -> Message:
    response = _object(body, "response")
    details = _object(response, "status_details")
    output = response.get("output")
    items = [each for each in output if isinstance(each, dict)] if isinstance(output, list) else []
    return ResponseDone(
        id=text_of(response, "id"),
        status=text_of(response, "status"),
        code=text_of(_object(details, "error"), "code")
        or text_of(_object(details, "error"), "type"),
        calls=tuple(_call(each) for each in items if each.get("type") == "function_call"),
    )


def _call(item: Json) -> Call:
    identity = text_of(item, "id")
    return Call(
        item=identity,
        id=text_of(item, "call_id") or identity,
        name=text_of(item, "name"),
        arguments=text_of(item, "arguments"),
        whole=item.get("status") in {"completed", None},
    )


def _fault(body: Json) -> Message:
    error = _object(body, "error")
    return Fault(
        code=text_of(error, "code"),
        text=text_of(error, "message"),
        ours=text_of(error, "event_id"),
        kind=text_of(error, "type"),
        param=text_of(error, "param"),
    )


def _object(body: Json, key: str) -> Json:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


_TRANSCRIPTION = "conversation.item.input_audio_transcription"
_READERS: dict[str, Callable[[Json], Message | None]] = {
    "session.created": _session,
    "session.updated": _session,
    "input_audio_buffer.speech_started": lambda _body: SpeechStarted(),
    "input_audio_buffer.committed": lambda _body: Committed(),
    f"{_TRANSCRIPTION}.delta": _customer_words,
    f"{_TRANSCRIPTION}.completed": _customer_words,
    f"{_TRANSCRIPTION}.failed": _customer_words,
    "response.created": _created,
    "response.output_item.added": lambda _body: Working(),
    "response.output_audio.delta": _sound,
    "response.output_audio.done": _sound_done,
    "response.output_audio_transcript.delta": _words,
    "response.output_audio_transcript.done": _words,
    "response.function_call_arguments.delta": lambda _body: Working(),
    "response.done": _done,
    "error": _fault,
    # Gateways between here and the provider may still speak as the beta did.
    "response.audio.delta": _sound,
    "response.audio.done": _sound_done,
    "response.audio_transcript.delta": _words,
    "response.audio_transcript.done": _words,
}
