"""What goes over the socket of a customer who orders by browser (`WS /ws/voice`).

Sound is PCM16 little-endian, one channel: 16 000 Hz from the browser, 24 000 Hz to it. Pure.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass

from servizio.errors import StreamError

HEARS_HZ = 16_000
SPEAKS_HZ = 24_000
MOST_CHUNKS = 1 << 53
"""Chunk numbers above are no numbers of ours."""


@dataclass(frozen=True, slots=True)
class Audio:
    """The customer's sound."""

    pcm: bytes
    """PCM16, 16 000 Hz; an even number of bytes."""


@dataclass(frozen=True, slots=True)
class Played:
    """The browser has played everything up to this chunk. Optional: a client need not say so."""

    chunk: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The customer ends the conversation."""


BrowserMessage = Audio | Played | Stop


def parse(text: str) -> BrowserMessage:
    """One message of the browser. Raises `StreamError` for whatever is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StreamError("That is not JSON.") from error
    if not isinstance(message, dict):
        raise StreamError("A message is a JSON object.")
    match message.get("event"):
        case "audio":
            return Audio(_pcm(message.get("audio")))
        case "played":
            return Played(_chunk(message.get("chunk_num")))
        case "stop":
            return Stop()
        case _:
            raise StreamError("The event should be audio, played or stop.")


def _pcm(value: object) -> bytes:
    if not isinstance(value, str):
        raise StreamError("audio should be base64 text.")
    try:
        pcm = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise StreamError("audio is not base64.") from error
    if len(pcm) % 2:
        raise StreamError("audio should be PCM16: two bytes for each sample.")
    return pcm


def _chunk(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MOST_CHUNKS:
        raise StreamError("chunk_num should be the number of a chunk.")
    return value


def audio(pcm: bytes, *, chunk: int, at: str) -> str:
    """Speech to play behind what was sent before. Written by hand: many of them leave."""
    sound = base64.b64encode(pcm).decode("ascii")
    return (
        f'{{"event":"audio","audio":"{sound}","format":"pcm16","sample_rate":{SPEAKS_HZ},'
        f'"chunk_num":{chunk},"timestamp":"{at}"}}'
    )


def ready(conversation_id: str) -> str:
    """The conversation begins."""
    return _message("ready", conversation_id=conversation_id)


def audio_complete() -> str:
    """What the agent had to say has been played."""
    return _message("audio_complete")


def clear() -> str:
    """Drop what was sent and not played yet: the customer speaks."""
    return _message("clear")


def error(message: str) -> str:
    """Something is wrong, in words for the customer."""
    return _message("error", message=message)


def caption(role: str, text: str) -> str:
    """Words while they are spoken, by `customer` or `agent`; the next ones replace them."""
    return _message("caption", role=role, text=text)


def transcript(role: str, text: str, *, at: str) -> str:
    """What was said, once it is certain; by the agent: what of it was heard."""
    name = "user_transcript" if role == "customer" else "assistant_transcript"
    return _message(name, text=text, timestamp=at)


def cart(contents: Mapping[str, object]) -> str:
    """What the customer is going to order, after each change."""
    return _message("cart", cart=contents)


def order(number: str, status: str, total: str) -> str:
    """The order is written down, or changed."""
    return _message("order", order_number=number, status=status, total=total)


def ended(outcome: str, order_number: str | None) -> str:
    """The conversation is over. Nothing follows."""
    return _message("ended", outcome=outcome, order_number=order_number)


def _message(name: str, **values: object) -> str:
    return json.dumps({"event": name, **values}, ensure_ascii=False, separators=(",", ":"))
